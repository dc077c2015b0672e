"""The handlers of the API's routes about accounts of staff."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

from flask import Response, jsonify, request

from cat_engine.accounts.access import Act
from cat_engine.http import fields, signing_in, staffing
from cat_engine.http.errors import Problem

if TYPE_CHECKING:
    from cat_engine.hall import Hall

POSITION_LIMIT = 10**12


def handlers(hall: Hall) -> dict[str, Callable[..., Response]]:
    """Give a handler for every route of `staff_routes`."""

    def staff_list() -> Response:
        signing_in.require(hall, Act.MANAGE_STAFF)
        return jsonify({"staff": [asdict(one) for one in staffing.list_members(hall)]})

    def staff_add() -> Response:
        login = signing_in.require(hall, Act.MANAGE_STAFF)
        given = fields.json_fields("username", "name", "role", "rooms")
        username = fields.username(given["username"])
        wanted = staffing.wanted(
            hall, name=given["name"], role=given["role"], rooms=_texts("rooms", given["rooms"])
        )
        password = staffing.add(hall, login, username, wanted)
        return jsonify({"username": username, "first_password": password})

    def staff_change(username: str) -> Response:
        login = signing_in.require(hall, Act.MANAGE_STAFF)
        given = fields.json_fields("name", "role", "rooms")
        wanted = staffing.wanted(
            hall, name=given["name"], role=given["role"], rooms=_texts("rooms", given["rooms"])
        )
        staffing.change(hall, login, username, wanted)
        return jsonify(asdict(staffing.find_member(hall, username)))

    def staff_act(username: str) -> Response:
        login = signing_in.require(hall, Act.MANAGE_STAFF)
        given = fields.json_fields("act")
        act = fields.one_of("act", given["act"], frozenset(staffing.ACTS))
        password = staffing.act_on(hall, login, username, act)
        return jsonify({"username": username, "first_password": password})

    def staff_record() -> Response:
        signing_in.require(hall, Act.MANAGE_STAFF)
        asked = request.args.get("before")
        before = None if asked is None else fields.counter("before", asked, limit=POSITION_LIMIT)
        acts = staffing.read_record(hall, before=before)
        return jsonify({"acts": [{**asdict(one), "details": dict(one.details)} for one in acts]})

    return {
        "staff_list": staff_list,
        "staff_add": staff_add,
        "staff_change": staff_change,
        "staff_act": staff_act,
        "staff_record": staff_record,
    }


def _texts(field: str, value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise Problem("bad_field", field=field)
    return [one for one in value if isinstance(one, str)]
