"""What of an item Moodle's kinds of questions can hold; GIFT and Moodle XML write these kinds.

Moodle gives every answer a part of the whole mark of its question. Where a rule cannot be said so
without marking some response otherwise, the item is not written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from question_bank.exporters.export import CannotWrite
from question_bank.importers.moodle_kinds import FALSE_TEXT, TRUE_TEXT, share_of
from question_bank.item import Item, Option
from scoring.mark import highest, mark
from scoring.response import Choice
from scoring.rule import (
    ONE,
    ZERO,
    JudgedRule,
    KeyRule,
    MappingRule,
    NumberRule,
    OptionPoints,
    TextRule,
)

WHOLE = Fraction(100)
DIFFICULTY = "medium"
DIGITS = 5
"""Moodle writes a third as 33.33333."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An option, or an accepted text or number, with the percent of the whole that it earns."""

    text: str
    percent: str
    option: Option | None = None
    tolerance: str = "0"


@dataclass(frozen=True, slots=True)
class Question:
    """An item as a kind of question: truefalse, single, several, text, number, match, essay.

    `whole` is None where the points stand in the places of the text.
    """

    kind: str
    whole: Fraction | None
    answers: tuple[Answer, ...] = ()
    pairs: tuple[tuple[Option | None, Option], ...] = ()


def question_of(item: Item) -> Question:
    """The item as a question.

    Raises:
        CannotWrite: Moodle has no such kind, or would give other marks.
    """
    rule = item.rule
    whole = highest(rule)
    if whole <= 0 or rule.blank != ZERO:
        raise CannotWrite("blank earns something, or nothing does; Moodle gives blank 0")
    match rule:
        case KeyRule(Choice()) | OptionPoints() if item.kind == "choice":
            points = {one.id: mark(rule, Choice(one.id)) for one in item.options}
            is_true_false = points.keys() == {"a", "b"} and _is_true_false(item, points, whole)
            kind = "truefalse" if is_true_false else "single"
            return Question(kind, whole, _answers(item.options, points, whole))
        case MappingRule(entries) if item.kind == "choices":
            _check_bounds(rule, whole)
            return Question("several", whole, _answers(item.options, entries, whole))
        case MappingRule(entries) if item.kind == "match":
            return Question("match", whole, pairs=_pairs(item, entries, whole))
        case TextRule(accepted) if rule.wrong == ZERO:
            answers = tuple(Answer(text, percent(points / whole)) for text, points in accepted)
            return Question("text", whole, answers)
        case NumberRule() if rule.wrong == ZERO:
            number = Answer(decimal(rule.target), "100", tolerance=decimal(rule.tolerance))
            return Question("number", whole, (number,))
        case JudgedRule() if item.kind == "essay":
            return Question("essay", whole)
        case KeyRule():
            raise CannotWrite("Moodle gives points for parts of it, this item only for the whole")
        case _:
            raise CannotWrite(f"Moodle has no rule like that of this item ({item.kind})")


def _is_true_false(item: Item, points: Mapping[str, Fraction], whole: Fraction) -> bool:
    texts = [option.text for option in item.options]
    is_plain = texts == [TRUE_TEXT, FALSE_TEXT] and not any(one.image for one in item.options)
    return is_plain and not item.shuffle and sorted(points.values()) == [ZERO, whole]


def _answers(
    options: Sequence[Option], points: Mapping[str, Fraction], whole: Fraction
) -> tuple[Answer, ...]:
    return tuple(
        Answer(one.text, percent(points.get(one.id, ZERO) / whole), one) for one in options
    )


def _check_bounds(rule: MappingRule, whole: Fraction) -> None:
    """Moodle adds the parts up and gives nothing less than 0 and nothing more than the whole."""
    gains = sum((points for points in rule.entries.values() if points > 0), ZERO)
    losses = sum((points for points in rule.entries.values() if points < 0), ZERO)
    is_floored = ZERO in (losses, rule.lower_bound)
    if rule.default != ZERO or not is_floored or gains < whole:
        raise CannotWrite("its points are bounded in another way than Moodle's")


def _pairs(
    item: Item, entries: Mapping[str, Fraction], whole: Fraction
) -> tuple[tuple[Option | None, Option], ...]:
    earning = {name: points for name, points in entries.items() if points != ZERO}
    target_of = dict(name.split(" ", 1) for name in earning)
    is_even = set(earning.values()) == {whole / max(len(item.options), 1)}
    if not (is_even and len(earning) == len(target_of) == len(item.options)):
        raise CannotWrite("its pairs earn different points; Moodle's all earn the same")
    targets = {target.id: target for target in item.targets}
    pairs = [(option, targets[target_of[option.id]]) for option in item.options]
    used = set(target_of.values())
    return (*pairs, *((None, target) for target in item.targets if target.id not in used))


def tags_of(item: Item, *, points: Fraction | None, says_shuffle: bool) -> list[str]:
    """What Moodle has no place for, as tags that our importers understand.

    Args:
        item: the item.
        points: of the whole, where nothing else says them.
        says_shuffle: whether something else says that options are shuffled.
    """
    tags = [item.topic] if item.topic else []
    if item.difficulty != DIFFICULTY:
        tags.append(f"difficulty:{item.difficulty}")
    if item.version != 1:
        tags.append(f"version:{item.version}")
    if points not in (None, ONE):
        tags.append(f"points:{points}")
    if not (item.shuffle or says_shuffle):
        tags.append("shuffle:false")
    return tags


def percent(share: Fraction) -> str:
    """The part in percent, in as many digits as Moodle writes.

    Raises:
        CannotWrite: read again, it would be another part.
    """
    text = f"{float(share * WHOLE):.{DIGITS}f}".rstrip("0").rstrip(".")
    if share_of(Fraction(text), set()) != share:
        raise CannotWrite(f"{share} of the whole is no percentage with {DIGITS} digits")
    return text


def decimal(number: Fraction) -> str:
    """The number with a decimal point.

    Raises:
        CannotWrite: its digits never end.
    """
    rest = number.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        raise CannotWrite(f"{number} has no end of digits as a decimal number")
    digits = 0
    while (number * 10**digits).denominator != 1:
        digits += 1
    sign, whole = "-" if number < 0 else "", abs(number) * 10**digits
    text = str(whole.numerator).rjust(digits + 1, "0")
    return f"{sign}{text[:-digits]}.{text[-digits:]}" if digits else f"{sign}{text}"
