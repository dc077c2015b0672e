"""Logging in, staying logged in, logging out.

A login is a random token of 256 bits in a cookie and its SHA-256 in the `logins` table. It has an
absolute lifetime, is new at every login, and is deleted at logout; staff who do nothing for a while
are signed out as well (the time begins anew with a new start). What was looked up is kept in
memory for half a minute, so that a thousand sockets that connect at one instant ask the database
once each at most, and another process learns of a logout within that time.

Attempts are limited per account (strictly: a few failures, then one try after each wait) and per
address (generously, because a whole hall may sit behind one address). Unknown accounts cost the
same time as known ones.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from werkzeug.http import parse_cookie

from cat_engine.accounts import passwords, store
from cat_engine.accounts.login_writer import LoginWriter
from cat_engine.accounts.store import NewLogin, StoredLogin
from cat_engine.accounts.token_bucket import TokenBuckets
from cat_engine.accounts.user import (
    STAFF,
    Login,
    Role,
    login_of_candidate,
    login_of_staff,
)
from cat_engine.db import reading, writing
from exam_sessions.store import Enrolment, find_enrolments

if TYPE_CHECKING:
    from cat_engine.config import LimitsConfig
    from cat_engine.hall import Hall

MS_PER_HOUR = 3_600_000
MS_PER_MINUTE = 60_000
TOKEN_LIMIT = 100
REMEMBERED_MS = 30_000
REMEMBERED_LIMIT = 50_000
ENROLMENT_LIMIT = 16

MS_PER_SECOND = 1_000

OpenRooms = Mapping[tuple[str, str], int]


class WrongLogin(Exception):
    """No such account, or not its password; which of the two is never said."""

    code = "wrong_login"


class TooManyTries(Exception):
    """This account or this address has to wait."""

    code = "slow_down"

    def __init__(self, wait_ms: int) -> None:
        """Keep the wait."""
        super().__init__(f"wait {wait_ms} ms")
        self.wait_ms = wait_ms


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A login that has just begun and the token that proves it."""

    login: Login
    token: str


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

    def recall(self, digest: bytes, *, now: int) -> Login | None:
        """Give the login if it was looked up lately and still lives."""
        known = self._known.get(digest)
        if known is None:
            return None
        stored, seen_at = known
        if now - seen_at > REMEMBERED_MS or stored.expires_at <= now:
            self.forget(digest)
            return None
        return stored.login

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


def cookie_name(hall: Hall) -> str:
    """Give the cookie's name; browsers hold `__Host-` cookies to Secure, Path=/ and no Domain."""
    return "__Host-cat-login" if hall.config.server.cookie_secure else "cat-login"


def token_of(hall: Hall, environ: Mapping[str, Any]) -> str | None:
    """Give the login token of a WSGI request."""
    try:
        token = parse_cookie(dict(environ)).get(cookie_name(hall))
    except UnicodeError:  # a cookie that is not UTF-8 is none of ours
        return None
    return token if token and len(token) <= TOKEN_LIMIT else None


def login_of(hall: Hall, environ: Mapping[str, Any]) -> Login | None:
    """Give who sends this WSGI request (or opens this socket); None is the public."""
    return login_of_token(hall, token_of(hall, environ))


def login_of_token(hall: Hall, token: str | None, *, afresh: bool = False) -> Login | None:
    """Give whose token this is, from the database alone if `afresh`; asking is using it."""
    if token is None:
        return None
    now = hall.clock()
    digest = _digest(token)
    if afresh:
        door_of(hall).forget(digest)
    login = _find(hall, digest, now)
    if login is None or login.role not in STAFF:
        return login
    idle_ms = door_of(hall).use(digest, now=now)
    if idle_ms > hall.config.server.staff_idle_minutes * MS_PER_MINUTE:
        door_of(hall).forget(digest)
        hall.run_blocking(_delete, hall, digest)
        hall.log.info("signed_out", kind="staff", user=login.user, cause="idle")
        return None
    return login


def _find(hall: Hall, digest: bytes, now: int) -> Login | None:
    login = door_of(hall).recall(digest, now=now)
    if login is not None:
        return login
    with reading(hall.database).connect() as db:
        stored = store.find_login(db, digest, now=now)
    if stored is None:
        return None
    door_of(hall).remember(digest, stored, now=now)
    return stored.login


def sign_in_candidate(
    hall: Hall,
    participant_no: str,
    pin: str,
    *,
    address: str,
    open_rooms: OpenRooms,
    closed: frozenset[str] = frozenset(),
) -> SignedIn:
    """Check participant number and PIN and begin a login; older ones of the sitting end.

    Args:
        hall: the server's parts.
        participant_no: as enrolled; may be enrolled in several exam sessions.
        pin: as typed.
        address: whom failures are counted against.
        open_rooms: rooms that let candidates in, (exam session, room) to its start.
        closed: exam sessions that are over; their PINs are void.

    Raises:
        WrongLogin: no enrolment of that number has that PIN.
        TooManyTries: the account or the address has to wait.
    """
    account = f"candidate {participant_no}"
    begun = _begin(hall, account, address)

    def check() -> Login | None:
        with reading(hall.database).connect() as db:
            enrolments = find_enrolments(db, participant_no)
        still_open = [one for one in enrolments if one.exam_session not in closed]
        matching = _matching(still_open[:ENROLMENT_LIMIT], pin)
        if not matching:
            return None
        chosen = max(matching, key=lambda one: _preference(one, open_rooms))
        login = login_of_candidate(chosen.exam_session, chosen.participant_no)
        door_of(hall).writer.store(
            hall.transact, NewLogin(begun.digest, login, begun.now, begun.expires_at)
        )
        return login

    return _finish(hall, hall.run_blocking(check), begun)


def sign_in_staff(hall: Hall, username: str, password: str, *, address: str) -> SignedIn:
    """Check username and password of a member of staff and begin a login.

    Raises:
        WrongLogin: no such member of staff, or another password.
        TooManyTries: the account or the address has to wait.
    """
    account = f"staff {username}"
    begun = _begin(hall, account, address)

    def check() -> Login | None:
        with reading(hall.database).connect() as db:
            member = store.find_staff(db, username)
        if member is None:
            passwords.verify_nobody(password, is_pin=False)
            return None
        if not passwords.verify(member.password_hash, password):
            return None
        with writing(hall.database).begin() as db:
            store.delete_expired_logins(db, now=begun.now)
            store.insert_staff_login(
                db, begun.digest, username, now=begun.now, expires_at=begun.expires_at
            )
        return login_of_staff(member)

    return _finish(hall, hall.run_blocking(check), begun)


def sign_out(hall: Hall, environ: Mapping[str, Any]) -> None:
    """End the login of this request, in the database and in memory."""
    token = token_of(hall, environ)
    if token is None:
        return
    digest = _digest(token)
    login = door_of(hall).recall(digest, now=hall.clock())
    door_of(hall).forget(digest)
    hall.run_blocking(_delete, hall, digest)
    if login is not None and login.role in STAFF:
        hall.log.info("signed_out", kind="staff", user=login.user, cause="asked")


@dataclass(frozen=True, slots=True)
class _Attempt:
    """An attempt that is under way: whom it is counted for, and the token it may earn."""

    account: str
    address: str
    token: str
    digest: bytes
    now: int
    expires_at: int


def _begin(hall: Hall, account: str, address: str) -> _Attempt:
    """Count an attempt before it is made, so that a hundred at once are a hundred."""
    now = hall.clock()
    door = door_of(hall)
    wait_ms = door.addresses.wait_ms(address, now=now) or door.accounts.take(account, now=now)
    if wait_ms > 0:
        raise TooManyTries(wait_ms)
    token = secrets.token_urlsafe(32)
    expires_at = now + hall.config.server.login_hours * MS_PER_HOUR
    return _Attempt(account, address, token, _digest(token), now, expires_at)


def _finish(hall: Hall, login: Login | None, attempt: _Attempt) -> SignedIn:
    door = door_of(hall)
    kind = attempt.account.split(" ")[0]
    if login is None:
        door.addresses.take(attempt.address, now=hall.clock())
        # What was typed may be a password in the wrong field: attempts are told apart by a digest.
        account = hmac.new(hall.secret_key, attempt.account.encode(), hashlib.sha256).hexdigest()
        hall.log.warning("login_failed", kind=kind, account=account[:12], address=attempt.address)
        raise WrongLogin
    if login.role in STAFF:
        hall.log.info("signed_in", kind=kind, user=login.user, address=attempt.address)
    else:
        hall.log.info(
            "signed_in", kind=kind, exam_session=login.exam_session, address=attempt.address
        )
    door.accounts.give_back(attempt.account)
    door.remember(attempt.digest, StoredLogin(login, attempt.expires_at), now=attempt.now)
    return SignedIn(login, attempt.token)


def _matching(enrolments: list[Enrolment], pin: str) -> list[Enrolment]:
    if not enrolments:
        passwords.verify_nobody(pin, is_pin=True)
    return [one for one in enrolments if passwords.verify(one.pin_hash, pin)]


def _preference(enrolment: Enrolment, open_rooms: OpenRooms) -> tuple[int, str]:
    """Prefer the enrolment whose room is open, and of those the latest exam session."""
    return (
        open_rooms.get((enrolment.exam_session, enrolment.room), -1),
        enrolment.exam_session,
    )


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def end_logins_of_candidates(hall: Hall, exam_session: str) -> None:
    """End every login of an exam session's candidates, in the database and in memory."""
    door_of(hall).forget_candidates(exam_session)
    hall.run_blocking(_delete_candidates, hall, exam_session)


def _delete_candidates(hall: Hall, exam_session: str) -> None:
    with writing(hall.database).begin() as db:
        store.delete_logins_of_candidates(db, exam_session)


def _delete(hall: Hall, digest: bytes) -> None:
    with writing(hall.database).begin() as db:
        store.delete_login(db, digest)
