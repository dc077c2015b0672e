"""JSON Schemas of the API for planning; what is checked, and how, `preparation` alone decides."""

from __future__ import annotations

from cat_engine.http.schemas import (
    FAULT,
    FLAG,
    INSTANT,
    TEXT,
    WHOLE_NUMBER,
    Schema,
    rows,
    table,
)
from cat_engine.preparation.entries import OPENINGS_LIMIT
from cat_engine.preparation.exam_plan import LATE_LIMIT_S
from cat_engine.preparation.roster import NEEDED, OPTIONAL, PIN_COLUMNS
from exam_sessions.accommodation import (
    BREAK_LIMIT_MINUTES,
    CONTRASTS,
    DISABILITIES,
    TEXT_SIZES,
    TIMERS,
)
from exam_sessions.late_rule import DECIDED_BY
from exam_sessions.profile_reach import BEGUN, CLOSED, REACHED
from exam_sessions.seat_plan import COLUMN_LIMIT, NAMINGS, ROW_LIMIT


def _words(limit: int) -> Schema:
    return {"type": "string", "minLength": 1, "maxLength": limit}


def _one_of(*known: str) -> Schema:
    return {"type": "string", "enum": list(known)}


def _count(least: int, most: int) -> Schema:
    return {"type": "integer", "minimum": least, "maximum": most}


AGENCY_FIELDS = {"id": TEXT, "name": TEXT}
AGENCIES = table({"agencies": rows(table(AGENCY_FIELDS))})
NEW_AGENCY = table({"name": _words(200)}, closed=True)

FORMATION = table(
    {
        "id": TEXT,
        "agency": TEXT,
        "title": TEXT,
        "location": TEXT,
        "formation_type": TEXT,
        "openings": WHOLE_NUMBER,
    }
)
FORMATIONS = table({"formations": rows(FORMATION)})
AGENCY = table({**AGENCY_FIELDS, "formations": rows(FORMATION)})
NEW_FORMATION = table(
    {
        "agency": TEXT,
        "title": _words(120),
        "location": _words(120),
        "openings": _count(1, OPENINGS_LIMIT),
    },
    optional={
        "formation_type": _words(40)
        | {"description": "Decides the thresholds, as the blueprint has them; usually general."}
    },
    closed=True,
)

SITE_FIELDS = {
    "id": TEXT,
    "name": TEXT,
    "address": TEXT,
    "zone": TEXT,
    "utc_offset_minutes": {"type": "integer"},
}
SITES = table({"sites": rows(table(SITE_FIELDS))})
NEW_SITE = table(
    {
        "name": _words(200),
        "zone": TEXT | {"description": "WIB, WITA, WIT, or an offset such as +05:30."},
    },
    optional={"address": {"type": "string", "maxLength": 200}},
    closed=True,
)
SEAT_NAMES = rows(TEXT)
NEW_ROOM = table(
    {
        "name": _words(60),
        "rows": _count(1, ROW_LIMIT),
        "columns": _count(1, COLUMN_LIMIT // 2)
        | {"description": "Seats in a row, aisles not counted."},
    },
    optional={
        "naming": _one_of(*NAMINGS) | {"description": "1, 2, 3 along the rows; or A1, A2, B1."},
        "aisles": rows(_count(1, COLUMN_LIMIT))
        | {"description": "Columns behind which there is an aisle, counted from 1."},
        "unusable": SEAT_NAMES | {"description": "Seats out of use."},
        "accessible": SEAT_NAMES | {"description": "Kept, at check-in, for who needs them."},
    },
    closed=True,
)
ROOM = table(
    {
        "site": TEXT,
        "id": TEXT,
        "name": TEXT,
        "rows": WHOLE_NUMBER,
        "columns": WHOLE_NUMBER,
        "naming": TEXT,
        "aisles": rows(WHOLE_NUMBER),
        "unusable": SEAT_NAMES,
        "accessible": SEAT_NAMES,
        "usable_count": WHOLE_NUMBER,
        "seats": rows(
            table(
                {
                    "name": TEXT,
                    "row_index": WHOLE_NUMBER,
                    "column_index": WHOLE_NUMBER,
                    "is_usable": FLAG,
                    "is_accessible": FLAG,
                }
            )
        ),
    }
)
SITE = table({**SITE_FIELDS, "rooms": rows(ROOM)})

NEW_PROFILE = table(
    {"person": _words(60), "source": _words(200), "confirmed_by": _words(64)},
    optional={
        "disability": _one_of(*DISABILITIES),
        "text_size": _one_of(*TEXT_SIZES),
        "contrast": _one_of(*CONTRASTS),
        "timer": _one_of(*TIMERS),
        "break_minutes": _count(0, BREAK_LIMIT_MINUTES),
    },
    closed=True,
)
PROFILE_FIELDS = {
    "person": TEXT,
    "revision": WHOLE_NUMBER,
    "disability": TEXT,
    "text_size": TEXT,
    "contrast": TEXT,
    "timer": TEXT,
    "break_minutes": WHOLE_NUMBER,
    "source": TEXT,
    "confirmed_by": TEXT,
    "recorded_at": INSTANT,
}
PROFILE = table(PROFILE_FIELDS)
PLACE = table(
    {
        "exam_session": TEXT,
        "participant_no": TEXT,
        "state": _one_of(REACHED, BEGUN, CLOSED),
        "revision": WHOLE_NUMBER,
        "is_seated": FLAG,
        "newest": WHOLE_NUMBER,
    }
)
RECORDED_PROFILE = table({**PROFILE_FIELDS, "places": rows(PLACE)})
PROFILES = table({"profiles": rows(PROFILE), "places": rows(PLACE)})
ACTS = table(
    {
        "acts": rows(
            table(
                {
                    "position": WHOLE_NUMBER,
                    "at": INSTANT,
                    "person": TEXT,
                    "kind": TEXT,
                    "subject": TEXT,
                    "details": {"type": "object"},
                    "hash": TEXT,
                }
            )
        )
    }
)

NEW_SESSION_ROOM = table(
    {"id": _words(60)},
    optional={
        "name": TEXT,
        "seats": _count(1, 999_999_999),
        "site": TEXT,
        "site_room": TEXT,
    },
    closed=True,
)
NEW_LATE = table(
    {},
    optional={
        "answers": _one_of(*DECIDED_BY),
        "within_s": _count(0, LATE_LIMIT_S),
    },
    closed=True,
)
SESSIONS_FIELDS = {
    "sessions": rows(
        table(
            {
                "id": _words(60),
                "title": TEXT,
                "starts_at": TEXT | {"examples": ["2026-11-24T08:00+07:00"]},
                "rooms": rows(NEW_SESSION_ROOM) | {"minItems": 1},
            },
            optional={"late": NEW_LATE},
            closed=True,
        )
    )
}
USUAL_FIELDS = {
    "seats": _one_of("roster", "drawn"),
    "board": table(
        {},
        optional={
            "delay_s": WHOLE_NUMBER,
            "names": _one_of("none", "masked", "full"),
            "reveal": _one_of("live", "finished"),
        },
        closed=True,
    ),
    "late": NEW_LATE,
}
NEW_SESSIONS = table(SESSIONS_FIELDS, optional=USUAL_FIELDS, closed=True)
NEW_EXAM = table(
    {
        "exam": _words(60),
        "title": TEXT,
        "bank": _words(60),
        "blueprint": TEXT | {"description": "One that is shipped, or of `blueprints`."},
        "seed": TEXT,
    },
    optional={
        "items": _one_of("any", "approved"),
        "blueprints": {"type": "object", "additionalProperties": TEXT}
        | {"description": "Blueprints that come along: their texts by name."},
        **SESSIONS_FIELDS,
        **USUAL_FIELDS,
    },
    closed=True,
)
SESSION_FIELDS = {
    "id": TEXT,
    "exam": TEXT,
    "title": TEXT,
    "starts_at": INSTANT,
    "board_delay_s": WHOLE_NUMBER,
    "board_names": TEXT,
    "board_reveal": TEXT,
    "seats_drawn": FLAG,
    "late_answers": TEXT,
    "late_within_s": WHOLE_NUMBER,
}
EXAM_FIELDS = {
    "id": TEXT,
    "title": TEXT,
    "bank": TEXT,
    "seed": TEXT,
    "items": TEXT,
    "minutes": WHOLE_NUMBER,
    "sessions": rows(table(SESSION_FIELDS)),
}
EXAMS = table({"exams": rows(table(EXAM_FIELDS))})
EXAM = table({**EXAM_FIELDS, "blueprint": TEXT})
SESSION = table(
    {
        **SESSION_FIELDS,
        "enrolled_count": WHOLE_NUMBER,
        "form_count": WHOLE_NUMBER,
        "missing_form_count": {"type": "integer"},
        "rooms": rows(
            table(
                {
                    "exam_session": TEXT,
                    "id": TEXT,
                    "name": TEXT,
                    "seat_count": WHOLE_NUMBER,
                    "site": TEXT,
                    "site_room": TEXT,
                }
            )
        ),
    }
)
CALENDAR = table(
    {
        "turnover_minutes": WHOLE_NUMBER,
        "sessions": rows(
            table(
                {
                    "id": TEXT,
                    "title": TEXT,
                    "exam_title": TEXT,
                    "starts_at": INSTANT,
                    "ends_at": INSTANT,
                    "minutes": WHOLE_NUMBER,
                    "day": TEXT,
                    "utc_offset_minutes": {"type": "integer"},
                    "rooms": rows(table({"site": TEXT, "room": TEXT})),
                    "seat_count": WHOLE_NUMBER,
                    "enrolled_count": WHOLE_NUMBER,
                    "conflicts": rows(
                        table(
                            {
                                "other": TEXT,
                                "site": TEXT,
                                "room": TEXT,
                                "gap_minutes": {"type": "integer"}
                                | {"description": "Below 0 both need the room at once."},
                                "is_overlap": FLAG,
                            }
                        )
                    ),
                }
            )
        ),
    }
)

ROSTER = table(
    {
        "rows": rows(
            table(
                {"participant_no": TEXT, "name": TEXT},
                optional={
                    one: TEXT
                    for one in (*NEEDED, *OPTIONAL)
                    if one not in ("participant_no", "name")
                },
                closed=True,
            )
        )
    },
    closed=True,
)
SLIP = table(dict.fromkeys(PIN_COLUMNS, TEXT))
NEW_PINS = table(
    {"reason": _words(500)},
    optional={"participant_no": _words(40) | {"description": "Left out: all who have not come."}},
    closed=True,
)
NEW_SLIPS = table({"pins": rows(SLIP)})
ROSTER_REPORT = table(
    {
        "is_stored": FLAG,
        "count": WHOLE_NUMBER
        | {"description": "Candidates enrolled; of a dry run: who would be; 0 with mistakes."},
        "faults": rows(FAULT) | {"description": "The first 500 mistakes, by line."},
        "fault_count": WHOLE_NUMBER,
        "pins": rows(SLIP)
        | {"description": "The PINs of these candidates, once; the database keeps their hashes."},
    }
)
