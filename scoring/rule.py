"""How a response earns points. Importers translate every foreign scheme into one of these."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from scoring.area import Area, area
from scoring.processing.program import canonical
from scoring.response import Response, from_json, parse_number, to_json

ZERO = Fraction(0)
ONE = Fraction(1)
POINTS_LIMIT = 200
"""The most characters of a number in a rule; it bounds the work of reading one."""


class MalformedRule(ValueError):
    """JSON that is no rule."""

    code = "malformed_rule"


@dataclass(frozen=True, slots=True)
class KeyRule:
    """Right when the response equals the key, otherwise wrong; blank is its own case."""

    key: Response
    right: Fraction = ONE
    wrong: Fraction = ZERO
    blank: Fraction = ZERO


@dataclass(frozen=True, slots=True)
class OptionPoints:
    """Every option has its points, as in TKP 1 to 5; there is no wrong option."""

    points: Mapping[str, Fraction]
    blank: Fraction = ZERO


@dataclass(frozen=True, slots=True)
class MappingRule:
    """The sum of the points of what was given, kept within bounds.

    Entries are option names, or "option target" for pairs; each value counts once however often
    it is given (QTI mapResponse).
    """

    entries: Mapping[str, Fraction]
    default: Fraction = ZERO
    lower_bound: Fraction | None = None
    upper_bound: Fraction | None = None
    blank: Fraction = ZERO


@dataclass(frozen=True, slots=True)
class NumberRule:
    """Right within an absolute tolerance of the target, both edges included."""

    target: Fraction
    tolerance: Fraction = ZERO
    right: Fraction = ONE
    wrong: Fraction = ZERO
    blank: Fraction = ZERO


@dataclass(frozen=True, slots=True)
class TextRule:
    """The points of the first accepted text that fits; `*` stands for any run of characters.

    Texts are compared after Unicode normalisation (NFC) and with runs of white space as one.
    """

    accepted: tuple[tuple[str, Fraction], ...]
    case_sensitive: bool = False
    wrong: Fraction = ZERO
    blank: Fraction = ZERO


@dataclass(frozen=True, slots=True)
class AreaRule:
    """The sum of the points of the areas that were hit, kept within bounds.

    A point belongs to the first area that holds it. Each area counts once, however many points
    fall into it; a point in none earns `default` (QTI mapResponsePoint).
    """

    areas: tuple[tuple[Area, Fraction], ...]
    default: Fraction = ZERO
    lower_bound: Fraction | None = None
    upper_bound: Fraction | None = None
    blank: Fraction = ZERO


@dataclass(frozen=True, slots=True)
class JudgedRule:
    """People judge, by the criteria, from 0 to `highest` points.

    `mark` gives `ZERO` whatever was written: points come from the marks that people record, and
    until these are there the item is not marked (`scoring.mark.awaits_people`).
    """

    highest: Fraction = ONE
    criteria: str = ""
    blank: Fraction = ZERO


@dataclass(frozen=True, slots=True)
class ProcessingRule:
    """QTI response processing that no plainer rule can hold: docs/qti.md, "Processing".

    Args of the kind:
        program: canonical JSON of declarations and statements (`scoring.processing.program`).
        highest, lowest: the most and the fewest points, as the item declares them or as trial
            of its own options found them.
    """

    program: str
    highest: Fraction = ONE
    lowest: Fraction = ZERO

    @property
    def blank(self) -> Fraction:
        """What blank earns is for the program to say; this stands for one that fails."""
        return ZERO


PartRule = (
    KeyRule
    | OptionPoints
    | MappingRule
    | NumberRule
    | TextRule
    | AreaRule
    | JudgedRule
    | ProcessingRule
)


@dataclass(frozen=True, slots=True)
class SumRule:
    """An item of several interactions: each is marked by its own rule, and the points are added."""

    parts: Mapping[str, PartRule]

    @property
    def blank(self) -> Fraction:
        """The sum of what blank earns in each."""
        return sum((rule.blank for rule in self.parts.values()), ZERO)


class ContentSealed(Exception):
    """An item is still sealed, so nobody can say what a response to it earns."""

    code = "sealed"

    def __init__(self) -> None:
        super().__init__("the items are sealed; open the seal first (docs/sealing.md)")


@dataclass(frozen=True, slots=True)
class SealedRule:
    """Stands for a rule that is still sealed: it says what can be earned, and marks nothing."""

    highest: Fraction
    lowest: Fraction = ZERO

    @property
    def blank(self) -> Fraction:
        """Nobody knows yet."""
        raise ContentSealed


Rule = PartRule | SumRule | SealedRule


def rule_to_json(rule: Rule) -> dict[str, Any]:
    """The rule's canonical JSON value; points as exact text."""
    match rule:
        case KeyRule():
            key = {"kind": "key", "key": to_json(rule.key)}
            return key | _points(right=rule.right, wrong=rule.wrong, blank=rule.blank)
        case OptionPoints():
            return {"kind": "options", "points": _texts(rule.points)} | _points(blank=rule.blank)
        case MappingRule():
            bounds = {
                "lower_bound": _optional_text(rule.lower_bound),
                "upper_bound": _optional_text(rule.upper_bound),
            }
            mapping = {"kind": "mapping", "entries": _texts(rule.entries)} | bounds
            return mapping | _points(default=rule.default, blank=rule.blank)
        case NumberRule():
            number = {"kind": "number"} | _points(target=rule.target, tolerance=rule.tolerance)
            return number | _points(right=rule.right, wrong=rule.wrong, blank=rule.blank)
        case TextRule():
            accepted = [[text, str(points)] for text, points in rule.accepted]
            text = {"kind": "text", "accepted": accepted, "case_sensitive": rule.case_sensitive}
            return text | _points(wrong=rule.wrong, blank=rule.blank)
        case AreaRule():
            areas = [[one.shape, list(one.coords), str(points)] for one, points in rule.areas]
            bounds = {
                "lower_bound": _optional_text(rule.lower_bound),
                "upper_bound": _optional_text(rule.upper_bound),
            }
            hit = {"kind": "areas", "areas": areas} | bounds
            return hit | _points(default=rule.default, blank=rule.blank)
        case JudgedRule():
            judged = {"kind": "judged", "criteria": rule.criteria}
            return judged | _points(highest=rule.highest, blank=rule.blank)
        case ProcessingRule():
            program = {"kind": "processing", "program": json.loads(rule.program)}
            return program | _points(highest=rule.highest, lowest=rule.lowest)
        case SumRule():
            parts = {name: rule_to_json(rule.parts[name]) for name in sorted(rule.parts)}
            return {"kind": "sum", "parts": parts}
        case SealedRule():
            return {"kind": "sealed"} | _points(highest=rule.highest, lowest=rule.lowest)


def rule_from_json(value: Mapping[str, Any]) -> Rule:
    """Read a rule in exactly the form that `rule_to_json` writes.

    Raises:
        MalformedRule: the value is none, or another form of one: points that are no text, keys
            too many or too few, numbers not in lowest terms.
    """
    try:
        rule = _RULES[value["kind"]](value)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise MalformedRule(str(error)) from error
    if rule_to_json(rule) != value:
        raise MalformedRule("not in canonical form")
    return rule


def _key(value: Mapping[str, Any]) -> Rule:
    return KeyRule(from_json(value["key"]), *_read(value, "right", "wrong", "blank"))


def _options(value: Mapping[str, Any]) -> Rule:
    return OptionPoints(_fractions(value["points"]), *_read(value, "blank"))


def _mapping(value: Mapping[str, Any]) -> Rule:
    default, blank = _read(value, "default", "blank")
    return MappingRule(
        entries=_fractions(value["entries"]),
        default=default,
        lower_bound=_optional_fraction(value["lower_bound"]),
        upper_bound=_optional_fraction(value["upper_bound"]),
        blank=blank,
    )


def _number(value: Mapping[str, Any]) -> Rule:
    return NumberRule(*_read(value, "target", "tolerance", "right", "wrong", "blank"))


def _text_rule(value: Mapping[str, Any]) -> Rule:
    accepted = tuple((str(text), _exact(points)) for text, points in value["accepted"])
    wrong, blank = _read(value, "wrong", "blank")
    return TextRule(accepted, value["case_sensitive"] is True, wrong, blank)


def _areas(value: Mapping[str, Any]) -> Rule:
    default, blank = _read(value, "default", "blank")
    return AreaRule(
        areas=tuple((area(one, coords), _exact(points)) for one, coords, points in value["areas"]),
        default=default,
        lower_bound=_optional_fraction(value["lower_bound"]),
        upper_bound=_optional_fraction(value["upper_bound"]),
        blank=blank,
    )


def _judged(value: Mapping[str, Any]) -> Rule:
    highest, blank = _read(value, "highest", "blank")
    return JudgedRule(highest, value["criteria"], blank)


def _processing(value: Mapping[str, Any]) -> Rule:
    return ProcessingRule(canonical(value["program"]), *_read(value, "highest", "lowest"))


def _sum(value: Mapping[str, Any]) -> Rule:
    parts = {}
    for name, part in value["parts"].items():
        rule = rule_from_json(part)
        if isinstance(rule, SumRule | SealedRule):
            raise MalformedRule("a sum holds no sums and nothing sealed")
        parts[name] = rule
    return SumRule(parts)


def _sealed(value: Mapping[str, Any]) -> Rule:
    return SealedRule(*_read(value, "highest", "lowest"))


_RULES = {
    "key": _key,
    "options": _options,
    "mapping": _mapping,
    "number": _number,
    "text": _text_rule,
    "areas": _areas,
    "judged": _judged,
    "processing": _processing,
    "sum": _sum,
    "sealed": _sealed,
}


def _points(**points: Fraction) -> dict[str, Any]:
    return {name: str(value) for name, value in points.items()}


def _texts(points: Mapping[str, Fraction]) -> dict[str, str]:
    return {name: str(points[name]) for name in sorted(points)}


def _fractions(points: Mapping[str, str]) -> dict[str, Fraction]:
    return {name: _exact(value) for name, value in points.items()}


def _read(value: Mapping[str, Any], *names: str) -> list[Fraction]:
    return [_exact(value[name]) for name in names]


def _exact(text: object) -> Fraction:
    return parse_number(text, limit=POINTS_LIMIT)


def _optional_text(points: Fraction | None) -> str | None:
    return None if points is None else str(points)


def _optional_fraction(text: str | None) -> Fraction | None:
    return None if text is None else _exact(text)
