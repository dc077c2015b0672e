"""The administrator's pages for opening seals; they work without script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from cat_engine.accounts.access import Act
from cat_engine.http import fields, openings, pages, signing_in
from cat_engine.http.errors import STATUS_OF_CODE, Problem, message
from cat_engine.http.proctor import to_staff_login

if TYPE_CHECKING:
    from cat_engine.hall import Hall


def make_blueprint(hall: Hall) -> Blueprint:
    """Give the pages below /bank/seals."""
    blueprint = Blueprint("seals", __name__)

    @blueprint.get("/bank/seals")
    def overview() -> Response:
        if pages.current_login(hall) is None:
            return to_staff_login("/bank/seals")
        signing_in.require(hall, Act.OPEN_SEAL)
        return pages.render(hall, "seals.html", seals=openings.list_seals(hall), now=hall.clock())

    @blueprint.get("/bank/seals/<seal>")
    def one_seal(seal: str) -> Response:
        if pages.current_login(hall) is None:
            return to_staff_login(f"/bank/seals/{seal}")
        return _page(hall, seal)

    @blueprint.post("/bank/seals/<seal>")
    def give_share(seal: str) -> Response:
        login = signing_in.require(hall, Act.OPEN_SEAL)
        given = fields.form_fields("share")
        try:
            openings.give_share(hall, seal, given["share"][: fields.WORDS_LIMIT], by=login.user)
        except Problem as problem:
            return _page(hall, seal, problem)
        return pages.redirect_to(f"/bank/seals/{seal}?done=1")

    return blueprint


def _page(hall: Hall, seal: str, problem: Problem | None = None) -> Response:
    """Draw a seal; what was typed is never written back: the next custodian must not see it."""
    signing_in.require(hall, Act.OPEN_SEAL)
    sentence = ""
    if problem is not None:
        sentence = message(problem.code, pages.language_of_request(hall), **problem.values)
    return pages.render(
        hall,
        "seal.html",
        status=STATUS_OF_CODE[problem.code] if problem else 200,
        seal=openings.find_seal(hall, seal),
        message=sentence,
        done=request.args.get("done") == "1" and problem is None,
        now=hall.clock(),
    )
