"""An assessmentTest: its items in their sections, and its outcome processing with weights.

What a test says about its run (order, selection, time, branching, feedback) is not taken: a
blueprint says it here. Each such element is named in the report.
"""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from question_bank.importers.naming import identifier_from
from question_bank.importers.qti.body import read_text
from question_bank.importers.qti.declarations import outcomes_of
from question_bank.importers.qti.item import Place
from question_bank.importers.qti.logic import statements
from question_bank.importers.qti.media import Media
from question_bank.importers.qti.names import normalised
from question_bank.importers.report import CHANGED, REFUSED, CannotTake
from question_bank.item import Stimulus
from question_bank.rich_text import RICH, write_rich
from question_bank.safe_xml import BadXml, XmlElement, read_xml
from scoring.processing import MalformedProgram
from scoring.processing.values import scalar
from scoring.whole_test import ItemPlace, WholeTest, whole_program

if TYPE_CHECKING:
    from question_bank.importers.qti.collected import Collected

DEPTH_LIMIT = 20
PLACE_LIMIT = 20_000

_NOT_TAKEN = {
    "branchRule": "branching",
    "preCondition": "conditions on showing an item",
    "timeLimits": "time limits",
    "itemSessionControl": "attempts, review and skipping",
    "selection": "the selection of items",
    "ordering": "the order of items",
    "testFeedback": "feedback of the test",
    "templateDefault": "template values set by the test",
    "adaptiveSelection": "adaptive selection",
}


@dataclass(frozen=True, slots=True)
class _Around:
    """What is around a place of the test."""

    sections: tuple[str, ...] = ()
    section_name: str = "general"
    stimulus: Stimulus | None = None
    base: str = ""


def read_test(collected: "Collected", name: str, root: XmlElement) -> None:
    """Read a test: its items into the collection, its outcome processing as a `WholeTest`."""
    reader = _Reader(collected, name)
    places = [
        place
        for part in root.elements("testPart")
        for place in reader.places(part, _Around(base=posixpath.dirname(name)), 0)
    ]
    for what in sorted({_NOT_TAKEN[one.name] for one in root.walk() if one.name in _NOT_TAKEN}):
        collected.note(name, CHANGED, f"{what} is not taken", "say it in the blueprint")
    processing = root.first("outcomeProcessing")
    try:
        nodes = statements(processing.elements()) if processing is not None else []
        program = whole_program(outcomes_of(root), nodes)
    except CannotTake as error:
        collected.note(name, REFUSED, f"outcome processing: {error}", error.advice)
        return
    except MalformedProgram as error:
        message = f"outcome processing cannot be run: {error}"
        collected.note(name, REFUSED, message, "correct it")
        return
    test_id = root.attributes.get("identifier", "")[:100]
    collected.tests.append(WholeTest(program, tuple(places), test_id))


@dataclass(slots=True)
class _Reader:
    collected: "Collected"
    name: str
    count: int = 0

    def places(self, element: XmlElement, around: _Around, depth: int) -> Iterator[ItemPlace]:
        """The places below a part or a section, in order."""
        if depth > DEPTH_LIMIT:
            message = f"sections nest deeper than {DEPTH_LIMIT}"
            self.collected.note(self.name, REFUSED, message, "flatten the test")
            return
        around = self._entered(element, around)
        for child in element.elements():
            if child.name == "assessmentItemRef":
                self.count += 1
                if self.count > PLACE_LIMIT:
                    message = f"more than {PLACE_LIMIT} items"
                    self.collected.note(self.name, REFUSED, message, "split the test")
                    return
                yield self._place(child, around)
            elif child.name == "assessmentSection":
                yield from self.places(child, around, depth + 1)
            elif child.name == "assessmentSectionRef":
                yield from self._outside(child, around, depth + 1)

    def _entered(self, element: XmlElement, around: _Around) -> _Around:
        identifier = element.attributes.get("identifier", "")
        name = around.section_name
        if element.name == "assessmentSection":
            title = element.attributes.get("title", "")
            name = identifier_from(title) or identifier_from(identifier) or name
        stimulus = self._rubric(element, around) or around.stimulus
        return replace(
            around,
            sections=(*around.sections, identifier),
            section_name=name,
            stimulus=stimulus,
        )

    def _rubric(self, element: XmlElement, around: _Around) -> Stimulus | None:
        """What a section shows candidates beside its items: their stimulus."""
        shown = [
            one
            for one in element.elements("rubricBlock")
            if "candidate" in one.attributes.get("view", "candidate").split()
        ]
        if not shown:
            return None
        media = self.collected.media.at(around.base)
        inside = XmlElement("", "div", {}, element.line)
        inside.children = [child for one in shown for child in one.children]
        identifier = element.attributes.get("identifier", "section")
        try:
            body = read_text(inside, media)
        except CannotTake as error:
            self.collected.note(f"{self.name} ({identifier})", REFUSED, str(error), error.advice)
            return None
        if body.holds:
            message = f"the text of section {identifier[:60]}: {min(body.holds)}"
            self.collected.note(self.name, REFUSED, message, "import the whole package")
            return None
        for change in sorted(body.changes):
            self.collected.note(f"{self.name} ({identifier})", CHANGED, change)
        text = write_rich(body.nodes)
        if not text:
            return None
        return Stimulus(identifier_from(identifier) or "section", text, notation=RICH)

    def _outside(self, reference: XmlElement, around: _Around, depth: int) -> Iterator[ItemPlace]:
        """The places of a section that lies in a file of its own."""
        media = self.collected.media.at(around.base)
        try:
            path = media.path(reference.attributes.get("href", ""))
            root = self._read(media, path)
        except CannotTake as error:
            self.collected.note(self.name, REFUSED, str(error), error.advice)
            return
        if root.name != "assessmentSection":
            message = f"{path[:100]} is no section"
            self.collected.note(self.name, REFUSED, message, "correct the reference")
            return
        yield from self.places(root, replace(around, base=posixpath.dirname(path)), depth)

    def _place(self, reference: XmlElement, around: _Around) -> ItemPlace:
        """One place; its item is read at its first place, from where its reference leads."""
        identifier = reference.attributes.get("identifier", "")
        categories = reference.attributes.get("category", "").split()
        media = self.collected.media.at(around.base)
        item_id = ""
        try:
            path = media.path(reference.attributes.get("href", ""))
            known = self.collected.documents.get(path)
            if known is None:
                topic = categories[0] if categories else ""
                place = Place(self.collected.place.bank, around.section_name, topic)
                root = self._read(media, path)
                known = self.collected.item(path, root, place, around.stimulus)
            item_id = known or ""
        except CannotTake as error:
            where = f"{self.name} ({identifier[:60]})"
            self.collected.note(where, REFUSED, str(error), error.advice)
        return ItemPlace(
            id=identifier,
            item_id=item_id,
            sections=frozenset(around.sections),
            categories=frozenset(categories),
            weights=_weights(reference),
            names=_names(reference),
        )

    def _read(self, media: Media, path: str) -> XmlElement:
        content = media.read(path)
        if content is None:
            message = f"the file {path[:100]} is not there"
            raise CannotTake(message, "import the whole package")
        try:
            return normalised(read_xml(content))
        except BadXml as error:
            raise CannotTake(f"{path[:100]}: {error}", "save it as well-formed XML") from error


def _weights(reference: XmlElement) -> Mapping[str, Fraction]:
    found = {}
    for one in reference.elements("weight"):
        value = scalar("float", one.attributes.get("value", ""))
        if isinstance(value, Fraction):
            found[one.attributes.get("identifier", "")] = value
    return found


def _names(reference: XmlElement) -> Mapping[str, str]:
    """The item's own names of variables, by what the test calls them."""
    return {
        one.attributes.get("targetIdentifier", ""): one.attributes.get("sourceIdentifier", "")
        for one in reference.elements("variableMapping")
    }
