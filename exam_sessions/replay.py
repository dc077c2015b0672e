"""Moving along the time line of an exam session: the rooms as they were at any instant.

The same fold as the proctor's live screen, from a checkpoint before the instant. Sittings are
values, so a checkpoint shares almost everything with the one before it: one for 2,000 entries.
"""

import threading
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine as Database

from exam_sessions import minutes
from exam_sessions.follower import Follower
from exam_sessions.journal import Entry
from exam_sessions.live_session import LiveSession
from exam_sessions.rooms_view import RoomsView, before_first_entry, heading, seat_plans

Json = dict[str, Any]
CHECKPOINT_ENTRIES = 2_000


@dataclass(slots=True)
class Replay:
    """One exam session's journal in memory, with checkpoints."""

    live: LiveSession
    database: Database
    plans: Json = field(default_factory=dict)
    _entries: list[Entry] = field(default_factory=list)
    _instants: list[int] = field(default_factory=list)
    """When each entry had happened; entries of one commit may differ by some milliseconds."""
    _checkpoints: list[RoomsView] = field(default_factory=list)
    _follower: Follower | None = None
    _newest: RoomsView | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def catch_up(self) -> None:
        """Read what has come to the journal since."""
        with self._lock:
            if self._follower is None:
                self._follower = Follower(self.database, self.live.plan.id)
                self.plans = seat_plans(self.database, self.live)
            self.take(self._follower.catch_up())

    def take(self, entries: Iterable[Entry]) -> None:
        """Append entries, with a checkpoint now and then."""
        view = self._newest or before_first_entry(self.live)
        for entry in entries:
            if len(self._entries) % CHECKPOINT_ENTRIES == 0:
                self._checkpoints.append(view.copied())
            view.fold(entry)
            self._entries.append(entry)
            last = self._instants[-1] if self._instants else 0
            self._instants.append(max(last, entry.at))
        self._newest = view

    def at(self, instant: int) -> Json:
        """The rooms with everything that had happened by then."""
        count = bisect_right(self._instants, instant)
        if not self._checkpoints:
            view = before_first_entry(self.live)
        else:
            number = min(count // CHECKPOINT_ENTRIES, len(self._checkpoints) - 1)
            view = self._checkpoints[number].copied()
            for entry in self._entries[number * CHECKPOINT_ENTRIES : count]:
                view.fold(entry)
        return {
            "version": count,
            "now": instant,
            "rooms": view.rooms(),
            "rows": view.rows(view.sittings, instant),
            "exam": heading(self.live),
            "plans": self.plans,
        }

    def line(self) -> Json:
        """First and last instant, and the incidents between them."""
        return {
            "from": self._instants[0] if self._instants else 0,
            "until": self._instants[-1] if self._instants else 0,
            "entry_count": len(self._entries),
            "incidents": [
                {
                    "at": one.at,
                    "kind": one.kind,
                    "participant_no": one.participant_no,
                    "detail": one.detail,
                    "by": one.by,
                    "count": one.count,
                }
                for one in minutes.incidents_of(self._entries)
            ],
        }
