"""The one door to HiGHS: whole-number programs whose answers do not depend on its version.

Two questions are asked of it. `solve_counts`: is there any solution (its caller uses nothing but
the yes or no). `least_sum`: the selection with the least sum of drawn numbers, which is one and the
same for every solver, because a second call proves that no other selection has a sum as small; a
tie is reported and the caller draws other numbers. Every answer is checked again in whole numbers
here; what a tolerance let through is forbidden and the question asked again.

HiGHS runs on one thread with a fixed seed. A limit on its nodes makes it give up rather than run
for ever; giving up is an error (`Undecided`), never another answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

NODE_LIMIT = 20_000
REPAIR_LIMIT = 50
INFINITY = float(highspy.kHighsInf)
Integers = NDArray[np.int64]


class Undecided(Exception):
    """The solver gave up; whether there is a solution is not known."""

    code = "undecided"


class Tied(Exception):
    """Two selections have the same least sum of drawn numbers."""


@dataclass(frozen=True, slots=True)
class Line:
    """low ≤ sum of coefficient × variable ≤ high; None: no limit on that side."""

    columns: Sequence[int]
    coefficients: Sequence[int]
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Program:
    """Whole variables from 0 to their upper bounds, lines, and costs to keep low."""

    upper: Sequence[int]
    costs: Sequence[int]
    lines: Sequence[Line]


class _Quiet(highspy.Highs):
    """HiGHS without its banner, which its own constructor prints before it can be silenced."""

    def __init__(self) -> None:
        super(highspy.Highs, self).__init__()
        self.setOptionValue("output_flag", False)  # noqa: FBT003 (HiGHS has no other way)


def solve_counts(
    needs: Sequence[Sequence[tuple[int, int]]], wanted: Sequence[int], present: Sequence[int]
) -> list[int] | None:
    """How many of each type fill every row exactly, or None when nothing does."""
    by_row: list[tuple[list[int], list[int]]] = [([], []) for _ in wanted]
    for kind, need in enumerate(needs):
        for row, count in need:
            by_row[row][0].append(kind)
            by_row[row][1].append(count)
    lines = [
        Line(columns, coefficients, count, count)
        for (columns, coefficients), count in zip(by_row, wanted, strict=True)
    ]
    return minimize(Program(present, [0] * len(needs), lines))


def least_sum(program: Program) -> list[int] | None:
    """The one selection with the least cost, or None when there is none.

    Raises:
        Tied: another selection costs as little.
        Undecided: the solver gave up.
    """
    best = minimize(program)
    if best is None:
        return None
    cost = _cost(program, best)
    every = range(len(program.costs))
    cheap = Line(every, program.costs, None, cost)
    if minimize(Program(program.upper, program.costs, [*program.lines, cheap, _other(best)])):
        raise Tied
    return best


def minimize(program: Program) -> list[int] | None:
    """A solution of least cost, checked in whole numbers; None when there is none."""
    lines = list(program.lines)
    if any(not line.columns and not _fits(line, 0) for line in lines):
        return None
    for _ in range(REPAIR_LIMIT):
        found = _run(program, lines)
        if found is None or all(_fits(line, _sum(line, found)) for line in lines):
            return found
        if not set(program.upper) <= {0, 1}:
            break
        lines.append(_other(found))
    raise Undecided("the solver's tolerance hides whether there is a solution")


def _run(program: Program, lines: Sequence[Line]) -> list[int] | None:
    if not program.upper:
        return None if any(not _fits(line, 0) for line in lines) else []
    model = _Quiet()
    for option, value in (
        ("threads", 1),
        ("random_seed", 0),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 0.5),
        ("mip_max_nodes", NODE_LIMIT),
    ):
        model.setOptionValue(option, value)
    model.passModel(_model(program, lines))
    model.run()
    status = model.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        return None
    if status != highspy.HighsModelStatus.kOptimal:
        raise Undecided(f"the solver gave up: {model.modelStatusToString(status)}")
    return [round(value) for value in model.getSolution().col_value]


def _model(program: Program, lines: Sequence[Line]) -> highspy.HighsLp:
    count = len(program.upper)
    lp = highspy.HighsLp()
    lp.num_col_ = count
    lp.num_row_ = len(lines)
    lp.col_cost_ = np.asarray(program.costs, dtype=np.float64)
    lp.col_lower_ = np.zeros(count)
    lp.col_upper_ = np.asarray(program.upper, dtype=np.float64)
    lp.integrality_ = [highspy.HighsVarType.kInteger] * count
    lp.row_lower_ = np.array([-INFINITY if one.low is None else one.low for one in lines])
    lp.row_upper_ = np.array([INFINITY if one.high is None else one.high for one in lines])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.cumsum([0, *(len(one.columns) for one in lines)])
    lp.a_matrix_.index_ = np.array([c for one in lines for c in one.columns], dtype=np.int32)
    lp.a_matrix_.value_ = np.array(
        [value for one in lines for value in one.coefficients], dtype=np.float64
    )
    return lp


def _other(selection: Sequence[int]) -> Line:
    """Forbid exactly this selection of zeros and ones."""
    signs = [1 if value else -1 for value in selection]
    return Line(range(len(selection)), signs, None, sum(selection) - 1)


def _cost(program: Program, solution: Sequence[int]) -> int:
    return sum(cost * value for cost, value in zip(program.costs, solution, strict=True))


def _sum(line: Line, solution: Sequence[int]) -> int:
    return sum(
        value * solution[column]
        for column, value in zip(line.columns, line.coefficients, strict=True)
    )


def _fits(line: Line, total: int) -> bool:
    return (line.low is None or total >= line.low) and (line.high is None or total <= line.high)
