"""The HTTP API under /api/v1: the handlers of the routes in `openapi.ROUTES`."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, jsonify, request

from cat_engine.accounts.access import Act, OwnSitting, Place, may, rooms_of
from cat_engine.accounts.login import SignedIn
from cat_engine.accounts.user import EVERY_ROOM, Login, Role
from cat_engine.http import (
    bank_api,
    board_following,
    closing,
    door_api,
    exams,
    fields,
    openapi,
    pages,
    plan_api,
    plan_api_exams,
    signing_in,
    staff_api,
)
from cat_engine.http.downloads import csv_download
from cat_engine.http.errors import Problem
from cat_engine.http.route import Right, Route
from cat_engine.http.sheet import own_sheet

if TYPE_CHECKING:
    from cat_engine.hall import Hall

Handler = Callable[..., Response]


def make_blueprint(hall: Hall) -> Blueprint:
    """Give the API: every route of the table, its right checked before its handler runs."""
    blueprint = Blueprint("api", __name__, url_prefix=openapi.PREFIX)
    handlers: dict[str, Handler] = {
        **_public(hall),
        **_logins(hall),
        **_staff(hall),
        **bank_api.handlers(hall),
        **staff_api.handlers(hall),
        **plan_api.handlers(hall),
        **plan_api_exams.handlers(hall),
        **closing.handlers(hall),
        **door_api.handlers(hall),
    }
    assert set(handlers) == {route.name for route in openapi.ROUTES}
    for route in openapi.ROUTES:
        blueprint.add_url_rule(
            route.rule,
            endpoint=route.name,
            view_func=_guarded(hall, route, handlers[route.name]),
            methods=[route.method],
        )
    return blueprint


def _guarded(hall: Hall, route: Route, handler: Handler) -> Handler:
    def guarded(**arguments: str) -> Response:
        if hall.engine is None and route.name not in openapi.SERVED_BY_BOARD:
            raise Problem("unavailable")
        _check_right(hall, route.right)
        known = {one.name for one in route.query} | {"lang"}
        if any(name not in known for name in request.args):
            raise Problem("unknown_field")
        return handler(**arguments)

    return guarded


def _check_right(hall: Hall, right: Right) -> None:
    if right == "public":
        return
    login = signing_in.require_login(hall)
    allowed = {
        "signed_in": True,
        "candidate": login.role is Role.CANDIDATE,
        "staff": login.role in (Role.PROCTOR, Role.ADMINISTRATOR),
        "administrator": login.role is Role.ADMINISTRATOR,
        "bank": may(login, Act.VIEW_BANK),
    }[right]
    if not allowed:
        raise Problem("forbidden")


def _public(hall: Hall) -> dict[str, Handler]:
    def boards() -> Response:
        response = jsonify({"boards": hall.boards.listed()})
        response.headers["Cache-Control"] = "no-cache"
        return response

    def board(exam_session: str) -> Response:
        return board_following.snapshot(hall, exam_session)

    def board_deltas(exam_session: str) -> Response:
        return board_following.deltas(hall, exam_session)

    def board_events(exam_session: str) -> Response:
        return board_following.events(hall, exam_session)

    def describe() -> Response:
        response = jsonify(openapi.describe(_version(), hall.config.server.public_url))
        response.headers["Cache-Control"] = "public, max-age=3600"
        return response

    return {
        "boards": boards,
        "board": board,
        "board_deltas": board_deltas,
        "board_events": board_events,
        "openapi": describe,
    }


def _logins(hall: Hall) -> dict[str, Handler]:
    def login() -> Response:
        given = fields.json_fields("participant_no", "pin")
        return _signed_in(hall, signing_in.candidate(hall, given["participant_no"], given["pin"]))

    def staff_login() -> Response:
        given = fields.json_fields("username", "password", optional=("code",))
        signed_in = signing_in.staff_at_once(
            hall, given["username"], given["password"], given.get("code")
        )
        return _signed_in(hall, signed_in)

    def logout() -> Response:
        return signing_in.sign_out(hall, jsonify({"signed_out": True}))

    def me() -> Response:
        return jsonify(_describe_login(signing_in.require_login(hall)))

    def my_result() -> Response:
        login = signing_in.require_login(hall)
        assert login.exam_session is not None
        assert login.participant_no is not None
        signing_in.require(
            hall, Act.VIEW_RESULT, OwnSitting(login.exam_session, login.participant_no)
        )
        sheet = own_sheet(hall, login, pages.language_of_request(hall))
        if sheet is None:
            raise Problem("no_result_yet")
        return jsonify({"exam": sheet.exam, "candidate": sheet.candidate, "result": sheet.result})

    return {
        "login": login,
        "staff_login": staff_login,
        "logout": logout,
        "me": me,
        "my_result": my_result,
    }


def _staff(hall: Hall) -> dict[str, Handler]:
    def exam_sessions() -> Response:
        login = signing_in.require(hall, Act.LIST_EXAM_SESSIONS)
        own = [
            one
            for one in exams.list_exam_sessions(hall)
            if pages.may_now(hall, Act.WATCH_ROOM, Place(one.id))
        ]
        return jsonify({"exam_sessions": [_describe_session(login, one) for one in own]})

    def results(exam_session: str) -> Response:
        signing_in.require(hall, Act.DOWNLOAD_RESULTS, Place(exam_session))
        exams.find_exam_session(hall, exam_session)
        kind = request.args.get("format", "json")
        if kind not in ("json", "csv"):
            raise Problem("bad_field", field="format")
        rows = exams.results(hall, exam_session)
        if kind == "csv":
            return csv_download(rows, f"results-{exam_session}")
        return jsonify({"rows": rows})

    def act_on_board(exam_session: str) -> Response:
        login = signing_in.require(hall, Act.MANAGE_BOARD, Place(exam_session))
        exams.find_exam_session(hall, exam_session)
        given = fields.json_fields("act", "reason")
        act = fields.one_of("act", given["act"], exams.BOARD_ACTS)
        reason = fields.words(given["reason"])
        exams.act_on_board(hall, act, exam_session, by=login.user, reason=reason)
        after = exams.find_exam_session(hall, exam_session)
        return jsonify({"id": after.id, "board_state": after.board_state})

    return {"exam_sessions": exam_sessions, "results": results, "act_on_board": act_on_board}


def _signed_in(hall: Hall, signed_in: SignedIn) -> Response:
    return signing_in.put_cookie(hall, jsonify(_describe_login(signed_in.login)), signed_in)


def _describe_login(login: Login) -> dict[str, Any]:
    rooms: Any = EVERY_ROOM
    if login.rooms != EVERY_ROOM:
        rooms = [{"exam_session": one, "room": room} for one, room in sorted(login.rooms)]
    return {
        "user": login.user,
        "name": login.name,
        "role": login.role.value,
        "exam_session": login.exam_session,
        "participant_no": login.participant_no,
        "rooms": rooms,
        "home": signing_in.home_of(login),
    }


def _describe_session(login: Login, one: exams.ExamSessionSummary) -> dict[str, Any]:
    own_rooms = rooms_of(login, one.id, one.rooms)
    return {
        "id": one.id,
        "title": one.title,
        "exam_title": one.exam_title,
        "starts_at": one.starts_at,
        "rooms": {room: status for room, status in one.rooms.items() if room in own_rooms},
        "board_state": one.board_state,
        "sitting_count": one.sitting_count,
    }


def _version() -> str:
    try:
        return version("cat-engine")
    except PackageNotFoundError:
        return "0"
