"""The seat of a workstation: a cookie with room and seat under the server's secret."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import TYPE_CHECKING

from flask import Response, request

if TYPE_CHECKING:
    from cat_engine.hall import Hall

COOKIE_DAYS = 400
TOKEN_LIMIT = 400
MAC_LENGTH = 32


def pinned_seat(hall: Hall) -> tuple[str, str] | None:
    """Give room and seat of the workstation that sends this request, if it is pinned to one."""
    return _read(hall, request.cookies.get(_cookie_name(hall), ""))


def seat_token(hall: Hall, room: str, seat: str) -> str:
    """Give what a workstation at this seat keeps; its link is /workstation/TOKEN."""
    said = base64.urlsafe_b64encode(json.dumps([room, seat]).encode()).decode().rstrip("=")
    return f"{said}.{_mac(hall, said)}"


def is_genuine(hall: Hall, token: str) -> bool:
    """Say whether this server made the token."""
    return _read(hall, token) is not None


def _read(hall: Hall, token: str) -> tuple[str, str] | None:
    said, _, mac = token.rpartition(".")
    if len(token) > TOKEN_LIMIT or not hmac.compare_digest(
        _mac(hall, said).encode(), mac.encode("utf-8", "replace")
    ):
        return None
    room, seat = json.loads(base64.urlsafe_b64decode(said + "=" * (-len(said) % 4)))
    return room, seat


def _mac(hall: Hall, said: str) -> str:
    body = b"seat\0" + said.encode("utf-8", "replace")
    return hmac.new(hall.secret_key, body, hashlib.sha256).hexdigest()[:MAC_LENGTH]


def put_cookie(hall: Hall, response: Response, token: str) -> Response:
    """Let the browser keep its seat."""
    response.set_cookie(
        _cookie_name(hall),
        token,
        max_age=COOKIE_DAYS * 24 * 3600,
        httponly=True,
        samesite="Strict",
        secure=hall.config.server.cookie_secure,
    )
    return response


def _cookie_name(hall: Hall) -> str:
    return "__Host-cat-seat" if hall.config.server.cookie_secure else "cat-seat"
