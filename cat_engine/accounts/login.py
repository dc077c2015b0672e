"""Logging in, staying logged in, logging out.

A login is a random token of 256 bits in a cookie and its SHA-256 in the `logins` table. It has an
absolute lifetime, is new at every login, and is deleted at logout; staff who do nothing for a while
are signed out as well (the time begins anew with a new start). What was looked up is kept in
memory for half a minute, so that a thousand sockets that connect at one instant ask the database
once each at most, and another process learns of a logout within that time.

Attempts are limited per account (strictly: a few failures, then one try after each wait) and per
address (generously, because a whole hall may sit behind one address). Unknown accounts cost the
same time as known ones.

A login of staff may lack something after the password: the code of their second factor, a password
of their own, or a second factor where their role obliges to one (`Need`). Until it is given nobody
is signed in: `login_of` says None, and only `half_of` knows. `accounts.second_step` goes on.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from werkzeug.http import parse_cookie

from cat_engine.accounts import passwords, store
from cat_engine.accounts.door import door_of
from cat_engine.accounts.pins import OpenRooms, matching_pins, preference
from cat_engine.accounts.store import NewLogin, StoredLogin
from cat_engine.accounts.user import (
    STAFF,
    Login,
    Need,
    login_of_candidate,
)
from cat_engine.db import reading, writing
from exam_sessions.door_store import list_pins
from exam_sessions.store import find_enrolments

if TYPE_CHECKING:
    from cat_engine.hall import Hall

MS_PER_HOUR = 3_600_000
MS_PER_MINUTE = 60_000
TOKEN_LIMIT = 100
HALF_LOGIN_MS = 15 * MS_PER_MINUTE
"""How long a login may lack something before it has to begin anew."""
ENROLMENT_LIMIT = 16

Admit = Callable[[Login, int], None]


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


class FirstPasswordOver(Exception):
    """A first password that nobody changed in time; an administrator gives a new one."""

    code = "first_password_over"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A login that has just begun and the token that proves it; with a need it is half a login."""

    login: Login
    token: str
    need: Need | None = None


@dataclass(frozen=True, slots=True)
class HalfLogin:
    """Somebody who gave the right password and still lacks something."""

    login: Login
    need: Need


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
    """Give whose token this is, from the database alone if `afresh`; asking is using it.

    Half a login is nobody's.
    """
    stored = _stored_of_token(hall, token, afresh=afresh)
    return None if stored is None or need_of(hall, stored) is not None else stored.login


def half_of(hall: Hall, environ: Mapping[str, Any]) -> HalfLogin | None:
    """Give who is half signed in, and what they still lack; None for everybody else."""
    stored = _stored_of_token(hall, token_of(hall, environ))
    need = None if stored is None else need_of(hall, stored)
    return None if stored is None or need is None else HalfLogin(stored.login, need)


def need_of(hall: Hall, stored: StoredLogin) -> Need | None:
    """Say what this login lacks, by what the database and the configuration say today."""
    if stored.login.role not in STAFF:
        return None
    if stored.has_factor and not stored.passed_code:
        return Need.CODE
    if stored.has_first_password:
        return Need.PASSWORD
    is_obliged = stored.login.role.value in hall.config.staff.obliged_roles
    return Need.ENROL if is_obliged and not stored.passed_code else None


def _stored_of_token(hall: Hall, token: str | None, *, afresh: bool = False) -> StoredLogin | None:
    if token is None:
        return None
    now = hall.clock()
    digest = digest_of(token)
    if afresh:
        door_of(hall).forget(digest)
    stored = _find(hall, digest, now)
    if stored is None or stored.login.role not in STAFF:
        return stored
    idle_ms = door_of(hall).use(digest, now=now)
    if idle_ms > hall.config.server.staff_idle_minutes * MS_PER_MINUTE:
        door_of(hall).forget(digest)
        hall.run_blocking(_delete, hall, digest)
        hall.log.info("signed_out", kind="staff", user=stored.login.user, cause="idle")
        return None
    return stored


def _find(hall: Hall, digest: bytes, now: int) -> StoredLogin | None:
    stored = door_of(hall).recall(digest, now=now)
    if stored is not None:
        return stored
    with reading(hall.database).connect() as db:
        stored = store.find_login(db, digest, now=now)
    if stored is not None:
        door_of(hall).remember(digest, stored, now=now)
    return stored


def sign_in_candidate(
    hall: Hall,
    participant_no: str,
    pin: str,
    *,
    address: str,
    open_rooms: OpenRooms,
    admit: Admit,
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
        admit: lets a PIN that was issued at the door open, by its number, or raises why not.

    Raises:
        WrongLogin: no enrolment of that number has that PIN.
        TooManyTries: the account or the address has to wait.
    """
    account = f"candidate {participant_no}"
    begun = begin_attempt(hall, account, address)

    def check() -> tuple[Login | None, int]:
        with reading(hall.database).connect() as db:
            enrolments = [
                one for one in find_enrolments(db, participant_no) if one.exam_session not in closed
            ][:ENROLMENT_LIMIT]
            issued = list_pins(db, participant_no, [one.exam_session for one in enrolments])
        matching = matching_pins(enrolments, issued, pin)
        if not matching:
            return None, 0
        chosen, pin_no = max(matching, key=lambda one: preference(one[0], open_rooms))
        login = login_of_candidate(chosen.exam_session, chosen.participant_no)
        if pin_no == 0:
            begin(login)
        return login, pin_no

    def begin(login: Login) -> None:
        door_of(hall).writer.store(
            hall.transact, NewLogin(begun.digest, login, begun.now, begun.expires_at)
        )

    login, pin_no = hall.run_blocking(check)
    if login is not None and pin_no:
        door_of(hall).accounts.give_back(account)  # whatever the door says, this is no guess
        admit(login, pin_no)
        hall.run_blocking(begin, login)
    stored = None if login is None else StoredLogin(login, begun.expires_at)
    return _finish(hall, stored, begun)


def sign_in_staff(hall: Hall, username: str, password: str, *, address: str) -> SignedIn:
    """Check username and password of a member of staff and begin a login, or half of one.

    Raises:
        WrongLogin: no such member of staff, or another password.
        FirstPasswordOver: the right one, but a first password whose time is over.
        TooManyTries: the account or the address has to wait.
    """
    account = f"staff {username}"
    begun = begin_attempt(hall, account, address)

    def check() -> StoredLogin | None:
        with reading(hall.database).connect() as db:
            member = store.find_staff(db, username)
        if member is None:
            passwords.verify_nobody(password, is_pin=False)
            return None
        if not passwords.verify(member.password_hash, password):
            return None
        if member.first_password_until is not None and member.first_password_until <= begun.now:
            raise FirstPasswordOver
        return _begin_staff_login(hall, username, begun)

    return _finish(hall, hall.run_blocking(check), begun)


def _begin_staff_login(hall: Hall, username: str, begun: Attempt) -> StoredLogin | None:
    with writing(hall.database).begin() as db:
        store.delete_expired_logins(db, now=begun.now)
        store.insert_staff_login(
            db, begun.digest, username, now=begun.now, expires_at=begun.expires_at
        )
        stored = store.find_login(db, begun.digest, now=begun.now)
        assert stored is not None, "it was just stored"
        if need_of(hall, stored) is None:
            return stored
        store.delete_login(db, begun.digest)
        ends_at = min(begun.expires_at, begun.now + HALF_LOGIN_MS)
        store.insert_staff_login(db, begun.digest, username, now=begun.now, expires_at=ends_at)
    return replace(stored, expires_at=ends_at)


def sign_out(hall: Hall, environ: Mapping[str, Any]) -> None:
    """End the login of this request, in the database and in memory."""
    token = token_of(hall, environ)
    if token is None:
        return
    digest = digest_of(token)
    stored = door_of(hall).recall(digest, now=hall.clock())
    door_of(hall).forget(digest)
    hall.run_blocking(_delete, hall, digest)
    if stored is not None and stored.login.role in STAFF and need_of(hall, stored) is None:
        hall.log.info("signed_out", kind="staff", user=stored.login.user, cause="asked")


def drop(hall: Hall, token: str) -> None:
    """End a login that led nowhere."""
    door_of(hall).forget(digest_of(token))
    hall.run_blocking(_delete, hall, digest_of(token))


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt that is under way: whom it is counted for, and the token it may earn."""

    account: str
    address: str
    token: str
    digest: bytes
    now: int
    expires_at: int


def begin_attempt(hall: Hall, account: str, address: str) -> Attempt:
    """Count an attempt before it is made, so that a hundred at once are a hundred.

    Raises:
        TooManyTries: the account or the address has to wait.
    """
    now = hall.clock()
    door = door_of(hall)
    wait_ms = door.addresses.wait_ms(address, now=now) or door.accounts.take(account, now=now)
    if wait_ms > 0:
        raise TooManyTries(wait_ms)
    token = secrets.token_urlsafe(32)
    expires_at = now + hall.config.server.login_hours * MS_PER_HOUR
    return Attempt(account, address, token, digest_of(token), now, expires_at)


def note_failure(hall: Hall, attempt: Attempt) -> None:
    """Count an attempt that failed against its address, and write it down."""
    door_of(hall).addresses.take(attempt.address, now=hall.clock())
    # What was typed may be a password in the wrong field: attempts are told apart by a digest.
    account = hmac.new(hall.secret_key, attempt.account.encode(), hashlib.sha256).hexdigest()
    kind = attempt.account.split(" ")[0]
    hall.log.warning("login_failed", kind=kind, account=account[:12], address=attempt.address)


def note_success(hall: Hall, attempt: Attempt, stored: StoredLogin) -> SignedIn:
    """Begin the login that an attempt has earned, in memory too, and write it down."""
    login, need = stored.login, need_of(hall, stored)
    kind = attempt.account.split(" ")[0]
    if need is not None:
        hall.log.info("half_signed_in", user=login.user, need=need.value, address=attempt.address)
    elif login.role in STAFF:
        hall.log.info("signed_in", kind=kind, user=login.user, address=attempt.address)
    else:
        hall.log.info(
            "signed_in", kind=kind, exam_session=login.exam_session, address=attempt.address
        )
    door = door_of(hall)
    door.accounts.give_back(attempt.account)
    door.remember(attempt.digest, stored, now=attempt.now)
    return SignedIn(login, attempt.token, need)


def _finish(hall: Hall, stored: StoredLogin | None, attempt: Attempt) -> SignedIn:
    if stored is None:
        note_failure(hall, attempt)
        raise WrongLogin
    return note_success(hall, attempt, stored)


def digest_of(token: str) -> bytes:
    """Give what the database knows of a token."""
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
