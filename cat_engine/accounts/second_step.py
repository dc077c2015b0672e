"""What comes after the password: the code of the second factor, the own password, enrolment.

Each proof begins a new login with a new token; the one before ends. Codes are limited like
passwords: a few failures, then one try after each wait. A time step and a recovery code are used up
in the transaction that begins the login, so two who bring the same code at one instant are one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from cat_engine.accounts import factor_store, passwords, staff_record, store, totp
from cat_engine.accounts.door import door_of
from cat_engine.accounts.login import (
    Attempt,
    SignedIn,
    begin_attempt,
    digest_of,
    note_failure,
    note_success,
)
from cat_engine.accounts.staff_record import StaffActKind
from cat_engine.accounts.store import StoredLogin
from cat_engine.accounts.user import Login
from cat_engine.db import reading, writing

if TYPE_CHECKING:
    from cat_engine.hall import Hall


class WrongCode(Exception):
    """No code of this moment, one that was used already, or no recovery code that is left."""

    code = "wrong_code"


class WrongPassword(Exception):
    """Not the password of whoever is signed in."""

    code = "wrong_password"


class FactorState(Exception):
    """The account has a second factor already, or has none."""

    def __init__(self, code: str) -> None:
        """Keep the stable code."""
        super().__init__(code)
        self.code = code


def pass_code(hall: Hall, token: str, login: Login, code: str, *, address: str) -> SignedIn:
    """Check the code of the second factor and begin the login that the password asked for.

    Raises:
        WrongCode: the code is not right, or was used before.
        TooManyTries: this account or this address has to wait.
    """
    attempt = begin_attempt(hall, f"staff_code {login.user}", address)

    def check() -> StoredLogin | None:
        proof = _find_proof(hall, login.user, code, now=attempt.now)
        with writing(hall.database).begin() as db:
            if not _use_up(db, login.user, proof, now=attempt.now):
                return None
            return _replace_login(db, attempt, token, login.user, passed_code=True)

    stored = hall.run_blocking(check)
    if stored is None:
        note_failure(hall, attempt)
        raise WrongCode
    return _succeed(hall, attempt, stored)


def change_password(
    hall: Hall, token: str, login: Login, *, old: str, new: str, address: str
) -> SignedIn:
    """Set the own password; every login of this person ends, and a new one begins here.

    The new one was found strong enough (`passwords.weakness`).

    Raises:
        WrongPassword: the old one is not right.
        TooManyTries: this account or this address has to wait.
    """
    attempt = begin_attempt(hall, f"staff_password {login.user}", address)

    def change() -> StoredLogin | None:
        if not _is_password(hall, login.user, old):
            return None
        new_hash = passwords.hash_password(new)
        with writing(hall.database).begin() as db:
            own = store.find_login(db, digest_of(token), now=attempt.now)
            store.set_password(db, login.user, new_hash)
            count = store.delete_logins_of_staff(db, login.user, but=digest_of(token))
            staff_record.append(
                db,
                StaffActKind.PASSWORD_CHANGED,
                by=login.user,
                whom=login.user,
                at=attempt.now,
                details={"logins_ended": count},
            )
            passed = own is not None and own.passed_code
            return _replace_login(db, attempt, token, login.user, passed_code=passed)

    stored = hall.run_blocking(change)
    if stored is None:
        note_failure(hall, attempt)
        raise WrongPassword
    return _succeed(hall, attempt, stored)


def begin_enrolment(hall: Hall, login: Login, *, password: str, address: str) -> None:
    """Store a new secret, which waits for its first code; the password is asked once more.

    Raises:
        WrongPassword: it is not right.
        FactorState: there is a second factor already.
        TooManyTries: this account or this address has to wait.
    """
    attempt = begin_attempt(hall, f"staff_password {login.user}", address)

    def begin() -> bool | None:
        if not _is_password(hall, login.user, password):
            return None
        sealed = totp.seal(totp.new_secret(), username=login.user, server_secret=hall.secret_key)
        with writing(hall.database).begin() as db:
            if factor_store.has_factor(db, login.user):
                return False
            factor_store.put_waiting(db, login.user, sealed, last_step=totp.NEVER)
            return True

    begun = hall.run_blocking(begin)
    if begun is None:
        note_failure(hall, attempt)
        raise WrongPassword
    door_of(hall).accounts.give_back(attempt.account)
    if not begun:
        raise FactorState("already_enrolled")


def waiting_secret(hall: Hall, login: Login) -> bytes | None:
    """Give the secret that waits for its first code, to be drawn; None when none does."""
    with reading(hall.database).connect() as db:
        factor = factor_store.find_factor(db, login.user)
    if factor is None or factor.is_enrolled:
        return None
    return _open(hall, login.user, factor.sealed)


def confirm_enrolment(
    hall: Hall, token: str, login: Login, code: str, *, address: str
) -> tuple[SignedIn, list[str]]:
    """Take the first code of a waiting secret: from now on it is asked for.

    Other logins of this person end. Gives the new login and the recovery codes, which nobody can
    show a second time.

    Raises:
        WrongCode: the code does not fit the secret.
        FactorState: no secret waits.
        TooManyTries: this account or this address has to wait.
    """
    secret = waiting_secret(hall, login)
    if secret is None:
        raise FactorState("not_enrolling")
    attempt = begin_attempt(hall, f"staff_code {login.user}", address)
    step = totp.step_of(secret, code, now=attempt.now, last_step=totp.NEVER)
    if step is None:
        note_failure(hall, attempt)
        raise WrongCode
    codes = totp.new_recovery_codes()

    def enrol() -> StoredLogin:
        hashes = _hashes(codes)
        with writing(hall.database).begin() as db:
            if not factor_store.take_step(db, login.user, step, enrolled_at=attempt.now):
                raise FactorState("not_enrolling")
            factor_store.put_recovery_codes(db, login.user, hashes)
            store.delete_logins_of_staff(db, login.user)
            _record_own(db, StaffActKind.FACTOR_ENROLLED, login, attempt.now)
            return _replace_login(db, attempt, token, login.user, passed_code=True)

    return _succeed(hall, attempt, hall.run_blocking(enrol)), codes


def remove_own_factor(hall: Hall, login: Login, code: str, *, address: str) -> None:
    """Remove the own second factor; a last code proves that it is still theirs.

    Raises:
        WrongCode, TooManyTries: as for `pass_code`.
        FactorState: there is none, or the role obliges to one.
    """
    if login.role.value in hall.config.staff.obliged_roles:
        raise FactorState("factor_obligatory")
    attempt = begin_attempt(hall, f"staff_code {login.user}", address)

    def remove() -> bool:
        proof = _find_proof(hall, login.user, code, now=attempt.now)
        with writing(hall.database).begin() as db:
            if not _use_up(db, login.user, proof, now=attempt.now):
                return False
            factor_store.delete_factor(db, login.user)
            _record_own(db, StaffActKind.FACTOR_REMOVED, login, attempt.now)
            return True

    _or_wrong_code(hall, attempt, is_right=hall.run_blocking(remove))


def renew_recovery_codes(hall: Hall, login: Login, code: str, *, address: str) -> list[str]:
    """Give new recovery codes; the older ones are worth nothing from now on.

    Raises:
        WrongCode, TooManyTries: as for `pass_code`.
    """
    attempt = begin_attempt(hall, f"staff_code {login.user}", address)
    codes = totp.new_recovery_codes()

    def renew() -> bool:
        hashes = _hashes(codes)
        proof = _find_proof(hall, login.user, code, now=attempt.now)
        with writing(hall.database).begin() as db:
            if not _use_up(db, login.user, proof, now=attempt.now):
                return False
            factor_store.put_recovery_codes(db, login.user, hashes)
            _record_own(db, StaffActKind.RECOVERY_CODES_RENEWED, login, attempt.now)
            return True

    _or_wrong_code(hall, attempt, is_right=hall.run_blocking(renew))
    return codes


def end_other_logins(hall: Hall, token: str, login: Login) -> int:
    """End every login of this person but this one; say how many."""
    now = hall.clock()

    def end() -> int:
        with writing(hall.database).begin() as db:
            count = store.delete_logins_of_staff(db, login.user, but=digest_of(token))
            _record_own(db, StaffActKind.LOGINS_ENDED, login, now, logins_ended=count)
            return count

    count: int = hall.run_blocking(end)
    door_of(hall).forget_staff(login.user)
    return count


@dataclass(frozen=True, slots=True)
class _Proof:
    """What a right code uses up: a time step, or the recovery code of this number."""

    step: int | None = None
    recovery_number: int = 0


def _find_proof(hall: Hall, username: str, code: str, *, now: int) -> _Proof | None:
    """Find what a typed code proves; without a transaction, because recovery codes take a while."""
    typed = totp.plain_code(code)
    with reading(hall.database).connect() as db:
        factor = factor_store.find_factor(db, username)
        unused = factor_store.unused_recovery_codes(db, username)
    if factor is None or not factor.is_enrolled:
        return None
    if len(typed) == totp.DIGITS:
        secret = _open(hall, username, factor.sealed)
        step = totp.step_of(secret, typed, now=now, last_step=factor.last_step)
        return None if step is None else _Proof(step=step)
    numbers = (number for number, stored in unused if passwords.verify(stored, typed))
    return next((_Proof(recovery_number=number) for number in numbers), None)


def _use_up(db: Connection, username: str, proof: _Proof | None, *, now: int) -> bool:
    """Use up what a code proved; say whether it was still to be had."""
    if proof is None:
        return False
    if proof.step is not None:
        return factor_store.take_step(db, username, proof.step)
    if not factor_store.use_recovery_code(db, username, proof.recovery_number, now=now):
        return False
    _record_recovery(db, username, proof.recovery_number, now)
    return True


def _record_recovery(db: Connection, username: str, number: int, now: int) -> None:
    left = factor_store.count_unused_codes(db, username)
    staff_record.append(
        db,
        StaffActKind.RECOVERY_CODE_USED,
        by=username,
        whom=username,
        at=now,
        details={"number": number, "left": left},
    )


def _record_own(db: Connection, kind: StaffActKind, login: Login, now: int, **details: int) -> None:
    staff_record.append(db, kind, by=login.user, whom=login.user, at=now, details=details)


def _replace_login(
    db: Connection, attempt: Attempt, older: str, username: str, *, passed_code: bool
) -> StoredLogin:
    """Begin the login that the attempt has earned in place of the one with the older token."""
    store.delete_login(db, digest_of(older))
    store.insert_staff_login(
        db,
        attempt.digest,
        username,
        now=attempt.now,
        expires_at=attempt.expires_at,
        passed_code=passed_code,
    )
    stored = store.find_login(db, attempt.digest, now=attempt.now)
    assert stored is not None, "it was just stored"
    return stored


def _succeed(hall: Hall, attempt: Attempt, stored: StoredLogin) -> SignedIn:
    # On the hub, not in the thread that asked the database: memory and log belong to it.
    door_of(hall).forget_staff(stored.login.user)
    return note_success(hall, attempt, stored)


def _or_wrong_code(hall: Hall, attempt: Attempt, *, is_right: bool) -> None:
    if not is_right:
        note_failure(hall, attempt)
        raise WrongCode
    door_of(hall).accounts.give_back(attempt.account)


def _is_password(hall: Hall, username: str, password: str) -> bool:
    with reading(hall.database).connect() as db:
        member = store.find_staff(db, username)
    return member is not None and passwords.verify(member.password_hash, password)


def _open(hall: Hall, username: str, sealed: bytes) -> bytes:
    return totp.unseal(sealed, username=username, server_secret=hall.secret_key)


def _hashes(codes: list[str]) -> list[str]:
    # The lighter parameters: 78 bits of chance are found out of no hash.
    return [passwords.hash_pin(totp.plain_code(one)) for one in codes]
