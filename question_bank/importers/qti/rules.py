"""A program as one of our plain rules, where both earn exactly the same for every response.

Only what is plain at sight is translated: the standard templates and a bare mapping. Everything
else stays a program; guessing what a condition tree amounts to would change what somebody earns.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import permutations
from typing import Any

from question_bank.answers import asks_for_one
from question_bank.importers.qti.scored import scored_rule
from question_bank.importers.qti.templates import TEMPLATES
from question_bank.importers.qti.worded import worded_rule
from question_bank.item import Interaction
from scoring.area import Area
from scoring.mark import highest
from scoring.processing.program import nodes_of
from scoring.processing.values import scalar
from scoring.response import (
    Choice,
    Choices,
    Match,
    Order,
    Pairs,
    SingleResponse,
)
from scoring.rule import (
    ZERO,
    AreaRule,
    KeyRule,
    MappingRule,
    NumberRule,
    OptionPoints,
    PartRule,
    Rule,
    SumRule,
)

Declared = Mapping[str, Any]

_BY_NAME = frozenset({"identifier", "pair", "directedPair"})
_EXPECTED_OUTCOMES = frozenset({"SCORE", "MAXSCORE"})


def plain_rule(
    document: Declared, asked: Sequence[Interaction], forgiving: Collection[str] = ()
) -> Rule | None:
    """The plain rule that earns what the program earns, or None where there is none.

    Args:
        document: the program.
        asked: the interactions; of an item that asks one thing, under any name.
        forgiving: responses whose comparisons of texts stand for a rule of ours.
    """
    outcomes = document["outcomes"]
    if document["score"] != "SCORE" or not outcomes.keys() <= _EXPECTED_OUTCOMES:
        return None
    score = outcomes.get("SCORE", {})
    if score.get("cardinality") != "single" or _number(score.get("default", ["0"])) != 0:
        return None
    if any(one.get("judged") for one in outcomes.values()):
        return None
    rule = _only(document, asked, forgiving) or _sum(document, asked, forgiving)
    if rule is None:
        return None
    most = outcomes.get("MAXSCORE", {}).get("default")
    if "MAXSCORE" in outcomes and _number(most or []) != highest(rule):
        return None
    return rule


def _number(texts: Sequence[str]) -> Fraction | None:
    value = scalar("float", texts[0]) if len(texts) == 1 else None
    return value if isinstance(value, Fraction) else None


def _only(
    document: Declared, asked: Sequence[Interaction], forgiving: Collection[str]
) -> PartRule | None:
    """The rule of the only response, where the whole program is about it."""
    if len(document["responses"]) != 1 or len(asked) != 1:
        return None
    ((name, declared),) = document["responses"].items()
    process = _renamed(document["process"], name)
    return worded_rule(process) if name in forgiving else _rule(process, declared, asked[0])


def _sum(
    document: Declared, asked: Sequence[Interaction], forgiving: Collection[str]
) -> Rule | None:
    """Rules of responses that each add their points to the score, as most tools write them."""
    responses, parts = document["responses"], {}
    named = {one.name: one for one in asked}
    if len(asked) == len(responses) == 1:
        named = dict(zip(responses, asked, strict=True))
    for statement in document["process"]:
        name = _response_of(statement)
        if name not in named or name not in responses or name in parts:
            return None
        alone = _renamed(statement, name)
        rule = _added(alone, responses[name], named[name])
        if rule is None:
            process = [_setting(alone)]
            is_ours = name in forgiving
            rule = worded_rule(process) if is_ours else _rule(process, responses[name], named[name])
        if rule is None:
            return None
        parts[name] = rule
    if len(parts) == len(responses) == len(asked) == 1:
        return next(iter(parts.values()))
    return SumRule(parts) if parts else None


def _setting(node: Any) -> Any:
    """The same statements, each setting SCORE to what it adds; what does not add fits no rule."""
    match node:
        case ["setOutcomeValue", attributes, [["sum", {}, [one, value]]]] if one == _SCORE:
            return ["setOutcomeValue", attributes, [value]]
        case ["setOutcomeValue", *_]:
            return ["exit", {}, []]
        case [str(name), dict(attributes), list(inner)]:
            return [name, attributes, [_setting(one) for one in inner]]
        case _:
            return node


def _response_of(statement: Any) -> str:
    """The one response that a statement looks at; nothing where it looks at several."""
    names = {
        node[1]["identifier"]
        for node in nodes_of([statement])
        if "identifier" in node[1] and node[1]["identifier"] != "SCORE"
    }
    return str(names.pop()) if len(names) == 1 else ""


def _added(statement: Any, declared: Declared, asked: Interaction) -> PartRule | None:
    """The rule of a statement that adds points where the response is the key, or its mapping."""
    for name, read in (("mapResponse", _mapping), ("mapResponsePoint", _areas)):
        if statement == _sum_of([name, _RESPONSE, []]):
            return read(declared, asked, is_blank_zero=False)
    match statement:
        case ["condition", {}, [["if", {}, [condition, then]]]] if condition in _MATCHES:
            points = _points_added(then)
            key = None if points is None else _key(declared, asked)
            if isinstance(key, KeyRule | NumberRule) and points is not None:
                return replace(key, right=points)
    return None


def _points_added(then: Any) -> Fraction | None:
    """The points that a statement adds to the score."""
    match then:
        case ["setOutcomeValue", {"identifier": "SCORE"}, [["sum", {}, [one, other]]]]:
            value = other if one == _SCORE else one
            if _SCORE in (one, other) and value[0] == "baseValue":
                return _number([value[1]["value"]])
    return None


def _rule(process: list[Any], declared: Declared, asked: Interaction) -> PartRule | None:
    if process == TEMPLATES["map_response"]:
        return _mapping(declared, asked, is_blank_zero=True)
    if process == TEMPLATES["map_response_point"]:
        return _areas(declared, asked, is_blank_zero=True)
    if process == [_set("mapResponse")]:
        return _mapping(declared, asked, is_blank_zero=False)
    if process == [_set("mapResponsePoint")]:
        return _areas(declared, asked, is_blank_zero=False)
    match process:
        case [["condition", {}, [["if", {}, [condition, then]], *rest]]] if condition in _MATCHES:
            otherwise = rest[0][2] if rest and rest[0][0] == "else" else []
            right, wrong = _points_set([then]), _points_set(otherwise)
            key = None if len(rest) > 1 else _key(declared, asked)
            if isinstance(key, KeyRule | NumberRule) and right is not None and wrong is not None:
                return replace(key, right=right, wrong=wrong, blank=wrong)
            return None
    return scored_rule(process, declared, asked, _rule)


def _points_set(statements: list[Any]) -> Fraction | None:
    """The points that statements set the score to; nothing to set leaves it at zero."""
    match statements:
        case []:
            return ZERO
        case [["setOutcomeValue", {"identifier": "SCORE"}, [["baseValue", {"value": text}, []]]]]:
            return _number([text])
        case _:
            return None


_RESPONSE = {"identifier": "RESPONSE"}
_SCORE = ["variable", {"identifier": "SCORE"}, []]
_MATCHES = tuple(
    ["match", {}, list(operands)]
    for operands in permutations([["variable", _RESPONSE, []], ["correct", _RESPONSE, []]])
)


def _sum_of(expression: Any) -> list[Any]:
    return ["setOutcomeValue", {"identifier": "SCORE"}, [["sum", {}, [_SCORE, expression]]]]


def _set(name: str) -> list[Any]:
    mapped = [name, {"identifier": "RESPONSE"}, []]
    return ["setOutcomeValue", {"identifier": "SCORE"}, [mapped]]


def _renamed(node: Any, name: str) -> Any:
    """The nodes as if the one response were called RESPONSE, and 1.0 were written 1."""
    if isinstance(node, list):
        return [_renamed(one, name) for one in node]
    if isinstance(node, dict):
        renamed = {
            key: "RESPONSE" if key == "identifier" and value == name else value
            for key, value in node.items()
        }
        if node.get("type") in ("float", "integer"):
            value = scalar("float", node.get("value", ""))
            if isinstance(value, Fraction) and value.denominator == 1:
                renamed |= {"type": "float", "value": str(value)}
        return renamed
    return node


def _key(declared: Declared, asked: Interaction) -> PartRule | None:
    texts = declared.get("correct")
    if not texts:
        return None
    if asked.kind in ("number", "slider") and declared["cardinality"] == "single":
        target = scalar("float", texts[0])
        return NumberRule(target) if isinstance(target, Fraction) else None
    if declared["type"] not in _BY_NAME:
        return None
    key = _key_response(declared, asked, texts)
    return None if key is None else KeyRule(key)


def _key_response(
    declared: Declared, asked: Interaction, texts: list[str]
) -> SingleResponse | None:
    """The key as the page would give it; None where no page can give it."""
    values = [scalar(declared["type"], text) for text in texts]
    options = {option.id for option in asked.options}
    if None in values or len(set(values)) < len(values):
        return None
    if declared["type"] != "identifier":
        return _key_pairs(declared["type"], asked, frozenset(values))
    if not set(values) <= options:
        return None
    if asked.kind == "order":
        is_whole = declared["cardinality"] == "ordered" and len(values) == len(options)
        return Order(tuple(values)) if is_whole else None
    if asked.kind in ("choice", "inline_choice") or asks_for_one(asked):
        return Choice(values[0]) if len(values) == 1 else None
    if asked.kind in ("choices", "hot_text", "hotspot") and declared["cardinality"] == "multiple":
        return Choices(frozenset(values))
    return None


def _key_pairs(
    type_name: str, asked: Interaction, pairs: frozenset[tuple[str, str]]
) -> SingleResponse | None:
    options = {option.id for option in asked.options}
    targets = {target.id for target in asked.targets}
    if type_name == "directedPair" and asked.kind in ("match", "gap_match"):
        is_known = all(one in options and other in targets for one, other in pairs)
        return Match(pairs) if is_known else None
    if type_name == "pair" and asked.kind == "associate":
        is_known = all(one in options and other in options for one, other in pairs)
        return Pairs(pairs) if is_known else None
    return None


def _mapping(declared: Declared, asked: Interaction, *, is_blank_zero: bool) -> PartRule | None:
    mapping = declared.get("mapping")
    if mapping is None or declared["type"] not in _BY_NAME or not mapping["entries"]:
        return None
    if not all(is_case_sensitive for _, _, is_case_sensitive in mapping["entries"]):
        return None
    entries: dict[str, Fraction] = {}
    for key, points, _ in mapping["entries"]:
        value = scalar(declared["type"], key)
        name = value if isinstance(value, str) else " ".join(value or ())
        entries.setdefault(name, Fraction(points))
    if not entries.keys() <= set(_names(declared["type"], asked)):
        return None
    lower, upper = _bound(mapping, "lower_bound"), _bound(mapping, "upper_bound")
    blank = ZERO if is_blank_zero else _within(ZERO, lower, upper)
    default = Fraction(mapping["default"])
    if asked.kind in ("choice", "inline_choice") or asks_for_one(asked):
        points = {
            option.id: _within(entries.get(option.id, default), lower, upper)
            for option in asked.options
        }
        return OptionPoints(points, blank)
    if asked.kind in ("text", "order"):
        return None
    return MappingRule(entries, default, lower, upper, blank)


def _names(type_name: str, asked: Interaction) -> list[str]:
    """What a mapping can name: options, or pairs of them."""
    options = [option.id for option in asked.options]
    if type_name == "identifier":
        return options
    if type_name == "pair":
        return [f"{one} {other}" for one in options for other in options if one <= other]
    return [f"{one} {target.id}" for one in options for target in asked.targets]


def _areas(declared: Declared, asked: Interaction, *, is_blank_zero: bool) -> PartRule | None:
    areas = declared.get("areas")
    if areas is None or not areas["entries"] or asked.kind != "points":
        return None
    lower, upper = _bound(areas, "lower_bound"), _bound(areas, "upper_bound")
    listed = tuple(
        (Area(shape, tuple(coords)), Fraction(points)) for shape, coords, points in areas["entries"]
    )
    blank = ZERO if is_blank_zero else _within(ZERO, lower, upper)
    return AreaRule(listed, Fraction(areas["default"]), lower, upper, blank)


def _bound(mapping: Declared, name: str) -> Fraction | None:
    return None if mapping[name] is None else Fraction(mapping[name])


def _within(value: Fraction, lower: Fraction | None, upper: Fraction | None) -> Fraction:
    value = value if lower is None else max(value, lower)
    return value if upper is None else min(value, upper)
