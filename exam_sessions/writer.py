"""The one writer: a bounded queue before one thread that commits whatever waits, together.

Promised: a gate opens with entries only after the commit that holds them is on disk with full
synchronisation. A failed commit opens every gate of its batch with the failure and stops the
writer for good: after a failed sync nobody knows what the disk holds, so the only safe way on is a
new start with replay. The thread owns one connection and does nothing but commit; it takes no
lock of ours and writes no log. The writer knows nothing of exams.

What else is written in the middle of an exam, such as logins, may go along (`transact`). SQLite has
one lock for all who write, and who finds it taken sleeps and tries again: beside a hall that logs
in, commits of the journal were measured to wait for two seconds.
"""

import queue
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Protocol

from sqlalchemy import Connection, Engine

from exam_sessions.journal import Draft, Entry, Head, append, renew_lease
from scoring.value import value

QUEUE_LIMIT = 20_000
"""Parcels that may wait; beyond it `submit` refuses at once and the page sends again."""
BATCH_LIMIT = 1_000
"""Submissions, about, that stand in one commit."""
IDLE_SIGN_OF_LIFE_S = 1.0


class Busy(Exception):
    """The queue is full; try again in a moment."""

    code = "slow_down"


class WriterStopped(Exception):
    """Nothing can be stored any more; the server must start anew."""

    code = "unavailable"


class Gate(Protocol):
    """A one-time meeting of the writer's thread with whoever waits."""

    def open(self, outcome: "Sequence[Entry] | Exception") -> None:
        """Let the waiter go on; called by `deliver`."""

    def wait(self) -> "Sequence[Entry]":
        """Wait for `open`; raises the exception it was opened with."""


class Receiver(Protocol):
    """Whoever is told how a submission ended."""

    def open(self, outcome: "Sequence[Entry] | Exception") -> None:
        """Hear the outcome; called once."""


@value
class Submission:
    """Entries that stand together or not at all."""

    drafts: tuple[Draft, ...]
    gate: Receiver


@dataclass(frozen=True, slots=True)
class Errand:
    """Writing that is none of the journal's and goes along in the same transaction."""

    work: Callable[[Connection], None]
    done: Future[None] = field(default_factory=Future)


Parcel = Submission | Errand


class Writer:
    """Takes submissions from the engine and commits them in groups."""

    def __init__(
        self,
        database: Engine,
        *,
        epoch: int,
        clock: Callable[[], int],
        make_gate: Callable[[], Gate],
        deliver: Callable[[Callable[[], None]], None] = lambda call: call(),
        on_commit: Callable[[Sequence[Entry]], None] = lambda _entries: None,
        on_stop: Callable[[Exception], None] | None = None,
    ) -> None:
        """Wire a writer; its thread calls `run`.

        Args:
            database: where to write.
            epoch: of the lease under which it writes.
            clock: for the sign of life that goes with every commit.
            make_gate: makes what `submit` hands out.
            deliver: runs the opening of a whole batch's gates where those who wait live; the
                default opens them in the writer's thread.
            on_commit: given what is on disk now, in order, in the writer's thread; must not wait.
            on_stop: told why the writer stopped.
        """
        self._database = database
        self._epoch = epoch
        self._clock = clock
        self._make_gate = make_gate
        self._on_commit = on_commit
        self._on_stop = on_stop
        self._deliver = deliver
        self._queue: queue.SimpleQueue[Sequence[Parcel] | None] = queue.SimpleQueue()
        self._gathered: list[Submission] = []
        self._failure: Exception | None = None
        self.entry_count = 0
        self.commit_count = 0

    @property
    def failure(self) -> Exception | None:
        """Why the writer stopped, if it did."""
        return self._failure

    @property
    def waiting_count(self) -> int:
        """Submissions that wait for a commit, about."""
        return self._queue.qsize()

    def submit(self, drafts: Sequence[Draft]) -> Gate:
        """Put entries in the queue; the gate opens when they are on disk.

        Raises:
            Busy: too much waits already.
            WriterStopped: an earlier commit failed.
        """
        assert drafts, "an empty submission would wait for ever"
        self._check_open()
        gate = self._make_gate()
        self._queue.put([Submission(tuple(drafts), gate)])
        return gate

    def gather(self, drafts: Sequence[Draft], receiver: Receiver) -> None:
        """Put entries aside for the next `flush`: one wake-up of the thread for many of them.

        To be called from one thread only, the one that calls `flush`.

        Raises:
            Busy, WriterStopped: as `submit`.
        """
        assert drafts, "an empty submission would wait for ever"
        self._check_open()
        self._gathered.append(Submission(tuple(drafts), receiver))

    def flush(self) -> None:
        """Put in the queue what was gathered."""
        if self._gathered:
            gathered, self._gathered = self._gathered, []
            self._queue.put(gathered)

    def transact(self, work: Callable[[Connection], None]) -> None:
        """Let short work of another kind go along with the next commit; for native threads.

        Returns when it is on disk. What it raises is raised here, its own writing undone.

        Raises:
            Busy, WriterStopped: as `submit`.
        """
        self._check_open()
        errand = Errand(work)
        self._queue.put([errand])
        errand.done.result()

    def _check_open(self) -> None:
        if self._failure is not None:
            raise WriterStopped from self._failure
        if self._queue.qsize() + len(self._gathered) >= QUEUE_LIMIT:
            raise Busy

    def stop(self) -> None:
        """Commit what waits, then end the thread."""
        self._queue.put(None)

    def run(self) -> None:
        """The writer thread's whole life."""
        try:
            with self._database.connect() as db:
                self._run(db)
        except Exception as error:  # noqa: BLE001 - whatever it was, nothing more may be written
            self._fail(error, [])

    def _run(self, db: Connection) -> None:
        heads: dict[str, Head] = {}
        running = True
        while running:
            batch, running = self._take()
            if not batch:
                self._give_sign_of_life(db)
                continue
            try:
                submissions, errands = _sorted_out(batch)
                outcomes = self._commit(db, submissions, heads, errands)
            except Exception as error:  # noqa: BLE001 - see the module's promise
                self._fail(error, batch)
                return
            if submissions:
                self._deliver(partial(_open_all, submissions, outcomes))
        self._failure = WriterStopped("stopped")
        self._refuse_waiting()

    def _take(self) -> tuple[list[Parcel], bool]:
        """Whatever waits, up to the limit; and whether to go on afterwards."""
        try:
            first = self._queue.get(timeout=IDLE_SIGN_OF_LIFE_S)
        except queue.Empty:
            return [], True
        batch: list[Parcel] = []
        while first is not None:
            batch += first
            if len(batch) >= BATCH_LIMIT or self._queue.empty():
                return batch, True
            first = self._queue.get()
        return batch, False

    def _commit(
        self,
        db: Connection,
        batch: Sequence[Submission],
        heads: dict[str, Head],
        errands: Sequence[Errand] = (),
    ) -> list[Sequence[Entry]]:
        drafts = [draft for submission in batch for draft in submission.drafts]
        with db.begin():
            entries = append(db, drafts, heads, epoch=self._epoch, now=self._clock())
            failures = [_run_errand(db, errand) for errand in errands]
        self.entry_count += len(entries)
        self.commit_count += 1
        self._on_commit(entries)
        for errand, failure in zip(errands, failures, strict=True):
            _end_errand(errand, failure)
        rest = iter(entries)
        return [tuple(islice(rest, len(submission.drafts))) for submission in batch]

    def _give_sign_of_life(self, db: Connection) -> None:
        with db.begin():
            renew_lease(db, self._epoch, self._clock())

    def _fail(self, error: Exception, batch: Sequence[Parcel]) -> None:
        self._failure = error
        self._refuse(batch, WriterStopped(str(error)))
        self._refuse_waiting()
        if self._on_stop is not None:
            self._on_stop(error)

    def _refuse_waiting(self) -> None:
        while True:
            try:
                waiting = self._queue.get_nowait()
            except queue.Empty:
                return
            if waiting is not None:
                self._refuse(waiting, WriterStopped("the writer has stopped"))

    def _refuse(self, batch: Sequence[Parcel], stopped: WriterStopped) -> None:
        submissions, errands = _sorted_out(batch)
        self._deliver(partial(_open_all, submissions, [stopped] * len(submissions)))
        for errand in errands:
            _end_errand(errand, stopped)


def _sorted_out(batch: Sequence[Parcel]) -> tuple[list[Submission], list[Errand]]:
    submissions = [one for one in batch if isinstance(one, Submission)]
    if len(submissions) == len(batch):
        return submissions, []
    return submissions, [one for one in batch if isinstance(one, Errand)]


def _run_errand(db: Connection, errand: Errand) -> Exception | None:
    """Do other work in a transaction of its own inside; why nothing of it was done, if so."""
    try:
        with db.begin_nested():
            errand.work(db)
    except Exception as error:  # noqa: BLE001 - told to whoever waits; the entries beside it stand
        return error
    return None


def _end_errand(errand: Errand, failure: Exception | None) -> None:
    if errand.done.done():  # told already; the commit that went wrong is not told twice
        return
    if failure is None:
        errand.done.set_result(None)
    else:
        errand.done.set_exception(failure)


def _open_all(batch: Sequence[Submission], outcomes: Sequence[Sequence[Entry] | Exception]) -> None:
    for submission, outcome in zip(batch, outcomes, strict=True):
        submission.gate.open(outcome)
