"""Safe Exam Browser over HTTP: its rules and file for administrators, its start and its end."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from cat_engine.accounts.access import Act, Place
from cat_engine.accounts.user import Role
from cat_engine.db import writing
from cat_engine.http import exams, fields, pages, signing_in
from cat_engine.http.errors import STATUS_OF_CODE, Problem, message
from cat_engine.http.proctor import to_staff_login
from cat_engine.lockdown import entry, rules, seb
from cat_engine.lockdown.rules import Rules

if TYPE_CHECKING:
    from cat_engine.hall import Hall

KEYS_LIMIT = 50 * 66


def make_blueprint(hall: Hall) -> Blueprint:
    """Give the pages around Safe Exam Browser."""
    blueprint = Blueprint("lockdown", __name__)

    @blueprint.get("/admin/<exam_session>/lockdown")
    def shown(exam_session: str) -> Response:
        if pages.current_login(hall) is None:
            return to_staff_login(f"/admin/{exam_session}/lockdown")
        return _page(hall, exam_session)

    @blueprint.post("/admin/<exam_session>/lockdown")
    def change(exam_session: str) -> Response:
        login = signing_in.require(hall, Act.MANAGE_BOARD, Place(exam_session))
        exams.find_exam_session(hall, exam_session)
        try:
            wanted, is_renewed = _wanted(exam_session)
            assert login.user is not None
            hall.run_blocking(_store, hall, wanted, by=login.user, is_renewed=is_renewed)
        except (Problem, rules.BadRules) as refusal:
            return _page(hall, exam_session, refusal)
        return pages.redirect_to(f"/admin/{exam_session}/lockdown?done=1")

    @blueprint.get("/admin/<exam_session>/lockdown.seb")
    def file(exam_session: str) -> Response:
        signing_in.require(hall, Act.MANAGE_BOARD, Place(exam_session))
        exams.find_exam_session(hall, exam_session)
        held = entry.rules_of(hall, exam_session)
        if not held.challenge:
            raise Problem("not_found")
        address = entry.public_address(hall, request.environ)
        response = Response(seb.write_xml(held.settings(address)), mimetype="application/seb")
        response.headers["Content-Disposition"] = f'attachment; filename="{exam_session}.seb"'
        return response

    @blueprint.get("/seb/<exam_session>/<challenge>")
    def start(exam_session: str, challenge: str) -> Response:
        held = entry.rules_of(hall, exam_session)
        is_current = hmac.compare_digest(challenge.encode(), held.challenge.encode())
        if not held.challenge or not is_current:
            return pages.render(hall, "seb_outdated.html", status=404)
        login = pages.current_login(hall)
        is_candidate = login is not None and login.role is Role.CANDIDATE
        return pages.redirect_to("/exam" if is_candidate else "/login")

    @blueprint.get("/seb/quit")
    def end() -> Response:
        return pages.render(hall, "seb_quit.html")

    return blueprint


def _wanted(exam_session: str) -> tuple[Rules, bool]:
    given = fields.form_fields("seb", "exam_keys", "renew")
    mode = fields.one_of("seb", given["seb"], frozenset(rules.MODES))
    if len(given["exam_keys"]) > KEYS_LIMIT:
        raise Problem("bad_field", field="exam_keys")
    keys = tuple(dict.fromkeys(given["exam_keys"].lower().split()))
    return Rules(exam_session, mode=mode, exam_keys=keys), given["renew"] == "yes"


def _store(hall: Hall, wanted: Rules, *, by: str, is_renewed: bool) -> None:
    with writing(hall.database).begin() as db:
        rules.change(db, wanted, by=by, now=hall.clock(), is_renewed=is_renewed)


def _page(
    hall: Hall, exam_session: str, refusal: Problem | rules.BadRules | None = None
) -> Response:
    signing_in.require(hall, Act.MANAGE_BOARD, Place(exam_session))
    found = exams.find_exam_session(hall, exam_session)
    held = entry.rules_of(hall, exam_session)
    address = entry.public_address(hall, request.environ)
    status, sentence = 200, ""
    if refusal is not None:
        values = refusal.values if isinstance(refusal, Problem) else {}
        status = STATUS_OF_CODE.get(refusal.code, 400)
        sentence = message(refusal.code, pages.language_of_request(hall), **values)
    return pages.render(
        hall,
        "lockdown.html",
        status=status,
        exam_session=found,
        rules=held,
        modes=rules.MODES,
        config_key=seb.config_key(held.settings(address)) if held.challenge else "",
        address=address,
        is_address_known=bool(hall.config.server.public_url),
        typed_keys=request.form.get("exam_keys", "")[:KEYS_LIMIT] if refusal else None,
        message=sentence,
        done=request.args.get("done", ""),
    )
