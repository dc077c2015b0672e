"""The engine: the one road of every change in an exam.

For one sitting: take its lock, decide, put the events in the writer's queue, wait for the commit,
fold the events, let the lock go, reply. So a reply means "on disk", and no state in memory is
ahead of the disk. Commands for different sittings wait together and are committed together.

At the start the engine replays the journal; after a crash that is the whole recovery. Time that
the server was away, from its last sign of life, is given back to every running clock, on record.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Literal, cast

from exam_sessions import commands, events
from exam_sessions.absence import (
    WHILE_SEALED,
    act_for_seal,
    drafts_after_absence,
    waits_for_seal,
)
from exam_sessions.breaks import wake_at
from exam_sessions.closing import allowed, hold_all, unsettled_in
from exam_sessions.decide import Refused, decide
from exam_sessions.door import evolve_door
from exam_sessions.exam_session import NOTHING_BEFORE, ExamSession, decide_hall, evolve_hall
from exam_sessions.foundation import Library, Submitter
from exam_sessions.ground import Ground
from exam_sessions.journal import Draft, Entry, Lease
from exam_sessions.live_session import (
    Cell,
    LiveSession,
    Lock,
    add_cells,
    seat_drafts,
)
from exam_sessions.moving import moves
from exam_sessions.sitting import Sitting
from exam_sessions.timers import Timers
from question_bank.item import Item


@dataclass(frozen=True, slots=True)
class Plumbing:
    """How this process waits: plain threads in tests, green ones in the server."""

    clock: Callable[[], int]
    make_lock: Callable[[], Lock]
    run_blocking: Callable[..., Any]


@dataclass(frozen=True, slots=True)
class ActOutcome:
    """What a staff act did: how many sittings, and who was refused with which code."""

    done: int
    refused: Mapping[str, str]


Settled = tuple[Sequence[Draft], Mapping[str, Ground]]
DecideAll = Callable[[LiveSession, int], Settled]
Listener = Callable[[str, Sitting, Sitting], None]
Then = Callable[[Sitting | Exception], None]


@dataclass(slots=True)
class Started:
    """A change whose commit nobody waits for on a stack of its own."""

    engine: "Engine"
    live: LiveSession
    cell: Cell
    then: Then

    def open(self, outcome: Sequence[Entry] | Exception) -> None:
        """Fold what was committed, let the lock go, tell."""
        cell = self.cell
        try:
            if not isinstance(outcome, Exception):
                self.engine.fold(self.live, outcome)
        finally:
            cell.lock.release()
        self.then(outcome if isinstance(outcome, Exception) else cell.sitting)


class Engine:
    """Holds the sittings of every exam session and puts each change through the road."""

    def __init__(
        self, library: Library, writer: Submitter, plumbing: Plumbing, *, grace_ms: int
    ) -> None:
        self._library = library
        self._writer = writer
        self._plumbing = plumbing
        self.grace_ms = grace_ms
        self._sessions: dict[str, LiveSession] = {}
        self._timers: Timers[tuple[str, str, int]] = Timers()
        self._load_lock = plumbing.make_lock()
        self.listeners: list[Listener] = []
        self.hall_listeners: list[Callable[[str], None]] = []

    # --- commands ---

    def handle(
        self, session_id: str, participant_no: str, command: commands.SittingCommand
    ) -> Sitting:
        """Put one command through the road and return the sitting after it.

        Raises:
            Refused: `decide` says no, or there is no such sitting.
            Busy, WriterStopped: nothing was stored; the same command may be sent again.
        """
        live = self.live(session_id)
        cell = self._cell(live, participant_no)
        with cell.lock:
            now = self._plumbing.clock()
            happened = self._decide(live, cell, command, now)
            if not happened:
                return cell.sitting
            drafts = [Draft(session_id, participant_no, now, event) for event in happened]
            self.fold(live, self._store(drafts))
            return cell.sitting

    def start(
        self,
        session_id: str,
        participant_no: str,
        command: commands.SittingCommand,
        *,
        then: Then,
    ) -> bool:
        """Put one command through the road without waiting for its commit.

        The same road as `handle`, for a caller that serves many connections from one loop and has
        no stack of its own to wait on: the lock of the sitting stays taken until the commit, and
        then `then` is told the sitting, or why nothing was stored.

        Returns:
            False when the sitting is not in memory or somebody else is changing it: nothing was
            done, and `handle` will wait for its turn.

        Raises:
            Refused, Busy, WriterStopped: as `handle`; `then` is not called.
        """
        live = self._sessions.get(session_id)
        cell = live.cells.get(participant_no) if live else None
        if live is None or cell is None or not cell.lock.acquire(blocking=False):
            return False
        try:
            now = self._plumbing.clock()
            happened = self._decide(live, cell, command, now)
            if happened:
                drafts = [Draft(session_id, participant_no, now, event) for event in happened]
                self._writer.gather(drafts, Started(self, live, cell, then))
                return True
        except BaseException:
            cell.lock.release()
            raise
        cell.lock.release()
        then(cell.sitting)
        return True

    def act(
        self, session_id: str, participant_nos: Iterable[str], command: commands.SittingCommand
    ) -> ActOutcome:
        """Put one staff act through the road for many sittings: stored together or not at all."""
        live = self.live(session_id)
        targets = sorted(set(participant_nos))
        refused: dict[str, str] = {}
        own: Mapping[str, commands.SittingCommand] = {}
        done = 0
        with ExitStack() as locks:
            if isinstance(command, commands.Move):
                locks.enter_context(live.lock)  # two moves to one seat wait for each other
                own = moves(live, targets, command)
            drafts: list[Draft] = []
            for participant_no in targets:
                cell = live.cells.get(participant_no)
                if cell is None:
                    refused[participant_no] = "not_open"
                    continue
                locks.enter_context(cell.lock)
                now = self._plumbing.clock()
                try:
                    happened = self._decide(live, cell, own.get(participant_no, command), now)
                except Refused as refusal:
                    refused[participant_no] = refusal.code
                    continue
                drafts += [Draft(session_id, participant_no, now, event) for event in happened]
                done += 1
            self.fold(live, self._store(drafts))
        return ActOutcome(done, refused)

    def handle_hall(self, session_id: str, command: commands.HallCommand) -> ExamSession:
        """Put one command about the exam session through the road.

        Raises:
            Refused: with the stable code that says why not.
        """
        live = self.live(session_id)
        with ExitStack() as locks:
            locks.enter_context(live.lock)
            self._put_through(live, self._decide_hall(live, command, locks))
        for listener in self.hall_listeners:
            listener(session_id)
        return self.live(session_id).state

    def settle(self, session_id: str, decide_all: DecideAll) -> None:
        """Put a change that stands in one line with others of its exam session through the road.

        Args:
            session_id: of the exam session.
            decide_all: gives the entries to store, and the ground of everybody whom they seat; it
                is called under the lock of the exam session.

        Raises:
            Refused: the exam session is closed.
        """
        live = self.live(session_id)
        with live.lock:
            if live.state.is_closed:
                raise Refused("session_closed")
            self._put_through(live, decide_all(live, self._plumbing.clock()))

    def _put_through(self, live: LiveSession, settled: Settled) -> None:
        drafts, grounds = settled
        entries = self._store(drafts)
        add_cells(live, drafts, grounds, self._plumbing.make_lock)
        self.fold(live, entries)
        for entry in entries:
            live.door = evolve_door(live.door, entry)

    def take_opened(self, bank: str, items: Mapping[tuple[str, int], Item]) -> None:
        """Give the exam sessions of a bank the items of an opened seal.

        Sittings that the engine paused at its start, because their items were sealed, go on.
        """
        for live in self.sessions():
            if live.exam.bank != bank:
                continue
            live.take_items(items)
            waiting = [
                no
                for no, cell in live.cells.items()
                if no not in live.sealed and waits_for_seal(cell.sitting)
            ]
            self._act_for_seal(live, waiting, "resume")
            for listener in self.hall_listeners:
                listener(live.plan.id)

    def tick(self, spawn: Callable[..., None]) -> None:
        """End the parts whose time is over; called a few times a second.

        Args:
            spawn: runs a call beside others, so that a hall that ends at one instant is one commit.
        """
        for due in self._timers.take_due(self._plumbing.clock()):
            spawn(self._expire, *due)

    def _expire(self, session_id: str, participant_no: str, part_index: int) -> None:
        after = self.handle(session_id, participant_no, commands.Expire(part_index))
        self._set_timer(session_id, after)

    # --- reading ---

    def live(self, session_id: str) -> LiveSession:
        """The exam session in memory, loaded when it was planned after the start.

        Raises:
            Refused: there is no such exam session.
        """
        found = self._sessions.get(session_id)
        if found is not None:
            return found
        with self._load_lock:
            if session_id not in self._sessions:
                loaded = self._plumbing.run_blocking(self._library.load, session_id)
                if loaded is None:
                    raise Refused("unknown_session")
                self._sessions[session_id] = loaded
        return self._sessions[session_id]

    def is_at_hand(self, session_id: str, participant_no: str) -> bool:
        """Whether a sitting is in memory, so that reading it does not wait."""
        live = self._sessions.get(session_id)
        return live is not None and participant_no in live.cells

    def sessions(self) -> list[LiveSession]:
        """Every exam session in memory."""
        return list(self._sessions.values())

    def count_sittings(self) -> int:
        """How many sittings are in memory."""
        return sum(len(live.cells) for live in self._sessions.values())

    def cell(self, session_id: str, participant_no: str) -> Cell:
        """A sitting with what it stands on.

        Raises:
            Refused: there is none.
        """
        return self._cell(self.live(session_id), participant_no)

    # --- start ---

    def recover(self, lease: Lease) -> None:
        """Replay every journal; give back the time the server was away; note the lost lines.

        Raises:
            JournalBroken: an entry was changed by hand; the server must not start.
        """
        now = self._plumbing.clock()
        for session_id in self._library.session_ids():
            live = self.live(session_id)
            drafts = list(drafts_after_absence(live, lease.alive_at, now))
            self.fold(live, self._store(drafts))
            running = [no for no in live.sealed if live.cells[no].sitting.is_running]
            self._act_for_seal(live, running, "pause")
            for cell in live.cells.values():
                self._set_timer(session_id, cell.sitting)

    # --- the road's steps ---

    def _cell(self, live: LiveSession, participant_no: str) -> Cell:
        cell = live.cells.get(participant_no)
        if cell is None:
            raise Refused("not_open")
        return cell

    def _decide(
        self, live: LiveSession, cell: Cell, command: commands.SittingCommand, now: int
    ) -> tuple[events.SittingEvent, ...]:
        is_sealed = cell.sitting.participant_no in live.sealed
        if is_sealed and not isinstance(command, WHILE_SEALED):
            raise Refused("sealed")
        room = live.state.rooms[cell.sitting.seated.room]
        happened = decide(cell.sitting, command, cell.ground, now, room=room)
        return allowed(live, command, happened)

    def _store(self, drafts: Sequence[Draft]) -> Sequence[Entry]:
        return self._writer.submit(drafts).wait() if drafts else ()

    def fold(self, live: LiveSession, entries: Sequence[Entry]) -> None:
        """Take in entries that are on disk; whoever calls holds the locks of what they change."""
        for entry in entries:
            if entry.participant_no is None:
                live.state = evolve_hall(live.state, cast("events.HallEvent", entry.event))
            elif not isinstance(entry.event, events.Seated):  # its cell came with the draft
                self._fold_sitting(live, live.cells[entry.participant_no], entry)

    def _fold_sitting(self, live: LiveSession, cell: Cell, entry: Entry) -> None:
        before = cell.sitting
        cell.fold(entry)
        if cell.sitting.clock is not before.clock:  # most entries leave the clock as it is
            self._set_timer(live.plan.id, cell.sitting)
        for listener in self.listeners:
            listener(live.plan.id, before, cell.sitting)

    def _decide_hall(
        self, live: LiveSession, command: commands.HallCommand, locks: ExitStack
    ) -> Settled:
        now = self._plumbing.clock()
        if isinstance(command, commands.StartRoom) and live.is_room_sealed(command.room):
            raise Refused("sealed")
        head = NOTHING_BEFORE
        if isinstance(command, commands.CloseSession):
            hold_all(live, locks)
            head = self._plumbing.run_blocking(self._library.head, live.plan.id)
        happened = decide_hall(live.state, command, unsettled=unsettled_in(live), head=head)
        drafts = [Draft(live.plan.id, None, now, event) for event in happened]
        if not isinstance(command, commands.OpenRoom) or live.plan.seats_drawn:
            return drafts, {}
        enrolments, grounds = self._plumbing.run_blocking(self._library.read_enrolled, live)
        live.enrolments.update(enrolments)
        return drafts + seat_drafts(live, command.room, grounds, now), grounds

    def _act_for_seal(
        self,
        live: LiveSession,
        participant_nos: Sequence[str],
        what: Literal["pause", "resume"],
    ) -> None:
        """Pause sittings until the seal of their items is open, or let them go on after it."""
        if participant_nos:
            now = self._plumbing.clock()
            self.act(live.plan.id, participant_nos, act_for_seal(what, now))

    def _set_timer(self, session_id: str, after: Sitting) -> None:
        key = (session_id, after.participant_no, after.part_index)
        deadline = wake_at(after)
        if deadline is None:
            self._timers.clear(key)
        else:
            self._timers.set(key, deadline + self.grace_ms + 1)
