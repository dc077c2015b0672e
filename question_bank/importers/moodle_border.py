"""Texts and files of one Moodle question: elements are read, pictures found, losses kept."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from html import escape
from urllib.parse import quote, unquote

from question_bank.importers.gift_markup import words, written
from question_bank.importers.gift_syntax import HTML, MARKDOWN, MOODLE, PLAIN, Marked
from question_bank.importers.markup import Written, has_markup, verbatim
from question_bank.importers.pictures import (
    SIZE_LIMIT_BYTES,
    BadPicture,
    Picture,
    checked,
    where_there,
)
from question_bank.importers.report import CannotTake
from question_bank.rich_text import plain_words
from question_bank.safe_xml import XmlElement

PLUGIN_FILE = "@@PLUGINFILE@@/"
_FORMATS = {
    "html": HTML,
    "moodle_auto_format": MOODLE,
    "plain_text": PLAIN,
    "markdown": MARKDOWN,
    "wiki_like": PLAIN,
}


@dataclass(slots=True)
class Border:
    """What was read of one question."""

    question: XmlElement
    pictures: dict[str, bytes]
    changes: set[str] = field(default_factory=set)
    texts: list[Written] = field(default_factory=list)

    def text(self, name: str) -> str:
        """The text of a child, as it stands."""
        return text_of_child(self.question, name)

    def flag(self, name: str, *, default: bool) -> bool:
        """A truth value as Moodle reads it: nothing, 0 and false are false."""
        found = self.question.first(name)
        value = "" if found is None else found.text().strip()
        return default if found is None else value not in ("", "0", "false")

    def shown(self, holder: XmlElement | None, default: str = HTML) -> Written:
        """A text that the item shows."""
        one = self.marked(holder, default)
        text = written(one, self.changes, partial(self._find, files_of(holder)))
        self.texts.append(text)
        return text

    def explained(self) -> Written:
        """What is said after the question; a picture that cannot be taken is left out of it."""
        holder = self.question.first("generalfeedback")
        find = where_there(partial(self._find, files_of(holder)))
        text = written(self.marked(holder), self.changes, find)
        self.texts.append(text)
        return text

    def plain(self, text: str) -> Written:
        """A text without marks that the item shows."""
        shown = verbatim(text)
        self.texts.append(shown)
        return shown

    def text_with_places(self, stem: Marked) -> Written:
        """The stem with marked places in it."""
        files = files_of(self.question.first("questiontext"))
        return written(stem, self.changes, partial(self._find, files))

    def words_of(self, marked: Marked) -> str:
        """The words of a text with its format."""
        nodes = written(marked, self.changes).nodes
        return plain_words(nodes)

    def words(self, holder: XmlElement) -> str:
        """An accepted text, which nobody sees."""
        text = text_of(holder)
        return words(Marked(text, HTML if has_markup(text) else PLAIN), self.changes)

    def marked(self, holder: XmlElement | None, default: str = HTML) -> Marked:
        """A text with its format."""
        if holder is None:
            return Marked("", default)
        name = holder.attributes.get("format", "").strip()
        if name == "wiki_like":
            self.changes.add("wiki marks are shown as they are written")
        return Marked(text_of(holder).strip(), _FORMATS.get(name, HTML) if name else default)

    def picture(self, content: str, name: str) -> Picture:
        """A picture of base64 text, kept for the report.

        Raises:
            BadPicture: it is none that we take.
        """
        found = checked(name, _decoded(content, name))
        self.pictures[f"{found[0]}.{found[1]}"] = found[2]
        return found

    def _find(self, files: Mapping[str, str], source: str) -> Picture:
        if source.startswith(PLUGIN_FILE):
            name = unquote(source.removeprefix(PLUGIN_FILE).partition("?")[0])
            if name not in files:
                raise BadPicture(f"the file {name[:60]} is not in the export")
            return self.picture(files[name], name)
        kind, comma, content = source.partition(",")
        if kind.startswith("data:image/") and kind.endswith(";base64") and comma:
            return self.picture(unquote(content), f"picture.{kind[11:].partition('+')[0][:4]}")
        raise BadPicture(f"{source[:60]!r} lies elsewhere; export the question with its files")


def with_old_picture(question: XmlElement) -> XmlElement:
    """The question with the picture that exports of Moodle 1 kept beside its text, after the text.

    Raises:
        CannotTake: the picture is named and not there.
    """
    name, content = text_of_child(question, "image"), text_of_child(question, "image_base64")
    stem = question.first("questiontext")
    if not name or stem is None:
        return question
    if not content:
        message = f"the picture {name[:60]!r} is not in the export"
        raise CannotTake(message, "export the question from a newer Moodle, with its picture")
    name = name.rpartition("/")[2]
    text = text_of(stem)
    if _FORMATS.get(stem.attributes.get("format", "").strip(), HTML) in (PLAIN, MARKDOWN):
        text = escape(text)
    shown = f'{text}<br/><img src="{PLUGIN_FILE}{escape(quote(name))}"/>'
    file = XmlElement("", "file", {"name": name}, stem.line, [content])
    inner = XmlElement("", "text", {}, stem.line, [shown])
    whole = replace(stem, attributes={"format": "html"}, children=[inner, file])
    children = [whole if one is stem else one for one in question.children]
    return replace(question, children=children)


def text_of_child(parent: XmlElement, name: str) -> str:
    """The text of a child, which stands in its <text> or, in old files, in itself."""
    found = parent.first(name)
    return "" if found is None else text_of(found).strip()


def text_of(holder: XmlElement) -> str:
    """The text that an element holds.

    Raises:
        CannotTake: elements stand where the text of elements should.
    """
    inner = holder.first("text")
    if inner is None:
        return "".join(child for child in holder.children if isinstance(child, str))
    if inner.elements():
        message = f"<{inner.elements()[0].name}> stands in a <text>"
        raise CannotTake(message, "write HTML as CDATA, or with &lt; for <")
    return inner.text()


def files_of(holder: XmlElement | None) -> dict[str, str]:
    """Files of a text by the name under which it shows them, in base64."""
    if holder is None:
        return {}
    return {
        f"{one.attributes.get('path', '/')}{one.attributes.get('name', '')}".lstrip("/"): one.text()
        for one in holder.elements("file")
    }


def _decoded(content: str, name: str) -> bytes:
    if len(content) > 2 * SIZE_LIMIT_BYTES:
        raise BadPicture(f"{name} is larger than {SIZE_LIMIT_BYTES // 1024} KB")
    try:
        return base64.b64decode("".join(content.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadPicture(f"{name} is no base64") from error
