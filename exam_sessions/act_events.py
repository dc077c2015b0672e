"""What staff, or the server for them, did to a sitting: always with who, why and which act.

An act's identifier makes it harmless when it is sent twice. Part of the closed list in `events`.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Released:
    """Staff cut the connection."""

    act_id: str
    by: str
    reason: str
    words: str


@dataclass(frozen=True, slots=True)
class HeldAdmitted:
    """Staff decided that the held responses count."""

    act_id: str
    by: str
    reason: str
    words: str


@dataclass(frozen=True, slots=True)
class OutboxBrought:
    """Staff brought the answers of a workstation in a file; what became of each follows."""

    act_id: str
    by: str
    reason: str
    words: str
    epoch: int
    digest: str
    answer_count: int


@dataclass(frozen=True, slots=True)
class HeldRefused:
    """Staff decided that the held responses do not count; they stay in the journal."""

    act_id: str
    by: str
    reason: str
    words: str


@dataclass(frozen=True, slots=True)
class Paused:
    """The clock stands and the items are hidden."""

    act_id: str
    by: str
    reason: str
    words: str


@dataclass(frozen=True, slots=True)
class Resumed:
    """The clock runs again."""

    act_id: str
    by: str
    reason: str
    words: str


@dataclass(frozen=True, slots=True)
class Extended:
    """More time was given; `measured_ms` of it for an interruption that was measured."""

    act_id: str
    by: str
    reason: str
    words: str
    extension_ms: int
    measured_ms: int = 0


@dataclass(frozen=True, slots=True)
class Ended:
    """Staff ended the sitting; `Finished` follows."""

    act_id: str
    by: str
    reason: str
    words: str


@dataclass(frozen=True, slots=True)
class ExtensionWithdrawn:
    """An extension was taken back within seconds."""

    act_id: str
    by: str
    reason: str
    words: str
    of: str
    extension_ms: int


@dataclass(frozen=True, slots=True)
class Readmitted:
    """A finished candidate goes on, with the time that was left and `extension_ms` more."""

    act_id: str
    by: str
    reason: str
    words: str
    extension_ms: int


@dataclass(frozen=True, slots=True)
class Messaged:
    """Staff said something to the candidate."""

    act_id: str
    by: str
    reason: str
    words: str
    text: str


@dataclass(frozen=True, slots=True)
class CallAnswered:
    """A proctor has come."""

    act_id: str
    by: str
    reason: str
    words: str


@dataclass(frozen=True, slots=True)
class BrowserWaived:
    """This candidate may work without the browser that the exam session requires."""

    act_id: str
    by: str
    reason: str
    words: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The candidate has another seat; whatever speaks from the old one is refused."""

    act_id: str
    by: str
    reason: str
    words: str
    room: str
    seat: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """Something that two people must agree to: void, disqualify, or much time."""

    act_id: str
    by: str
    reason: str
    words: str
    what: str
    extension_ms: int


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A second person agreed; what was proposed follows."""

    act_id: str
    by: str
    reason: str
    words: str
    proposal: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What was proposed is off."""

    act_id: str
    by: str
    reason: str
    words: str
    proposal: str


@dataclass(frozen=True, slots=True)
class Voided:
    """The sitting counts no more. Kind: void or disqualified."""

    act_id: str
    by: str
    reason: str
    words: str
    kind: str


@dataclass(frozen=True, slots=True)
class Accommodated:
    """A profile that was recorded after the seating applies: these clocks and this care hold.

    `words` is empty; the person's profile, not the journal, says what it rests on.
    """

    act_id: str
    by: str
    reason: str
    words: str
    revision: int
    disability: str
    part_minutes: Sequence[int]
    text_size: str
    contrast: str
    timer: str
    break_minutes: int
