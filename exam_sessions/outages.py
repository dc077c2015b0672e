"""When no workstation spoke for a sitting: measured by the server, whatever a page says of it.

An outage begins with the last word that the server had from the workstation, not with the moment at
which it noticed that there came no more: a pulled cable goes unnoticed for some seconds.
"""

from dataclasses import dataclass, replace

OUTAGE_LIMIT = 50
"""Outages of a sitting that are kept; of a line that comes and goes, the latest."""


@dataclass(frozen=True, slots=True)
class Outage:
    """From the last word of a workstation until the next; `until` is None while it lasts."""

    since: int
    until: int | None = None


Outages = tuple[Outage, ...]


def go_down(outages: Outages, since: int) -> Outages:
    """The line was last heard at `since`; one that is down already stays as it is."""
    if outages and outages[-1].until is None:
        return outages
    return (*outages, Outage(since))[-OUTAGE_LIMIT:]


def come_back(outages: Outages, at: int) -> Outages:
    """A workstation speaks again."""
    if not outages or outages[-1].until is not None:
        return outages
    return (*outages[:-1], replace(outages[-1], until=max(at, outages[-1].since)))


def outage_over(outages: Outages, instant: int, *, joined_ms: int) -> Outage | None:
    """The outage that lasted over an instant, or None: the line was up.

    What was heard for less than `joined_ms` between two outages did not end the first one: a line
    that comes back for a moment is no line on which everything can be delivered.
    """
    covering: Outage | None = None
    for one in outages:
        if covering is None:
            if one.since <= instant and (one.until is None or one.until >= instant):
                covering = one
        elif covering.until is not None and one.since - covering.until <= joined_ms:
            covering = replace(covering, until=one.until)
    return covering
