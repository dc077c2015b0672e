"""The administrator's pages: exam sessions, boards, results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request

from cat_engine.accounts.access import Act, Place
from cat_engine.http import assets, exams, fields, pages, signing_in, staffing
from cat_engine.http.downloads import csv_download, json_download
from cat_engine.http.errors import STATUS_OF_CODE, Problem, message
from cat_engine.http.proctor import to_staff_login
from cat_engine.refusals import MANY, refusals_of
from exam_sessions.decide import Refused

if TYPE_CHECKING:
    from cat_engine.hall import Hall


def make_blueprint(hall: Hall) -> Blueprint:
    """Give the administrator's pages."""
    blueprint = Blueprint("admin", __name__)

    @blueprint.get("/admin")
    def overview() -> Response:
        if pages.current_login(hall) is None:
            return to_staff_login("/admin")
        signing_in.require(hall, Act.MANAGE_BOARD)
        sessions = exams.list_exam_sessions(hall)
        return pages.render(
            hall,
            "admin.html",
            exam_sessions=sessions,
            readiness=readiness(hall, sessions),
            factor_gap=staffing.factor_gap(hall),
        )

    @blueprint.get("/admin/<exam_session>")
    def one_session(exam_session: str) -> Response:
        if pages.current_login(hall) is None:
            return to_staff_login(f"/admin/{exam_session}")
        return _session_page(hall, exam_session)

    @blueprint.post("/admin/<exam_session>/board")
    def act_on_board(exam_session: str) -> Response:
        login = signing_in.require(hall, Act.MANAGE_BOARD, Place(exam_session))
        exams.find_exam_session(hall, exam_session)
        given = fields.form_fields("act", "reason")
        try:
            act = fields.one_of("act", given["act"], exams.BOARD_ACTS)
            reason = fields.words(given["reason"])
            exams.act_on_board(hall, act, exam_session, by=login.user, reason=reason)
        except (Problem, Refused) as refusal:
            return _session_page(hall, exam_session, refusal)
        return pages.redirect_to(f"/admin/{exam_session}?done={act}")

    @blueprint.get("/admin/<exam_session>/results.<kind>")
    def results(exam_session: str, kind: str) -> Response:
        signing_in.require(hall, Act.DOWNLOAD_RESULTS, Place(exam_session))
        exams.find_exam_session(hall, exam_session)
        if kind not in ("csv", "json"):
            raise Problem("not_found")
        rows = exams.results(hall, exam_session)
        make = csv_download if kind == "csv" else json_download
        return make(rows, f"results-{exam_session}")

    return blueprint


def readiness(hall: Hall, sessions: list[exams.ExamSessionSummary]) -> dict[str, Any]:
    """Give the numbers that say whether the day can begin."""
    return {
        "accepting": exams.is_accepting(hall),
        "front_end": all(assets.asset_tags(entry) is not None for entry in assets.ENTRIES),
        "sessions": len(sessions),
        "enrolled": sum(one.enrolled_count for one in sessions),
        "sittings": sum(one.sitting_count for one in sessions),
        "rooms": sum(len(one.rooms) for one in sessions),
        "rooms_open": sum(one.count_rooms("open") for one in sessions),
        "rooms_started": sum(one.count_rooms("started") for one in sessions),
        "refused": refusals_of(hall).lately(hall.clock()),
        "refused_many": MANY,
    }


def _session_page(
    hall: Hall, exam_session: str, refusal: Problem | Refused | None = None
) -> Response:
    signing_in.require(hall, Act.MANAGE_BOARD, Place(exam_session))
    found = exams.find_exam_session(hall, exam_session)
    status, sentence = 200, ""
    if refusal is not None:
        values = refusal.values if isinstance(refusal, Problem) else {}
        status = STATUS_OF_CODE.get(refusal.code, 409)
        sentence = message(refusal.code, pages.language_of_request(hall), **values)
    done = request.args.get("done", "")
    return pages.render(
        hall,
        "admin_session.html",
        status=status,
        exam_session=found,
        message=sentence,
        done=done if done in exams.BOARD_ACTS else "",
        typed_reason=request.form.get("reason", "")[: fields.WORDS_LIMIT] if refusal else "",
    )
