"""What proctors see of the rooms: a fold of the journal, the same live and in a replay."""

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Any, cast

from sqlalchemy import Engine as Database

from exam_sessions import events, sites, sitting
from exam_sessions.exam_session import ROOM_CLOSED, ExamSession, evolve_hall
from exam_sessions.journal import Entry
from exam_sessions.live_session import LiveSession
from exam_sessions.pace import Pace
from exam_sessions.sitting import Sitting
from exam_sessions.views import proctor_row

Json = dict[str, Any]


@dataclass(slots=True)
class RoomsView:
    """The sittings and rooms of one exam session, as far as entries were folded."""

    live: LiveSession
    state: ExamSession
    sittings: dict[str, Sitting] = field(default_factory=dict)
    paces: dict[str, Pace] = field(default_factory=dict)

    def fold(self, entry: Entry) -> str | None:
        """Take in one entry; whose row it changed, or None: the rooms themselves changed."""
        if entry.participant_no is None:
            self.state = evolve_hall(self.state, cast("events.HallEvent", entry.event))
            return None
        if isinstance(entry.event, events.Seated):
            self.sittings[entry.participant_no] = sitting.seat(
                entry.exam_session, entry.participant_no, entry.event
            )
            return entry.participant_no
        if isinstance(entry.event, events.Responded):
            self._pace(entry.participant_no).note(entry.event.item_no, entry.at)
        self.sittings[entry.participant_no] = sitting.evolve(
            self.sittings[entry.participant_no],
            cast("events.SittingEvent", entry.event),
            entry.at,
        )
        return entry.participant_no

    def copied(self) -> "RoomsView":
        """A view that goes on by itself; sittings are values and are shared."""
        paces = {no: copy(pace) for no, pace in self.paces.items()}
        return RoomsView(self.live, self.state, dict(self.sittings), paces)

    def rows(self, participant_nos: Iterable[str], now: int) -> list[Json]:
        """The rows of these people as they stand at `now`."""
        statuses = self.state.rooms
        return [
            proctor_row(
                self.sittings[no],
                self.live.enrolments.get(no),
                room_status=statuses[self.sittings[no].seated.room],
                now=now,
            )
            | {"item_ms": self._pace(no).item_ms}
            for no in sorted(participant_nos)
        ]

    def rooms(self) -> list[Json]:
        """The rooms with their state; "ended" once two people have closed the exam session."""
        return [
            {
                "id": room.id,
                "name": room.name,
                "status": "ended" if self.state.is_closed else self.state.rooms[room.id],
                "seats": room.seat_count,
            }
            for room in self.live.rooms
        ]

    def _pace(self, participant_no: str) -> Pace:
        return self.paces.setdefault(participant_no, Pace())


def before_first_entry(live: LiveSession) -> RoomsView:
    """The rooms before anything happened."""
    closed = {room.id: ROOM_CLOSED for room in live.rooms}
    return RoomsView(live, replace(live.state, rooms=closed, closing=None, closed=None))


def heading(live: LiveSession) -> Json:
    """What a page says the exam session is."""
    title = {"title": live.exam.title, "session_title": live.plan.title}
    return {"id": live.plan.id, **title}


def seat_plans(database: Database, live: LiveSession) -> Json:
    """Where seats stand, by room, as far as a site's plan says; seats as name, row, column."""
    with database.connect() as db:
        planned = {
            room.id: sites.get_site_room(db, room.site, room.site_room)
            for room in live.rooms
            if room.site_room
        }
    return {
        room: {
            "columns": found.plan.column_count,
            "seats": [
                [seat.name, seat.row_index, seat.column_index, seat.is_usable]
                for seat in found.plan.seats
            ],
        }
        for room, found in planned.items()
        if found is not None
    }
