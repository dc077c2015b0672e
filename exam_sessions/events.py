"""What has happened: the closed list of event types and their canonical bytes.

Events are for ever. A field never changes its meaning; a new need is a new field with a default
or a new type. Fields hold text, integers, booleans, None, and lists and mappings of these, so
that an event's bytes are the same on every machine; points are exact text such as "5" or "7/2".

No event holds a name, a national number or an item's text.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any, cast

from exam_sessions.act_events import Accommodated as Accommodated
from exam_sessions.act_events import BrowserWaived as BrowserWaived
from exam_sessions.act_events import CallAnswered as CallAnswered
from exam_sessions.act_events import Confirmed as Confirmed
from exam_sessions.act_events import Ended as Ended
from exam_sessions.act_events import Extended as Extended
from exam_sessions.act_events import ExtensionWithdrawn as ExtensionWithdrawn
from exam_sessions.act_events import HeldAdmitted as HeldAdmitted
from exam_sessions.act_events import HeldRefused as HeldRefused
from exam_sessions.act_events import Messaged as Messaged
from exam_sessions.act_events import Moved as Moved
from exam_sessions.act_events import OutboxBrought as OutboxBrought
from exam_sessions.act_events import Paused as Paused
from exam_sessions.act_events import Proposed as Proposed
from exam_sessions.act_events import Readmitted as Readmitted
from exam_sessions.act_events import Released as Released
from exam_sessions.act_events import Resumed as Resumed
from exam_sessions.act_events import Voided as Voided
from exam_sessions.act_events import Withdrawn as Withdrawn
from exam_sessions.door_events import CheckedIn as CheckedIn
from exam_sessions.door_events import CheckInEnded as CheckInEnded
from exam_sessions.door_events import CheckInOpened as CheckInOpened
from exam_sessions.door_events import DoorConfirmed as DoorConfirmed
from exam_sessions.door_events import DoorProposed as DoorProposed
from exam_sessions.door_events import DoorWithdrawn as DoorWithdrawn
from exam_sessions.door_events import EntryRefused as EntryRefused
from exam_sessions.door_events import PinIssued as PinIssued
from exam_sessions.door_events import PinUsed as PinUsed
from exam_sessions.hall_events import BoardFinalized as BoardFinalized
from exam_sessions.hall_events import BoardFrozen as BoardFrozen
from exam_sessions.hall_events import BoardResumed as BoardResumed
from exam_sessions.hall_events import ClosingProposed as ClosingProposed
from exam_sessions.hall_events import ClosingWithdrawn as ClosingWithdrawn
from exam_sessions.hall_events import RoomOpened as RoomOpened
from exam_sessions.hall_events import RoomStarted as RoomStarted
from exam_sessions.hall_events import ServerResumed as ServerResumed
from exam_sessions.hall_events import SessionClosed as SessionClosed
from question_bank.json_writer import make_writer
from scoring.value import value

JsonValue = None | bool | int | str | Sequence["JsonValue"] | Mapping[str, "JsonValue"]


class UnknownEvent(Exception):
    """A journal holds an event this version cannot read; nothing is guessed."""

    code = "unknown_event"


# --- a sitting: its place and its line ---


@dataclass(frozen=True, slots=True)
class Seated:
    """A candidate has a form, a room and a seat, and the clocks and care that apply to them."""

    form_digest: str
    formation: str
    formation_type: str
    disability: str
    room: str
    seat: str
    part_minutes: tuple[int, ...]
    part_item_counts: tuple[int, ...]
    text_size: str = "normal"
    contrast: str = "normal"
    timer: str = "shown"
    break_minutes: int = 0


@dataclass(frozen=True, slots=True)
class Attached:
    """A workstation speaks for the sitting from now on; every older epoch is fenced."""

    epoch: int
    station: str
    took_over: bool
    heard_at: int | None = None
    """Of a line that was taken over: when the server last had a word from it."""
    browser: str = ""
    """What it proved of its browser: verified, missing, wrong; empty where nobody asked."""


@dataclass(frozen=True, slots=True)
class LineLost:
    """The connection of the current epoch ended."""

    epoch: int
    cause: str
    heard_at: int | None = None
    """When the server last had a word from it."""


# --- a sitting: the candidate's work ---


@dataclass(frozen=True, slots=True)
class PartBegun:
    """The first item of a part was handed out; its clock runs."""

    part_index: int
    allotment_ms: int


@value
class Viewed:
    """An item came to the screen."""

    client_seq: int
    item_no: int


@value
class Responded:
    """A response counts, with the points it earned; a greater `client_seq` replaces it."""

    client_seq: int
    item_no: int
    item: str
    section: str
    response: JsonValue
    points: str
    held_ms: int


@dataclass(frozen=True, slots=True)
class ResponseHeld:
    """A response came after the end of its part: kept as evidence, not counted."""

    client_seq: int
    item_no: int
    item: str
    section: str
    response: JsonValue
    points: str
    held_ms: int
    late_ms: int
    ack_at: int | None = None
    """By the page: the server's time of its last acknowledged exchange before it was given."""
    since_ack_ms: int = 0
    """By the page: what its monotonic clock had counted since that exchange."""


@dataclass(frozen=True, slots=True)
class LateDecided:
    """What the rule said of the held response `of`, with what it was decided by.

    `why` is one of `late_rule.REASONS`; `outage_until` is None while the line was down still.
    """

    of: int
    is_admitted: bool
    why: str
    given_at: int | None
    end_at: int | None
    outage_since: int | None
    outage_until: int | None
    delivered_within_ms: int


@value
class Flagged:
    """An item was marked as doubtful, or unmarked."""

    client_seq: int
    item_no: int
    flagged: bool


@dataclass(frozen=True, slots=True)
class Called:
    """The candidate asks for a proctor."""

    client_seq: int
    topic: str


@dataclass(frozen=True, slots=True)
class MessagesRead:
    """The candidate has read the first `count` messages."""

    client_seq: int
    count: int


@dataclass(frozen=True, slots=True)
class Noticed:
    """The page noticed something beside the work: an indicator, no verdict.

    `count` times since the report before, `lasted_ms` together, kept on the page for `held_ms`.
    """

    client_seq: int
    kind: str
    count: int
    lasted_ms: int
    held_ms: int


@dataclass(frozen=True, slots=True)
class PartEnded:
    """A part is closed for good. Cause: candidate, deadline or proctor."""

    part_index: int
    cause: str
    client_seq: int | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """The sitting is over; the score as it is shown, exact."""

    cause: str
    sections: Mapping[str, str]
    total: str
    passed: bool | None


@dataclass(frozen=True, slots=True)
class Rescored:
    """The score of a finished sitting after held responses were admitted."""

    sections: Mapping[str, str]
    total: str
    passed: bool | None


SittingEvent = (
    Seated
    | Attached
    | LineLost
    | Released
    | PartBegun
    | Viewed
    | Responded
    | ResponseHeld
    | LateDecided
    | HeldAdmitted
    | HeldRefused
    | OutboxBrought
    | Flagged
    | Noticed
    | PartEnded
    | Finished
    | Rescored
    | Paused
    | Resumed
    | Extended
    | Ended
    | ExtensionWithdrawn
    | Readmitted
    | Called
    | CallAnswered
    | Messaged
    | MessagesRead
    | Moved
    | Proposed
    | Confirmed
    | Withdrawn
    | Voided
    | BrowserWaived
    | Accommodated
    | CheckedIn
    | PinIssued
    | PinUsed
    | EntryRefused
)
HallEvent = (
    RoomOpened
    | RoomStarted
    | BoardFrozen
    | BoardResumed
    | BoardFinalized
    | ClosingProposed
    | ClosingWithdrawn
    | SessionClosed
    | ServerResumed
    | CheckInOpened
    | DoorProposed
    | DoorConfirmed
    | DoorWithdrawn
    | CheckInEnded
)
Event = SittingEvent | HallEvent

_TYPES: Mapping[str, type] = {
    event_type.__name__: event_type for event_type in (*SittingEvent.__args__, *HallEvent.__args__)
}


def _fields_of(event_type: type) -> tuple[tuple[str, ...], Callable[[Event], Sequence[Any]]]:
    names = tuple(field.name for field in fields(event_type))
    if len(names) > 1:
        return names, attrgetter(*names)
    return names, lambda event: tuple(getattr(event, name) for name in names)


_FIELDS = {event_type: _fields_of(event_type) for event_type in _TYPES.values()}
"""Of each type: the names of its fields, and what reads them all with one call."""


def type_of(kind: str) -> type:
    """The type of a journaled kind.

    Raises:
        UnknownEvent: this version does not know it.
    """
    if kind not in _TYPES:
        raise UnknownEvent(kind)
    return _TYPES[kind]


def kind_of(event: Event) -> str:
    """The name under which the event stands in the journal."""
    return type(event).__name__


def body_of(event: Event) -> dict[str, JsonValue]:
    """The event's fields as JSON values."""
    names, values_of = _FIELDS[type(event)]
    return dict(zip(names, values_of(event), strict=True))


def decode(kind: str, body: Mapping[str, Any]) -> Event:
    """Rebuild an event from its journaled kind and body.

    Raises:
        UnknownEvent: the kind or a field is not known to this version.
    """
    event_type = _TYPES.get(kind)
    if event_type is None:
        raise UnknownEvent(kind)
    if event_type in (Seated, Accommodated):  # those with lists of their own
        body = {
            name: tuple(value) if isinstance(value, list) else value for name, value in body.items()
        }
    try:
        return cast("Event", event_type(**body))
    except TypeError as error:
        raise UnknownEvent(f"{kind}: {error}") from error


_write = make_writer(sort_keys=True)


def canonical(value: JsonValue) -> str:
    """JSON text with sorted keys and no spaces: the same text for the same value, anywhere."""
    return _write(value)
