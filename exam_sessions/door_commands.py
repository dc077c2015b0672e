"""What may be asked at the door: imperative, not yet true."""

from dataclasses import dataclass, field

from exam_sessions.commands import Act

BY_EYE = "by_eye"
FACES = ("match", "no_match", "unsure", "failed", BY_EYE)
"""What a face check says; failed: no answer in time, or none that can be read."""
SURE = ("match", BY_EYE)


@dataclass(frozen=True, slots=True)
class Face:
    """The decision of a face check, with who made it; nothing biometric."""

    decision: str = BY_EYE
    score: str = ""
    by: str = ""

    def __post_init__(self) -> None:
        assert self.decision in FACES


@dataclass(frozen=True, slots=True)
class OpenCheckIn:
    """Commit to a key and to the seats, and let people be checked in."""

    by: str
    commitment: str
    closes_at: int
    seats: tuple[tuple[str, str, int, int, int], ...]


@dataclass(frozen=True, slots=True)
class CheckIn:
    """Draw a seat for somebody who stands at the door; `is_by_eye`: a person has decided."""

    act: Act
    participant_no: str
    face: Face = field(default_factory=Face)
    is_by_eye: bool = False


@dataclass(frozen=True, slots=True)
class ProposeLate:
    """Propose to check somebody in after the closing."""

    act: Act
    participant_no: str


@dataclass(frozen=True, slots=True)
class ProposeClosing:
    """Propose a later closing, for everybody."""

    act: Act
    closes_at: int


@dataclass(frozen=True, slots=True)
class ConfirmAtDoor:
    """Agree to what another person proposed."""

    act: Act
    proposal: str


@dataclass(frozen=True, slots=True)
class WithdrawAtDoor:
    """Drop what was proposed."""

    act: Act
    proposal: str


@dataclass(frozen=True, slots=True)
class EndCheckIn:
    """End check-in for good and make the key public."""

    by: str
    key: str


DoorCommand = (
    OpenCheckIn | ProposeLate | ProposeClosing | ConfirmAtDoor | WithdrawAtDoor | EndCheckIn
)
