"""What one server remembers about logins and attempts, in memory alone."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from cat_engine.accounts.login_writer import LoginWriter
from cat_engine.accounts.store import StoredLogin
from cat_engine.accounts.token_bucket import TokenBuckets
from cat_engine.accounts.user import STAFF, Role

if TYPE_CHECKING:
    from cat_engine.config import LimitsConfig
    from cat_engine.hall import Hall

REMEMBERED_MS = 30_000
REMEMBERED_LIMIT = 50_000
MS_PER_SECOND = 1_000


class Door:
    """What this process remembers about logins and attempts."""

    def __init__(self, limits: LimitsConfig) -> None:
        """Begin with nobody known and every bucket full."""
        self._known: OrderedDict[bytes, tuple[StoredLogin, int]] = OrderedDict()
        self._of_sitting: dict[tuple[str | None, str | None], bytes] = {}
        self._used_at: OrderedDict[bytes, int] = OrderedDict()
        self.writer = LoginWriter()
        self.accounts = TokenBuckets(
            capacity=max(1, limits.account_tries),
            refill_ms=max(1, limits.account_wait_s) * MS_PER_SECOND,
        )
        self.addresses = TokenBuckets(
            capacity=max(1, limits.address_tries),
            refill_ms=max(1, limits.address_wait_s) * MS_PER_SECOND,
        )

    def recall(self, digest: bytes, *, now: int) -> StoredLogin | None:
        """Give the login if it was looked up lately and still lives."""
        known = self._known.get(digest)
        if known is None:
            return None
        stored, seen_at = known
        if now - seen_at > REMEMBERED_MS or stored.expires_at <= now:
            self.forget(digest)
            return None
        return stored

    def remember(self, digest: bytes, stored: StoredLogin, *, now: int) -> None:
        """Keep what the database said."""
        login = stored.login
        if login.role is Role.CANDIDATE:
            sitting = (login.exam_session, login.participant_no)
            older = self._of_sitting.get(sitting)
            if older is not None and older != digest:
                self.forget(older)
            self._of_sitting[sitting] = digest
        self._known[digest] = (stored, now)
        self._known.move_to_end(digest)
        while len(self._known) > REMEMBERED_LIMIT:
            self.forget(next(iter(self._known)))

    def use(self, digest: bytes, *, now: int) -> int:
        """Note that a login is used; give the milliseconds since it was used before."""
        idle_ms = now - self._used_at.get(digest, now)
        self._used_at[digest] = now
        self._used_at.move_to_end(digest)
        while len(self._used_at) > REMEMBERED_LIMIT:
            self._used_at.popitem(last=False)
        return idle_ms

    def forget_candidates(self, exam_session: str) -> None:
        """Drop the candidates of an exam session from memory."""
        over = [digest for (one, _), digest in self._of_sitting.items() if one == exam_session]
        for digest in over:
            self.forget(digest)

    def forget_staff(self, username: str) -> None:
        """Ask the database again about every login of a member of staff: something has changed."""
        for digest, (stored, _) in list(self._known.items()):
            if stored.login.user == username and stored.login.role in STAFF:
                self.forget(digest)

    def forget(self, digest: bytes) -> None:
        """Drop one login from memory."""
        known = self._known.pop(digest, None)
        if known is None:
            return
        login = known[0].login
        sitting = (login.exam_session, login.participant_no)
        if self._of_sitting.get(sitting) == digest:
            del self._of_sitting[sitting]


# One door per database: pages, API and sockets of one server share it, two servers in one test
# process do not.
_DOORS: WeakKeyDictionary[Engine, Door] = WeakKeyDictionary()


def door_of(hall: Hall) -> Door:
    """Give the memory of logins that belongs to this server."""
    door = _DOORS.get(hall.database)
    if door is None:
        door = _DOORS[hall.database] = Door(hall.config.limits)
    return door
