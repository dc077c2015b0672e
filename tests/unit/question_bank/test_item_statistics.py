"""Statistics: read with every problem, turned into whole numbers that are the same everywhere."""

from collections.abc import Iterator
from fractions import Fraction

import pysqlite3
import pytest
from sqlalchemy import Connection, create_engine

from question_bank import statistics_store, store, tables
from question_bank.constraints import BANDS
from question_bank.item_statistics import (
    BadStatistics,
    ItemStatistics,
    expected_thousandths,
    information_thousandths,
    read,
)
from tests.factories import get_item

VERSIONS = {"twk-001": [1, 2], "twk-002": [1]}
HEADING = "item,version,expected,a,b,c,people\n"


@pytest.fixture
def db() -> Iterator[Connection]:
    """A bank with two items, inside a transaction."""
    database = create_engine("sqlite+pysqlite://", module=pysqlite3)
    tables.metadata.create_all(database)
    with database.begin() as connection:
        store.add_items(connection, [get_item("twk", number) for number in (1, 2)], {})
        yield connection
    database.dispose()


def _problems(row: str) -> list[str]:
    with pytest.raises(BadStatistics) as refusal:
        read(HEADING + row, VERSIONS)
    return list(refusal.value.problems)


def test_statistics_are_read_exactly() -> None:
    rows = read(HEADING + "twk-002,,0.62,,,,480\ntwk-001,1,,1.1,-0.35,0.2,\n", VERSIONS)

    assert [
        ItemStatistics("twk-001", 1, None, Fraction("1.1"), Fraction("-0.35"), Fraction("0.2")),
        ItemStatistics("twk-002", 1, Fraction("0.62"), people=480),
    ] == rows


def test_row_without_a_version_is_about_the_newest() -> None:
    (one,) = read("item,expected\ntwk-001,1\n", VERSIONS)

    assert 2 == one.version


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("twk-009,,0.5,,,,", "line 2: the bank has no item 'twk-009'"),
        ("twk-002,3,0.5,,,,", "line 2: the bank has no version 3 of item twk-002"),
        ("twk-002,x,0.5,,,,", "line 2: 'version' cannot be 'x'; write a whole number"),
        ("twk-002,,1.01,,,,", "line 2: 'expected' is a share from 0 to 1"),
        ("twk-002,,half,,,,", "line 2: 'expected' cannot be 'half'; write a number like 0.5"),
        ("twk-002,,1e9,,,,", "line 2: 'expected' cannot be '1e9'; write a number like 0.5"),
        ("twk-002,,,0,1,,", "line 2: 'a' must be above 0"),
        ("twk-002,,,1,1,1,", "line 2: 'c' is from 0 to below 1"),
        ("twk-002,,,1,,,", "line 2: give 'expected', or 'a' and 'b'"),
        ("twk-002,,0.5,,,,-3", "line 2: 'people' cannot be '-3'; write a whole number"),
        ("twk-002,,0.5,,,,\ntwk-002,1,0.5,,,,", "line 3: item twk-002 stands twice"),
    ],
)
def test_problem_is_told_with_its_line(row: str, problem: str) -> None:
    assert [problem] == _problems(row)


@pytest.mark.parametrize("text", ["", "nomor,expected\n", "item\n", "item,p_value\ntwk-001,1\n"])
def test_file_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(BadStatistics):
        read(text, VERSIONS)


@pytest.mark.parametrize(
    ("difficulty", "expected", "thousandths"),
    [
        ("easy", None, 4_000),
        ("hard", None, 2_000),
        ("hard", Fraction("0.62"), 3_100),
        ("hard", Fraction(1, 3), 1_667),
    ],
)
def test_expected_points_come_from_statistics_else_from_the_band(
    difficulty: str, expected: Fraction | None, thousandths: int
) -> None:
    item = get_item("twk", 1, difficulty=difficulty)
    known = None if expected is None else ItemStatistics(item.id, 1, expected)

    assert thousandths == expected_thousandths(item, known, BANDS)


@pytest.mark.parametrize(
    ("a", "b", "c", "ability", "thousandths"),
    [
        ("1", "0", "0", "0", 250),  # a²/4 at the item's own difficulty
        ("2", "1", "0", "1", 1_000),
        ("1", "0", "0.2", "0", 167),  # 0.25 · (1 - c) / (1 + c)
        ("1.7", "-0.5", "0.25", "1", 143),
        ("1", "0", "0", "-80", 0),
        ("1", "0", "0", "80", 0),
    ],
)
def test_information_equals_values_worked_by_hand(
    a: str, b: str, c: str, ability: str, thousandths: int
) -> None:
    known = ItemStatistics("twk-001", 1, None, Fraction(a), Fraction(b), Fraction(c))

    assert thousandths == information_thousandths(known, Fraction(ability))


def test_item_without_parameters_informs_about_nothing() -> None:
    known = ItemStatistics("twk-001", 1, Fraction(1, 2))

    assert (
        0
        == information_thousandths(known, Fraction(0))
        == information_thousandths(None, Fraction(0))
    )


def test_newest_revision_counts_and_older_ones_stay(db: Connection) -> None:
    old = ItemStatistics("twk-001", 1, Fraction(1, 3), people=20)
    new = ItemStatistics("twk-001", 1, Fraction(2, 5), Fraction(1), Fraction(0), people=90)
    other = ItemStatistics("twk-002", 1, Fraction(1, 2))

    revisions = [
        statistics_store.add_statistics(db, "small", some) for some in ([old, other], [new])
    ]

    assert [1, 2] == revisions
    assert {new.item_id: new, other.item_id: other} == {
        item_id: one for (item_id, _), one in statistics_store.list_statistics(db, "small").items()
    }
    assert {} == statistics_store.list_statistics(db, "other")
