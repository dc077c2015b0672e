"""Breaks that a candidate takes: the clock stands and items are hidden, within an allowance.

A break is a pause with a reason of its own, so that everything which holds in a pause holds in a
break. The allowance comes from the standing profile and was journaled when the candidate was
seated. A pause by staff ends a break; what was left of the allowance stays.
"""

from exam_sessions import deadlines, events
from exam_sessions.own_break import OWN_BREAK, Break
from exam_sessions.refused import Refused
from exam_sessions.sitting import Sitting

CANDIDATE = "candidate"
MINUTE_MS = 60_000


def is_on_break(sitting: Sitting) -> bool:
    """Whether the clock stands because the candidate takes a break."""
    return sitting.paused is not None and sitting.paused.reason == OWN_BREAK


def break_left_ms(sitting: Sitting, now: int) -> int:
    """What is left of the allowance; it runs down while a break lasts."""
    running_ms = 0
    if is_on_break(sitting) and sitting.paused_at is not None:
        running_ms = max(0, now - sitting.paused_at)
    return max(0, sitting.seated.break_minutes * MINUTE_MS - sitting.break_ms - running_ms)


def wake_at(sitting: Sitting) -> int | None:
    """When a timer has to look at the sitting: the end of its time, or of a break."""
    if sitting.clock is None:
        return None
    if is_on_break(sitting) and sitting.paused_at is not None:
        return sitting.paused_at + break_left_ms(sitting, sitting.paused_at)
    return deadlines.deadline_at(sitting.clock)


def decide_break(sitting: Sitting, command: Break) -> tuple[events.SittingEvent, ...]:
    """Begin or end a break; no events: it was so already.

    Raises:
        Refused: nothing runs, staff have paused it, or the allowance is used up.
    """
    if not command.starts:
        return end_break(sitting, "end", CANDIDATE)
    if is_on_break(sitting):
        return ()
    if sitting.finished:
        raise Refused("finished")
    if sitting.paused:
        raise Refused("paused")
    if sitting.clock is None:
        raise Refused("not_working")
    if break_left_ms(sitting, 0) <= 0:
        raise Refused("no_break_left")
    # The state's version rises with every break, so no two have one identifier.
    return (events.Paused(f"break-{sitting.state_version}", CANDIDATE, OWN_BREAK, ""),)


def end_break(sitting: Sitting, why: str, by: str) -> tuple[events.Resumed, ...]:
    """The end of a break, if one lasts."""
    if not is_on_break(sitting) or sitting.paused is None:
        return ()
    return (events.Resumed(f"{sitting.paused.act_id}/{why}", by, OWN_BREAK, ""),)
