"""Where people may be moved: one person to a named seat, or many to the free seats of a room."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from exam_sessions.commands import Move
from exam_sessions.exam_session import ROOM_CLOSED
from exam_sessions.live_session import LiveSession
from exam_sessions.refused import Refused


def moves(live: LiveSession, targets: Sequence[str], command: Move) -> Mapping[str, Move]:
    """The move of each person; the caller holds the lock of the exam session.

    Without a seat in the command everybody gets a free one of the room, in the order of the seats
    they come from. Those who cannot be moved, or were moved by this act before, keep theirs.

    Raises:
        Refused: no such room, not open, the seat is somebody's, or too few seats are free.
    """
    _check_room(live, command.room)
    if command.seat:
        if len(targets) != 1:
            raise Refused("one_at_a_time")
        _check_seat(live, command.room, command.seat)
        return {targets[0]: command}
    movable = sorted(
        (no for no in targets if _needs_seat(live, no, command)), key=lambda no: _place(live, no)
    )
    free = free_seats(live, command.room)
    if len(free) < len(movable):
        raise Refused("too_few_seats")
    return dict.fromkeys(targets, command) | {
        no: replace(command, seat=seat) for no, seat in zip(movable, free, strict=False)
    }


def free_seats(live: LiveSession, room: str) -> list[str]:
    """The seats of a room that nobody has or is expected at, in the order in which people count."""
    count = next(one.seat_count for one in live.rooms if one.id == room)
    expected = {
        one.seat for no, one in live.enrolments.items() if one.room == room and no not in live.cells
    }
    taken = {
        cell.sitting.seated.seat
        for cell in live.cells.values()
        if cell.sitting.seated.room == room and not cell.sitting.finished
    }
    planned = [seat.name for seat in live.door.seats if seat.room == room]
    seats = planned or [str(number) for number in range(1, count + 1)]
    return [seat for seat in seats if seat not in expected and seat not in taken]


def _check_room(live: LiveSession, room: str) -> None:
    status = live.state.rooms.get(room)
    if status is None:
        raise Refused("unknown_room")
    if status == ROOM_CLOSED:
        raise Refused("not_open")


def _check_seat(live: LiveSession, room: str, seat: str) -> None:
    for cell in live.cells.values():
        seated = cell.sitting.seated
        if (seated.room, seated.seat) == (room, seat) and not cell.sitting.finished:
            raise Refused("seat_taken")


def _needs_seat(live: LiveSession, participant_no: str, command: Move) -> bool:
    cell = live.cells.get(participant_no)
    if cell is None or cell.sitting.finished:
        return False
    return command.act.act_id not in cell.sitting.acts


def _place(live: LiveSession, participant_no: str) -> tuple[str, int, str]:
    """Room and seat, seat 2 before seat 10."""
    seated = live.cells[participant_no].sitting.seated
    digits = re.search(r"\d+", seated.seat)
    return seated.room, int(digits.group()) if digits else 0, seated.seat
