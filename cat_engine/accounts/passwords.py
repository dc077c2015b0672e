"""Passwords and PINs as Argon2id hashes.

Staff passwords use the first parameters OWASP recommends for Argon2id (19 MiB, two passes, one
lane). PINs use lighter ones on purpose: a PIN lives for one exam session, guessing is stopped by
the rate limit per account, six digits could be tried offline against any hash, and a thousand
candidates log in at one instant on a machine that is about to start their exam.

Hashing takes milliseconds of CPU: call `verify` and `hash_*` through `hall.run_blocking`.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from enum import StrEnum
from functools import cache

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from cat_engine.accounts import leaked_passwords

MIB = 1024
PASSWORD_LEAST = leaked_passwords.LENGTH_LEAST
PASSWORD_MOST = 256
DIFFERENT_LEAST = 5
UNCOMMON_LEAST = 4
"""Letters that must be left when common words are taken out, unless there were none."""
NAME_LEAST = 4
REPEATS = 26
COMMON_WORDS = frozenset(
    [
        "password",
        "passwort",
        "passw",
        "katasandi",
        "sandi",
        "rahasia",
        "secret",
        "admin",
        "administrator",
        "superuser",
        "root",
        "welcome",
        "selamat",
        "datang",
        "letmein",
        "login",
        "masuk",
        "qwerty",
        "qwertyuiop",
        "asdfgh",
        "zxcvbn",
        "iloveyou",
        "sayang",
        "cinta",
        "bismillah",
        "alhamdulillah",
        "indonesia",
        "merdeka",
        "pancasila",
        "garuda",
        "jakarta",
        "bandung",
        "surabaya",
        "ujian",
        "cpns",
        "pppk",
        "cat",
        "catengine",
        "engine",
        "proctor",
        "pengawas",
        "candidate",
        "peserta",
        "test",
        "testing",
        "demo",
        "monkey",
        "dragon",
        "football",
        "master",
        "sunshine",
        "princess",
        "default",
        "changeme",
        "abc",
        "abcd",
    ]
)
_RUNS = (
    "abcdefghijklmnopqrstuvwxyz",
    "1234567890",
    "0123456789",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertyuiop",
    "asdfghjkl",
    "1q2w3e4r5t6y7u8i9o0p",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
)
PIN_DIGITS = 6
GUESSES_LEAST = 10**10
"""zxcvbn's highest class: a hash that is stolen is not worth the work either."""
GUESSED_LENGTH = 72
READABLE = "23456789abcdefghjkmnpqrstvwxyz"

_PASSWORDS = PasswordHasher(time_cost=2, memory_cost=19 * MIB, parallelism=1, type=Type.ID)
_PINS = PasswordHasher(
    time_cost=1, memory_cost=2 * MIB, parallelism=1, hash_len=16, salt_len=8, type=Type.ID
)


class Weakness(StrEnum):
    """Why a new password of staff is refused; the sentence is `weak.<value>` of the catalogue."""

    SHORT = "short"
    LONG = "long"
    FEW_LETTERS = "few_letters"
    COMMON_WORDS = "common_words"
    RUN = "run"
    LEAKED = "leaked"
    GUESSED_SOON = "guessed_soon"


def weakness(password: str, username: str, *, context: Iterable[str] = ()) -> Weakness | None:
    """Say why a new password of staff is refused, or None.

    Length counts and no kinds of characters are asked for (NIST SP 800-63B). Refused is what
    guessers try first: common words, the username, the words of the context and this program's name
    with figures around them, few different characters, runs of the alphabet, the digits or the
    keyboard; what stands in the list of passwords that were made public; and whatever zxcvbn finds
    in fewer than `GUESSES_LEAST` guesses with its lists of 30,000 passwords that were made public,
    of words and of names, also with figures for letters, doubled, turned round, or with years and
    dates. It asks no network and takes about 2 ms.

    Args:
        password: as typed.
        username: whose it will be.
        context: what else a guesser would know, such as the person's name and the site's.
    """
    plain = password.casefold()
    known = {part for words in (username, *context) for part in _parts(words)}
    if len(password) < PASSWORD_LEAST:
        return Weakness.SHORT
    if len(password) > PASSWORD_MOST:
        return Weakness.LONG
    if len(set(plain)) < DIFFERENT_LEAST:
        return Weakness.FEW_LETTERS
    rest = "".join(letter for letter in plain if letter.isalpha())
    for word in sorted({*COMMON_WORDS, *known}, key=len, reverse=True):
        rest = rest.replace(word, "")
    if len(rest) < UNCOMMON_LEAST and len(rest) < sum(map(str.isalpha, plain)):
        return Weakness.COMMON_WORDS
    if any(_covers(run, plain) for run in _RUNS):
        return Weakness.RUN
    if leaked_passwords.is_leaked(password):
        return Weakness.LEAKED
    if _guesses(plain, known) < GUESSES_LEAST:
        return Weakness.GUESSED_SOON
    return None


def readable_secret() -> str:
    """Draw a secret of about 78 bits that is easy to read out: no letters that look alike."""
    groups = ("".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


def _guesses(plain: str, known: set[str]) -> int:
    """How many guesses a good guesser needs; only the beginning of a long password is looked at."""
    # Its lists take 20 MB and are needed on the day on which somebody sets a password.
    from zxcvbn import zxcvbn  # noqa: PLC0415

    found = zxcvbn(plain[:GUESSED_LENGTH], user_inputs=sorted({*COMMON_WORDS, *known}))
    return int(found["guesses"])


def _parts(words: str) -> set[str]:
    """The words of a name that are long enough to be found in a password."""
    return {part for part in re.split("[^a-z]+", words.casefold()) if len(part) >= NAME_LEAST}


def _covers(run: str, plain: str) -> bool:
    """Say whether a text is a piece of a run, forwards or backwards, again and again."""
    return plain in run * REPEATS or plain in run[::-1] * REPEATS


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
