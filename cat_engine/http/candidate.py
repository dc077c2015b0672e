"""A candidate's pages: the exam itself and the result sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from cat_engine.accounts.access import Act, OwnSitting, may
from cat_engine.accounts.user import Login, Role
from cat_engine.http import assets, exams, pages
from cat_engine.http.errors import Problem
from cat_engine.http.sheet import own_sheet
from cat_engine.lockdown import entry, proof, seb

if TYPE_CHECKING:
    from cat_engine.hall import Hall


def make_blueprint(hall: Hall) -> Blueprint:
    """Give the candidate's pages."""
    blueprint = Blueprint("candidate", __name__)

    @blueprint.get("/exam")
    def exam() -> Response:
        login = _candidate(hall, Act.SIT)
        if isinstance(login, Response):
            return login
        assert login.exam_session is not None
        proven = _prove_browser(hall, login.exam_session)
        if isinstance(proven, Response):
            return proven
        lockdown = hall.config.lockdown
        return pages.render(
            hall,
            "live.html",
            entry="candidate",
            tags=assets.asset_tags("candidate"),
            data={
                "participant": login.participant_no,
                "exam-session": login.exam_session,
                "watermark": "on" if lockdown.watermark else "off",
                "page-events": "on" if lockdown.page_events else "off",
                **proven,
            },
            title=exams.exam_title(hall, login.exam_session),
            static_url="",
        )

    @blueprint.get("/result")
    def result() -> Response:
        login = _candidate(hall, Act.VIEW_RESULT)
        if isinstance(login, Response):
            return login
        sheet = own_sheet(hall, login, pages.language_of_request(hall))
        if sheet is None:
            return pages.render(hall, "result_waiting.html", status=404)
        return pages.render(hall, "result.html", sheet=sheet)

    return blueprint


def _prove_browser(hall: Hall, exam_session: str) -> dict[str, str] | Response:
    """Give what the page hands to its connection; first the address with a challenge of its own.

    Items come over the connection alone, and that is where an unproven browser is stopped, so that
    a proctor can let one candidate in and the page goes on by itself.
    """
    rules = entry.rules_of(hall, exam_session)
    if not rules.is_asked:
        return {}
    bond = entry.bond_of(hall, request.environ)
    challenge = request.args.get("seb", "")
    now = hall.clock()
    if not challenge.isascii() or not proof.is_fresh(bond, challenge, now):
        return pages.redirect_to(f"/exam?seb={proof.make_challenge(bond, now)}")
    address = entry.public_address(hall, request.environ)
    shown = seb.Proof(
        request.headers.get(seb.CONFIG_KEY_HEADER, ""), request.headers.get(seb.EXAM_KEY_HEADER, "")
    )
    verdict = rules.judge(address, proof.page_url(address, challenge), shown)
    ticket = proof.make_ticket(bond, challenge) if verdict == "verified" else ""
    return {"seb": rules.mode, "seb-challenge": challenge, "seb-ticket": ticket}


def _candidate(hall: Hall, act: Act) -> Login | Response:
    """Give the candidate who asks; somebody not signed in goes to the login page."""
    login = pages.current_login(hall)
    if login is None:
        return pages.redirect_to("/login")
    if login.role is not Role.CANDIDATE:
        raise Problem("forbidden")
    assert login.exam_session is not None
    assert login.participant_no is not None
    if not may(login, act, OwnSitting(login.exam_session, login.participant_no)):
        raise Problem("forbidden")
    return login
