"""Items as Moodle XML, with their pictures in base64.

What Moodle has no place for and our importer understands stands in tags, as in GIFT.
"""

import base64
from collections.abc import Sequence
from fractions import Fraction
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from question_bank.exporters import moodle_pictures
from question_bank.exporters.cloze import cloze_of, gaps_of, words_alone
from question_bank.exporters.export import CannotWrite, Pictures
from question_bank.exporters.html import as_html, has_emphasis, with_folder
from question_bank.exporters.moodle_answers import Answer, Question, decimal, question_of, tags_of
from question_bank.importers.moodle_border import PLUGIN_FILE
from question_bank.item import Image, Item, Option
from question_bank.rich_text import RICH, elements_of, read_rich
from scoring.mark import highest
from scoring.response import Order
from scoring.rule import JudgedRule, KeyRule, TextRule

Piece = tuple[str, str]
"""The section of a question and its XML."""

_TYPES = {
    "truefalse": "truefalse",
    "single": "multichoice",
    "several": "multichoice",
    "text": "shortanswer",
    "number": "numerical",
    "match": "matching",
    "essay": "essay",
    "order": "ordering",
    "cloze": "cloze",
    "gaps": "ddwtos",
    "drops": "ddimageortext",
    "markers": "ddmarker",
}
# Kinds whose own elements say whether answers are shuffled.
_SAY_SHUFFLE = frozenset(
    {"single", "several", "match", "truefalse", "cloze", "gaps", "drops", "markers"}
)


def piece_of(item: Item, pictures: Pictures) -> Piece:
    """An item as a question.

    Raises:
        CannotWrite: Moodle cannot hold it.
    """
    question = _question(item)
    writer = _Writer(item, pictures)
    lines = [
        f'  <question type="{_TYPES[question.kind]}">',
        f"    <name><text>{escape(item.id)}</text></name>",
        writer.stem(question),
        writer.text("generalfeedback", item.explanation),
        f"    <defaultgrade>{_grade(question)}</defaultgrade>",
        "    <penalty>0</penalty>",
        f"    <idnumber>{escape(item.id)}</idnumber>",
        *writer.answers(question),
        _tags(item, question),
        "  </question>",
    ]
    return item.section, "\n".join(line for line in lines if line)


def file_of(pieces: Sequence[Piece]) -> bytes:
    """The file of some questions, by section."""
    lines, last = ['<?xml version="1.0" encoding="UTF-8"?>', "<quiz>"], None
    for section, text in pieces:
        if section != last:
            path = f"$course$/top/{section}"
            category = f"<category><text>{escape(path)}</text></category>"
            lines.append(f'  <question type="category">{category}</question>')
            last = section
        lines.append(text)
    return ("\n".join([*lines, "</quiz>"]) + "\n").encode()


def _question(item: Item) -> Question:
    rule = item.rule
    if item.kind == "composite":
        if moodle_pictures.is_marked(item):
            return Question("markers", highest(rule))
        return Question("cloze", whole=None)
    if moodle_pictures.is_dragged(item):
        return Question("drops", highest(rule))
    if item.kind == "order" and isinstance(rule, KeyRule) and isinstance(rule.key, Order):
        if rule.wrong != 0 or rule.blank != 0 or rule.right <= 0:
            raise CannotWrite("Moodle gives nothing for blank and for a wrong order")
        by_name = {option.id: option for option in item.options}
        ordered = [by_name[name] for name in rule.key.options]
        answers = tuple(Answer(option.text, "100", option) for option in ordered)
        return Question("order", rule.right, answers)
    if item.kind == "gap_match":
        return Question("gaps", highest(rule), tuple(Answer(o.text, "", o) for o in item.options))
    return question_of(item)


def _grade(question: Question) -> str:
    """The points of the whole; 1 where a tag or the places of the text say them."""
    whole = question.whole
    return decimal(whole) if whole is not None and _is_decimal(whole) else "1"


def _is_decimal(points: Fraction) -> bool:
    try:
        decimal(points)
    except CannotWrite:
        return False
    return True


def _tags(item: Item, question: Question) -> str:
    is_said = question.whole is None or _is_decimal(question.whole)
    points = None if is_said else question.whole
    tags = tags_of(item, points=points, says_shuffle=question.kind in _SAY_SHUFFLE)
    listed = "".join(f"<tag><text>{escape(tag)}</text></tag>" for tag in tags)
    return f"    <tags>{listed}</tags>" if tags else ""


class _Writer:
    """Writes the texts of one item with the pictures that they show."""

    def __init__(self, item: Item, pictures: Pictures) -> None:
        self._item = item
        self._pictures = pictures

    def stem(self, question: Question) -> str:
        """The text of the question, after that of its stimulus, with the picture after it."""
        item = self._item
        if item.audio or (item.stimulus and item.stimulus.audio):
            raise CannotWrite("Moodle's questions hold no recordings of ours")
        if question.kind == "cloze":
            html = cloze_of(item)
        elif question.kind == "gaps":
            html = gaps_of(item)
        elif item.stimulus is None and (item.image is None or question.kind == "drops"):
            return self.text("questiontext", item.stem)
        else:
            html = as_html(item.stem, item.notation)
        if item.stimulus is not None:
            told = as_html(item.stimulus.text, item.stimulus.notation)
            html = f"<div>{told}{_figure(item.stimulus.image)}</div><div>{html}</div>"
        figure = "" if question.kind == "drops" else _figure(item.image)
        return self._element("questiontext", html + figure, "html")

    def text(self, tag: str, text: str, image: Image | None = None, inside: str = "") -> str:
        """An element with a text of the item."""
        if self._item.notation == RICH or has_emphasis(text) or image:
            html = as_html(text, self._item.notation) + _figure(image)
            return self._element(tag, html, "html", inside)
        return self._element(tag, text, "plain_text", inside)

    def answers(self, question: Question) -> list[str]:
        """The elements that only this kind of question has."""
        shuffle = f"    <shuffleanswers>{str(self._item.shuffle).lower()}</shuffleanswers>"
        match question.kind:
            case "truefalse":
                words = zip(("true", "false"), question.answers, strict=True)
                return [_plain(word, answer.percent) for word, answer in words]
            case "single" | "several":
                single = str(question.kind == "single").lower()
                options = [self._option(answer) for answer in question.answers]
                return [f"    <single>{single}</single>", shuffle, *options]
            case "text":
                rule = self._item.rule
                is_sensitive = isinstance(rule, TextRule) and rule.case_sensitive
                answers = [_plain(one.text, one.percent) for one in question.answers]
                return [f"    <usecase>{int(is_sensitive)}</usecase>", *answers]
            case "number":
                (one,) = question.answers
                tolerance = f"<tolerance>{one.tolerance}</tolerance>"
                return [_plain(one.text, one.percent, tolerance)]
            case "match":
                return [shuffle, *(self._pair(*pair) for pair in question.pairs)]
            case "order":
                return [
                    "    <gradingtype>-1</gradingtype>",
                    *(self._option(answer) for answer in question.answers),
                ]
            case "gaps":
                return [shuffle, *(self._dragged(answer) for answer in question.answers)]
            case "drops":
                return [shuffle, *moodle_pictures.dragged(self._item, self._file)]
            case "markers":
                return moodle_pictures.marked(self._item, self._file)
            case "essay":
                rule = self._item.rule
                criteria = rule.criteria if isinstance(rule, JudgedRule) else ""
                return [self._element("graderinfo", criteria, "plain_text")] if criteria else []
            case _:
                return []

    def _option(self, answer: Answer) -> str:
        image = answer.option.image if answer.option else None
        element = self.text("answer", answer.text, image)
        return element.replace("<answer ", f'<answer fraction="{answer.percent}" ', 1)

    def _dragged(self, answer: Answer) -> str:
        words = (
            f"<text>{escape(words_alone(answer.text, self._item.notation))}</text><group>1</group>"
        )
        is_endless = answer.option is not None and answer.option.most == 0
        return f"    <dragbox>{words}{'<infinite/>' if is_endless else ''}</dragbox>"

    def _pair(self, option: Option | None, target: Option) -> str:
        if target.image is not None:
            raise CannotWrite("Moodle's answers of pairs are words alone")
        words = words_alone(target.text, self._item.notation)
        answer = f"<answer><text>{escape(words)}</text></answer>"
        text, image = (option.text, option.image) if option else ("", None)
        return self.text("subquestion", text, image, answer)

    def _element(self, tag: str, text: str, written: str, inside: str = "") -> str:
        files = ""
        if written == "html":
            shown = {one.get("src") for one in elements_of(read_rich(text), "img")}
            files = "".join(self._file(name, quote(name)) for name in sorted(shown))
            text = with_folder(text, RICH, PLUGIN_FILE)
        return f'    <{tag} format="{written}"><text>{escape(text)}</text>{files}{inside}</{tag}>'

    def _file(self, name: str, shown: str) -> str:
        content = base64.b64encode(self._pictures[name]).decode()
        return f'<file name={quoteattr(shown)} path="/" encoding="base64">{content}</file>'


def _figure(image: Image | None) -> str:
    if image is None:
        return ""
    return f"<p><img alt={quoteattr(image.alt)} src={quoteattr(image.name)}/></p>"


def _plain(text: str, percent: str, inside: str = "") -> str:
    words = f"<text>{escape(text)}</text>"
    return f'    <answer fraction="{percent}" format="plain_text">{words}{inside}</answer>'
