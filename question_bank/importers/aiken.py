"""Aiken: a question, its options lettered from A, and `ANSWER: B`; one right option, one point.

    question = stem line { stem line } option option { option } answer
    option   = letter ( ")" | ". " ) text
    answer   = "ANSWER:" letter

Letters are capitals and follow the alphabet, so that "U.S." or "I. Newton" begin no option. Empty
lines mean nothing, except that they separate what is broken.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from question_bank.importers.admission import faults
from question_bank.importers.markup import notation_of, text_of, verbatim
from question_bank.importers.moodle_kinds import Weighed, one_of
from question_bank.importers.naming import Names, bank_of
from question_bank.importers.report import CHANGED, REFUSED, CannotTake, ImportReport, Problem
from question_bank.item import Item
from scoring.rule import ONE, ZERO

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

_OPTION = re.compile(r"([A-Z])(?:\)|\.(?!\S))(.*)", re.DOTALL)
_ANSWER = re.compile(r"ANSWER:\s*([A-Za-z]?)\W*(.*)", re.IGNORECASE)


def is_aiken(text: str) -> bool:
    """Whether a text holds lettered options followed by `ANSWER:`, which no GIFT file does."""
    return any(source.options and source.answer is not None for source in _split(text))


def read(path: Path, text: str) -> ImportReport:
    """Read an Aiken file; a question that cannot be taken is refused, the others are taken."""
    bank = bank_of(path, "aiken")
    names = Names()
    items, problems = [], []
    for source in _split(text):
        place = f"{path.name}:{source.line}"
        changes: set[str] = set()
        try:
            item = _item(bank, names, source, changes)
        except CannotTake as error:
            problems.append(Problem(place, REFUSED, str(error), error.advice))
        else:
            names.places[item.id] = f"line {source.line}"
            items.append(item)
            problems += [Problem(place, CHANGED, change) for change in sorted(changes)]
    if not items and not problems:
        problems.append(Problem(path.name, REFUSED, "holds no question", "see docs/bank-format.md"))
    return ImportReport(tuple(items), {}, tuple(problems))


@dataclass(slots=True)
class _Source:
    """One question as written; `answer` is None where the line is missing."""

    line: int
    stem: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    answer: str | None = None


def _split(text: str) -> Iterator[_Source]:
    source = _Source(0)
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        stripped = line.strip()
        if not stripped:
            continue
        source.line = source.line or number
        option = _OPTION.fullmatch(stripped)
        if _ANSWER.match(stripped):
            source.answer = stripped
            yield source
            source = _Source(0)
        elif option and source.stem and _is_next(option, len(source.options)):
            source.options.append(option[2].strip())
        elif source.options:
            yield source
            source = _Source(number, [stripped])
        else:
            source.stem.append(stripped)
    if source.line:
        yield source


def _is_next(option: re.Match[str], count: int) -> bool:
    return count < len(LETTERS) and option[1] == LETTERS[count]


def _item(bank: str, names: Names, source: _Source, changes: set[str]) -> Item:
    right = _right(source)
    stem, *options = (verbatim(text) for text in ("\n".join(source.stem), *source.options))
    notation = notation_of([stem, *options])
    weighed = [
        Weighed(text_of(text, notation), ONE if place == right else ZERO)
        for place, text in enumerate(options)
    ]
    draft = one_of(weighed, changes)
    item = Item(
        bank=bank,
        id=names.titled("", "\n".join([*source.stem, *source.options])),
        version=1,
        section="general",
        topic="",
        difficulty="medium",
        kind=draft.kind,
        stem=text_of(stem, notation),
        notation=notation,
        options=draft.options,
        rule=draft.rule,
    )
    found = faults(item)
    if found:
        raise CannotTake("; ".join(found), "correct the question")
    return item


def _right(source: _Source) -> int:
    """The place of the right option."""
    if source.answer is None:
        message = "no ANSWER: line follows the options" if source.options else "no options follow"
        raise CannotTake(message, "write A) to Z) in order, each in one line, then ANSWER: letter")
    if not source.stem:
        raise CannotTake("the question has no text", "write it in the line before A)")
    if not source.options:
        raise CannotTake("the question has no options", "write A) to Z) in order, one a line")
    found = _ANSWER.fullmatch(source.answer)
    letter = found[1] if found and not found[2] else ""
    if not (source.answer.startswith("ANSWER:") and letter.isupper()):
        message = f"{source.answer[:40]!r} names no option"
        raise CannotTake(message, "write ANSWER: and one capital letter")
    place = LETTERS.index(letter)
    if place >= len(source.options):
        raise CannotTake(f"there is no option {letter}", "name one of the options")
    return place
