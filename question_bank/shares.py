"""Shares of a package key: splitting, combining, and the text that a custodian keeps and types.

A key of 32 bytes is two secrets of 16 for Shamir's scheme over GF(2^128), as PyCryptodome has it;
both halves of a share have one index. Fewer than `threshold` shares tell nothing about the key.
Format and vectors: docs/sealing.md.
"""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from Crypto.Protocol.SecretSharing import Shamir

KEY_LENGTH = 32
HALF = 16
LEAST_THRESHOLD = 2
MOST_SHARES = 16
FORMAT = 1
SEAL_PREFIX_LENGTH = 4
CHECK_LENGTH = 6
ROW_COUNT = 6
ROW_LENGTH = 12
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_DOMAIN = b"cat-engine/share/v1\n"
# Digits that the alphabet leaves out, because people read them as these letters.
_MISREAD = str.maketrans("018", "OIB")


class BadShare(Exception):
    """A text that is no share; the message says what to look at."""

    code = "bad_share"

    def __init__(self, message: str, row: int = 0) -> None:
        super().__init__(message)
        self.row = row
        """The row that is mistyped, from 1; 0 when that cannot be told."""


@dataclass(frozen=True, slots=True)
class Share:
    """One custodian's part of a package key.

    Args:
        seal_prefix: the first four bytes of the seal's identifier.
        threshold: how many shares open the seal.
        index: from 1, different for every custodian.
        value: 32 bytes.
    """

    seal_prefix: bytes
    threshold: int
    index: int
    value: bytes

    def __repr__(self) -> str:
        """Without the value: a share must not reach a log."""
        return f"Share(seal {self.seal_prefix.hex()}, {self.index})"


def split(key: bytes, *, seal: bytes, threshold: int, count: int) -> list[Share]:
    """Divide a package key among custodians.

    Raises:
        ValueError: fewer than two would open it, or there are fewer custodians than needed, or
            more than sixteen.
    """
    if not LEAST_THRESHOLD <= threshold <= count <= MOST_SHARES:
        raise ValueError(
            f"a seal needs {LEAST_THRESHOLD} or more shares to open, of at most {MOST_SHARES}"
        )
    assert len(key) == KEY_LENGTH, "an AES-256 key"
    halves = [Shamir.split(threshold, count, half) for half in (key[:HALF], key[HALF:])]
    shares = [
        Share(seal[:SEAL_PREFIX_LENGTH], threshold, left[0], left[1] + right[1])
        for left, right in zip(*halves, strict=True)
    ]
    assert combine(shares[-threshold:]) == key, "what was divided comes together again"
    return shares


def combine(shares: Sequence[Share]) -> bytes:
    """Bring a package key together from shares with different indices; as many as are needed.

    Whether it is the right key is told by the seal's key check, not here.
    """
    chosen = sorted(shares, key=lambda share: share.index)[: shares[0].threshold]
    assert len({share.index for share in chosen}) == shares[0].threshold, "enough different shares"
    return b"".join(
        Shamir.combine([(share.index, share.value[start : start + HALF]) for share in chosen])
        for start in (0, HALF)
    )


def to_text(share: Share) -> str:
    """A share as six rows of letters and digits; the last letter of each row checks that row."""
    content = bytes([FORMAT]) + share.seal_prefix + bytes([share.threshold, share.index])
    content += share.value
    letters = base64.b32encode(content + _check(content)).decode()
    rows = [letters[start : start + ROW_LENGTH] for start in range(0, len(letters), ROW_LENGTH)]
    return "\n".join(
        f"{row[:4]} {row[4:8]} {row[8:]} {_row_letter(number, row)}"
        for number, row in enumerate(rows, start=1)
    )


def from_text(text: str) -> Share:
    """The share that a custodian typed; spaces, dashes and capitals mean nothing.

    Raises:
        BadShare: naming the row that was mistyped, as far as that can be told.
    """
    letters = "".join(letter for letter in text.upper() if not letter.isspace() and letter != "-")
    letters = letters.translate(_MISREAD)
    expected = ROW_COUNT * (ROW_LENGTH + 1)
    if len(letters) != expected:
        raise BadShare(f"a share has {expected} letters and digits; these are {len(letters)}")
    rows = []
    for number in range(1, ROW_COUNT + 1):
        row, letter = _row(letters, number)
        if any(one not in ALPHABET for one in row) or _row_letter(number, row) != letter:
            raise BadShare(f"row {number} is mistyped", number)
        rows.append(row)
    try:
        content = base64.b32decode("".join(rows))
    except binascii.Error as error:
        raise BadShare("this is no share") from error
    content, check = content[:-CHECK_LENGTH], content[-CHECK_LENGTH:]
    if check != _check(content):
        raise BadShare("the share is mistyped, or rows stand in another order")
    if content[0] != FORMAT:
        raise BadShare("this share is of a later version of the program")
    prefix, numbers, value = content[1:5], content[5:7], content[7:]
    threshold, index = numbers
    if not (LEAST_THRESHOLD <= threshold <= MOST_SHARES and 1 <= index <= MOST_SHARES):
        raise BadShare("this is no share")
    return Share(prefix, threshold, index, value)


def _row(letters: str, number: int) -> tuple[str, str]:
    start = (number - 1) * (ROW_LENGTH + 1)
    return letters[start : start + ROW_LENGTH], letters[start + ROW_LENGTH]


def _row_letter(number: int, row: str) -> str:
    digest = hashlib.sha256(_DOMAIN + f"{number} {row}".encode()).digest()
    return ALPHABET[digest[0] >> 3]


def _check(content: bytes) -> bytes:
    return hashlib.sha256(_DOMAIN + content).digest()[:CHECK_LENGTH]
