"""A program as one of our plain rules, where both earn exactly the same for every response.

Only what is plain at sight is translated: the standard templates and a bare mapping. Everything
else stays a program; guessing what a condition tree amounts to would change what somebody earns.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from question_bank.answers import asks_for_one
from question_bank.importers.qti.scored import scored_rule
from question_bank.importers.qti.templates import TEMPLATES
from question_bank.item import Interaction
from scoring.area import Area
from scoring.mark import highest
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
)

Declared = Mapping[str, Any]

_BY_NAME = frozenset({"identifier", "pair", "directedPair"})
_EXPECTED_OUTCOMES = frozenset({"SCORE", "MAXSCORE"})


def plain_rule(document: Declared, asked: Interaction) -> PartRule | None:
    """The plain rule that earns what the program earns, or None where there is none."""
    if len(document["responses"]) != 1 or not document["outcomes"].keys() <= _EXPECTED_OUTCOMES:
        return None
    ((name, declared),) = document["responses"].items()
    score = document["outcomes"].get("SCORE", {})
    if document["score"] != "SCORE" or score.get("cardinality") != "single":
        return None
    rule = _rule(_renamed(document["process"], name), declared, asked)
    if rule is None or (score["type"] == "integer" and not _is_whole(rule)):
        return None
    most = document["outcomes"].get("MAXSCORE", {}).get("default")
    if "MAXSCORE" in document["outcomes"] and (
        not most or scalar("float", most[0]) != highest(rule)
    ):
        return None
    return rule


def _rule(process: list[Any], declared: Declared, asked: Interaction) -> PartRule | None:
    if process == TEMPLATES["match_correct"]:
        return _key(declared, asked)
    if process == TEMPLATES["map_response"]:
        return _mapping(declared, asked, is_blank_zero=True)
    if process == TEMPLATES["map_response_point"]:
        return _areas(declared, asked, is_blank_zero=True)
    if process == [_set("mapResponse")]:
        return _mapping(declared, asked, is_blank_zero=False)
    if process == [_set("mapResponsePoint")]:
        return _areas(declared, asked, is_blank_zero=False)
    return scored_rule(process, declared, asked, _rule)


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


def _is_whole(rule: PartRule) -> bool:
    """Whether an integer outcome holds everything that the rule can earn."""
    if isinstance(rule, MappingRule | AreaRule):
        entries = rule.entries.values() if isinstance(rule, MappingRule) else ()
        areas = (points for _, points in rule.areas) if isinstance(rule, AreaRule) else ()
        bounds = (rule.lower_bound or ZERO, rule.upper_bound or ZERO, rule.default)
        return all(one.denominator == 1 for one in (*entries, *areas, *bounds))
    if isinstance(rule, OptionPoints):
        return all(one.denominator == 1 for one in rule.points.values())
    if isinstance(rule, KeyRule | NumberRule):
        return all(one.denominator == 1 for one in (rule.right, rule.wrong, rule.blank))
    return True


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
