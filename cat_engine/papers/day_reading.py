"""What papers of an exam session are made of, read from the database."""

from importlib import metadata

from sqlalchemy import Connection

from cat_engine.i18n import Language
from cat_engine.papers.day_export import Day
from cat_engine.papers.record import Record
from exam_sessions import door_store, form_draws, journal, store
from exam_sessions.live_session import LiveSession
from exam_sessions.minutes import minutes_of
from exam_sessions.public_names import public_name


def read_record(
    db: Connection, exam_session: str, *, language: Language, zone: str, made_at: int
) -> Record:
    """The minutes of an exam session that exists, with the names of its candidates."""
    plan = store.get_session(db, exam_session)
    assert plan is not None, "it was found before"
    exam = store.get_exam(db, plan.exam)
    assert exam is not None, "the foreign key holds"
    enrolments = store.list_enrolments(db, exam_session)
    folded = minutes_of(exam_session, journal.read_all(db, exam_session))
    return Record(
        minutes=folded,
        exam_title=exam.title,
        session_title=plan.title,
        starts_at=plan.starts_at,
        names={one.participant_no: one.name for one in enrolments},
        enrolled={one.participant_no: (one.room, one.seat) for one in enrolments},
        language=language,
        zone=zone,
        made_at=made_at,
    )


def read_day(db: Connection, live: LiveSession, record: Record) -> Day:
    """Everything an export of this day holds."""
    names = live.plan.board_names
    return Day(
        live=live,
        entries=list(journal.read_stored(db, live.plan.id)),
        journal_key=journal.key_of(db, live.plan.id),
        record=record,
        labels={no: public_name(name, names) for no, name in record.names.items()},
        draws=form_draws.list_draws(db, live.plan.id),
        seat_forms={
            seat: form.digest for seat, form in door_store.get_seat_forms(db, live.plan.id).items()
        },
        server_version=metadata.version("cat-engine"),
    )
