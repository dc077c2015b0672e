"""The paper of an exam session for administrators: minutes and attendance list, page and PDF."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Blueprint, Response

from cat_engine.accounts.access import Act, Place
from cat_engine.db import reading
from cat_engine.http import exams, pages, signing_in
from cat_engine.i18n import Language
from cat_engine.papers import record as paper
from cat_engine.papers.record import Record
from exam_sessions import journal, store
from exam_sessions.minutes import minutes_of

if TYPE_CHECKING:
    from cat_engine.hall import Hall


def make_blueprint(hall: Hall) -> Blueprint:
    """Give /admin/<exam_session>/minutes and its PDFs."""
    blueprint = Blueprint("papers", __name__)

    @blueprint.get("/admin/<exam_session>/minutes")
    def minutes(exam_session: str) -> Response:
        record = _record(hall, exam_session)
        return pages.render(
            hall,
            "minutes.html",
            record=record,
            figures=paper.figures(record),
            incidents=[paper.incident_row(record, one) for one in record.minutes.incidents],
            attendance=paper.attendance_rows(record),
        )

    @blueprint.get("/admin/<exam_session>/minutes.pdf")
    def minutes_pdf(exam_session: str) -> Response:
        return _pdf(hall, exam_session, "minutes", paper.minutes_pdf)

    @blueprint.get("/admin/<exam_session>/attendance.pdf")
    def attendance_pdf(exam_session: str) -> Response:
        return _pdf(hall, exam_session, "attendance", paper.attendance_pdf)

    return blueprint


def _pdf(hall: Hall, exam_session: str, name: str, make: Callable[[Record], bytes]) -> Response:
    content = hall.run_blocking(make, _record(hall, exam_session))
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{exam_session}.pdf"'
    return response


def _record(hall: Hall, exam_session: str) -> Record:
    signing_in.require(hall, Act.DOWNLOAD_RESULTS, Place(exam_session))
    exams.find_exam_session(hall, exam_session)
    language = pages.language_of_request(hall)
    return hall.run_blocking(_read, hall, exam_session, language)  # type: ignore[no-any-return]


def _read(hall: Hall, exam_session: str, language: Language) -> Record:
    with reading(hall.database).connect() as db:
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
        zone=hall.config.language.time_zone,
        made_at=hall.clock(),
    )
