"""What the pages of the door show, as plain values: people, counts, proposals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cat_engine.db import reading
from cat_engine.http.errors import Problem
from exam_sessions import accommodation, profiles, store
from exam_sessions.decide_accommodation import has_begun
from exam_sessions.live_session import LiveSession
from exam_sessions.refused import Refused
from question_bank.blueprint import minutes_for

if TYPE_CHECKING:
    from cat_engine.hall import Hall

EXPECTED, PRESENT, LATE, ELSEWHERE, UNKNOWN = "expected", "present", "late", "elsewhere", "unknown"
FILTERS = ("all", "missing", "present", "late")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody at the door."""

    participant_no: str
    status: str
    name: str = ""
    formation: str = ""
    formation_type: str = ""
    room: str = ""
    seat: str = ""
    disability: str = ""
    text_size: str = ""
    contrast: str = ""
    break_minutes: int = 0
    timer: str = ""
    extra_minutes: int = 0
    """What the blueprint's rule gives over everybody's minutes."""
    profile_revision: int = 0
    """Of the standing profile that applies; 0: none."""
    is_profile_late: bool = False
    """A newer profile came after this person had begun."""
    checked_in_at: int | None = None
    pin_no: int = 0
    is_pin_used: bool = False
    is_admitted_late: bool = False
    elsewhere: tuple[tuple[str, int], ...] = ()
    """Title and start of other exam sessions in which this number is enrolled."""

    @property
    def care(self) -> list[tuple[str, dict[str, int]]]:
        """What this person is given: the names of texts under `door.`, with their values."""
        given: list[tuple[str, dict[str, int]]] = []
        if self.disability:
            given.append((f"disability.{self.disability}", {}))
        if self.extra_minutes:
            given.append(("extra", {"minutes": self.extra_minutes}))
        if self.text_size not in ("", "normal"):
            given.append(("large_text", {}))
        if self.contrast == "high":
            given.append(("high_contrast", {}))
        if self.timer not in ("", "shown"):
            given.append((f"timer.{self.timer}", {}))
        if self.break_minutes:
            given.append(("breaks", {"minutes": self.break_minutes}))
        return given


def live_of(hall: Hall, exam_session: str) -> LiveSession:
    """Give the exam session with a door; a problem for one without."""
    if hall.engine is None:
        raise Problem("unavailable")
    try:
        live = hall.engine.live(exam_session)
    except Refused as refusal:
        raise Problem("not_found") from refusal
    if not live.plan.seats_drawn:
        raise Problem("no_check_in")
    return live


def find_visitor(hall: Hall, live: LiveSession, participant_no: str) -> Visitor:
    """Give what is known of a number that was scanned."""
    enrolment = live.enrolments.get(participant_no)
    if enrolment is None:
        found = hall.run_blocking(_look_up, hall, live, participant_no)
        if isinstance(found, Visitor):
            return found
        live.enrolments[participant_no] = enrolment = found
    visitor = visitor_of(live, enrolment)
    cell = live.cells.get(participant_no)
    if cell is None or not has_begun(cell.sitting):
        return visitor
    newest = hall.run_blocking(_newest_revision, hall, enrolment.person or participant_no)
    return replace(visitor, is_profile_late=newest > visitor.profile_revision)


def visitor_of(live: LiveSession, enrolment: store.Enrolment) -> Visitor:
    """Give somebody who is enrolled, with whether they have come."""
    cell = live.cells.get(enrolment.participant_no)
    given = accommodation.from_text(enrolment.accommodation)
    # Whoever sits has what the journal says; it is ahead of what is stored, or stands against it.
    shown = cell.sitting.seated if cell else given
    disability = cell.sitting.seated.disability if cell else enrolment.disability
    parts, formation_type = live.blueprint.parts, enrolment.formation_type
    minutes = (
        cell.sitting.seated.part_minutes
        if cell
        else [minutes_for(part, disability, formation_type) for part in parts]
    )
    common: dict[str, Any] = {
        "participant_no": enrolment.participant_no,
        "name": enrolment.name,
        "formation": enrolment.formation,
        "formation_type": enrolment.formation_type,
        "disability": disability,
        "text_size": shown.text_size,
        "contrast": shown.contrast,
        "timer": shown.timer,
        "break_minutes": shown.break_minutes,
        "extra_minutes": sum(minutes) - sum(part.minutes for part in parts),
        "profile_revision": given.revision,
        "is_admitted_late": enrolment.participant_no in live.door.late,
    }
    if cell is None:
        return Visitor(status=EXPECTED, room=enrolment.room, **common)
    seated, entrance = cell.sitting.seated, cell.sitting.entrance
    return Visitor(
        status=LATE if entrance.is_late else PRESENT,
        room=seated.room,
        seat=seated.seat,
        checked_in_at=entrance.checked_in_at,
        pin_no=entrance.pin_no,
        is_pin_used=entrance.is_pin_used,
        **common,
    )


def counts_of(live: LiveSession, now: int) -> dict[str, int]:
    """Give the numbers of the door as they are now."""
    door = live.door
    late = sum(1 for cell in live.cells.values() if cell.sitting.entrance.is_late)
    enrolled = len(live.enrolments)
    return {
        "expected": enrolled,
        "present": len(live.cells),
        "late": late,
        "missing": enrolled - len(live.cells),
        "free_seats": len(door.seats) - len(door.given) if door.is_opened else 0,
        "closes_at": door.closes_at,
        "closes_in_ms": max(0, door.closes_at - now) if door.is_opened else 0,
    }


def everybody(live: LiveSession, chosen: str) -> list[Visitor]:
    """Give the list of the door: whoever is missing first, then by seat."""
    people = [visitor_of(live, enrolment) for enrolment in live.enrolments.values()]
    wanted = {
        "missing": {EXPECTED},
        "present": {PRESENT, LATE},
        "late": {LATE},
    }.get(chosen, {EXPECTED, PRESENT, LATE})
    return sorted(
        (one for one in people if one.status in wanted),
        key=lambda one: (one.checked_in_at is not None, one.name.casefold(), one.participant_no),
    )


def room_names(live: LiveSession) -> Mapping[str, str]:
    """Give the names of the rooms by identifier."""
    return {room.id: room.name for room in live.rooms}


def _look_up(hall: Hall, live: LiveSession, participant_no: str) -> store.Enrolment | Visitor:
    """Somebody who was enrolled after the server read the roster, or is enrolled elsewhere."""
    with reading(hall.database).connect() as db:
        found = store.find_enrolments(db, participant_no)
        for enrolment in found:
            if enrolment.exam_session == live.plan.id:
                return enrolment
        plans = [store.get_session(db, enrolment.exam_session) for enrolment in found]
    elsewhere = tuple((plan.title, plan.starts_at) for plan in plans if plan is not None)
    status = ELSEWHERE if elsewhere else UNKNOWN
    name = found[0].name if found else ""
    return Visitor(participant_no, status, name=name, elsewhere=elsewhere)


def _newest_revision(hall: Hall, person: str) -> int:
    with reading(hall.database).connect() as db:
        return profiles.next_revision(db, person) - 1
