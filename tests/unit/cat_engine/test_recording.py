"""Recorded exams of any shape: read as they are, or refused with line and column."""

from fractions import Fraction
from typing import Any

import pytest

from cat_engine.rehearsal.recording import (
    BadRecording,
    Files,
    Recording,
    read_ranks,
    read_recording,
)
from question_bank.item import Item
from scoring import mark
from scoring.item_analysis.matrix import Layout
from scoring.response import Choice
from scoring.text_table import BadTable

ANSWERS = "nama;b1;b2;t1;t2\nAni Lestari;A;C;1,5;2\nBudi;B;;3;NA\nCitra;A;B;0;1\n"
SPLIT: dict[str, Any] = {
    "key": '["A", "B|C"]',
    "seconds": ["t1..t2"],
    "layout": Layout(person="nama"),
}
FIRST_TIME = SPLIT | {"seconds": ["t1"], "layout": Layout(person="nama", items=["b1", "b2"])}


def read(text: str, *, limit: int | None = None, **more: Any) -> Recording:
    given = {"name": "Ujian Ké 2.csv", "key": None, "durations": None, "layout": Layout()} | more
    return read_recording(Files(responses=text, **given), limit=limit)


def earned(items: list[Item], responses: list[str]) -> Fraction:
    points = Fraction(0)
    for item, text in zip(items, responses, strict=True):
        named = {option.text: option.id for option in item.options}
        points += mark(item.rule, Choice(named[text])) if text else 0
    return points


def test_answers_and_seconds_may_stand_in_one_file() -> None:
    known = read(ANSWERS, **SPLIT)

    assert {"P-000001": "Ani Lestari", "P-000002": "Budi", "P-000003": "Citra"} == known.people
    assert [1.5, 2.0] == known.seconds["P-000001"]
    assert [3.0, 0.0] == known.seconds["P-000002"]
    assert {"P-000001": ("2", 1), "P-000002": ("0", 3), "P-000003": ("2", 1)} == known.ranks()
    assert "ujian-k-2" == known.name
    for no, (total, _) in known.ranks().items():
        assert Fraction(total) == earned(known.items(), list(known.responses[no]))


def test_points_without_a_key_are_earned_as_they_are() -> None:
    known = read("no,x,y\n1,0,2\n2,2,0.5\n3,1,\n", layout=Layout(person="no"))

    assert {"1": ("2", 2), "2": ("2.5", 1), "3": ("1", 3)} == known.ranks()


def test_an_item_to_which_all_gave_the_same_has_two_options() -> None:
    known = read("no,x,y\n1,B,\n2,B,\n", key='["B", "A"]', layout=Layout(person="no"))

    assert [2, 2] == [len(item.options) for item in known.items()]
    assert {"1": ("1", 1), "2": ("1", 1)} == known.ranks()


def test_the_same_name_with_other_answers_is_another_bank() -> None:
    first, again, other = read("no,x\n1,0\n"), read("no,x\n1,0\n"), read("no,x\n1,5\n")

    assert first.bank == again.bank
    assert first.bank != other.bank


def test_durations_of_a_file_of_their_own_are_joined_by_person() -> None:
    durations = "kandidat,flag,d1\n2,x,7\n1,x,\n3,x,9\n"

    known = read("no,x\n1,0\n2,1\n", durations=durations, layout=Layout(person="no"))

    assert {"1": [0.0], "2": [7.0]} == known.seconds


@pytest.mark.parametrize(
    ("text", "more", "said"),
    [
        ("no,x\n1,A\n", {}, "line 2, column x: 'A' is no number of points"),
        ("no,x\n1,A\n", {"key": '["A", "B"]'}, "the key is of 2 items"),
        (ANSWERS, FIRST_TIME, "1 columns of seconds for 2 items"),
        (ANSWERS.replace("1,5", "-1"), SPLIT, "line 2, column t1: less than no time"),
        (ANSWERS.replace("1,5", "lama"), SPLIT, "line 2, column t1: 'lama' is no number"),
        ("no,x\n1,0\n", {"durations": "no,d\n2,3\n"}, "durations: there is no row for 1"),
        ("no,x\n1,0\n", {"durations": "no\n1\n"}, "durations"),
        (
            "no,x\n" + "".join(f"{at},{at}\n" for at in range(201)),
            {},
            "column x: 201 different responses",
        ),
    ],
)
def test_files_that_do_not_fit_together_are_refused(
    text: str, more: dict[str, Any], said: str
) -> None:
    with pytest.raises((BadRecording, BadTable)) as refused:
        read(text, **{"layout": Layout(person=text[: text.find(",")]), **more})

    assert said in str(refused.value)


def test_known_ranks_are_joined_by_the_identifiers_of_the_file() -> None:
    known = read(ANSWERS, **SPLIT)

    found = read_ranks("nama;total;rank\nBudi;0,0;3\nAni Lestari;2;1\n", known)

    assert {"P-000002": ("0", 3), "P-000001": ("2", 1)} == found
    for text, said in (
        ("nama,total\nBudi,0\n", "known ranks need the columns total and one of"),
        ("nama,total,rank\nDewi,0,1\n", "line 2: Dewi is not in the responses"),
        ("nama,total,rank\nBudi,x,1\n", "line 2: total and rank must be numbers"),
    ):
        with pytest.raises(BadRecording, match=said):
            read_ranks(text, known)
