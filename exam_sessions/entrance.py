"""How somebody came in: checked in at the door, with which PIN, and whether it was used."""

from dataclasses import dataclass, replace

from exam_sessions import events


@dataclass(frozen=True, slots=True)
class Entrance:
    """Empty where the roster gives seats and PINs; there nobody is checked in."""

    checked_in_at: int | None = None
    is_late: bool = False
    pin_no: int = 0
    """The PIN that opens; earlier ones open nothing."""
    is_pin_used: bool = False
    use_count: int = 0


EntranceEvent = events.CheckedIn | events.PinIssued | events.PinUsed


def evolve_entrance(entrance: Entrance, event: EntranceEvent, at: int) -> Entrance:
    """Fold one journaled event."""
    match event:
        case events.CheckedIn():
            return replace(entrance, checked_in_at=at, is_late=event.is_late)
        case events.PinIssued():
            return replace(entrance, pin_no=event.pin_no, is_pin_used=False)
        case events.PinUsed():
            return replace(entrance, is_pin_used=True, use_count=entrance.use_count + 1)


def let_in_again(entrance: Entrance) -> Entrance:
    """Staff released, moved or readmitted the candidate: the PIN opens once more."""
    return replace(entrance, is_pin_used=False) if entrance.is_pin_used else entrance
