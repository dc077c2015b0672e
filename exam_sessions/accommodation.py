"""What of a standing profile applies to a candidate: text, contrast, timer, breaks.

Extra time is not here: it follows from disability and formation type by the blueprint's rule.
"""

import json
from dataclasses import asdict, dataclass, replace
from typing import Any

from exam_sessions import events
from question_bank.chain import canonical

TEXT_SIZES = ("normal", "large", "largest")
CONTRASTS = ("normal", "high")
TIMERS = ("shown", "thresholds", "request")
"""Shown all the time; announced at thresholds alone; or told on request alone."""
DISABILITIES = ("", "visual", "hearing", "motor", "other")
BREAK_LIMIT_MINUTES = 240


@dataclass(frozen=True, slots=True)
class Accommodation:
    """How the exam page starts for a person, and how long their clock may stand in all.

    `revision` is the one of the profile that it was taken from; 0: from no profile.
    """

    text_size: str = "normal"
    contrast: str = "normal"
    timer: str = "shown"
    break_minutes: int = 0
    revision: int = 0

    def __post_init__(self) -> None:
        assert self.text_size in TEXT_SIZES
        assert self.contrast in CONTRASTS
        assert self.timer in TIMERS
        assert 0 <= self.break_minutes <= BREAK_LIMIT_MINUTES


NONE = Accommodation()


def to_text(accommodation: Accommodation) -> str:
    """Canonical JSON; empty for nobody's."""
    return "" if accommodation == NONE else canonical(asdict(accommodation))


def from_text(text: str) -> Accommodation:
    """The value that `to_text` wrote."""
    values: dict[str, Any] = json.loads(text) if text else {}
    return Accommodation(**values)


def accommodated(seated: events.Seated, event: events.Accommodated) -> events.Seated:
    """What somebody is seated with, after a profile that was recorded later."""
    return replace(
        seated,
        disability=event.disability,
        part_minutes=tuple(event.part_minutes),
        text_size=event.text_size,
        contrast=event.contrast,
        timer=event.timer,
        break_minutes=event.break_minutes,
    )
