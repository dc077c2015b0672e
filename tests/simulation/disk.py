"""What the simulated engine stands on: a crashing disk, the exam on it, and faults on purpose."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from exam_sessions import store
from exam_sessions.accommodation import Accommodation, to_text
from exam_sessions.events import LateDecided
from exam_sessions.exam_session import ROOM_CLOSED, ExamSession
from exam_sessions.ground import Ground
from exam_sessions.journal import Draft, Entry
from exam_sessions.live_session import Enrolled, LiveSession, NoLock, replay_entry
from exam_sessions.writer import Receiver
from question_bank.blueprint import read as read_blueprint
from question_bank.form import assemble
from tests.cast import EXAM_SESSION, ROOM
from tests.factories import GRACE_MS, STARTS_AT, get_bank, get_blueprint_text, get_enrolment

PEOPLE = tuple(f"p{number}" for number in range(3))

BLUEPRINT_TEXT = get_blueprint_text()
BLUEPRINT = read_blueprint(BLUEPRINT_TEXT)
BANK = get_bank()
ITEMS = {item.ref: item for item in BANK}
FORMS = {person: assemble(BLUEPRINT, BANK, "seed", person) for person in PEOPLE}
EXAM = store.Exam("exam", "Exam", "small", BLUEPRINT_TEXT, "seed")
PLAN = store.SessionPlan(EXAM_SESSION, "exam", "Pagi", STARTS_AT, 0, "none", "live")
ROOMS = (store.Room(EXAM_SESSION, ROOM, "A", 10),)
BREAK_MINUTES = 3
ALLOWANCE = to_text(Accommodation(break_minutes=BREAK_MINUTES, revision=1))
ENROLMENTS = {person: get_enrolment(person, accommodation=ALLOWANCE) for person in PEOPLE}


class Crashed(Exception):
    """The server's process is gone."""


@dataclass(slots=True)
class Faults:
    """What is broken on purpose, to show that a checker sees it."""

    acknowledge_before_commit: bool = False
    journal_twice: bool = False
    forget_in_replay: bool = False
    change_points: bool = False
    grace_ms: int = GRACE_MS
    clock_jumps_back: bool = False
    believe_pages: bool = False
    give_long_breaks: bool = False


@dataclass(slots=True)
class Disk:
    """The durable journal: a crash keeps a prefix of what was being written."""

    chance: random.Random
    faults: Faults
    entries: list[Entry] = field(default_factory=list)
    waiting: list[Draft] = field(default_factory=list)
    is_calm: bool = False

    def submit(self, drafts: Sequence[Draft]) -> "DiskGate":
        """Queue entries, as the writer does."""
        return DiskGate(self, tuple(drafts))

    def gather(self, drafts: Sequence[Draft], receiver: Receiver) -> None:
        """Write at once: in a simulation nobody has to wait."""
        receiver.open(self.commit(drafts))

    def commit(self, drafts: Sequence[Draft]) -> Sequence[Entry]:
        """Write entries; a crash comes before or after they are on disk, never in between."""
        is_crash = not self.is_calm and self.chance.random() < 0.01
        is_early = self.chance.random() < 0.5
        if is_crash and is_early:
            raise Crashed
        if self.faults.acknowledge_before_commit and self.chance.random() < 0.05:
            return [self._entry(draft, len(self.entries)) for draft in drafts]
        written = [self.append(draft) for draft in drafts]
        if self.faults.journal_twice and self.chance.random() < 0.05:
            written = [self.append(draft) for draft in drafts]
        if is_crash:
            raise Crashed
        return written

    def append(self, draft: Draft) -> Entry:
        """Put one entry behind the last."""
        entry = self._entry(draft, len(self.entries))
        self.entries.append(entry)
        return entry

    def _entry(self, draft: Draft, count: int) -> Entry:
        event = draft.event
        if self.faults.change_points and hasattr(event, "points") and count % 7 == 0:
            event = replace(cast("Any", event), points="3")
        if self.faults.believe_pages and isinstance(event, LateDecided) and event.end_at:
            event = replace(event, is_admitted=True)
        return Entry(
            draft.exam_session, count + 1, draft.participant_no, draft.at, event, f"{count:016}"
        )


@dataclass(slots=True)
class DiskGate:
    """Commits when it is waited for: the simulation has one thread."""

    disk: Disk
    drafts: tuple[Draft, ...]

    def open(self, outcome: object) -> None:
        """Not used: the simulation has no writer thread."""

    def wait(self) -> Sequence[Entry]:
        """Write and return."""
        return self.disk.commit(self.drafts)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The library of the simulation: the disk's entries, replayed."""

    disk: Disk

    def session_ids(self) -> Sequence[str]:
        return [EXAM_SESSION]

    def load(self, session_id: str) -> LiveSession:
        return load_from(self.disk.entries, self.disk.faults)

    def head(self, session_id: str) -> tuple[int, str]:
        last = self.disk.entries[-1]
        return last.position, last.hash

    def read_enrolled(self, live: LiveSession) -> Enrolled:
        return enrolments(self.disk.faults), grounds(self.disk.faults)


def enrolments(faults: Faults) -> dict[str, store.Enrolment]:
    """Everybody enrolled, with an allowance that may be wrong on purpose."""
    if not faults.give_long_breaks:
        return dict(ENROLMENTS)
    longer = to_text(Accommodation(break_minutes=30, revision=1))
    return {who: replace(one, accommodation=longer) for who, one in ENROLMENTS.items()}


def grounds(faults: Faults) -> dict[str, Ground]:
    """Everybody's ground, with a grace that may be wrong on purpose."""
    return {person: Ground(BLUEPRINT, FORMS[person], ITEMS, faults.grace_ms) for person in PEOPLE}


def load_from(entries: Sequence[Entry], faults: Faults) -> LiveSession:
    """An exam session replayed from entries."""
    live = LiveSession(
        plan=PLAN,
        exam=EXAM,
        rooms=ROOMS,
        blueprint=BLUEPRINT,
        items=ITEMS,
        state=ExamSession(EXAM_SESSION, rooms={ROOM: ROOM_CLOSED}),
        lock=NoLock(),
        enrolments=dict(ENROLMENTS),
    )
    kept = entries[:-1] if faults.forget_in_replay and len(entries) > 40 else entries
    for entry in kept:
        replay_entry(live, entry, grounds(faults), NoLock)
    return live
