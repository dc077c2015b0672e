"""JSON Schemas of what the API takes and gives."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
POINTS: Schema = {"type": "string", "description": "Exact decimal text.", "examples": ["125"]}
INSTANT: Schema = {"type": "integer", "description": "Milliseconds since 1970, UTC."}
WHOLE_NUMBER: Schema = {"type": "integer", "minimum": 0}
FLAG: Schema = {"type": "boolean"}


def table(
    required: dict[str, Schema], *, closed: bool = False, optional: dict[str, Schema] | None = None
) -> Schema:
    """Give the schema of an object with these fields, all but the optional ones required."""
    schema: Schema = {
        "type": "object",
        "required": sorted(required),
        "properties": required | (optional or {}),
    }
    return schema | {"additionalProperties": False} if closed else schema


def rows(of: Schema) -> Schema:
    """Give the schema of an array."""
    return {"type": "array", "items": of}


def maybe(schema: Schema) -> Schema:
    """Give the schema of this or null."""
    return {"anyOf": [schema, {"type": "null"}]}


FAULT = table(
    {
        "code": TEXT,
        "place": TEXT
        | {"description": "JSON pointer into the body, or line and column of a file; or empty."},
        "line": maybe(WHOLE_NUMBER)
        | {"description": "Of a file, its heading counted; of a list of rows, from 1."},
        "column": maybe(TEXT),
        "message": TEXT,
        "advice": TEXT,
    }
)
"""One mistake in something that was given."""
ERROR = table(
    {
        "error": table(
            {"code": TEXT, "message": TEXT},
            optional={"faults": rows(FAULT), "fault_count": WHOLE_NUMBER},
        )
    }
)

CANDIDATE_LOGIN = table(
    {
        "participant_no": {"type": "string", "maxLength": 40},
        "pin": {"type": "string", "minLength": 4, "maxLength": 24},
    },
    closed=True,
)
STAFF_LOGIN = table(
    {
        "username": {"type": "string", "maxLength": 64},
        "password": {"type": "string", "maxLength": 256},
    },
    closed=True,
    optional={"code": {"type": "string", "maxLength": 40}},
)
BOARD_ACT = table(
    {
        "act": {"type": "string", "enum": ["freeze", "resume", "finalize"]},
        "reason": {"type": "string", "minLength": 1, "maxLength": 500},
    },
    closed=True,
)
BOARD_ACT_DONE = table({"id": TEXT, "board_state": TEXT})
CLOSING_ACT = table(
    {
        "act": {"type": "string", "enum": ["close", "withdraw"]},
        "reason": {"type": "string", "minLength": 1, "maxLength": 500},
    },
    optional={"proposed_by": {"type": "string", "minLength": 1, "maxLength": 64}},
    closed=True,
)
CLOSING = table(
    {
        "id": TEXT,
        "is_closed": FLAG,
        "open": {"type": "object", "additionalProperties": WHOLE_NUMBER},
        "proposed": maybe(table({"by": TEXT, "reason": TEXT})),
        "closed": maybe(
            table(
                {
                    "by": TEXT,
                    "proposed_by": TEXT,
                    "reason": TEXT,
                    "head_position": WHOLE_NUMBER,
                    "head_hash": TEXT,
                }
            )
        ),
    }
)
SIGNED_OUT = table({"signed_out": FLAG})

ME = table(
    {
        "user": TEXT,
        "name": TEXT,
        "role": {
            "type": "string",
            "enum": ["administrator", "proctor", "author", "reviewer", "candidate"],
        },
        "exam_session": maybe(TEXT),
        "participant_no": maybe(TEXT),
        "rooms": {
            "anyOf": [
                {"const": "*"},
                rows(table({"exam_session": TEXT, "room": TEXT})),
            ]
        },
        "home": TEXT,
    }
)

BOARD_STATE: Schema = {"type": "string", "enum": ["live", "frozen", "final"]}
BOARD_LIST = table(
    {"boards": rows({"type": "object", "required": ["id", "title"], "properties": {"id": TEXT}})}
)
ROW: Schema = {
    "type": "object",
    "required": ["id", "label", "sections", "total", "status", "tied"],
    "properties": {
        "id": TEXT,
        "label": TEXT,
        "formation": TEXT,
        "formation_type": TEXT,
        "room": TEXT,
        "sections": {"type": "object", "additionalProperties": POINTS},
        "total": POINTS,
        "answered": WHOLE_NUMBER,
        "item_count": WHOLE_NUMBER,
        "status": TEXT,
        "passed": maybe(FLAG),
        "tied": FLAG,
        "reason": maybe({"type": "object"}),
    },
}
BOARD: Schema = {
    "type": "object",
    "required": ["id", "state", "provisional", "version", "rows"],
    "properties": {
        "id": TEXT,
        "title": TEXT,
        "session_title": TEXT,
        "state": BOARD_STATE,
        "provisional": FLAG,
        "version": WHOLE_NUMBER,
        "data_at": maybe(INSTANT),
        "now": INSTANT,
        "delay_s": WHOLE_NUMBER,
        "rows": rows(ROW),
    },
}
DELTAS: Schema = {
    "type": "object",
    "required": ["version"],
    "properties": {"version": WHOLE_NUMBER},
}

RESULT = table(
    {
        "exam": {"type": "object"},
        "candidate": {"type": "object"},
        "result": {
            "type": "object",
            "required": ["sections", "total", "passed", "provisional"],
            "properties": {
                "sections": rows({"type": "object"}),
                "total": POINTS,
                "passed": maybe(FLAG),
                "rank": maybe(WHOLE_NUMBER),
                "provisional": FLAG,
            },
        },
    }
)
RESULTS = table({"rows": rows({"type": "object"})})
EXAM_SESSION_LIST = table(
    {
        "exam_sessions": rows(
            table(
                {
                    "id": TEXT,
                    "title": TEXT,
                    "exam_title": TEXT,
                    "starts_at": INSTANT,
                    "rooms": {"type": "object", "additionalProperties": TEXT},
                    "board_state": BOARD_STATE,
                    "sitting_count": WHOLE_NUMBER,
                }
            )
        )
    }
)
