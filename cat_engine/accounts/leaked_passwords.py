"""Passwords of our length that were made public, as a file of digests that names none of them.

The file holds, for every entry of at least 12 characters among the million passwords that were
found most often in 10,000,000 public ones, the first five bytes of the SHA-256 of its case-folded
text, sorted. A password that stands in it is always found; one that does not is taken for one of
them with a chance of 4 in 100,000,000 (43,940 in 2^40). It is read when somebody sets a password
and kept in no memory. Where the list comes from and how to make the file anew: docs/staff.md.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable
from pathlib import Path

FILE = Path(__file__).with_name("leaked-passwords.bin")
LENGTH_LEAST = 12
DIGEST_SIZE = 5


def is_leaked(password: str) -> bool:
    """Say whether a password, in whatever case, is among those that were made public."""
    return contains(FILE.read_bytes(), password)


def contains(digests: bytes, password: str) -> bool:
    """Say whether sorted digests hold that of a password."""
    wanted = _digest(password)
    low, high = 0, len(digests) // DIGEST_SIZE
    while low < high:
        middle = (low + high) // 2
        if digests[middle * DIGEST_SIZE : (middle + 1) * DIGEST_SIZE] < wanted:
            low = middle + 1
        else:
            high = middle
    return digests[low * DIGEST_SIZE : (low + 1) * DIGEST_SIZE] == wanted


def build(passwords: Iterable[str]) -> bytes:
    """The sorted digests of those passwords that are long enough for us."""
    long_enough = (one for one in passwords if len(one) >= LENGTH_LEAST)
    return b"".join(sorted({_digest(one) for one in long_enough}))


def _digest(password: str) -> bytes:
    return hashlib.sha256(password.casefold().encode()).digest()[:DIGEST_SIZE]


if __name__ == "__main__":
    FILE.write_bytes(build(sys.stdin.read().splitlines()))
