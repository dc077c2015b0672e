"""Time that a candidate lost because no workstation spoke for the sitting while its clock ran.

Measured from the journal alone: from the loss of the line to the next attachment, to a pause, or to
the end of the part, whichever is first. What was given back for it is counted against it, so that
nobody is compensated twice and everybody by the same rule.
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Losses:
    """Lost and given back, in milliseconds; `since` while the line is down and the clock runs."""

    since: int | None = None
    by_server: bool = False
    lost_ms: int = 0
    given_ms: int = 0


def begin_loss(losses: Losses, at: int, *, by_server: bool) -> Losses:
    """The line went down at `at`; one that is down already stays as it is."""
    if losses.since is not None:
        return losses
    return replace(losses, since=at, by_server=by_server)


def end_loss(losses: Losses, at: int) -> Losses:
    """The line is back, or the clock stands."""
    if losses.since is None:
        return losses
    lost_ms = losses.lost_ms + max(0, at - losses.since)
    return replace(losses, since=None, by_server=False, lost_ms=lost_ms)


def give_back(losses: Losses, measured_ms: int) -> Losses:
    """Time was given for what was measured."""
    return replace(losses, given_ms=losses.given_ms + measured_ms)


def owed_ms(losses: Losses) -> int:
    """What was lost in interruptions that are over, and not given back."""
    return max(0, losses.lost_ms - losses.given_ms)
