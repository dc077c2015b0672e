"""Which seat somebody gets at check-in: drawn, so that nobody at the door can choose or foresee it.

The key of the draw is secret until check-in has ended, and a commitment to it is published before
the first one. What it draws from also depends on the check-in before, by the hash of its entry in
the journal: so not even somebody who holds the key knows a seat before that entry is on disk.
Source: docs/algorithms/seat-draw.md; vectors in tests/vectors/seat-draw.json.
"""

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import islice

from question_bank.draw import Stream

DEALT_LIMIT = 16
"""Seats that are looked at for somebody who has had items before."""
COMMITTED = b"cat-engine/seat-draw/v1\n"


@dataclass(frozen=True, slots=True)
class Seat:
    """A place in a room's plan; row and column count from 0, at the front and at the left."""

    room: str
    name: str
    row: int
    column: int
    is_accessible: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """Room and name: one seat of an exam session."""
        return self.room, self.name


@dataclass(frozen=True, slots=True)
class Arrival:
    """Whose turn it is, and what the draw depends on besides its key.

    Args:
        exam_session: of the check-in.
        number: of the check-in within the exam session, from 1.
        participant_no: who has come.
        previous: hash of the entry of the check-in before, or of the opening.
        room: the roster's, or empty: any room.
        needs_access: whether seats that are marked for it come first.
    """

    exam_session: str
    number: int
    participant_no: str
    previous: str
    room: str = ""
    needs_access: bool = False


@dataclass(frozen=True, slots=True)
class Dealt:
    """A seat that was dealt, and on how many items of its form this person has worked before."""

    seat: Seat
    seen_count: int


def commitment(key: str) -> str:
    """What is published before the first check-in: SHA-256 over a fixed line and the key."""
    return hashlib.sha256(COMMITTED + key.encode()).hexdigest()


def eligible(seats: Sequence[Seat], taken: Collection[tuple[str, str]], who: Arrival) -> list[Seat]:
    """The free seats that somebody may get, in the order from which they are dealt.

    Those marked as accessible are kept for who needs them while any other is free; who needs one
    gets another when there is none left.
    """
    free = [
        seat for seat in seats if seat.key not in taken and (not who.room or seat.room == who.room)
    ]
    wanted = [seat for seat in free if seat.is_accessible == who.needs_access]
    return sorted(wanted or free, key=lambda seat: (seat.room, seat.row, seat.column, seat.name))


def deal(key: str, who: Arrival, choices: Sequence[Seat], count: int) -> list[Seat]:
    """The first seats in the order drawn for this arrival."""
    purpose = f"seat/{who.exam_session}/{who.number}/{who.participant_no}/{who.previous}"
    return list(islice(Stream(key, purpose).deal(choices), count))


def draw_seat(
    key: str, who: Arrival, choices: Sequence[Seat], seen_count: Callable[[Seat], int]
) -> list[Dealt]:
    """The seats that were dealt; `chosen` is the one of them that the person gets.

    Dealing ends at the first seat whose form holds nothing that this person has had before: for
    nearly everybody the first. Nobody is dealt more than `DEALT_LIMIT`.
    """
    dealt = []
    for seat in deal(key, who, choices, DEALT_LIMIT):
        dealt.append(Dealt(seat, seen_count(seat)))
        if dealt[-1].seen_count == 0:
            break
    return dealt


def chosen(dealt: Sequence[Dealt]) -> Seat:
    """Of the seats dealt the one with the fewest items seen before, the first of equals."""
    return min(dealt, key=lambda one: one.seen_count).seat


def faults(key: str, who: Arrival, choices: Sequence[Seat], dealt: Sequence[Dealt]) -> list[str]:
    """What is wrong with a draw as it was recorded; nothing when it holds."""
    seats = [one.seat for one in dealt]
    if not dealt or seats != deal(key, who, choices, len(dealt)):
        return ["the seats dealt are not those of the draw"]
    if any(one.seen_count == 0 for one in dealt[:-1]):
        return ["dealing went on after a seat without items seen before"]
    if dealt[-1].seen_count and len(dealt) < min(DEALT_LIMIT, len(choices)):
        return ["dealing stopped before a seat without items seen before"]
    return []
