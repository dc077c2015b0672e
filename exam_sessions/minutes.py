"""The minutes of an exam session (berita acara): what happened, folded from the journal alone.

Pure: the same entries give the same minutes to a coordinator, a court and an auditor. Everything
that people decided stands with who, when and why; what was measured stands beside what was given.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import cast

from exam_sessions import events, sitting
from exam_sessions.decide_pin import AT_CHECK_IN
from exam_sessions.journal import Entry
from exam_sessions.losses import owed_ms
from exam_sessions.sitting import Sitting

INCIDENTS = (
    events.Paused
    | events.Resumed
    | events.Extended
    | events.ExtensionWithdrawn
    | events.Released
    | events.Moved
    | events.Readmitted
    | events.Ended
    | events.HeldAdmitted
    | events.HeldRefused
    | events.OutboxBrought
    | events.Proposed
    | events.Confirmed
    | events.Withdrawn
    | events.Voided
    | events.BrowserWaived
    | events.Accommodated
    | events.DoorProposed
    | events.DoorConfirmed
    | events.DoorWithdrawn
)


@dataclass(frozen=True, slots=True)
class Incident:
    """Something that proctors must record."""

    position: int
    at: int
    participant_no: str
    """Empty: about the exam session as a whole."""
    kind: str
    by: str
    reason: str = ""
    words: str = ""
    amount_ms: int = 0
    detail: str = ""
    count: int = 1
    instants: tuple[tuple[str, int], ...] = ()
    """What was measured, by name: the evidence of a decision by rule."""


@dataclass(frozen=True, slots=True)
class Attendance:
    """One candidate's day."""

    participant_no: str
    room: str
    seat: str
    checked_in_at: int | None = None
    is_late: bool = False
    attended_at: int | None = None
    started_at: int | None = None
    finished_at: int | None = None
    cause: str = ""
    line_lost_count: int = 0
    lost_ms: int = 0
    given_ms: int = 0
    owed_ms: int = 0
    browser: str = ""
    notices: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """How often the page noticed something, by kind: facts without a verdict."""

    @property
    def is_present(self) -> bool:
        """Whether the candidate came: to the door, where there is one, or to the seat."""
        return self.checked_in_at is not None or self.attended_at is not None


@dataclass(frozen=True, slots=True)
class Minutes:
    """The record of one exam session, up to an entry of its journal."""

    exam_session: str
    attendance: tuple[Attendance, ...]
    incidents: tuple[Incident, ...]
    position: int
    head_hash: str

    @property
    def present_count(self) -> int:
        """Candidates who were checked in or attached at least once."""
        return sum(1 for one in self.attendance if one.is_present)

    @property
    def late_count(self) -> int:
        """Candidates who were checked in after the closing, with the agreement of two people."""
        return sum(1 for one in self.attendance if one.is_late)

    @property
    def finished_count(self) -> int:
        """Candidates whose sitting has ended and counts."""
        void = {"void", "disqualified"}
        return sum(
            1 for one in self.attendance if one.finished_at is not None and one.cause not in void
        )


@dataclass(slots=True)
class _Record:
    """What is known of one candidate while entries are read."""

    sitting: Sitting
    attendance: Attendance


def minutes_of(exam_session: str, entries: Iterable[Entry]) -> Minutes:
    """Fold a whole journal into its minutes."""
    records: dict[str, _Record] = {}
    incidents: list[Incident] = []
    position, head_hash = 0, ""
    for entry in entries:
        position, head_hash = entry.position, entry.hash
        incident = _incident(entry)
        if incident is not None and not _joins(incidents, incident):
            incidents.append(incident)
        if entry.participant_no is not None:
            _take(records, entry)
    attendance = tuple(_closed(record) for _, record in sorted(records.items()))
    return Minutes(exam_session, attendance, tuple(incidents), position, head_hash)


def incidents_of(entries: Iterable[Entry]) -> tuple[Incident, ...]:
    """The incidents alone, without following every sitting."""
    incidents: list[Incident] = []
    for entry in entries:
        incident = _incident(entry)
        if incident is not None and not _joins(incidents, incident):
            incidents.append(incident)
    return tuple(incidents)


def _take(records: dict[str, _Record], entry: Entry) -> None:
    participant_no, event = entry.participant_no, entry.event
    assert participant_no is not None
    if isinstance(event, events.Seated):
        first = sitting.seat(entry.exam_session, participant_no, event)
        records[participant_no] = _Record(first, Attendance(participant_no, event.room, event.seat))
        return
    record = records[participant_no]
    has_ended = record.sitting.finished is not None
    record.sitting = sitting.evolve(record.sitting, cast("events.SittingEvent", event), entry.at)
    one = record.attendance
    match event:
        case events.CheckedIn():
            record.attendance = replace(one, checked_in_at=entry.at, is_late=event.is_late)
        case events.Attached() if one.attended_at is None:
            record.attendance = replace(one, attended_at=entry.at)
        case events.PartBegun() if one.started_at is None:
            record.attendance = replace(one, started_at=entry.at)
        # Whoever leaves the page before the first item or after the last has lost nothing.
        case events.LineLost() if one.started_at is not None and not has_ended:
            record.attendance = replace(one, line_lost_count=one.line_lost_count + 1)
        case _:
            pass


def _late_incident(place: tuple[int, int, str], event: events.LateDecided) -> Incident:
    """A late answer that was decided by rule, with its evidence."""
    measured = (
        ("given", event.given_at),
        ("end", event.end_at),
        ("line_down", event.outage_since),
        ("line_up", event.outage_until),
    )
    instants = tuple((name, at) for name, at in measured if at is not None)
    kind, detail = events.kind_of(event), event.why
    return Incident(*place, kind, "server", "late_rule", detail=detail, instants=instants)


def _joins(incidents: list[Incident], one: Incident) -> bool:
    """Whether it is one more of a row whose first one stands in the minutes.

    Late answers of one outbox, and entries that were refused to one candidate.
    """
    kind = one.kind
    if kind not in (events.LateDecided.__name__, events.EntryRefused.__name__):
        return False
    for index in range(len(incidents) - 1, -1, -1):
        before = incidents[index]
        if (before.participant_no, before.kind) == (one.participant_no, kind):
            is_same = (before.detail, _outage(before)) == (one.detail, _outage(one))
            if is_same:
                incidents[index] = replace(before, count=before.count + 1)
            return is_same
    return False


def _outage(incident: Incident) -> int | None:
    return dict(incident.instants).get("line_down")


def _closed(record: _Record) -> Attendance:
    """The candidate's day with seat, end and time as they stand at the last entry."""
    state = record.sitting
    cause = state.care.void_kind or (state.finished.cause if state.finished else "")
    return replace(
        record.attendance,
        room=state.seated.room,
        seat=state.seated.seat,
        finished_at=state.finished_at,
        cause=cause,
        lost_ms=state.losses.lost_ms,
        given_ms=state.losses.given_ms,
        owed_ms=owed_ms(state.losses),
        browser="waived" if state.browser_waived else state.browser,
        notices=MappingProxyType({k: t.count for k, t in sorted(state.notices.tallies.items())}),
    )


def _incident(entry: Entry) -> Incident | None:
    event = entry.event
    place = (entry.position, entry.at, entry.participant_no or "")
    kind = events.kind_of(event)
    if isinstance(event, events.PinIssued) and event.reason != AT_CHECK_IN:
        return Incident(*place, kind, event.by, event.reason, event.words, detail=str(event.pin_no))
    if isinstance(event, INCIDENTS):
        about = entry.participant_no or str(getattr(event, "participant_no", ""))
        place = (entry.position, entry.at, about)
        amount_ms = getattr(event, "extension_ms", 0)
        detail = getattr(event, "what", "") or getattr(event, "kind", "")
        if isinstance(event, events.OutboxBrought):
            detail = str(event.answer_count)
        if isinstance(event, events.Accommodated):
            detail = str(event.revision)
        if isinstance(event, events.Moved):
            detail = f"{event.room}-{event.seat}"
        words = (event.reason, event.words)
        return Incident(*place, kind, event.by, *words, amount_ms=amount_ms, detail=detail)
    match event:
        case events.CheckInOpened() | events.CheckInEnded():
            return Incident(*place, kind, event.by)
        case events.RoomOpened() | events.RoomStarted():
            return Incident(*place, kind, event.by, detail=event.room)
        case (
            events.BoardFrozen()
            | events.BoardResumed()
            | events.BoardFinalized()
            | events.ClosingProposed()
            | events.ClosingWithdrawn()
            | events.SessionClosed()
        ):
            return Incident(*place, kind, event.by, event.reason)
        case events.EntryRefused():
            return Incident(*place, kind, "server", "seb", detail=event.browser)
        case events.LateDecided():
            return _late_incident(place, event)
        case events.ServerResumed():
            away_ms = event.away_until - event.away_from
            return Incident(*place, kind, "server", "outage", amount_ms=away_ms)
        case _:
            return None
