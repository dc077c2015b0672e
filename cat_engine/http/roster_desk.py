"""What lies in the memory of the server alone: rosters before somebody decides, PINs until taken.

Nothing of it is on disk. A roster waits for the person who uploaded it; the PINs that were made can
be taken once as a table and once as slips, by the same person, within an hour.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import dataclass, field, replace

from cat_engine.http.errors import Problem

LAID_LIMIT = 8
LAID_MS = 3_600_000
ROSTER, PINS = "roster", "pins"
KINDS = ("csv", "pdf")


@dataclass(frozen=True, slots=True)
class Laid:
    """A file that waits for the person who owns it."""

    what: str
    user: str
    exam_session: str
    name: str
    content: bytes
    at: int
    taken: tuple[str, ...] = ()


@dataclass(slots=True)
class Desk:
    """The files that wait, at most a few of each kind; the oldest gives way."""

    _laid: OrderedDict[str, Laid] = field(default_factory=OrderedDict)

    def put(self, laid: Laid) -> str:
        """Lay a file down; the token by which its owner finds it."""
        token = secrets.token_urlsafe(16)
        self._laid[token] = laid
        same = [key for key, one in self._laid.items() if one.what == laid.what]
        for key in same[:-LAID_LIMIT]:
            del self._laid[key]
        return token

    def find(self, token: str, what: str, user: str, exam_session: str, *, now: int) -> Laid:
        """The file of this token, if it is this person's, of this session, and waits still."""
        laid = self._laid.get(token)
        if laid is None or not _is_own(laid, what, user, exam_session, now=now):
            raise Problem("not_found")
        return laid

    def drop(self, token: str) -> None:
        """Forget a file."""
        self._laid.pop(token, None)

    def waiting(self, what: str, user: str, exam_session: str, *, now: int) -> tuple[str, ...]:
        """The kinds in which this person's newest PINs of the session were not taken yet."""
        found = self._newest(what, user, exam_session, now=now)
        return () if found is None else tuple(k for k in KINDS if k not in found[1].taken)

    def take_pins(self, kind: str, user: str, exam_session: str, *, now: int) -> bytes:
        """The PINs of a session in a kind that was not taken yet, or the problem "not found"."""
        found = self._newest(PINS, user, exam_session, now=now)
        if found is None or kind in found[1].taken:
            raise Problem("not_found")
        token, laid = found
        taken = replace(laid, taken=(*laid.taken, kind))
        if set(taken.taken) == set(KINDS):
            del self._laid[token]
        else:
            self._laid[token] = taken
        return laid.content

    def _newest(
        self, what: str, user: str, exam_session: str, *, now: int
    ) -> tuple[str, Laid] | None:
        own = [
            (token, laid)
            for token, laid in self._laid.items()
            if _is_own(laid, what, user, exam_session, now=now)
        ]
        return own[-1] if own else None


def _is_own(laid: Laid, what: str, user: str, exam_session: str, *, now: int) -> bool:
    same = (laid.what, laid.user, laid.exam_session) == (what, user, exam_session)
    return same and now - laid.at <= LAID_MS
