"""The administrator's pages of exams, their sessions, and the calendar of all of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request
from sqlalchemy import Connection

from cat_engine.http import filled_form, pages, plan, planner
from cat_engine.http.errors import Problem
from cat_engine.http.filled_form import Filled, posted
from cat_engine.preparation import entries, exam_plan, planning, schedule
from cat_engine.preparation.fault import Fault
from cat_engine.preparation.planning import Signature
from exam_sessions import sites, store
from question_bank import store as bank_store
from question_bank.samples import blueprint_names

if TYPE_CHECKING:
    from cat_engine.hall import Hall

EXAM_FIELDS = ("exam", "title", "bank", "blueprint", "seed", "items")
SESSION_FIELDS = ("date", "times", "title", "other_rooms", "seats", "delay_s", "names", "reveal",
                  "late_answers", "late_within_s")  # fmt: skip
UPLOAD_LIMIT_BYTES = 48 * 1024
TIME_LIMIT = 20
ROOM_LIMIT = 200

Json = dict[str, Any]


def make_blueprint(hall: Hall) -> Blueprint:
    """Give /plan/exams and /plan/calendar."""
    blueprint = Blueprint("plan_exams", __name__)
    plan.admit_planners(hall, blueprint)

    def exams_page(filled: Filled | None = None) -> Response:
        rows, banks = planner.read(hall, lambda db: (planner.list_exams(db), _banks(db)))
        return pages.render(
            hall,
            "plan_exams.html",
            status=400 if filled else 200,
            rows=rows,
            banks=[(one, one) for one in banks],
            blueprints=[(one, one) for one in blueprint_names()],
            filled=filled or Filled(),
        )

    def exam_page(exam_id: str, filled: Filled | None = None) -> Response:
        return _exam_page(hall, exam_id, filled)

    blueprint.add_url_rule("/plan/exams", "exams", exams_page)
    blueprint.add_url_rule("/plan/exams/<exam_id>", "exam", exam_page)

    @blueprint.post("/plan/exams")
    def add_exam() -> Response:
        given = posted(*EXAM_FIELDS)
        exam_id, bad = _create(hall, given, json.dumps(given), name="", blueprints={})
        return exams_page(bad) if bad else pages.redirect_to(f"/plan/exams/{exam_id}?done=yes")

    @blueprint.post("/plan/exams/upload")
    def upload() -> Response:
        given = posted()
        text, name = _uploaded("file")
        also, also_name = _uploaded("blueprint_file", is_needed=False)
        own = {also_name: also} if also else {}
        exam_id, bad = _create(hall, given, text, name=name, blueprints=own)
        return exams_page(bad) if bad else pages.redirect_to(f"/plan/exams/{exam_id}?done=yes")

    @blueprint.post("/plan/exams/<exam_id>/sessions")
    def add_sessions(exam_id: str) -> Response:
        given = _posted_session()
        bad = _add_sessions(hall, exam_id, given)
        if bad is not None:
            return exam_page(exam_id, bad)
        return pages.redirect_to(f"/plan/exams/{exam_id}?done=yes")

    @blueprint.get("/plan/calendar")
    def calendar() -> Response:
        return _calendar_page(hall)

    return blueprint


def _create(
    hall: Hall, given: dict[str, str], text: str, *, name: str, blueprints: Mapping[str, str]
) -> tuple[str, Filled | None]:
    """The identifier of the exam that is stored now; or the form with what is wrong in it."""
    exam_id = ""

    def keep(db: Connection, signed: Signature) -> None:
        nonlocal exam_id
        ground = planner.plan_ground(hall, db, blueprints)
        planned = exam_plan.read_text(text, ground, name)
        planning.create_exam(db, planned, signed)
        exam_id = planned.exam.id

    bad = plan.store_entry(hall, given, keep)
    if bad is not None and not name:  # a form has fields, no lines
        bad = replace(bad, faults=[replace(fault, line=0) for fault in bad.faults])
    return exam_id, bad


def _uploaded(field: str, *, is_needed: bool = True) -> tuple[str, str]:
    """The text and the name of an uploaded file."""
    file = request.files.get(field)
    if file is None or not file.filename:
        if is_needed:
            raise Problem("missing_field", field="file")
        return "", ""
    content = file.read(UPLOAD_LIMIT_BYTES + 1)
    if len(content) > UPLOAD_LIMIT_BYTES:
        raise Problem("too_large")
    try:
        return content.decode("utf-8-sig"), file.filename.replace("\\", "/").rsplit("/", 1)[-1]
    except UnicodeDecodeError as error:
        raise Problem("bad_field", field="file") from error


def _posted_session() -> dict[str, Any]:
    rooms = request.form.getlist("rooms")
    if len(rooms) > ROOM_LIMIT:
        raise Problem("bad_field", field="text")
    return {**filled_form.posted(*SESSION_FIELDS, "rooms"), "rooms": "\n".join(rooms)}


def _add_sessions(hall: Hall, exam_id: str, given: dict[str, str]) -> Filled | None:
    def keep(db: Connection, signed: Signature) -> None:
        if store.get_exam(db, exam_id) is None:
            raise Problem("not_found")
        ground = planner.plan_ground(hall, db)
        text = json.dumps(_session_plan(hall, db, exam_id, given))
        planning.add_sessions(db, exam_plan.read_more_sessions(text, exam_id, ground), signed)

    bad = plan.store_entry(hall, given, keep)
    if bad is None:
        return None
    names = {
        "answers": "late_answers",
        "within_s": "late_within_s",
        "id": "times",
        "seats": "other_rooms",
        "sessions": "times",
    }
    faults = [
        _start_fault(one, given["date"])
        if one.code == "no_time"
        else replace(one, line=0, key=names.get(one.key, one.key))
        for one in bad.faults
    ]
    return replace(bad, faults=list({(one.code, one.key): one for one in faults}.values()))


def _start_fault(fault: Fault, day: str) -> Fault:
    """A start that is no time, said of the field of the form that makes it one."""
    try:
        date.fromisoformat(day)
    except ValueError:
        return replace(fault, line=0, code="no_date", key="date")
    return replace(fault, line=0, code="no_clock", key="times")


def _session_plan(hall: Hall, db: Connection, exam_id: str, given: Mapping[str, str]) -> Json:
    """The form as exam.yaml says it; what is wrong in it is found there."""
    chosen = [tuple(one.split("/", 1)) for one in given["rooms"].splitlines() if "/" in one]
    offsets = {site.id: site.utc_offset_minutes for site in sites.list_sites(db)}
    offset = planner.usual_offset(hall)
    if chosen:
        offset = offsets.get(chosen[0][0], offset)
    is_one_site = len({site for site, _ in chosen}) == 1
    rooms: list[Json] = [
        {"id": room if is_one_site else f"{site}-{room}", "site": site, "site_room": room}
        for site, room in chosen
    ]
    for line in given["other_rooms"].splitlines():
        words = [word.strip() for word in line.split(",")]
        if any(words):
            room, *rest = words
            rooms.append({"id": room, "name": rest[0] if len(rest) > 1 else room,
                          "seats": rest[-1] if rest else ""})  # fmt: skip
    present = sum(1 for one in store.list_sessions(db) if one.exam == exam_id)
    times = given["times"].replace(",", " ").replace(".", ":").split()[:TIME_LIMIT]
    return {
        "seats": given["seats"] or "roster",
        "late": {
            key: given[name]
            for key, name in (("answers", "late_answers"), ("within_s", "late_within_s"))
            if given[name]
        },
        "board": {name: given[name] for name in ("delay_s", "names", "reveal") if given[name]},
        "sessions": [
            {
                "id": f"{given['date'].replace('-', '')}-{time.replace(':', '')}",
                "title": f"{given['title'] or 'Sesi'} {number}",
                "starts_at": f"{given['date']}T{time}{_sign(offset)}",
                "rooms": rooms,
            }
            for number, time in enumerate(times, start=present + 1)
        ],
    }


def _sign(offset_minutes: int) -> str:
    sign = "-" if offset_minutes < 0 else "+"
    return f"{sign}{abs(offset_minutes) // 60:02d}:{abs(offset_minutes) % 60:02d}"


def _exam_page(hall: Hall, exam_id: str, filled: Filled | None) -> Response:
    def look(db: Connection) -> tuple[Any, ...]:
        exam = next((one for one in planner.list_exams(db) if one.id == exam_id), None)
        every = planner.list_bookings(db, planner.usual_offset(hall))
        rooms = [(site, sites.list_site_rooms(db, site.id)) for site in sites.list_sites(db)]
        return exam, every, rooms

    exam, every, rooms = planner.read(hall, look)
    if exam is None:
        raise Problem("not_found")
    board, late = planner.usual_board(hall), planner.usual_late(hall)
    usual = exam.sessions[-1] if exam.sessions else None
    return pages.render(
        hall,
        "plan_exam.html",
        status=400 if filled else 200,
        exam=exam,
        own=[one for one in every if one.exam_session in {plan.id for plan in exam.sessions}],
        close=schedule.conflicts(every),
        titles={one.exam_session: f"{one.exam_title}, {one.title}" for one in every},
        rooms=rooms,
        usual={
            "delay_s": usual.board_delay_s if usual else board.delay_s,
            "names": usual.board_names if usual else board.names,
            "reveal": usual.board_reveal if usual else board.reveal,
            "late_answers": (usual and usual.late_answers) or late.answers,
            "late_within_s": usual.late_within_s if usual and usual.late_answers else late.within_s,
            "seats": "drawn" if usual and usual.seats_drawn else "roster",
        },
        zone=entries.zone_of(planner.usual_offset(hall)),
        done=request.args.get("done") == "yes",
        filled=filled or Filled(),
    )


def _calendar_page(hall: Hall) -> Response:
    every, known = planner.read(
        hall,
        lambda db: (planner.list_bookings(db, planner.usual_offset(hall)), sites.list_sites(db)),
    )
    site = request.args.get("site", "")
    shown = [one for one in every if site in one.sites] if site else every
    is_week = request.args.get("view") == "week"
    day = _asked_day(shown, schedule.local(hall.clock(), planner.usual_offset(hall)).date())
    weeks = [schedule.week_days(day)] if is_week else schedule.month_days(day)
    step = timedelta(days=7) if is_week else timedelta(days=1)
    first = day - timedelta(days=day.weekday()) if is_week else day.replace(day=1)
    last = first + timedelta(days=6) if is_week else (first + timedelta(days=31)).replace(day=1)
    return pages.render(
        hall,
        "plan_calendar.html",
        weeks=weeks,
        day=day,
        is_week=is_week,
        before=first - step,
        after=last + step if is_week else last,
        booked=schedule.on_days(shown),
        close=schedule.conflicts(every),
        titles={one.exam_session: f"{one.exam_title}, {one.title}" for one in every},
        site_names={one.id: one.name for one in known},
        site=site,
        turnover=schedule.TURNOVER_MINUTES,
    )


def _asked_day(shown: Sequence[schedule.Booking], today: date) -> date:
    """The day in the address; else the next exam session's, the last one's, or today."""
    try:
        asked = date.fromisoformat(request.args.get("day", ""))
        if date(2000, 1, 1) <= asked <= date(2200, 1, 1):
            return asked
    except ValueError:
        pass
    days = sorted(one.day for one in shown)
    return next((day for day in days if day >= today), days[-1] if days else today)


def _banks(db: Connection) -> list[str]:
    return sorted({bank for bank, _, _ in bank_store.list_banks(db)})
