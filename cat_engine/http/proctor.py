"""A proctor's pages: the own exam sessions, and the live room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response

from cat_engine.accounts.access import Act, Place
from cat_engine.http import assets, exams, pages, signing_in
from cat_engine.http.errors import Problem
from cat_engine.lockdown import entry

if TYPE_CHECKING:
    from cat_engine.hall import Hall


def make_blueprint(hall: Hall) -> Blueprint:
    """Give the proctor's pages."""
    blueprint = Blueprint("proctor", __name__)

    @blueprint.get("/proctor")
    def own_sessions() -> Response:
        if pages.current_login(hall) is None:
            return to_staff_login("/proctor")
        signing_in.require(hall, Act.LIST_EXAM_SESSIONS)
        own = [
            one
            for one in exams.list_exam_sessions(hall)
            if pages.may_now(hall, Act.WATCH_ROOM, Place(one.id))
        ]
        return pages.render(hall, "proctor.html", exam_sessions=own)

    @blueprint.get("/proctor/<exam_session>")
    def rooms(exam_session: str) -> Response:
        if pages.current_login(hall) is None:
            return to_staff_login(f"/proctor/{exam_session}")
        signing_in.require(hall, Act.LIST_EXAM_SESSIONS)
        # Whoever may not watch it learns as little as about one that does not exist.
        if not pages.may_now(hall, Act.WATCH_ROOM, Place(exam_session)):
            raise Problem("not_found")
        found = exams.find_exam_session(hall, exam_session)
        return pages.render(
            hall,
            "live.html",
            entry="proctor",
            tags=assets.asset_tags("proctor"),
            data={"exam-session": found.id, "seb": entry.rules_of(hall, found.id).mode},
            title=found.title,
            static_url="",
        )

    return blueprint


def to_staff_login(next_page: str) -> Response:
    """Send somebody to the staff login, to come back here after it."""
    return pages.redirect_to(f"/staff?next={next_page}")
