"""Token buckets: how often something may be tried, in bounded memory.

The generic cell rate algorithm: a key stores one number, the instant at which its bucket would be
full again. All calls come from the one native thread of the server, so nothing is locked. When
there are too many keys the one used longest ago is forgotten; whoever could push a key out would
need `key_limit` other keys, which the bucket per address does not let through.
"""

from __future__ import annotations

from collections import OrderedDict


class TokenBuckets:
    """Buckets of `capacity` tokens per key, one token coming back every `refill_ms`."""

    def __init__(self, *, capacity: int, refill_ms: int, key_limit: int = 20_000) -> None:
        """Start with every bucket full."""
        assert capacity > 0
        assert refill_ms > 0
        assert key_limit > 0
        self._burst_ms = (capacity - 1) * refill_ms
        self._refill_ms = refill_ms
        self._key_limit = key_limit
        self._full_at: OrderedDict[str, int] = OrderedDict()

    def wait_ms(self, key: str, *, now: int) -> int:
        """Say how long until a token is there; 0 when there is one."""
        full_at = max(self._full_at.get(key, now), now)
        return max(0, full_at - now - self._burst_ms)

    def take(self, key: str, *, now: int) -> int:
        """Take a token and give 0; or take none and give the wait in milliseconds."""
        wait_ms = self.wait_ms(key, now=now)
        if wait_ms == 0:
            self._full_at[key] = max(self._full_at.get(key, now), now) + self._refill_ms
            self._full_at.move_to_end(key)
            while len(self._full_at) > self._key_limit:
                self._full_at.popitem(last=False)
        return wait_ms

    def give_back(self, key: str) -> None:
        """Put one token back, because what it was taken for turned out to be right."""
        if key in self._full_at:
            self._full_at[key] -= self._refill_ms

    def __len__(self) -> int:
        """Count the keys that are remembered."""
        return len(self._full_at)
