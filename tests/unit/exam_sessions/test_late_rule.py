"""Late answers by rule: what is admitted, why the rest stays held, and that no lie pays."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_sessions import commands, events, late, late_rule
from exam_sessions.late_rule import AGREE_MS, SETTLE_MS, Claim, Judged, LateRule, judge
from exam_sessions.outages import OUTAGE_LIMIT, Outage, come_back, go_down, outage_over
from exam_sessions.sitting import Sitting, evolve
from question_bank.shown import to_canonical
from scoring.response import Choice
from tests.factories import GRACE_MS, STARTS_AT, get_act
from tests.unit.exam_sessions.test_decide import (
    ENTER,
    GROUND,
    PART_MS,
    SEQ,
    WORKING,
    ask,
)

END = STARTS_AT + PART_MS
RIGHT = next(
    letter for letter in "ABCDE" if to_canonical(GROUND.slots[1], Choice(letter)) == Choice("a")
)
DOWN, BACK = END - 30_000, END + 40_000
#        heard last        given     end                     line back    delivered
#   ─────────┤DOWN ············ ✎ ··· ┤END ·····················├BACK ──── ├ +1 s
GIVEN = END - 5_000
ARRIVED = BACK + 1_000


def respond(
    given_at: int = GIVEN,
    arrives_at: int = ARRIVED,
    *,
    ack_at: int | None = DOWN - 2_000,
    seq: int = SEQ,
) -> commands.Respond:
    """An answer as an honest page sends it."""
    since_ack_ms = 0 if ack_at is None else given_at - ack_at
    return commands.Respond(
        2, seq, 1, Choice(RIGHT), held_ms=arrives_at - given_at, ack_at=ack_at,
        since_ack_ms=since_ack_ms,
    )  # fmt: skip


def back_after_outage(*, is_finished: bool = True) -> Sitting:
    """A candidate whose line was down over the end of the first part and is back."""
    lost, _ = ask(WORKING, commands.LoseLine(1, DOWN), DOWN + 12_000)
    over = lost
    if is_finished:
        over, _ = ask(lost, commands.End(get_act("end")), END)
    else:
        over, _ = ask(lost, commands.Expire(0), END + GRACE_MS + 1)
    back, _ = ask(over, ENTER, BACK)
    return back


def test_an_answer_given_before_the_end_on_a_dead_line_counts_and_changes_the_score() -> None:
    after, happened = ask(back_after_outage(), respond(), ARRIVED)

    assert [events.ResponseHeld, events.LateDecided, events.Rescored] == [*map(type, happened)]
    assert after.finished is not None
    assert ("5", (), 1) == (after.finished.total, after.held, after.answered_count)
    assert isinstance(happened[1], events.LateDecided)
    assert (GIVEN, END, DOWN, BACK) == (
        happened[1].given_at,
        happened[1].end_at,
        happened[1].outage_since,
        happened[1].outage_until,
    )


def test_the_same_answer_sent_again_is_acknowledged_and_makes_nothing_new() -> None:
    after, _ = ask(back_after_outage(), respond(), ARRIVED)

    again, happened = ask(after, respond(arrives_at=ARRIVED + 2_000), ARRIVED + 2_000)

    assert ((), after) == (happened, again)


def test_between_two_parts_the_answer_counts_and_no_score_is_shown_yet() -> None:
    after, happened = ask(back_after_outage(is_finished=False), respond(), ARRIVED)

    assert [events.ResponseHeld, events.LateDecided] == [type(event) for event in happened]
    assert (1, ()) == (after.answered_count, after.held)


@pytest.mark.parametrize(
    ("command", "at", "why"),
    [
        (respond(ack_at=None), ARRIVED, late_rule.NO_EVIDENCE),
        (respond(END), ARRIVED, late_rule.COVERED),
        (respond(END + 1), ARRIVED, late_rule.AFTER_END),
        (respond(DOWN - 10_000, ack_at=DOWN - 20_000), ARRIVED, late_rule.COVERED),
        (respond(DOWN - 10_001, ack_at=DOWN - 20_000), ARRIVED, late_rule.LINE_WAS_UP),
        (replace(respond(), held_ms=0), ARRIVED, late_rule.CLOCKS_DISAGREE),
        (respond(arrives_at=ARRIVED + AGREE_MS), ARRIVED, late_rule.COVERED),
        (respond(arrives_at=ARRIVED + AGREE_MS + 1), ARRIVED, late_rule.CLOCKS_DISAGREE),
        (respond(ack_at=DOWN + AGREE_MS + 1), ARRIVED, late_rule.CLOCKS_DISAGREE),
        (respond(arrives_at=BACK + SETTLE_MS), BACK + SETTLE_MS, late_rule.COVERED),
        (respond(arrives_at=BACK + SETTLE_MS + 1), BACK + SETTLE_MS + 1, late_rule.DELIVERED_LATE),
    ],
)
def test_each_edge_of_the_rule_has_a_reason(command: commands.Respond, at: int, why: str) -> None:
    after, happened = ask(back_after_outage(), command, at)

    assert isinstance(happened[1], events.LateDecided)
    assert (why, why == late_rule.COVERED) == (happened[1].why, happened[1].is_admitted)
    assert [] == [one.why for one in after.held if one.why != why]


def test_the_bound_of_the_exam_ends_what_the_rule_admits() -> None:
    claim = Claim(DOWN, GIVEN - DOWN, held_ms=END + 900_001 - GIVEN)
    outages = (Outage(DOWN),)

    within = judge(claim, outages, LateRule(), end_at=END, now=END + 900_000)
    beyond = judge(claim, outages, LateRule(), end_at=END, now=END + 900_001)

    assert (late_rule.COVERED, late_rule.DELIVERED_LATE) == (within.why, beyond.why)


def test_by_hand_nothing_is_decided_by_rule() -> None:
    ground = replace(GROUND, late=LateRule(is_on=False))
    held = events.ResponseHeld(SEQ, 1, "i@1", "twk", None, points="0", held_ms=0, late_ms=0)

    assert () == late.after_held(back_after_outage(), held, ground, ARRIVED)


def test_what_the_rule_leaves_held_a_person_may_admit_or_leave_out() -> None:
    held, _ = ask(back_after_outage(), respond(END + 1), ARRIVED)

    admitted, counted = ask(held, commands.AdmitHeld(get_act("yes")), ARRIVED)
    refused, left_out = ask(held, commands.RefuseHeld(get_act("no")), ARRIVED)

    assert [events.HeldAdmitted, events.Rescored] == [type(event) for event in counted]
    assert [events.HeldRefused] == [type(event) for event in left_out]
    assert (1, 0) == (admitted.answered_count, refused.answered_count)
    assert () == refused.held == admitted.held


# --- outages ---


def test_a_line_that_flickers_is_one_outage_and_one_that_stays_is_not() -> None:
    flicker = (Outage(0, 10_000), Outage(10_000 + SETTLE_MS, 90_000))
    steady = (Outage(0, 10_000), Outage(10_001 + SETTLE_MS, 90_000))

    assert Outage(0, 90_000) == outage_over(flicker, 5_000, joined_ms=SETTLE_MS)
    assert Outage(0, 10_000) == outage_over(steady, 5_000, joined_ms=SETTLE_MS)
    assert outage_over(steady, 10_001, joined_ms=SETTLE_MS) is None


def test_outages_are_bounded_and_keep_the_latest() -> None:
    outages: tuple[Outage, ...] = ()
    for at in range(200):
        outages = come_back(go_down(outages, at * 10), at * 10 + 5)

    assert (OUTAGE_LIMIT, 1_995) == (len(outages), outages[-1].until)


def test_a_takeover_without_a_lost_line_counts_from_the_last_word_of_the_old_one() -> None:
    taken, _ = ask(WORKING, commands.Enter("pc", DOWN), BACK)

    assert (Outage(DOWN, BACK),) == taken.outages


# --- no lie pays ---

INSTANTS = st.integers(STARTS_AT, END + 1_000_000)
CLAIMS = st.builds(
    Claim,
    ack_at=st.one_of(st.none(), INSTANTS),
    since_ack_ms=st.integers(0, 1_500_000),
    held_ms=st.integers(0, 1_500_000),
)


@st.composite
def lines(draw: st.DrawFn) -> list[tuple[int, int]]:
    """When the line was down: from the last word heard until the next connection."""
    instants = sorted(draw(st.lists(INSTANTS, min_size=0, max_size=6, unique=True)))
    return list(zip(instants[::2], instants[1::2], strict=False))


def sitting_on(line: list[tuple[int, int]], now: int) -> Sitting:
    """A sitting that lived through this line until `now`, by the journal's own fold."""
    told: list[tuple[int, events.SittingEvent]] = [
        (END, events.PartEnded(0, "deadline")),
        (END, events.Finished("deadline", {}, "0", None)),
    ]
    for epoch, (down, back) in enumerate(line, start=1):
        told.append((min(down + 9_000, back), events.LineLost(epoch, "closed", down)))
        told.append((back, events.Attached(epoch + 1, "pc", took_over=False)))
    sitting = WORKING
    for at, event in sorted(told, key=lambda one: one[0]):
        if at <= now:
            sitting = evolve(sitting, event, at)
    return sitting


Rule = Callable[..., Judged]


def gains(rule: Rule, line: list[tuple[int, int]], claim: Claim, now: int) -> bool:
    """Whether a page that may say anything gets an answer admitted on a line that was up."""
    judged = rule(claim, sitting_on(line, now).outages, LateRule(), end_at=END, now=now)
    was_down = any(down <= END <= back for down, back in line if down + 9_000 <= now)
    return judged.is_admitted and not was_down


@given(lines(), CLAIMS, st.integers(END + GRACE_MS + 1, END + 1_000_000))
def test_no_word_of_a_page_admits_what_no_measured_outage_covers(
    line: list[tuple[int, int]], claim: Claim, now: int
) -> None:
    assert not gains(judge, line, claim, now)


@given(lines(), st.integers(STARTS_AT, END), st.integers(1, 1_000_000))
def test_the_best_lie_is_no_better(
    line: list[tuple[int, int]], pretended_at: int, late_ms: int
) -> None:
    """Claims that agree with each other, made up by somebody who knows the rule."""
    now = END + GRACE_MS + late_ms
    claim = Claim(pretended_at, 0, held_ms=now - pretended_at)

    assert not gains(judge, line, claim, now)


def believing(claim: Claim, _outages: object, rule: LateRule, *, end_at: int, now: int) -> Judged:
    """The rule as it must not be: it takes the page's word."""
    return judge(claim, (Outage(claim.ack_at or 0),), rule, end_at=end_at, now=now)


def test_the_property_sees_a_rule_that_believes_the_page() -> None:
    now = END + 5_000

    assert gains(believing, [], Claim(END - 1, 0, held_ms=now - END + 1), now)
