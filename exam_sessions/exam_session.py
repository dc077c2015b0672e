"""One scheduled administration of an exam: its rooms and the state of its public board."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from exam_sessions import commands, events
from exam_sessions.decide import Refused

BOARD_LIVE, BOARD_FROZEN, BOARD_FINAL = "live", "frozen", "final"
ROOM_CLOSED, ROOM_OPEN, ROOM_STARTED = "closed", "open", "started"


@dataclass(frozen=True, slots=True)
class ExamSession:
    """What the journal says about the exam session as a whole."""

    id: str
    rooms: Mapping[str, str] = field(default_factory=dict)
    """Status by room: closed, open or started."""
    board_state: str = BOARD_LIVE
    away_ms: int = 0
    """Time the server was away while the session ran; given back to every running clock."""
    closing: events.ClosingProposed | None = None
    """Who wants to close it, until another person does."""
    closed: events.SessionClosed | None = None

    @property
    def is_closed(self) -> bool:
        """Whether nothing may change any more."""
        return self.closed is not None


@dataclass(frozen=True, slots=True)
class Unsettled:
    """What still waits for somebody: sittings that began and have not ended, and people."""

    unfinished_count: int = 0
    held_count: int = 0
    call_count: int = 0
    proposal_count: int = 0
    open_door_count: int = 0
    """1 while people may be checked in: the key of their seats is still secret."""


SETTLED = Unsettled()
NOTHING_BEFORE = (0, "")


def decide_hall(
    exam_session: ExamSession,
    command: commands.HallCommand,
    *,
    unsettled: Unsettled,
    head: tuple[int, str] = NOTHING_BEFORE,
) -> tuple[events.HallEvent, ...]:
    """Say what a command makes happen to the exam session; no events: it was so already.

    Args:
        exam_session: the state before.
        command: what is asked.
        unsettled: what still waits; with answers to give or to decide a board is not final, and
            with any of it a session is not closed.
        head: position and hash of the journal's last entry, for closing.

    Raises:
        Refused: with the stable code that says why not.
    """
    if exam_session.is_closed:
        if isinstance(command, commands.CloseSession):
            return ()
        raise Refused("session_closed")
    match command:
        case commands.OpenRoom() | commands.StartRoom():
            return _decide_room(exam_session, command)
        case commands.CloseSession():
            return _close(exam_session, command, unsettled, head)
        case commands.WithdrawClosing():
            return _withdraw_closing(exam_session, command)
        case _:
            return _decide_board(exam_session, command, unsettled)


def _close(
    exam_session: ExamSession,
    command: commands.CloseSession,
    unsettled: Unsettled,
    head: tuple[int, str],
) -> tuple[events.HallEvent, ...]:
    _check_settled(unsettled)
    if unsettled.call_count:
        raise Refused("calls_open")
    if unsettled.proposal_count:
        raise Refused("proposals_open")
    if unsettled.open_door_count:
        raise Refused("check_in_not_ended")
    if exam_session.board_state != BOARD_FINAL:
        raise Refused("board_not_final")
    proposed = exam_session.closing
    if proposed is None:
        return (events.ClosingProposed(command.by, command.reason),)
    if proposed.by == command.by:
        return ()
    closed = events.SessionClosed(command.by, proposed.by, command.reason, *head)
    return (closed,)


def _withdraw_closing(
    exam_session: ExamSession, command: commands.WithdrawClosing
) -> tuple[events.HallEvent, ...]:
    proposed = exam_session.closing
    if proposed is None:
        return ()
    if proposed.by != command.proposed_by:  # another one than whoever asks has seen
        raise Refused("no_proposal")
    return (events.ClosingWithdrawn(command.by, command.reason, proposed.by),)


def _check_settled(unsettled: Unsettled) -> None:
    if unsettled.unfinished_count:
        raise Refused("still_working")
    if unsettled.held_count:
        raise Refused("held_undecided")


def _decide_room(
    exam_session: ExamSession, command: commands.OpenRoom | commands.StartRoom
) -> tuple[events.HallEvent, ...]:
    status = exam_session.rooms.get(command.room)
    if status is None:
        raise Refused("unknown_room")
    if isinstance(command, commands.OpenRoom):
        return (events.RoomOpened(command.room, command.by),) if status == ROOM_CLOSED else ()
    if status == ROOM_CLOSED:
        raise Refused("not_open")
    return (events.RoomStarted(command.room, command.by),) if status == ROOM_OPEN else ()


def _decide_board(
    exam_session: ExamSession,
    command: commands.FreezeBoard | commands.ResumeBoard | commands.FinalizeBoard,
    unsettled: Unsettled,
) -> tuple[events.HallEvent, ...]:
    state = exam_session.board_state
    signed = (command.by, command.reason)
    match command:
        case commands.FreezeBoard():
            if state == BOARD_FINAL:
                raise Refused("board_final")
            return (events.BoardFrozen(*signed),) if state == BOARD_LIVE else ()
        case commands.ResumeBoard():
            if state == BOARD_FINAL:
                raise Refused("board_final")
            return (events.BoardResumed(*signed),) if state == BOARD_FROZEN else ()
        case commands.FinalizeBoard():
            _check_settled(unsettled)
            return (events.BoardFinalized(*signed),) if state != BOARD_FINAL else ()


def evolve_hall(exam_session: ExamSession, event: events.HallEvent) -> ExamSession:
    """Fold one journaled event into the exam session."""
    match event:
        case events.RoomOpened():
            return _with_room(exam_session, event.room, ROOM_OPEN)
        case events.RoomStarted():
            return _with_room(exam_session, event.room, ROOM_STARTED)
        case events.BoardFrozen():
            return replace(exam_session, board_state=BOARD_FROZEN)
        case events.BoardResumed():
            return replace(exam_session, board_state=BOARD_LIVE)
        case events.BoardFinalized():
            return replace(exam_session, board_state=BOARD_FINAL)
        case events.ClosingProposed():
            return replace(exam_session, closing=event)
        case events.ClosingWithdrawn():
            return replace(exam_session, closing=None)
        case events.SessionClosed():
            return replace(exam_session, closing=None, closed=event)
        case events.ServerResumed():
            away_ms = max(0, event.away_until - event.away_from)
            return replace(exam_session, away_ms=exam_session.away_ms + away_ms)
        case _:
            return exam_session  # what happens at the door is folded in `door`


def _with_room(exam_session: ExamSession, room: str, status: str) -> ExamSession:
    return replace(exam_session, rooms={**exam_session.rooms, room: status})
