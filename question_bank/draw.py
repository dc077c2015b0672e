"""Choices and shuffles that anybody can repeat from a public seed, on any machine, for ever.

The stream of a purpose is HMAC-SHA-256(seed, purpose || 0x00 || counter), counter as eight bytes
from 0, block after block. An integer below n takes as many bytes as n-1 needs, keeps the low bits,
and rejects what is not below n, so that every value is equally likely. Shuffling is Fisher-Yates
from the first place up. Source: docs/algorithms/draw.md, vectors in tests/vectors/draw.json.
"""

import hashlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
BYTE_VALUES = 256
BLOCK_BYTES = 32
HASH_BLOCK_BYTES = 64


class Stream:
    """An endless row of bytes that depends on seed and purpose alone."""

    def __init__(self, seed: str | bytes, purpose: str) -> None:
        assert "\0" not in purpose, "NUL ends the purpose"
        self._inner, self._outer = _keyed(seed.encode() if isinstance(seed, str) else seed)
        self._purpose = purpose.encode() + b"\0"
        self._counter = 0
        self._left = b""

    def take(self, count: int) -> bytes:
        """The next bytes."""
        if len(self._left) < count:
            blocks = (count - len(self._left) + BLOCK_BYTES - 1) // BLOCK_BYTES
            self._left += b"".join(map(self._block, range(self._counter, self._counter + blocks)))
            self._counter += blocks
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
        if len(values) > BYTE_VALUES:
            return list(self.deal(values))
        # The same as `deal`, where every integer takes one byte: forms hold many short lists.
        pool = list(values)
        limit = len(pool)
        for index in range(limit - 1):
            mask = (1 << (limit - index - 1).bit_length()) - 1
            other = limit
            while other >= limit - index:
                if not self._left:
                    self._left = self._block(self._counter)
                    self._counter += 1
                other, self._left = self._left[0] & mask, self._left[1:]
            other += index
            pool[index], pool[other] = pool[other], pool[index]
        return pool

    def choose(self, values: Sequence[T], count: int) -> list[T]:
        """So many of the values, without repetition, in a drawn order."""
        assert 0 <= count <= len(values), "no more can be chosen than there are"
        return list(islice(self.deal(values), count))

    def _block(self, counter: int) -> bytes:
        """HMAC-SHA-256 of one block; from copies of the keyed hashes, which halves the time."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(self._purpose + counter.to_bytes(8, "big"))
        outer.update(inner.digest())
        return outer.digest()


@lru_cache(maxsize=16)
def _keyed(key: bytes) -> "tuple[hashlib._Hash, hashlib._Hash]":
    """The inner and outer hash of HMAC (RFC 2104) after the key: never changed, only copied."""
    if len(key) > HASH_BLOCK_BYTES:
        key = hashlib.sha256(key).digest()
    padded = key.ljust(HASH_BLOCK_BYTES, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded))
    return inner, hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))
