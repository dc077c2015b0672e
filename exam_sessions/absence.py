"""What a new start adds to a session that was running: time given back, and the wait for a seal."""

from collections.abc import Iterable
from typing import Literal

from exam_sessions import commands, events
from exam_sessions.commands import SERVER, Act
from exam_sessions.journal import Draft
from exam_sessions.live_session import LiveSession
from exam_sessions.sitting import Sitting

WHILE_SEALED = (
    commands.Enter
    | commands.LoseLine
    | commands.RefuseEntry
    | commands.Pause
    | commands.Extend
    | commands.Release
    | commands.IssuePin
    | commands.UsePin
    | commands.Accommodate
)
"""What can be done with a sitting whose items are sealed: nothing that shows or marks one."""

_SEALED_ACT = "sealed-"


def act_for_seal(what: Literal["pause", "resume"], now: int) -> commands.Pause | commands.Resume:
    """Pause sittings until the seal of their items is open, or let them go on after it."""
    act = Act(f"{_SEALED_ACT}{what}-{now}", SERVER, "technical", "seal")
    return commands.Pause(act) if what == "pause" else commands.Resume(act)


def waits_for_seal(one: Sitting) -> bool:
    """Whether the engine paused a sitting because its items were sealed."""
    return one.paused is not None and one.paused.act_id.startswith(_SEALED_ACT)


def drafts_after_absence(live: LiveSession, alive_at: int | None, now: int) -> Iterable[Draft]:
    """What a new start adds to an exam session that was running when the server went away."""
    if live.state.is_closed:
        return
    running = [cell.sitting for cell in live.cells.values() if cell.sitting.is_running]
    lost = [cell.sitting for cell in live.cells.values() if cell.sitting.line]
    if alive_at is not None and now > alive_at and (running or lost):
        yield Draft(live.plan.id, None, now, events.ServerResumed(alive_at, now))
    for after in lost:
        cause = events.LineLost(epoch=after.epoch, cause=SERVER, heard_at=alive_at)
        yield Draft(live.plan.id, after.participant_no, now, cause)
    if alive_at is None or now <= alive_at:
        return
    for after in running:
        act = Act(act_id=f"away-{alive_at}-{now}", by=SERVER, reason="outage")
        given = events.Extended(
            act.act_id, act.by, act.reason, act.words, extension_ms=now - alive_at
        )
        yield Draft(live.plan.id, after.participant_no, now, given)
