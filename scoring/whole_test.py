"""Outcome processing of a test: from what its items earned to the outcomes of the whole.

>>> from fractions import Fraction
>>> from scoring.response import Choice
>>> from scoring.rule import KeyRule
>>> weighed = ["testVariables", {"variableIdentifier": "SCORE", "weightIdentifier": "W"}, []]
>>> statement = ["setOutcomeValue", {"identifier": "TOTAL"}, [["sum", {}, [weighed]]]]
>>> outcome = {"type": "float", "cardinality": "single"}
>>> places = (ItemPlace("Q1", weights={"W": Fraction(2)}), ItemPlace("Q2"))
>>> rule = WholeTest(whole_program({"TOTAL": outcome}, [statement]), places)
>>> results = [item_result(place, KeyRule(Choice("b")), Choice("b")) for place in places]
>>> whole_outcomes(rule, results)
{'TOTAL': Fraction(3, 1)}
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from scoring.mark import highest, lowest, mark
from scoring.processing import outcome_values, started
from scoring.processing.binding import bind
from scoring.processing.program import canonical, load
from scoring.processing.run import Scope, TooManySteps, declare, execute
from scoring.processing.session import ItemResult
from scoring.processing.values import Maybe, plain, same, single
from scoring.response import Response, is_blank
from scoring.rule import ProcessingRule, Rule


@dataclass(frozen=True, slots=True)
class ItemPlace:
    """Where an item stands in a test, and how it counts there.

    Args of the kind:
        id: of the place (QTI assessmentItemRef).
        item_id: of the item in the bank.
        sections: the sections and the part around it.
        names: of the item's outcomes, as the test calls them (QTI variableMapping).
    """

    id: str
    item_id: str = ""
    sections: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    weights: Mapping[str, Fraction] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WholeTest:
    """A test as far as scoring goes: its outcome processing and the places of its items."""

    program: str
    places: tuple[ItemPlace, ...]
    id: str = ""


def whole_program(outcomes: Mapping[str, Any], process: Sequence[Any]) -> str:
    """The canonical program of a test's outcome processing.

    Raises:
        MalformedProgram: an operator or a variable that is not known.
    """
    document = {
        "responses": {},
        "outcomes": dict(outcomes),
        "templates": {},
        "process": list(process),
        "score": "SCORE",
    }
    return canonical(document)


def item_result(place: ItemPlace, rule: Rule, response: Response) -> ItemResult:
    """What came out of one item of a test."""
    outcomes: dict[str, Maybe]
    if isinstance(rule, ProcessingRule):
        outcomes = _processed(rule, response)
        is_correct = _is_correct(rule, response)
    else:
        outcomes = {"SCORE": single("float", mark(rule, response))}
        is_correct = mark(rule, response) == highest(rule)
    return ItemResult(
        id=place.id,
        sections=place.sections,
        categories=place.categories,
        weights=place.weights,
        outcomes=outcomes,
        bounds={"SCORE": (lowest(rule), highest(rule))},
        names=place.names,
        is_responded=not is_blank(response),
        is_correct=is_correct,
    )


def whole_outcomes(rule: WholeTest, results: Sequence[ItemResult]) -> dict[str, Any]:
    """Every outcome of a test, in plain Python; numbers are exact."""
    declared = load(rule.program)["outcomes"]
    scope = Scope(started(declared), items=results)
    try:
        execute(load(rule.program)["process"], scope)
    except TooManySteps:
        return dict.fromkeys(declared)
    return {name: plain(scope.value(name)) for name in declared}


def _processed(rule: ProcessingRule, response: Response) -> dict[str, Maybe]:
    try:
        return outcome_values(rule.program, response)
    except TooManySteps:
        return {}


def _is_correct(rule: ProcessingRule, response: Response) -> bool | None:
    """Whether every response with a key is this key; None where nothing has one."""
    responses = load(rule.program)["responses"]
    given = bind(responses, response)
    keys = {name: one.correct for name, one in declare(responses).items() if one.correct}
    if not keys:
        return None
    return all(same(given[name], key) is True for name, key in keys.items())
