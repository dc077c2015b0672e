"""What may be asked of a sitting or of an exam session: imperative, not yet true.

A candidate's commands carry the `epoch` of their connection; one that another workstation took over
is refused. Staff's acts carry an `Act`, whose identifier makes the same act harmless if sent twice.
"""

from dataclasses import dataclass

from exam_sessions.accommodation import Accommodation
from exam_sessions.brought import Brought
from exam_sessions.hall_commands import CloseSession as CloseSession
from exam_sessions.hall_commands import FinalizeBoard as FinalizeBoard
from exam_sessions.hall_commands import FreezeBoard as FreezeBoard
from exam_sessions.hall_commands import ResumeBoard as ResumeBoard
from exam_sessions.hall_commands import WithdrawClosing as WithdrawClosing
from exam_sessions.own_break import Break
from scoring.response import Response
from scoring.value import value

SERVER = "server"
"""Who acts when the engine itself gives time back, or waits for a seal."""


@dataclass(frozen=True, slots=True)
class Act:
    """Who acts on somebody's sitting, why, and under which identifier."""

    act_id: str
    by: str
    reason: str
    words: str = ""


# --- a candidate ---


@dataclass(frozen=True, slots=True)
class Enter:
    """Attach a workstation; an older connection is fenced off."""

    station: str
    heard_at: int | None = None
    """When the server last had a word from the connection that is fenced off."""
    browser: str = ""
    """What its browser proved: verified, missing, wrong; empty where nobody asked."""


@dataclass(frozen=True, slots=True)
class RefuseEntry:
    """Keep that a browser was not let in, because it did not prove itself."""

    station: str
    browser: str


@dataclass(frozen=True, slots=True)
class LoseLine:
    """The connection of `epoch` is gone; the last word from it came at `heard_at`."""

    epoch: int
    heard_at: int | None = None


@dataclass(frozen=True, slots=True)
class Begin:
    """Show the first item of the next part and start its clock."""

    epoch: int


@value
class Respond:
    """Give, change or clear (`Nothing`) the response to an item, in shown letters."""

    epoch: int
    client_seq: int
    item_no: int
    response: Response
    held_ms: int = 0
    ack_at: int | None = None
    since_ack_ms: int = 0


@value
class Flag:
    """Mark an item as doubtful, or unmark it."""

    epoch: int
    client_seq: int
    item_no: int
    flagged: bool


@value
class View:
    """An item was brought to the screen: evidence of timing, nothing else."""

    epoch: int
    client_seq: int
    item_no: int


@dataclass(frozen=True, slots=True)
class EndPart:
    """Close the current part for good; after the last part the sitting is finished."""

    epoch: int
    client_seq: int


@dataclass(frozen=True, slots=True)
class Call:
    """Ask a proctor to come; `topic` is one of `CALL_TOPICS`."""

    epoch: int
    client_seq: int
    topic: str


@dataclass(frozen=True, slots=True)
class ReadMessages:
    """The candidate has read the first `count` messages."""

    epoch: int
    client_seq: int
    count: int


@dataclass(frozen=True, slots=True)
class Notice:
    """The page noticed something; `kind` is one of `notices.KINDS`."""

    epoch: int
    client_seq: int
    kind: str
    count: int
    lasted_ms: int
    held_ms: int = 0


CALL_TOPICS = ("technical", "health", "toilet", "other")


# --- time ---


@dataclass(frozen=True, slots=True)
class Expire:
    """A timer says that the part's time is over; decided from the clock, not from the timer."""

    part_index: int


# --- staff and engine, on sittings ---


@dataclass(frozen=True, slots=True)
class Pause:
    """Stop one sitting's clock and hide its items."""

    act: Act


@dataclass(frozen=True, slots=True)
class Resume:
    """Let a paused sitting go on."""

    act: Act


@dataclass(frozen=True, slots=True)
class Extend:
    """Give more time to the current part, or to the next one before it begins."""

    act: Act
    extension_ms: int


@dataclass(frozen=True, slots=True)
class Release:
    """Cut the live connection so that the candidate can enter at any workstation."""

    act: Act


@dataclass(frozen=True, slots=True)
class End:
    """Finish a sitting from outside."""

    act: Act


@dataclass(frozen=True, slots=True)
class AdmitHeld:
    """Count the responses that were held because they came after the deadline."""

    act: Act


@dataclass(frozen=True, slots=True)
class BringOutbox:
    """Take in the answers of a workstation that did not come back, from its file."""

    act: Act
    epoch: int
    digest: str
    made_at: int | None
    answers: tuple[Brought, ...]


@dataclass(frozen=True, slots=True)
class RefuseHeld:
    """Leave the held responses out; they stay in the journal as evidence."""

    act: Act


@dataclass(frozen=True, slots=True)
class Message:
    """Say something to a candidate; it stays on the page until it was read."""

    act: Act
    text: str


@dataclass(frozen=True, slots=True)
class AnswerCall:
    """A proctor has come."""

    act: Act


@dataclass(frozen=True, slots=True)
class Move:
    """Give the candidate another seat; the old workstation is fenced off."""

    act: Act
    room: str
    seat: str


@dataclass(frozen=True, slots=True)
class WaiveBrowser:
    """Let the candidate work without the browser that the exam session requires."""

    act: Act


@dataclass(frozen=True, slots=True)
class Accommodate:
    """Let what a standing profile says by now apply to somebody who has not begun."""

    act: Act
    disability: str
    given: Accommodation


@dataclass(frozen=True, slots=True)
class Readmit:
    """Let a finished candidate go on with the time that was left, and perhaps some more."""

    act: Act
    extension_ms: int = 0


@dataclass(frozen=True, slots=True)
class Compensate:
    """Give back the time that an interruption cost and that was not given back yet."""

    act: Act


@dataclass(frozen=True, slots=True)
class Undo:
    """Take an act back within seconds, where that harms nobody."""

    act: Act
    of: str


@dataclass(frozen=True, slots=True)
class Void:
    """Propose that a sitting does not count; a second person confirms."""

    act: Act


@dataclass(frozen=True, slots=True)
class Disqualify:
    """Propose to disqualify a candidate; a second person confirms."""

    act: Act


@dataclass(frozen=True, slots=True)
class Confirm:
    """Carry out what another person proposed."""

    act: Act
    proposal: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Drop what was proposed."""

    act: Act
    proposal: str


# --- the PIN of somebody who was checked in at the door ---


@dataclass(frozen=True, slots=True)
class IssuePin:
    """Replace the PIN; the one before opens nothing any more."""

    act: Act
    pin_no: int


@dataclass(frozen=True, slots=True)
class UsePin:
    """Log in with a PIN, at a workstation that is pinned to the seat or names it."""

    pin_no: int
    room: str
    seat: str
    is_pinned: bool


SittingCommand = (
    Enter
    | RefuseEntry
    | LoseLine
    | Begin
    | Respond
    | Flag
    | View
    | EndPart
    | Expire
    | Pause
    | Resume
    | Extend
    | Release
    | End
    | AdmitHeld
    | RefuseHeld
    | BringOutbox
    | Call
    | ReadMessages
    | Break
    | Notice
    | WaiveBrowser
    | Message
    | AnswerCall
    | Move
    | Readmit
    | Compensate
    | Undo
    | Void
    | Disqualify
    | Confirm
    | Withdraw
    | IssuePin
    | UsePin
    | Accommodate
)


# --- staff, on the whole exam session ---


@dataclass(frozen=True, slots=True)
class OpenRoom:
    """Seat everybody enrolled in a room, so that they may log in and wait."""

    room: str
    by: str


@dataclass(frozen=True, slots=True)
class StartRoom:
    """Let the candidates of a room begin; each clock starts at that candidate's first item."""

    room: str
    by: str


HallCommand = (
    OpenRoom
    | StartRoom
    | FreezeBoard
    | ResumeBoard
    | FinalizeBoard
    | CloseSession
    | WithdrawClosing
)
