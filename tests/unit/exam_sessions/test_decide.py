"""What a command makes happen: every state against every command, and the edges of time."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from exam_sessions import commands, events
from exam_sessions.decide import EPOCH_SEQ_SPAN, Refused, decide
from exam_sessions.ground import Ground
from exam_sessions.sitting import Sitting, evolve, seat
from question_bank.blueprint import read as read_blueprint
from question_bank.form import assemble
from question_bank.shown import to_canonical
from scoring.response import Choice, Nothing, Text, to_json
from tests.cast import ANI, EXAM_SESSION
from tests.factories import GRACE_MS, STARTS_AT, get_act, get_bank, get_blueprint_text

BLUEPRINT = read_blueprint(get_blueprint_text())
BANK = get_bank()
FORM = assemble(BLUEPRINT, BANK, "seed", ANI)
GROUND = Ground(BLUEPRINT, FORM, {item.ref: item for item in BANK}, GRACE_MS)
SEATED = events.Seated(FORM.digest, "Analis", "general", "", "A", "1", (10, 2), (6, 2))
PART_MS = 10 * 60_000
SEQ = EPOCH_SEQ_SPAN + 1


def ask(
    sitting: Sitting, command: Any, at: int = STARTS_AT, room: str = "started"
) -> tuple[Sitting, tuple[events.SittingEvent, ...]]:
    """Decide and fold."""
    happened = decide(sitting, command, GROUND, at, room=room)
    for event in happened:
        sitting = evolve(sitting, event, at)
    return sitting, happened


def after(*asked: Any, at: int = STARTS_AT) -> Sitting:
    """A sitting after commands that must all be granted."""
    sitting = seat(EXAM_SESSION, ANI, SEATED)
    for command in asked:
        sitting, _ = ask(sitting, command, at)
    return sitting


ENTER = commands.Enter("pc")
BEGIN = commands.Begin(1)
WORKING = after(ENTER, BEGIN)
PAUSED = after(ENTER, BEGIN, commands.Pause(get_act("p")))
FINISHED = after(ENTER, BEGIN, commands.End(get_act("e")))
SECOND_PART = after(ENTER, BEGIN, commands.EndPart(1, SEQ))


def respond(seq: int = SEQ, item_no: int = 1, letter: str = "A", epoch: int = 1) -> Any:
    return commands.Respond(epoch, seq, item_no, Choice(letter))


def refusal(sitting: Sitting, command: Any, at: int = STARTS_AT, room: str = "started") -> str:
    with pytest.raises(Refused) as refused:
        decide(sitting, command, GROUND, at, room=room)
    return refused.value.code


#  begun             deadline         + grace
@pytest.mark.parametrize(
    ("at", "kind"),
    [
        (PART_MS - 1, events.Responded),
        (PART_MS, events.Responded),
        (PART_MS + GRACE_MS, events.Responded),
        (PART_MS + GRACE_MS + 1, events.ResponseHeld),
    ],
)
def test_a_response_counts_until_the_grace_has_passed_and_is_held_after_it(
    at: int, kind: type
) -> None:
    _, happened = ask(WORKING, respond(), STARTS_AT + at)

    assert kind is type(happened[0])


def test_a_held_response_says_how_late_it_came() -> None:
    _, happened = ask(WORKING, respond(), STARTS_AT + PART_MS + 5_000)

    assert isinstance(happened[0], events.ResponseHeld)
    assert happened[0].late_ms == 5_000


@pytest.mark.parametrize(
    ("at", "kinds"),
    [
        (PART_MS + GRACE_MS, []),
        (PART_MS + GRACE_MS + 1, [events.PartEnded]),
    ],
)
def test_a_timer_ends_the_part_only_when_the_clock_says_so(at: int, kinds: list[type]) -> None:
    _, happened = ask(WORKING, commands.Expire(0), STARTS_AT + at)

    assert kinds == [type(event) for event in happened]


def test_a_response_earns_by_the_rule_of_the_item_under_its_number() -> None:
    slot = GROUND.slots[1]
    right = next(letter for letter in "ABCDE" if to_canonical(slot, Choice(letter)) == Choice("a"))

    _, happened = ask(WORKING, respond(letter=right))

    assert isinstance(happened[0], events.Responded)
    assert ("5", {"choice": "a"}) == (happened[0].points, happened[0].response)


def test_the_same_message_again_makes_no_second_event_also_after_the_end() -> None:
    answered, _ = ask(WORKING, respond())
    ended, _ = ask(answered, commands.End(get_act("e")))

    assert decide(answered, respond(), GROUND, STARTS_AT, room="started") == ()
    assert decide(ended, respond(), GROUND, STARTS_AT + PART_MS * 9, room="started") == ()


def test_one_number_with_another_content_is_a_conflict() -> None:
    answered, _ = ask(WORKING, respond(letter="A"))

    assert refusal(answered, respond(letter="B")) == "conflict"
    assert refusal(answered, respond(item_no=2)) == "conflict"
    assert refusal(answered, commands.View(1, SEQ, 1)) == "conflict"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_responses_the_later_number_counts_in_whatever_order_they_come(
    order: Sequence[int],
) -> None:
    sent = [respond(SEQ, letter="A"), respond(SEQ + 1, letter="B")]
    sitting = WORKING

    for index in order:
        sitting, _ = ask(sitting, sent[index])

    expected = to_json(to_canonical(GROUND.slots[1], Choice("B")))
    assert expected == sitting.answers[1].response


def test_a_cleared_response_is_blank_and_stays_on_record() -> None:
    answered, _ = ask(WORKING, respond())

    cleared, happened = ask(answered, commands.Respond(1, SEQ + 1, 1, Nothing()))

    assert isinstance(happened[0], events.Responded)
    assert (0, None) == (cleared.answered_count, cleared.answers[1].response)


@pytest.mark.parametrize(
    ("sitting", "command", "code"),
    [
        (WORKING, respond(epoch=2), "taken_over"),
        (WORKING, respond(item_no=99), "unknown_item"),
        (WORKING, respond(letter="Z"), "malformed"),
        (WORKING, commands.Respond(1, SEQ, 1, Text("A")), "malformed"),
        (WORKING, respond(seq=0), "conflict"),
        (WORKING, respond(seq=2 * EPOCH_SEQ_SPAN), "conflict"),
        (WORKING, respond(item_no=7), "not_working"),
        (SECOND_PART, respond(SEQ + 1, item_no=7), "not_working"),
        (after(ENTER), respond(), "not_working"),
        (PAUSED, commands.EndPart(1, SEQ), "paused"),
        (PAUSED, commands.Begin(1), "paused"),
        (PAUSED, commands.Pause(get_act("q")), "paused"),
        (WORKING, commands.Resume(get_act("q")), "not_paused"),
        (WORKING, commands.Extend(get_act("q"), 0), "malformed"),
        (WORKING, commands.Extend(get_act("q"), 13 * 3_600_000), "malformed"),
        (WORKING, commands.AdmitHeld(get_act("q")), "nothing_held"),
        (FINISHED, commands.Begin(1), "finished"),
        (FINISHED, commands.EndPart(1, SEQ), "finished"),
        (FINISHED, commands.Pause(get_act("q")), "finished"),
        (FINISHED, commands.Extend(get_act("q"), 1_000), "finished"),
        (FINISHED, commands.End(get_act("q")), "finished"),
        (after(ENTER), commands.EndPart(1, SEQ), "not_working"),
    ],
)
def test_what_cannot_be_granted_is_refused_with_its_code(
    sitting: Sitting, command: Any, code: str
) -> None:
    assert code == refusal(sitting, command)


@pytest.mark.parametrize(
    ("room", "command", "code"),
    [
        ("closed", ENTER, "not_open"),
        ("open", BEGIN, "not_started"),
    ],
)
def test_the_room_decides_who_may_enter_and_begin(room: str, command: Any, code: str) -> None:
    assert code == refusal(after(ENTER), command, room=room)


@pytest.mark.parametrize(
    ("after_pause_ms", "is_counted"), [(0, True), (GRACE_MS, True), (GRACE_MS + 1, False)]
)
def test_what_was_under_way_when_the_pause_came_still_counts(
    after_pause_ms: int, *, is_counted: bool
) -> None:
    at = STARTS_AT + after_pause_ms
    if is_counted:
        assert isinstance(ask(PAUSED, respond(), at)[1][0], events.Responded)
    else:
        assert refusal(PAUSED, respond(), at) == "paused"


def test_a_new_workstation_fences_the_old_one_and_is_told_as_a_takeover() -> None:
    moved, happened = ask(WORKING, commands.Enter("pc-2"))

    assert (events.Attached(2, "pc-2", took_over=True),) == happened
    assert refusal(moved, respond(epoch=1)) == "taken_over"
    assert ask(moved, respond(2 * EPOCH_SEQ_SPAN, epoch=2))[1]


def test_a_released_line_is_silent_until_somebody_enters_again() -> None:
    released, _ = ask(WORKING, commands.Release(get_act("r")))

    assert refusal(released, respond()) == "taken_over"
    assert not released.line


def test_a_line_that_was_taken_over_cannot_be_lost_again() -> None:
    moved, _ = ask(WORKING, commands.Enter("pc-2"))

    assert decide(moved, commands.LoseLine(1), GROUND, STARTS_AT, room="started") == ()


def test_the_last_part_ends_the_sitting_with_its_score() -> None:
    begun, _ = ask(SECOND_PART, BEGIN)

    _, happened = ask(begun, commands.EndPart(1, SEQ + 1))

    assert [events.PartEnded, events.Finished] == [type(event) for event in happened]
    assert isinstance(happened[1], events.Finished)
    assert ({"twk": "0", "tkp": "0", "interview": "0"}, "0", False) == (
        happened[1].sections,
        happened[1].total,
        happened[1].passed,
    )


def test_a_late_answer_that_is_admitted_after_the_end_changes_the_score_on_record() -> None:
    at = STARTS_AT + PART_MS * 3
    late = replace(FINISHED, finished_at=STARTS_AT)
    slot = GROUND.slots[1]
    right = next(letter for letter in "ABCDE" if to_canonical(slot, Choice(letter)) == Choice("a"))
    held, _ = ask(late, respond(letter=right), at)

    admitted, happened = ask(held, commands.AdmitHeld(get_act("h")), at)

    assert [events.HeldAdmitted, events.Rescored] == [type(event) for event in happened]
    assert admitted.finished is not None
    assert (admitted.finished.total, admitted.held) == ("5", ())


def test_an_act_sent_twice_is_one_act() -> None:
    extended, _ = ask(WORKING, commands.Extend(get_act("x"), 60_000))

    again = decide(
        extended, commands.Extend(get_act("x"), 60_000), GROUND, STARTS_AT, room="started"
    )

    assert again == ()
