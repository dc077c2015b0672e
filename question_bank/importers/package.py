"""Content packages: a zip file or a folder with imsmanifest.xml, and what its resources are."""

import posixpath
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from question_bank.importers import qti12
from question_bank.importers.naming import identifier_from
from question_bank.importers.qti.collected import Collected
from question_bank.importers.qti.item import Place
from question_bank.importers.qti.media import Media, folder
from question_bank.importers.qti.names import is_qti, normalised
from question_bank.importers.report import CHANGED, REFUSED, CannotTake, ImportReport, refused
from question_bank.item import Item
from question_bank.safe_xml import BadXml, XmlElement, read_xml
from question_bank.safe_zip import BadZip, SafeZip, open_zip

MANIFEST = "imsmanifest.xml"
RESOURCE_LIMIT = 50_000

Read = Callable[[str], bytes | None]

_DIFFICULTIES = {
    "very easy": "easy",
    "easy": "easy",
    "medium": "medium",
    "difficult": "hard",
    "very difficult": "hard",
}
_TEMPLATE = "a template of response processing is not read; items use the standard ones"
_DECLARATION = "a declaration that items share is not read"
_PARTS = {
    "responseProcessing": _TEMPLATE,
    "qti-response-processing": _TEMPLATE,
    "outcomeDeclaration": _DECLARATION,
    "qti-outcome-declaration": _DECLARATION,
}
"""Documents of QTI that hold no item."""
_NOT_READ = {
    "imsqti_apipitem": "APIP",
    "imslti": "an LTI link",
    "imswl": "a web link",
    "imsdt": "a discussion",
}


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource of a manifest: its type and its main file."""

    id: str
    type: str
    path: str
    about: XmlElement | None = None


def read_zip(path: Path, raw: bytes) -> ImportReport:
    """Read a package that is one zip file."""
    try:
        archive = open_zip(raw)
    except BadZip as error:
        return refused(path.name, str(error), "export the package again as a plain zip file")
    top = _top(archive)
    if top is None:
        message = f"holds no {MANIFEST}: it is no content package"
        return refused(path.name, message, "export a QTI package")
    damaged: list[str] = []

    def read(name: str) -> bytes | None:
        try:
            return archive.read(top + name)
        except BadZip as error:
            damaged.append(str(error))
            return None

    names = tuple(name.removeprefix(top) for name in archive.entries if name.startswith(top))
    report = _read(path.stem, read, names)
    if damaged:
        return refused(path.name, damaged[0], "export the package again")
    return report


def read_manifest(path: Path) -> ImportReport:
    """Read a package that was unpacked: its manifest is the file."""
    return _read(path.resolve().parent.name, folder(path.parent))


def _top(archive: SafeZip) -> str | None:
    """The folder of the manifest, with a slash; some tools pack one folder around everything."""
    found = [name for name in archive.entries if name.rpartition("/")[2].casefold() == MANIFEST]
    shallow = sorted(found, key=lambda name: (name.count("/"), name))
    return shallow[0][: -len(MANIFEST)] if shallow and shallow[0].endswith(MANIFEST) else None


def _read(name: str, read: Read, names: tuple[str, ...] = ()) -> ImportReport:
    content = read(MANIFEST)
    if content is None:
        return refused(MANIFEST, "is not there", "export a QTI package")
    try:
        manifest = read_xml(content)
    except BadXml as error:
        place = f"{MANIFEST}:{error.line}"
        return refused(place, str(error), "export the package again")
    collected = Collected(Media(read, names=names), Place(identifier_from(name) or "package"))
    try:
        resources = list(_resources(manifest, collected))
    except CannotTake as error:
        return refused(MANIFEST, str(error), error.advice)
    roots = {one.path: _root(one, read, collected) for one in resources}
    _read_resources(roots, collected)
    for one in resources:
        taken = collected.documents.get(one.path)
        if taken is not None:
            collected.items[taken] = _described(collected.items[taken], one.about)
    if not collected.items and not collected.problems:
        advice = "export items or a test of QTI 1.2, 2.1, 2.2 or 3.0"
        return refused(MANIFEST, "names no item and no test that is read", advice)
    return collected.report()


def _read_resources(roots: Mapping[str, XmlElement | None], collected: Collected) -> None:
    """Tests first, because they say in which section an item stands; then the items left over."""
    documents = {path: root for path, root in roots.items() if root is not None}
    for path, root in documents.items():
        if root.name == "assessmentTest":
            collected.document(path, root)
    for path, root in documents.items():
        if root.name == "assessmentItem" and path not in collected.documents:
            collected.document(path, root)
    # Canvas writes a quiz twice: as Common Cartridge has it, and whole with the ending .qti.
    quizzes = [path for path, root in documents.items() if root.name == qti12.ROOT]
    for path in sorted(quizzes, key=lambda path: not path.endswith(".qti")):
        qti12.read_document(collected, path, documents[path])


def _root(resource: Resource, read: Read, collected: Collected) -> XmlElement | None:
    """The document of a resource in the names of QTI 2; None where it is none that is read."""
    if not resource.path.lower().endswith((".xml", ".qti")):
        return None
    content = read(resource.path)
    if content is None:
        message = "the manifest names it, and it is not there"
        collected.note(resource.path, REFUSED, message, "export the package again")
        return None
    try:
        root = read_xml(content)
    except BadXml as error:
        place = f"{resource.path}:{error.line}" if error.line else resource.path
        collected.note(place, REFUSED, str(error), "save it as well-formed XML")
        return None
    if is_qti(root):
        return normalised(root)
    if root.name == qti12.ROOT:
        return root
    if root.name in _PARTS:
        collected.note(resource.path, CHANGED, _PARTS[root.name], "nothing; it is no item")
    elif resource.type.startswith("imsqti"):
        message = f"<{root.name[:40]}> is no item and no test of QTI"
        collected.note(resource.path, REFUSED, message, "export QTI 1.2, 2.1, 2.2 or 3.0")
    return None


def _resources(manifest: XmlElement, collected: Collected) -> Iterator[Resource]:
    if manifest.name != "manifest":
        raise CannotTake(f"<{manifest.name[:40]}> is no manifest", "export a QTI package")
    for count, one in enumerate(manifest.walk()):
        if count > 5 * RESOURCE_LIMIT:
            raise CannotTake(f"more than {RESOURCE_LIMIT} resources", "split the package")
        if one.name != "resource":
            continue
        kind = one.attributes.get("type", "")
        identifier = one.attributes.get("identifier", "")[:60]
        for prefix, what in _NOT_READ.items():
            if kind.startswith(prefix):
                where = f"{MANIFEST} ({identifier})"
                collected.note(where, CHANGED, f"{what} was left out", "it is no item")
        for path in _paths(one):
            yield Resource(identifier, kind, path, one.first("metadata"))


def _described(item: Item, about: XmlElement | None) -> Item:
    """The item with the version and the difficulty that its metadata (IEEE LOM) tell."""
    if about is None:
        return item
    words = {one.name: " ".join(one.text().split()) for one in about.walk()}
    value = next((one.first("value") for one in about.walk() if one.name == "difficulty"), None)
    difficulty = _DIFFICULTIES.get("" if value is None else value.text().strip(), item.difficulty)
    version = words.get("version", "")
    is_version = version.isascii() and version.isdigit() and 0 < len(version) < 9
    return replace(
        item, difficulty=difficulty, version=max(int(version), 1) if is_version else item.version
    )


def _paths(resource: XmlElement) -> list[str]:
    """The files of a resource, its main one first, each once."""
    given = [resource.attributes.get("href", "")]
    given += [one.attributes.get("href", "") for one in resource.elements("file")]
    found = [posixpath.normpath(one.replace("\\", "/")) for one in given if one]
    return [path for path in dict.fromkeys(found) if not path.startswith(("/", ".."))]
