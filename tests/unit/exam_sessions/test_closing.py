"""Closing an exam session takes two people and everything settled; after it nothing changes."""

import threading
from dataclasses import replace
from typing import Any

import pytest

from exam_sessions import commands, events
from exam_sessions.closing import allowed
from exam_sessions.exam_session import (
    BOARD_FINAL,
    SETTLED,
    ExamSession,
    Unsettled,
    decide_hall,
    evolve_hall,
)
from exam_sessions.live_session import Cell, LiveSession
from exam_sessions.refused import Refused
from tests.cast import CITRA, DEWI, EXAM_SESSION, ROOM
from tests.factories import get_act

HEAD = (7, "ab")
FINAL = ExamSession(EXAM_SESSION, rooms={ROOM: "started"}, board_state=BOARD_FINAL)
BY_DEWI = commands.CloseSession(EXAM_SESSION, DEWI, "selesai")
BY_CITRA = commands.CloseSession(EXAM_SESSION, CITRA, "selesai")


def ask(
    before: ExamSession, command: commands.HallCommand, unsettled: Unsettled = SETTLED
) -> ExamSession:
    for event in decide_hall(before, command, unsettled=unsettled, head=HEAD):
        before = evolve_hall(before, event)
    return before


PROPOSED = ask(FINAL, BY_DEWI)
CLOSED = ask(PROPOSED, BY_CITRA)


def test_one_person_proposes_and_another_one_closes() -> None:
    assert (None, events.ClosingProposed(DEWI, "selesai")) == (PROPOSED.closed, PROPOSED.closing)
    assert events.SessionClosed(CITRA, DEWI, "selesai", *HEAD) == CLOSED.closed
    assert PROPOSED == ask(PROPOSED, BY_DEWI)
    assert CLOSED == ask(CLOSED, BY_DEWI)


def test_a_proposed_closing_can_be_withdrawn_and_proposed_anew() -> None:
    by_citra = commands.WithdrawClosing(EXAM_SESSION, CITRA, "masih ada", DEWI)

    withdrawn = ask(PROPOSED, by_citra)

    assert FINAL == withdrawn
    (event,) = decide_hall(PROPOSED, by_citra, unsettled=SETTLED)
    assert events.ClosingWithdrawn(CITRA, "masih ada", DEWI) == event
    assert FINAL == ask(withdrawn, by_citra)
    assert events.ClosingProposed(CITRA, "selesai") == ask(withdrawn, BY_CITRA).closing
    assert withdrawn == ask(PROPOSED, replace(by_citra, by=DEWI)), "the proposer may as well"


def test_another_proposal_than_the_one_that_was_seen_is_not_withdrawn() -> None:
    by_citra = commands.WithdrawClosing(EXAM_SESSION, CITRA, "masih ada", CITRA)

    with pytest.raises(Refused, match="no_proposal"):
        ask(PROPOSED, by_citra)
    with pytest.raises(Refused, match="session_closed"):
        ask(CLOSED, replace(by_citra, proposed_by=DEWI))


@pytest.mark.parametrize(
    ("unsettled", "code"),
    [
        (Unsettled(unfinished_count=1), "still_working"),
        (Unsettled(held_count=1), "held_undecided"),
        (Unsettled(call_count=1), "calls_open"),
        (Unsettled(proposal_count=1), "proposals_open"),
        (Unsettled(open_door_count=1), "check_in_not_ended"),
    ],
)
@pytest.mark.parametrize("before", [FINAL, PROPOSED], ids=["first", "second"])
def test_what_is_unsettled_keeps_a_session_open(
    before: ExamSession, unsettled: Unsettled, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        ask(before, BY_CITRA, unsettled)

    assert code == refused.value.code


def test_a_session_whose_board_moves_is_not_closed() -> None:
    with pytest.raises(Refused) as refused:
        ask(replace(FINAL, board_state="live"), BY_DEWI)

    assert "board_not_final" == refused.value.code


@pytest.mark.parametrize(
    "command",
    [
        commands.OpenRoom(ROOM, DEWI),
        commands.StartRoom(ROOM, DEWI),
        commands.FreezeBoard(EXAM_SESSION, DEWI, "x"),
        commands.ResumeBoard(EXAM_SESSION, DEWI, "x"),
        commands.FinalizeBoard(EXAM_SESSION, DEWI, "x"),
    ],
)
def test_no_command_about_a_closed_session_changes_it(command: Any) -> None:
    with pytest.raises(Refused) as refused:
        ask(CLOSED, command)

    assert "session_closed" == refused.value.code


def live_in(state: ExamSession) -> LiveSession:
    nothing: Any = None
    return LiveSession(
        plan=nothing, exam=nothing, rooms=(), blueprint=nothing, items={}, state=state,
        lock=threading.Lock(),
        cells=dict[str, Cell](),
    )  # fmt: skip


HELD = events.ResponseHeld(1, 1, "i@1", "twk", None, points="0", held_ms=0, late_ms=0)
ADMITTED = events.HeldAdmitted("a", CITRA, "technical", "")
LATE = events.LateDecided(
    1, is_admitted=True, why="covered", given_at=0, end_at=0, outage_since=0, outage_until=0,
    delivered_within_ms=0,
)  # fmt: skip


def test_a_closed_sitting_tells_what_was_so_and_changes_no_more() -> None:
    live = live_in(CLOSED)

    assert () == allowed(live, commands.AdmitHeld(get_act()), ())
    assert () == allowed(live, commands.LoseLine(1), (events.LineLost(1, "closed"),))
    with pytest.raises(Refused) as refused:
        allowed(live, commands.Enter("pc"), (events.Attached(2, "pc", took_over=False),))
    assert "session_closed" == refused.value.code


def test_a_final_board_is_not_overtaken_by_what_is_admitted_later() -> None:
    live = live_in(FINAL)
    respond: Any = commands.Respond(1, 1, 1, None)  # type: ignore[arg-type]

    assert (HELD,) == allowed(live, respond, (HELD, LATE))
    assert (LATE,) == allowed(live_in(replace(FINAL, board_state="live")), respond, (LATE,))
    with pytest.raises(Refused) as refused:
        allowed(live, commands.AdmitHeld(get_act()), (ADMITTED,))
    assert "board_final" == refused.value.code
