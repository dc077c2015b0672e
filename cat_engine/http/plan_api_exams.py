"""The handlers of the API's routes about exams, their sessions and rosters."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Response, jsonify, request
from sqlalchemy import Connection

from cat_engine.accounts.access import Act
from cat_engine.http import fields, new_pins, pages, plan_session, planner, signing_in, uploads
from cat_engine.http.errors import FAULT_LIMIT, Problem, describe_fault
from cat_engine.http.plan_api import store_it
from cat_engine.http.plan_routes import ROSTER_FILES
from cat_engine.http.standing import named
from cat_engine.preparation import exam_plan, planning, roster_file, schedule
from cat_engine.preparation.exam_plan import BadExamPlan
from cat_engine.preparation.fault import Fault
from cat_engine.preparation.planning import Signature
from cat_engine.preparation.schedule import Booking, Conflict
from exam_sessions import door_store, store

if TYPE_CHECKING:
    from cat_engine.hall import Hall

DEPTH_LIMIT = 12
"""Of a document; an exam with sessions and rooms needs five."""
TAKES_LINES = {"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"}
"""JSON lets them stand in a text; YAML would count a line."""
UNNAMED = "roster"

Handler = Callable[..., Response]
Json = dict[str, Any]
Planned = TypeVar("Planned")


def handlers(hall: Hall) -> dict[str, Handler]:
    """Give a handler for every route of `plan_routes` about exams, sessions and rosters."""
    return {**_exams(hall), **_sessions(hall), **_rosters(hall)}


def _exams(hall: Hall) -> dict[str, Handler]:
    def plan_exams() -> Response:
        rows = planner.read(hall, planner.list_exams)
        return jsonify({"exams": [_exam(one) for one in rows]})

    def plan_exam(exam: str) -> Response:
        def look(db: Connection) -> Json | None:
            stored = store.get_exam(db, named(exam))
            row = next((one for one in planner.list_exams(db) if one.id == exam), None)
            return _exam(row) | {"blueprint": stored.blueprint} if stored and row else None

        found = planner.read(hall, look)
        if found is None:
            raise Problem("not_found")
        return jsonify(found)

    def create_exam() -> Response:
        body = _document()
        blueprints = _blueprints(body)

        def keep(db: Connection, signed: Signature) -> str:
            ground = planner.plan_ground(hall, db, blueprints)
            planned = _placed(body, lambda text: exam_plan.read_text(text, ground, "body"))
            planning.create_exam(db, planned, signed)
            return planned.exam.id

        return plan_exam(store_it(hall, keep))

    def add_sessions(exam: str) -> Response:
        if planner.read(hall, lambda db: store.get_exam(db, named(exam))) is None:
            raise Problem("not_found")
        body = _document()

        def keep(db: Connection, signed: Signature) -> None:
            ground = planner.plan_ground(hall, db)
            read = exam_plan.read_more_sessions
            planned = _placed(body, lambda text: read(text, exam, ground, "body"))
            planning.add_sessions(db, planned, signed)

        store_it(hall, keep)
        return plan_exam(exam)

    return {
        "plan_exams": plan_exams,
        "plan_exam": plan_exam,
        "create_exam": create_exam,
        "add_sessions": add_sessions,
    }


def _sessions(hall: Hall) -> dict[str, Handler]:
    def plan_sessions() -> Response:
        every = planner.read(hall, lambda db: planner.list_bookings(db, planner.usual_offset(hall)))
        close = schedule.conflicts(every)
        rows = [_booking(one, close.get(one.exam_session, ())) for one in every]
        return jsonify({"sessions": rows, "turnover_minutes": schedule.TURNOVER_MINUTES})

    def plan_session_of(exam_session: str) -> Response:
        found = plan_session.find_plan(hall, named(exam_session))

        def look(db: Connection) -> Json:
            wanted, drawn = door_store.count_forms(db, exam_session)
            return {
                "enrolled_count": len(store.list_enrolments(db, exam_session)),
                "form_count": drawn,
                "missing_form_count": wanted - drawn,
                "rooms": [asdict(one) for one in store.list_rooms(db, exam_session)],
            }

        return jsonify(asdict(found) | planner.read(hall, look))

    return {"plan_sessions": plan_sessions, "plan_session": plan_session_of}


def _rosters(hall: Hall) -> dict[str, Handler]:
    def import_roster(exam_session: str) -> Response:
        found = plan_session.find_plan(hall, named(exam_session))
        is_dry = fields.counter("dry_run", request.args.get("dry_run", "0"), limit=1) == 1
        name = fields.place("file", request.args.get("file", UNNAMED))
        source, opened = _given_roster(hall, name)
        if is_dry:
            read = plan_session.read_roster(hall, found, source.content, opened)
            language = pages.language_of_request(hall)
            told = [describe_fault(fault, language) for fault in read.faults[:FAULT_LIMIT]]
            return jsonify(
                _report(len(read.rows)) | {"faults": told, "fault_count": len(read.faults)}
            )
        login = signing_in.require(hall, Act.PLAN_EXAMS)
        done = plan_session.import_roster(hall, login, exam_session, source, opened=opened)
        if done.slips:
            store_it(
                hall,
                lambda db, signed: planning.record(
                    db, "pins_taken", exam_session, signed, file="json"
                ),
            )
        return jsonify(_report(done.count) | {"is_stored": True, "pins": done.slips})

    def replace_pins(exam_session: str) -> Response:
        login = signing_in.require(hall, Act.PLAN_EXAMS)
        found = plan_session.find_plan(hall, named(exam_session))
        given = fields.json_fields("reason", optional=("participant_no",))
        reason = fields.words(given["reason"])
        asked = given.get("participant_no")
        number = "" if asked is None else fields.participant_no(asked)
        slips = new_pins.replace_pins(hall, login, found, participant_no=number, reason=reason)
        return jsonify({"pins": slips})

    return {"import_roster": import_roster, "replace_pins": replace_pins}


def _report(count: int) -> Json:
    return {"is_stored": False, "count": count, "faults": [], "fault_count": 0, "pins": []}


def _given_roster(hall: Hall, name: str) -> tuple[planning.RosterSource, plan_session.Opener]:
    """The body, a file or rows, and how to open it."""
    if request.mimetype in ROSTER_FILES:
        content = request.get_data()
        uploads.check_content(hall, content)
        return planning.RosterSource(name, content), roster_file.open_table
    rows = fields.json_fields("rows")["rows"]
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Problem("bad_field", field="rows")
    source = planning.RosterSource(name, request.get_data())
    return source, lambda _content: roster_file.table_of(rows)


def _document() -> Json:
    """The body as an object; what is in it is checked where every plan is."""
    if request.mimetype != "application/json":
        raise Problem("unsupported_type")
    body = fields.parse_json(request.get_data())
    if not isinstance(body, dict):
        raise Problem("malformed")
    return body


def _blueprints(body: Json) -> Mapping[str, str]:
    """Blueprints that came along, taken out of the body."""
    given = body.pop("blueprints", {})
    if not isinstance(given, dict) or not all(isinstance(one, str) for one in given.values()):
        raise BadExamPlan([Fault("no_text", {"key": "blueprints"}, key="/blueprints")])
    return given


def _placed(body: Json, read: Callable[[str], Planned]) -> Planned:
    """Read the document as exam.yaml is read; mistakes say where in the document they are.

    It is laid out with one value a line, so the line of a mistake is a place in the document.
    """
    laid = list(_lines(body, "", start="", end=""))
    try:
        return read("\n".join(line for line, _ in laid))
    except BadExamPlan as bad:
        raise BadExamPlan(
            [
                replace(one, line=0, key=laid[one.line - 1][1]) if one.line else one
                for one in bad.faults
            ]
        ) from bad


def _lines(value: Any, place: str, *, start: str, end: str) -> Iterator[tuple[str, str]]:
    """The lines of a JSON value, each with the pointer of what begins on it."""
    if place.count("/") > DEPTH_LIMIT:
        raise Problem("malformed")
    if not isinstance(value, dict | list) or not value:
        yield start + _json(value) + end, place
        return
    is_table = isinstance(value, dict)
    parts: Iterable[tuple[Any, Any]] = (
        value.items() if isinstance(value, dict) else enumerate(value)
    )
    yield start + ("{" if is_table else "["), place
    for name, one in parts:
        own = f"{_json(name)}: " if is_table else ""
        pointer = str(name).replace("~", "~0").replace("/", "~1")
        yield from _lines(one, f"{place}/{pointer}", start=own, end=",")
    yield ("}" if is_table else "]") + end, place


def _json(value: Any) -> str:
    # Half a surrogate pair stays one, which YAML refuses; as an escape it would pass.
    text = json.dumps(value, ensure_ascii=False)
    for letter, escaped in TAKES_LINES.items():
        text = text.replace(letter, escaped)
    return text


def _exam(row: planner.ExamRow) -> Json:
    return {
        "id": row.id,
        "title": row.title,
        "bank": row.bank,
        "seed": row.seed,
        "items": "approved" if row.approved_only else "any",
        "minutes": row.minutes,
        "sessions": [asdict(one) for one in row.sessions],
    }


def _booking(one: Booking, close: Sequence[Conflict]) -> Json:
    return {
        "id": one.exam_session,
        "title": one.title,
        "exam_title": one.exam_title,
        "starts_at": one.starts_at,
        "ends_at": one.ends_at,
        "minutes": one.minutes,
        "day": one.day.isoformat(),
        "utc_offset_minutes": one.utc_offset_minutes,
        "rooms": [{"site": site, "room": room} for site, room in one.rooms],
        "seat_count": one.seat_count,
        "enrolled_count": one.enrolled_count,
        "conflicts": [
            {"other": conflict.other, "site": conflict.site, "room": conflict.room,
             "gap_minutes": conflict.gap_minutes, "is_overlap": conflict.is_overlap}
            for conflict in close
        ],
    }  # fmt: skip
