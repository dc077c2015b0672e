"""Time left, as arithmetic: one part's clock under extra time, pauses and extensions.

Instants are integer milliseconds since the Unix epoch, UTC; durations are milliseconds. Nothing
here reads a clock. Time left falls by exactly the time that passes while the clock runs, stands
still in a pause, and rises only by `extend`.
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class PartClock:
    """The clock of one part of one sitting, from the first item shown."""

    begun_at: int
    allotment_ms: int
    extension_ms: int = 0
    paused_ms: int = 0
    paused_at: int | None = None


def begin(now: int, *, allotment_ms: int, extension_ms: int = 0) -> PartClock:
    """Start a clock at `now`."""
    assert allotment_ms > 0
    assert extension_ms >= 0
    return PartClock(begun_at=now, allotment_ms=allotment_ms, extension_ms=extension_ms)


def pause(clock: PartClock, now: int) -> PartClock:
    """Stop the clock at `now`; a clock that stands already stays as it is."""
    if clock.paused_at is not None:
        return clock
    return replace(clock, paused_at=max(now, clock.begun_at))


def resume(clock: PartClock, now: int) -> PartClock:
    """Let a stopped clock run again from `now`."""
    if clock.paused_at is None:
        return clock
    stood_ms = max(0, now - clock.paused_at)
    return replace(clock, paused_at=None, paused_ms=clock.paused_ms + stood_ms)


def extend(clock: PartClock, extension_ms: int) -> PartClock:
    """Give more time; the only way in which time left rises."""
    assert extension_ms > 0
    return replace(clock, extension_ms=clock.extension_ms + extension_ms)


def withdraw(clock: PartClock, extension_ms: int) -> PartClock:
    """Take an extension back."""
    assert 0 < extension_ms <= clock.extension_ms
    return replace(clock, extension_ms=clock.extension_ms - extension_ms)


def deadline_at(clock: PartClock) -> int | None:
    """The instant at which time left becomes 0, or None while the clock stands."""
    if clock.paused_at is not None:
        return None
    return clock.begun_at + clock.allotment_ms + clock.extension_ms + clock.paused_ms


def time_left_ms(clock: PartClock, now: int) -> int:
    """Milliseconds left at `now`, never below 0."""
    shown_at = now if clock.paused_at is None else clock.paused_at
    spent_ms = max(0, shown_at - clock.begun_at - clock.paused_ms)
    return max(0, clock.allotment_ms + clock.extension_ms - spent_ms)


def is_over(clock: PartClock, now: int, *, grace_ms: int) -> bool:
    """Whether the deadline and the grace for messages under way have both passed."""
    deadline = deadline_at(clock)
    return deadline is not None and now > deadline + grace_ms
