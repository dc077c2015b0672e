"""The loop under every view: read the journal behind a position, hand on, remember how far."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Engine

from exam_sessions import journal
from exam_sessions.journal import Entry


@dataclass(slots=True)
class Follower:
    """Follows one exam session's journal; what it has not been given is not on disk."""

    database: Engine
    exam_session: str
    position: int = 0

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
        while entries := self.poll():
            yield from entries
