"""The clock of a part: every edge from both sides, and what no order of acts can do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_sessions import deadlines
from exam_sessions.deadlines import PartClock

BEGUN = 1_000_000
HOUR = 3_600_000
GRACE = 2_000


def get_clock(**changes: int) -> PartClock:
    return deadlines.begin(BEGUN, allotment_ms=changes.pop("allotment_ms", HOUR), **changes)


#  begun                     deadline      deadline + grace
#    |------ one hour ----------|-- 2 s --------|---------->
@pytest.mark.parametrize(
    ("after_ms", "left_ms", "is_over"),
    [
        (0, HOUR, False),
        (1, HOUR - 1, False),
        (HOUR - 1, 1, False),
        (HOUR, 0, False),
        (HOUR + GRACE, 0, False),
        (HOUR + GRACE + 1, 0, True),
    ],
)
def test_time_runs_out_at_the_deadline_and_is_over_after_the_grace(
    after_ms: int, left_ms: int, *, is_over: bool
) -> None:
    clock = get_clock()

    now = BEGUN + after_ms

    assert left_ms == deadlines.time_left_ms(clock, now)
    assert is_over == deadlines.is_over(clock, now, grace_ms=GRACE)


def test_a_paused_clock_stands_and_has_no_deadline() -> None:
    paused = deadlines.pause(get_clock(), BEGUN + 10_000)

    assert deadlines.deadline_at(paused) is None
    assert HOUR - 10_000 == deadlines.time_left_ms(paused, BEGUN + 9 * HOUR)
    assert not deadlines.is_over(paused, BEGUN + 9 * HOUR, grace_ms=GRACE)


def test_a_pause_moves_the_deadline_by_exactly_its_length() -> None:
    paused = deadlines.pause(get_clock(), BEGUN + 10_000)

    resumed = deadlines.resume(paused, BEGUN + 70_000)

    assert BEGUN + HOUR + 60_000 == deadlines.deadline_at(resumed)
    assert HOUR - 10_000 == deadlines.time_left_ms(resumed, BEGUN + 70_000)


def test_pausing_twice_and_resuming_twice_change_nothing_more() -> None:
    paused = deadlines.pause(get_clock(), BEGUN + 5)
    resumed = deadlines.resume(paused, BEGUN + 9)

    assert paused == deadlines.pause(paused, BEGUN + 7)
    assert resumed == deadlines.resume(resumed, BEGUN + 20)


@pytest.mark.parametrize("is_paused", [False, True])
def test_an_extension_adds_what_was_given_also_in_a_pause(*, is_paused: bool) -> None:
    clock = get_clock()
    if is_paused:
        clock = deadlines.pause(clock, BEGUN + 1_000)
    before = deadlines.time_left_ms(clock, BEGUN + 1_000)

    after = deadlines.time_left_ms(deadlines.extend(clock, 300_000), BEGUN + 1_000)

    assert before + 300_000 == after


def test_an_extension_after_the_deadline_opens_the_part_again() -> None:
    late = BEGUN + HOUR + 10_000

    extended = deadlines.extend(get_clock(), 60_000)

    assert deadlines.time_left_ms(extended, late) == 50_000


def test_time_kept_for_a_later_part_is_there_when_it_begins() -> None:
    assert HOUR + 5_000 == deadlines.time_left_ms(get_clock(extension_ms=5_000), BEGUN)


@pytest.mark.parametrize(("allotment_ms", "extension_ms"), [(0, 0), (-1, 0), (HOUR, -1)])
def test_a_clock_without_time_is_impossible(allotment_ms: int, extension_ms: int) -> None:
    with pytest.raises(AssertionError):
        deadlines.begin(BEGUN, allotment_ms=allotment_ms, extension_ms=extension_ms)


ACTS = st.lists(
    st.tuples(st.sampled_from(["pause", "resume", "extend", "wait"]), st.integers(1, 100_000)),
    max_size=30,
)


@given(ACTS)
def test_time_left_falls_by_the_time_that_runs_and_rises_by_extensions_alone(
    acts: list[tuple[str, int]],
) -> None:
    """An independent sum: allotment, plus extensions, minus the time in which the clock ran."""
    clock = get_clock()
    now, is_running, left_ms = BEGUN, True, HOUR
    for act, amount in acts:
        if act == "pause":
            clock, is_running = deadlines.pause(clock, now), False
        elif act == "resume":
            clock, is_running = deadlines.resume(clock, now), True
        elif act == "extend":
            clock, left_ms = deadlines.extend(clock, amount), left_ms + amount
        else:
            now += amount
            left_ms -= amount if is_running else 0

        assert max(0, left_ms) == deadlines.time_left_ms(clock, now)
