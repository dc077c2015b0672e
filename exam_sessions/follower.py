"""The loop under every view: read the journal behind a position, hand on, remember how far.

A process of its own reads the database. Inside the engine's process the entries are in memory
already, decoded and on disk: there a follower takes them from the `Tail`, and reads the database
only for what is not in it.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import Engine

from exam_sessions import journal
from exam_sessions.journal import Entry

TAIL_LIMIT = 100_000
"""Entries of one exam session that wait in memory; older ones are read from the database."""


@dataclass(slots=True)
class Tail:
    """The newest entries of every exam session, on disk, until their one follower takes them.

    Entries are put in by the journal's writer and, at the start, by whoever replays; each may be
    another thread than the follower's. What is left out, or falls out at the limit, is read from
    the database: the tail saves work and promises nothing.
    """

    limit: int = TAIL_LIMIT
    _waiting: dict[str, deque[Entry]] = field(default_factory=dict)

    def put(self, entries: Iterable[Entry]) -> None:
        """Keep entries that are on disk, in the journal's order."""
        for entry in entries:
            self.of(entry.exam_session).append(entry)

    def of(self, exam_session: str) -> deque[Entry]:
        """What waits of one exam session, oldest first."""
        found = self._waiting.get(exam_session)
        if found is None:
            found = self._waiting.setdefault(exam_session, deque(maxlen=self.limit))
        return found


@dataclass(slots=True)
class Follower:
    """Follows one exam session's journal; what it has not been given is not on disk."""

    database: Engine
    exam_session: str
    tail: Tail | None = None
    position: int = 0
    _has_read: bool = False

    def poll(self, limit: int = journal.READ_LIMIT) -> list[Entry]:
        """Entries that have come since the last call, oldest first, at most `limit`."""
        with self.database.connect() as db:
            entries = journal.read(db, self.exam_session, after=self.position, limit=limit)
        if entries:
            assert entries[0].position == self.position + 1, "the journal has no gaps"
            self.position = entries[-1].position
        return entries

    def catch_up(self) -> Iterator[Entry]:
        """Everything there is, oldest first, batch by batch."""
        if self.tail is None:
            while entries := self.poll():
                yield from entries
            return
        waiting = self.tail.of(self.exam_session)
        if not self._has_read and not waiting:
            while entries := self.poll():
                yield from entries
        self._has_read = True
        while waiting:
            entry = waiting.popleft()
            while entry.position > self.position + 1:  # fell out of the tail, or never was in it
                missing = entry.position - self.position - 1
                yield from self.poll(min(missing, journal.READ_LIMIT))
            if entry.position > self.position:  # not read from the database a moment ago
                self.position = entry.position
                yield entry
