"""Breaks with the clock stopped: begun and ended by the candidate, within an allowance."""

from dataclasses import replace
from typing import Any

import pytest

from exam_sessions import commands, events
from exam_sessions.breaks import break_left_ms, is_on_break, wake_at
from exam_sessions.decide import Refused, decide
from exam_sessions.own_break import Break
from exam_sessions.sitting import Sitting, evolve, seat
from exam_sessions.views import status_of, time_left_ms
from tests.cast import ANI, EXAM_SESSION
from tests.factories import GRACE_MS, STARTS_AT, get_act
from tests.unit.exam_sessions.test_decide import GROUND, SEATED, respond

MINUTE_MS = 60_000
START, END = Break(1, starts=True), Break(1, starts=False)


def ask(sitting: Sitting, command: Any, minutes: float) -> Sitting:
    """Decide and fold, so many minutes after the start."""
    at = STARTS_AT + int(minutes * MINUTE_MS)
    for event in decide(sitting, command, GROUND, at, room="started"):
        sitting = evolve(sitting, event, at)
    return sitting


def working(break_minutes: int = 5) -> Sitting:
    first = seat(EXAM_SESSION, ANI, replace(SEATED, break_minutes=break_minutes))
    return ask(ask(first, commands.Enter("pc"), 0), commands.Begin(1), 0)


def refusal(sitting: Sitting, command: Any, minutes: float) -> str:
    with pytest.raises(Refused) as refused:
        ask(sitting, command, minutes)
    return refused.value.code


def test_the_clock_stands_in_a_break_and_the_allowance_runs_down() -> None:
    on_break = ask(working(), START, 1)
    back = ask(on_break, END, 3)

    assert "paused" == status_of(on_break, room_status="started")
    assert 3 * MINUTE_MS == break_left_ms(on_break, STARTS_AT + 3 * MINUTE_MS)
    assert 9 * MINUTE_MS == time_left_ms(back, STARTS_AT + 3 * MINUTE_MS)
    assert 3 * MINUTE_MS == break_left_ms(back, STARTS_AT + 9 * MINUTE_MS)
    assert 12 * MINUTE_MS + STARTS_AT == wake_at(back)


def test_a_break_asked_for_twice_is_one_break_and_so_is_its_end() -> None:
    on_break = ask(working(), START, 1)

    assert on_break == ask(on_break, START, 2)
    back = ask(on_break, END, 2)
    assert back == ask(back, END, 3)
    assert ask(back, START, 3).paused != on_break.paused


@pytest.mark.parametrize(("late_ms", "is_over"), [(-1, False), (0, True)])
def test_a_break_ends_by_itself_when_the_allowance_is_used_up(
    late_ms: int,
    is_over: bool,  # noqa: FBT001
) -> None:
    on_break = ask(working(), START, 1)
    ends_at = STARTS_AT + 6 * MINUTE_MS

    after = ask(on_break, commands.Expire(0), 6 + late_ms / MINUTE_MS)

    assert ends_at == wake_at(on_break)
    assert is_over != is_on_break(after)
    if is_over:
        assert "no_break_left" == refusal(after, START, 6)


def test_no_break_without_an_allowance_a_running_clock_or_the_own_connection() -> None:
    assert "no_break_left" == refusal(working(0), START, 1)
    waiting = ask(
        seat(EXAM_SESSION, ANI, replace(SEATED, break_minutes=5)), commands.Enter("pc"), 0
    )
    assert "not_working" == refusal(waiting, START, 0)
    paused = ask(working(), commands.Pause(get_act("p")), 1)
    assert "paused" == refusal(paused, START, 2)
    assert paused == ask(paused, END, 2)
    ended = ask(working(), commands.End(get_act("e")), 1)
    assert "finished" == refusal(ended, START, 2)
    assert "taken_over" == refusal(working(), Break(0, starts=True), 1)


def test_no_answer_counts_that_was_given_in_a_break() -> None:
    on_break = ask(working(), START, 1)

    assert "paused" == refusal(on_break, respond(), 1 + (GRACE_MS + 1) / MINUTE_MS)
    assert 1 == len(ask(on_break, respond(), 1).answers)


def test_a_pause_by_staff_ends_a_break_and_keeps_the_rest_of_the_allowance() -> None:
    on_break = ask(working(), START, 1)

    paused = ask(on_break, commands.Pause(get_act("p")), 2)
    resumed = ask(paused, commands.Resume(get_act("r")), 8)

    assert not is_on_break(paused)
    assert 4 * MINUTE_MS == break_left_ms(paused, STARTS_AT + 8 * MINUTE_MS)
    assert 9 * MINUTE_MS == time_left_ms(resumed, STARTS_AT + 8 * MINUTE_MS)


def test_what_was_seated_before_breaks_were_known_is_read_without_one() -> None:
    body = {
        name: value for name, value in events.body_of(SEATED).items()
        if name not in ("text_size", "contrast", "timer", "break_minutes")
    }  # fmt: skip

    assert SEATED == events.decode("Seated", body)
