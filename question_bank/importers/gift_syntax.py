"""GIFT text into questions as they are written; what they mean for us is said in `gift`.

Source: Moodle's documentation of the GIFT format. A question is text up to a blank line outside
braces; `//` begins a comment line; a backslash takes the meaning from ~ = # { } : and itself.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

_ESCAPES = {"n": "\n"}
_FORMAT = re.compile(r"\s*\[(html|markdown|plain|moodle)\]", re.IGNORECASE)
_WEIGHT = re.compile(r"\s*%(-?\d+(?:\.\d+)?)%")
_TRUE_FALSE = re.compile(r"\s*(TRUE|T|FALSE|F)\s*(?=#|$)", re.IGNORECASE)
BLANK_LINE = "_____"


class BadGift(Exception):
    """A question that is not GIFT; the message says what is wrong."""

    code = "bad_gift"


@dataclass(frozen=True, slots=True)
class Source:
    """The text of one question, with the line on which it begins and its category."""

    line: int
    category: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One alternative: `is_right` for "=", its weight in percent where one is given."""

    text: str
    is_right: bool
    weight: Fraction | None = None
    feedback: str = ""
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question as written. Kinds: choice, text, match, number, truefalse, essay, description."""

    title: str
    format: str
    stem: str
    kind: str
    answers: tuple[Answer, ...] = ()
    general_feedback: str = ""
    tags: tuple[str, ...] = field(default=())


def split(text: str) -> Iterator[Source]:
    """The questions of a file, one after another."""
    category = ""
    lines: list[str] = []
    start = 0
    depth = 0
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        stripped = line.strip()
        if stripped.startswith("//"):
            continue
        if depth == 0 and stripped.startswith("$CATEGORY:"):
            if lines:
                yield Source(start, category, "\n".join(lines))
                lines = []
            category = stripped.removeprefix("$CATEGORY:").strip()
            continue
        if not stripped and depth == 0:
            if lines:
                yield Source(start, category, "\n".join(lines))
                lines = []
            continue
        start = start if lines else number
        lines.append(line)
        depth = max(0, depth + _braces(line))
    if lines:
        yield Source(start, category, "\n".join(lines))


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
        title, text = _plain(text[2:end]), text[end + 2 :]
    marked = _FORMAT.match(text)
    text_format = marked[1].lower() if marked else "moodle"
    if marked:
        text = text[marked.end() :]
    opening = _find(text, "{")
    if opening < 0:
        return Question(title, text_format, _plain(text), "description")
    closing = _find(text, "}", opening + 1)
    if closing < 0:
        raise BadGift("the answers are not closed with }")
    if _find(text, "{", closing + 1) >= 0:
        raise BadGift("more than one block of answers; split it into several questions")
    before, after = text[:opening].rstrip(), text[closing + 1 :].strip()
    stem = _plain(f"{before} {BLANK_LINE} {after}") if after else _plain(before)
    return _with_answers(title, text_format, stem, text[opening + 1 : closing])


def _with_answers(title: str, text_format: str, stem: str, block: str) -> Question:
    general = ""
    cut = _find(block, "####")
    if cut >= 0:
        block, general = block[:cut], _plain(block[cut + 4 :])
    if not block.strip():
        return Question(title, text_format, stem, "essay", (), general)
    true_false = _TRUE_FALSE.match(block)
    if true_false:
        is_true = true_false[1].upper().startswith("T")
        return Question(title, text_format, stem, "truefalse", (Answer(str(is_true), True),), general)
    if block.lstrip().startswith("#"):
        return Question(title, text_format, stem, "number", _numbers(block.lstrip()[1:]), general)
    answers = tuple(_answers(block))
    if not answers:
        raise BadGift("the block holds neither = nor ~ answers")
    if any(not answer.is_right for answer in answers):
        kind = "choice"
    elif any(answer.target is not None for answer in answers):
        kind = "match"
    else:
        kind = "text"
    return Question(title, text_format, stem, kind, answers, general)


def _answers(block: str) -> Iterator[Answer]:
    marks = [index for index, letter in enumerate(block) if letter in "=~" and _is_bare(block, index)]
    if marks and block[: marks[0]].strip():
        raise BadGift(f"text before the first answer: {block[: marks[0]].strip()[:40]!r}")
    for start, end in zip(marks, [*marks[1:], len(block)], strict=True):
        text, feedback = _cut(block[start + 1 : end], "#")
        weight = _WEIGHT.match(text)
        if weight:
            text = text[weight.end() :]
        marked = _FORMAT.match(text)
        text = text[marked.end() :] if marked else text
        option, target = _cut(text, "->")
        has_target = _find(text, "->") >= 0 and block[start] == "="
        yield Answer(
            text=_plain(option if has_target else text),
            is_right=block[start] == "=",
            weight=Fraction(weight[1]) if weight else None,
            feedback=_plain(feedback),
            target=_plain(target) if has_target else None,
        )


def _numbers(block: str) -> tuple[Answer, ...]:
    if "=" in block or "~" in block:
        return tuple(_answers(block))
    text, feedback = _cut(block, "#")
    return (Answer(_plain(text), True, None, _plain(feedback)),)


def _cut(text: str, mark: str) -> tuple[str, str]:
    index = _find(text, mark)
    return (text, "") if index < 0 else (text[:index], text[index + len(mark) :])


def _find(text: str, mark: str, start: int = 0) -> int:
    """Where an unescaped mark stands, or -1."""
    index = text.find(mark, start)
    while index >= 0 and not _is_bare(text, index):
        index = text.find(mark, index + 1)
    return index


def _is_bare(text: str, index: int) -> bool:
    count = 0
    while index - count > 0 and text[index - count - 1] == "\\":
        count += 1
    return count % 2 == 0


def _braces(line: str) -> int:
    return sum(
        1 if letter == "{" else -1
        for index, letter in enumerate(line)
        if letter in "{}" and _is_bare(line, index)
    )


def _plain(text: str) -> str:
    """The text without its escapes."""
    found: list[str] = []
    letters = iter(text)
    for letter in letters:
        if letter != "\\":
            found.append(letter)
            continue
        following = next(letters, "")
        if following in "~=#{}:\\n":
            found.append(_ESCAPES.get(following, following))
        else:
            found.append(letter + following)
    return "".join(found).strip()
