"""What the forms of an exam session depend on, draw by draw, so that anybody can draw again."""

from collections.abc import Mapping

from sqlalchemy import Connection, delete, false, func, insert, select, true

from exam_sessions import store, tables
from exam_sessions.door_tables import seat_forms
from exam_sessions.store import StoredForm


def add_draw(db: Connection, exam_session: str, digest: str, document: str) -> int:
    """Keep the document of a draw; its number within the exam session, from 1."""
    table = tables.form_draws
    newest = db.scalar(
        select(func.max(table.c.draw_no)).where(table.c.exam_session == exam_session)
    )
    draw_no = (newest or 0) + 1
    db.execute(
        insert(table).values(
            exam_session=exam_session, draw_no=draw_no, digest=digest, document=document
        )
    )
    return draw_no


def list_draws(db: Connection, exam_session: str) -> list[str]:
    """The documents of every draw, first draw first."""
    table = tables.form_draws
    return list(
        db.scalars(
            select(table.c.document)
            .where(table.c.exam_session == exam_session)
            .order_by(table.c.draw_no)
        )
    )


def forms_elsewhere(db: Connection, exam_session: str, bank: str) -> Mapping[str, list[str]]:
    """The forms from this bank that people of the exam session have in others, by participant."""
    forms, sessions, exams = tables.forms, tables.exam_sessions, tables.exams
    here = select(tables.enrolments.c.participant_no).where(
        tables.enrolments.c.exam_session == exam_session
    )
    rows = db.execute(
        select(forms.c.participant_no, forms.c.document)
        .join(sessions, sessions.c.id == forms.c.exam_session)
        .join(exams, exams.c.id == sessions.c.exam)
        .where(
            exams.c.bank == bank,
            forms.c.exam_session != exam_session,
            forms.c.participant_no.in_(here),
        )
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.participant_no, []).append(row.document)
    return found


def forms_of_bank(db: Connection, bank: str) -> list[str]:
    """Every form that was drawn from a bank, as JSON text."""
    table, sessions, exams = tables.forms, tables.exam_sessions, tables.exams
    return list(
        db.scalars(
            select(table.c.document)
            .join(sessions, sessions.c.id == table.c.exam_session)
            .join(exams, exams.c.id == sessions.c.exam)
            .where(exams.c.bank == bank)
        )
    )


def forms_of_exam(db: Connection, exam: str) -> list[str]:
    """Every form of every session of an exam, as JSON text; where seats are drawn, of the seats."""
    sessions = tables.exam_sessions
    of_people, on_seats = (
        select(table.c.document)
        .join(sessions, sessions.c.id == table.c.exam_session)
        .where(sessions.c.exam == exam, sessions.c.seats_drawn == is_drawn)
        for table, is_drawn in ((tables.forms, false()), (seat_forms, true()))
    )
    return [*db.scalars(of_people), *db.scalars(on_seats)]


def take_form(db: Connection, form: StoredForm, participant_no: str) -> None:
    """Make a seat's form the candidate's, for ever.

    One that is there already is left from a check-in that never reached the journal.
    """
    table = tables.forms
    db.execute(
        delete(table).where(
            table.c.exam_session == form.exam_session, table.c.participant_no == participant_no
        )
    )
    own = StoredForm(form.exam_session, participant_no, form.digest, form.document)
    store.add_forms(db, [own])


def documents_elsewhere(
    db: Connection, participant_no: str, exam_session: str, bank: str
) -> list[str]:
    """The forms from this bank that somebody has in other exam sessions, as JSON text."""
    others = [
        one.exam_session
        for one in store.find_enrolments(db, participant_no)
        if one.exam_session != exam_session
    ]
    if not others:
        return []
    forms, planned, exams = tables.forms, tables.exam_sessions, tables.exams
    return list(
        db.scalars(
            select(forms.c.document)
            .join(planned, planned.c.id == forms.c.exam_session)
            .join(exams, exams.c.id == planned.c.exam)
            .where(
                forms.c.participant_no == participant_no,
                forms.c.exam_session.in_(others),
                exams.c.bank == bank,
            )
        )
    )
