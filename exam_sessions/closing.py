"""The end of an exam session: what must be settled before it, and that nothing changes after it.

A final board and a closed session are promises to the public; both are kept here, beside `decide`,
which knows one sitting and not the session around it.
"""

from collections.abc import Iterable
from contextlib import ExitStack

from exam_sessions import commands, events
from exam_sessions.exam_session import BOARD_FINAL, Unsettled
from exam_sessions.live_session import Cell, LiveSession
from exam_sessions.refused import Refused

Events = tuple[events.SittingEvent, ...]

AFTER_FINAL = (events.Readmitted, events.HeldAdmitted, events.LateDecided, events.Voided)
"""What would change a rank that was certified."""


def unsettled_in(live: LiveSession) -> Unsettled:
    """Everything that still waits for somebody."""
    sittings = [cell.sitting for cell in live.cells.values()]
    return Unsettled(
        unfinished_count=sum(map(_is_unfinished, live.cells.values())),
        held_count=sum(1 for one in sittings if one.held),
        call_count=sum(1 for one in sittings if one.care.call),
        proposal_count=sum(1 for one in sittings if one.care.proposal),
        open_door_count=int(live.door.is_opened and not live.door.is_ended),
    )


def hold_all(live: LiveSession, locks: ExitStack) -> None:
    """Take the lock of every sitting, so that nothing is written between a look and a word."""
    for participant_no in sorted(live.cells):
        locks.enter_context(live.cells[participant_no].lock)


def allowed(live: LiveSession, command: commands.SittingCommand, happened: Events) -> Events:
    """What of a decision may happen in this exam session.

    Whatever was done before its end is acknowledged again; a line that ends tells nobody.

    Raises:
        Refused: the session is closed, or the board is final.
    """
    if live.state.is_closed:
        if happened and not isinstance(command, commands.LoseLine):
            raise Refused("session_closed")
        return ()
    if live.state.board_state != BOARD_FINAL or not _changes_ranks(happened):
        return happened
    if isinstance(command, commands.Respond):
        return happened[:1]  # held as evidence; a person says that it came too late to count
    raise Refused("board_final")


def check_door(live: LiveSession) -> None:
    """Whether anything may still happen at the door of this exam session.

    Raises:
        Refused: the session is closed.
    """
    if live.state.is_closed:
        raise Refused("session_closed")


def check_arrivals(live: LiveSession) -> None:
    """Whether somebody may still begin in this exam session.

    Raises:
        Refused: the session is closed, or the board is final.
    """
    check_door(live)
    if live.state.board_state == BOARD_FINAL:
        raise Refused("board_final")


def _changes_ranks(happened: Iterable[events.SittingEvent]) -> bool:
    return any(isinstance(event, AFTER_FINAL) for event in happened)


def _is_unfinished(cell: Cell) -> bool:
    began = cell.sitting.clock is not None or cell.sitting.part_index > 0
    return began and cell.sitting.finished is None
