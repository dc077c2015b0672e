"""Answers in a file: what the page seals the server opens, and nothing else is taken."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from exam_sessions import commands, events
from exam_sessions.bringing import bring
from exam_sessions.brought import Brought
from exam_sessions.outbox_file import BadOutbox, open_file, public_key, token_of
from exam_sessions.refused import Refused
from scoring.response import Choice, Nothing
from tests.cast import ANI, EXAM_SESSION
from tests.factories import get_act
from tests.unit.exam_sessions.test_decide import GROUND, SEQ, WORKING, ask
from tests.unit.exam_sessions.test_late_rule import BACK, DOWN, END, GIVEN, RIGHT

VECTOR = json.loads((Path(__file__).parents[2] / "vectors" / "outbox.json").read_text())
SECRET = bytes.fromhex(VECTOR["secret"])
FILE = VECTOR["file"]


def test_the_file_of_the_page_opens_with_everything_in_it() -> None:
    opened = open_file(FILE, SECRET, EXAM_SESSION)

    assert (ANI, 1, 1) == (opened.participant_no, opened.epoch, opened.other_count)
    assert (
        Brought(100_001, 1, Choice("A"), 1_795_482_880_000, 14_000, waited_ms=6_000),
        Brought(100_003, 2, Nothing(), 1_795_482_880_000, 15_000, waited_ms=5_000),
    ) == opened.answers


def changed(**changes: Any) -> str:
    return json.dumps(json.loads(FILE) | changes)


def flipped(name: str) -> str:
    text = json.loads(FILE)[name]
    return changed(**{name: ("A" if text[9] != "A" else "B").join((text[:9], text[10:]))})


@pytest.mark.parametrize(
    ("text", "secret", "exam_session", "code"),
    [
        (FILE, SECRET, "skd-siang", "outbox_other_session"),
        (changed(exam_session="skd-siang"), SECRET, "skd-siang", "outbox_other_key"),
        (FILE, b"another server", EXAM_SESSION, "outbox_other_key"),
        (changed(participant_no="24-5521-0018"), SECRET, EXAM_SESSION, "outbox_changed"),
        (changed(epoch=2), SECRET, EXAM_SESSION, "outbox_changed"),
        (flipped("sealed"), SECRET, EXAM_SESSION, "outbox_changed"),
        (changed(nonce="00" * 12), SECRET, EXAM_SESSION, "outbox_changed"),
        (changed(ephemeral="09" * 32), SECRET, EXAM_SESSION, "outbox_changed"),
        (changed(sealed=""), SECRET, EXAM_SESSION, "outbox_changed"),
        (changed(sealed="***"), SECRET, EXAM_SESSION, "outbox_unreadable"),
        (changed(format="cat-engine/outbox/9"), SECRET, EXAM_SESSION, "outbox_unreadable"),
        ("{}", SECRET, EXAM_SESSION, "outbox_unreadable"),
        ("[]", SECRET, EXAM_SESSION, "outbox_unreadable"),
        ("not JSON", SECRET, EXAM_SESSION, "outbox_unreadable"),
        ("x" * 600_000, SECRET, EXAM_SESSION, "outbox_unreadable"),
    ],
)
def test_whatever_is_not_this_candidates_file_is_refused(
    text: str, secret: bytes, exam_session: str, code: str
) -> None:
    with pytest.raises(BadOutbox) as refused:
        open_file(text, secret, exam_session)

    assert code == refused.value.code


def test_keys_and_tokens_differ_from_session_to_session_and_epoch_to_epoch() -> None:
    tokens = {
        token_of(SECRET, exam_session, person, epoch)
        for exam_session in ("a", "b")
        for person in ("1", "2")
        for epoch in (1, 2)
    }

    assert 8 == len(tokens)
    assert public_key(SECRET, "a") != public_key(SECRET, "b") != public_key(b"other", "b")


LOST, _ = ask(WORKING, commands.LoseLine(1, DOWN), DOWN + 12_000)
OVER, _ = ask(LOST, commands.End(get_act("end")), END)


def brought(*given_at: int, epoch: int = 1, made_at: int = END + 30_000) -> commands.BringOutbox:
    """The file of a page that counted honestly."""
    answers = tuple(
        Brought(SEQ + index, 1 + index, Choice(RIGHT if index == 0 else "A"), DOWN - 2_000,
                at - DOWN + 2_000, waited_ms=made_at - at)
        for index, at in enumerate(given_at)
    )  # fmt: skip
    return commands.BringOutbox(get_act("file"), epoch, "ab" * 32, made_at, answers)


def test_a_brought_file_goes_the_road_of_late_answers() -> None:
    after, happened = ask(OVER, brought(GIVEN, END + 1), BACK)

    kinds = [type(event).__name__ for event in happened]
    assert ["OutboxBrought", "ResponseHeld", "LateDecided", "Rescored"] == kinds[:4]
    assert ["ResponseHeld", "LateDecided"] == kinds[4:]
    assert (1, ["after_end"]) == (after.answered_count, [one.why for one in after.held])
    assert after.finished is not None
    assert "5" == after.finished.total


def test_the_same_file_twice_changes_nothing() -> None:
    once, _ = ask(OVER, brought(GIVEN), BACK)

    twice, happened = ask(once, brought(GIVEN), BACK + 60_000)

    assert (once, ()) == (twice, happened)


def test_a_file_that_comes_while_time_is_left_counts_at_once() -> None:
    after, happened = ask(LOST, brought(DOWN + 13_000, made_at=DOWN + 14_000), DOWN + 15_000)

    assert [events.OutboxBrought, events.Responded] == [type(event) for event in happened]
    assert 1 == after.answered_count


def test_a_file_from_before_the_candidate_moved_on_is_refused() -> None:
    moved, _ = ask(LOST, commands.Enter("pc-2"), DOWN + 20_000)

    with pytest.raises(Refused) as older:
        ask(moved, brought(GIVEN), BACK)
    with pytest.raises(Refused) as newer:
        ask(OVER, brought(GIVEN, epoch=2), BACK)
    assert ("outbox_older", "outbox_not_theirs") == (older.value.code, newer.value.code)


def test_looking_first_tells_the_fate_of_every_answer_and_changes_nothing() -> None:
    one = brought(GIVEN, END + 1)
    late = replace(one, answers=(*one.answers, replace(one.answers[0], item_no=99, client_seq=9)))

    _, fates = bring(OVER, late, GROUND, BACK)

    assert ["unknown_item", "counts", "after_end"] == [fate.outcome for fate in fates]


def test_a_computer_whose_clock_was_set_back_does_not_gain() -> None:
    """The wall clock says two minutes, the monotonic one says one: a person decides."""
    honest = brought(GIVEN)
    lying = replace(honest, answers=(replace(honest.answers[0], waited_ms=125_000),))

    after, _ = ask(OVER, lying, BACK)

    assert ["clocks_disagree"] == [one.why for one in after.held]
