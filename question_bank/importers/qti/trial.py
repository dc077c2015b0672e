"""The least and the most that a program gives, found by trying what its item lets one answer.

An item may declare its bounds; where it does not, the declared key, every option, all options, and
every value that the program itself compares with are tried. This finds the bounds of whatever is
written plainly, and says so where it finds none.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import islice
from typing import Any

from scoring import mark, processing
from scoring.processing.program import load, nodes_of
from scoring.rule import Rule

TRIAL_LIMIT = 400

Given = dict[str, list[str]]


def bounds(program: str, options: Mapping[str, list[str]]) -> tuple[Fraction, Fraction]:
    """The fewest and the most points that the trials earned.

    Args:
        program: canonical JSON.
        options: by response variable, the names that can be chosen (pairs as "a b").
    """
    responses = load(program)["responses"]
    earned = [
        processing.score(program, processing.response_of(responses, given))
        for given in _some(program, options)
    ]
    return min(earned), max(earned)


def agrees(rule: Rule, program: str, options: Mapping[str, list[str]]) -> bool:
    """Whether a plain rule earns what the program earns, in every trial."""
    responses = load(program)["responses"]
    given = (processing.response_of(responses, one) for one in _some(program, options))
    return all(mark(rule, one) == processing.score(program, one) for one in given)


def unscored(
    document: Mapping[str, Any], options: Mapping[str, list[str]], *, is_judged: bool
) -> list[tuple[str, str]]:
    """Why the scoring of an item cannot be what its author means, and what to do.

    Args:
        document: the program.
        options: as in `bounds`.
        is_judged: people give the points.
    """
    process = list(nodes_of(document["process"]))
    if not is_judged and not any(_sets(node, document["score"]) for node in process):
        message = f"no processing sets {document['score']}, so that every response earns the same"
        return [(message, "add a template such as match_correct")]
    found = dict(_missing(document, process)) | dict(_impossible(document, options, process))
    return sorted(found.items())


def _sets(node: Any, name: str) -> bool:
    is_setting = node[0] in ("setOutcomeValue", "lookupOutcomeValue")
    return is_setting and bool(node[1]["identifier"] == name)


def _missing(document: Mapping[str, Any], process: list[Any]) -> Iterator[tuple[str, str]]:
    """What the processing looks at and no declaration has."""
    declared = document["responses"] | document["outcomes"]
    for name, attributes, _ in process:
        variable = attributes.get("identifier", "")
        needed = _NEEDED.get(name)
        # Of several responses some may be asked without a key; the only one must have it.
        if not needed or (name == "correct" and len(document["responses"]) > 1):
            continue
        if needed[0] not in declared.get(variable, {}):
            yield f"{name} looks at {variable[:40]}, which has no {needed[1]}", needed[2]


def _impossible(
    document: Mapping[str, Any], options: Mapping[str, list[str]], process: list[Any]
) -> Iterator[tuple[str, str]]:
    """Keys that nobody can choose, such as pairs written the other way round."""
    looked_at = {(name, attributes.get("identifier")) for name, attributes, _ in process}
    for name, declared in document["responses"].items():
        given = set(options.get(name, ()))
        if not given:
            continue
        keys = declared.get("correct", ()) if ("correct", name) in looked_at else ()
        wrong = [text for text in keys if text.strip() and _named(declared, text) not in given]
        if ("mapResponse", name) in looked_at:
            gains = [text for text in _best(declared) if _named(declared, text) not in given]
            wrong += gains if len(gains) == len(_best(declared)) else []
        if wrong:
            told = wrong[0].strip()[:60]
            yield f"the key {told!r} of {name[:40]} is none of its options", _NAMES


def _named(declared: Mapping[str, Any], text: str) -> str:
    """A value as options are named."""
    words = text.split()
    return " ".join(sorted(words) if declared["type"] == "pair" else words)


_NAMES = "name options as the item does, and of pairs the option before its target"
_NEEDED = {
    "mapResponse": ("mapping", "mapping", "add it, or use match_correct"),
    "mapResponsePoint": ("areas", "areaMapping", "add it"),
    "correct": ("correct", "key", "add its correctResponse"),
}


def _some(program: str, options: Mapping[str, list[str]]) -> Iterator[Given]:
    return islice(_trials(load(program), options), TRIAL_LIMIT)


def _trials(document: Mapping[str, Any], options: Mapping[str, list[str]]) -> Iterator[Given]:
    responses = document["responses"]
    yield {}
    key = {name: list(one.get("correct", ())) for name, one in responses.items()}
    yield key
    literals = _literals(document["process"])
    best = {name: _best(one) or key[name] for name, one in responses.items()}
    yield best
    yield {name: options.get(name, []) for name in responses}
    for name in responses:
        for text in [*options.get(name, ()), *literals, *_mapped(responses[name])]:
            yield key | {name: [text]}
            if key[name] or len(responses) > 1:
                yield {name: [text]}
        yield key | {name: []}
    yield from ({name: [text] for name in responses} for text in literals)


def _literals(process: list[Any]) -> list[str]:
    """Every value that stands in the program, once."""
    found = [node[1]["value"] for node in nodes_of(process) if node[0] == "baseValue"]
    return list(dict.fromkeys(found))[:60]


def _mapped(declared: Mapping[str, Any]) -> list[str]:
    """What a mapping names: its keys, and a point within each of its areas."""
    keys = [key for key, _, _ in declared.get("mapping", {}).get("entries", ())]
    return [*keys, *(_point(shape, coords) for shape, coords, _ in _areas(declared))]


def _best(declared: Mapping[str, Any]) -> list[str]:
    """Everything that earns more than nothing by the mapping."""
    entries = declared.get("mapping", {}).get("entries", ())
    gains = [(key, Fraction(points)) for key, points, _ in entries if Fraction(points) > 0]
    if declared["cardinality"] == "single":
        return [max(gains, key=lambda gain: gain[1])[0]] if gains else []
    points = [_point(shape, coords) for shape, coords, p in _areas(declared) if Fraction(p) > 0]
    return [key for key, _ in gains] or points


def _areas(declared: Mapping[str, Any]) -> list[Any]:
    return list(declared.get("areas", {}).get("entries", ()))


def _point(shape: str, coords: list[int]) -> str:
    """A point in an area: the centre of a circle, a corner of everything else."""
    return f"{coords[0]} {coords[1]}" if shape != "default" and coords else "0 0"
