"""GIFT questions as items: which of our rules each kind becomes, and what cannot be taken.

One point is the whole mark of a question, as in Moodle; negative and partial weights are kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from question_bank.importers.gift_syntax import Answer, BadGift, Question, Source, parse, split
from question_bank.importers.markup import NotPlain, to_plain
from question_bank.importers.report import CHANGED, REFUSED, ImportReport, Problem
from question_bank.item import Item, Option
from scoring.response import Choice, MalformedResponse, parse_number
from scoring.rule import KeyRule, MappingRule, NumberRule, OptionPoints, Rule, TextRule

WHOLE = Fraction(100)
ONE, ZERO = Fraction(1), Fraction(0)
OPTION_NAMES = "abcdefghijklmnopqrstuvwxyz"
TRUE_TEXT, FALSE_TEXT = "Benar", "Salah"


class CannotTake(Exception):
    """A question that our items cannot hold."""

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


def read(path: Path, text: str) -> ImportReport:
    """Read a GIFT file; a question that cannot be taken is refused, the others are taken."""
    items: list[Item] = []
    problems: list[Problem] = []
    for number, source in enumerate(split(text), start=1):
        place = f"{path.name}:{source.line}"
        try:
            item, changes = _item(path.stem, number, source)
        except BadGift as error:
            problems.append(Problem(place, REFUSED, str(error), "correct it and import again"))
        except NotPlain as error:
            problems.append(Problem(place, REFUSED, str(error), "remove it from the text"))
        except CannotTake as error:
            problems.append(Problem(place, REFUSED, str(error), error.advice))
        else:
            items.append(item)
            problems += [Problem(place, CHANGED, change) for change in changes]
    return ImportReport(tuple(items), {}, tuple(problems))


def _item(bank: str, number: int, source: Source) -> tuple[Item, list[str]]:
    question, changes = _without_markup(parse(source.text))
    draft = _draft(question)
    if question.general_feedback:
        changes.append("general feedback became the explanation")
    if any(answer.feedback for answer in question.answers):
        changes.append("feedback on single answers is not kept")
    item = Item(
        bank=_name(bank),
        id=_name(question.title)[:50] or f"q{number:04}",
        version=1,
        section=_name(source.category.rpartition("/")[2]) or "general",
        topic="",
        difficulty="medium",
        kind=draft.kind,
        stem=question.stem,
        options=draft.options,
        rule=draft.rule,
        shuffle=draft.shuffle,
        targets=draft.targets,
        explanation=question.general_feedback,
    )
    if not item.stem:
        raise CannotTake("the question has no text", "write the question before the answers")
    return replace(item, id=f"{item.id}-{number}" if question.title else item.id), changes


def _draft(question: Question) -> _Draft:
    match question.kind:
        case "truefalse":
            return _true_false(question.answers[0].text == "True")
        case "choice":
            return _choice(question.answers)
        case "text":
            accepted = tuple((one.text, _share(one)) for one in question.answers)
            return _Draft("text", (), TextRule(accepted))
        case "number":
            return _Draft("number", (), _number_rule(question.answers))
        case "match":
            return _match(question.answers)
        case "essay":
            raise CannotTake("an essay cannot be marked by a rule", "keep it outside this bank")
        case _:
            raise CannotTake("a text without answers is no item", "add {...} with answers")


def _true_false(is_true: bool) -> _Draft:
    options = (Option("a", TRUE_TEXT), Option("b", FALSE_TEXT))
    return _Draft("choice", options, KeyRule(Choice("a" if is_true else "b")), shuffle=False)


def _choice(answers: Sequence[Answer]) -> _Draft:
    options = _options([answer.text for answer in answers])
    shares = {option.id: _share(one) for option, one in zip(options, answers, strict=True)}
    right = [option_id for option_id, share in shares.items() if share == ONE]
    if any(answer.is_right for answer in answers):
        if len(right) == 1 and all(share in (ZERO, ONE) for share in shares.values()):
            return _Draft("choice", options, KeyRule(Choice(right[0])))
        return _Draft("choice", options, OptionPoints(shares))
    if sum(share > 0 for share in shares.values()) == 0:
        raise CannotTake("no answer earns anything", "mark the right answer with =")
    if len(right) == 1 and all(share <= 0 or share == ONE for share in shares.values()):
        return _Draft("choice", options, OptionPoints(shares))
    rule = MappingRule(shares, lower_bound=ZERO, upper_bound=ONE)
    return _Draft("choices", options, rule)


def _match(answers: Sequence[Answer]) -> _Draft:
    pairs = [(one.text, one.target or "") for one in answers if one.text]
    options = _options([text for text, _ in pairs])
    targets = _options(list(dict.fromkeys(answer.target or "" for answer in answers)))
    name_of = {target.text: target.id for target in targets}
    share = ONE / len(pairs)
    entries = {
        f"{option.id} {name_of[target]}": share
        for option, (_, target) in zip(options, pairs, strict=True)
    }
    return _Draft("match", options, MappingRule(entries), targets)


def _number_rule(answers: Sequence[Answer]) -> Rule:
    whole = [answer for answer in answers if answer.is_right and _share(answer) == ONE]
    partial = [answer for answer in answers if answer.is_right and _share(answer) not in (ZERO, ONE)]
    if partial:
        raise CannotTake("a number with partly right answers", "keep the fully right one only")
    if len(whole) != 1:
        raise CannotTake("a number needs exactly one right answer", "split the question")
    text = whole[0].text
    try:
        if ".." in text:
            least, most = (parse_number(part) for part in text.split("..", 1))
            return NumberRule((least + most) / 2, abs(most - least) / 2)
        target, _, tolerance = text.partition(":")
        return NumberRule(parse_number(target), abs(parse_number(tolerance or "0")))
    except MalformedResponse as error:
        raise CannotTake(f"{text!r} is no number", "write 3.14, 3.14:0.01 or 3.1..3.2") from error


def _options(texts: Sequence[str]) -> tuple[Option, ...]:
    if len(texts) > len(OPTION_NAMES):
        raise CannotTake("more than 26 answers", "split the question")
    if len(set(texts)) != len(texts):
        raise CannotTake("two answers are the same", "change or remove one")
    return tuple(Option(name, text) for name, text in zip(OPTION_NAMES, texts, strict=False))


def _share(answer: Answer) -> Fraction:
    if answer.weight is not None:
        return answer.weight / WHOLE
    return ONE if answer.is_right else ZERO


def _without_markup(question: Question) -> tuple[Question, list[str]]:
    """The question as plain text; what was lost by that is said."""
    changed: set[str] = set()

    def plain(text: str) -> str:
        if question.format != "html" and "<" not in text and "&" not in text:
            return text
        result, lost = to_plain(text)
        changed.update(lost)
        return result

    answers = tuple(
        replace(one, text=plain(one.text), target=None if one.target is None else plain(one.target))
        for one in question.answers
    )
    cleaned = replace(
        question,
        stem=plain(question.stem),
        answers=answers,
        general_feedback=plain(question.general_feedback),
    )
    return cleaned, [f"markup not kept: <{name}>" for name in sorted(changed)]


def _name(text: str) -> str:
    words = "".join(letter if letter.isalnum() else " " for letter in text.lower()).split()
    return "-".join(words)
