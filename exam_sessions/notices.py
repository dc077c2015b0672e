"""What a candidate's page noticed: focus, full screen, clipboard, print, a second screen.

Indicators, never verdicts: they are forgeable and noisy, nothing follows from them by itself.
Kept as evidence through the one road, bounded, so that a page gone wild cannot fill the journal;
the page adds up what happens often and reports it together.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from exam_sessions import events

KINDS = (
    "focus_lost",
    "focus_back",
    "full_screen_left",
    "copy",
    "paste",
    "print",
    "second_screen",
)
PER_MINUTE_LIMIT = 12
PER_SITTING_LIMIT = 600
COUNT_LIMIT = 1_000
LASTED_LIMIT_MS = 24 * 3_600_000
MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Tally:
    """How often something was noticed, when last, and how long it lasted together."""

    count: int
    last_at: int
    lasted_ms: int


@dataclass(frozen=True, slots=True)
class Notices:
    """Everything noticed in a sitting."""

    tallies: Mapping[str, Tally] = field(default_factory=lambda: MappingProxyType({}))
    entry_count: int = 0
    recent: tuple[int, ...] = ()
    """Instants of the newest entries, at most as many as a minute may have."""

    def has_room(self, now: int) -> bool:
        """Whether one more may be kept now."""
        if self.entry_count >= PER_SITTING_LIMIT:
            return False
        return len(self.recent) < PER_MINUTE_LIMIT or now - self.recent[0] >= MINUTE_MS


def add(notices: Notices, event: events.Noticed, at: int) -> Notices:
    """Fold one journaled event."""
    before = notices.tallies.get(event.kind, Tally(0, at, 0))
    happened_at = at - event.held_ms
    tally = Tally(
        count=before.count + event.count,
        last_at=max(before.last_at, happened_at) if before.count else happened_at,
        lasted_ms=before.lasted_ms + event.lasted_ms,
    )
    return replace(
        notices,
        tallies=MappingProxyType({**notices.tallies, event.kind: tally}),
        entry_count=notices.entry_count + 1,
        recent=(*notices.recent, at)[-PER_MINUTE_LIMIT:],
    )
