"""Choices and shuffles that anybody can repeat from a public seed, on any machine, for ever.

The stream of a purpose is HMAC-SHA-256(seed, purpose || 0x00 || counter), counter as eight bytes
from 0, block after block. An integer below n takes as many bytes as n-1 needs, keeps the low bits,
and rejects what is not below n, so that every value is equally likely. Shuffling is Fisher-Yates
from the first place up. Source: docs/algorithms/draw.md, vectors in tests/vectors/draw.json.
"""

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


class Stream:
    """An endless row of bytes that depends on seed and purpose alone."""

    def __init__(self, seed: str | bytes, purpose: str) -> None:
        assert "\0" not in purpose, "NUL ends the purpose"
        self._key = seed.encode() if isinstance(seed, str) else seed
        self._purpose = purpose.encode() + b"\0"
        self._counter = 0
        self._left = b""

    def take(self, count: int) -> bytes:
        """The next bytes."""
        while len(self._left) < count:
            block = self._purpose + self._counter.to_bytes(8, "big")
            self._left += hmac.digest(self._key, block, hashlib.sha256)
            self._counter += 1
        taken, self._left = self._left[:count], self._left[count:]
        return taken

    def below(self, limit: int) -> int:
        """An integer from 0 to limit - 1, each equally likely; a limit of 1 takes no bytes."""
        assert limit > 0, "there is no integer below 0"
        bits = (limit - 1).bit_length()
        size = (bits + 7) // 8
        while True:
            value = int.from_bytes(self.take(size), "big") & ((1 << bits) - 1)
            if value < limit:
                return value

    def deal(self, values: Sequence[T]) -> Iterator[T]:
        """The values in a drawn order, one by one; nothing is drawn for those not asked for."""
        pool = list(values)
        for index in range(len(pool)):
            other = index + self.below(len(pool) - index)
            pool[index], pool[other] = pool[other], pool[index]
            yield pool[index]

    def shuffle(self, values: Sequence[T]) -> list[T]:
        """All values in a drawn order."""
        return list(self.deal(values))

    def choose(self, values: Sequence[T], count: int) -> list[T]:
        """So many of the values, without repetition, in a drawn order."""
        assert 0 <= count <= len(values), "no more can be chosen than there are"
        return list(islice(self.deal(values), count))
