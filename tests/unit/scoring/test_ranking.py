import csv
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.ranking import Contender, Key, Ranked, Reason, order_values, rank, reason, select
from tests.cast import ANI, BUDI

SKD_KEYS = ("total", "tkp", "tiu", "twk")
# BKN's example of 2020: TKP, TIU, TWK.
EXAMPLE_2020 = {
    "A": (150, 110, 135),
    "B": (148, 125, 115),
    "C": (145, 105, 117),
    "D": (147, 115, 105),
    "E": (146, 112, 109),
    "F": (146, 110, 100),
    "G": (146, 115, 95),
}
PLACES_PER_OPENING = 3


def _contender(name: str, tkp: int, tiu: int, twk: int) -> Contender:
    values = {"tkp": tkp, "tiu": tiu, "twk": twk, "total": tkp + tiu + twk}
    return Contender(name, {key: Fraction(value) for key, value in values.items()})


def _rank_2020() -> list[Ranked]:
    return rank([_contender(name, *scores) for name, scores in EXAMPLE_2020.items()], SKD_KEYS)


def _ids(ranked: Iterable[Ranked]) -> list[str]:
    return [one.id for one in ranked]


def test_the_example_of_2020_is_ordered_by_total_then_tkp_then_tiu() -> None:
    ranked = _rank_2020()

    assert list("ABDECGF") == _ids(ranked)
    assert [1, 2, 3, 4, 5, 6, 7] == [one.rank for one in ranked]


@pytest.mark.parametrize(("opening_count", "chosen"), [(1, "ABD"), (2, "ABDECG")])
def test_the_example_of_2020_takes_three_places_for_each_opening(
    opening_count: int, chosen: str
) -> None:
    assert list(chosen) == _ids(select(_rank_2020(), opening_count * PLACES_PER_OPENING))


def test_the_boundary_of_2023_takes_both_who_are_fully_equal() -> None:
    """82 openings gave 246 places and 247 people: equal total alone was not enough."""
    above = [_contender(f"a{number:03}", 200, 150, 49 + number % 90) for number in range(245)]
    edge = [_contender("p1", 188, 125, 85), _contender("p2", 188, 125, 85)]
    below = _contender("p3", 188, 120, 90)
    assert below.values["total"] == edge[0].values["total"] == 398

    ranked = rank([below, *edge, *above], SKD_KEYS)
    chosen = select(ranked, 82 * PLACES_PER_OPENING)

    assert 247 == len(chosen)
    assert ["p1", "p2"] == _ids(chosen[-2:])
    assert [246, 246, 248] == [one.rank for one in ranked[-3:]]


def test_the_learning_to_learn_ranks_are_reproduced(shared_data: Path) -> None:
    keys = ("total", "part_a", "part_b", "part_c")
    rows = _read(shared_data / "ranking/three_part_tiebreak_learning_to_learn.csv")
    assert len(rows) == 782
    expected = {row["id"]: int(row["expected_rank"]) for row in rows}
    contenders = [Contender(row["id"], {key: Fraction(row[key]) for key in keys}) for row in rows]

    ranked = rank(contenders, keys)

    assert expected == {one.id: one.rank for one in ranked}
    by_total = {row["id"]: int(row["rank_by_total_only"]) for row in rows}
    assert by_total == {one.id: one.rank for one in rank(contenders, ("total",))}


def test_the_credential_ranks_are_reproduced(shared_data: Path) -> None:
    rows = _read(shared_data / "ranking/credential_rank.csv")
    assert len(rows) == 818
    expected = {row["candidate"]: int(row["rank_competition_1224"]) for row in rows}
    contenders = [Contender(row["candidate"], {"total": Fraction(row["total"])}) for row in rows]

    ranked = rank(contenders, ("total",))

    assert expected == {one.id: one.rank for one in ranked}


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_equals_share_a_rank_and_stand_by_identifier() -> None:
    equal = [_contender(name, 150, 100, 100) for name in (BUDI, ANI)]
    others = [_contender("z", 200, 100, 100), _contender("b", 100, 100, 100)]

    ranked = rank([*equal, *others], SKD_KEYS)

    assert [("z", 1), (ANI, 2), (BUDI, 2), ("b", 4)] == [(one.id, one.rank) for one in ranked]


@pytest.mark.parametrize(
    ("ani", "budi", "expected"),
    [
        ((150, 110, 135), (148, 125, 115), Reason("total", Fraction(395), Fraction(388))),
        ((147, 115, 105), (146, 112, 109), Reason("tkp", Fraction(147), Fraction(146))),
        ((146, 115, 95), (146, 110, 100), Reason("tiu", Fraction(115), Fraction(110))),
        ((146, 110, 100), (146, 110, 100), Reason(None)),
    ],
)
def test_the_reason_is_the_first_key_that_differs(
    ani: tuple[int, int, int], budi: tuple[int, int, int], expected: Reason
) -> None:
    above = order_values(_contender(ANI, *ani).values, SKD_KEYS)
    below = order_values(_contender(BUDI, *budi).values, SKD_KEYS)

    assert expected == reason(above, below, SKD_KEYS)


def test_a_reason_for_the_wrong_order_is_impossible() -> None:
    above = order_values(_contender(ANI, 150, 110, 135).values, SKD_KEYS)
    below = order_values(_contender(BUDI, 148, 125, 115).values, SKD_KEYS)

    with pytest.raises(AssertionError, match="in order"):
        reason(below, above, SKD_KEYS)


def test_a_key_of_several_names_counts_their_sum() -> None:
    keys: tuple[Key, ...] = (("twk", "tiu"), "tkp")

    ranked = rank([_contender(ANI, 200, 50, 60), _contender(BUDI, 100, 60, 60)], keys)

    assert [BUDI, ANI] == _ids(ranked)
    assert (Fraction(120), Fraction(100)) == ranked[0].order


def test_scores_that_differ_by_less_than_a_float_can_tell_are_ranked() -> None:
    barely = Fraction(1, 3) + Fraction(1, 10**30)
    contenders = [
        Contender(ANI, {"total": Fraction(1, 3)}),
        Contender(BUDI, {"total": barely}),
    ]
    assert float(barely) == float(Fraction(1, 3))

    ranked = rank(contenders, ("total",))

    assert [(BUDI, 1), (ANI, 2)] == [(one.id, one.rank) for one in ranked]


small_scores = st.builds(Fraction, st.integers(-2, 3), st.integers(1, 2))


@given(st.lists(st.tuples(small_scores, small_scores), max_size=12), st.integers(-1, 14))
def test_ranks_and_selection_follow_from_counting_those_above(
    scores: list[tuple[Fraction, Fraction]], place_count: int
) -> None:
    contenders = [
        Contender(f"{index:02}", {"total": total, "tkp": tkp})
        for index, (total, tkp) in enumerate(scores)
    ]

    ranked = rank(contenders, ("total", "tkp"))

    above = {
        f"{index:02}": sum(other > score for other in scores) for index, score in enumerate(scores)
    }
    assert {name: count + 1 for name, count in above.items()} == {o.id: o.rank for o in ranked}
    assert sorted(ranked, key=lambda one: (one.rank, one.id)) == ranked
    assert {name for name, count in above.items() if count < place_count} == set(
        _ids(select(ranked, place_count))
    )


@given(st.data())
def test_the_order_of_arrival_never_decides(data: st.DataObject) -> None:
    scores = data.draw(st.lists(st.tuples(small_scores, small_scores), max_size=8))
    contenders = [
        Contender(f"{index:02}", {"total": total, "tkp": tkp})
        for index, (total, tkp) in enumerate(scores)
    ]
    shuffled = data.draw(st.permutations(contenders))

    assert rank(contenders, ("total", "tkp")) == rank(shuffled, ("total", "tkp"))
