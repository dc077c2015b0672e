"""What Moodle's kinds of questions become here; GIFT and Moodle XML both write these kinds.

One point is the whole mark of a question, as in Moodle; negative and partial weights are kept.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

from question_bank.importers.admission import MOST_OPTIONS
from question_bank.importers.report import CannotTake
from question_bank.item import ONLY, Image, Interaction, Option, Settings
from question_bank.rich_text import PLAIN, read_plain, write_rich
from scoring.processing import canonical
from scoring.processing.program import load
from scoring.response import Choice
from scoring.rule import (
    ONE,
    ZERO,
    AreaRule,
    JudgedRule,
    KeyRule,
    MappingRule,
    NumberRule,
    OptionPoints,
    PartRule,
    ProcessingRule,
    Rule,
    SealedRule,
    SumRule,
    TextRule,
)

WHOLE = Fraction(100)
DIGIT_LIMIT = 40
# Moodle writes a third as 33.33333; the denominators of its weights go up to 20.
WEIGHT_DENOMINATOR, WEIGHT_SLACK = 20, Fraction(5, 100_000)
# Rounded parts of the whole may come to a little more than it.
MOST_SHARE = Fraction(102, 100)
OPTION_NAMES = "abcdefghijklmnopqrstuvwxyz"
NO_SETTINGS = Settings()
TRUE_TEXT, FALSE_TEXT = "Benar", "Salah"


@dataclass(frozen=True, slots=True)
class Draft:
    """What an item's kind decides: options, targets, rule."""

    kind: str
    options: tuple[Option, ...]
    rule: Rule
    targets: tuple[Option, ...] = ()
    shuffle: bool = True
    interactions: tuple[Interaction, ...] = ()
    image: Image | None = None
    settings: Settings = NO_SETTINGS


@dataclass(frozen=True, slots=True)
class Weighed:
    """An answer with the part of the whole that it earns."""

    text: str
    share: Fraction
    image: Image | None = None


@dataclass(frozen=True, slots=True)
class Interval:
    """A number with its tolerance and the part of the whole that it earns."""

    target: Fraction
    tolerance: Fraction
    share: Fraction


def true_false(*, is_true: bool) -> Draft:
    """Two options that are never shuffled."""
    options = (Option("a", TRUE_TEXT), Option("b", FALSE_TEXT))
    return Draft("choice", options, KeyRule(Choice("a" if is_true else "b")), shuffle=False)


def shuffled(draft: Draft, *, is_shuffled: bool) -> Draft:
    """The draft with its options shuffled on each form, or kept in order."""
    return replace(draft, shuffle=is_shuffled)


def in_notation(draft: Draft, notation: str) -> Draft:
    """A draft whose texts are our own words, in the notation of the rest of its item."""
    if notation == PLAIN:
        return draft
    options = tuple(
        replace(option, text=write_rich(read_plain(option.text))) for option in draft.options
    )
    return replace(draft, options=options)


def essay(criteria: str = "") -> Draft:
    """A text is written, and people judge it."""
    return Draft("essay", (), JudgedRule(ONE, criteria))


def one_of(answers: Sequence[Weighed], changes: set[str]) -> Draft:
    """One option is chosen."""
    options = options_of(answers)
    shares = _shares(options, answers)
    if max(shares.values()) != ONE:
        changes.add(f"the best answer earns {_percent(max(shares.values()))}, not 100 %")
    right = [name for name, share in shares.items() if share == ONE]
    if len(right) == 1 and set(shares.values()) <= {ZERO, ONE}:
        return Draft("choice", options, KeyRule(Choice(right[0])))
    return Draft("choice", options, OptionPoints(shares))


def some_of(answers: Sequence[Weighed], changes: set[str]) -> Draft:
    """Several options are chosen; their weights add up, within nothing and the whole.

    Raises:
        CannotTake: some of the right answers alone earn the whole, as where one was to be chosen.
    """
    options = options_of(answers)
    shares = _shares(options, answers)
    best = sum((share for share in shares.values() if share > 0), ZERO)
    if best > MOST_SHARE:
        message = f"several may be chosen, and the right ones add up to {_percent(best)}"
        raise CannotTake(message, "mark the best one with = for one choice; else let them give 100")
    if best != ONE:
        changes.add(f"the right answers add up to {_percent(best)}, not to 100 %")
    return Draft("choices", options, MappingRule(shares, lower_bound=ZERO, upper_bound=ONE))


def words(accepted: Iterable[Weighed], *, case_sensitive: bool = False) -> Draft:
    """A text is typed; `*` in an accepted one stands for any text.

    Raises:
        CannotTake: an accepted text is empty or has an escaped star, which we cannot hold.
    """
    listed = [(answer.text, answer.share) for answer in accepted]
    for text, _ in listed:
        if "\\*" in text or not text:
            raise CannotTake(f"{text!r} cannot be an answer", "* stands for any text; leave it out")
    return Draft("text", (), TextRule(tuple(listed), case_sensitive=case_sensitive))


def number(intervals: Sequence[Interval]) -> Draft:
    """A number is typed; the first interval that holds it says what it earns.

    Raises:
        CannotTake: none is right.
    """
    earning = [one for one in intervals if one.share != ZERO]
    if not any(one.share > 0 for one in earning):
        raise CannotTake("a number without a right answer", "give one of them the whole mark")
    if len(intervals) == len(earning) == 1 or (len(earning) == 1 and _is_apart(intervals)):
        only = earning[0]
        return Draft("number", (), NumberRule(only.target, only.tolerance, right=only.share))
    shares = [one.share for one in intervals]
    rule = ProcessingRule(_program(intervals), max(shares), min(ZERO, *shares))
    return Draft("number", (), rule)


def _is_apart(intervals: Sequence[Interval]) -> bool:
    """Whether no two intervals share a number, so that their order means nothing."""
    edges = sorted((one.target - one.tolerance, one.target + one.tolerance) for one in intervals)
    return all(before[1] < after[0] for before, after in pairwise(edges))


def _program(intervals: Sequence[Interval]) -> str:
    """Numbers with what each earns, in the words of QTI's response processing."""
    given = ["variable", {"identifier": ONLY}, []]
    branches: list[Any] = []
    for one in intervals:
        how = {
            "toleranceMode": "absolute",
            "tolerance": [_exact(one.tolerance)] * 2,
            "includeLowerBound": True,
            "includeUpperBound": True,
        }
        test = ["equal", how, [given, _value(one.target)]]
        branches.append(["if", {}, [test, _set(_value(one.share))]])
    branches.append(["else", {}, [_set(_value(ZERO))]])
    right = max(intervals, key=lambda one: one.share)
    response = {"type": "float", "cardinality": "single", "correct": [_exact(right.target)]}
    return canonical(
        {
            "responses": {ONLY: response},
            "outcomes": {"SCORE": {"type": "float", "cardinality": "single"}},
            "templates": {},
            "process": [["condition", {}, branches]],
            "score": "SCORE",
        }
    )


def _value(number: Fraction) -> list[Any]:
    whole = ["baseValue", {"type": "float", "value": str(number.numerator)}, []]
    if number.denominator == 1:
        return whole
    part = ["baseValue", {"type": "float", "value": str(number.denominator)}, []]
    return ["divide", {}, [whole, part]]


def _exact(number: Fraction) -> str:
    """The number with a decimal point; Moodle's numbers always have an end."""
    digits = 0
    while (number * 10**digits).denominator != 1:
        digits += 1
        if digits > DIGIT_LIMIT:
            raise CannotTake(f"{number} has too many digits", "round it")
    text = str(abs(number) * 10**digits).rjust(digits + 1, "0")
    sign = "-" if number < 0 else ""
    return (
        f"{sign}{text[: len(text) - digits]}.{text[len(text) - digits :]}"
        if digits
        else sign + text
    )


def _set(value: list[Any]) -> list[Any]:
    return ["setOutcomeValue", {"identifier": "SCORE"}, [value]]


def matched(pairs: Sequence[tuple[str, str]]) -> Draft:
    """Every pair earns its part; a target without an option only distracts."""
    whole = [pair for pair in pairs if pair[0]]
    options = options_of([Weighed(text, ZERO) for text, _ in whole])
    distinct = dict.fromkeys(target for _, target in pairs)
    targets = options_of([Weighed(target, ZERO) for target in distinct])
    name_of = {target.text: target.id for target in targets}
    share = ONE / max(len(whole), 1)
    entries = {
        f"{option.id} {name_of[target]}": share
        for option, (_, target) in zip(options, whole, strict=True)
    }
    return Draft("match", options, MappingRule(entries), targets)


def scaled(rule: Rule, whole: Fraction) -> Rule:
    """The rule with `whole` points instead of one."""
    if isinstance(rule, SumRule):
        return SumRule({name: scaled_part(part, whole) for name, part in rule.parts.items()})
    assert not isinstance(rule, SealedRule), "no file holds sealed items"
    return scaled_part(rule, whole)


def scaled_part(rule: PartRule, whole: Fraction) -> PartRule:
    """The rule of one interaction with `whole` times its points."""
    match rule:
        case KeyRule() | NumberRule():
            return replace(rule, right=rule.right * whole)
        case OptionPoints(points):
            return replace(rule, points={name: value * whole for name, value in points.items()})
        case TextRule(accepted):
            return replace(rule, accepted=tuple((text, part * whole) for text, part in accepted))
        case MappingRule(entries, upper_bound=upper):
            times = {name: value * whole for name, value in entries.items()}
            bound = None if upper is None else upper * whole
            return replace(rule, entries=times, upper_bound=bound)
        case AreaRule(areas):
            return replace(rule, areas=tuple((area, points * whole) for area, points in areas))
        case JudgedRule(most):
            return replace(rule, highest=most * whole)
        case ProcessingRule(program, most, fewest):
            return ProcessingRule(_times(program, whole), most * whole, fewest * whole)
        case _:
            raise AssertionError(f"no kind of Moodle's becomes {rule}")


def _times(program: str, whole: Fraction) -> str:
    """The program with its score multiplied."""
    if whole == ONE:
        return program
    document = dict(load(program))
    score = ["variable", {"identifier": "SCORE"}, []]
    last = _set(["product", {}, [score, _value(whole)]])
    return canonical(document | {"process": [*document["process"], last]})


def share_of(percent: Fraction, changes: set[str]) -> Fraction:
    """What part of the whole a weight is; rounded thirds and the like are made whole again."""
    share = percent / WHOLE
    near = share.limit_denominator(WEIGHT_DENOMINATOR)
    is_rounded = percent.denominator >= WHOLE / 20 and abs(near - share) <= WEIGHT_SLACK
    if near == share or not is_rounded:
        return share
    changes.add(f"{float(percent)} % is taken as {near}")
    return near


def _shares(options: Sequence[Option], answers: Sequence[Weighed]) -> dict[str, Fraction]:
    shares = {one.id: answer.share for one, answer in zip(options, answers, strict=True)}
    if not any(share > 0 for share in shares.values()):
        raise CannotTake("no answer earns anything", "mark the right answer")
    return shares


def options_of(answers: Sequence[Weighed]) -> tuple[Option, ...]:
    """Options named by letters, in order.

    Raises:
        CannotTake: there are more of them than an item has.
    """
    if len(answers) > MOST_OPTIONS:
        raise CannotTake(f"more than {MOST_OPTIONS} answers", "split the question")
    return tuple(
        Option(name, answer.text, answer.image)
        for name, answer in zip(OPTION_NAMES, answers, strict=False)
    )


def _percent(share: Fraction) -> str:
    return f"{float(share * WHOLE):g} %"
