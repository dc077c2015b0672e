"""The resprocessing of QTI 1.2: what each condition looks at, and what it does to the score."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from question_bank.importers import moodle_kinds
from question_bank.importers.report import CannotTake
from question_bank.safe_xml import XmlElement
from scoring.processing.values import scalar

_ADVICE = "write the scoring plainer"


@dataclass(frozen=True, slots=True)
class Condition:
    """One respcondition that changes the score."""

    tests: tuple[XmlElement, ...]
    action: str
    points: Fraction
    is_last: bool


@dataclass(frozen=True, slots=True)
class Scoring:
    """All conditions, the bounds of the score, and by what it is multiplied at the end."""

    conditions: tuple[Condition, ...]
    least: Fraction | None = None
    most: Fraction | None = None
    factor: Fraction = Fraction(1)

    def scaled(self, points: Fraction) -> Fraction:
        """Points as the item gives them."""
        return points * self.factor


def read_scoring(item: XmlElement, points: Fraction | None, changes: set[str]) -> Scoring:
    """Read the resprocessing of an item.

    Args:
        item: the item.
        points: what the item is worth; a score of 100 is this many points, as Canvas has it.
        changes: what is not plain.

    Raises:
        CannotTake: a number that is none, or several scores.
    """
    conditions: list[Condition] = []
    least = most = None
    for processing in item.elements("resprocessing"):
        for declared in processing.walk():
            if declared.name == "decvar":
                least = _number(declared, "minvalue") if least is None else least
                most = _number(declared, "maxvalue") if most is None else most
                if _number(declared, "defaultval"):
                    changes.add("a score that does not begin with 0 was taken to begin with 0")
        for element in processing.elements("respcondition"):
            conditions += _conditions(element)
    factor = Fraction(1)
    if most == 100 or points is not None:
        factor = (Fraction(1) if points is None else points) / (most or 100)
        if points is None:
            changes.add("100 % earn one point: the item says no points")
    if most == 100:  # percent, in which Canvas writes a third as 33.33
        conditions = [
            replace(one, points=moodle_kinds.share_of(one.points, changes) * 100)
            for one in conditions
        ]
    return Scoring(tuple(conditions), least, most, factor)


def tests_of(condition: Condition) -> list[XmlElement]:
    """The tests of a condition without an `and` or an `or` of one around them."""
    tests = list(condition.tests)
    while len(tests) == 1 and tests[0].name in ("and", "or") and len(tests[0].elements()) == 1:
        tests = tests[0].elements()
    return tests


def _conditions(element: XmlElement) -> Iterator[Condition]:
    holder = element.first("conditionvar")
    tests = tuple(holder.elements()) if holder is not None else ()
    for setting in element.elements("setvar"):
        action = setting.attributes.get("action", "Set").lower()
        value = scalar("float", setting.text())
        if action not in ("set", "add", "subtract") or not isinstance(value, Fraction):
            message = f"line {setting.line}: a score is set, added to or subtracted from"
            raise CannotTake(message, _ADVICE)
        if action == "subtract":
            action, value = "add", -value
        is_last = element.attributes.get("continue", "Yes").lower() == "no"
        yield Condition(tests, action, value, is_last)


def _number(element: XmlElement, name: str) -> Fraction | None:
    value = scalar("float", element.attributes.get(name, ""))
    return value if isinstance(value, Fraction) else None
