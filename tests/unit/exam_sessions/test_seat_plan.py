"""Seat plans name every seat once and know where it stands."""

import pytest

from exam_sessions.accommodation import Accommodation, from_text, to_text
from exam_sessions.seat_plan import Seat, SeatPlan, grid, row_letters


def test_a_grid_is_numbered_along_its_rows() -> None:
    plan = grid(2, 3)

    assert ["1", "2", "3", "4", "5", "6"] == [seat.name for seat in plan.seats]
    assert Seat("4", 1, 0) == plan.by_name["4"]


def test_rows_have_letters_and_an_aisle_keeps_its_column_free() -> None:
    plan = grid(2, 4, naming="rows", aisles=[2], unusable=["B1"])

    assert 5 == plan.column_count
    assert [0, 1, 3, 4] == [plan.by_name[name].column_index for name in ("A1", "A2", "A3", "A4")]
    assert (0, 2) not in plan.by_position
    assert ["A1", "A2", "A3", "A4", "B2", "B3", "B4"] == [seat.name for seat in plan.usable]


@pytest.mark.parametrize(("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ")])
def test_row_letters_go_on_after_z(index: int, letters: str) -> None:
    assert letters == row_letters(index)


def test_a_plan_with_a_name_twice_is_impossible() -> None:
    with pytest.raises(AssertionError, match="a name stands once"):
        SeatPlan(1, 2, (Seat("1", 0, 0), Seat("1", 0, 1)))


def test_an_accommodation_is_read_as_it_was_written() -> None:
    given = Accommodation("large", "high", "request", 15, revision=2)

    assert given == from_text(to_text(given))
    assert "" == to_text(Accommodation())
