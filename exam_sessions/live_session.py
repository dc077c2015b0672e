"""An exam session in memory, and how it is read: plan, items, forms, then the journal, replayed."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

from sqlalchemy import Connection
from sqlalchemy import Engine as Database

from exam_sessions import accommodation, events, journal, sitting, store
from exam_sessions.door import DOOR_EVENTS, Door, evolve_door
from exam_sessions.exam_session import ROOM_CLOSED, ExamSession, evolve_hall
from exam_sessions.follower import Tail
from exam_sessions.ground import Ground, ItemRef
from exam_sessions.journal import Draft, Entry
from exam_sessions.late_rule import BY_RULE, LateRule
from exam_sessions.refused import Refused
from exam_sessions.score import highest_by_section
from exam_sessions.sitting import Sitting, evolve
from question_bank import store as bank_store
from question_bank.blueprint import Blueprint, minutes_for
from question_bank.blueprint import read as read_blueprint
from question_bank.form import Form, form_from_json
from question_bank.item import Item
from question_bank.sealing import is_sealed
from question_bank.vault import Vault
from question_bank.written import ItemTexts
from scoring import display


class Lock(AbstractContextManager[Any], Protocol):
    """A thread's lock or a green one."""

    def acquire(self, blocking: bool = ...) -> bool:  # noqa: FBT001 - as locks have it
        """Take the lock; False when it is taken and `blocking` is false."""

    def release(self) -> None:
        """Let it go."""


class NoLock(nullcontext[None]):
    """For those who are alone: readers of a journal, tests with one thread."""

    def acquire(self, blocking: bool = True) -> bool:  # noqa: ARG002, FBT001, FBT002 - as locks
        """Nobody else is here."""
        return True

    def release(self) -> None:
        """Nobody waits."""


_SCORED = (events.Finished, events.Rescored)


@dataclass(slots=True)
class Cell:
    """A sitting in memory, with what it stands on and the lock that orders its changes."""

    sitting: Sitting
    ground: Ground
    lock: Lock
    receipt: str = ""
    """Position and hash of the entry that finished the sitting: what the printed sheet carries."""

    def fold(self, entry: Entry) -> None:
        """Take in an entry that is on disk."""
        event: Any = entry.event  # of a sitting, because the entry has a participant
        self.sitting = evolve(self.sitting, event, entry.at)
        if isinstance(event, _SCORED):
            self.receipt = f"{entry.position}-{entry.hash[:16]}"


@dataclass(slots=True)
class LiveSession:
    """An exam session in memory."""

    plan: store.SessionPlan
    exam: store.Exam
    rooms: Sequence[store.Room]
    blueprint: Blueprint
    items: dict[ItemRef, Item]
    """Every version of the bank; those of a seal are outlines until it is opened."""
    state: ExamSession
    lock: Lock
    cells: dict[str, Cell] = field(default_factory=dict)
    enrolments: dict[str, store.Enrolment] = field(default_factory=dict)
    door: Door = field(default_factory=Door)
    """Check-in, where seats are drawn."""
    late: LateRule = BY_RULE
    sealed: frozenset[str] = frozenset()
    """Seated candidates whose forms hold an item that is still sealed."""
    item_texts: ItemTexts = field(default_factory=dict)
    """What has been written of the items for candidates' pages; see `question_bank.written`."""

    def take_items(self, items: Mapping[ItemRef, Item]) -> None:
        """Take in the items of an opened seal."""
        self.items.update(items)
        self.item_texts.clear()
        self.note_sealed()

    def note_sealed(self) -> None:
        """Look anew for whom something is still sealed."""
        outlines = {ref for ref, item in self.items.items() if is_sealed(item)}
        if not outlines:
            self.sealed = frozenset()
            return
        self.sealed = frozenset(
            participant_no
            for participant_no, cell in self.cells.items()
            if any(
                (slot.item_id, slot.item_version) in outlines for slot in cell.ground.slots.values()
            )
        )

    def is_room_sealed(self, room: str) -> bool:
        """Whether a candidate of this room cannot begin, because the items are sealed."""
        return any(self.cells[no].sitting.seated.room == room for no in self.sealed)


def load(
    database: Database,
    session_id: str,
    *,
    make_lock: Callable[[], Lock],
    grace_ms: int,
    late: LateRule = BY_RULE,
    vault: Vault | None = None,
    tail: Tail | None = None,
) -> LiveSession | None:
    """Read an exam session and replay its journal, or None when there is no such session.

    The entries are left in the tail, so that who follows there need not read them again.

    Raises:
        JournalBroken: naming the first entry that does not follow.
    """
    with database.connect() as db:
        live = _load_plan(db, session_id, make_lock)
        if live is None:
            return None
        if vault is not None:
            live.items.update(vault.items(live.exam.bank))
        live.enrolments = {e.participant_no: e for e in store.list_enrolments(db, session_id)}
        live.late = live.plan.late_rule(late)
        grounds = _grounds(db, live, grace_ms, live.late)
        keep = tail.of(session_id).append if tail is not None else None
        for entry in journal.read_all(db, session_id):
            replay_entry(live, entry, grounds, make_lock)
            if keep is not None:
                keep(entry)
    live.note_sealed()
    return live


def replay_session(database: Database, session_id: str) -> LiveSession | None:
    """An exam session as the journal tells it, for reading only."""
    return load(database, session_id, make_lock=NoLock, grace_ms=0)


def load_plan_and_grounds(db: Connection, session_id: str) -> tuple[LiveSession, dict[str, Ground]]:
    """An exam session before its first entry, and everybody's ground, for checking a journal."""
    live = _load_plan(db, session_id, NoLock)
    assert live is not None, "the caller names a known exam session"
    return live, _grounds(db, live, 0, BY_RULE)


Enrolled = tuple[dict[str, store.Enrolment], dict[str, Ground]]


@dataclass(frozen=True, slots=True)
class DatabaseLibrary:
    """Exam sessions in the database, as the engine reads them."""

    database: Database
    make_lock: Callable[[], Lock]
    grace_ms: int
    vault: Vault = field(default_factory=Vault)
    late: LateRule = BY_RULE
    tail: Tail | None = None

    def session_ids(self) -> list[str]:
        """Every exam session there is."""
        with self.database.connect() as db:
            return journal.session_ids(db)

    def load(self, session_id: str) -> LiveSession | None:
        """An exam session with its journal replayed."""
        return load(
            self.database,
            session_id,
            make_lock=self.make_lock,
            grace_ms=self.grace_ms,
            late=self.late,
            vault=self.vault,
            tail=self.tail,
        )

    def head(self, session_id: str) -> tuple[int, str]:
        """Position and hash of the last entry of a journal."""
        with self.database.connect() as db:
            last = journal.head(db, session_id)
        return last.position, last.hash

    def read_enrolled(self, live: LiveSession) -> Enrolled:
        """Who is enrolled by now, and the ground of everybody who has a form."""
        with self.database.connect() as db:
            enrolled = {e.participant_no: e for e in store.list_enrolments(db, live.plan.id)}
            grounds = _grounds(db, live, self.grace_ms, live.late)
            _read_new_items(db, live, grounds)
            return enrolled, grounds


def seated(blueprint: Blueprint, enrolment: store.Enrolment, ground: Ground) -> events.Seated:
    """The event that seats a candidate: form, clocks and care that apply to this person."""
    given = accommodation.from_text(enrolment.accommodation)
    return events.Seated(
        form_digest=ground.form.digest,
        formation=enrolment.formation,
        formation_type=enrolment.formation_type,
        disability=enrolment.disability,
        room=enrolment.room,
        seat=enrolment.seat,
        part_minutes=tuple(
            minutes_for(part, enrolment.disability, enrolment.formation_type)
            for part in blueprint.parts
        ),
        part_item_counts=tuple(len(part.slots) for part in ground.form.parts),
        text_size=given.text_size,
        contrast=given.contrast,
        timer=given.timer,
        break_minutes=given.break_minutes,
    )


def seat_drafts(
    live: LiveSession, room: str, grounds: Mapping[str, Ground], now: int
) -> list[Draft]:
    """Entries that seat everybody enrolled in a room who is not seated yet; each needs a form.

    Raises:
        Refused: somebody has none.
    """
    waiting = [
        one
        for one in live.enrolments.values()
        if one.room == room and one.participant_no not in live.cells
    ]
    if any(one.participant_no not in grounds for one in waiting):
        raise Refused("no_forms")
    return [
        Draft(
            live.plan.id,
            one.participant_no,
            now,
            seated(live.blueprint, one, grounds[one.participant_no]),
        )
        for one in waiting
    ]


def add_cells(
    live: LiveSession,
    drafts: Sequence[Draft],
    grounds: Mapping[str, Ground],
    make_lock: Callable[[], Lock],
) -> None:
    """Add the cells of those who have been seated: their entries are on disk."""
    for draft in drafts:
        if draft.participant_no is not None and isinstance(draft.event, events.Seated):
            first = sitting.seat(live.plan.id, draft.participant_no, draft.event)
            live.cells[draft.participant_no] = Cell(
                first, grounds[draft.participant_no], make_lock()
            )
    if grounds:
        live.note_sealed()


def _load_plan(
    db: Connection, session_id: str, make_lock: Callable[[], Lock]
) -> LiveSession | None:
    plan = store.get_session(db, session_id)
    if plan is None:
        return None
    exam = store.get_exam(db, plan.exam)
    assert exam is not None, "the foreign key holds"
    rooms = store.list_rooms(db, session_id)
    return LiveSession(
        plan=plan,
        exam=exam,
        rooms=rooms,
        blueprint=read_blueprint(exam.blueprint),
        items={(item.id, item.version): item for item in bank_store.list_versions(db, exam.bank)},
        state=ExamSession(session_id, rooms={room.id: ROOM_CLOSED for room in rooms}),
        lock=make_lock(),
    )


def _grounds(db: Connection, live: LiveSession, grace_ms: int, late: LateRule) -> dict[str, Ground]:
    forms: dict[str, Form] = {}  # where people have the same form, it is read once
    grounds = {}
    for participant_no, stored in store.get_forms(db, live.plan.id).items():
        form = forms.get(stored.document)
        if form is None:
            form = forms[stored.document] = form_from_json(stored.document)
        grounds[participant_no] = Ground(live.blueprint, form, live.items, grace_ms, late)
    return grounds


def _read_new_items(db: Connection, live: LiveSession, grounds: Mapping[str, Ground]) -> None:
    """Take in items that came into the bank after the exam session was first looked at."""
    used = {
        (slot.item_id, slot.item_version)
        for ground in grounds.values()
        for slot in ground.slots.values()
    }
    if used <= live.items.keys():
        return
    for item in bank_store.list_versions(db, live.exam.bank):
        live.items.setdefault(item.ref, item)


def replay_entry(
    live: LiveSession,
    entry: Entry,
    grounds: Mapping[str, Ground],
    make_lock: Callable[[], Lock],
) -> None:
    """Fold one entry of the journal into an exam session in memory.

    Raises:
        JournalBroken: the stored form is not the one the candidate was seated with.
    """
    event = entry.event
    if isinstance(event, DOOR_EVENTS):
        live.door = evolve_door(live.door, entry)
    if entry.participant_no is None:
        live.state = evolve_hall(live.state, cast("events.HallEvent", event))
        return
    if isinstance(event, events.Seated):
        ground = grounds.get(entry.participant_no)
        if ground is None or ground.form.digest != event.form_digest:
            raise journal.JournalBroken(
                entry.exam_session, entry.position, "the stored form is not the one seated with"
            )
        first = sitting.seat(entry.exam_session, entry.participant_no, event)
        live.cells[entry.participant_no] = Cell(first, ground, make_lock())
        return
    live.cells[entry.participant_no].fold(entry)


def highest_points(database: Database, session_id: str) -> dict[str, str]:
    """The most points of each section, as shown; every form of an exam session has the same.

    Empty before forms are assembled.
    """
    with database.connect() as db:
        live = _load_plan(db, session_id, NoLock)
        stored = store.get_first_form(db, session_id)
    if live is None or stored is None:
        return {}
    most = highest_by_section(
        Ground(live.blueprint, form_from_json(stored.document), live.items, 0)
    )
    return {section: display(points) for section, points in most.items()}
