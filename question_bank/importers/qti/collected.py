"""What an import has read so far: items, files, and everything that was not plain."""

import posixpath
from dataclasses import dataclass, field, replace

from question_bank.importers.html_pages import page_element
from question_bank.importers.qti.item import Draft, Place, read_item, read_stimulus
from question_bank.importers.qti.media import Media
from question_bank.importers.qti.names import normalised
from question_bank.importers.qti.whole_test import read_test
from question_bank.importers.report import (
    CHANGED,
    REFUSED,
    CannotTake,
    ImportReport,
    Problem,
    pictures_of,
)
from question_bank.item import Item, Stimulus
from question_bank.rich_text import BadRichText
from question_bank.safe_xml import BadXml, XmlElement, read_xml
from scoring.whole_test import WholeTest


@dataclass(slots=True)
class Collected:
    """Collects the items of one import.

    Args of the kind:
        media: the files around the documents.
        place: where items go that nothing else places.
    """

    media: Media
    place: Place
    items: dict[str, Item] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    tests: list[WholeTest] = field(default_factory=list)
    documents: dict[str, str | None] = field(default_factory=dict)
    _stimuli: dict[str, Stimulus] = field(default_factory=dict)

    def report(self) -> ImportReport:
        """Everything that was found."""
        items = tuple(self.items.values())
        pictures = pictures_of(items, self.media.taken)
        return ImportReport(
            items, pictures, tuple(self.problems), frozenset(self.held), tuple(self.tests)
        )

    def note(self, place: str, severity: str, message: str, advice: str = "") -> None:
        """Keep a problem."""
        self.problems.append(Problem(place, severity, message, advice))

    def document(self, name: str, root: XmlElement, place: Place | None = None) -> None:
        """Read a document in the names of QTI 2: an item, or what is not read by itself."""
        if root.name == "assessmentItem":
            self.item(name, root, place or self.place)
            return
        if root.name == "assessmentTest":
            read_test(self, name, root)
            return
        self.note(name, REFUSED, f"<{root.name[:40]}> holds no items", "import its items")

    def item(
        self, name: str, root: XmlElement, place: Place, around: Stimulus | None = None
    ) -> str | None:
        """Read one item; the identifier under which it was taken, or None.

        Args:
            name: of its document.
            root: of its document.
            place: where it goes.
            around: the stimulus of its section, for an item without one of its own.
        """
        self.documents[name] = taken = self._item(name, root, place, around)
        return taken

    def _item(
        self, name: str, root: XmlElement, place: Place, around: Stimulus | None
    ) -> str | None:
        if root.name != "assessmentItem":
            self.note(name, REFUSED, f"<{root.name[:40]}> is no item", "correct the reference")
            return None
        identifier = root.attributes.get("identifier", "")[:60]
        where = f"{name} ({identifier})" if identifier else name
        media = self.media.at(posixpath.dirname(name))
        try:
            changes: set[str] = set()
            stimulus, holds = self._stimulus(root, media, changes)
            draft = read_item(root, media, place, stimulus or around)
        except CannotTake as error:
            self.note(where, REFUSED, str(error), error.advice)
            return None
        except BadRichText as error:
            self.note(where, REFUSED, str(error), "write the text plainer")
            return None
        draft.changes |= changes
        draft.holds += holds
        return self.keep(where, draft)

    def keep(self, where: str, draft: Draft) -> str:
        """Take an item with what was changed in it, or hold it; gives the name it was taken by."""
        item = self._named(draft)
        for change in sorted(draft.changes):
            self.note(where, CHANGED, change)
        for why, advice in draft.holds:
            self.note(where, REFUSED, why, advice)
        if draft.holds:
            self.held.add(item.id)
        self.items[item.id] = item
        return item.id

    def _named(self, draft: Draft) -> Item:
        """The item under a name of its own in this import."""
        name, number = draft.item.id, 1
        while name in self.items:
            number += 1
            name = f"{draft.item.id[:90]}-{number}"
        if number > 1:
            draft.changes.add(f"another item is called {draft.item.id} too; this one is {name}")
        return replace(draft.item, id=name)

    def _stimulus(
        self, root: XmlElement, media: Media, changes: set[str]
    ) -> tuple[Stimulus | None, list[tuple[str, str]]]:
        """The stimulus that an item refers to, or why it cannot be shown; of several the first."""
        references = root.elements("assessmentStimulusRef")
        if not references:
            return None, []
        if len(references) > 1:
            changes.add("only the first stimulus is shown; an item has one")
        try:
            return self.stimulus(references[0], media, changes), []
        except CannotTake as error:
            return None, [(str(error), error.advice)]

    def stimulus(self, reference: XmlElement, media: Media, changes: set[str]) -> Stimulus:
        """The stimulus behind a reference, read once.

        Raises:
            CannotTake: it is not there, or cannot be shown.
        """
        path = media.path(reference.attributes.get("href", ""))
        if path not in self._stimuli:
            content = media.read(path)
            if content is None:
                raise CannotTake(f"the stimulus {path[:100]} is not there", "import the package")
            root = _document(path, content)
            own = root.attributes.get("identifier") or path.rpartition("/")[2].partition(".")[0]
            beside = media.at(posixpath.dirname(path))
            self._stimuli[path] = read_stimulus(root, own, beside, changes)
        return self._stimuli[path]


def _document(path: str, content: bytes) -> XmlElement:
    """A stimulus: a document of QTI, or a page of HTML."""
    if path.lower().endswith((".html", ".htm")):
        return page_element(content)
    try:
        return normalised(read_xml(content))
    except BadXml as error:
        raise CannotTake(f"the stimulus {path[:100]}: {error}", "correct it") from error
