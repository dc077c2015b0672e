"""The administrator's page of one exam session before the day: roster, forms, papers."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request
from sqlalchemy import Connection

from cat_engine.accounts import passwords
from cat_engine.accounts.access import Act
from cat_engine.accounts.user import Login
from cat_engine.http import exams, fields, new_pins, pages, plan, planner, signing_in
from cat_engine.http.assembling import Assemblies, Job
from cat_engine.http.errors import Problem, message
from cat_engine.http.fields import one_of
from cat_engine.http.filled_form import posted
from cat_engine.http.roster_desk import PINS, ROSTER, Desk, Laid
from cat_engine.preparation import planning, roster
from cat_engine.preparation.exam_plan import Late
from cat_engine.preparation.fault import Fault, Faulty
from cat_engine.preparation.roster_file import BadRoster, Table, open_table
from exam_sessions import door_store, profile_reach, store
from exam_sessions.refused import Refused

if TYPE_CHECKING:
    from cat_engine.hall import Hall

NAME_LIMIT = 120
SHOWN_ROWS = 50
SHOWN_FAULTS = 500
Opener = Callable[[bytes], Table]
"""How the content of a roster becomes a table of rows."""


@dataclass(frozen=True, slots=True)
class Read:
    """A roster as it was read: rows that can be enrolled, or what is wrong."""

    rows: list[roster.RosterRow]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """How many were enrolled, and the slips with the PINs that nothing keeps."""

    count: int
    slips: list[dict[str, str]]


def make_blueprint(hall: Hall) -> Blueprint:
    """Give the pages below /plan/sessions."""
    blueprint = Blueprint("plan_session", __name__)
    plan.admit_planners(hall, blueprint)
    desk, assemblies = Desk(), Assemblies()

    def session_page(exam_session: str, problem: str = "") -> Response:
        pins = desk.waiting(PINS, _user(hall), exam_session, now=hall.clock())
        job = assemblies.of(exam_session)
        return _session_page(hall, exam_session, problem=problem, pins=pins, job=job)

    blueprint.add_url_rule("/plan/sessions/<exam_session>", "one", session_page)

    @blueprint.post("/plan/sessions/<exam_session>/roster")
    def upload(exam_session: str) -> Response:
        find_plan(hall, exam_session)
        posted()
        file = request.files.get("file")
        if file is None or not file.filename:
            sentence = message("missing_field", pages.language_of_request(hall), field="file")
            return session_page(exam_session, sentence)
        name = file.filename.replace("\\", "/").rsplit("/", 1)[-1][-NAME_LIMIT:]
        laid = Laid(ROSTER, _user(hall), exam_session, name, file.read(), hall.clock())
        return pages.redirect_to(f"/plan/sessions/{exam_session}/roster/{desk.put(laid)}")

    @blueprint.get("/plan/sessions/<exam_session>/roster/<token>")
    def preview(exam_session: str, token: str) -> Response:
        laid = desk.find(token, ROSTER, _user(hall), exam_session, now=hall.clock())
        return _preview_page(hall, laid, token)

    @blueprint.post("/plan/sessions/<exam_session>/roster/<token>")
    def decide(exam_session: str, token: str) -> Response:
        laid = desk.find(token, ROSTER, _user(hall), exam_session, now=hall.clock())
        given = posted("act")
        if one_of("act", given["act"], frozenset({"store", "discard"})) == "discard":
            desk.drop(token)
            return pages.redirect_to(f"/plan/sessions/{exam_session}")
        source = planning.RosterSource(laid.name, laid.content)
        try:
            slips = import_roster(hall, signing_login(hall), exam_session, source).slips
        except Faulty:
            return _preview_page(hall, laid, token)
        desk.drop(token)
        if slips:
            made = Laid(PINS, laid.user, exam_session, "", _csv(slips), hall.clock())
            desk.put(made)
        return pages.redirect_to(f"/plan/sessions/{exam_session}?done=roster")

    _add_papers(hall, blueprint, desk)

    @blueprint.post("/plan/sessions/<exam_session>/forms")
    def assemble(exam_session: str) -> Response:
        posted()
        begin_assembly(hall, assemblies, exam_session)
        return pages.redirect_to(f"/plan/sessions/{exam_session}")

    return blueprint


def _add_papers(hall: Hall, blueprint: Blueprint, desk: Desk) -> None:
    """What is printed before the day."""

    @blueprint.get("/plan/sessions/<exam_session>/pins.<kind>")
    def pins(exam_session: str, kind: str) -> Response:
        return _pins(hall, desk, exam_session, kind)

    @blueprint.post("/plan/sessions/<exam_session>/pins")
    def replace_pins(exam_session: str) -> Response:
        login, given = signing_login(hall), posted("participant_no", "reason")
        found = find_plan(hall, exam_session)
        try:
            asked = given["participant_no"]
            number = fields.participant_no(asked) if asked.strip() else ""
            reason = fields.words(given["reason"])
            slips = new_pins.replace_pins(hall, login, found, participant_no=number, reason=reason)
        except (Problem, Refused) as refusal:
            values = refusal.values if isinstance(refusal, Problem) else {}
            sentence = message(refusal.code, pages.language_of_request(hall), **values)
            return _session_page(hall, exam_session, problem=sentence, pins=(), job=None)
        desk.put(Laid(PINS, login.user, exam_session, "", _csv(slips), hall.clock()))
        return pages.redirect_to(f"/plan/sessions/{exam_session}?done=pins")

    @blueprint.get("/plan/sessions/<exam_session>/labels.pdf")
    def labels(exam_session: str) -> Response:
        find_plan(hall, exam_session)
        language = pages.language_of_request(hall)

        def make(db: Connection) -> bytes:
            from cat_engine.papers.before import labels_of  # noqa: PLC0415 - large
            from cat_engine.papers.slips import slips_pdf  # noqa: PLC0415 - large

            return slips_pdf(labels_of(db, exam_session), language, made_at=hall.clock())

        return _pdf(planner.read(hall, make), f"labels-{exam_session}")


def import_roster(
    hall: Hall,
    login: Login,
    exam_session: str,
    source: planning.RosterSource,
    *,
    opened: Opener = open_table,
) -> Imported:
    """Read a roster and store it whole.

    Raises:
        BadRoster: with every mistake; nothing was stored.
    """
    found = find_plan(hall, exam_session)
    read = read_roster(hall, found, source.content, opened)
    if read.faults:
        raise BadRoster(read.faults)

    def hash_all() -> list[tuple[store.Enrolment, str]]:
        needs_pin = not found.seats_drawn
        return [
            roster.enrol(row, exam_session, passwords.hash_pin, needs_pin=needs_pin)
            for row in read.rows
        ]

    made: list[tuple[store.Enrolment, str]] = hall.run_blocking(hash_all)
    signed = planner.signature(hall, login)
    enrolments = [one for one, _ in made]
    planner.write(hall, lambda db: planning.enrol_all(db, enrolments, source, signed))
    exams.take_enrolled(hall, exam_session, enrolments)
    slips = [roster.slip_of(one, pin) for one, pin in made if pin]
    return Imported(len(made), slips)


def begin_assembly(hall: Hall, assemblies: Assemblies, exam_session: str) -> Job:
    """Begin to draw the forms that are missing."""
    find_plan(hall, exam_session)

    def count(db: Connection) -> int:
        wanted, present = door_store.count_forms(db, exam_session)
        return wanted - present

    signed = planner.signature(hall, signing_login(hall))
    return assemblies.start(hall, exam_session, planner.read(hall, count), signed)


def read_roster(
    hall: Hall, found: store.SessionPlan, content: bytes, opened: Opener = open_table
) -> Read:
    """Read and check a roster; nothing is stored."""

    def work(db: Connection) -> Read:
        try:
            return Read(roster.read_table(opened(content), planning.roster_ground(db, found)), ())
        except Faulty as bad:
            return Read([], bad.faults)

    return planner.read(hall, work)


def find_plan(hall: Hall, exam_session: str) -> store.SessionPlan:
    """The exam session as it was planned, or the problem "not found"."""
    found = planner.read(hall, lambda db: store.get_session(db, exam_session))
    if found is None:
        raise Problem("not_found")
    return found


def signing_login(hall: Hall) -> Login:
    """Who plans."""
    return signing_in.require(hall, Act.PLAN_EXAMS)


def _user(hall: Hall) -> str:
    return signing_login(hall).user


def _session_page(
    hall: Hall, exam_session: str, *, problem: str, pins: tuple[str, ...], job: Job | None
) -> Response:
    found = find_plan(hall, exam_session)

    def look(db: Connection) -> dict[str, Any]:
        exam = store.get_exam(db, found.exam)
        enrolments = store.list_enrolments(db, exam_session)
        wanted, forms = door_store.count_forms(db, exam_session)
        return {
            "exam": exam,
            "rooms": store.list_rooms(db, exam_session),
            "enrolled": len(enrolments),
            "with_profile": sum(1 for one in enrolments if one.accommodation),
            "places": profile_reach.places_in(db, exam_session),
            "by_room": _counted(enrolments, lambda one: one.room),
            "wanted": wanted,
            "forms": forms,
        }

    done = request.args.get("done", "")
    return pages.render(
        hall,
        "plan_session.html",
        status=400 if problem else 200,
        plan=found,
        late=Late(found.late_answers, found.late_within_s)
        if found.late_answers
        else planner.usual_late(hall),
        message=problem,
        done=done if done in ("roster", "forms", "pins") else "",
        pins=pins,
        job=job,
        **planner.read(hall, look),
    )


def _counted(
    enrolments: list[store.Enrolment], key: Callable[[store.Enrolment], str]
) -> dict[str, int]:
    counts: dict[str, int] = {}
    for one in enrolments:
        counts[key(one)] = counts.get(key(one), 0) + 1
    return counts


def _preview_page(hall: Hall, laid: Laid, token: str) -> Response:
    found = find_plan(hall, laid.exam_session)
    read = read_roster(hall, found, laid.content)
    language = pages.language_of_request(hall)
    return pages.render(
        hall,
        "roster_preview.html",
        status=400 if read.faults else 200,
        plan=found,
        name=laid.name,
        token=token,
        count=len(read.rows),
        rows=read.rows[:SHOWN_ROWS],
        with_profile=sum(1 for row in read.rows if row.profile),
        fault_count=len(read.faults),
        faults=[
            {
                "line": fault.line,
                "column": fault.column,
                "says": fault.says(language),
                "advises": fault.advises(language),
            }
            for fault in read.faults[:SHOWN_FAULTS]
        ],
    )


def _pins(hall: Hall, desk: Desk, exam_session: str, kind: str) -> Response:
    """The PINs that were made, once as a table and once as slips; each time on record."""
    login = signing_login(hall)
    found = find_plan(hall, exam_session)
    if kind not in ("csv", "pdf"):
        raise Problem("not_found")
    content = desk.take_pins(kind, login.user, exam_session, now=hall.clock())
    signed = planner.signature(hall, login)
    planner.write(
        hall, lambda db: planning.record(db, "pins_taken", exam_session, signed, file=kind)
    )
    if kind == "csv":
        response = Response(content, mimetype="text/csv")
        response.headers["Content-Disposition"] = f'attachment; filename="pins-{exam_session}.csv"'
        return response
    language = pages.language_of_request(hall)

    def make() -> bytes:
        from cat_engine.papers.slips import slips_of, slips_pdf  # noqa: PLC0415 - large

        slips = slips_of(content.decode(), "pins.csv", {exam_session: found.title})
        return slips_pdf(slips, language, made_at=hall.clock())

    return _pdf(hall.run_blocking(make), f"slips-{exam_session}")


def _pdf(content: bytes, name: str) -> Response:
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response


def _csv(slips: list[dict[str, str]]) -> bytes:
    target = io.StringIO()
    writer = csv.DictWriter(target, roster.PIN_COLUMNS)
    writer.writeheader()
    writer.writerows(slips)
    return target.getvalue().encode()
