"""What may happen at the door, or why not. Pure: time, key and forms are arguments.

Check-in closes by itself at `closes_at`. After it, somebody is checked in only when two people
agreed: one proposes, with a reason, and another one confirms. Both stand in the journal.
"""

from collections.abc import Sequence

from exam_sessions import events
from exam_sessions.decide_acts import Signed
from exam_sessions.door import CLOSING, LATE, Door
from exam_sessions.door_commands import (
    SURE,
    CheckIn,
    ConfirmAtDoor,
    DoorCommand,
    EndCheckIn,
    OpenCheckIn,
    ProposeClosing,
    ProposeLate,
    WithdrawAtDoor,
)
from exam_sessions.refused import Refused
from exam_sessions.store import Enrolment
from question_bank.seat_draw import Arrival, Dealt, Seat, commitment, eligible

CLOSING_LIMIT_MS = 12 * 3_600_000
PROPOSAL_LIMIT = 200


def decide_door(door: Door, command: DoorCommand, now: int) -> tuple[events.HallEvent, ...]:
    """Say what a command makes happen to the door; no events: it was so already.

    Raises:
        Refused: with the stable code that says why not.
    """
    if isinstance(command, OpenCheckIn):
        if door.is_opened:
            return ()
        if not command.seats:
            raise Refused("no_seats")
        seats: list[list[str | int]] = [list(seat) for seat in command.seats]
        opened = events.CheckInOpened(command.by, command.commitment, command.closes_at, seats)
        return (opened,)
    if isinstance(command, EndCheckIn):
        return _end(door, command, now)
    _check_running(door)
    act = command.act
    if act.act_id in door.acts:
        return ()
    signed = Signed(act_id=act.act_id, by=act.by, reason=act.reason, words=act.words)
    match command:
        case ProposeLate() | ProposeClosing():
            return (_propose(door, command, signed, now),)
        case ConfirmAtDoor(proposal=name):
            if _proposal(door, name).by == act.by:
                raise Refused("same_person")
            return (events.DoorConfirmed(**signed, proposal=name),)
        case WithdrawAtDoor(proposal=name):
            _proposal(door, name)
            return (events.DoorWithdrawn(**signed, proposal=name),)


def check_arrival(
    door: Door, command: CheckIn, enrolment: Enrolment | None, now: int, *, is_in: bool
) -> bool:
    """Whether the person may be checked in at all; True: late, as two people agreed.

    Raises:
        Refused: with the stable code that says why not.
    """
    _check_running(door)
    if enrolment is None:
        raise Refused("not_enrolled")
    if is_in:
        raise Refused("checked_in_already")
    is_late = door.is_closed(now)
    if is_late and command.participant_no not in door.late:
        raise Refused("check_in_closed")
    if command.face.decision not in SURE and not command.is_by_eye:
        raise Refused("face_undecided")
    return is_late


def arrival_of(exam_session: str, door: Door, enrolment: Enrolment) -> Arrival:
    """The next arrival; accessible seats come first for who has a disability on the roster."""
    return Arrival(
        exam_session=exam_session,
        number=door.count + 1,
        participant_no=enrolment.participant_no,
        previous=door.previous,
        room=enrolment.room,
        needs_access=bool(enrolment.disability),
    )


def choices_for(door: Door, who: Arrival, seated: Sequence[tuple[str, str]]) -> list[Seat]:
    """The seats that an arrival may get.

    Raises:
        Refused: there is none.
    """
    choices = eligible(door.seats, door.given | set(seated), who)
    if not choices:
        raise Refused("no_free_seat")
    return choices


def checked_in(
    command: CheckIn, who: Arrival, dealt: Sequence[Dealt], *, is_late: bool
) -> events.CheckedIn:
    """The event of a check-in."""
    return events.CheckedIn(
        act_id=command.act.act_id,
        by=command.act.by,
        number=who.number,
        room=who.room,
        needs_access=who.needs_access,
        dealt=[[*one.seat.key, one.seen_count] for one in dealt],
        face=command.face.decision,
        face_score=command.face.score,
        face_by=command.face.by,
        is_by_eye=command.is_by_eye,
        is_late=is_late,
    )


def _end(door: Door, command: EndCheckIn, now: int) -> tuple[events.HallEvent, ...]:
    if not door.is_opened:
        raise Refused("check_in_not_open")
    if door.is_ended:
        return ()
    if not door.is_closed(now):
        raise Refused("check_in_running")
    assert commitment(command.key) == door.commitment, "the key is the one committed to"
    return (events.CheckInEnded(command.by, command.key),)


def _check_running(door: Door) -> None:
    if not door.is_opened:
        raise Refused("check_in_not_open")
    if door.is_ended:
        raise Refused("check_in_ended")


def _propose(
    door: Door, command: ProposeLate | ProposeClosing, signed: Signed, now: int
) -> events.DoorProposed:
    if len(door.proposals) >= PROPOSAL_LIMIT:
        raise Refused("proposal_open")
    if isinstance(command, ProposeLate):
        pending = {one.participant_no for one in door.proposals.values() if one.what == LATE}
        if command.participant_no in pending | door.late:
            raise Refused("proposal_open")
        return events.DoorProposed(**signed, what=LATE, participant_no=command.participant_no)
    if not door.closes_at < command.closes_at <= now + CLOSING_LIMIT_MS:
        raise Refused("malformed")
    return events.DoorProposed(**signed, what=CLOSING, closes_at=command.closes_at)


def _proposal(door: Door, name: str) -> events.DoorProposed:
    proposal = door.proposals.get(name)
    if proposal is None:
        raise Refused("no_proposal")
    return proposal
