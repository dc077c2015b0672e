"""How somebody came in: checked in at the door, with which PIN, and whether it was used."""

from dataclasses import dataclass, replace

from exam_sessions import events


@dataclass(frozen=True, slots=True)
class Turned:
    """An entry that was refused: when, at which workstation, for what, and how many so far."""

    at: int
    epoch: int
    station: str
    browser: str
    count: int


@dataclass(frozen=True, slots=True)
class Entrance:
    """Empty where the roster gives seats and PINs; there nobody is checked in."""

    checked_in_at: int | None = None
    is_late: bool = False
    pin_no: int = 0
    """The PIN that opens; earlier ones open nothing."""
    is_pin_used: bool = False
    use_count: int = 0
    refused: Turned | None = None
    """The last entry that was refused, whoever has got in since."""


EntranceEvent = events.CheckedIn | events.PinIssued | events.PinUsed | events.EntryRefused
REFUSED_AGAIN_MS = 60_000
"""A page that tries again by itself is one refusal a minute, not one a second."""
REFUSED_LIMIT = 60


def has_news(entrance: Entrance, browser: str, epoch: int, now: int) -> bool:
    """Whether a refused entry says anything that is not on record already."""
    last = entrance.refused
    if last is None:
        return True
    if last.count >= REFUSED_LIMIT:
        return False
    return (last.browser, last.epoch) != (browser, epoch) or now - last.at >= REFUSED_AGAIN_MS


def evolve_entrance(entrance: Entrance, event: EntranceEvent, at: int) -> Entrance:
    """Fold one journaled event."""
    match event:
        case events.CheckedIn():
            return replace(entrance, checked_in_at=at, is_late=event.is_late)
        case events.PinIssued():
            return replace(entrance, pin_no=event.pin_no, is_pin_used=False)
        case events.PinUsed():
            return replace(entrance, is_pin_used=True, use_count=entrance.use_count + 1)
        case events.EntryRefused():
            count = entrance.refused.count + 1 if entrance.refused else 1
            turned = Turned(at, event.epoch, event.station, event.browser, count)
            return replace(entrance, refused=turned)


def let_in_again(entrance: Entrance) -> Entrance:
    """Staff released, moved or readmitted the candidate: the PIN opens once more."""
    return replace(entrance, is_pin_used=False) if entrance.is_pin_used else entrance
