"""GIFT questions as items: which of our kinds each becomes, and what cannot be taken.

An item is named by its [id:], else by its title, else by a digest of its text, so that the same
question keeps its name when others are put before it.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from question_bank.importers import moodle_kinds
from question_bank.importers.admission import faults
from question_bank.importers.gift_markup import words, written
from question_bank.importers.gift_syntax import Answer, Question, Source, parse, split
from question_bank.importers.markup import Written, notation_of, text_of, verbatim
from question_bank.importers.moodle_kinds import Draft, Interval, Weighed
from question_bank.importers.naming import Names, bank_of, labels_of, section_of
from question_bank.importers.pictures import left_out
from question_bank.importers.report import CHANGED, REFUSED, CannotTake, ImportReport, Problem
from question_bank.item import Item
from scoring.response import MalformedResponse, parse_number
from scoring.rule import ONE, ZERO

QUESTION_LIMIT = 100_000


@dataclass(slots=True)
class _File:
    """What was read of a file so far."""

    bank: str
    names: Names = field(default_factory=Names)
    items: list[Item] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read(path: Path, text: str) -> ImportReport:
    """Read a GIFT file; a question that cannot be taken is refused, the others are taken."""
    file = _File(bank_of(path, "gift"))
    for source in split(text):
        place = f"{path.name}:{source.line}"
        try:
            item, changes = _item(file, source)
        except CannotTake as error:
            file.problems.append(Problem(place, REFUSED, str(error), error.advice))
        else:
            file.names.places[item.id] = f"line {source.line}"
            file.items.append(item)
            file.problems += [Problem(place, CHANGED, change) for change in sorted(changes)]
    if not file.items and not file.problems:
        # A file of comments and categories alone is whole; it only gives nothing.
        file.problems.append(Problem(path.name, CHANGED, "holds no question", "add some"))
    return ImportReport(tuple(file.items), {}, tuple(file.problems))


def _item(file: _File, source: Source) -> tuple[Item, set[str]]:
    if len(source.text) > QUESTION_LIMIT:
        message = f"the question is longer than {QUESTION_LIMIT} characters"
        raise CannotTake(message, "separate questions by empty lines")
    question = parse(source.text)
    changes: set[str] = set()
    texts = _texts(question, changes)
    notation = notation_of([texts.stem, texts.explanation, *texts.answers, *texts.targets])
    draft = _draft(question, texts, notation, changes)
    if question.is_bare:
        told = question.answers[0].text.text[:40]
        changes.add(f"without = and ~, {told!r} was taken for the text that is right")
    if any(answer.feedback for answer in question.answers):
        changes.add("feedback on single answers is not kept")
    labels = labels_of(source.tags, changes)
    item = Item(
        bank=file.bank,
        id=_identifier(file.names, source, question.title),
        version=labels.version,
        section=section_of(source.category, changes),
        topic=labels.topic,
        difficulty=labels.difficulty,
        kind=draft.kind,
        stem=text_of(texts.stem, notation),
        options=draft.options,
        rule=moodle_kinds.scaled(draft.rule, labels.points),
        shuffle=draft.shuffle and labels.shuffle,
        targets=draft.targets,
        explanation=text_of(texts.explanation, notation),
        notation=notation,
    )
    found = faults(item)
    if found:
        raise CannotTake("; ".join(found), "correct the question")
    return item, changes


@dataclass(frozen=True, slots=True)
class _Texts:
    """What the question shows, before a notation is chosen for all of it."""

    stem: Written
    explanation: Written
    answers: tuple[Written, ...] = ()
    targets: tuple[Written, ...] = ()


def _texts(question: Question, changes: set[str]) -> _Texts:
    stem = written(question.stem, changes)
    explanation = written(question.general_feedback, changes, left_out)
    if question.kind not in ("choice", "match"):
        return _Texts(stem, explanation)
    answers = tuple(written(answer.text, changes) for answer in question.answers)
    targets = tuple(
        verbatim(answer.target) for answer in question.answers if answer.target is not None
    )
    return _Texts(stem, explanation, answers, targets)


def _identifier(names: Names, source: Source, title: str) -> str:
    return names.given(source.identifier) if source.identifier else names.titled(title, source.text)


def _draft(question: Question, texts: _Texts, notation: str, changes: set[str]) -> Draft:
    answers = question.answers
    shown = [text_of(text, notation) for text in texts.answers]
    match question.kind:
        case "truefalse":
            draft = moodle_kinds.true_false(is_true=answers[0].text.text == "True")
            return moodle_kinds.in_notation(draft, notation)
        case "choice":
            weighed = [
                Weighed(text, _share(answer, changes))
                for text, answer in zip(shown, answers, strict=True)
            ]
            # One option with any "=", several without one: so Moodle tells them apart.
            is_single = any(answer.is_right for answer in answers)
            kind = moodle_kinds.one_of if is_single else moodle_kinds.some_of
            return kind(weighed, changes)
        case "text":
            return moodle_kinds.words(
                Weighed(words(answer.text, changes), _share(answer, changes)) for answer in answers
            )
        case "number":
            return moodle_kinds.number([_interval(answer) for answer in answers])
        case "match":
            if any(answer.weight is not None for answer in answers):
                raise CannotTake("weights on pairs", "delete them; every pair earns the same")
            targets = [text_of(text, notation) for text in texts.targets]
            return moodle_kinds.matched(list(zip(shown, targets, strict=True)))
        case "essay":
            return moodle_kinds.essay()
        case _:
            raise CannotTake("a text without answers is no item", "add {...} with answers")


def _interval(answer: Answer) -> Interval:
    text, share = answer.text.text, _share(answer, set())
    try:
        if ".." in text:
            least, most = (parse_number(part) for part in text.split("..", 1))
            return Interval((least + most) / 2, abs(most - least) / 2, share)
        target, _, tolerance = text.partition(":")
        return Interval(parse_number(target), abs(parse_number(tolerance or "0")), share)
    except MalformedResponse as error:
        message = f"{text[:40]!r} is no number"
        raise CannotTake(message, "write 3.14, 3.14:0.01 or 3.1..3.2") from error


def _share(answer: Answer, changes: set[str]) -> Fraction:
    if answer.weight is None:
        return ONE if answer.is_right else ZERO
    return moodle_kinds.share_of(answer.weight, changes)
