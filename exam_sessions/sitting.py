"""One candidate's run through an exam session, as a value, and the fold that makes it.

`evolve` is pure: the same events give the same sitting in the engine, on the proctor's screen, in
recovery after a crash, and for an auditor with the journal. What may happen is said in `decide`.
Of two responses to an item the one with the greater `client_seq` counts, in whatever order they
arrived.
"""

from dataclasses import dataclass, field, replace
from typing import Any, cast

from exam_sessions import deadlines, events
from exam_sessions.accommodation import accommodated
from exam_sessions.care import Care, CareEvent, evolve_care
from exam_sessions.deadlines import PartClock
from exam_sessions.deeds import Answer, Done, Held
from exam_sessions.entrance import Entrance, EntranceEvent, evolve_entrance, let_in_again
from exam_sessions.late_rule import Claim
from exam_sessions.layered import Layered
from exam_sessions.losses import Losses, begin_loss, end_loss, give_back
from exam_sessions.notices import Notices, add
from exam_sessions.outages import Outages, come_back, go_down
from exam_sessions.own_break import lasted_ms
from exam_sessions.prints import (
    PRINT_END,
    Print,
    print_call,
    print_flag,
    print_notice,
    print_read,
    print_response,
    print_view,
)


@dataclass(frozen=True)  # no slots: `_changed` copies the fields as one dictionary
class Sitting:
    """Everything that the journal says about one candidate in one exam session."""

    exam_session: str
    participant_no: str
    seated: events.Seated
    epoch: int = 0
    line: bool = False
    station: str = ""
    browser: str = ""  # what the workstation's proved; empty where nobody asked
    browser_waived: bool = False
    takeovers: int = 0
    part_index: int = 0  # of the part that runs, or of the next one to begin
    clock: PartClock | None = None
    extension_ms: int = 0
    """Extensions of the current part, or kept for the next one."""
    paused: events.Paused | None = None
    paused_at: int | None = None
    break_ms: int = 0  # of the candidate's own breaks that are over
    answers: Layered[int, Answer] = field(default_factory=Layered)
    flags: Layered[int, tuple[int, bool]] = field(default_factory=Layered)
    seen: Layered[int, Print] = field(default_factory=Layered)
    last_seq: int = 0
    held: tuple[Held, ...] = ()
    acts: Layered[str, Done] = field(default_factory=Layered)
    care: Care = field(default_factory=Care)
    losses: Losses = field(default_factory=Losses)
    outages: Outages = ()
    part_ends: tuple[tuple[int, int], ...] = ()  # index and end of each part that is over
    notices: Notices = field(default_factory=Notices)
    entrance: Entrance = field(default_factory=Entrance)
    stopped: tuple[int, PartClock] | None = None  # as they stood at the end, to let back in
    finished: events.Finished | None = None
    finished_at: int | None = None
    last_response_at: int | None = None
    state_version: int = 0
    """Rises with everything a candidate's page must redraw for."""

    @property
    def is_running(self) -> bool:
        """Whether time is passing for this candidate."""
        return self.clock is not None and self.clock.paused_at is None

    @property
    def part_count(self) -> int:
        """How many parts the exam has."""
        return len(self.seated.part_minutes)

    @property
    def answered_count(self) -> int:
        """Items with a response that is not blank."""
        return sum(1 for answer in self.answers.values() if answer.response is not None)

    @property
    def item_count(self) -> int:
        """Items on the form, over all parts."""
        return sum(self.seated.part_item_counts)


def seat(exam_session: str, participant_no: str, seated: events.Seated) -> Sitting:
    """The sitting of a candidate who has a form and a seat and has done nothing yet."""
    return Sitting(exam_session=exam_session, participant_no=participant_no, seated=seated)


def evolve(sitting: Sitting, event: events.SittingEvent, at: int) -> Sitting:
    """Fold one journaled event into the sitting."""
    match event:
        case events.Viewed():
            return _see(sitting, event.client_seq, print_view(event.item_no))
        case events.Responded():
            return _evolve_response(sitting, event, at)
        case events.Flagged():
            return _evolve_flag(sitting, event)
        case events.Noticed():
            said = print_notice(event.kind, event.count, event.lasted_ms)
            noticed = _see(sitting, event.client_seq, said)
            return _changed(noticed, notices=add(sitting.notices, event, at))
        case (
            events.ResponseHeld()
            | events.LateDecided()
            | events.HeldAdmitted()
            | events.HeldRefused()
        ):
            return evolve_hold(sitting, event, at)
        case events.Attached() | events.LineLost() | events.Released():
            return _evolve_line(sitting, event, at)
        case events.CheckedIn() | events.PinIssued() | events.PinUsed() | events.EntryRefused():
            return _evolve_entrance(sitting, event, at)
        case _:
            changed = _evolve_time(sitting, event, at)
            return _changed(changed, state_version=sitting.state_version + 1)


def _evolve_response(sitting: Sitting, event: events.Responded, at: int) -> Sitting:
    answer = Answer(event.client_seq, event.response, event.points, event.section, at)
    said = print_response(event.item_no, event.response)
    return _changed(
        sitting,
        answers=_put(sitting.answers, event.item_no, answer),
        last_response_at=at,
        seen=sitting.seen.put(event.client_seq, said),
        last_seq=max(sitting.last_seq, event.client_seq),
    )


def _put(answers: Layered[int, Answer], item_no: int, answer: Answer) -> Layered[int, Answer]:
    """The answers with this one, unless a later one is there already."""
    present = answers.get(item_no)
    if present is not None and present.client_seq > answer.client_seq:
        return answers
    return answers.put(item_no, answer)


def _evolve_flag(sitting: Sitting, event: events.Flagged) -> Sitting:
    said = print_flag(event.item_no, flagged=event.flagged)
    sitting = _see(sitting, event.client_seq, said)
    present = sitting.flags.get(event.item_no)
    if present is not None and present[0] > event.client_seq:
        return sitting
    flags = sitting.flags.put(event.item_no, (event.client_seq, event.flagged))
    return _changed(sitting, flags=flags)


HoldEvent = events.ResponseHeld | events.LateDecided | events.HeldAdmitted | events.HeldRefused


def evolve_hold(sitting: Sitting, event: HoldEvent, at: int) -> Sitting:
    if isinstance(event, events.ResponseHeld):
        said = print_response(event.item_no, event.response)
        sitting = _see(sitting, event.client_seq, said)
        answer = Answer(event.client_seq, event.response, event.points, event.section, at)
        held = Held(event.client_seq, event.item_no, answer, claim_of(event), event.late_ms)
        return _changed(sitting, held=(*sitting.held, held))
    if isinstance(event, events.LateDecided):
        return _evolve_late(sitting, event)
    answers = sitting.answers
    if isinstance(event, events.HeldAdmitted):
        for held in sitting.held:
            answers = _put(answers, held.item_no, held.answer)
    return _changed(
        sitting,
        answers=answers,
        held=(),
        acts=_done(sitting, event, at),
        state_version=sitting.state_version + 1,
    )


def claim_of(held: events.ResponseHeld) -> Claim:
    """What the page said of a response that was held."""
    return Claim(held.ack_at, held.since_ack_ms, held.held_ms)


def _evolve_late(sitting: Sitting, event: events.LateDecided) -> Sitting:
    """One held response counts, or it stays held and says why."""
    decided = next(one for one in sitting.held if one.client_seq == event.of)
    others = tuple(one for one in sitting.held if one is not decided)
    if not event.is_admitted:
        return _changed(sitting, held=(*others, replace(decided, why=event.why)))
    return _changed(
        sitting,
        answers=_put(sitting.answers, decided.item_no, decided.answer),
        held=others,
        state_version=sitting.state_version + 1,
    )


def _evolve_line(
    sitting: Sitting, event: events.Attached | events.LineLost | events.Released, at: int
) -> Sitting:
    if isinstance(event, events.Attached):
        if event.took_over and event.heard_at is not None:
            sitting = _changed(sitting, outages=go_down(sitting.outages, event.heard_at))
        return _changed(
            sitting,
            outages=come_back(sitting.outages, at),
            epoch=event.epoch,
            line=True,
            station=event.station,
            browser=event.browser,
            takeovers=sitting.takeovers + event.took_over,
            losses=end_loss(sitting.losses, at),
        )
    heard_at = getattr(event, "heard_at", None)
    by_server = getattr(event, "cause", "") == "server"
    sitting = _lose_line(sitting, at, by_server=by_server, heard_at=heard_at)
    if isinstance(event, events.Released):
        entrance = let_in_again(sitting.entrance)
        return _changed(sitting, acts=_done(sitting, event, at), entrance=entrance)
    return sitting


def _evolve_entrance(sitting: Sitting, event: EntranceEvent, at: int) -> Sitting:
    acts = _done(sitting, event, at) if hasattr(event, "act_id") else sitting.acts
    return _changed(sitting, entrance=evolve_entrance(sitting.entrance, event, at), acts=acts)


def _lose_line(
    sitting: Sitting, at: int, *, by_server: bool = False, heard_at: int | None = None
) -> Sitting:
    losses, outages = sitting.losses, sitting.outages
    if sitting.is_running:
        losses = begin_loss(losses, at, by_server=by_server)
    if sitting.line:
        outages = go_down(outages, min(at, heard_at or at))
    return _changed(sitting, line=False, losses=losses, outages=outages)


def _evolve_time(sitting: Sitting, event: events.SittingEvent, at: int) -> Sitting:
    match event:
        case events.PartBegun():
            clock = deadlines.begin(
                at, allotment_ms=event.allotment_ms, extension_ms=sitting.extension_ms
            )
            return _changed(sitting, clock=clock, part_index=event.part_index)
        case events.PartEnded():
            if event.client_seq is not None:
                sitting = _see(sitting, event.client_seq, PRINT_END)
            stopped = _stop(sitting, at)
            return _changed(stopped, extension_ms=0, part_index=event.part_index + 1)
        case events.Finished():
            return _changed(_stop(sitting, at), paused=None, paused_at=None,
                           finished=event, finished_at=at)  # fmt: skip
        case events.Rescored():
            assert sitting.finished is not None
            rescored = events.Finished(
                sitting.finished.cause, event.sections, event.total, event.passed
            )
            return _changed(sitting, finished=rescored)
        case events.Accommodated():
            return _changed(sitting, seated=accommodated(sitting.seated, event),
                           acts=_done(sitting, event, at))  # fmt: skip
        case _:
            return _evolve_act(sitting, event, at)


def _stop(sitting: Sitting, at: int) -> Sitting:
    """The clock stops for good; where it stood is kept."""
    if sitting.clock is None:
        return sitting
    stood_at = min(at, deadlines.deadline_at(sitting.clock) or at)
    stopped = (sitting.part_index, deadlines.pause(sitting.clock, stood_at))
    ends = (*sitting.part_ends, (sitting.part_index, stopped[1].paused_at or stood_at))
    losses = end_loss(sitting.losses, at)
    return _changed(sitting, clock=None, stopped=stopped, losses=losses, part_ends=ends)


def _evolve_act(sitting: Sitting, event: events.SittingEvent, at: int) -> Sitting:
    """Fold what staff did, and what candidates say to them."""
    if isinstance(event, events.Called):
        sitting = _see(sitting, event.client_seq, print_call(event.topic))
    elif isinstance(event, events.MessagesRead):
        sitting = _see(sitting, event.client_seq, print_read(event.count))
    else:
        sitting = _changed(sitting, acts=_done(sitting, event, at))
    clock = sitting.clock
    match event:
        case events.Paused():
            stopped = clock and deadlines.pause(clock, at)
            losses = end_loss(sitting.losses, at)
            return _changed(sitting, clock=stopped, paused=event, paused_at=at, losses=losses)
        case events.Resumed():
            running = clock and deadlines.resume(clock, at)
            break_ms = sitting.break_ms + lasted_ms(sitting.paused, sitting.paused_at, at)
            resumed = _changed(sitting, clock=running, paused=None, paused_at=None,
                               break_ms=break_ms)  # fmt: skip
            return resumed if sitting.line else _lose_line(resumed, at)
        case events.Extended():
            losses = give_back(sitting.losses, event.measured_ms)
            return _extend(_changed(sitting, losses=losses), event.extension_ms)
        case events.ExtensionWithdrawn():
            shorter = clock and deadlines.withdraw(clock, event.extension_ms)
            extension_ms = sitting.extension_ms - event.extension_ms
            return _changed(sitting, clock=shorter, extension_ms=extension_ms)
        case events.Readmitted():
            return _readmit(sitting, event, at)
        case events.Moved():
            seated = replace(sitting.seated, room=event.room, seat=event.seat)
            entrance = let_in_again(sitting.entrance)
            return _lose_line(_changed(sitting, seated=seated, entrance=entrance), at)
        case events.BrowserWaived():
            return _changed(sitting, browser_waived=True)
        case events.Ended() | events.OutboxBrought():
            return sitting
        case _:
            care = evolve_care(sitting.care, cast("CareEvent", event), at)
            return _changed(sitting, care=care)


def _extend(sitting: Sitting, extension_ms: int) -> Sitting:
    longer = sitting.clock and deadlines.extend(sitting.clock, extension_ms)
    return _changed(sitting, clock=longer, extension_ms=sitting.extension_ms + extension_ms)


def _readmit(sitting: Sitting, event: events.Readmitted, at: int) -> Sitting:
    assert sitting.stopped is not None, "only what ran can run again"
    part_index, stopped = sitting.stopped
    running = _changed(
        sitting,
        part_index=part_index,
        clock=deadlines.resume(stopped, at),
        extension_ms=stopped.extension_ms,
        stopped=None,
        part_ends=tuple(end for end in sitting.part_ends if end[0] != part_index),
        finished=None,
        finished_at=None,
        entrance=let_in_again(sitting.entrance),
    )
    extended = _extend(running, event.extension_ms) if event.extension_ms else running
    return extended if sitting.line else _lose_line(extended, at)


def _done(sitting: Sitting, event: events.SittingEvent, at: int) -> Layered[str, Done]:
    """The acts with this one; every event of a person's act has its identifier."""
    kind, extension_ms = events.kind_of(event), getattr(event, "extension_ms", 0)
    return sitting.acts.put(event.act_id, Done(kind, at, extension_ms))  # type: ignore[union-attr]


def _see(sitting: Sitting, client_seq: int, said: Print) -> Sitting:
    return _changed(
        sitting,
        seen=sitting.seen.put(client_seq, said),
        last_seq=max(sitting.last_seq, client_seq),
    )


def _changed(sitting: Sitting, **changes: Any) -> Sitting:
    """`dataclasses.replace`, several times as fast: it stands on the path of every answer."""
    after = object.__new__(Sitting)
    object.__setattr__(after, "__dict__", {**sitting.__dict__, **changes})
    return after
