"""What may be asked of the board and the end of an exam session. Part of `commands`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FreezeBoard:
    """Stop the public board from changing."""

    exam_session: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class ResumeBoard:
    """Let the public board follow the journal again."""

    exam_session: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class FinalizeBoard:
    """Certify the board: every sitting has ended and nothing changes any more."""

    exam_session: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class CloseSession:
    """End the exam session for good: one person proposes it, another one does it."""

    exam_session: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class WithdrawClosing:
    """Take the proposed closing back; `proposed_by` names the proposal that is meant."""

    exam_session: str
    by: str
    reason: str
    proposed_by: str
