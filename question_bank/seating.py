"""Who sits beside whom: the one place that knows, so that a seat plan can replace it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

NUMBERED = re.compile(r"(.*?)([0-9]{1,9})", re.ASCII | re.DOTALL)
SeatKey = tuple[str, str, int, str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a candidate sits."""

    participant_no: str
    room: str
    seat: str


def seat_order(places: Iterable[Place]) -> list[Place]:
    """Room by room, and in a room by seat number; seats without a number come first."""
    return sorted(places, key=_key)


def neighbours(places: Iterable[Place]) -> Mapping[str, tuple[str, ...]]:
    """Everybody's neighbours: seats of one room whose numbers follow each other.

    A seat's number is the digits that it ends with; what stands before them, such as a row, must
    be the same. Seats without a number have no neighbours.
    """
    by_seat: dict[tuple[str, str, int], list[str]] = {}
    for place in seat_order(places):
        room, row, number, *_ = _key(place)
        if number >= 0:
            by_seat.setdefault((room, row, number), []).append(place.participant_no)
    beside: dict[str, list[str]] = {}
    for (room, row, number), here in by_seat.items():
        for one in here:
            for other in by_seat.get((room, row, number + 1), ()):
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


def _key(place: Place) -> SeatKey:
    found = NUMBERED.fullmatch(place.seat)
    row, number = (found[1], int(found[2])) if found else (place.seat, -1)
    return place.room, row, number, place.seat, place.participant_no
