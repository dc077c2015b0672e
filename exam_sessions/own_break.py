"""What tells a candidate's own break from a pause by staff, and how long it lasted."""

from dataclasses import dataclass

from exam_sessions import events

OWN_BREAK = "own_break"
"""The reason of a pause that the candidate began; staff have no such reason."""


def lasted_ms(paused: events.Paused | None, paused_at: int | None, at: int) -> int:
    """How long a break that ends now has lasted; 0 for a pause that was none."""
    if paused is None or paused.reason != OWN_BREAK or paused_at is None:
        return 0
    return max(0, at - paused_at)


@dataclass(frozen=True, slots=True)
class Break:
    """Begin or end an own break: the clock stands, items are hidden, within the allowance."""

    epoch: int
    starts: bool
