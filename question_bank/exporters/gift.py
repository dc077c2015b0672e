r"""Items as GIFT.

Texts are written as [plain], or as [html] where words are emphasised. What GIFT has no place for
and our importer understands stands in tags: `difficulty:easy`, `version:2`, `points:5`,
`shuffle:false`.
"""

from collections.abc import Sequence

from question_bank.exporters.export import CannotWrite
from question_bank.exporters.html import as_html, has_emphasis
from question_bank.exporters.moodle_answers import Answer, Question, question_of, tags_of
from question_bank.importers.gift_syntax import ARROW, HTML, PLAIN, Marked
from question_bank.item import Item, media_of
from question_bank.rich_text import RICH
from scoring.rule import TextRule

Piece = tuple[str, str]
"""The category of a question and its text."""

_ESCAPES = str.maketrans(
    {sign: f"\\{sign}" for sign in "\\~=#{}:"} | {"\n": "\\n", "\r": "", "\t": " "}
)


def piece_of(item: Item) -> Piece:
    """An item as a question.

    Raises:
        CannotWrite: GIFT cannot hold it.
    """
    if media_of(item):
        raise CannotWrite("GIFT holds no pictures")
    if isinstance(item.rule, TextRule) and item.rule.case_sensitive:
        raise CannotWrite("GIFT takes capitals and small letters for the same")
    question = question_of(item)
    stem = _stem(item)
    lines = [f"// [id:{item.id}] {_tags(item, question)}".rstrip()]
    lines.append(f"::{_escaped(item.id)}::[{stem.format}]{_escaped(stem.text)}{{")
    lines += _answers(question, item.notation, stem.format)
    if item.explanation:
        lines.append(f"####{_marked(item.explanation, item.notation, stem.format)}")
    return item.section, "\n".join(lines) + "}"


def file_of(pieces: Sequence[Piece]) -> bytes:
    """The file of some questions, by section."""
    lines, last = [], None
    for section, text in pieces:
        if section != last:
            lines.append(f"$CATEGORY: {section}")
            last = section
        lines.append(text)
    return ("\n\n".join(lines) + "\n").encode()


def _tags(item: Item, question: Question) -> str:
    tags = tags_of(item, points=question.whole, says_shuffle=question.kind == "truefalse")
    return " ".join(f"[tag:{tag}]" for tag in tags)


def _stem(item: Item) -> Marked:
    """The text of the item, after that of its stimulus."""
    if item.stimulus is None:
        return _written(item.stem, item.notation)
    before = _written(item.stimulus.text, item.stimulus.notation)
    after = _written(item.stem, item.notation)
    if before.format == after.format == PLAIN:
        return Marked(f"{before.text}\n\n{after.text}", PLAIN)
    texts = as_html(item.stimulus.text, item.stimulus.notation), as_html(item.stem, item.notation)
    return Marked("".join(f"<div>{text}</div>" for text in texts), HTML)


def _answers(question: Question, notation: str, around: str) -> list[str]:
    match question.kind:
        case "truefalse":
            return ["T" if question.answers[0].percent == "100" else "F"]
        case "number":
            (number,) = question.answers
            return [f"#{number.text}:{number.tolerance}"]
        case "match":
            pairs = [(one.text if one else "", two.text) for one, two in question.pairs]
            return [_pair(*pair, notation, around) for pair in pairs]
        case "text":
            return [_accepted(answer, around) for answer in question.answers]
        case kind:
            return [
                f"{_sign(answer.percent, kind)}{_marked(answer.text, notation, around)}"
                for answer in question.answers
            ]


def _sign(percent: str, kind: str) -> str:
    if percent == "0":
        return "~"
    return "=" if percent == "100" and kind == "single" else f"~%{percent}%"


def _accepted(answer: Answer, around: str) -> str:
    if ARROW in answer.text:
        raise CannotWrite("GIFT takes -> in an accepted text for a pair")
    return f"=%{answer.percent}%{_prefix(Marked(answer.text, PLAIN), around)}"


def _pair(option: str, target: str, notation: str, around: str) -> str:
    if ARROW in option:
        raise CannotWrite("GIFT takes -> in an option for the sign between pairs")
    if notation == RICH:
        raise CannotWrite("GIFT holds no formatted targets")
    shown = _marked(option, notation, around) if option else ""
    return f"={shown} -> {_escaped(target)}"


def _marked(text: str, notation: str, around: str) -> str:
    return _prefix(_written(text, notation), around)


def _prefix(text: Marked, around: str) -> str:
    """A text with its format, where it differs from that of the question."""
    is_plain = text.format == around and not text.text.startswith(("[", "%"))
    return ("" if is_plain else f"[{text.format}]") + _escaped(text.text)


def _written(text: str, notation: str) -> Marked:
    if notation == RICH or has_emphasis(text):
        return Marked(as_html(text, notation), HTML)
    return Marked(text, PLAIN)


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)
