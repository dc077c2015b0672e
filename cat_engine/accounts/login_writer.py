"""Storing the logins of candidates: those who wait are stored together.

A hall logs in at one instant. A transaction for each login would synchronise the disk a thousand
times, and hold the database's one write lock against the journal's writer just as often. In the
exam server the logins go along with the journal's commits (`exam_sessions.writer`).
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock

from sqlalchemy import Connection

from cat_engine.accounts.store import NewLogin, insert_candidate_logins

Transact = Callable[[Callable[[Connection], None]], None]
"""Does work in a transaction and returns when it is on disk."""


class LoginWriter:
    """For native threads that wait: one of them stores for all who came meanwhile."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[NewLogin, Future[None]]] = deque()
        self._turn = Lock()

    @property
    def waiting_count(self) -> int:
        """Logins that wait for a transaction."""
        return len(self._waiting)

    def store(self, transact: Transact, one: NewLogin) -> None:
        """Store a login and end the others of its sitting; it is on disk when this returns."""
        stored: Future[None] = Future()
        self._waiting.append((one, stored))
        with self._turn:  # whoever had the turn before may have stored this one as well
            batch = [self._waiting.popleft() for _ in range(len(self._waiting))]
            if batch:
                self._store(transact, batch)
        stored.result()

    def _store(self, transact: Transact, batch: list[tuple[NewLogin, Future[None]]]) -> None:
        try:
            transact(lambda db: insert_candidate_logins(db, [one for one, _ in batch]))
        except Exception as error:  # noqa: BLE001 - each of them is told, and raises it
            for _, stored in batch:
                stored.set_exception(error)
        else:
            for _, stored in batch:
                stored.set_result(None)
