"""What pages and sockets ask: the rules of an exam session, and whom a proof is bound to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cat_engine.accounts.login import token_of
from cat_engine.db import reading
from cat_engine.lockdown.proof import Bond
from cat_engine.lockdown.rules import Rules, current

if TYPE_CHECKING:
    from cat_engine.hall import Hall


def rules_of(hall: Hall, exam_session: str) -> Rules:
    """The rules that hold now: one row by its key, read afresh so that a change holds at once."""
    with reading(hall.database).connect() as db:
        return current(db, exam_session)


def public_address(hall: Hall, environ: Mapping[str, Any]) -> str:
    """The server's address as a browser has it, without a slash at the end.

    Behind a proxy only `server.public_url` knows it; without one the request names it.
    """
    named = hall.config.server.public_url.rstrip("/")
    if named:
        return named
    scheme = environ.get("wsgi.url_scheme", "http")
    return f"{scheme}://{environ.get('HTTP_HOST', '')}"


def bond_of(hall: Hall, environ: Mapping[str, Any]) -> Bond:
    """Whom a challenge is bound to: the login of this request."""
    return Bond(hall.secret_key, token_of(hall, environ) or "")
