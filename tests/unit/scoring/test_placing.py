"""Ranks of every kind against known ones, and tables of any kind ranked by counting."""

import csv
from fractions import Fraction
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.placing import place_all
from scoring.ranked_table import Absent, Line, Order, rank_table, shown_key
from scoring.ranking import Contender, rank
from scoring.text_table import BadTable, read_table

SKD = ("total", "tkp", "tiu", "twk")


def test_the_credential_places_are_those_of_scipy(shared_data: Path) -> None:
    with (shared_data / "ranking/credential_rank.csv").open(encoding="utf-8") as file:
        rows = {row["candidate"]: row for row in csv.DictReader(file)}
    people = [Contender(name, {"total": Fraction(row["total"])}) for name, row in rows.items()]

    placed = place_all(rank(people, ("total",)))

    assert 818 == len(placed)
    for one in placed:
        row = rows[one.id]
        assert (int(row["rank_competition_1224"]), int(row["rank_dense_1223"])) == (
            one.rank, one.dense,
        )  # fmt: skip
        assert Fraction(row["rank_average"]) == one.average
        for ours, theirs in (
            (one.percentile_weak, row["percentile_weak"]),
            (one.percentile_mean, row["percentile_mean"]),
        ):
            assert abs(ours - Fraction(theirs)) <= Fraction(1, 10**6)


@given(st.lists(st.integers(0, 4), max_size=12))
def test_places_follow_from_counting(scores: list[int]) -> None:
    people = [Contender(f"{at:02}", {"s": Fraction(x)}) for at, x in enumerate(scores)]

    for one in place_all(rank(people, ("s",))):
        mine = scores[int(one.id)]
        above = [x for x in scores if x > mine]
        equal = scores.count(mine)
        below = len(scores) - len(above) - equal
        assert (len(above) + 1, len(set(above)) + 1) == (one.rank, one.dense)
        assert len(above) + Fraction(1 + equal, 2) == one.average
        assert Fraction(100 * (below + equal), len(scores)) == one.percentile_weak
        assert Fraction(100 * (2 * below + equal), 2 * len(scores)) == one.percentile_mean


person = st.tuples(
    st.sampled_from(["F1", "F2"]),
    st.integers(64, 66),
    st.integers(79, 81),
    st.integers(165, 167),
    st.booleans(),
)


@given(st.lists(person, max_size=14).filter(bool), st.integers(0, 6))
def test_a_selection_follows_the_rules_of_skd(
    people: list[tuple[str, int, int, int, bool]], place_count: int
) -> None:
    """By brute force: at most three times the openings go on, and all fully equal to the last."""
    text = "no,formasi,twk,tiu,tkp,total\n" + "".join(
        f"{at},{f},{twk},{tiu},{tkp if has else ''},{twk + tiu + tkp if has else ''}\n"
        for at, (f, twk, tiu, tkp, has) in enumerate(people)
    )
    order = Order(
        by=SKD,
        person="no",
        within="formasi",
        needs=["twk=65", "tiu=80", "tkp=166"],
        place_count=place_count,
        absent=Absent.UNRANKED,
    )

    lines = {int(line.id): line for line in rank_table(read_table(text), order)}

    assert set(range(len(people))) == set(lines)
    for at, (group, twk, tiu, tkp, is_present) in enumerate(people):
        mine = (twk + tiu + tkp, tkp, tiu, twk)
        others = [(a + b + c, c, b, a) for f, a, b, c, has in people if has and f == group]
        good = [one for one in others if one[3] >= 65 and one[2] >= 80 and one[1] >= 166]
        line = lines[at]
        if not is_present:
            assert (None, False, False) == (line.placed, line.is_passed, line.is_selected)
            continue
        assert line.placed is not None
        assert 1 + sum(one > mine for one in others) == line.placed.rank
        assert (mine in good) == line.is_passed
        goes_on = mine in good and sum(one > mine for one in good) < place_count
        assert goes_on == line.is_selected


FINAL = (
    "nama;skd;skb;lahir\nAni;420;400;19990131\nBudi;440;386,6666;19990131\nCitra;420;400;19981231\n"
)


def _final(text: str, **more: object) -> list[Line]:
    order = Order(
        by=["akhir", "skd", "-lahir"],
        person="nama",
        weighed=["akhir = 40*skd/550 + 60*skb/500"],
        **more,  # type: ignore[arg-type]
    )
    return rank_table(read_table(text), order)


def test_skd_and_skb_are_weighed_exactly_and_the_older_stands_above() -> None:
    lines = _final(FINAL)

    assert ["Citra", "Ani", "Budi"] == [line.id for line in lines]
    exactly = Fraction(40 * 420, 550) + Fraction(60 * 400, 500)
    assert exactly == lines[0].values["akhir"]
    whys = [line.reason for line in lines[:2]]
    assert ["-lahir", "akhir"] == [
        shown_key(["akhir", "skd", "-lahir"], why) for why in whys if why is not None
    ]


def test_what_looks_equal_when_rounded_is_still_ranked_apart() -> None:
    lines = _final("nama,skd,skb,lahir\nAni,420,400,1\nBudi,420,400.0001,1\n")

    assert [("Budi", 1), ("Ani", 2)] == [
        (line.id, line.placed.rank) for line in lines if line.placed is not None
    ]


def test_a_missing_part_is_refused_counted_as_zero_or_left_without_a_rank() -> None:
    text = FINAL.replace(";400;", ";;", 1)

    with pytest.raises(BadTable, match="line 2, column skb: Ani has no value"):
        _final(text)
    zero = {line.id: line for line in _final(text, absent=Absent.ZERO)}
    assert Fraction(40 * 420, 550) == zero["Ani"].values["akhir"]
    unranked = _final(text, absent=Absent.UNRANKED)
    assert ("Ani", None) == (unranked[-1].id, unranked[-1].placed)
    assert unranked[0].placed is not None
    assert Fraction(100) == unranked[0].placed.percentile_weak


@pytest.mark.parametrize(
    ("text", "order", "said"),
    [
        ("id,a\nx,1\n", {"by": ["b"]}, "there is no column 'b'; there are id, a"),
        ("id,a\nx,1\n", {"by": ["a+b"]}, "there is no column 'b'"),
        ("id,a\nx,1\n", {"by": ["a"], "person": "no"}, "there is no column 'no'"),
        ("id,a\nx,1\nx,2\n", {"by": ["a"]}, "line 3: x stands twice, first in line 2"),
        ("id,a\n,1\n", {"by": ["a"]}, "line 2, column id: nobody is named"),
        ("id,a\nx,1e5\n", {"by": ["a"]}, "line 2, column a: '1e5' is no number"),
        ("id,a\nx,nan\n", {"by": ["a"]}, "line 2, column a: 'nan' is no number"),
        ("id,a\nx,1\n", {"by": ["a"], "needs": ["a>3"]}, "a threshold is written name=least"),
        ("id,a\nx,1\n", {"by": ["a"], "needs": ["-a=3"]}, "a threshold is a least score"),
        ("id,a\nx,1\n", {"by": ["f"], "weighed": ["f=40*a"]}, "a weighed value is written"),
        ("id,a\nx,1\n", {"by": ["f"], "weighed": ["f=40*a/0"]}, "a weighed value is written"),
        ("id,a\nx,1\n", {"by": ["a"], "weighed": ["a=40*a/5"]}, "there is a column 'a'"),
    ],
)
def test_what_cannot_be_ranked_is_refused(text: str, order: dict[str, object], said: str) -> None:
    with pytest.raises(BadTable) as refused:
        rank_table(read_table(text), Order(**{"person": "id", **order}))  # type: ignore[arg-type]

    assert said in str(refused.value)


def test_a_column_is_found_under_its_own_name_before_signs_are_read() -> None:
    number = count(1)
    text = "id,-a,b+c\n" + "".join(f"p{next(number)},{a},{b}\n" for a, b in ((1, 5), (2, 5)))

    lines = rank_table(read_table(text), Order(by=["b+c", "-a"], person="id"))

    assert ["p2", "p1"] == [line.id for line in lines]
