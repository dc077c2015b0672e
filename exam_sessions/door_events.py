"""What happened at the door: check-in opened and ended, people, seats and PINs, late admissions.

Part of the closed list in `events`. No event holds a PIN or its hash, and nothing biometric.
"""

from collections.abc import Sequence
from dataclasses import dataclass

SeatRow = Sequence[str | int]
"""Room, name, row, column, and 1 when it is accessible."""
DealtRow = Sequence[str | int]
"""Room, name, and how many items of its form this person has had before."""


@dataclass(frozen=True, slots=True)
class CheckInOpened:
    """Seats are drawn from now on, under a key that nobody has seen; see algorithms/seat-draw."""

    by: str
    commitment: str
    closes_at: int
    seats: Sequence[SeatRow]


@dataclass(frozen=True, slots=True)
class DoorProposed:
    """Something that two people must agree to: a late admission, or a later closing."""

    act_id: str
    by: str
    reason: str
    words: str
    what: str
    participant_no: str = ""
    closes_at: int = 0


@dataclass(frozen=True, slots=True)
class DoorConfirmed:
    """A second person agreed; it holds from now on."""

    act_id: str
    by: str
    reason: str
    words: str
    proposal: str


@dataclass(frozen=True, slots=True)
class DoorWithdrawn:
    """What was proposed is off."""

    act_id: str
    by: str
    reason: str
    words: str
    proposal: str


@dataclass(frozen=True, slots=True)
class CheckInEnded:
    """Nobody is checked in any more; the key is public, and every seat can be drawn again."""

    by: str
    key: str


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """Somebody was recognised at the door and drew a seat; `Seated` stands before it.

    Args:
        number: of the check-in within the exam session, from 1.
        room: the roster's, or empty.
        needs_access: whether accessible seats came first.
        dealt: every seat that was dealt, in order.
        face: match, no_match, unsure, failed or by_eye.
        face_score: exact text as the adapter gave it, or empty.
        face_by: name and version of the adapter, or empty.
        is_by_eye: a person decided, whatever the adapter said.
        is_late: after the closing, with the agreement of two people.
    """

    act_id: str
    by: str
    number: int
    room: str
    needs_access: bool
    dealt: Sequence[DealtRow]
    face: str
    face_score: str = ""
    face_by: str = ""
    is_by_eye: bool = False
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class PinIssued:
    """A PIN was shown, once; every earlier one of this person opens nothing any more."""

    act_id: str
    by: str
    reason: str
    words: str
    pin_no: int


@dataclass(frozen=True, slots=True)
class EntryRefused:
    """Somebody could not enter: the browser did not prove what the exam session requires.

    `epoch` is of the last workstation that was let in, 0 for none; `browser`: missing or wrong.
    """

    epoch: int
    station: str
    browser: str


@dataclass(frozen=True, slots=True)
class PinUsed:
    """Somebody logged in with the PIN, at a workstation that is pinned to the seat or named it."""

    pin_no: int
    room: str
    seat: str
    is_pinned: bool
