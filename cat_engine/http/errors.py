"""The one table from what went wrong to an HTTP status, and the pages and JSON that say it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from cat_engine import i18n
from cat_engine.accounts.login import FirstPasswordOver, TooManyTries, WrongLogin
from cat_engine.accounts.management import OwnAccount, ReservedName, StaffExists, UnknownStaff
from cat_engine.accounts.second_step import FactorState, WrongCode, WrongPassword
from cat_engine.accounts.totp import SealBroken
from cat_engine.http import pages, refusals
from cat_engine.preparation.fault import Fault, Faulty
from exam_sessions.decide import Refused
from exam_sessions.writer import Busy, WriterStopped

if TYPE_CHECKING:
    from cat_engine.hall import Hall

MS_PER_SECOND = 1_000

STATUS_OF_CODE: Mapping[str, int] = MappingProxyType(
    {
        "malformed": 400,
        "missing_field": 400,
        "bad_field": 400,
        "unknown_field": 400,
        "form_expired": 403,
        "not_signed_in": 401,
        "wrong_login": 401,
        "wrong_code": 401,
        "code_needed": 401,
        "password_needed": 403,
        "enrol_needed": 403,
        "first_password_over": 403,
        "wrong_password": 403,
        "weak_password": 400,
        "passwords_differ": 400,
        "unknown_staff": 404,
        "staff_exists": 409,
        "reserved_name": 409,
        "own_account": 409,
        "already_enrolled": 409,
        "not_enrolling": 409,
        "factor_obligatory": 409,
        "factor_unreadable": 409,
        "unknown_staff_room": 400,
        "forbidden": 403,
        "cross_site": 403,
        "header_missing": 403,
        "not_found": 404,
        "no_check_in": 404,
        "no_result_yet": 404,
        "method_not_allowed": 405,
        "conflict": 409,
        "board_final": 409,
        "still_working": 409,
        "sealed": 409,
        "bad_share": 400,
        "bad_share_row": 400,
        "wrong_shares": 409,
        "seal_too_early": 409,
        "seal_too_late": 409,
        "bad_seal": 409,
        "not_closed": 409,
        "no_day_key": 409,
        "bad_lockdown": 400,
        "four_eyes": 409,
        "wrong_state": 409,
        "no_enemies": 409,
        "bad_entry": 422,
        "bad_exam_plan": 422,
        "bad_roster": 422,
        "has_refusals": 409,
        "not_editable": 409,
        "item_has_faults": 409,
        "newer_version": 409,
        "bad_medium": 400,
        "infected": 400,
        "not_scanned": 503,
        "bad_formula": 400,
        "name_taken": 409,
        "item_changed": 409,
        "picture_missing": 409,
        "too_large": 413,
        "unsupported_type": 415,
        "seat_needed": 400,
        "wrong_seat": 409,
        "pin_used": 409,
        "pin_replaced": 409,
        "slow_down": 429,
        "internal": 500,
        "unavailable": 503,
    }
)
REFUSED_STATUS = 409
TAKEN = frozenset({"exists", "taken", "in_use"})
"""Mistakes of something that was right by itself: what stands already forbids it."""
FAULT_LIMIT = 500
PAGE_STATUSES = (400, 401, 403, 404, 405, 409, 413, 415, 429, 500, 503)

_CODE_OF_STATUS: Mapping[int, str] = MappingProxyType(
    {
        400: "malformed",
        401: "not_signed_in",
        403: "forbidden",
        404: "not_found",
        405: "method_not_allowed",
        413: "too_large",
        415: "unsupported_type",
        429: "slow_down",
        503: "unavailable",
    }
)


class Problem(Exception):
    """A request that is refused here, before anything happened."""

    def __init__(self, code: str, *, wait_ms: int = 0, **values: str) -> None:
        """Keep the stable code, the wait if there is one, and the words for its message."""
        super().__init__(code)
        assert code in STATUS_OF_CODE, code
        self.code = code
        self.wait_ms = wait_ms
        self.values = values


OF_ACCOUNTS = (
    WrongLogin,
    FirstPasswordOver,
    WrongCode,
    WrongPassword,
    FactorState,
    SealBroken,
    UnknownStaff,
    StaffExists,
    ReservedName,
    OwnAccount,
)
"""Refusals of accounts, each with a code of the table above."""


def install(app: Flask, hall: Hall) -> None:
    """Answer every kind of failure in one shape: JSON below /api/, a page elsewhere."""
    refusals.install(app, hall)

    def on_problem(problem: Problem) -> Response:
        return _answer(hall, problem)

    def on_refused(refused: Refused) -> Response:
        return answer_code(hall, refused.code, STATUS_OF_CODE.get(refused.code, REFUSED_STATUS))

    def on_account(refusal: Exception) -> Response:
        return _answer(hall, as_problem(refusal))

    def on_faulty(faulty: Faulty) -> Response:
        return _answer_faulty(hall, faulty)

    def on_http(error: HTTPException) -> Response:
        status = error.code or 500
        own = error.get_response()
        if status < 400:
            return Response(status=status, headers=own.headers.to_wsgi_list())
        code = _CODE_OF_STATUS.get(status, "internal" if status >= 500 else "malformed")
        response = _answer(hall, Problem(code))
        if "Allow" in own.headers:
            response.headers["Allow"] = own.headers["Allow"]
        return response

    def on_busy(_: Busy) -> Response:
        return _answer(hall, Problem("slow_down", wait_ms=MS_PER_SECOND))

    def on_writer_stopped(_: WriterStopped) -> Response:
        return _answer(hall, Problem("unavailable"))

    app.register_error_handler(Problem, on_problem)
    app.register_error_handler(Busy, on_busy)
    app.register_error_handler(WriterStopped, on_writer_stopped)
    app.register_error_handler(Refused, on_refused)
    app.register_error_handler(Faulty, on_faulty)
    for refusal in (*OF_ACCOUNTS, TooManyTries):
        app.register_error_handler(refusal, on_account)
    app.register_error_handler(HTTPException, on_http)


def as_problem(refusal: Exception) -> Problem:
    """Give a refusal of accounts as the problem that pages and API tell of."""
    if isinstance(refusal, Problem):
        return refusal
    if isinstance(refusal, TooManyTries):
        return slow_down(refusal.wait_ms)
    assert isinstance(refusal, OF_ACCOUNTS)
    return Problem(str(refusal.code))


def slow_down(wait_ms: int) -> Problem:
    """Give the problem of somebody who has to wait that long."""
    return Problem("slow_down", wait_ms=wait_ms, seconds=str(seconds(wait_ms)))


def seconds(wait_ms: int) -> int:
    """Round a wait up to whole seconds, at least one."""
    return max(1, -(-wait_ms // MS_PER_SECOND))


def message(code: str, language: str, **values: str) -> str:
    """Give the sentence for the code with which this request is refused.

    A code without its own sentence still gets a true one.
    """
    refusals.name_refusal(code)
    if code == "slow_down" and "seconds" in values:
        return i18n.text("error.slow_down_login", language, **values)
    if code == "wrong_seat" and "seat" in values:
        return i18n.text("login.wrong_seat", language, **values)
    if code == "infected" and "found" in values:
        return i18n.text("upload.infected", language, **values)
    if "field" in values:
        values = {**values, "field": i18n.text(f"field.{values['field']}", language)}
    key = f"error.{code}"
    return i18n.text(key if i18n.has(key) else "error.refused", language, **values)


def answer_code(hall: Hall, code: str, status: int, **values: str) -> Response:
    """Answer a failure in the shape the path asks for."""
    language = pages.language_of_request(hall)
    sentence = message(code, language, **values)
    if request.path.startswith("/api/"):
        response = jsonify({"error": {"code": code, "message": sentence}})
        response.status_code = status
        return response
    return pages.render(
        hall, "error.html", status=status, code=code, message=sentence, error_status=status
    )


def describe_fault(fault: Fault, language: str) -> dict[str, Any]:
    """Give a mistake as the API tells of it."""
    return {
        "code": fault.code,
        "place": fault.key or fault.place(language),
        "line": fault.line or None,
        "column": fault.column or None,
        "message": fault.says(language),
        "advice": fault.advises(language),
    }


def _answer_faulty(hall: Hall, faulty: Faulty) -> Response:
    """Answer with every mistake; the pages show them beside their fields and do not come here."""
    language = pages.language_of_request(hall)
    is_taken = all(fault.code in TAKEN for fault in faulty.faults)
    error = {
        "code": faulty.code,
        "message": message(faulty.code, language),
        "faults": [describe_fault(fault, language) for fault in faulty.faults[:FAULT_LIMIT]],
        "fault_count": len(faulty.faults),
    }
    response = jsonify({"error": error})
    response.status_code = REFUSED_STATUS if is_taken else STATUS_OF_CODE[faulty.code]
    return response


def _answer(hall: Hall, problem: Problem) -> Response:
    status = STATUS_OF_CODE[problem.code]
    response = answer_code(hall, problem.code, status, **problem.values)
    if status in (429, 503):
        response.headers["Retry-After"] = str(seconds(problem.wait_ms or MS_PER_SECOND))
    return response
