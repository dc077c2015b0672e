"""What staff may do to a sitting: two people where it matters, undo for seconds, losses once."""

from typing import Any

import pytest

from exam_sessions import commands, events
from exam_sessions.commands import Act
from exam_sessions.decide import RECONNECTION_LIMIT_MS
from exam_sessions.decide_acts import ONE_PERSON_LIMIT_MS, UNDO_LIMIT_MS
from exam_sessions.losses import owed_ms
from exam_sessions.sitting import Sitting, evolve
from exam_sessions.views import proctor_row, time_left_ms
from tests.factories import STARTS_AT, get_act
from tests.unit.exam_sessions.test_decide import (
    BEGIN,
    ENTER,
    FINISHED,
    PART_MS,
    PAUSED,
    SEQ,
    WORKING,
    after,
    ask,
    refusal,
    respond,
)

MINUTE = 60_000
CITRA = get_act("first")
DEWI = Act("second", by="dewi", reason="procedure")


def left(sitting: Sitting, at: int = STARTS_AT) -> int | None:
    return time_left_ms(sitting, at)


# --- two people ---


@pytest.mark.parametrize(
    ("command", "kind"),
    [(commands.Void(CITRA), "void"), (commands.Disqualify(CITRA), "disqualified")],
)
def test_what_ends_a_candidacy_needs_a_second_person(command: Any, kind: str) -> None:
    proposed, first = ask(WORKING, command)

    assert [events.Proposed] == [type(event) for event in first]
    assert refusal(proposed, commands.Confirm(get_act("again"), "first")) == "same_person"
    voided, second = ask(proposed, commands.Confirm(DEWI, "first"))
    assert [events.Confirmed, events.Finished, events.Voided] == [type(event) for event in second]
    assert (kind, kind) == (voided.care.void_kind, voided.finished and voided.finished.cause)


def test_a_finished_sitting_can_be_voided_and_is_not_let_back_in() -> None:
    proposed, _ = ask(FINISHED, commands.Void(CITRA))
    voided, happened = ask(proposed, commands.Confirm(DEWI, "first"))

    assert [events.Confirmed, events.Voided] == [type(event) for event in happened]
    assert refusal(voided, commands.Readmit(get_act("r"))) == "void"


@pytest.mark.parametrize(
    ("extension_ms", "kind"),
    [(ONE_PERSON_LIMIT_MS, events.Extended), (ONE_PERSON_LIMIT_MS + 1, events.Proposed)],
)
def test_more_time_than_one_person_may_give_is_a_proposal(extension_ms: int, kind: type) -> None:
    _, happened = ask(WORKING, commands.Extend(CITRA, extension_ms))

    assert [kind] == [type(event) for event in happened]


def test_confirmed_time_is_given_and_names_both() -> None:
    hour = 60 * MINUTE
    proposed, _ = ask(WORKING, commands.Extend(CITRA, hour))

    extended, happened = ask(proposed, commands.Confirm(DEWI, "first"))

    assert left(proposed) == left(WORKING)
    assert left(extended) == PART_MS + hour
    assert isinstance(happened[1], events.Extended)
    assert ("dewi", "citra") == (happened[1].by, proposed.care.proposal and "citra")
    assert extended.care.proposal is None


def test_a_withdrawn_proposal_is_gone() -> None:
    proposed, _ = ask(WORKING, commands.Void(CITRA))
    withdrawn, _ = ask(proposed, commands.Withdraw(DEWI, "first"))

    assert refusal(withdrawn, commands.Confirm(get_act("c"), "first")) == "no_proposal"
    assert refusal(proposed, commands.Disqualify(get_act("d"))) == "proposal_open"


# --- taking back ---


@pytest.mark.parametrize(
    ("after_ms", "is_possible"), [(UNDO_LIMIT_MS, True), (UNDO_LIMIT_MS + 1, False)]
)
def test_an_extension_is_taken_back_within_seconds_only(
    after_ms: int, *, is_possible: bool
) -> None:
    extended, _ = ask(WORKING, commands.Extend(CITRA, 5 * MINUTE))
    undo, at = commands.Undo(DEWI, "first"), STARTS_AT + after_ms

    if is_possible:
        assert left(ask(extended, undo, at)[0]) == left(WORKING)
    else:
        assert refusal(extended, undo, at) == "too_late_to_undo"


def test_a_pause_an_end_and_a_going_on_are_taken_back() -> None:
    resumed, _ = ask(PAUSED, commands.Undo(DEWI, "p"))
    reopened, _ = ask(FINISHED, commands.Undo(DEWI, "e"))

    assert (resumed.paused, resumed.is_running) == (None, True)
    assert (reopened.finished, left(reopened)) == (None, PART_MS)


def test_what_was_taken_back_or_changed_since_cannot_be_taken_back() -> None:
    extended, _ = ask(WORKING, commands.Extend(CITRA, 5 * MINUTE))
    once, _ = ask(extended, commands.Undo(DEWI, "first"))

    assert refusal(once, commands.Undo(get_act("u2"), "first")) == "nothing_to_undo"
    assert refusal(WORKING, commands.Undo(DEWI, "never")) == "nothing_to_undo"


# --- back in ---


def test_whoever_is_let_back_in_has_exactly_the_time_that_was_left() -> None:
    ended, _ = ask(WORKING, commands.End(get_act("e")), STARTS_AT + 4 * MINUTE)

    again, _ = ask(ended, commands.Readmit(CITRA, MINUTE), STARTS_AT + 30 * MINUTE)

    assert left(again, STARTS_AT + 30 * MINUTE) == PART_MS - 4 * MINUTE + MINUTE
    assert ask(again, respond(), STARTS_AT + 31 * MINUTE)[1]


def test_whose_time_was_over_comes_back_only_with_more() -> None:
    ended = after(ENTER, BEGIN, commands.EndPart(1, SEQ), BEGIN)
    over, _ = ask(ended, commands.Expire(1), STARTS_AT + 10 * MINUTE)
    at = STARTS_AT + 11 * MINUTE

    assert refusal(over, commands.Readmit(CITRA), at) == "no_time_left"
    again, _ = ask(over, commands.Readmit(CITRA, 3 * MINUTE), at)
    assert 0 < (left(again, at) or 0) <= 3 * MINUTE
    assert refusal(WORKING, commands.Readmit(CITRA)) == "not_finished"


# --- losses ---


def test_lost_time_is_given_back_once_and_exactly() -> None:
    lost, _ = ask(WORKING, commands.LoseLine(1), STARTS_AT + MINUTE)
    back, _ = ask(lost, commands.Enter("pc-2"), STARTS_AT + 3 * MINUTE)

    given, happened = ask(back, commands.Compensate(CITRA), STARTS_AT + 4 * MINUTE)

    assert 2 * MINUTE == owed_ms(back.losses)
    assert isinstance(happened[0], events.Extended)
    assert (2 * MINUTE, 2 * MINUTE) == (happened[0].extension_ms, happened[0].measured_ms)
    assert refusal(given, commands.Compensate(get_act("c2"))) == "nothing_lost"


def test_a_pause_ends_the_loss_and_going_on_without_a_line_begins_another() -> None:
    lost, _ = ask(WORKING, commands.LoseLine(1), STARTS_AT)
    paused, _ = ask(lost, commands.Pause(get_act("p")), STARTS_AT + MINUTE)
    resumed, _ = ask(paused, commands.Resume(get_act("r")), STARTS_AT + 9 * MINUTE)
    back, _ = ask(resumed, commands.Enter("pc"), STARTS_AT + 11 * MINUTE)

    assert 3 * MINUTE == owed_ms(back.losses)


@pytest.mark.parametrize(
    ("away_ms", "given_ms"),
    [(7_000, 7_000), (RECONNECTION_LIMIT_MS + 1, RECONNECTION_LIMIT_MS)],
)
def test_seconds_until_a_page_is_back_after_an_outage_are_given_back(
    away_ms: int, given_ms: int
) -> None:
    down = evolve(WORKING, events.LineLost(1, "server"), STARTS_AT)

    back, happened = ask(down, ENTER, STARTS_AT + away_ms)

    assert [events.Attached, events.Extended] == [type(event) for event in happened]
    assert left(back, STARTS_AT + away_ms) == PART_MS - away_ms + given_ms


def test_a_cable_that_was_pulled_is_for_a_proctor_to_judge() -> None:
    down, _ = ask(WORKING, commands.LoseLine(1))

    _, happened = ask(down, ENTER, STARTS_AT + 7_000)

    assert [events.Attached] == [type(event) for event in happened]


# --- seats, messages, calls ---


def test_a_move_fences_the_old_seat_and_keeps_form_and_time() -> None:
    moved, _ = ask(WORKING, commands.Move(CITRA, "A", "9"), STARTS_AT + MINUTE)

    assert ("A", "9") == (moved.seated.room, moved.seated.seat)
    assert refusal(moved, respond(), STARTS_AT + MINUTE) == "taken_over"
    assert left(moved, STARTS_AT + MINUTE) == left(WORKING, STARTS_AT + MINUTE)
    assert refusal(moved, commands.Move(get_act("m2"), "A", "9")) == "same_seat"


def test_a_message_waits_until_it_was_read() -> None:
    told, _ = ask(WORKING, commands.Message(CITRA, " Mohon tenang "))
    read, _ = ask(told, commands.ReadMessages(1, SEQ, 1))

    assert (["Mohon tenang"], 1) == ([m.text for m in told.care.messages], told.care.unread_count)
    assert told.state_version > WORKING.state_version
    assert read.care.unread_count == 0
    assert ask(read, commands.ReadMessages(1, SEQ + 1, 5))[1] == ()
    assert refusal(WORKING, commands.Message(get_act("m"), "  ")) == "malformed"


def test_a_call_stands_until_a_proctor_has_come() -> None:
    called, _ = ask(WORKING, commands.Call(1, SEQ, "health"))
    twice, happened = ask(called, commands.Call(1, SEQ + 1, "other"))
    answered, _ = ask(twice, commands.AnswerCall(CITRA))

    assert (called.care.call and called.care.call.topic, happened) == ("health", ())
    assert answered.care.call is None
    assert refusal(answered, commands.AnswerCall(get_act("a2"))) == "no_call"
    assert refusal(WORKING, commands.Call(1, SEQ, "pizza")) == "malformed"


def test_every_act_sent_twice_is_one_act() -> None:
    for command in (
        commands.Message(CITRA, "x"),
        commands.Move(CITRA, "A", "7"),
        commands.Void(CITRA),
        commands.Extend(CITRA, MINUTE),
    ):
        done, _ = ask(WORKING, command)

        assert ask(done, command)[1] == ()


def test_who_never_came_stays_absent_when_a_whole_room_is_paused() -> None:
    pause = commands.Pause(get_act("p"))
    absent, present = after(pause), after(ENTER, pause)

    shown = [
        proctor_row(one, None, room_status="started", now=STARTS_AT)["status"]
        for one in (absent, present)
    ]

    assert ["absent", "paused"] == shown
