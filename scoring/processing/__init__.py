"""QTI's processing language as a small pure interpreter: docs/qti.md, "Processing"."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from scoring.processing.binding import bind, response_of
from scoring.processing.chance import Chance
from scoring.processing.program import (
    MalformedProgram,
    canonical,
    check_statements,
    is_judged,
    load,
)
from scoring.processing.run import Scope, TooManySteps, Variable, declare, execute
from scoring.processing.values import Maybe, members, number, plain, single, write
from scoring.response import Response

CONSTRAINT_ATTEMPTS = 100
NOT_JUDGED: Mapping[str, Fraction] = MappingProxyType({})
NUMERIC_START = Fraction(0)
"""What a numeric outcome without a default begins with (QTI 2.1, outcome declarations)."""


def outcome_values(
    program: str, response: Response, judged: Mapping[str, Fraction] = NOT_JUDGED
) -> dict[str, Maybe]:
    """Every outcome after processing, typed.

    Args:
        program: canonical JSON.
        response: what was given.
        judged: outcomes that people gave; processing reads them and cannot change them.

    Raises:
        TooManySteps: the program goes on longer than any item needs.
    """
    document = load(program)
    variables = declare(document["templates"]) | started(document["outcomes"])
    given = bind(document["responses"], response)
    for name, variable in declare(document["responses"]).items():
        variables[name] = Variable(
            variable.declared, given[name], variable.default, variable.correct
        )
    variables.setdefault("numAttempts", _integer(1))
    for name, points in judged.items():
        if name in document["outcomes"]:
            variables[name] = _judged(variables[name], points)
    scope = Scope(variables, chance=Chance(program), kept=frozenset(judged))
    execute(document["process"], scope)
    return {name: scope.value(name) for name in document["outcomes"]}


def outcomes(
    program: str, response: Response, judged: Mapping[str, Fraction] = NOT_JUDGED
) -> dict[str, Any]:
    """Every outcome after processing, in plain Python; numbers are exact."""
    try:
        found = outcome_values(program, response, judged)
        return {name: plain(one) for name, one in found.items()}
    except TooManySteps:
        return dict.fromkeys(load(program)["outcomes"])


def score(program: str, response: Response) -> Fraction:
    """The outcome that the program names as the score; what is no finite number is zero."""
    found = outcomes(program, response).get(load(program)["score"])
    if isinstance(found, bool) or not isinstance(found, int | Fraction):
        return Fraction(0)
    return Fraction(found)


def prepared(
    declarations: Mapping[str, Mapping[str, Any]], statements: Sequence[Any], seed: str
) -> tuple[dict[str, dict[str, Any]], bool]:
    """Declarations after template processing: values drawn once, from then on fixed.

    Args:
        declarations: of templates, responses and outcomes together.
        statements: nodes of template processing.
        seed: of the chance; a constraint that fails begins anew with the next.

    Returns:
        The declarations with new defaults and keys, and whether chance was used.

    Raises:
        MalformedProgram: no draw met the constraints.
        TooManySteps: the processing goes on longer than any item needs.
    """
    check_statements(statements)
    for attempt in range(CONSTRAINT_ATTEMPTS):
        scope = Scope(declare(declarations), chance=Chance(f"{seed}/{attempt}"))
        execute(statements, scope)
        if not scope.constraint_failed:
            found = {name: _redeclared(one) for name, one in scope.variables.items()}
            return found, scope.chance.is_used
    raise MalformedProgram(f"{CONSTRAINT_ATTEMPTS} draws met no template constraint")


def _redeclared(variable: Variable) -> dict[str, Any]:
    declared = dict(variable.declared)
    for key, value in (("default", variable.value), ("correct", variable.correct)):
        declared.pop(key, None)
        if value is not None and value.cardinality != "record":
            declared[key] = [write(value.type, one) for one in members(value)]
    return declared


def started(declarations: Mapping[str, Mapping[str, Any]]) -> dict[str, Variable]:
    """Outcome variables at their defaults; numbers without one begin with zero."""
    found = declare(declarations)
    for name, variable in found.items():
        is_number = variable.type in ("integer", "float")
        if variable.value is None and is_number and variable.declared["cardinality"] == "single":
            zero = number(0 if variable.type == "integer" else NUMERIC_START)
            found[name] = Variable(variable.declared, zero, variable.default)
    return found


def _judged(variable: Variable, points: Fraction) -> Variable:
    is_whole = variable.type == "integer" and points.denominator == 1
    value = number(int(points) if is_whole else points)
    return Variable(variable.declared, value, variable.default)


def _integer(value: int) -> Variable:
    return Variable({"type": "integer", "cardinality": "single"}, single("integer", value))


__all__ = [
    "MalformedProgram",
    "TooManySteps",
    "canonical",
    "is_judged",
    "outcome_values",
    "outcomes",
    "prepared",
    "response_of",
    "score",
]
