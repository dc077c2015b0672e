"""The routes of the API about accounts of staff, for administrators."""

from __future__ import annotations

from cat_engine.http import schemas
from cat_engine.http.route import Parameter, Route

ROLE: schemas.Schema = {
    "type": "string",
    "enum": ["administrator", "proctor", "author", "reviewer"],
}
ROOMS: schemas.Schema = {
    "type": "array",
    "maxItems": 2000,
    "items": {"type": "string", "maxLength": 220},
    "description": 'Rooms as EXAM_SESSION/ROOM; none, or "*" alone: every room. For proctors.',
}
NAME: schemas.Schema = {"type": "string", "minLength": 1, "maxLength": 200}
MEMBER = schemas.table(
    {
        "username": schemas.TEXT,
        "name": schemas.TEXT,
        "role": ROLE,
        "rooms": schemas.rows(schemas.TEXT),
        "has_factor": schemas.FLAG,
        "first_password_until": schemas.maybe(schemas.INSTANT),
        "login_count": schemas.WHOLE_NUMBER,
    }
)
MEMBERS = schemas.table({"staff": schemas.rows(MEMBER)})
NEW_MEMBER = schemas.table(
    {
        "username": {"type": "string", "maxLength": 64},
        "name": NAME,
        "role": ROLE,
        "rooms": ROOMS,
    },
    closed=True,
)
CHANGE = schemas.table({"name": NAME, "role": ROLE, "rooms": ROOMS}, closed=True)
ACT = schemas.table(
    {"act": {"type": "string", "enum": ["password", "factor", "logins", "remove"]}}, closed=True
)
DONE = schemas.table(
    {
        "username": schemas.TEXT,
        "first_password": schemas.maybe(schemas.TEXT)
        | {"description": "Of a first password alone; nobody can show it again."},
    }
)
RECORD = schemas.table(
    {
        "acts": schemas.rows(
            schemas.table(
                {
                    "position": schemas.WHOLE_NUMBER,
                    "at": schemas.INSTANT,
                    "person": schemas.TEXT,
                    "whom": schemas.TEXT,
                    "kind": schemas.TEXT,
                    "details": {"type": "object"},
                    "hash": schemas.TEXT,
                }
            )
        )
    }
)
CHANGE_ERRORS = (400, 401, 403, 404, 409, 413, 415)

STAFF_ROUTES: tuple[Route, ...] = (
    Route(
        "staff_list",
        "GET",
        "/staff",
        "administrator",
        "List the members of staff.",
        MEMBERS,
        errors=(401, 403),
    ),
    Route(
        "staff_add",
        "POST",
        "/staff",
        "administrator",
        "Add a member of staff; the answer has the first password, to be changed at first login.",
        DONE,
        body=NEW_MEMBER,
        errors=(400, 401, 403, 409, 413, 415),
    ),
    Route(
        "staff_change",
        "POST",
        "/staff/<username>",
        "administrator",
        "Change name, role and rooms of a member of staff.",
        MEMBER,
        body=CHANGE,
        errors=CHANGE_ERRORS,
    ),
    Route(
        "staff_act",
        "POST",
        "/staff/<username>/acts",
        "administrator",
        "Give a first password, remove the second factor, end every login, or remove the account.",
        DONE,
        body=ACT,
        errors=CHANGE_ERRORS,
    ),
    Route(
        "staff_record",
        "GET",
        "/staff-record",
        "administrator",
        "Give acts on accounts of staff, the latest first, a hundred at once.",
        RECORD,
        query=(
            Parameter("before", "Only acts of lower positions are given.", schemas.WHOLE_NUMBER),
        ),
        errors=(400, 401, 403),
    ),
)
