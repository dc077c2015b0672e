"""Moodle XML: the questions of an export as items, with the pictures that it holds.

One point is the whole mark of a question unless its `defaultgrade` says otherwise. What Moodle says
after an answer, hints and penalties of further tries have no place in an exam: they are reported.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from question_bank.importers import moodle_kinds, moodle_pictures, moodle_places, moodle_questions
from question_bank.importers.admission import faults
from question_bank.importers.markup import notation_of, text_of
from question_bank.importers.moodle_border import Border, text_of_child, with_old_picture
from question_bank.importers.moodle_border import text_of as plain_text_of
from question_bank.importers.moodle_kinds import Draft
from question_bank.importers.naming import Names, bank_of, labels_of, section_of
from question_bank.importers.report import (
    CHANGED,
    REFUSED,
    CannotTake,
    ImportReport,
    Problem,
    pictures_of,
    refused,
)
from question_bank.item import Item
from question_bank.rich_text import RICH
from question_bank.safe_xml import XmlElement
from scoring.response import MalformedResponse, parse_number
from scoring.rule import ONE

QUIZ = "quiz"
_KINDS = {**moodle_questions.KINDS, **moodle_pictures.KINDS}
_PLACED = {**moodle_places.KINDS, **moodle_pictures.PLACED}
_FEEDBACK = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")


@dataclass(slots=True)
class _File:
    """What was read of a file so far."""

    bank: str
    category: str = ""
    names: Names = field(default_factory=Names)
    items: list[Item] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read(path: Path, root: XmlElement) -> ImportReport:
    """Read an export; a question that cannot be taken is refused, the others are taken."""
    file = _File(bank_of(path, "moodle"))
    for question in root.elements("question"):
        place = f"{path.name}:{question.line}"
        try:
            changes = _take(file, question)
        except CannotTake as error:
            file.problems.append(Problem(place, REFUSED, str(error), error.advice))
        else:
            file.problems += [Problem(place, CHANGED, change) for change in sorted(changes)]
    if not file.items and not file.problems:
        return refused(path.name, "holds no question", "export the questions again")
    pictures = pictures_of(file.items, file.pictures)
    return ImportReport(tuple(file.items), pictures, tuple(file.problems))


def _take(file: _File, question: XmlElement) -> set[str]:
    """Take one question, or note the category of those that follow; give what was changed."""
    kind = question.attributes.get("type", "").strip()
    if kind == "category":
        file.category = text_of_child(question, "category")
        return set(_category_changes(question))
    border = Border(with_old_picture(question), file.pictures)
    item = _item(file, border, kind)
    found = faults(item)
    if found:
        raise CannotTake("; ".join(found), "correct the question")
    file.names.places[item.id] = f"line {question.line}"
    file.items.append(item)
    return border.changes


def _item(file: _File, border: Border, kind: str) -> Item:
    explanation = border.explained()
    stem, draft, notation = _asked(border, kind)
    changes = border.changes
    changes |= set(_changes(border.question))
    tags = border.question.first("tags")
    listed = [] if tags is None else [plain_text_of(tag).strip() for tag in tags.elements("tag")]
    labels = labels_of(listed, changes)
    return Item(
        bank=file.bank,
        id=_identifier(file.names, border),
        version=labels.version,
        section=section_of(file.category, changes),
        topic=labels.topic,
        difficulty=labels.difficulty,
        kind=draft.kind,
        stem=stem,
        options=draft.options,
        rule=moodle_kinds.scaled(draft.rule, labels.points * _grade(border, kind)),
        shuffle=draft.shuffle and labels.shuffle,
        image=draft.image,
        targets=draft.targets,
        explanation=text_of(explanation, notation),
        notation=notation,
        settings=draft.settings,
        interactions=draft.interactions,
    )


def _asked(border: Border, kind: str) -> tuple[str, Draft, str]:
    """The stem, what is asked, and the notation of both."""
    if kind in _PLACED:
        placed = _PLACED[kind](border)
        return placed.stem, placed.draft, RICH
    if kind not in _KINDS:
        raise CannotTake(*_REASONS.get(kind, (f"the kind {kind[:40]!r} is not known", _OTHER)))
    stem = border.shown(border.question.first("questiontext"))
    make = _KINDS[kind](border)
    notation = notation_of(border.texts)
    return text_of(stem, notation), make(notation), notation


def _identifier(names: Names, border: Border) -> str:
    given = border.text("idnumber")
    if not given:
        content = "".join(one.text() for one in border.question.elements("questiontext", "answer"))
        return names.titled(border.text("name"), content)
    name = names.given(given)
    if name != given:
        border.changes.add(f"the id number {given[:40]!r} became {name}")
    return name


def _grade(border: Border, kind: str) -> Fraction:
    """The points of the whole question; a cloze has them in its places."""
    text = border.text("defaultgrade")
    if not text or kind in ("cloze", "multianswer"):
        return ONE
    try:
        grade = parse_number(text)
    except MalformedResponse as error:
        raise CannotTake(f"the grade {text[:40]!r} is no number", "write 1") from error
    if grade <= 0:
        raise CannotTake("the question earns nothing", "give it a default grade above 0")
    return grade


def _changes(question: XmlElement) -> Iterator[str]:
    """What a question says that no item of ours does."""
    answers = [*question.elements("answer"), *question.elements("drag")]
    if any(text_of_child(answer, "feedback") for answer in answers):
        yield "feedback on single answers is not kept"
    if any(text_of_child(question, name) for name in _FEEDBACK):
        yield "feedback on right and wrong responses is not kept"
    if question.first("hint") is not None:
        yield "hints are not kept; an exam has one try"
    if text_of_child(question, "hidden") == "1":
        yield "the question was hidden in Moodle"


def _category_changes(question: XmlElement) -> Iterator[str]:
    if text_of_child(question, "info"):
        yield "the description of the category is not kept"
    number = text_of_child(question, "idnumber")
    if number:
        yield f"the id number of the category, {number[:40]!r}, is not kept"


_OTHER = "rewrite it as one of Moodle's usual kinds"
_CHANCE = ("its numbers are drawn by chance", "write it with fixed numbers, as numerical")
_REASONS = {
    "description": (
        "a text without a question is no item",
        "make it the stimulus of the items that need it",
    ),
    "calculated": _CHANCE,
    "calculatedsimple": _CHANCE,
    "calculatedmulti": _CHANCE,
    "random": ("it stands for another question", "export that question itself"),
    "randomsamatch": ("it is made of other questions by chance", "export those questions"),
}
