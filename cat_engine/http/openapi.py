"""The HTTP API as one table of routes, of which blueprint and OpenAPI description are made."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from cat_engine.http import schemas
from cat_engine.http.bank_routes import BANK_ROUTES
from cat_engine.http.door_routes import DOOR_ROUTES
from cat_engine.http.plan_routes import PLAN_ROUTES
from cat_engine.http.route import Parameter, Route
from cat_engine.http.staff_routes import STAFF_ROUTES

PREFIX = "/api/v1"
SERVED_BY_BOARD = frozenset({"boards", "board", "board_deltas", "board_events", "openapi"})
"""What a process that serves the public board alone answers; the rest is "unavailable" there."""


_AFTER = Parameter(
    "after", "Version the reader has; only later changes are given.", schemas.WHOLE_NUMBER
)
_FORMAT = Parameter("format", "json (default) or csv.", {"type": "string", "enum": ["json", "csv"]})
_LANGUAGE = Parameter(
    "lang", "Language of titles and messages.", {"type": "string", "enum": ["id", "en"]}
)

ROUTES: tuple[Route, ...] = (
    Route("boards", "GET", "/boards", "public", "List the public boards.", schemas.BOARD_LIST),
    Route(
        "board",
        "GET",
        "/boards/<exam_session>",
        "public",
        "Give one board as it stands, with every row and the reason it stands there.",
        schemas.BOARD,
        errors=(404,),
        also={304: "The board is still the one of the If-None-Match header."},
    ),
    Route(
        "board_deltas",
        "GET",
        "/boards/<exam_session>/deltas",
        "public",
        "Give the changes after a version; a gap means: fetch the board.",
        schemas.DELTAS,
        query=(_AFTER,),
        errors=(400, 404),
    ),
    Route(
        "board_events",
        "GET",
        "/boards/<exam_session>/events",
        "public",
        "Follow the board by server-sent events: changes after a version, and signs of life.",
        schemas.TEXT,
        query=(_AFTER,),
        errors=(400, 404, 503),
        media_types=("text/event-stream",),
    ),
    Route(
        "login",
        "POST",
        "/login",
        "public",
        "Sign a candidate in with participant number and PIN; sets the login cookie.",
        schemas.ME,
        body=schemas.CANDIDATE_LOGIN,
        errors=(400, 401, 403, 413, 415, 429),
    ),
    Route(
        "staff_login",
        "POST",
        "/staff/login",
        "public",
        "Sign a member of staff in with username, password and, where the account has a second "
        "factor, its code; sets the login cookie.",
        schemas.ME,
        body=schemas.STAFF_LOGIN,
        errors=(400, 401, 403, 413, 415, 429),
    ),
    Route(
        "logout",
        "POST",
        "/logout",
        "public",
        "End the login; ending none is harmless.",
        schemas.SIGNED_OUT,
        errors=(403,),
    ),
    Route("me", "GET", "/me", "signed_in", "Say who is signed in.", schemas.ME, errors=(401,)),
    Route(
        "my_result",
        "GET",
        "/me/result",
        "candidate",
        "Give the candidate's own result, once the sitting is finished.",
        schemas.RESULT,
        query=(_LANGUAGE,),
        errors=(401, 403, 404),
    ),
    Route(
        "exam_sessions",
        "GET",
        "/exam-sessions",
        "staff",
        "List the exam sessions that the member of staff looks after.",
        schemas.EXAM_SESSION_LIST,
        errors=(401, 403),
    ),
    Route(
        "results",
        "GET",
        "/exam-sessions/<exam_session>/results",
        "administrator",
        "Give every result of an exam session, ranked.",
        schemas.RESULTS,
        query=(_FORMAT,),
        errors=(400, 401, 403, 404),
        media_types=("application/json", "text/csv"),
    ),
    Route(
        "act_on_board",
        "POST",
        "/exam-sessions/<exam_session>/board",
        "administrator",
        "Freeze, resume or finalize the public board, with a reason that is journaled.",
        schemas.BOARD_ACT_DONE,
        body=schemas.BOARD_ACT,
        errors=(400, 401, 403, 404, 409, 413, 415),
    ),
    Route(
        "closing",
        "GET",
        "/exam-sessions/<exam_session>/closing",
        "staff",
        "Say what is still open before the closing of an exam session, and who proposed it.",
        schemas.CLOSING,
        errors=(401, 403, 404),
    ),
    Route(
        "act_on_closing",
        "POST",
        "/exam-sessions/<exam_session>/closing",
        "staff",
        "Propose the closing (an administrator), close (a second person), or withdraw what was "
        "proposed (whoever may close; `proposed_by` names the proposal that is meant).",
        schemas.CLOSING,
        body=schemas.CLOSING_ACT,
        errors=(400, 401, 403, 404, 409, 413, 415),
    ),
    Route(
        "openapi",
        "GET",
        "/openapi.json",
        "public",
        "Give this description.",
        {"type": "object"},
    ),
    *BANK_ROUTES,
    *STAFF_ROUTES,
    *PLAN_ROUTES,
    *DOOR_ROUTES,
)

_ERROR_WORDS: Mapping[int, str] = MappingProxyType(
    {
        400: "The request is not understood; the message says which field and why.",
        401: "Nobody is signed in, or the login is wrong.",
        403: "Not allowed, or the header X-Requested-With is missing.",
        404: "There is no such thing, or not yet.",
        409: "The state of the exam session forbids it.",
        413: "The body is larger than this route takes: 64 KiB where nothing else is said.",
        415: "The body is of none of the media types named here.",
        422: "Understood, and wrong: `faults` names every mistake with its place and advice.",
        429: "Too many tries; Retry-After says how many seconds to wait.",
        503: "Not now: no more can be served (Retry-After says how many seconds to wait), or the "
        "virus scanner could not look at a file.",
    }
)
_RULE_PART = re.compile(r"<([a-z_]+)>")


def describe(version: str, public_url: str) -> dict[str, Any]:
    """Give the OpenAPI 3.1 description of every route in the table."""
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        path = PREFIX + _RULE_PART.sub(r"{\1}", route.rule)
        paths.setdefault(path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "CAT engine",
            "version": version,
            "description": (
                "Points and scores are decimal text, exact. Instants are milliseconds since 1970 "
                "in UTC. Every error has one shape and a stable code."
            ),
        },
        "servers": [{"url": public_url or "/"}],
        "paths": paths,
        "components": {
            "schemas": {"Error": schemas.ERROR},
            "securitySchemes": {
                "login": {"type": "apiKey", "in": "cookie", "name": "__Host-cat-login"}
            },
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "security": [] if route.right == "public" else [{"login": []}],
        "x-right": route.right,
        "parameters": _parameters(route),
        "responses": _responses(route),
    }
    if route.body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {
                "application/json": {"schema": route.body},
                **{one: {"schema": {"type": "string"}} for one in route.body_files},
            },
        }
    return operation


def _parameters(route: Route) -> list[dict[str, Any]]:
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _RULE_PART.findall(route.rule)
    ]
    parameters += [
        {
            "name": one.name,
            "in": "query",
            "required": False,
            "description": one.description,
            "schema": one.schema,
        }
        for one in route.query
    ]
    if route.method == "POST":
        parameters.append(
            {
                "name": "X-Requested-With",
                "in": "header",
                "required": True,
                "schema": {"const": "cat-engine"},
            }
        )
    return parameters


def _responses(route: Route) -> dict[str, Any]:
    responses: dict[str, Any] = {
        "200": {
            "description": route.summary,
            "content": {
                media_type: {
                    "schema": route.answer if media_type.endswith("json") else {"type": "string"}
                }
                for media_type in route.media_types
            },
        }
    }
    for status, meaning in route.also.items():
        responses[str(status)] = {"description": meaning}
    # Every route refuses parameters that it does not know.
    for status in sorted({400, *route.errors}):
        responses[str(status)] = {
            "description": _ERROR_WORDS[status],
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
        }
    return responses
