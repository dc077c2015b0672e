"""Thousands of questions with published keys, written in our formats and read: the keys agree.

Each test prints items with the right key out of all, by format; run with -s to see them.
"""

import csv
import io
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from question_bank.importers import read
from question_bank.importers.report import ImportReport
from question_bank.item import Item
from question_bank.rich_text import words_of
from scoring.response import Choice
from scoring.rule import KeyRule

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FORMS = ("gift", "csv", "aiken")
AQUA_KEYS = {"A": 63, "B": 58, "C": 46, "D": 53, "E": 34}
TRIVIA_COUNTS = {"geography": 842, "history": 1645, "humanities": 1097, "brain-teasers": 207}

NOT_UTF8 = ("history", "humanities")


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its options and the place of the right one."""

    stem: str
    options: tuple[str, ...]
    right: int


def _line(text: str) -> str:
    return " ".join(text.split())


def _gift(questions: Iterable[Question]) -> str:
    def escaped(text: str) -> str:
        return "[plain]" + re.sub(r"([\\~=#{}:])", r"\\\1", _line(text))

    return "\n\n".join(
        f"// [id:q{number}]\n::q{number}::{escaped(one.stem)}{{"
        + "".join(
            f"\n{'=' if place == one.right else '~'}{escaped(option)}"
            for place, option in enumerate(one.options)
        )
        + "}"
        for number, one in enumerate(questions)
    )


def _aiken(questions: Iterable[Question]) -> str:
    return "\n\n".join(
        "\n".join(
            [
                f"{number}: {_line(one.stem)}",
                *(f"{LETTERS[i]}) {_line(text)}" for i, text in enumerate(one.options)),
                f"ANSWER: {LETTERS[one.right]}",
            ]
        )
        for number, one in enumerate(questions)
    )


def _csv(questions: Iterable[Question]) -> str:
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    lettered = [f"option_{letter.lower()}" for letter in LETTERS[:5]]
    writer.writerow(["id", "section", "stem", *lettered, "key"])
    for number, one in enumerate(questions):
        options = [*one.options, *[""] * (5 - len(one.options))]
        cells = [one.stem, *options]
        safe = [
            f"'{cell}" if cell.startswith(("=", "+", "-", "@", "'")) else cell for cell in cells
        ]
        writer.writerow([f"q{number}", "soal", *safe, LETTERS[one.right].lower()])
    return written.getvalue()


WRITERS = {"gift": _gift, "csv": _csv, "aiken": _aiken}


def _read(folder: Path, form: str, questions: list[Question]) -> ImportReport:
    path = folder / f"soal.{form}"
    path.write_text(WRITERS[form](questions), encoding="utf-8")
    return read(path)


def _right_text(item: Item) -> str:
    assert isinstance(item.rule, KeyRule)
    assert isinstance(item.rule.key, Choice)
    by_name = {option.id: option.text for option in item.options}
    return _line(words_of(by_name[item.rule.key.option], item.notation))


def _check(name: str, form: str, questions: list[Question], report: ImportReport) -> int:
    """How many have the right key; every other one is refused for a reason that is known."""
    keys = Counter(_right_text(item) for item in report.items)
    expected = Counter(_line(one.options[one.right]) for one in questions)
    reasons = Counter(problem.message for problem in report.refusals)
    told = f"{name} as {form}: {len(report.items)}/{len(questions)} taken"
    sys.stdout.write(f"{told}, refused: {dict(reasons)}\n")
    assert keys <= expected
    assert len(report.items) + len({one.place for one in report.refusals}) == len(questions)
    known = (
        "two options look the same",
        "the same question stands on",
        "an option is empty",
        "a text holds the control character",
    )
    assert all(message.startswith(known) for message in reasons)
    return len(report.items)


def _aqua(folder: Path) -> list[Question]:
    path = folder / "questions-en" / "agieval" / "aqua-rat.jsonl"
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        Question(
            one["question"],
            tuple(re.sub(r"^\([A-E]\)\s*", "", option) for option in one["options"]),
            LETTERS.index(one["label"]),
        )
        for one in lines
    ]


def _xcopa(folder: Path) -> list[Question]:
    path = folder / "questions-id" / "xcopa" / "val.id.jsonl"
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    asked = {"cause": "Apa sebabnya?", "effect": "Apa akibatnya?"}
    return [
        Question(
            f"{one['premise']} {asked[one['question']]}",
            (one["choice1"], one["choice2"]),
            one["label"],
        )
        for one in lines
    ]


def _trivia(path: Path, encoding: str) -> list[Question]:
    """#Q stem of one or more lines, ^ key, then options lettered from A."""
    found = []
    for block in re.split(r"^#Q ?", path.read_text(encoding=encoding), flags=re.MULTILINE)[1:]:
        stem, _, rest = block.partition("\n^ ")
        key, _, listed = rest.partition("\n")
        options = tuple(re.findall(r"^[A-Z] (.*)$", listed, flags=re.MULTILINE))
        plain = [_line(option) for option in options]
        found.append(Question(stem, options, plain.index(_line(key))))
    return found


@pytest.mark.parametrize("form", FORMS)
def test_keys_of_aqua_agree(shared_data: Path, tmp_path: Path, form: str) -> None:
    questions = _aqua(shared_data)

    taken = _check("AQuA", form, questions, _read(tmp_path, form, questions))

    assert AQUA_KEYS == Counter(LETTERS[one.right] for one in questions)
    assert taken / len(questions) > 0.95


@pytest.mark.parametrize("form", FORMS)
def test_keys_of_indonesian_xcopa_agree(shared_data: Path, tmp_path: Path, form: str) -> None:
    questions = _xcopa(shared_data)

    taken = _check("XCOPA", form, questions, _read(tmp_path, form, questions))

    assert {0: 55, 1: 45} == Counter(one.right for one in questions)
    assert len(questions) == taken == 100


@pytest.mark.parametrize("form", FORMS)
def test_keys_of_trivia_agree(shared_data: Path, tmp_path: Path, form: str) -> None:
    folder = shared_data / "questions-en" / "opentriviaqa"
    for name, count in TRIVIA_COUNTS.items():
        encoding = "latin-1" if name in NOT_UTF8 else "utf-8"
        questions = _trivia(folder / f"{name}.txt", encoding)

        taken = _check(name, form, questions, _read(tmp_path, form, questions))

        assert count == len(questions)
        assert taken / count > 0.95


def test_other_encoding_is_refused_until_it_is_named(shared_data: Path, tmp_path: Path) -> None:
    """Two of the sets are not UTF-8; reading them as if they were would change their words."""
    folder = shared_data / "questions-en" / "opentriviaqa"
    for name in NOT_UTF8:
        questions = _trivia(folder / f"{name}.txt", "latin-1")
        path = tmp_path / f"{name}.gift"
        path.write_bytes(_gift(questions).encode("latin-1"))

        unnamed, named = read(path), read(path, encoding="latin-1")

        assert ["is not UTF-8"] == [problem.message for problem in unnamed.problems]
        assert len(named.items) > 0.95 * len(questions)
