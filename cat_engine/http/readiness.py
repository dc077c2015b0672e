"""Readiness over HTTP: checks for administrators, the page that each workstation opens, sheets."""

from __future__ import annotations

import shutil
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, jsonify, request

from cat_engine.accounts.access import Act
from cat_engine.http import assets, fields, pages, signing_in, staffing
from cat_engine.http.errors import STATUS_OF_CODE, Problem, message
from cat_engine.http.proctor import to_staff_login
from cat_engine.lockdown.entry import public_address
from cat_engine.readiness import runs, sheet, signed
from cat_engine.readiness.desk import Check
from cat_engine.readiness.judgement import Rehearsal, of_report
from cat_engine.readiness.station import problems
from cat_engine.signing import BadKey, read_key
from cat_engine.visitor import limited_as

if TYPE_CHECKING:
    from cat_engine.hall import Hall

SEATS_LIMIT = 2_000
SPEED_LIMIT = 200
FOLDER = "readiness"


def make_blueprint(hall: Hall) -> Blueprint:
    """Give the pages of readiness."""
    blueprint = Blueprint("readiness", __name__)
    _add_workstations(blueprint, hall)
    _add_checks(blueprint, hall)
    _add_sheets(blueprint, hall)
    return blueprint


def _add_workstations(blueprint: Blueprint, hall: Hall) -> None:
    @blueprint.get("/ready")
    def ready() -> Response:
        code = request.args.get("code", "").strip().upper()
        seat = request.args.get("seat", "").strip()
        if not code or not seat:
            return pages.render(hall, "ready.html", code=code[:20], seat=seat[:20], is_wrong=False)
        address = limited_as(request.remote_addr or "")
        is_known = hall.desk.admit(code, address=address, now=hall.clock()) is not None
        if not is_known or len(seat) > fields.SEAT_LIMIT:
            return pages.render(
                hall, "ready.html", status=403, code=code[:20], seat=seat[:20], is_wrong=True
            )
        return pages.render(
            hall,
            "live.html",
            entry="ready",
            tags=assets.asset_tags("ready"),
            data={"code": code, "seat": seat},
            title=seat,
            static_url="",
        )


def _add_checks(blueprint: Blueprint, hall: Hall) -> None:
    @blueprint.get("/admin/readiness")
    def checks() -> Response:
        if pages.current_login(hall) is None:
            return to_staff_login("/admin/readiness")
        return _list(hall)

    @blueprint.post("/admin/readiness")
    def begin() -> Response:
        login = signing_in.require(hall, Act.REHEARSE)
        try:
            given = fields.form_fields("site", "room", "seats")
            check = hall.desk.begin(
                fields.place("site", given["site"]),
                fields.place("room", given["room"]),
                seats=fields.counter("seats", given["seats"], limit=SEATS_LIMIT),
                by=login.user,
                now=hall.clock(),
                minutes=hall.config.readiness.code_minutes,
            )
        except Problem as problem:
            return _list(hall, problem)
        return pages.redirect_to(f"/admin/readiness/{check.code}")

    @blueprint.get("/admin/readiness/<code>")
    def one(code: str) -> Response:
        if pages.current_login(hall) is None:
            return to_staff_login(f"/admin/readiness/{code}")
        return _one(hall, code)

    @blueprint.get("/admin/readiness/<code>/state")
    def state(code: str) -> Response:
        signing_in.require(hall, Act.REHEARSE)
        return jsonify(_state(hall, _find(hall, code)))

    @blueprint.post("/admin/readiness/<code>/rehearsal")
    def rehearse(code: str) -> Response:
        signing_in.require(hall, Act.REHEARSE)
        check = _find(hall, code)
        try:
            given = fields.form_fields("count", "speed")
            limit = hall.config.readiness.candidates_limit
            count = fields.counter("count", given["count"], limit=limit)
            speed = fields.counter("speed", given["speed"], limit=SPEED_LIMIT)
            _start(hall, check, max(1, count), max(1, speed))
        except Problem as problem:
            return _one(hall, code, problem)
        return pages.redirect_to(f"/admin/readiness/{code}#rehearsal")


def _add_sheets(blueprint: Blueprint, hall: Hall) -> None:
    @blueprint.post("/admin/readiness/<code>/sheet")
    def make(code: str) -> Response:
        login = signing_in.require(hall, Act.REHEARSE)
        check = _find(hall, code)
        now = hall.clock()
        document = sheet.make_document(
            check.newest,
            _rehearsal(check),
            hall.config.readiness,
            place={"site": check.site, "room": check.room, "by": login.user},
            seats_expected=check.seats_expected,
            now=now,
        )
        try:
            check.sheet = signed.sign(sheet.KIND, document, read_key(hall.config.day_key_path))
        except BadKey:
            return _one(hall, code, Problem("no_day_key"))
        hall.run_blocking(_keep, hall, f"{check.code}-{now}.json", check.sheet)
        return pages.redirect_to(f"/admin/readiness/{code}#sheet")

    @blueprint.get("/admin/readiness/<code>/sheet.<kind>")
    def download(code: str, kind: str) -> Response:
        signing_in.require(hall, Act.REHEARSE)
        check = _find(hall, code)
        if not check.sheet or kind not in ("json", "pdf"):
            raise Problem("not_found")
        if kind == "json":
            response = Response(check.sheet, mimetype="application/json")
        else:
            opened = signed.read(check.sheet, kind=sheet.KIND)
            zone = hall.config.language.time_zone
            language = pages.language_of_request(hall)
            content = hall.run_blocking(sheet.make_pdf, opened, check.sheet, language, zone)
            response = Response(content, mimetype="application/pdf")
        response.headers["Content-Disposition"] = f'attachment; filename="readiness-{code}.{kind}"'
        return response


def _find(hall: Hall, code: str) -> Check:
    check = hall.desk.find(code)
    if check is None:
        raise Problem("not_found")
    return check


def _keep(hall: Hall, name: str, text: str) -> None:
    """Keep a signed sheet on disk as well: the check itself is forgotten at the next start."""
    folder = hall.config.data_dir / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def _start(hall: Hall, check: Check, count: int, speed: int) -> None:
    now = hall.clock()
    for other in hall.desk.all():  # one at a time: two would measure each other
        if isinstance(other.run, runs.Run) and other.run.state(now) == "running":
            raise Problem("conflict")
    folder = hall.config.data_dir / FOLDER / f"run-{check.code}"
    hall.run_blocking(shutil.rmtree, folder, ignore_errors=True)
    check.run = hall.run_blocking(
        runs.start, hall.config, folder, count=count, speed=speed, now=now
    )
    hall.log.info("rehearsal_started", count=count, speed=speed)


def _rehearsal(check: Check) -> Rehearsal | None:
    report = check.run.report() if isinstance(check.run, runs.Run) else None
    return None if report is None else of_report(report)


def _state(hall: Hall, check: Check) -> dict[str, Any]:
    """What the live part of the page shows."""
    bounds = hall.config.readiness
    run = check.run if isinstance(check.run, runs.Run) else None
    found = _rehearsal(check)
    return {
        "now": hall.clock(),
        "seats_expected": check.seats_expected,
        "stations": [
            asdict(one) | {"problems": list(problems(one, bounds))} for one in check.newest
        ],
        "run": None
        if run is None
        else {
            "state": run.state(hall.clock()),
            "count": run.count,
            **run.progress(),
            "problem": run.problem(),
        },
        "rehearsal": None if found is None else asdict(found),
    }


def _list(hall: Hall, problem: Problem | None = None) -> Response:
    signing_in.require(hall, Act.REHEARSE)
    status, sentence = _say(hall, problem)
    return pages.render(
        hall,
        "readiness.html",
        status=status,
        checks=hall.desk.all(),
        address=public_address(hall, request.environ),
        factor_gap=staffing.factor_gap(hall),
        message=sentence,
        typed=request.form if problem else {},
    )


def _one(hall: Hall, code: str, problem: Problem | None = None) -> Response:
    signing_in.require(hall, Act.REHEARSE)
    check = _find(hall, code)
    status, sentence = _say(hall, problem)
    is_fit = bool(check.sheet) and signed.read(check.sheet).document["is_fit"]
    return pages.render(
        hall,
        "readiness_check.html",
        status=status,
        check=check,
        state=_state(hall, check),
        is_fit=is_fit,
        address=public_address(hall, request.environ),
        count=hall.config.readiness.candidates,
        count_limit=hall.config.readiness.candidates_limit,
        tags=assets.asset_tags("readiness"),
        message=sentence,
    )


def _say(hall: Hall, problem: Problem | None) -> tuple[int, str]:
    if problem is None:
        return 200, ""
    language = pages.language_of_request(hall)
    return STATUS_OF_CODE[problem.code], message(problem.code, language, **problem.values)
