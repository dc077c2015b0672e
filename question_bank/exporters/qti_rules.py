"""Rules as QTI's response processing: declarations and statements, as data.

The statements are the nodes of `scoring.processing`, so that an item which keeps a program is
written as it is, and every plain rule in the words that our importer reads back.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from question_bank.exporters.export import CannotWrite
from question_bank.exporters.moodle_answers import decimal
from question_bank.importers.qti.templates import IS_NULL, MATCH, TEMPLATES, renamed
from question_bank.item import ONLY, Interaction, Item, interactions_of
from scoring.mark import highest
from scoring.processing.program import load
from scoring.response import Choice, Choices, Match, Order, Pairs, Points
from scoring.rule import (
    ZERO,
    AreaRule,
    JudgedRule,
    KeyRule,
    MappingRule,
    NumberRule,
    OptionPoints,
    PartRule,
    ProcessingRule,
    SumRule,
    TextRule,
)

Node = list[Any]
Json = dict[str, Any]

SCORE = "SCORE"
_PAIRED = {"match": "directedPair", "gap_match": "directedPair", "associate": "pair"}
_PATTERN_SIGNS = frozenset("\\^$.|?*+()[]{}-")


def program_of(item: Item) -> Json:
    """Responses, outcomes and processing of an item.

    Raises:
        CannotWrite: QTI has no words for its rule.
    """
    rule = item.rule
    if isinstance(rule, ProcessingRule):
        return dict(load(rule.program))
    asked = interactions_of(item)
    if isinstance(rule, SumRule):
        responses, process = {}, []
        for one in asked:
            part = rule.parts.get(one.name)
            responses[one.name] = _declared(one) | (_key(part) if part else {})
            process += _added(part, one.name) if part else []
        return _program(responses, process, _most(rule))
    (only,) = asked
    if not isinstance(rule, PartRule):
        raise CannotWrite("its rule is sealed")
    responses = {only.name: _declared(only) | _key(rule)}
    outcome = _most(rule)
    if isinstance(rule, JudgedRule):
        outcome["judged"] = True
    return _program(responses, _scored(rule, only.name), outcome)


def is_standard(process: list[Node], name: str) -> str:
    """The standard template that a processing is, or nothing."""
    return "match_correct" if process == TEMPLATES["match_correct"] and name == ONLY else ""


def _program(responses: Json, process: list[Node], outcome: Json) -> Json:
    most = {"type": "float", "cardinality": "single", "default": [outcome["most"]]}
    outcomes = {SCORE: outcome, "MAXSCORE": most}
    return {"responses": responses, "outcomes": outcomes, "process": process}


def _most(rule: PartRule | SumRule) -> Json:
    return {"type": "float", "cardinality": "single", "most": decimal(highest(rule))}


def _declared(one: Interaction) -> Json:
    """Base type and cardinality of what an interaction asks."""
    settings = one.settings
    match one.kind:
        case "choice" | "inline_choice":
            return {"type": "identifier", "cardinality": "single"}
        case "hot_text" | "hotspot":
            is_single = settings.most == 1
            return {"type": "identifier", "cardinality": "single" if is_single else "multiple"}
        case "choices":
            return {"type": "identifier", "cardinality": "multiple"}
        case "order":
            return {"type": "identifier", "cardinality": "ordered"}
        case "match" | "gap_match" | "associate":
            return {"type": _PAIRED[one.kind], "cardinality": "multiple"}
        case "points":
            is_single = settings.most == 1
            return {"type": "point", "cardinality": "single" if is_single else "multiple"}
        case "number" | "slider":
            return {"type": "float", "cardinality": "single"}
        case _:
            return {"type": "string", "cardinality": "single"}


def _key(rule: PartRule) -> Json:
    """What a declaration says of the key: the correct response, a mapping, areas."""
    match rule:
        case KeyRule(key):
            return {"correct": _values(key)}
        case NumberRule(target):
            return {"correct": [decimal(target)]}
        case OptionPoints(points):
            best = max(points, key=lambda name: points[name])
            return {"correct": [best], "mapping": _mapping(points)}
        case MappingRule(entries, default, lower, upper):
            gains = [name for name, points in entries.items() if points > 0]
            mapping = _mapping(entries, default, lower, upper)
            return {"mapping": mapping} | ({"correct": gains} if gains else {})
        case AreaRule(areas, default, lower, upper):
            bounds = _mapping({}, default, lower, upper)
            listed = [[one.shape, list(one.coords), decimal(points)] for one, points in areas]
            return {"areas": bounds | {"entries": listed}}
        case TextRule(accepted):
            plain = [text for text, points in accepted if points > 0 and "*" not in text]
            return {"correct": plain[:1]} if plain else {}
        case _:
            return {}


def _values(key: object) -> list[str]:
    match key:
        case Choice(option):
            return [option]
        case Choices(options):
            return sorted(options)
        case Order(options):
            return list(options)
        case Match(pairs) | Pairs(pairs):
            return [f"{one} {other}" for one, other in sorted(pairs)]
        case Points(points):
            return [f"{x} {y}" for x, y in sorted(points)]
        case _:
            raise CannotWrite("QTI declares no such key")


def _mapping(
    entries: Mapping[str, Fraction],
    default: Fraction = ZERO,
    lower: Fraction | None = None,
    upper: Fraction | None = None,
) -> Json:
    return {
        "default": decimal(default),
        "lower_bound": None if lower is None else decimal(lower),
        "upper_bound": None if upper is None else decimal(upper),
        "entries": [[name, decimal(points), True] for name, points in entries.items()],
    }


def _scored(rule: PartRule, name: str) -> list[Node]:
    """Statements that set SCORE to what a response earns."""
    match rule:
        case KeyRule():
            return _condition(rule, name)
        case NumberRule(tolerance=tolerance):
            return _condition(rule, name, _near(tolerance) if tolerance else MATCH)
        case OptionPoints() | MappingRule():
            return _mapped("mapResponse", rule.blank, name)
        case AreaRule():
            return _mapped("mapResponsePoint", rule.blank, name)
        case TextRule():
            return _worded(rule, name)
        case JudgedRule(blank=blank) if blank == ZERO:
            return []
        case _:
            raise CannotWrite("QTI has no words for its rule")


def _added(rule: PartRule, name: str) -> list[Node]:
    """Statements that add what one interaction earns."""
    if isinstance(rule, JudgedRule):
        raise CannotWrite("people mark a part of it, and a program the rest")
    return [_adding(statement) for statement in _scored(rule, name)]


def _adding(node: Any) -> Any:
    """The same statements, each adding to SCORE what it set it to."""
    match node:
        case ["setOutcomeValue", attributes, [value]]:
            so_far = ["variable", {"identifier": SCORE}, []]
            return ["setOutcomeValue", attributes, [["sum", {}, [so_far, value]]]]
        case [str(name), dict(attributes), list(inner)]:
            return [name, attributes, [_adding(one) for one in inner]]
        case _:
            return node


def _condition(rule: KeyRule | NumberRule, name: str, test: Node = MATCH) -> list[Node]:
    right, wrong, blank = rule.right, rule.wrong, rule.blank
    branches: list[Node] = []
    if blank != wrong:
        branches.append(["if", {}, [IS_NULL, _set(_value(blank))]])
    branches.append(["if", {}, [test, _set(_value(right))]])
    branches.append(["else", {}, [_set(_value(wrong))]])
    return [renamed(["condition", {}, branches], name)]


def _mapped(how: str, blank: Fraction, name: str) -> list[Node]:
    mapped = _set([how, {"identifier": ONLY}, []])
    branches = [["if", {}, [IS_NULL, _set(_value(blank))]], ["else", {}, [mapped]]]
    return [renamed(["condition", {}, branches], name)]


def _near(tolerance: Fraction) -> Node:
    how = {
        "toleranceMode": "absolute",
        "tolerance": [decimal(tolerance)] * 2,
        "includeLowerBound": True,
        "includeUpperBound": True,
    }
    return ["equal", how, MATCH[2]]


def _worded(rule: TextRule, name: str) -> list[Node]:
    """The first accepted text that fits; a star becomes a pattern."""
    given = ["variable", {"identifier": name}, []]
    branches: list[Node] = [["if", {}, [["isNull", {}, [given]], _set(_value(rule.blank))]]]
    for text, points in rule.accepted:
        if "*" in text:
            pattern = _pattern(text, case_sensitive=rule.case_sensitive)
            test: Node = ["patternMatch", {"pattern": pattern}, [given]]
        else:
            how: Json = {"caseSensitive": rule.case_sensitive, "substring": False}
            value = ["baseValue", {"type": "string", "value": text}, []]
            test = ["stringMatch", how, [given, value]]
        branches.append(["if", {}, [test, _set(_value(points))]])
    branches.append(["else", {}, [_set(_value(rule.wrong))]])
    return [["condition", {}, branches]]


def _pattern(text: str, *, case_sensitive: bool) -> str:
    """A pattern of XML Schema for an accepted text with stars."""
    sign_of = _exact_sign if case_sensitive else _any_case
    return ".*".join("".join(map(sign_of, piece)) for piece in text.split("*"))


def _exact_sign(sign: str) -> str:
    return f"\\{sign}" if sign in _PATTERN_SIGNS else sign


def _any_case(sign: str) -> str:
    """Both cases of a letter, first the one that is written."""
    low, high = sign.lower(), sign.upper()
    is_letter = low != high and len(low) == len(high) == 1
    first, second = (high, low) if sign == high else (low, high)
    return f"[{first}{second}]" if is_letter else _exact_sign(sign)


def _value(points: Fraction) -> Node:
    return ["baseValue", {"type": "float", "value": decimal(points)}, []]


def _set(value: Node) -> Node:
    return ["setOutcomeValue", {"identifier": SCORE}, [value]]
