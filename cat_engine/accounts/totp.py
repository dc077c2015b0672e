"""Codes of a second factor: time-based one-time passwords (RFC 6238) and recovery codes.

An app on somebody's phone and this server share a secret of 160 bits. A code of six digits is made
of the secret and the count of half minutes since 1970, so it is right for half a minute; one step
before and after is taken, for clocks that differ. A step that was used once is never taken again.

In the database the secret stands sealed with AES-256-GCM, under a key made of the server's secret
and bound to the username: whoever reads the database alone can make no code, and a row that was
copied to somebody else's name opens nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import b32encode
from urllib.parse import quote

from Crypto.Cipher import AES

from cat_engine.accounts.passwords import readable_secret

SECRET_BYTES = 20
STEP_MS = 30_000
DIGITS = 6
STEPS_AROUND = 1
NONCE_BYTES = 12
TAG_BYTES = 16
RECOVERY_COUNT = 10
NEVER = -1
"""The last step taken of a secret that no code was taken of."""


class SealBroken(Exception):
    """A sealed secret was changed, or the server's secret is another one now."""

    code = "factor_unreadable"


def new_secret() -> bytes:
    """Draw the secret of a second factor."""
    return secrets.token_bytes(SECRET_BYTES)


def code_at(secret: bytes, step: int) -> str:
    """Give the code of a time step.

    Source: RFC 6238 with HMAC-SHA-1, as every app understands it; RFC 4226, section 5.3.
    """
    digest = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def step_of(secret: bytes, code: str, *, now: int, last_step: int) -> int | None:
    """Give the time step of which this is the code, if it was not taken before; else None."""
    current = now // STEP_MS
    found = None
    for step in range(current - STEPS_AROUND, current + STEPS_AROUND + 1):
        is_right = hmac.compare_digest(code_at(secret, step).encode(), code.encode())
        if is_right and step > last_step:
            found = step
    return found


def seal(secret: bytes, *, username: str, server_secret: bytes) -> bytes:
    """Give the secret as it is stored: nonce, tag and ciphertext."""
    cipher = AES.new(_key(server_secret), AES.MODE_GCM, nonce=secrets.token_bytes(NONCE_BYTES))
    cipher.update(username.encode())
    content, tag = cipher.encrypt_and_digest(secret)
    return bytes(cipher.nonce) + tag + content


def unseal(sealed: bytes, *, username: str, server_secret: bytes) -> bytes:
    """Give the secret back.

    Raises:
        SealBroken: it was sealed for another name or under another secret, or was changed.
    """
    nonce, tag = sealed[:NONCE_BYTES], sealed[NONCE_BYTES : NONCE_BYTES + TAG_BYTES]
    try:
        cipher = AES.new(_key(server_secret), AES.MODE_GCM, nonce=nonce)
        cipher.update(username.encode())
        return cipher.decrypt_and_verify(sealed[NONCE_BYTES + TAG_BYTES :], tag)
    except ValueError as broken:
        raise SealBroken(f"the second factor of {username} cannot be opened") from broken


def as_text(secret: bytes) -> str:
    """Give the secret as people type it into an app: base 32, in groups of four."""
    plain = b32encode(secret).decode()
    return " ".join(plain[at : at + 4] for at in range(0, len(plain), 4))


def address(secret: bytes, *, username: str, issuer: str) -> str:
    """Give the address that apps read from a QR code."""
    label = quote(f"{issuer}:{username}", safe="")
    plain = b32encode(secret).decode()
    return f"otpauth://totp/{label}?secret={plain}&issuer={quote(issuer, safe='')}"


def new_recovery_codes() -> list[str]:
    """Draw the codes for the day on which the phone is lost; about 78 bits each."""
    return [readable_secret() for _ in range(RECOVERY_COUNT)]


def plain_code(typed: str) -> str:
    """Give a typed code without the spaces and hyphens that people put into it."""
    return "".join(letter for letter in typed.casefold() if letter.isalnum())


def _key(server_secret: bytes) -> bytes:
    return hmac.digest(server_secret, b"cat-engine/second-factor/v1", hashlib.sha256)
