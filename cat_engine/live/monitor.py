"""What a proctor's screen shows: a follower of the journal that folds sittings into rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

from sqlalchemy import Engine as Database

from exam_sessions import events, sites, sitting
from exam_sessions.exam_session import ROOM_CLOSED, ExamSession, evolve_hall
from exam_sessions.follower import Follower
from exam_sessions.live_session import LiveSession
from exam_sessions.pace import Pace
from exam_sessions.sitting import Sitting
from exam_sessions.views import proctor_row

Json = dict[str, Any]

SIGN_OF_LIFE_MS = 1_000
"""What a page shows is never older than this and the way to it, or the page says that it is."""


@dataclass(slots=True)
class Monitor:
    """The rows of one exam session, and which of them changed in the last poll."""

    database: Database
    live: LiveSession
    version: int = 0
    _sittings: dict[str, Sitting] = field(default_factory=dict)
    _paces: dict[str, Pace] = field(default_factory=dict)
    _state: ExamSession | None = None
    _follower: Follower | None = None
    _told_at: int = 0

    def poll(self, now: int) -> Json | None:
        """Fold what is new; the changed rows, an empty sign of life, or None."""
        changed: set[str] = set()
        has_room_news = False
        for entry in self._following().catch_up():
            if entry.participant_no is None:
                self._state = evolve_hall(self._hall_state(), cast("events.HallEvent", entry.event))
                has_room_news = True
            elif isinstance(entry.event, events.Seated):
                self._sittings[entry.participant_no] = sitting.seat(
                    entry.exam_session, entry.participant_no, entry.event
                )
                changed.add(entry.participant_no)
            else:
                before = self._sittings[entry.participant_no]
                if isinstance(entry.event, events.Responded):
                    self._pace(entry.participant_no).note(entry.event.item_no, entry.at)
                self._sittings[entry.participant_no] = sitting.evolve(
                    before, cast("events.SittingEvent", entry.event), entry.at
                )
                changed.add(entry.participant_no)
        if not changed and not has_room_news and now - self._told_at < SIGN_OF_LIFE_MS:
            return None
        self.version += 1
        self._told_at = now
        # A room that started makes every waiting row of it ready.
        rows = self._sittings.keys() if has_room_news else changed
        return self._message(now, rows)

    def snapshot(self, now: int) -> Json:
        """Every row, with the title of the exam session."""
        title = {"title": self.live.exam.title, "session_title": self.live.plan.title}
        whole = self._message(now, self._sittings) | {"exam": {"id": self.live.plan.id, **title}}
        return whole | {"plans": self._seat_plans()}

    def restrict(self, message: Json, rooms: frozenset[str]) -> Json:
        """The message as somebody who looks after these rooms may see it."""
        seen: Json = {
            "rooms": [room for room in message["rooms"] if room["id"] in rooms],
            "rows": [row for row in message["rows"] if row["room"] in rooms],
        }
        if "plans" in message:
            plans = message["plans"]
            seen["plans"] = {room: plans[room] for room in sorted(rooms & plans.keys())}
        return message | seen

    def _message(self, now: int, participant_nos: Any) -> Json:
        statuses = self._hall_state().rooms
        return {
            "version": self.version,
            "now": now,
            "rooms": self._rooms(statuses),
            "rows": [
                proctor_row(
                    self._sittings[no],
                    self.live.enrolments.get(no),
                    room_status=statuses[self._sittings[no].seated.room],
                    now=now,
                )
                | {"item_ms": self._pace(no).item_ms}
                for no in sorted(participant_nos)
            ],
        }

    def _seat_plans(self) -> Json:
        """Where seats stand, by room, as far as a site's plan says; seats as name, row, column."""
        with self.database.connect() as db:
            planned = {
                room.id: sites.get_site_room(db, room.site, room.site_room)
                for room in self.live.rooms
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

    def _pace(self, participant_no: str) -> Pace:
        return self._paces.setdefault(participant_no, Pace())

    def _rooms(self, statuses: Mapping[str, str]) -> list[Json]:
        return [
            {
                "id": room.id,
                "name": room.name,
                "status": statuses[room.id],
                "seats": room.seat_count,
            }
            for room in self.live.rooms
        ]

    def _hall_state(self) -> ExamSession:
        if self._state is None:
            closed = {room.id: ROOM_CLOSED for room in self.live.rooms}
            self._state = replace(self.live.state, rooms=closed)
        return self._state

    def _following(self) -> Follower:
        if self._follower is None:
            self._follower = Follower(self.database, self.live.plan.id)
        return self._follower
