"""The routes of the API for planning exams, for administrators."""

from __future__ import annotations

from cat_engine.http import schemas
from cat_engine.http.plan_schemas import (
    ACTS,
    AGENCIES,
    AGENCY,
    CALENDAR,
    EXAM,
    EXAMS,
    FORMATION,
    FORMATIONS,
    NEW_AGENCY,
    NEW_EXAM,
    NEW_FORMATION,
    NEW_PINS,
    NEW_PROFILE,
    NEW_ROOM,
    NEW_SESSIONS,
    NEW_SITE,
    NEW_SLIPS,
    PROFILES,
    RECORDED_PROFILE,
    ROOM,
    ROSTER,
    ROSTER_REPORT,
    SESSION,
    SITE,
    SITES,
)
from cat_engine.http.route import Parameter, Route

ROSTER_FILES = ("text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
LOOKING = (401, 403)
FINDING = (401, 403, 404)
SAVING = (400, 401, 403, 404, 409, 413, 415, 422)


def _looks(name: str, rule: str, summary: str, answer: schemas.Schema) -> Route:
    errors = FINDING if "<" in rule else LOOKING
    return Route(name, "GET", f"/plan{rule}", "administrator", summary, answer, errors=errors)


def _saves(
    name: str, rule: str, summary: str, *, answer: schemas.Schema, body: schemas.Schema
) -> Route:
    return Route(
        name, "POST", f"/plan{rule}", "administrator", summary, answer, body=body, errors=SAVING
    )


_STANDING: tuple[Route, ...] = (
    _looks("plan_agencies", "/agencies", "List the agencies.", AGENCIES),
    _looks("plan_agency", "/agencies/<agency>", "Give an agency with its formations.", AGENCY),
    _saves(
        "save_agency",
        "/agencies/<agency>",
        "Add an agency, or rename it.",
        answer=AGENCY,
        body=NEW_AGENCY,
    ),
    _looks("plan_formations", "/formations", "List the formations with openings.", FORMATIONS),
    _looks("plan_formation", "/formations/<formation>", "Give a formation.", FORMATION),
    _saves(
        "save_formation",
        "/formations/<formation>",
        "Add a formation with its type and openings, or change it.",
        answer=FORMATION,
        body=NEW_FORMATION,
    ),
    _looks("plan_sites", "/sites", "List the sites.", SITES),
    _looks("plan_site", "/sites/<site>", "Give a site with its rooms and their seats.", SITE),
    _saves("save_site", "/sites/<site>", "Add a site, or change it.", answer=SITE, body=NEW_SITE),
    _looks("plan_room", "/sites/<site>/rooms/<room>", "Give a room with its seat plan.", ROOM),
    _saves(
        "save_room",
        "/sites/<site>/rooms/<room>",
        "Add a room with its seat plan, or change it. Once exam sessions use it, seats can be "
        "taken out of use and back, but not be renamed.",
        answer=ROOM,
        body=NEW_ROOM,
    ),
    Route(
        "plan_profiles",
        "GET",
        "/plan/profiles",
        "administrator",
        "List the accommodation profiles that hold, or every revision of one person's.",
        PROFILES,
        query=(Parameter("person", "Whose revisions, the newest first.", schemas.TEXT),),
        errors=(400, *LOOKING),
    ),
    _saves(
        "record_profile",
        "/profiles",
        "Record the next revision of a person's accommodation profile; it applies at once to "
        "everybody of this person who has not begun, and the answer says where.",
        answer=RECORDED_PROFILE,
        body=NEW_PROFILE,
    ),
    Route(
        "plan_acts",
        "GET",
        "/plan/acts",
        "administrator",
        "Give what administrators did, the latest first, a hundred at once.",
        ACTS,
        query=(
            Parameter("before", "Only acts of lower positions are given.", schemas.WHOLE_NUMBER),
        ),
        errors=(400, *LOOKING),
    ),
)
_EXAMS: tuple[Route, ...] = (
    _looks("plan_exams", "/exams", "List the exams with their sessions.", EXAMS),
    _looks("plan_exam", "/exams/<exam>", "Give an exam with sessions and blueprint.", EXAM),
    _saves(
        "create_exam",
        "/exams",
        "Plan an exam, with or without sessions: the keys of exam.yaml (docs/exam-plan.md). An "
        "exam that is stored is not changed any more.",
        answer=EXAM,
        body=NEW_EXAM,
    ),
    _saves(
        "add_sessions",
        "/exams/<exam>/sessions",
        "Plan further sessions of an exam.",
        answer=EXAM,
        body=NEW_SESSIONS,
    ),
    _looks(
        "plan_sessions",
        "/sessions",
        "Give the calendar: every exam session with its rooms and what stands too close to it.",
        CALENDAR,
    ),
    _looks("plan_session", "/sessions/<exam_session>", "Give an exam session as planned.", SESSION),
    Route(
        "import_roster",
        "POST",
        "/plan/sessions/<exam_session>/roster",
        "administrator",
        "Enrol the candidates of a roster, all or none: a CSV or XLSX file as the body, or rows. "
        "The answer has the PINs; nobody can show them again. At most 50 MB.",
        ROSTER_REPORT,
        body=ROSTER,
        body_files=ROSTER_FILES,
        query=(
            Parameter(
                "dry_run",
                "1: check and report every mistake, and store nothing.",
                {"type": "string", "enum": ["0", "1"]},
            ),
            Parameter(
                "file",
                "The file's name, for the record.",
                {"type": "string", "minLength": 1, "maxLength": 60},
            ),
        ),
        errors=(*SAVING, 503),
    ),
    Route(
        "replace_pins",
        "POST",
        "/plan/sessions/<exam_session>/pins",
        "administrator",
        "Make new PINs for one person, or for everybody who has not come in yet; the PINs before "
        "open nothing any more. The answer has the new ones; nobody can show them again.",
        NEW_SLIPS,
        body=NEW_PINS,
        errors=(400, 401, 403, 404, 409, 413, 415),
    ),
)

PLAN_ROUTES = _STANDING + _EXAMS
