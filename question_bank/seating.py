"""Who sits beside whom: by a room's seat plan, or where there is none by the numbers of seats."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

NUMBERED = re.compile(r"(.*?)([0-9]{1,9})", re.ASCII | re.DOTALL)
SeatKey = tuple[str, int, int, str, int, str, str]
UNPLANNED = -1
AROUND = ((0, 1), (1, -1), (1, 0), (1, 1))
"""From a seat to those behind it and at its right: every two neighbours are found once."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a candidate sits; row and column, from 0, where the room has a seat plan."""

    participant_no: str
    room: str
    seat: str
    row: int = UNPLANNED
    column: int = UNPLANNED


def seat_order(places: Iterable[Place]) -> list[Place]:
    """Room by room, and in a room by position, then by seat number.

    Seats without a position, and of these seats without a number, come first.
    """
    return sorted(places, key=_key)


def neighbours(places: Iterable[Place]) -> Mapping[str, tuple[str, ...]]:
    """Everybody's neighbours: of one room, and close enough to read each other's screens.

    With positions: whoever sits in one of the eight places around. Without: seats whose numbers
    follow each other; a seat's number is the digits that it ends with, and what stands before them,
    such as a row, must be the same. A seat with neither has no neighbours.
    """
    ordered = seat_order(places)
    at: dict[tuple[str, str | int, int], list[str]] = {}
    for place in ordered:
        spot = _spot(place)
        if spot is not None:
            at.setdefault(spot, []).append(place.participant_no)
    beside: dict[str, list[str]] = {}
    for (room, row, number), here in at.items():
        steps = AROUND if isinstance(row, int) else ((0, 1),)
        for down, right in steps:
            other_row = row + down if isinstance(row, int) else row
            for other in at.get((room, other_row, number + right), ()):
                for one in here:
                    beside.setdefault(one, []).append(other)
                    beside.setdefault(other, []).append(one)
    return {one: tuple(others) for one, others in beside.items()}


def pairs(places: Iterable[Place]) -> list[tuple[str, str]]:
    """Every two neighbours once."""
    listed = list(places)
    beside = neighbours(listed)
    return [
        (place.participant_no, other)
        for place in seat_order(listed)
        for other in beside.get(place.participant_no, ())
        if place.participant_no < other
    ]


def _spot(place: Place) -> tuple[str, str | int, int] | None:
    """Room, row and number within the row; a row of the seat plan is a number, others are text."""
    if place.row != UNPLANNED:
        return place.room, place.row, place.column
    _, _, _, row, number, *_ = _key(place)
    return (place.room, row, number) if number >= 0 else None


def _key(place: Place) -> SeatKey:
    found = NUMBERED.fullmatch(place.seat)
    row, number = (found[1], int(found[2])) if found else (place.seat, -1)
    return place.room, place.row, place.column, row, number, place.seat, place.participant_no
