"""Scoring of QTI 1.2 as our rules: plain ones where the conditions are plain, else a program."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from question_bank.importers.qti.trial import bounds
from question_bank.importers.qti12.conditions import Condition, Scoring, tests_of
from question_bank.importers.report import CannotTake
from question_bank.item import Interaction
from question_bank.safe_xml import XmlElement
from scoring.processing import MalformedProgram, canonical
from scoring.processing.values import decimal, scalar
from scoring.response import Choice, Choices, Match, Order
from scoring.rule import (
    ONE,
    ZERO,
    KeyRule,
    MappingRule,
    NumberRule,
    OptionPoints,
    PartRule,
    ProcessingRule,
    TextRule,
)

Points = dict[str, dict[str, Fraction]]
"""By response and value: what giving it earns."""

_COMPARISONS = {
    "vargt": "gt", "vargte": "gte", "varlt": "lt", "varlte": "lte", "varequal": "equal",
}  # fmt: skip
_ADVICE = "write the scoring plainer"


def single_points(scoring: Scoring) -> Points | None:
    """What each value earns, where every condition looks at one response for some values alone."""
    found: Points = {}
    for condition in scoring.conditions:
        tests = condition.tests
        if len(tests) == 1 and tests[0].name == "or":
            tests = tuple(tests[0].elements())
        names = {test.attributes.get("respident", "") for test in tests}
        if len(names) != 1 or not all(test.name == "varequal" for test in tests):
            return None
        values = found.setdefault(names.pop(), {})
        for test in tests:
            value = test.text().strip()
            if value in values and condition.action == "add":
                return None
            values.setdefault(value, scoring.scaled(condition.points))
    return found


def choice_rule(one: Interaction, points: Mapping[str, Fraction]) -> PartRule | None:
    """The rule of one choice: a key where one option earns and all others earn nothing."""
    options = [option.id for option in one.options]
    if not points.keys() <= set(options):
        return None
    earning = [option for option in options if points.get(option, ZERO) != 0]
    if len(earning) == 1 and points[earning[0]] > 0:
        return KeyRule(Choice(earning[0]), right=points[earning[0]])
    return OptionPoints({option: points.get(option, ZERO) for option in options})


def choices_rule(one: Interaction, scoring: Scoring, name: str) -> PartRule | None:
    """A key where one condition names every option, as chosen or not; a mapping where each adds."""
    options = {option.id for option in one.options}
    if len(scoring.conditions) == 1:
        condition = scoring.conditions[0]
        tests = condition.tests
        if len(tests) == 1 and tests[0].name == "and":
            tests = tuple(tests[0].elements())
        chosen = {test.text().strip() for test in tests if test.name == "varequal"}
        left = {inner.text().strip() for test in tests if test.name == "not"
                for inner in test.elements("varequal")}  # fmt: skip
        is_plain = all(test.name in ("varequal", "not") for test in tests)
        if is_plain and chosen and chosen | left == options and not chosen & left:
            return KeyRule(Choices(frozenset(chosen)), right=scoring.scaled(condition.points))
    points = single_points(scoring)
    is_added = all(condition.action == "add" for condition in scoring.conditions)
    if points is None or not is_added or points.keys() != {name} or not points[name]:
        return None
    if not points[name].keys() <= options:
        return None
    least = None if scoring.least is None else scoring.scaled(scoring.least)
    most = None if scoring.most is None else scoring.scaled(scoring.most)
    return MappingRule(points[name], lower_bound=least, upper_bound=most)


def match_rule(one: Interaction, points: Points, *, is_whole: bool) -> PartRule | None:
    """Every right pair earns its part; or all together earn all of it."""
    known = {f"{option.id} {target.id}" for option in one.options for target in one.targets}
    entries = {
        f"{name} {value}": earned
        for name, values in points.items()
        for value, earned in values.items()
        if earned != 0
    }
    if not entries or not entries.keys() <= known:
        return None
    if is_whole:
        pairs = frozenset(tuple(entry.split(" ")) for entry in entries)
        key = frozenset((pair[0], pair[1]) for pair in pairs)
        return KeyRule(Match(key), right=sum(entries.values(), ZERO))
    return MappingRule(entries)


def text_rule(scoring: Scoring) -> TextRule | None:
    """Accepted texts with what each earns."""
    accepted: list[tuple[str, Fraction]] = []
    is_case_sensitive = set()
    for condition in scoring.conditions:
        tests = tests_of(condition)
        if len(tests) == 1 and tests[0].name == "or":
            tests = tests[0].elements()
        for test in tests:
            text = " ".join(test.text().split())
            if test.name != "varequal" or "*" in text or not text:
                return None
            is_case_sensitive.add(test.attributes.get("case", "No").lower() == "yes")
            accepted.append((text, scoring.scaled(condition.points)))
    if len(is_case_sensitive) != 1:
        return None
    return TextRule(tuple(accepted), case_sensitive=is_case_sensitive.pop())


def number_rule(scoring: Scoring) -> NumberRule | None:
    """A number with a tolerance, of one condition that includes both its edges."""
    if len(scoring.conditions) != 1:
        return None
    (condition,) = scoring.conditions
    values: dict[str, Fraction] = {}
    for test in condition.tests:
        for one in test.walk():
            if one.name in ("vargt", "varlt", "not"):
                return None
            if one.name in _COMPARISONS:
                value = scalar("float", one.text())
                if not isinstance(value, Fraction):
                    return None
                values[one.name] = value
    right = scoring.scaled(condition.points)
    if "vargte" in values and "varlte" in values:
        lower, upper = values["vargte"], values["varlte"]
        middle, tolerance = (lower + upper) / 2, (upper - lower) / 2
        is_around = values.get("varequal", middle) == middle
        return NumberRule(middle, tolerance, right) if is_around and tolerance >= 0 else None
    return NumberRule(values["varequal"], right=right) if values.keys() == {"varequal"} else None


def order_rule(one: Interaction, scoring: Scoring) -> KeyRule | None:
    """The one order that earns."""
    if len(scoring.conditions) != 1:
        return None
    tests = tests_of(scoring.conditions[0])
    if len(tests) == 1 and tests[0].name == "and":
        tests = tests[0].elements()
    order = tuple(test.text().strip() for test in tests if test.name == "varequal")
    if sorted(order) != sorted(option.id for option in one.options):
        return None
    return KeyRule(Order(order), right=scoring.scaled(scoring.conditions[0].points))


def program_rule(
    scoring: Scoring, declared: Mapping[str, Mapping[str, str]], options: Mapping[str, list[str]]
) -> ProcessingRule:
    """The conditions as a program, for everything that is not plain.

    Raises:
        CannotTake: a test that no program of ours has.
    """
    score = {"identifier": "SCORE"}
    process: list[Any] = []
    for condition in scoring.conditions:
        test = _all([_test(one, declared) for one in condition.tests])
        value = _float(condition.points)
        if condition.action == "add":
            value = ["sum", {}, [["variable", score, []], value]]
        then: list[Any] = [["setOutcomeValue", score, [value]]]
        # Canvas leaves `continue` out where it goes on; a written No ends.
        branch = ["if", {}, [test, *then, *([["exit", {}, []]] if condition.is_last else [])]]
        process.append(["condition", {}, [branch]])
    document = {
        "responses": dict(declared),
        "outcomes": {"SCORE": {"type": "float", "cardinality": "single"}},
        "templates": {},
        "process": _scaled(scoring, process),
        "score": "SCORE",
    }
    try:
        program = canonical(document)
        fewest, most = bounds(program, options)
    except MalformedProgram as error:
        raise CannotTake(f"its scoring cannot be run: {error}", _ADVICE) from error
    return ProcessingRule(program, most if most > fewest else fewest + ONE, min(fewest, ZERO))


def _scaled(scoring: Scoring, process: list[Any]) -> list[Any]:
    """The conditions, with what each gives already in points."""
    if scoring.factor == 1:
        return process
    return [_scaled_node(node, scoring.factor) for node in process]


def _scaled_node(node: list[Any], factor: Fraction) -> list[Any]:
    name, attributes, inner = node
    if name == "setOutcomeValue":
        return [name, attributes, [_scaled_value(one, factor) for one in inner]]
    if name in ("condition", "if"):
        return [name, attributes, [_scaled_node(one, factor) for one in inner]]
    return node


def _scaled_value(node: list[Any], factor: Fraction) -> list[Any]:
    name, attributes, inner = node
    if name == "baseValue":
        value = scalar("float", attributes["value"])
        return _float(value * factor)
    return [name, attributes, [_scaled_value(one, factor) for one in inner]]


def _float(value: Fraction) -> list[Any]:
    return ["baseValue", {"type": "float", "value": decimal(value)}, []]


def _all(tests: list[Any]) -> list[Any]:
    return tests[0] if len(tests) == 1 else ["and", {}, tests]


def _test(test: XmlElement, declared: Mapping[str, Mapping[str, str]]) -> list[Any]:
    inner = test.elements()
    if test.name in ("and", "or", "not"):
        nodes = [_test(one, declared) for one in inner]
        return [test.name, {}, [_all(nodes)] if test.name == "not" else nodes]
    if test.name == "other":
        return ["baseValue", {"type": "boolean", "value": "true"}, []]
    name = test.attributes.get("respident", "")
    if name not in declared:
        message = f"line {test.line}: <{test.name[:40]}> names no response"
        raise CannotTake(message, _ADVICE)
    variable = ["variable", {"identifier": name}, []]
    if test.name == "unanswered":
        return ["isNull", {}, [variable]]
    if test.name not in _COMPARISONS:
        raise CannotTake(f"line {test.line}: <{test.name[:40]}> is not run", _ADVICE)
    type_name = declared[name]["type"]
    value = ["baseValue", {"type": type_name, "value": test.text().strip()}, []]
    if test.name != "varequal" or type_name == "float":
        return [_COMPARISONS[test.name], {}, [variable, value]]
    if declared[name]["cardinality"] == "multiple":
        return ["member", {}, [value, variable]]
    if type_name == "string":
        is_case_sensitive = test.attributes.get("case", "No").lower() == "yes"
        return ["stringMatch", {"caseSensitive": is_case_sensitive}, [variable, value]]
    return ["match", {}, [variable, value]]


def is_all_or_nothing(conditions: tuple[Condition, ...], algorithm: str) -> bool:
    """Whether pairs earn together or not at all."""
    return algorithm == "AllOrNothing" and len(conditions) > 1
