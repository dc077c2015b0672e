r"""Items as GIFT.

Texts are written as [plain], or as [html] where words are emphasised. What GIFT has no place for
and our importer understands stands in tags: `difficulty:easy`, `version:2`, `points:5`,
`shuffle:false`.
"""

from collections.abc import Sequence

from question_bank.exporters.export import CannotWrite
from question_bank.exporters.html import has_emphasis, html_of
from question_bank.exporters.moodle_answers import Answer, Question, question_of
from question_bank.importers.gift_syntax import ARROW, HTML, PLAIN
from question_bank.item import Item, images_of
from scoring.rule import TextRule

DIFFICULTY = "medium"

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
    if images_of(item):
        raise CannotWrite("GIFT holds no pictures")
    question = question_of(item)
    if isinstance(item.rule, TextRule) and item.rule.case_sensitive:
        raise CannotWrite("GIFT takes capitals and small letters for the same")
    text = item.stem
    if item.stimulus is not None:
        text = f"{item.stimulus.text}\n\n{text}"
    written = HTML if has_emphasis(text) else PLAIN
    lines = [f"// [id:{item.id}] {_tags(item, question)}".rstrip()]
    lines.append(f"::{_escaped(item.id)}::[{written}]{_text(text, written)}{{")
    lines += _answers(question, written)
    if item.explanation:
        lines.append(f"####{_marked(item.explanation, written)}")
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
    tags = [item.topic] if item.topic else []
    if item.difficulty != DIFFICULTY:
        tags.append(f"difficulty:{item.difficulty}")
    if item.version != 1:
        tags.append(f"version:{item.version}")
    if question.whole != 1:
        tags.append(f"points:{question.whole}")
    if not item.shuffle and question.kind != "truefalse":
        tags.append("shuffle:false")
    return " ".join(f"[tag:{tag}]" for tag in tags)


def _answers(question: Question, written: str) -> list[str]:
    match question.kind:
        case "truefalse":
            return ["T" if question.answers[0].percent == "100" else "F"]
        case "number":
            (number,) = question.answers
            return [f"#{number.text}:{number.tolerance}"]
        case "match":
            texts = [(one.text if one else "", other.text) for one, other in question.pairs]
            return [_pair(option, target, written) for option, target in texts]
        case "text":
            return [_accepted(answer, written) for answer in question.answers]
        case kind:
            return [
                f"{_sign(answer.percent, kind)}{_marked(answer.text, written)}"
                for answer in question.answers
            ]


def _sign(percent: str, kind: str) -> str:
    if percent == "0":
        return "~"
    return "=" if percent == "100" and kind == "single" else f"~%{percent}%"


def _accepted(answer: Answer, written: str) -> str:
    if ARROW in answer.text:
        raise CannotWrite("GIFT takes -> in an accepted text for a pair")
    return f"=%{answer.percent}%{_prefix(PLAIN, written, answer.text)}{_escaped(answer.text)}"


def _pair(option: str, target: str, written: str) -> str:
    if ARROW in option:
        raise CannotWrite("GIFT takes -> in an option for the sign between pairs")
    return f"={_marked(option, written) if option else ''} -> {_escaped(target)}"


def _marked(text: str, around: str) -> str:
    """A text with its format, where it differs from that of the question."""
    written = HTML if has_emphasis(text) else PLAIN
    return _prefix(written, around, text) + _text(text, written)


def _prefix(written: str, around: str, text: str) -> str:
    is_plain = written == around and not text.startswith(("[", "%"))
    return "" if is_plain else f"[{written}]"


def _text(text: str, written: str) -> str:
    return _escaped(html_of(text) if written == HTML else text)


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)
