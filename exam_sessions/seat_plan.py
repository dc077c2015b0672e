"""The seat plan of a room: rows and columns of named seats, some of them out of use."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

ROW_LIMIT = 60
COLUMN_LIMIT = 60
SEAT_LIMIT = 1_000
SEAT_NAME_LIMIT = 20
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
NAMINGS = ("numbers", "rows")
"""1, 2, 3 … along the rows; or A1, A2 … B1: a letter for the row."""


@dataclass(frozen=True, slots=True)
class Seat:
    """One place; rows count from the front, columns from the left, both from 0."""

    name: str
    row_index: int
    column_index: int
    is_usable: bool = True
    is_accessible: bool = False
    """Kept, at check-in, for who needs it."""


@dataclass(frozen=True)
class SeatPlan:
    """Where the seats of a room stand; a position without a seat is an aisle or a pillar."""

    row_count: int
    column_count: int
    seats: tuple[Seat, ...] = field(default_factory=tuple)

    def __post_init__(self) -> None:
        assert 0 < self.row_count <= ROW_LIMIT
        assert 0 < self.column_count <= COLUMN_LIMIT
        assert len(self.by_name) == len(self.seats), "a name stands once"
        assert len(self.by_position) == len(self.seats), "a position holds one seat"

    @cached_property
    def by_name(self) -> Mapping[str, Seat]:
        """The seats by name."""
        return {seat.name: seat for seat in self.seats}

    @cached_property
    def by_position(self) -> Mapping[tuple[int, int], Seat]:
        """The seats by row and column."""
        return {(seat.row_index, seat.column_index): seat for seat in self.seats}

    @property
    def usable(self) -> tuple[Seat, ...]:
        """The seats that people may sit on, row by row."""
        return tuple(seat for seat in self.seats if seat.is_usable)


def grid(
    row_count: int,
    column_count: int,
    *,
    naming: str = "numbers",
    aisles: Iterable[int] = (),
    unusable: Iterable[str] = (),
    accessible: Iterable[str] = (),
) -> SeatPlan:
    """A full grid of seats.

    Args:
        row_count: from 1.
        column_count: from 1, aisles not counted.
        naming: one of `NAMINGS`.
        aisles: a free column stands behind each of these columns, counted from 1.
        unusable: names of seats out of use.
        accessible: names of seats kept for who needs them.
    """
    assert naming in NAMINGS
    out, near = frozenset(unusable), frozenset(accessible)
    free = frozenset(aisles)
    columns = [one + sum(1 for aisle in free if aisle <= one) for one in range(column_count)]
    seats = [
        Seat(name, row, column, name not in out, name in near)
        for row in range(row_count)
        for place, column in enumerate(columns)
        for name in [_name(row, place, column_count, naming)]
    ]
    return SeatPlan(row_count, max(columns) + 1, tuple(seats))


def row_letters(row_index: int) -> str:
    """The letters of a row: A to Z, then AA, AB and so on."""
    letters = ""
    rest = row_index + 1
    while rest:
        rest, letter = divmod(rest - 1, len(LETTERS))
        letters = LETTERS[letter] + letters
    return letters


def _name(row_index: int, place: int, column_count: int, naming: str) -> str:
    if naming == "rows":
        return f"{row_letters(row_index)}{place + 1}"
    return str(row_index * column_count + place + 1)
