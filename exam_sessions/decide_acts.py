"""What staff may do to a sitting, or why not. Pure: the time is an argument.

An act sent twice is one act. Void, disqualify, and more time at once than one person may give need
two people: the first act is a proposal, and another person confirms or withdraws it. An act may be
taken back for some seconds where that harms nobody.
"""

from typing import TypedDict

from exam_sessions import commands, deadlines, events
from exam_sessions.breaks import end_break, is_on_break
from exam_sessions.bringing import bring
from exam_sessions.decide_accommodation import decide_accommodation
from exam_sessions.ground import Ground
from exam_sessions.late import rescored
from exam_sessions.losses import owed_ms
from exam_sessions.refused import Refused
from exam_sessions.score import score_of
from exam_sessions.sitting import Sitting, evolve_hold

EXTENSION_LIMIT_MS = 12 * 3_600_000
ONE_PERSON_LIMIT_MS = 30 * 60_000
"""More time than this at once needs a second person."""
UNDO_LIMIT_MS = 15_000
"""How long an act can be taken back; pages offer it for ten seconds."""
MESSAGE_LIMIT = 50
MESSAGE_LENGTH_LIMIT = 500
VOID, DISQUALIFY, EXTEND = "void", "disqualify", "extend"
VOID_KINDS = {VOID: "void", DISQUALIFY: "disqualified"}

Events = tuple[events.SittingEvent, ...]


class Signed(TypedDict):
    """Who acts, why, and under which identifier: the fields that every act's event has."""

    act_id: str
    by: str
    reason: str
    words: str


StaffCommand = (
    commands.Pause
    | commands.Resume
    | commands.Extend
    | commands.Release
    | commands.End
    | commands.AdmitHeld
    | commands.RefuseHeld
    | commands.BringOutbox
    | commands.Message
    | commands.AnswerCall
    | commands.Move
    | commands.Readmit
    | commands.Compensate
    | commands.Undo
    | commands.Void
    | commands.Disqualify
    | commands.Confirm
    | commands.Withdraw
    | commands.WaiveBrowser
    | commands.Accommodate
)


def decide_act(sitting: Sitting, command: StaffCommand, ground: Ground, now: int) -> Events:
    """Say what an act makes happen; no events: this act was carried out already.

    Raises:
        Refused: with the stable code that says why not.
    """
    act = command.act
    if act.act_id in sitting.acts:
        return ()
    signed = Signed(act_id=act.act_id, by=act.by, reason=act.reason, words=act.words)
    match command:
        case commands.Void() | commands.Disqualify():
            what = VOID if isinstance(command, commands.Void) else DISQUALIFY
            return _propose(sitting, what, signed)
        case commands.Confirm():
            return _confirm(sitting, command, ground, signed)
        case commands.Withdraw():
            if _proposal(sitting, command.proposal) is None:
                raise Refused("no_proposal")
            return (events.Withdrawn(**signed, proposal=command.proposal),)
        case commands.BringOutbox():
            return bring(sitting, command, ground, now)[0]
        case commands.Undo():
            return _undo(sitting, command, signed, now)
        case _:
            return _act_alone(sitting, command, ground, signed)


def finished(sitting: Sitting, ground: Ground, cause: str) -> events.Finished:
    """The end of a sitting with the score that its answers give."""
    sections, total, is_passed = score_of(sitting, ground)
    return events.Finished(cause=cause, sections=sections, total=total, passed=is_passed)


def _act_alone(sitting: Sitting, command: StaffCommand, ground: Ground, signed: Signed) -> Events:
    match command:
        case commands.Release():
            return (events.Released(**signed),)
        case commands.AdmitHeld():
            return _admit_held(sitting, ground, events.HeldAdmitted(**signed))
        case commands.RefuseHeld():
            if not sitting.held:
                raise Refused("nothing_held")
            return (events.HeldRefused(**signed),)
        case commands.Message():
            return _message(sitting, command, signed)
        case commands.AnswerCall():
            if sitting.care.call is None:
                raise Refused("no_call")
            return (events.CallAnswered(**signed),)
        case commands.WaiveBrowser():
            if sitting.browser_waived:
                raise Refused("waived")
            return (events.BrowserWaived(**signed),)
        case commands.Accommodate():
            return decide_accommodation(sitting, command, ground)
        case commands.Readmit():
            return _readmit(sitting, command, signed)
        case _:
            return _act_on_unfinished(sitting, command, ground, signed)


def _act_on_unfinished(
    sitting: Sitting, command: StaffCommand, ground: Ground, signed: Signed
) -> Events:
    if sitting.finished:
        raise Refused("finished")
    match command:
        case commands.Pause():
            if sitting.paused and not is_on_break(sitting):
                raise Refused("paused")
            ended = end_break(sitting, f"{signed['act_id']}", signed["by"])
            return (*ended, events.Paused(**signed))
        case commands.Resume():
            if not sitting.paused:
                raise Refused("not_paused")
            return (events.Resumed(**signed),)
        case commands.Extend() | commands.Compensate():
            return _extend(sitting, command, signed)
        case commands.Move(room=room, seat=seat):
            if (room, seat) == (sitting.seated.room, sitting.seated.seat):
                raise Refused("same_seat")
            return (events.Moved(**signed, room=room, seat=seat),)
        case commands.End():
            return (events.Ended(**signed), finished(sitting, ground, "proctor"))
        case _:
            raise AssertionError(f"no decision for {type(command).__name__}")


def _extend(
    sitting: Sitting, command: commands.Extend | commands.Compensate, signed: Signed
) -> Events:
    if isinstance(command, commands.Compensate):
        lost_ms = owed_ms(sitting.losses)
        if lost_ms == 0:
            raise Refused("nothing_lost")
        return (events.Extended(**signed, extension_ms=lost_ms, measured_ms=lost_ms),)
    if not 0 < command.extension_ms <= EXTENSION_LIMIT_MS:
        raise Refused("malformed")
    if command.extension_ms > ONE_PERSON_LIMIT_MS:
        return _propose(sitting, EXTEND, signed, command.extension_ms)
    return (events.Extended(**signed, extension_ms=command.extension_ms),)


def _message(sitting: Sitting, command: commands.Message, signed: Signed) -> Events:
    text = command.text.strip()
    if not 0 < len(text) <= MESSAGE_LENGTH_LIMIT:
        raise Refused("malformed")
    if len(sitting.care.messages) >= MESSAGE_LIMIT:
        raise Refused("too_many_messages")
    return (events.Messaged(**signed, text=text),)


def _readmit(sitting: Sitting, command: commands.Readmit, signed: Signed) -> Events:
    if sitting.care.void_kind:
        raise Refused("void")
    if sitting.finished is None:
        raise Refused("not_finished")
    if not 0 <= command.extension_ms <= ONE_PERSON_LIMIT_MS:
        raise Refused("malformed")
    left_ms = 0
    if sitting.stopped is not None:
        clock = sitting.stopped[1]
        left_ms = deadlines.time_left_ms(clock, clock.paused_at or clock.begun_at)
    if sitting.stopped is None or left_ms + command.extension_ms <= 0:
        raise Refused("no_time_left")
    return (events.Readmitted(**signed, extension_ms=command.extension_ms),)


def _propose(sitting: Sitting, what: str, signed: Signed, extension_ms: int = 0) -> Events:
    if sitting.care.void_kind:
        raise Refused("void")
    if sitting.care.proposal is not None:
        raise Refused("proposal_open")
    return (events.Proposed(**signed, what=what, extension_ms=extension_ms),)


def _proposal(sitting: Sitting, proposal_id: str) -> events.Proposed | None:
    proposal = sitting.care.proposal
    return proposal if proposal is not None and proposal.act_id == proposal_id else None


def _confirm(sitting: Sitting, command: commands.Confirm, ground: Ground, signed: Signed) -> Events:
    proposal = _proposal(sitting, command.proposal)
    if proposal is None:
        raise Refused("no_proposal")
    if proposal.by == command.act.by:
        raise Refused("same_person")
    confirmed = events.Confirmed(**signed, proposal=proposal.act_id)
    carried_out = Signed(
        act_id=f"{command.act.act_id}/done",
        by=command.act.by,
        reason=proposal.reason,
        words=proposal.words,
    )
    if proposal.what == EXTEND:
        if sitting.finished:
            raise Refused("finished")
        return (confirmed, events.Extended(**carried_out, extension_ms=proposal.extension_ms))
    voided = events.Voided(**carried_out, kind=VOID_KINDS[proposal.what])
    if sitting.finished:
        return (confirmed, voided)
    return (confirmed, finished(sitting, ground, voided.kind), voided)


def _undo(sitting: Sitting, command: commands.Undo, signed: Signed, now: int) -> Events:
    done = sitting.acts.get(command.of)
    if done is None:
        raise Refused("nothing_to_undo")
    if now - done.at > UNDO_LIMIT_MS:
        raise Refused("too_late_to_undo")
    match done.kind:
        case "Paused" if sitting.paused is not None and sitting.paused.act_id == command.of:
            return (events.Resumed(**signed),)
        case "Resumed" if sitting.paused is None and sitting.finished is None:
            return (events.Paused(**signed),)
        case "Ended" if sitting.finished is not None:
            return _readmit(sitting, commands.Readmit(command.act), signed)
        case "Extended" if _holds(sitting, done.extension_ms):
            withdrawn = events.ExtensionWithdrawn(
                **signed, of=command.of, extension_ms=done.extension_ms
            )
            return (withdrawn,)
        case _:
            raise Refused("nothing_to_undo")


def _holds(sitting: Sitting, extension_ms: int) -> bool:
    """Whether the running part, or the one to come, still has this extension."""
    held_ms = sitting.extension_ms if sitting.clock is None else sitting.clock.extension_ms
    return sitting.finished is None and 0 < extension_ms <= held_ms


def _admit_held(sitting: Sitting, ground: Ground, admitted: events.HeldAdmitted) -> Events:
    if not sitting.held:
        raise Refused("nothing_held")
    if not sitting.finished:
        return (admitted,)
    return (admitted, rescored(evolve_hold(sitting, admitted, 0), ground))
