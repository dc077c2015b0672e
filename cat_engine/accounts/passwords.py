"""Passwords and PINs as Argon2id hashes.

Staff passwords use the first parameters OWASP recommends for Argon2id (19 MiB, two passes, one
lane). PINs use lighter ones on purpose: a PIN lives for one exam session, guessing is stopped by
the rate limit per account, six digits could be tried offline against any hash, and a thousand
candidates log in at one instant on a machine that is about to start their exam.

Hashing takes milliseconds of CPU: call `verify` and `hash_*` through `hall.run_blocking`.
"""

from __future__ import annotations

import secrets
from functools import cache

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

MIB = 1024
PIN_DIGITS = 6

_PASSWORDS = PasswordHasher(time_cost=2, memory_cost=19 * MIB, parallelism=1, type=Type.ID)
_PINS = PasswordHasher(
    time_cost=1, memory_cost=2 * MIB, parallelism=1, hash_len=16, salt_len=8, type=Type.ID
)


def hash_password(password: str) -> str:
    """Give the Argon2id hash of a staff password, with its parameters in the text."""
    return _PASSWORDS.hash(password)


def hash_pin(pin: str) -> str:
    """Give the lighter Argon2id hash of a candidate's PIN."""
    return _PINS.hash(pin)


def verify(stored_hash: str, secret: str) -> bool:
    """Say whether the secret made this hash; a hash nobody can read belongs to nobody."""
    try:
        return _PASSWORDS.verify(stored_hash, secret)
    except (VerificationError, InvalidHashError):
        return False


def verify_nobody(secret: str, *, is_pin: bool) -> None:
    """Spend the time a check of a real account takes, so unknown names answer no faster."""
    verify(_nobody(is_pin=is_pin), secret)


def new_pin() -> str:
    """Draw a PIN; a secret, never part of a draw anybody repeats."""
    return f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}d}"


@cache
def _nobody(*, is_pin: bool) -> str:
    secret = secrets.token_hex(16)
    return hash_pin(secret) if is_pin else hash_password(secret)
