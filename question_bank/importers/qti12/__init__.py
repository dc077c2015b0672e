"""QTI 1.2 as Canvas and Common Cartridge write it: quizzes, question banks and single items."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from question_bank.importers.naming import identifier_from
from question_bank.importers.qti.collected import Collected
from question_bank.importers.qti.item import Place
from question_bank.importers.qti.media import Media, folder
from question_bank.importers.qti12.item import field_of, read_item, read_passage
from question_bank.importers.report import CHANGED, REFUSED, CannotTake, ImportReport
from question_bank.item import Stimulus
from question_bank.rich_text import RICH, BadRichText
from question_bank.safe_xml import XmlElement

ROOT = "questestinterop"

_ROOT_SECTIONS = frozenset({"", "root-section", "root_section", "main"})


def read_root(path: Path, root: XmlElement) -> ImportReport:
    """Read one document with the files beside it."""
    collected = Collected(Media(folder(path.parent)), Place(identifier_from(path.stem) or "qti"))
    read_document(collected, path.name, root)
    return collected.report()


def read_document(collected: Collected, name: str, root: XmlElement) -> None:
    """Read the items of a document into a collection."""
    media = collected.media.at(posixpath.dirname(name))
    passages = _passages(collected, name, root, media)
    doubled = 0
    found = len(passages)
    for element, section in _items(root, "general"):
        found += 1
        identifier = element.attributes.get("ident", "")[:60]
        where = f"{name} ({identifier})"
        if element.name != "item":
            message = f"<{element.name}> refers to an item elsewhere, and was left out"
            collected.note(where, CHANGED, message, "import the bank that holds it")
            continue
        if element.attributes.get("ident", "") in passages:
            continue
        if element.attributes.get("ident", "") in collected.documents:
            doubled += 1
            continue
        try:
            draft = read_item(element, media, Place(collected.place.bank, section))
            stimulus = passages.get(element.attributes.get("parent_stimulus_item_ident", ""))
            draft.item = replace(draft.item, stimulus=stimulus)
        except CannotTake as error:
            collected.note(where, REFUSED, str(error), error.advice)
            continue
        except BadRichText as error:
            collected.note(where, REFUSED, str(error), "write the text plainer")
            continue
        taken = collected.keep(where, draft)
        collected.documents[element.attributes.get("ident", "")] = taken
    if doubled:
        message = f"{doubled} items stand in another document of the package too"
        collected.note(name, CHANGED, message, "they were taken once")
    if not found:
        collected.note(name, REFUSED, "holds no items", "export a quiz or a question bank")


def _passages(
    collected: Collected, name: str, root: XmlElement, media: Media
) -> dict[str, Stimulus]:
    """The passages of a document: texts without a question that items refer to."""
    found = {}
    for element in root.walk():
        if element.name != "item" or field_of(element, "passage") != "true":
            continue
        identifier = element.attributes.get("ident", "")
        try:
            text = read_passage(element, media)
        except CannotTake as error:
            collected.note(f"{name} ({identifier[:60]})", REFUSED, str(error), error.advice)
            continue
        stimulus_id = identifier_from(identifier) or "passage"
        found[identifier] = Stimulus(stimulus_id, text, notation=RICH)
        message = "the passage was taken as the stimulus of the items that refer to it"
        collected.note(f"{name} ({identifier[:60]})", CHANGED, message)
    return found


@dataclass(frozen=True, slots=True)
class _Level:
    element: XmlElement
    section: str


def _items(root: XmlElement, section: str) -> Iterator[tuple[XmlElement, str]]:
    """Every item, and every reference to one, with the name of its section."""
    waiting = [_Level(root, section)]
    while waiting:
        level = waiting.pop()
        below = []
        for child in level.element.elements():
            if child.name in ("item", "bankentry_item", "sourcebank_ref"):
                yield child, level.section
            elif child.name in ("assessment", "section", "objectbank"):
                title = child.attributes.get("title", "") or field_of(child, "bank_title")
                name = identifier_from(title)
                below.append(_Level(child, level.section if name in _ROOT_SECTIONS else name))
        waiting += reversed(below)
