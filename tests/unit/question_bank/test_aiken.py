"""Aiken: one right option; whatever is not exactly that is refused with its line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.importers import aiken, read
from question_bank.importers.report import ImportReport
from question_bank.item import Item
from scoring.response import Choice
from scoring.rule import KeyRule

GOOD = "Siapa?\nA) Ani\nB. Budi\nANSWER: B\n"


def _read(text: str) -> ImportReport:
    return aiken.read(Path("soal.txt"), text)


def _key(item: Item) -> str:
    assert isinstance(item.rule, KeyRule)
    assert isinstance(item.rule.key, Choice)
    return item.rule.key.option


def test_question_of_lettered_options_is_taken() -> None:
    (item,) = _read(GOOD).items

    assert ("choice", "Siapa?", ["Ani", "Budi"], "b") == (
        item.kind,
        item.stem,
        [option.text for option in item.options],
        _key(item),
    )


def test_stem_of_several_lines_and_initials_are_kept() -> None:
    (item,) = _read("U.S. atau\r\nA.S.?\r\n\r\nA)Amerika\r\nB)Asia\r\nANSWER: A\r\n").items

    assert "U.S. atau\nA.S.?" == item.stem


def test_markup_is_shown_as_it_is_written() -> None:
    plain, starred = _read(
        'Apa <html class="x"> & 2 * 3?\nA) <b>\nB) &lt;\nANSWER: A\n'
        "Berapa 2*3*4?\nA) < 24\nB) 24\nANSWER: B"
    ).items

    assert 'Apa <html class="x"> & 2 * 3?' == plain.stem
    assert ["<b>", "&lt;"] == [option.text for option in plain.options]
    assert ("rich", "Berapa 2*3*4?", "&lt; 24") == (
        starred.notation,
        starred.stem,
        starred.options[0].text,
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Siapa?\nA) Ani\nB) Budi\n", "no ANSWER: line follows the options"),
        ("Siapa?\nA) Ani\nB) Budi\nD) Dewi\nANSWER: D", "no ANSWER: line follows the options"),
        ("Siapa?\nA) Ani\nB) Budi\nANSWER: C", "there is no option C"),
        ("Siapa?\nA) Ani\nB) Budi\nANSWER: b", "'ANSWER: b' names no option"),
        ("Siapa?\nA) Ani\nB) Budi\nANSWER: A, B", "'ANSWER: A, B' names no option"),
        ("Siapa?\nA) Ani\nB) Budi\nANSWER:", "'ANSWER:' names no option"),
        ("Siapa?\nA) Ani\nB) Budi\nAnswer: A", "'Answer: A' names no option"),
        ("Siapa?\nA) Ani\nANSWER: A", "an item has 2 to 26 options"),
        ("Siapa?\nANSWER: A", "the question has no options"),
        ("A) Ani\nB) Budi\nANSWER: A", "the question has no options"),
        ("Siapa?\nA) Ani\nB)\nANSWER: A", "an option is empty"),
        ("Siapa?\nA) Ani\nB) Ani\nANSWER: A", "two options look the same"),
        ("Siapa?", "no options follow"),
    ],
)
def test_what_is_no_aiken_is_refused_with_its_line(text: str, message: str) -> None:
    report = _read(f"{GOOD}\n{text}")

    assert 1 == len(report.items)
    assert message in report.refusals[0].message
    assert "soal.txt:6" == report.refusals[0].place
    assert all(problem.advice for problem in report.refusals)


def test_missing_answer_does_not_swallow_the_next_question() -> None:
    report = _read(f"Pertama?\nA) x\nB) y\n\n{GOOD}")

    assert ["Siapa?"] == [item.stem for item in report.items]
    assert ["soal.txt:1"] == [problem.place for problem in report.refusals]


def test_same_question_twice_is_refused() -> None:
    report = _read(GOOD + "\n" + GOOD)

    assert ["the same question stands on line 1"] == [one.message for one in report.refusals]


def test_text_file_is_aiken_or_gift_by_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "soal.txt"

    path.write_text(GOOD)
    as_aiken = read(path).items
    path.write_text("A) apa {T}\n\nB) siapa {=a ~b}")
    as_gift = read(path).items

    assert ["Siapa?"] == [item.stem for item in as_aiken]
    assert ["A) apa", "B) siapa"] == [item.stem for item in as_gift]


@given(st.text(alphabet="AB)(.\n ANSWER:x", max_size=80))
def test_any_text_gets_an_answer(text: str) -> None:
    report = _read(text)

    assert report.items or report.refusals


def test_moodles_own_file_has_its_two_keys(shared_data: Path) -> None:
    path = shared_data / "moodle-gift-aiken" / "moodle-fixtures" / "questions.aiken.txt"

    report = read(path)

    assert () == report.problems
    assert ["b", "a"] == [_key(item) for item in report.items]
