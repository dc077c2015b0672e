"""What happened to an exam session as a whole: rooms, board, closing, outages.

Part of the closed list in `events`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RoomOpened:
    """Candidates of the room may log in and wait."""

    room: str
    by: str


@dataclass(frozen=True, slots=True)
class RoomStarted:
    """Candidates of the room may begin."""

    room: str
    by: str


@dataclass(frozen=True, slots=True)
class BoardFrozen:
    """The public board shows nothing newer than this entry."""

    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class BoardResumed:
    """The public board follows again."""

    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class BoardFinalized:
    """The board is certified and does not change any more."""

    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class ClosingProposed:
    """Somebody wants to close the exam session; another person does it."""

    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class ClosingWithdrawn:
    """The closing that somebody proposed is off; it may be proposed anew."""

    by: str
    reason: str
    proposed_by: str


@dataclass(frozen=True, slots=True)
class SessionClosed:
    """The exam session is over; the last entry before this one was `head_hash`."""

    by: str
    proposed_by: str
    reason: str
    head_position: int
    head_hash: str


@dataclass(frozen=True, slots=True)
class ServerResumed:
    """The server was away from its last sign of life until now; clocks were given that time."""

    away_from: int
    away_until: int
