"""Pages for everybody: home, boards, how to check a result, staff login, logout."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from cat_engine.accounts.login import FirstPasswordOver, TooManyTries, WrongLogin
from cat_engine.accounts.user import Need
from cat_engine.http import assets, exams, fields, pages, pinned, signing_in
from cat_engine.http.errors import STATUS_OF_CODE, Problem, as_problem, message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cat_engine.hall import Hall

TABLE_PAGE_ROWS = 100


def make_blueprint(hall: Hall) -> Blueprint:
    """Give the public pages."""
    blueprint = Blueprint("public", __name__)

    @blueprint.get("/")
    def home() -> Response:
        return pages.render(
            hall, "home.html", boards=hall.boards.listed(), has_exams=hall.engine is not None
        )

    @blueprint.get("/verify")
    def verify() -> Response:
        return pages.render(hall, "verify.html")

    @blueprint.get("/board/<exam_session>")
    def board(exam_session: str) -> Response:
        found = _find_board(hall, exam_session)
        return pages.render(
            hall,
            "live.html",
            entry="board",
            tags=assets.asset_tags("board"),
            data={"board": exam_session, "screen": "1" if "screen" in request.args else ""},
            title=found["title"],
            static_url=f"/board/{exam_session}/table",
        )

    @blueprint.get("/board/<exam_session>/table")
    def board_table(exam_session: str) -> Response:
        return _board_table(hall, exam_session)

    @blueprint.get("/fonts.css")
    def fonts() -> Response:
        response = Response(assets.font_faces(), mimetype="text/css")
        response.headers["Cache-Control"] = "public, max-age=3600"
        return response

    @blueprint.get("/favicon.ico")
    def favicon() -> Response:
        return pages.redirect_to(assets.asset_url("favicon.svg"))

    # A process that serves the public board alone signs nobody in.
    if hall.engine is not None:
        _add_login_pages(hall, blueprint)
    return blueprint


def _add_login_pages(hall: Hall, blueprint: Blueprint) -> None:
    @blueprint.get("/login")
    def login() -> Response:
        return _login_page(hall, "login.html")

    @blueprint.post("/login")
    def enter() -> Response:
        given = fields.form_fields("participant_no", "pin", "seat")
        try:
            signed_in = signing_in.candidate(
                hall, given["participant_no"], given["pin"], given["seat"]
            )
        except (Problem, WrongLogin, TooManyTries) as refusal:
            return _login_page(hall, "login.html", refusal, given["participant_no"])
        return signing_in.put_cookie(hall, pages.redirect_to("/exam"), signed_in)

    @blueprint.get("/staff")
    def staff() -> Response:
        half = signing_in.current_half(hall)
        if half is not None:
            return pages.redirect_to(_after_password(half.need, request.args.get("next", "")))
        return _login_page(hall, "staff.html")

    @blueprint.post("/staff")
    def enter_staff() -> Response:
        given = fields.form_fields("username", "password")
        try:
            signed_in = signing_in.staff(hall, given["username"], given["password"])
        except (Problem, WrongLogin, FirstPasswordOver, TooManyTries) as refusal:
            return _login_page(hall, "staff.html", refusal, given["username"])
        asked = request.form.get("next", "")
        if signed_in.need is not None:
            target = _after_password(signed_in.need, asked)
        else:
            target = signing_in.landing(signed_in.login, asked)
        return signing_in.put_cookie(hall, pages.redirect_to(target), signed_in)

    @blueprint.get("/logout")
    def confirm_logout() -> Response:
        if pages.current_login(hall) is None:
            return pages.redirect_to("/")
        return pages.render(hall, "logout.html")

    @blueprint.post("/logout")
    def logout() -> Response:
        return signing_in.sign_out(hall, pages.redirect_to("/"))


def _login_page(
    hall: Hall, template: str, refusal: Exception | None = None, account: str = ""
) -> Response:
    """Draw a login form again with what was wrong; the secret is never sent back."""
    signed_in = pages.current_login(hall)
    common: dict[str, Any] = {
        "pinned": pinned.pinned_seat(hall),
        "asks_seat": exams.has_door(hall),
        "seat": request.form.get("seat", "")[: fields.PLACE_LIMIT],
        "account": account[:100] if account.isprintable() else "",
        "own_page": signing_in.home_of(signed_in) if signed_in else "/",
        "next_page": request.args.get("next", ""),
    }
    if refusal is None:
        return pages.render(hall, template, message="", field="", **common)
    problem = as_problem(refusal)
    sentence = message(problem.code, pages.language_of_request(hall), **problem.values)
    field = problem.values.get("field", "")
    status = STATUS_OF_CODE[problem.code]
    response = pages.render(hall, template, status=status, message=sentence, field=field, **common)
    if problem.wait_ms:
        response.headers["Retry-After"] = problem.values["seconds"]
    return response


def _after_password(need: Need, asked: str) -> str:
    page = signing_in.page_of(need)
    return f"{page}?{urlencode({'next': asked})}" if signing_in.is_own_page(asked) else page


def _find_board(hall: Hall, exam_session: str) -> dict[str, Any]:
    for found in hall.boards.listed():
        if found["id"] == exam_session:
            return dict(found)
    raise Problem("not_found")


def _board_table(hall: Hall, exam_session: str) -> Response:
    """Draw one page of the board as a plain table, for browsers without script and for paper."""
    _find_board(hall, exam_session)
    snapshot = hall.boards.snapshot(exam_session)
    if snapshot is None:
        raise Problem("not_found")
    board, ranks = _read_snapshot(snapshot.etag, snapshot.body)
    page_count = max(1, -(-len(board["rows"]) // TABLE_PAGE_ROWS))
    page = min(fields.counter("page", request.args.get("page", "1"), limit=100_000), page_count)
    first = (max(page, 1) - 1) * TABLE_PAGE_ROWS
    rows = board["rows"][first : first + TABLE_PAGE_ROWS]
    response = pages.render(
        hall,
        "board_table.html",
        board=board,
        rows=list(zip(ranks[first:], rows, strict=False)),
        page=max(page, 1),
        page_count=page_count,
        pass_key=_pass_key,
    )
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _pass_key(row: Mapping[str, Any]) -> str:
    """The words for a row's thresholds; as on the live page, nobody has failed while at work."""
    if row["status"] == "waiting":
        return "board.status.waiting"
    if row["status"] != "finished":
        return "board.pass.so_far" if row["passed"] else "board.status.working"
    if row["passed"] is None:
        return "board.status.finished"
    return "outcome.passed" if row["passed"] else "outcome.not_passed"


@lru_cache(maxsize=4)
def _read_snapshot(_etag: str, body: bytes) -> tuple[dict[str, Any], list[int]]:
    """Read a snapshot and number its rows: a row that is tied has the rank of the row before."""
    board: dict[str, Any] = json.loads(body)
    ranks: list[int] = []
    for position, row in enumerate(board["rows"], start=1):
        ranks.append(ranks[-1] if row.get("tied") and ranks else position)
    return board, ranks
