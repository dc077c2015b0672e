"""The handlers of the API's routes about the door: the desk of the pages, asked by a program."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from flask import Response, jsonify, request

from cat_engine.http import door_acts, door_state, fields
from cat_engine.http.door import Desk, Issued
from cat_engine.http.door_state import FILTERS, Visitor, find_visitor
from cat_engine.http.errors import Problem
from exam_sessions.live_session import LiveSession

if TYPE_CHECKING:
    from cat_engine.hall import Hall

Json = dict[str, Any]


def handlers(hall: Hall) -> dict[str, Callable[..., Response]]:
    """Give a handler for every route of `door_routes`."""
    desk = Desk(hall)

    def door(exam_session: str) -> Response:
        return jsonify(_door(desk.enter(exam_session), hall.clock()))

    def door_people(exam_session: str) -> Response:
        live = desk.enter(exam_session)
        shown = fields.one_of("show", request.args.get("show", "all"), frozenset(FILTERS))
        return jsonify({"people": [_person(one) for one in door_state.everybody(live, shown)]})

    def door_person(exam_session: str) -> Response:
        live = desk.enter(exam_session)
        number = fields.participant_no(request.args.get("no", ""))
        face = desk.face_of(live, number)
        return jsonify(
            {
                "person": _person(find_visitor(hall, live, number)),
                "face": asdict(face) if face else None,
            }
        )

    def door_check_in(exam_session: str) -> Response:
        live = desk.enter(exam_session)
        given = fields.json_fields("participant_no", "act_id", optional=("by_eye",))
        if not isinstance(given.get("by_eye", False), bool):
            raise Problem("bad_field", field="by_eye")
        by_eye = "1" if given.get("by_eye") else ""
        return _issued(desk.check_in(live, {**given, "by_eye": by_eye}))

    def door_pin(exam_session: str) -> Response:
        live = desk.enter(exam_session)
        return _issued(desk.reissue(live, fields.json_fields("participant_no", "act_id", "words")))

    def door_act(exam_session: str) -> Response:
        live = desk.enter(exam_session)
        door_acts.carry_out(hall, live, _given_act(), by=desk.user())
        return jsonify(_door(live, hall.clock()))

    return {
        "door": door,
        "door_people": door_people,
        "door_person": door_person,
        "door_check_in": door_check_in,
        "door_pin": door_pin,
        "door_act": door_act,
    }


def _given_act() -> Json:
    """The body as a form gives it; what is missing is found where it is read."""
    given = fields.json_fields("act", optional=door_acts.FIELDS)
    filled: Json = {name: given.get(name, "") for name in door_acts.FIELDS}
    if type(filled["minutes"]) is int:
        filled["minutes"] = str(filled["minutes"])
    return filled


def _door(live: LiveSession, now: int) -> Json:
    door = live.door
    return {
        "exam_session": live.plan.id,
        "is_opened": door.is_opened,
        "is_closed": door.is_opened and door.is_closed(now),
        "is_ended": door.is_ended,
        "commitment": door.commitment,
        "key": door.key,
        "counts": door_state.counts_of(live, now),
        "proposals": [
            {
                "id": one.act_id,
                "what": one.what,
                "participant_no": one.participant_no,
                "closes_at": one.closes_at,
                "by": one.by,
                "reason": one.reason,
                "words": one.words,
            }
            for one in door.proposals.values()
        ],
    }


def _issued(issued: Issued) -> Response:
    return jsonify({"person": _person(issued.visitor), "pin": issued.pin, "is_new": issued.is_new})


def _person(visitor: Visitor) -> Json:
    elsewhere = [{"title": title, "starts_at": at} for title, at in visitor.elsewhere]
    return asdict(visitor) | {"elsewhere": elsewhere}
