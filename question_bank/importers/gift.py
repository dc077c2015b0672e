"""GIFT questions as items: which of our rules each kind becomes, and what cannot be taken.

One point is the whole mark of a question, as in Moodle; negative and partial weights are kept. An
item is named by its [id:], else by its title, else by a digest of its text, so that the same
question keeps its name when others are put before it.
"""

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from question_bank.importers.admission import MOST_OPTIONS, faults
from question_bank.importers.gift_markup import plain_text, plain_words
from question_bank.importers.gift_syntax import Answer, BadGift, Question, Source, parse, split
from question_bank.importers.markup import NotPlain
from question_bank.importers.report import CHANGED, REFUSED, ImportReport, Problem
from question_bank.item import Item, Option
from scoring.response import Choice, MalformedResponse, parse_number
from scoring.rule import KeyRule, MappingRule, NumberRule, OptionPoints, Rule, TextRule

QUESTION_LIMIT = 100_000
NAME_LIMIT = 60
WHOLE = Fraction(100)
ONE, ZERO = Fraction(1), Fraction(0)
# Moodle writes a third as 33.33333; the denominators of its weights go up to 20.
WEIGHT_DENOMINATOR, WEIGHT_SLACK = 20, Fraction(5, 100_000)
OPTION_NAMES = "abcdefghijklmnopqrstuvwxyz"
TRUE_TEXT, FALSE_TEXT = "Benar", "Salah"


class CannotTake(Exception):
    """A question that our items cannot hold; `advice` says what to do."""

    code = "cannot_take"

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(message)
        self.advice = advice


@dataclass(frozen=True, slots=True)
class _Draft:
    kind: str
    options: tuple[Option, ...]
    rule: Rule
    targets: tuple[Option, ...] = ()
    shuffle: bool = True


@dataclass(slots=True)
class _File:
    """What was read of a file so far."""

    bank: str
    lines: dict[str, int] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read(path: Path, text: str) -> ImportReport:
    """Read a GIFT file; a question that cannot be taken is refused, the others are taken."""
    file = _File(_name(path.stem) or "gift")
    for source in split(text):
        place = f"{path.name}:{source.line}"
        try:
            item, changes = _item(file, source)
        except BadGift as error:
            problem = Problem(place, REFUSED, str(error), "correct it and import again")
            file.problems.append(problem)
        except NotPlain as error:
            problem = Problem(place, REFUSED, str(error), "remove it from the text")
            file.problems.append(problem)
        except CannotTake as error:
            file.problems.append(Problem(place, REFUSED, str(error), error.advice))
        else:
            file.lines[item.id] = source.line
            file.items.append(item)
            file.problems += [Problem(place, CHANGED, change) for change in sorted(changes)]
    return ImportReport(tuple(file.items), {}, tuple(file.problems))


def _item(file: _File, source: Source) -> tuple[Item, set[str]]:
    if len(source.text) > QUESTION_LIMIT:
        message = f"the question is longer than {QUESTION_LIMIT} characters"
        raise CannotTake(message, "separate questions by empty lines")
    question = parse(source.text)
    changes: set[str] = set()
    draft = _draft(question, changes)
    if question.general_feedback.text:
        changes.add("general feedback became the explanation")
    if any(answer.feedback for answer in question.answers):
        changes.add("feedback on single answers is not kept")
    if len(source.tags) > 1:
        changes.add(f"the first tag became the topic; not kept: {', '.join(source.tags[1:])}")
    item = Item(
        bank=file.bank,
        id=_identifier(file, source, question.title),
        version=1,
        section=_section(source.category, changes),
        topic=source.tags[0] if source.tags else "",
        difficulty="medium",
        kind=draft.kind,
        stem=plain_text(question.stem, changes),
        options=draft.options,
        rule=draft.rule,
        shuffle=draft.shuffle,
        targets=draft.targets,
        explanation=plain_text(question.general_feedback, changes),
    )
    found = faults(item)
    if found:
        raise CannotTake("; ".join(found), "correct the question")
    return item, changes


def _identifier(file: _File, source: Source, title: str) -> str:
    if source.identifier:
        name = _name(source.identifier)
        if not name or name in file.lines:
            advice = "give every question an [id:] of its own"
            raise CannotTake(f"the identifier {source.identifier[:40]!r} cannot be used", advice)
        return name
    name = _name(title)
    if not name:
        name = "q-" + hashlib.sha256(" ".join(source.text.split()).encode()).hexdigest()[:12]
        if name in file.lines:
            message = f"the same question stands on line {file.lines[name]}"
            raise CannotTake(message, "delete one, or give them titles")
    number, unique = 1, name
    while unique in file.lines:
        number += 1
        unique = f"{name}-{number}"
    return unique


def _section(category: str, changes: set[str]) -> str:
    last = category.rstrip("/").rpartition("/")[2]
    name = _name(last)
    if last and not name:
        changes.add(f"category {last[:40]!r} became section 'general'")
    return name or "general"


def _draft(question: Question, changes: set[str]) -> _Draft:
    answers = question.answers
    match question.kind:
        case "truefalse":
            return _true_false(is_true=answers[0].text.text == "True")
        case "choice":
            return _choice(answers, changes)
        case "text":
            return _text(answers, changes)
        case "number":
            return _Draft("number", (), _number_rule(answers))
        case "match":
            return _match(answers, changes)
        case "essay":
            raise CannotTake("an essay cannot be marked by a rule", "keep it outside this bank")
        case _:
            raise CannotTake("a text without answers is no item", "add {...} with answers")


def _true_false(*, is_true: bool) -> _Draft:
    options = (Option("a", TRUE_TEXT), Option("b", FALSE_TEXT))
    return _Draft("choice", options, KeyRule(Choice("a" if is_true else "b")), shuffle=False)


def _choice(answers: Sequence[Answer], changes: set[str]) -> _Draft:
    """One option with any "=", several without one: so Moodle tells them apart."""
    options = _options([plain_text(answer.text, changes) for answer in answers])
    shares = {one.id: _share(two, changes) for one, two in zip(options, answers, strict=True)}
    best = sum((share for share in shares.values() if share > 0), ZERO)
    if best <= 0:
        raise CannotTake("no answer earns anything", "mark the right answer with =")
    if not any(answer.is_right for answer in answers):
        if best != ONE:
            changes.add(f"the right answers add up to {_percent(best)}, not to 100 %")
        return _Draft("choices", options, MappingRule(shares, lower_bound=ZERO, upper_bound=ONE))
    if max(shares.values()) != ONE:
        changes.add(f"the best answer earns {_percent(max(shares.values()))}, not 100 %")
    right = [name for name, share in shares.items() if share == ONE]
    if len(right) == 1 and set(shares.values()) <= {ZERO, ONE}:
        return _Draft("choice", options, KeyRule(Choice(right[0])))
    return _Draft("choice", options, OptionPoints(shares))


def _text(answers: Sequence[Answer], changes: set[str]) -> _Draft:
    accepted = []
    for answer in answers:
        words = plain_words(answer.text, changes)
        if "\\*" in words or not words:
            raise CannotTake(
                f"{words!r} cannot be an answer", "* stands for any text; leave it out"
            )
        accepted.append((words, _share(answer, changes)))
    return _Draft("text", (), TextRule(tuple(accepted)))


def _match(answers: Sequence[Answer], changes: set[str]) -> _Draft:
    """Every pair earns its part; a target without an option only distracts."""
    pairs = [(plain_text(one.text, changes), one.target or "") for one in answers]
    whole = [pair for pair in pairs if pair[0]]
    if any(answer.weight is not None for answer in answers):
        raise CannotTake("weights on pairs", "delete them; every pair earns the same")
    options = _options([text for text, _ in whole])
    targets = _options(list(dict.fromkeys(target for _, target in pairs)))
    name_of = {target.text: target.id for target in targets}
    share = ONE / max(len(whole), 1)
    entries = {
        f"{option.id} {name_of[target]}": share
        for option, (_, target) in zip(options, whole, strict=True)
    }
    return _Draft("match", options, MappingRule(entries), targets)


def _number_rule(answers: Sequence[Answer]) -> Rule:
    shares = [_share(answer, set()) for answer in answers]
    whole = [answer for answer, share in zip(answers, shares, strict=True) if share == ONE]
    if not set(shares) <= {ZERO, ONE}:
        raise CannotTake("a number with partly right answers", "keep the fully right one only")
    if len(whole) != 1:
        raise CannotTake("a number needs exactly one right answer", "split the question")
    text = whole[0].text.text
    try:
        if ".." in text:
            least, most = (parse_number(part) for part in text.split("..", 1))
            return NumberRule((least + most) / 2, abs(most - least) / 2)
        target, _, tolerance = text.partition(":")
        return NumberRule(parse_number(target), abs(parse_number(tolerance or "0")))
    except MalformedResponse as error:
        message = f"{text[:40]!r} is no number"
        raise CannotTake(message, "write 3.14, 3.14:0.01 or 3.1..3.2") from error


def _options(texts: Sequence[str]) -> tuple[Option, ...]:
    if len(texts) > MOST_OPTIONS:
        raise CannotTake(f"more than {MOST_OPTIONS} answers", "split the question")
    return tuple(Option(name, text) for name, text in zip(OPTION_NAMES, texts, strict=False))


def _share(answer: Answer, changes: set[str]) -> Fraction:
    """What part of the whole an answer earns; rounded thirds and the like are made whole again."""
    if answer.weight is None:
        return ONE if answer.is_right else ZERO
    share = answer.weight / WHOLE
    near = share.limit_denominator(WEIGHT_DENOMINATOR)
    is_rounded = answer.weight.denominator >= WHOLE / 20 and abs(near - share) <= WEIGHT_SLACK
    if near == share or not is_rounded:
        return share
    changes.add(f"{float(answer.weight)} % is taken as {near}")
    return near


def _percent(share: Fraction) -> str:
    return f"{float(share * WHOLE):g} %"


def _name(text: str) -> str:
    """A text as an identifier; empty where it has no Latin letter or digit."""
    latin = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = "".join(sign if sign.isalnum() else " " for sign in latin).split()
    return "-".join(words)[:NAME_LIMIT].strip("-")
