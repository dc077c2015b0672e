"""What an engine stands on, as far as it needs to know: a journal's writer and a library."""

from collections.abc import Sequence
from typing import Protocol

from exam_sessions.journal import Draft
from exam_sessions.live_session import Enrolled, LiveSession
from exam_sessions.writer import Gate, Receiver


class Submitter(Protocol):
    """The part of the writer that the engine needs."""

    def submit(self, drafts: Sequence[Draft]) -> Gate:
        """Queue entries for the journal."""

    def gather(self, drafts: Sequence[Draft], receiver: Receiver) -> None:
        """Queue entries for the journal, for somebody who does not wait."""


class Library(Protocol):
    """Where exam sessions are read from: the database, or a test's memory."""

    def session_ids(self) -> Sequence[str]:
        """Every exam session there is."""

    def load(self, session_id: str) -> LiveSession | None:
        """An exam session with its journal replayed."""

    def head(self, session_id: str) -> tuple[int, str]:
        """Position and hash of the last entry of a journal."""

    def read_enrolled(self, live: LiveSession) -> Enrolled:
        """Who is enrolled by now, and the ground of everybody who has a form."""
