"""The door of an exam session, as a value: what the journal says about check-in.

Folded from entries rather than events, because each draw of a seat depends on the hash of the
check-in before it (docs/algorithms/seat-draw.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from exam_sessions import events
from exam_sessions.journal import Entry
from question_bank.seat_draw import Dealt, Seat, chosen

LATE, CLOSING = "late", "closing"
DOOR_EVENTS = (
    events.CheckInOpened
    | events.DoorProposed
    | events.DoorConfirmed
    | events.DoorWithdrawn
    | events.CheckInEnded
    | events.CheckedIn
)


@dataclass(frozen=True, slots=True)
class Door:
    """Check-in so far; before it was opened there are no seats."""

    commitment: str = ""
    seats: tuple[Seat, ...] = ()
    closes_at: int = 0
    count: int = 0
    previous: str = ""
    given: frozenset[tuple[str, str]] = frozenset()
    """Seats that were drawn; one that somebody was moved away from is not given again."""
    proposals: Mapping[str, events.DoorProposed] = field(default_factory=dict)
    late: frozenset[str] = frozenset()
    """Who may be checked in after the closing: two people agreed."""
    acts: frozenset[str] = frozenset()
    key: str = ""

    @property
    def is_opened(self) -> bool:
        """Whether check-in has begun."""
        return bool(self.commitment)

    @property
    def is_ended(self) -> bool:
        """Whether nobody is checked in any more."""
        return bool(self.key)

    def is_closed(self, now: int) -> bool:
        """Whether only those are checked in whom two people admitted."""
        return now > self.closes_at


def evolve_door(door: Door, entry: Entry) -> Door:
    """Fold one entry of the journal; most change nothing."""
    event = entry.event
    match event:
        case events.CheckInOpened():
            return Door(
                commitment=event.commitment,
                seats=tuple(
                    Seat(str(room), str(name), int(row), int(column), bool(near))
                    for room, name, row, column, near in event.seats
                ),
                closes_at=event.closes_at,
                previous=entry.hash,
            )
        case events.CheckedIn():
            return replace(
                door,
                count=door.count + 1,
                previous=entry.hash,
                given=door.given | {chosen(dealt_of(door, event)).key},
            )
        case events.CheckInEnded():
            return replace(door, key=event.key)
        case events.DoorProposed() | events.DoorConfirmed() | events.DoorWithdrawn():
            return _evolve_proposal(door, event)
        case _:
            return door


def dealt_of(door: Door, event: events.CheckedIn) -> list[Dealt]:
    """The seats that a check-in was dealt; a seat that the door does not have stands as it was."""
    by_key = {seat.key: seat for seat in door.seats}
    return [
        Dealt(by_key.get((str(room), str(name)), Seat(str(room), str(name), -1, -1)), int(seen))
        for room, name, seen in event.dealt
    ]


def _evolve_proposal(
    door: Door, event: events.DoorProposed | events.DoorConfirmed | events.DoorWithdrawn
) -> Door:
    door = replace(door, acts=door.acts | {event.act_id})
    if isinstance(event, events.DoorProposed):
        return replace(door, proposals={**door.proposals, event.act_id: event})
    left = {name: one for name, one in door.proposals.items() if name != event.proposal}
    proposal = door.proposals[event.proposal]
    door = replace(door, proposals=left)
    if isinstance(event, events.DoorWithdrawn):
        return door
    if proposal.what == CLOSING:
        return replace(door, closes_at=proposal.closes_at)
    return replace(door, late=door.late | {proposal.participant_no})
