"""Chance that anybody can repeat: numbers drawn from SHA-256 of a seed and a counter.

Template processing draws the numbers of an item once, when it is imported; from then on the item
is fixed. Python's own generators promise no stability between versions.
"""

import hashlib
from fractions import Fraction

WORD_BITS = 64


class Chance:
    """A stream of numbers from one seed."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._count = 0

    @property
    def is_used(self) -> bool:
        """Whether anything was drawn."""
        return self._count > 0

    def below(self, bound: int) -> int:
        """A whole number from 0 to bound - 1, all equally likely (by rejection)."""
        assert bound > 0, "there is something to draw"
        size = max(WORD_BITS, bound.bit_length() + 8)
        span = 1 << size
        while True:
            drawn = self._word(size)
            if drawn < span - span % bound:
                return drawn % bound

    def fraction(self) -> Fraction:
        """A number from 0 up to but not including 1, of 53 binary places."""
        return Fraction(self._word(WORD_BITS) >> (WORD_BITS - 53), 1 << 53)

    def _word(self, size: int) -> int:
        found = b""
        while len(found) * 8 < size:
            text = f"{self._seed}\n{self._count}"
            found += hashlib.sha256(text.encode()).digest()
            self._count += 1
        return int.from_bytes(found, "big") >> (len(found) * 8 - size)
