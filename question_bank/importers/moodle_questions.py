"""What each kind of Moodle's questions becomes.

A function here reads the elements of one kind and gives a function that makes the draft, once the
notation of the item's texts is known.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction

from question_bank.importers import moodle_kinds
from question_bank.importers.markup import text_of
from question_bank.importers.moodle_border import Border, text_of_child
from question_bank.importers.moodle_border import text_of as plain_text_of
from question_bank.importers.moodle_kinds import Draft, Interval, Weighed
from question_bank.importers.report import CannotTake
from question_bank.safe_xml import XmlElement
from scoring.response import MalformedResponse, Order, parse_number
from scoring.rule import ONE, ZERO, KeyRule

Make = Callable[[str], Draft]

# In the words of the files, and as Moodle counts them.
ALL_OR_NOTHING = frozenset({"ALL_OR_NOTHING", "-1"})
ALL = frozenset({"ALL", "0", ""})


def multichoice(border: Border) -> Make:
    """One option or several."""
    answers = border.question.elements("answer")
    shown = [border.shown(answer, border.marked(_stem(border)).format) for answer in answers]
    shares = [share(answer, border.changes) for answer in answers]
    is_single = border.flag("single", default=True)
    shuffle = border.flag("shuffleanswers", default=False)
    kind = moodle_kinds.one_of if is_single else moodle_kinds.some_of

    def make(notation: str) -> Draft:
        weighed = [
            Weighed(text_of(text, notation), part) for text, part in zip(shown, shares, strict=True)
        ]
        return moodle_kinds.shuffled(kind(weighed, border.changes), is_shuffled=shuffle)

    return make


def truefalse(border: Border) -> Make:
    """True and false, by the words, or by their order in old files."""
    right = None
    for place, answer in enumerate(border.question.elements("answer")):
        word = plain_text_of(answer).strip().lower()
        if word not in ("true", "false"):
            border.changes.add("the first answer was taken for true, the second for false")
            word = "true" if place == 0 else "false"
        if share(answer, border.changes) == ONE:
            right = word
    if right is None:
        raise CannotTake("no answer earns the whole mark", "give one of them fraction 100")
    draft = moodle_kinds.true_false(is_true=right == "true")
    return lambda notation: moodle_kinds.in_notation(draft, notation)


def shortanswer(border: Border) -> Make:
    """A text is typed."""
    answers = [
        Weighed(border.words(answer), share(answer, border.changes))
        for answer in border.question.elements("answer")
    ]
    if not any(answer.share > 0 for answer in answers):
        raise CannotTake("no answer earns anything", "mark the right answer")
    sensitive = border.flag("usecase", default=False)
    return lambda _: moodle_kinds.words(answers, case_sensitive=sensitive)


def numerical(border: Border) -> Make:
    """A number is typed; a unit is not."""
    intervals = [interval(answer, border.changes) for answer in _numbers(border)]
    _tell_units(border)
    return lambda _: moodle_kinds.number(intervals)


def matching(border: Border) -> Make:
    """Texts are matched with answers; an answer without a text only distracts."""
    listed = border.question.elements("subquestion")
    stem_format = border.marked(_stem(border)).format
    left = [border.shown(one, stem_format) for one in listed]
    right = [border.plain(text_of_child(one, "answer")) for one in listed]
    shuffle = border.flag("shuffleanswers", default=True)

    def make(notation: str) -> Draft:
        pairs = [
            (text_of(one, notation), text_of(two, notation))
            for one, two in zip(left, right, strict=True)
        ]
        return moodle_kinds.shuffled(moodle_kinds.matched(pairs), is_shuffled=shuffle)

    return make


def essay(border: Border) -> Make:
    """People judge what was written."""
    criteria = border.marked(border.question.first("graderinfo"))
    told = " ".join(border.words_of(criteria).split("\n"))
    if border.text("responsetemplate"):
        border.changes.add("the text that stood in the answer at the beginning is not kept")
    if border.text("attachments") not in ("", "0"):
        border.changes.add("files cannot be handed in; the written text alone is asked")
    return lambda _: moodle_kinds.essay(told)


def ordering(border: Border) -> Make:
    """Answers are put in order; the file holds them in the right one."""
    shown = [border.shown(answer) for answer in border.question.elements("answer")]
    if border.text("gradingtype") not in ALL_OR_NOTHING:
        border.changes.add("the whole order is right or wrong; parts of it earn nothing here")
    if border.text("selecttype") not in ALL:
        border.changes.add("all answers are put in order, not a choice of them")

    def make(notation: str) -> Draft:
        options = moodle_kinds.options_of([Weighed(text_of(one, notation), ZERO) for one in shown])
        key = KeyRule(Order(tuple(option.id for option in options)))
        return Draft("order", options, key)

    return make


def share(answer: XmlElement, changes: set[str]) -> Fraction:
    """The part of the whole that an answer earns.

    Raises:
        CannotTake: it is no number.
    """
    text = answer.attributes.get("fraction", "") or text_of_child(answer, "fraction") or "0"
    try:
        return moodle_kinds.share_of(parse_number(text.strip()), changes)
    except MalformedResponse as error:
        raise CannotTake(f"{text[:40]!r} is no fraction", "write a number in percent") from error


def interval(answer: XmlElement, changes: set[str]) -> Interval:
    """A right number with its tolerance.

    Raises:
        CannotTake: one of them is no number.
    """
    text = plain_text_of(answer).strip()
    tolerance = text_of_child(answer, "tolerance") or "0"
    try:
        return Interval(parse_number(text), abs(parse_number(tolerance)), share(answer, changes))
    except MalformedResponse as error:
        message = f"{text[:40]!r} with tolerance {tolerance[:20]!r} is no number"
        raise CannotTake(message, "write digits with a decimal point") from error


def _numbers(border: Border) -> list[XmlElement]:
    """The answers without the one that stands for any other number and earns nothing."""
    answers = border.question.elements("answer")
    others = [one for one in answers if plain_text_of(one).strip() in ("*", "")]
    if any(share(one, set()) != ZERO for one in others):
        raise CannotTake("any number earns something", "delete the answer *")
    return [one for one in answers if one not in others]


def _tell_units(border: Border) -> None:
    units = border.question.first("units")
    names = [text_of_child(one, "unit_name") for one in units.elements("unit")] if units else []
    if border.text("unitgradingtype") not in ("", "0"):
        raise CannotTake(
            "a wrong unit costs points, and we ask for the number alone",
            "say the unit in the question, and give unitgradingtype 0",
        )
    if names:
        border.changes.add(f"the number alone is asked, in {names[0][:20]}; units are not typed")


def _stem(border: Border) -> XmlElement | None:
    return border.question.first("questiontext")


KINDS: Mapping[str, Callable[[Border], Make]] = {
    "multichoice": multichoice,
    "truefalse": truefalse,
    "shortanswer": shortanswer,
    "numerical": numerical,
    "matching": matching,
    "match": matching,
    "essay": essay,
    "ordering": ordering,
}
