r"""GIFT text into questions as they are written; what they mean for us is said in `gift`.

The grammar, as Moodle's documentation of the format and its importer have it:

    file      = { comment | category | question | blank line }
    comment   = "//" to the end of the line; "[id:x]" and "[tag:x]" in it are the next question's
    category  = "$CATEGORY:" to the end of the line
    question  = [ "::" title "::" ] [ format ] stem [ "{" block "}" [ rest of the stem ] ]
    block     = "" | truefalse | "#" numbers | answers | text, each with [ "####" general feedback ]
    truefalse = ( "T" | "TRUE" | "F" | "FALSE" ) [ "#" feedback [ "#" feedback ] ]
    answers   = { ( "=" | "~" ) [ weight ] [ format ] text [ "->" target ] [ "#" feedback ] }
    weight    = "%" number "%"
    numbers   = ( number | answers of numbers ) [ "~" feedback on every other number ]
    number    = n | n ":" tolerance | least ".." most
    format    = "[html]" | "[markdown]" | "[plain]" | "[moodle]"

A text alone is the right one. A blank line ends a question. A backslash takes its meaning from ~ =
# { } : and from itself; `\n` is a line end. Texts of the moodle format are joined into one line.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from question_bank.importers.report import CannotTake

BLANK = "_____"
ARROW = "->"
MOODLE, HTML, MARKDOWN, PLAIN = "moodle", "html", "markdown", "plain"

_ESCAPED = "~=#{}:\\"
_FORMAT = re.compile(r"\s*\[(html|markdown|plain|moodle)\]", re.IGNORECASE)
_WEIGHT = re.compile(r"\s*%(-?(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9}))%", re.ASCII)
_TRUE_FALSE = re.compile(r"\s*(TRUE|T|FALSE|F)\s*(?=#|$)", re.IGNORECASE)
# A text to be typed would be a poor guess at what {Benar} means.
_MEANT_AS_TRUTH = frozenset({"benar", "betul", "ya", "yes", "y", "salah", "tidak", "no", "n"})
_LABEL = re.compile(r"\[(id|tag):([^\]]*)\]")
_LINE_END = re.compile(r"[ \t]*\n\s*")


class BadGift(CannotTake):
    """A question that is not GIFT; the message says what is wrong."""

    code = "bad_gift"

    def __init__(self, message: str) -> None:
        super().__init__(message, "correct it and import again")


@dataclass(frozen=True, slots=True)
class Source:
    """The text of one question: line on which it begins, category, identifier and tags."""

    line: int
    category: str
    text: str
    identifier: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Marked:
    """A text with the format in which it is written."""

    text: str
    format: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One alternative: `is_right` for "=", its weight in percent where one is given."""

    text: Marked
    is_right: bool
    weight: Fraction | None = None
    feedback: str = ""
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question as written. Kinds: choice, text, match, number, truefalse, essay, description.

    `is_bare` tells that the only right text stands without a sign before it.
    """

    title: str
    stem: Marked
    kind: str
    answers: tuple[Answer, ...] = ()
    general_feedback: Marked = Marked("", MOODLE)
    is_bare: bool = False


def split(text: str) -> Iterator[Source]:
    """The questions of a file, one after another."""
    category = ""
    lines: list[str] = []
    labels: list[tuple[str, str]] = []
    start = 0
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    for number, line in enumerate([*plain.split("\n"), ""], start=1):
        stripped = line.strip()
        if stripped.startswith("//"):
            labels += _LABEL.findall(stripped)
            continue
        is_category = stripped.startswith("$CATEGORY:")
        if is_category or not stripped:
            if lines:
                yield _source(start, category, lines, labels)
            if lines or not is_category:
                lines, labels = [], []
            if is_category:
                category = stripped.removeprefix("$CATEGORY:").strip()
            continue
        start = start if lines else number
        lines.append(line)


def _source(
    line: int, category: str, lines: Sequence[str], labels: Sequence[tuple[str, str]]
) -> Source:
    identifiers = [value.strip() for kind, value in labels if kind == "id"]
    tags = tuple(value.strip() for kind, value in labels if kind == "tag")
    return Source(line, category, "\n".join(lines), (identifiers or [""])[-1], tags)


def parse(source: str) -> Question:
    """Read one question.

    Raises:
        BadGift: it is not closed, or has more than one block of answers.
    """
    text = source.strip()
    title = ""
    if text.startswith("::"):
        end = _find(text, "::", 2)
        if end < 0:
            raise BadGift("the title is not closed with ::")
        title, text = _read(text[2:end], MOODLE), text[end + 2 :]
    text, written = _cut_format(text, MOODLE)
    opening, closing = _find(text, "{"), _find(text, "}")
    if opening < 0 and closing < 0:
        return Question(title, _marked(text, written), "description")
    if opening < 0 or 0 <= closing < opening:
        raise BadGift("} without { before it; an empty line ends a question")
    if closing < 0:
        raise BadGift("the answers are not closed with }; an empty line ends a question")
    if _find(text, "{", closing + 1) >= 0 or _find(text, "}", closing + 1) >= 0:
        raise BadGift("more than one block of answers; split it, or write \\{ and \\}")
    before, after = text[:opening].rstrip(), text[closing + 1 :].strip()
    stem = _marked(f"{before} {BLANK} {after}" if after else before, written)
    return _with_answers(Question(title, stem, "essay"), text[opening + 1 : closing])


def _with_answers(question: Question, block: str) -> Question:
    written = question.stem.format
    block, general = _cut(block, "####")
    question = replace(question, general_feedback=_marked(*_cut_format(general, written)))
    if not block.strip():
        return question
    true_false = _TRUE_FALSE.match(block)
    if true_false:
        word = "True" if true_false[1].upper().startswith("T") else "False"
        feedback = _read(block[true_false.end() :].strip("# \n\t"), MOODLE)
        answer = Answer(Marked(word, PLAIN), is_right=True, feedback=feedback)
        return replace(question, kind="truefalse", answers=(answer,))
    if block.lstrip().startswith("#"):
        answers = _numbers(block.lstrip()[1:], written)
        return replace(question, kind="number", answers=answers)
    if not _starts(block):
        if _cut(block, "#")[0].strip().lower() in _MEANT_AS_TRUTH:
            raise BadGift(f"{block.strip()[:20]!r} is neither true nor false in GIFT: write T or F")
        question, block = replace(question, is_bare=True), f"={block.lstrip()}"
    answers = tuple(_answers(block, written))
    if not all(answer.is_right for answer in answers):
        return replace(question, kind="choice", answers=answers)
    pairs = tuple(_answers(block, written, has_targets=True))
    matched = [pair for pair in pairs if pair.target is not None]
    if not matched:
        return replace(question, kind="text", answers=answers)
    if len(matched) < len(pairs):
        raise BadGift("some answers have a -> and others none")
    return replace(question, kind="match", answers=pairs)


def _starts(block: str) -> list[int]:
    return [place for place, sign in enumerate(block) if sign in "=~" and _is_bare(block, place)]


def _answers(block: str, written: str, *, has_targets: bool = False) -> Iterator[Answer]:
    starts = _starts(block)
    if block[: starts[0]].strip():
        raise BadGift(f"text before the first answer: {block[: starts[0]].strip()[:40]!r}")
    for start, end in zip(starts, [*starts[1:], len(block)], strict=True):
        text, feedback = _cut(block[start + 1 : end], "#")
        weight = _WEIGHT.match(text)
        text, own = _cut_format(text[weight.end() :] if weight else text, written)
        option, target = _cut(text, ARROW) if has_targets else (text, "")
        is_pair = has_targets and _find(text, ARROW) >= 0
        yield Answer(
            text=_marked(option, own),
            is_right=block[start] == "=",
            weight=Fraction(weight[1]) if weight else None,
            feedback=_read(_cut_format(feedback, written)[0], MOODLE),
            target=_read(target, MOODLE) if is_pair else None,
        )


def _numbers(block: str, written: str) -> tuple[Answer, ...]:
    """Numbers that are right; after a ~ stands what Moodle says of every other one."""
    block, wrong = _cut(block, "~")
    if _find(block, "=") >= 0:
        answers = tuple(_answers(block, written))
    else:
        text, feedback = _cut(block, "#")
        answers = (Answer(_marked(text, PLAIN), is_right=True, feedback=_read(feedback, MOODLE)),)
    last = answers[-1]
    return (*answers[:-1], replace(last, feedback=last.feedback or _read(wrong, MOODLE)))


def _cut_format(text: str, default: str) -> tuple[str, str]:
    found = _FORMAT.match(text)
    return (text[found.end() :], found[1].lower()) if found else (text, default)


def _cut(text: str, mark: str) -> tuple[str, str]:
    index = _find(text, mark)
    return (text, "") if index < 0 else (text[:index], text[index + len(mark) :])


def _find(text: str, mark: str, start: int = 0) -> int:
    """Where an unescaped mark stands, or -1; an arrow has no escape."""
    index = text.find(mark, start)
    while index >= 0 and mark != ARROW and not _is_bare(text, index):
        index = text.find(mark, index + 1)
    return index


def _is_bare(text: str, index: int) -> bool:
    count = 0
    while index - count > 0 and text[index - count - 1] == "\\":
        count += 1
    return count % 2 == 0


def _marked(text: str, written: str) -> Marked:
    return Marked(_read(text, written), written)


def _read(text: str, written: str) -> str:
    """The text without its escapes, and in one line where the format says so."""
    joined = _LINE_END.sub(" ", text) if written == MOODLE else text
    found: list[str] = []
    signs = iter(joined)
    for sign in signs:
        following = next(signs, "") if sign == "\\" else ""
        if following == "n":
            found.append("\n")
        elif following and following in _ESCAPED:
            found.append(following)
        else:
            found.append(sign + following)
    return "".join(found).strip()
