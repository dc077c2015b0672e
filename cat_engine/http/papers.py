"""The paper of an exam session for administrators: minutes and attendance list, page and PDF."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Blueprint, Response

from cat_engine.accounts.access import Act, Place
from cat_engine.db import reading
from cat_engine.http import exams, pages, signing_in
from cat_engine.http.errors import Problem
from cat_engine.i18n import Language
from cat_engine.papers import record as paper
from cat_engine.papers.day_export import Grade, NotClosed, export
from cat_engine.papers.day_reading import read_day, read_record
from cat_engine.papers.record import Record
from cat_engine.signing import BadKey, Signer, read_key
from exam_sessions.live_session import LiveSession

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
            noticed=paper.noticed_rows(record),
        )

    @blueprint.get("/admin/<exam_session>/minutes.pdf")
    def minutes_pdf(exam_session: str) -> Response:
        return _pdf(hall, exam_session, "minutes", paper.minutes_pdf)

    @blueprint.get("/admin/<exam_session>/attendance.pdf")
    def attendance_pdf(exam_session: str) -> Response:
        return _pdf(hall, exam_session, "attendance", paper.attendance_pdf)

    @blueprint.get("/admin/<exam_session>/day-<grade>.zip")
    def day(exam_session: str, grade: str) -> Response:
        record = _record(hall, exam_session)
        if grade not in ("public", "official"):
            raise Problem("not_found")
        try:
            signer = read_key(hall.config.day_key_path)
        except BadKey as error:
            raise Problem("no_day_key") from error
        live = exams.live_session(hall, exam_session)
        try:
            content = hall.run_blocking(_export, hall, live, record, grade=grade, signer=signer)
        except NotClosed as error:
            raise Problem("not_closed") from error
        response = Response(content, mimetype="application/zip")
        name = f"day-{exam_session}-{grade}.zip"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    return blueprint


def _export(
    hall: Hall, live: LiveSession, record: Record, *, grade: Grade, signer: Signer
) -> bytes:
    with reading(hall.database).connect() as db:
        return export(read_day(db, live, record), grade, signer)


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
    zone, made_at = hall.config.language.time_zone, hall.clock()
    with reading(hall.database).connect() as db:
        return read_record(db, exam_session, language=language, zone=zone, made_at=made_at)
