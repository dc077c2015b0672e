"""The solver's door: exact answers, ties told, tolerances caught."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from question_bank import solver
from question_bank.solver import Line, Program, Tied, Undecided, least_sum, minimize, solve_counts


def _programs() -> st.SearchStrategy[Program]:
    """Up to six zeros and ones with a few lines."""

    @st.composite
    def build(draw: st.DrawFn) -> Program:
        count = draw(st.integers(1, 6))
        columns = list(range(count))
        numbers = st.lists(st.integers(-4, 9), min_size=count, max_size=count)
        lines = []
        for _ in range(draw(st.integers(0, 3))):
            low = draw(st.integers(-3, 12))
            lines.append(Line(columns, draw(numbers), low, low + draw(st.integers(0, 4))))
        costs = draw(st.lists(st.integers(1, 12), min_size=count, max_size=count))
        return Program([1] * count, costs, lines)

    return build()


def _fits(program: Program, values: tuple[int, ...]) -> bool:
    sums = [
        sum(c * values[column] for column, c in zip(line.columns, line.coefficients, strict=True))
        for line in program.lines
    ]
    return all(
        (line.low is None or line.low <= total) and (line.high is None or total <= line.high)
        for line, total in zip(program.lines, sums, strict=True)
    )


@settings(max_examples=150)
@given(_programs())
def test_least_selection_is_that_of_trying_all(program: Program) -> None:
    def cost(values: tuple[int, ...]) -> int:
        return sum(c * value for c, value in zip(program.costs, values, strict=True))

    fitting = [v for v in product((0, 1), repeat=len(program.upper)) if _fits(program, v)]
    least = [v for v in fitting if cost(v) == min(map(cost, fitting))]

    if len(least) > 1:
        with pytest.raises(Tied):
            least_sum(program)
    else:
        assert (list(least[0]) if least else None) == least_sum(program)


def test_counts_fill_every_row_exactly_or_not_at_all() -> None:
    pairs_and_singles = [[(0, 2)], [(0, 1)]]

    assert [2, 1] == solve_counts(pairs_and_singles, [5], [2, 1])
    assert None is solve_counts(pairs_and_singles, [5], [2, 0])
    assert None is solve_counts([], [1], [])
    assert [] == solve_counts([], [0], [])


def test_sum_that_only_a_tolerance_lets_through_is_no_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A planted fault: HiGHS says that a selection fits which does not; the check forbids it."""
    program = Program([1, 1], [1, 1], [Line([0, 1], [1000, 999], 999, 999)])
    answers = iter([[1, 0], [0, 1]])
    monkeypatch.setattr(solver, "_run", lambda *_: next(answers))

    assert [0, 1] == minimize(program)


def test_solver_that_gives_up_is_an_error_and_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver, "NODE_LIMIT", 0)
    weights = [7919 * (number % 97) + 104_729 for number in range(60)]
    lines = [Line(range(60), weights, 9_999_991, 9_999_991), Line(range(60), [1] * 60, 30, 30)]

    with pytest.raises(Undecided):
        minimize(Program([1] * 60, [(17 * n) % 23 for n in range(60)], lines))


def test_solver_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    minimize(Program([1], [1], []))

    assert ("", "") == tuple(capfd.readouterr())
