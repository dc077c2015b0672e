"""Tokens in forms, so that only our own pages can post them."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING

from flask import g, request

from cat_engine.accounts.login import token_of

if TYPE_CHECKING:
    from cat_engine.hall import Hall

VISIT_LIMIT = 100


def visit_cookie_name(hall: Hall) -> str:
    """Give the name of the cookie that stands for a visitor who is not signed in."""
    return "__Host-cat-visit" if hall.config.server.cookie_secure else "cat-visit"


def csrf_token(hall: Hall) -> str:
    """Give the token for a form on this page, bound to the login or to the visit."""
    return _token(hall, token_of(hall, request.environ) or _visit(hall) or _new_visit())


def is_genuine(hall: Hall, token: str) -> bool:
    """Say whether a posted token belongs to this login or visit."""
    seed = token_of(hall, request.environ) or _visit(hall)
    return seed is not None and hmac.compare_digest(
        _token(hall, seed).encode(), token.encode("utf-8", "replace")
    )


def new_visit() -> str | None:
    """Give the visit that was begun while this page was drawn and needs its cookie."""
    visit: str | None = g.get("new_visit")
    return visit


def _visit(hall: Hall) -> str | None:
    visit = request.cookies.get(visit_cookie_name(hall))
    return visit if visit and len(visit) <= VISIT_LIMIT else None


def _new_visit() -> str:
    if "new_visit" not in g:
        g.new_visit = secrets.token_urlsafe(16)
    visit: str = g.new_visit
    return visit


def _token(hall: Hall, seed: str) -> str:
    message = b"csrf\0" + seed.encode("utf-8", "replace")
    return hmac.new(hall.secret_key, message, hashlib.sha256).hexdigest()
