"""The routes of the API about the door: check-in, PINs, late people, and who is missing."""

from __future__ import annotations

from cat_engine.http import schemas
from cat_engine.http.door_state import ELSEWHERE, EXPECTED, FILTERS, LATE, PRESENT, UNKNOWN
from cat_engine.http.route import Parameter, Route
from exam_sessions.door_commands import FACES

FINDING = (400, 401, 403, 404)
ACTING = (400, 401, 403, 404, 409, 413, 415)

_NUMBER: schemas.Schema = {"type": "string", "minLength": 1, "maxLength": 40}
_IDENTIFIER: schemas.Schema = {
    "type": "string",
    "minLength": 1,
    "maxLength": 100,
    "description": "Made by whoever asks; what is sent twice under one is done once.",
}
_WORDS: schemas.Schema = {"type": "string", "minLength": 1, "maxLength": 500}

FACE = schemas.table(
    {
        "decision": {"type": "string", "enum": list(FACES)},
        "score": schemas.TEXT,
        "by": schemas.TEXT,
    }
)
PERSON = schemas.table(
    {
        "participant_no": schemas.TEXT,
        "status": {"type": "string", "enum": [EXPECTED, PRESENT, LATE, ELSEWHERE, UNKNOWN]},
        "name": schemas.TEXT,
        "formation": schemas.TEXT,
        "formation_type": schemas.TEXT,
        "room": schemas.TEXT,
        "seat": schemas.TEXT,
        "disability": schemas.TEXT,
        "text_size": schemas.TEXT,
        "contrast": schemas.TEXT,
        "timer": schemas.TEXT,
        "break_minutes": schemas.WHOLE_NUMBER,
        "extra_minutes": {"type": "integer"},
        "profile_revision": schemas.WHOLE_NUMBER,
        "is_profile_late": schemas.FLAG,
        "checked_in_at": schemas.maybe(schemas.INSTANT),
        "pin_no": schemas.WHOLE_NUMBER,
        "is_pin_used": schemas.FLAG,
        "is_admitted_late": schemas.FLAG,
        "elsewhere": schemas.rows(
            schemas.table({"title": schemas.TEXT, "starts_at": schemas.INSTANT})
        ),
    }
)
SCANNED = schemas.table({"person": PERSON, "face": schemas.maybe(FACE)})
PEOPLE = schemas.table({"people": schemas.rows(PERSON)})
ISSUED = schemas.table(
    {
        "person": PERSON,
        "pin": schemas.TEXT | {"description": "Shown here and nowhere else."},
        "is_new": schemas.FLAG | {"description": "False: it replaces the one before."},
    }
)
PROPOSAL = schemas.table(
    {
        "id": schemas.TEXT,
        "what": {"type": "string", "enum": ["late", "closing"]},
        "participant_no": schemas.TEXT,
        "closes_at": schemas.INSTANT,
        "by": schemas.TEXT,
        "reason": schemas.TEXT,
        "words": schemas.TEXT,
    }
)
DOOR = schemas.table(
    {
        "exam_session": schemas.TEXT,
        "is_opened": schemas.FLAG,
        "is_closed": schemas.FLAG | {"description": "Only whom two people admit is checked in."},
        "is_ended": schemas.FLAG,
        "commitment": schemas.TEXT,
        "key": schemas.TEXT | {"description": "Of the seat draw; empty until check-in has ended."},
        "counts": schemas.table(
            {
                "expected": schemas.WHOLE_NUMBER,
                "present": schemas.WHOLE_NUMBER,
                "late": schemas.WHOLE_NUMBER,
                "missing": schemas.WHOLE_NUMBER,
                "free_seats": schemas.WHOLE_NUMBER,
                "closes_at": schemas.INSTANT,
                "closes_in_ms": schemas.WHOLE_NUMBER,
            }
        ),
        "proposals": schemas.rows(PROPOSAL),
    }
)
CHECK_IN = schemas.table(
    {"participant_no": _NUMBER, "act_id": _IDENTIFIER},
    optional={
        "by_eye": schemas.FLAG | {"description": "True: a person compared the face and decided."}
    },
    closed=True,
)
NEW_PIN = schemas.table(
    {"participant_no": _NUMBER, "act_id": _IDENTIFIER, "words": _WORDS}, closed=True
)
ACT = schemas.table(
    {
        "act": {
            "type": "string",
            "enum": ["open", "end", "late", "closing", "confirm", "withdraw"],
        }
    },
    optional={
        "act_id": _IDENTIFIER,
        "participant_no": _NUMBER | {"description": "Who came late; for `late`."},
        "minutes": {
            "type": "integer",
            "minimum": 0,
            "maximum": 600,
            "description": "By how much later check-in closes; for `closing`.",
        },
        "reason": {
            "type": "string",
            "enum": ["candidate_request", "technical", "power", "health", "procedure", "other"],
        },
        "words": _WORDS,
        "proposal": _IDENTIFIER | {"description": "Its identifier; for `confirm`, `withdraw`."},
    },
    closed=True,
)

DOOR_ROUTES: tuple[Route, ...] = (
    Route(
        "door",
        "GET",
        "/door/<exam_session>",
        "staff",
        "Say how check-in stands: counts, closing, and what waits for a second person.",
        DOOR,
        errors=(401, 403, 404),
    ),
    Route(
        "door_people",
        "GET",
        "/door/<exam_session>/people",
        "staff",
        "List who is expected and who has come, whoever is missing first.",
        PEOPLE,
        query=(
            Parameter("show", "Whom; all (default).", {"type": "string", "enum": list(FILTERS)}),
        ),
        errors=FINDING,
    ),
    Route(
        "door_person",
        "GET",
        "/door/<exam_session>/person",
        "staff",
        "Say who has this number, whether they are expected here, and what they are given.",
        SCANNED,
        query=(Parameter("no", "The participant number, as scanned.", _NUMBER),),
        errors=FINDING,
    ),
    Route(
        "door_check_in",
        "POST",
        "/door/<exam_session>/check-in",
        "staff",
        "Check somebody in: draw the seat and issue the PIN, which is in this answer alone. "
        "`face_undecided`: a person compares, and asks again with `by_eye`.",
        ISSUED,
        body=CHECK_IN,
        errors=ACTING,
    ),
    Route(
        "door_pin",
        "POST",
        "/door/<exam_session>/pin",
        "staff",
        "Replace the PIN of somebody who was checked in; the one before opens nothing any more.",
        ISSUED,
        body=NEW_PIN,
        errors=ACTING,
    ),
    Route(
        "door_act",
        "POST",
        "/door/<exam_session>/acts",
        "staff",
        "Open or end check-in; propose a late admission or a later closing, with reason and words; "
        "confirm or withdraw what was proposed.",
        DOOR,
        body=ACT,
        errors=ACTING,
    ),
)
