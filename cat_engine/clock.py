"""The only module that reads a clock."""

import time


class Clock:
    """Server time in milliseconds since the Unix epoch, UTC; it never runs backwards.

    The system's time is read once; from then on the monotonic clock counts. `not_before` is the
    last sign of life of the server before this one: a system clock set back does not go below it.
    """

    def __init__(self, not_before: int = 0) -> None:
        self._started_at = max(wall_now(), not_before)
        self._started_monotonic = time.monotonic()

    def __call__(self) -> int:
        """Now."""
        return self._started_at + int((time.monotonic() - self._started_monotonic) * 1_000)


def wall_now() -> int:
    """The system's time, for beginnings only, in milliseconds since the epoch."""
    return int(time.time() * 1_000)


def monotonic_s() -> float:
    """Seconds that only ever grow; where they begin means nothing."""
    return time.monotonic()
