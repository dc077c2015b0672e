"""In bulk as one by one: the same ranks and the same points, exactly."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scoring.bulk import (
    BLOCK_ROWS,
    PointTable,
    TooLarge,
    order_numbers,
    rank_columns,
    section_sums,
    tabulate,
)
from scoring.mark import mark
from scoring.ranking import Contender, rank
from scoring.response import Choice, Nothing
from scoring.rule import KeyRule
from tests.unit.scoring.strategies import points, responses, rules

NAMES = ("total", "tkp", "tiu", "twk")
FEW = st.integers(-2, 2).map(Fraction)
HUGE = st.sampled_from([2**62, -(2**62), 2**63 - 1, -(2**63) + 1, 0]).map(Fraction)
BEYOND = st.sampled_from([Fraction(2**70), Fraction(2**70 + 1), Fraction(-(2**80), 7), Fraction(1)])
values = st.one_of(
    st.tuples(*[FEW] * 4),
    st.tuples(*[points] * 4),
    st.tuples(*[HUGE] * 4),
    st.tuples(BEYOND, FEW, points, HUGE),
)


def rank_one_by_one(rows: list[tuple[Fraction, ...]]) -> list[tuple[int, int]]:
    """(position in the input, rank), by `scoring.ranking`."""
    contenders = [
        Contender(f"{index:06}", dict(zip(NAMES, row, strict=True)))
        for index, row in enumerate(rows)
    ]
    return [(int(one.id), one.rank) for one in rank(contenders, NAMES)]


def rank_in_bulk(rows: list[tuple[Fraction, ...]]) -> list[tuple[int, int]]:
    columns = [order_numbers([row[index] for row in rows]) for index in range(len(NAMES))]
    ranking = rank_columns(columns)
    return list(zip(ranking.order.tolist(), ranking.ranks.tolist(), strict=True))


@given(st.lists(values, max_size=40))
@example([])
@example([(Fraction(1),) * 4] * 5)
def test_a_nation_ranks_as_its_people_do(rows: list[tuple[Fraction, ...]]) -> None:
    assert rank_one_by_one(rows) == rank_in_bulk(rows)


@given(st.lists(st.tuples(*[st.integers(-(2**15), 2**15 - 1)] * 4), min_size=1, max_size=60))
def test_keys_of_every_width_give_one_order(rows: list[tuple[int, ...]]) -> None:
    """One to four digits of sixteen bits, and more than fits."""
    for count in range(1, 5):
        columns = [np.array([row[i] for row in rows], dtype=np.int16) for i in range(count)]
        expected = sorted(range(len(rows)), key=lambda at: [-value for value in rows[at][:count]])

        assert expected == rank_columns(columns).order.tolist()


def test_competition_ranks_skip_after_equals() -> None:
    ranking = rank_columns([np.array([5, 9, 5, 7, 5])])

    assert [1, 3, 0, 2, 4] == ranking.order.tolist()
    assert [1, 2, 3, 3, 3] == ranking.ranks.tolist()


def test_widest_numbers_are_not_cut() -> None:
    widest = np.array([-(2**63), 2**63 - 1, 0], dtype=np.int64)

    assert [1, 2, 0] == rank_columns([widest, widest]).order.tolist()


items = st.lists(
    st.tuples(rules, st.lists(responses, max_size=4)).map(lambda one: (one[0], tuple(one[1]))),
    min_size=1,
    max_size=5,
)


@given(items, st.data())
def test_points_in_bulk_are_the_sums_of_marks(items: list, data: st.DataObject) -> None:  # type: ignore[type-arg]
    table = tabulate(items)
    place_count = data.draw(st.integers(1, 6))
    begins = sorted({0, *data.draw(st.lists(st.integers(0, place_count - 1), max_size=3))})
    forms = data.draw(
        st.lists(
            st.lists(st.integers(0, len(items) - 1), min_size=place_count, max_size=place_count),
            min_size=1,
            max_size=4,
        )
    )
    given_codes = [
        [data.draw(st.integers(0, len(items[item][1]))) for item in form] for form in forms
    ]

    sums = section_sums(table, np.array(forms), np.array(given_codes), begins=begins)

    for candidate, (form, codes) in enumerate(zip(forms, given_codes, strict=True)):
        marks = [
            mark(items[item][0], items[item][1][code - 1] if code else Nothing())
            for item, code in zip(form, codes, strict=True)
        ]
        ends = [*begins[1:], place_count]
        expected = [sum(marks[a:b], Fraction(0)) for a, b in zip(begins, ends, strict=True)]
        found = [Fraction(int(one), table.denominator) for one in sums[candidate]]
        assert expected == found


def test_one_form_for_all_and_more_candidates_than_a_block() -> None:
    rule = KeyRule(Choice("a"), right=Fraction(5), wrong=Fraction(-1, 4))
    table = tabulate([(rule, [Choice("a"), Choice("b")])] * 3)
    codes = np.arange((BLOCK_ROWS + 7) * 3).reshape(-1, 3) % 3

    sums = section_sums(table, np.arange(3), codes, begins=[0])

    assert 4 == table.denominator
    assert [20 - 1 + 0] * (BLOCK_ROWS + 7) == sums[:, 0].tolist()


def test_sums_that_would_not_fit_are_refused_and_those_that_do_are_exact() -> None:
    widest = PointTable(np.array([[0, 2**62]]), 1)
    codes = np.array([[1, 1]])
    items = np.array([0, 0])

    with pytest.raises(TooLarge):
        section_sums(widest, items, codes, begins=[0])
    assert [[2**62]] == section_sums(widest, items[:1], codes[:, :1], begins=[0]).tolist()
    with pytest.raises(TooLarge):
        tabulate([(KeyRule(Choice("a"), right=Fraction(1, 3**50)), [Choice("a")]),
                  (KeyRule(Choice("a"), right=Fraction(5)), [Choice("a")])])  # fmt: skip


@pytest.mark.parametrize("wrong", [-1, 2])
def test_a_code_that_stands_for_no_response_is_noticed(wrong: int) -> None:
    table = tabulate([(KeyRule(Choice("a")), [Choice("a")])])

    with pytest.raises(AssertionError, match="code"):
        section_sums(table, np.array([0]), np.array([[wrong]]), begins=[0])
    with pytest.raises(AssertionError, match="item"):
        section_sums(table, np.array([wrong]), np.array([[0]]), begins=[0])
