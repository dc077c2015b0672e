"""What a command makes happen to a sitting, or why it is refused. Pure: the time is an argument.

Three rules carry the safety of answers:
1. A `client_seq` already seen makes no second event; the same number with other content is a
   conflict and is refused.
2. Of two responses to an item the one with the greater `client_seq` counts (see `sitting`).
3. A response after the deadline and its grace is held as evidence and never lost; it counts only if
   the rule of `late_rule` or a person says so.
"""

from exam_sessions import commands, deadlines, events, notices
from exam_sessions.breaks import break_left_ms, decide_break, end_break, is_on_break
from exam_sessions.decide_acts import decide_act, finished
from exam_sessions.decide_pin import decide_pin
from exam_sessions.entrance import has_news
from exam_sessions.ground import Ground
from exam_sessions.own_break import Break
from exam_sessions.prints import (
    PRINT_END,
    print_call,
    print_flag,
    print_notice,
    print_read,
    print_view,
)
from exam_sessions.refused import Refused as Refused
from exam_sessions.sitting import Sitting
from exam_sessions.taking import EPOCH_SEQ_SPAN as EPOCH_SEQ_SPAN
from exam_sessions.taking import HELD_MS_LIMIT, check_working, is_repeat, take_response

RECONNECTION_LIMIT_MS = 120_000


def decide(
    sitting: Sitting, command: commands.SittingCommand, ground: Ground, now: int, *, room: str
) -> tuple[events.SittingEvent, ...]:
    """Say what a command makes happen at `now`; no events means it had happened already.

    Args:
        sitting: the state before.
        command: what is asked.
        ground: form, items and rules of this sitting.
        now: server time, milliseconds since the epoch.
        room: status of the candidate's room: closed, open or started.

    Raises:
        Refused: with the stable code that says why not.
    """
    match command:
        case commands.Respond():  # these two first: they are nearly all there is
            _check_epoch(sitting, command.epoch)
            return take_response(sitting, command, ground, now)
        case commands.View() | commands.Flag():
            return _note(sitting, command, ground, now)
        case commands.Enter() | commands.RefuseEntry():
            return _enter(sitting, command, room, now)
        case commands.LoseLine():
            return _lose_line(sitting, command)
        case commands.Begin():
            return _begin(sitting, command, ground, room)
        case commands.EndPart():
            return _end_part(sitting, command, ground)
        case commands.Expire():
            return _expire(sitting, command, ground, now)
        case commands.Call() | commands.ReadMessages():
            return _speak(sitting, command)
        case Break():
            _check_epoch(sitting, command.epoch)
            return decide_break(sitting, command)
        case commands.Notice():
            return _notice(sitting, command, now)
        case commands.IssuePin() | commands.UsePin():
            return decide_pin(sitting, command)
        case _:
            return decide_act(sitting, command, ground, now)


def _enter(
    sitting: Sitting, command: commands.Enter | commands.RefuseEntry, room: str, now: int
) -> tuple[events.SittingEvent, ...]:
    if room == "closed":
        raise Refused("not_open")
    if isinstance(command, commands.RefuseEntry):
        if not has_news(sitting.entrance, command.browser, sitting.epoch, now):
            return ()
        return (events.EntryRefused(sitting.epoch, command.station, command.browser),)
    attached = events.Attached(
        epoch=sitting.epoch + 1,
        station=command.station,
        took_over=sitting.line,
        heard_at=command.heard_at if sitting.line else None,
        browser=command.browser,
    )
    return (attached, *_give_back_outage(sitting, attached.epoch, now))


def _give_back_outage(sitting: Sitting, epoch: int, now: int) -> tuple[events.Extended, ...]:
    """The time that a page needed to come back after the server had been away.

    The absence itself was given back at the start; without this, the seconds until the page has
    connected again would be the candidate's loss. Bounded: whoever stays away longer has another
    reason, which a proctor decides.
    """
    losses = sitting.losses
    if losses.since is None or not losses.by_server:
        return ()
    gap_ms = min(now - losses.since, RECONNECTION_LIMIT_MS)
    if gap_ms <= 0:
        return ()
    act_id = f"reconnection-{epoch}"
    return (events.Extended(act_id, commands.SERVER, "outage", "", gap_ms, measured_ms=gap_ms),)


def _lose_line(sitting: Sitting, command: commands.LoseLine) -> tuple[events.SittingEvent, ...]:
    if command.epoch != sitting.epoch or not sitting.line:
        return ()
    return (events.LineLost(epoch=command.epoch, cause="closed", heard_at=command.heard_at),)


def _begin(
    sitting: Sitting, command: commands.Begin, ground: Ground, room: str
) -> tuple[events.SittingEvent, ...]:
    _check_epoch(sitting, command.epoch)
    if sitting.finished:
        raise Refused("finished")
    if room != "started":
        raise Refused("not_started")
    if sitting.paused:
        raise Refused("paused")
    if sitting.clock:
        return ()
    minutes = sitting.seated.part_minutes[sitting.part_index]
    assert ground.form.parts[sitting.part_index].slots, "a part without items cannot begin"
    begun = events.PartBegun(part_index=sitting.part_index, allotment_ms=minutes * 60_000)
    return (begun,)


def _note(
    sitting: Sitting, command: commands.Flag | commands.View, ground: Ground, now: int
) -> tuple[events.SittingEvent, ...]:
    _check_epoch(sitting, command.epoch)
    if command.item_no not in ground.slots:
        raise Refused("unknown_item")
    noted: events.SittingEvent
    if isinstance(command, commands.Flag):
        noted = events.Flagged(command.client_seq, command.item_no, command.flagged)
        said = print_flag(command.item_no, flagged=command.flagged)
    else:
        noted = events.Viewed(command.client_seq, command.item_no)
        said = print_view(command.item_no)
    if is_repeat(sitting, command.client_seq, said):
        return ()
    if check_working(sitting, ground, command.item_no, now) is not None:
        raise Refused("part_over")
    return (noted,)


def _end_part(
    sitting: Sitting, command: commands.EndPart, ground: Ground
) -> tuple[events.SittingEvent, ...]:
    _check_epoch(sitting, command.epoch)
    if is_repeat(sitting, command.client_seq, PRINT_END):
        return ()
    if sitting.finished:
        raise Refused("finished")
    if sitting.paused:
        raise Refused("paused")
    if sitting.clock is None:
        raise Refused("not_working")
    return _close_part(sitting, ground, cause="candidate", client_seq=command.client_seq)


def _expire(
    sitting: Sitting, command: commands.Expire, ground: Ground, now: int
) -> tuple[events.SittingEvent, ...]:
    if sitting.clock is None or command.part_index != sitting.part_index:
        return ()
    if is_on_break(sitting):
        return () if break_left_ms(sitting, now) else end_break(sitting, "over", commands.SERVER)
    if not deadlines.is_over(sitting.clock, now, grace_ms=ground.grace_ms):
        return ()
    return _close_part(sitting, ground, cause="deadline", client_seq=None)


def _speak(
    sitting: Sitting, command: commands.Call | commands.ReadMessages
) -> tuple[events.SittingEvent, ...]:
    """A candidate calls a proctor, or has read what was said."""
    _check_epoch(sitting, command.epoch)
    care = sitting.care
    if isinstance(command, commands.Call):
        if command.topic not in commands.CALL_TOPICS:
            raise Refused("malformed")
        if is_repeat(sitting, command.client_seq, print_call(command.topic)) or care.call:
            return ()
        return (events.Called(command.client_seq, command.topic),)
    if is_repeat(sitting, command.client_seq, print_read(command.count)):
        return ()
    if not care.read_count < command.count <= len(care.messages):
        return ()
    return (events.MessagesRead(command.client_seq, command.count),)


def _notice(
    sitting: Sitting, command: commands.Notice, now: int
) -> tuple[events.SittingEvent, ...]:
    """Keep what a page noticed while its candidate works; what is too much is let go unkept."""
    _check_epoch(sitting, command.epoch)
    is_bounded = (
        command.kind in notices.KINDS
        and 0 < command.count <= notices.COUNT_LIMIT
        and 0 <= command.lasted_ms <= notices.LASTED_LIMIT_MS
    )
    if not is_bounded:
        raise Refused("malformed")
    said = print_notice(command.kind, command.count, command.lasted_ms)
    if is_repeat(sitting, command.client_seq, said):
        return ()
    if sitting.clock is None or not sitting.notices.has_room(now):
        return ()
    held_ms = min(max(0, command.held_ms), HELD_MS_LIMIT)
    return (
        events.Noticed(command.client_seq, command.kind, command.count, command.lasted_ms, held_ms),
    )


def _close_part(
    sitting: Sitting, ground: Ground, *, cause: str, client_seq: int | None
) -> tuple[events.SittingEvent, ...]:
    ended = events.PartEnded(part_index=sitting.part_index, cause=cause, client_seq=client_seq)
    if sitting.part_index + 1 < sitting.part_count:
        return (ended,)
    return (ended, finished(sitting, ground, cause))


def _check_epoch(sitting: Sitting, epoch: int) -> None:
    if epoch != sitting.epoch or not sitting.line:
        raise Refused("taken_over")
