"""Exams, exam sessions, rooms, enrolments and forms: functions between rows and values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Table, and_, func, insert, or_, select, update

from exam_sessions import journal, tables
from exam_sessions.late_rule import DECIDED_BY, LateRule

MS_PER_SECOND = 1_000
ROOM_NULLS = ("site", "site_room")
ENROLMENT_NULLS = ("room", "seat")
"""Columns whose null is an empty text in the value: a null never collides, an empty text would."""


class AlreadyThere(Exception):
    """Something of this name is stored already; nothing was changed."""

    code = "already_there"


@dataclass(frozen=True, slots=True)
class Exam:
    """An exam: a blueprint, the bank it draws from and the public seed of the draw.

    With `approved_only` its forms hold nothing but items that two people stand for.
    """

    id: str
    title: str
    bank: str
    blueprint: str
    seed: str
    approved_only: bool = False


@dataclass(frozen=True, slots=True)
class SessionPlan:
    """One scheduled administration of an exam, as it was planned."""

    id: str
    exam: str
    title: str
    starts_at: int
    board_delay_s: int
    board_names: str
    board_reveal: str
    seats_drawn: bool = False
    """Seats are drawn at check-in; the roster gives none."""
    late_answers: str = ""
    """`rule` or `hand`; empty: as the server's configuration says."""
    late_within_s: int = 0
    """How long after the end of a part the rule admits; counts where `late_answers` is set."""

    def late_rule(self, usual: LateRule) -> LateRule:
        """The rule for late answers of this exam session."""
        if not self.late_answers:
            return usual
        return LateRule(self.late_answers == DECIDED_BY[0], self.late_within_s * MS_PER_SECOND)


@dataclass(frozen=True, slots=True)
class Room:
    """A room of an exam session; `site` and `site_room` name its seat plan, or are both empty."""

    exam_session: str
    id: str
    name: str
    seat_count: int
    site: str = ""
    site_room: str = ""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A candidate's place in an exam session.

    An empty `seat` (null in the table) is drawn at check-in; so is an empty `room`. `person` names
    a standing profile when it is not the participant number's; `accommodation` is what of the
    profile applies here, as `exam_sessions.accommodation` writes it.
    """

    exam_session: str
    participant_no: str
    name: str
    formation: str
    formation_type: str
    disability: str
    room: str
    seat: str
    pin_hash: str
    person: str = ""
    accommodation: str = ""


@dataclass(frozen=True, slots=True)
class StoredForm:
    """A candidate's form as JSON text, with its digest."""

    exam_session: str
    participant_no: str
    digest: str
    document: str


def add_exam(db: Connection, exam: Exam) -> None:
    """Store an exam.

    Raises:
        AlreadyThere: an exam of this identifier exists.
    """
    if get_exam(db, exam.id) is not None:
        raise AlreadyThere(f"exam {exam.id}")
    db.execute(insert(tables.exams).values(**asdict(exam)))


def get_exam(db: Connection, exam_id: str) -> Exam | None:
    """The exam, or None."""
    row = db.execute(select(tables.exams).where(tables.exams.c.id == exam_id)).first()
    return Exam(**row._mapping) if row else None


def list_exams(db: Connection) -> list[Exam]:
    """Every exam, by identifier."""
    rows = db.execute(select(tables.exams).order_by(tables.exams.c.id))
    return [Exam(**row._mapping) for row in rows]


def add_session(
    db: Connection,
    plan: SessionPlan,
    session_rooms: Iterable[Room],
    *,
    journal_key: str | None = None,
) -> None:
    """Store an exam session with its rooms.

    Args:
        db: a connection inside a transaction.
        plan: of the exam session.
        session_rooms: every room.
        journal_key: from which the journal's salts come; None: one that is drawn for it.

    Raises:
        AlreadyThere: an exam session of this identifier exists.
    """
    if get_session(db, plan.id) is not None:
        raise AlreadyThere(f"exam session {plan.id}")
    db.execute(insert(tables.exam_sessions).values(**asdict(plan)))
    journal.begin(db, plan.id, journal_key or journal.make_key())
    rows = [_without_empty(asdict(room), ROOM_NULLS) for room in session_rooms]
    db.execute(insert(tables.rooms), rows)


def get_session(db: Connection, exam_session: str) -> SessionPlan | None:
    """The plan of an exam session, or None."""
    table = tables.exam_sessions
    row = db.execute(select(table).where(table.c.id == exam_session)).first()
    return SessionPlan(**row._mapping) if row else None


def list_sessions(db: Connection) -> list[SessionPlan]:
    """Every exam session, by start and identifier."""
    table = tables.exam_sessions
    rows = db.execute(select(table).order_by(table.c.starts_at, table.c.id))
    return [SessionPlan(**row._mapping) for row in rows]


def list_rooms(db: Connection, exam_session: str) -> list[Room]:
    """The rooms of an exam session, by identifier."""
    table = tables.rooms
    rows = db.execute(
        select(table).where(table.c.exam_session == exam_session).order_by(table.c.id)
    )
    return [Room(**_without_null(row._mapping, ROOM_NULLS)) for row in rows]


def list_all_rooms(db: Connection) -> dict[str, list[Room]]:
    """The rooms of every exam session, by exam session and identifier."""
    table = tables.rooms
    found: dict[str, list[Room]] = {}
    for row in db.execute(select(table).order_by(table.c.exam_session, table.c.id)):
        room = Room(**_without_null(row._mapping, ROOM_NULLS))
        found.setdefault(room.exam_session, []).append(room)
    return found


def add_enrolments(db: Connection, enrolments: Sequence[Enrolment]) -> None:
    """Store enrolments; the caller has checked them and holds the transaction."""
    if enrolments:
        rows = [_without_empty(asdict(one), ENROLMENT_NULLS) for one in enrolments]
        db.execute(insert(tables.enrolments), rows)


def list_enrolments(db: Connection, exam_session: str) -> list[Enrolment]:
    """Everybody enrolled in an exam session, by participant number."""
    table = tables.enrolments
    rows = db.execute(
        select(table).where(table.c.exam_session == exam_session).order_by(table.c.participant_no)
    )
    return [Enrolment(**_without_null(row._mapping, ENROLMENT_NULLS)) for row in rows]


def count_enrolments(db: Connection) -> dict[str, int]:
    """How many are enrolled, by exam session."""
    return _count(db, tables.enrolments)


def count_forms(db: Connection) -> dict[str, int]:
    """How many forms are stored, by exam session."""
    return _count(db, tables.forms)


def find_enrolments(db: Connection, participant_no: str) -> list[Enrolment]:
    """One candidate's places in every exam session."""
    table = tables.enrolments
    rows = db.execute(
        select(table).where(table.c.participant_no == participant_no).order_by(table.c.exam_session)
    )
    return [Enrolment(**_without_null(row._mapping, ENROLMENT_NULLS)) for row in rows]


def find_person(db: Connection, person: str) -> list[Enrolment]:
    """The places of a person, named by their identifier or, where there is none, their number."""
    table = tables.enrolments
    is_by_number = and_(table.c.person == "", table.c.participant_no == person)
    rows = db.execute(
        select(table)
        .where(or_(table.c.person == person, is_by_number))
        .order_by(table.c.exam_session, table.c.participant_no)
    )
    return [Enrolment(**_without_null(row._mapping, ENROLMENT_NULLS)) for row in rows]


def change_care(db: Connection, enrolment: Enrolment) -> None:
    """Store the disability and the accommodation of an enrolment anew, and nothing else of it."""
    table = tables.enrolments.c
    is_it = (
        table.exam_session == enrolment.exam_session,
        table.participant_no == enrolment.participant_no,
    )
    care = {"disability": enrolment.disability, "accommodation": enrolment.accommodation}
    db.execute(update(tables.enrolments).where(*is_it).values(**care))


def change_pins(db: Connection, exam_session: str, hashes: Mapping[str, str]) -> None:
    """Replace the hashes of PINs, by participant number; the PINs before open nothing any more."""
    table = tables.enrolments.c
    for participant_no, pin_hash in sorted(hashes.items()):
        is_it = (table.exam_session == exam_session, table.participant_no == participant_no)
        db.execute(update(tables.enrolments).where(*is_it).values(pin_hash=pin_hash))


def add_forms(db: Connection, forms: Sequence[StoredForm]) -> None:
    """Store assembled forms; a candidate has one form in an exam session, for ever."""
    if forms:
        db.execute(insert(tables.forms), [asdict(form) for form in forms])


def get_forms(db: Connection, exam_session: str) -> Mapping[str, StoredForm]:
    """The forms of an exam session by participant number."""
    table = tables.forms
    rows = db.execute(select(table).where(table.c.exam_session == exam_session))
    return {row.participant_no: StoredForm(**row._mapping) for row in rows}


def get_first_form(db: Connection, exam_session: str) -> StoredForm | None:
    """The form of the lowest participant number, or None where there are no forms."""
    table = tables.forms
    row = db.execute(
        select(table)
        .where(table.c.exam_session == exam_session)
        .order_by(table.c.participant_no)
        .limit(1)
    ).first()
    return StoredForm(**row._mapping) if row else None


def _count(db: Connection, table: Table) -> dict[str, int]:
    name = table.c.exam_session
    rows = db.execute(select(name, func.count()).group_by(name))
    return {row[0]: row[1] for row in rows}


def _without_empty(values: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return values | {name: values[name] or None for name in names}


def _without_null(row: Mapping[Any, Any], names: Sequence[str]) -> dict[str, Any]:
    return {**row} | {name: row[name] or "" for name in names}
