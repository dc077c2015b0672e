"""What a proctor's screen shows: a follower of the journal that folds sittings into rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine as Database

from exam_sessions.follower import Follower
from exam_sessions.live_session import LiveSession
from exam_sessions.rooms_view import RoomsView, before_first_entry, heading, seat_plans

Json = dict[str, Any]

SIGN_OF_LIFE_MS = 1_000
"""What a page shows is never older than this and the way to it, or the page says that it is."""


@dataclass(slots=True)
class Monitor:
    """The rows of one exam session, and which of them changed in the last poll."""

    database: Database
    live: LiveSession
    version: int = 0
    _view: RoomsView | None = None
    _follower: Follower | None = None
    _told_at: int = 0

    def poll(self, now: int) -> Json | None:
        """Fold what is new; the changed rows, an empty sign of life, or None."""
        view = self._rooms()
        told = [view.fold(entry) for entry in self._following().catch_up()]
        has_room_news = None in told
        if not told and now - self._told_at < SIGN_OF_LIFE_MS:
            return None
        self.version += 1
        self._told_at = now
        # A room that started makes every waiting row of it ready.
        changed = {no for no in told if no is not None}
        return self._message(now, view.sittings if has_room_news else changed)

    def snapshot(self, now: int) -> Json:
        """Every row, with the title of the exam session."""
        whole = self._message(now, self._rooms().sittings) | {"exam": heading(self.live)}
        return whole | {"plans": seat_plans(self.database, self.live)}

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

    def _message(self, now: int, participant_nos: Iterable[str]) -> Json:
        view = self._rooms()
        return {
            "version": self.version,
            "now": now,
            "rooms": view.rooms(),
            "rows": view.rows(participant_nos, now),
        }

    def _rooms(self) -> RoomsView:
        if self._view is None:
            self._view = before_first_entry(self.live)
        return self._view

    def _following(self) -> Follower:
        if self._follower is None:
            self._follower = Follower(self.database, self.live.plan.id)
        return self._follower
