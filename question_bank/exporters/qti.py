"""Items as a content package of QTI: a zip file with a manifest, a test, items, stimuli, media.

The test holds every item in a section of its own name, so that an import finds the sections again.
The zip is the same for the same items: its entries have no time of their own.
"""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from question_bank.exporters.export import Pictures
from question_bank.exporters.qti_body import attributes
from question_bank.exporters.qti_item import item_document, stimulus_document
from question_bank.exporters.qti_names import document
from question_bank.item import Item, media_of
from question_bank.rich_text import Element, write_rich

MANIFEST = "imsmanifest.xml"
TEST = "test.xml"
_TYPES = {
    "2.2": ("imsqti_item_xmlv2p2", "imsqti_test_xmlv2p2", "imsqti_stimulus_xmlv2p2"),
    "3.0": ("imsqti_item_xmlv3p0", "imsqti_test_xmlv3p0", "imsqti_stimulus_xmlv3p0"),
}
_PACKAGES = {
    "2.2": ("http://www.imsglobal.org/xsd/imscp_v1p1", "QTIv2.2 Package", "1.0.0"),
    "3.0": ("http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1", "QTI Package", "3.0.0"),
}
LOM_DIFFICULTY = {"easy": "easy", "medium": "medium", "hard": "difficult"}
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The earliest that a zip can say."""


@dataclass(frozen=True, slots=True)
class Piece:
    """An item as documents: path and text of its own, and of its stimulus; names of its media."""

    item: Item
    path: str
    text: str
    stimulus: tuple[str, str] | None
    media: tuple[str, ...]


def piece_of(item: Item, version: str) -> Piece:
    """An item as documents.

    Raises:
        CannotWrite: QTI cannot hold it.
    """
    stimulus = None
    path = ""
    if item.stimulus is not None:
        path = f"stimuli/{item.stimulus.id}.xml"
        stimulus = path, stimulus_document(item.stimulus, version, _source)
    text = item_document(item, version, _source, f"../{path}")
    return Piece(item, f"items/{item.id}.xml", text, stimulus, tuple(media_of(item)))


def package_of(pieces: Sequence[Piece], version: str, pictures: Pictures) -> bytes:
    """The zip file of some items.

    Raises:
        CannotWrite: never; a stimulus told in two ways is found when the file is read again.
    """
    files = {MANIFEST: _manifest(pieces, version), TEST: _test(pieces, version)}
    files |= dict(piece.stimulus for piece in pieces if piece.stimulus is not None)
    files |= {piece.path: piece.text for piece in pieces}
    media = sorted({name for piece in pieces for name in piece.media})
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(_entry(name), text)
        for name in media:
            archive.writestr(_entry(f"media/{name}"), pictures[name])
    return written.getvalue()


def _source(name: str) -> str:
    return f"../media/{name}"


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _FIRST_DAY)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _test(pieces: Sequence[Piece], version: str) -> str:
    """A test with one part, and in it a section for each of the bank's."""
    sections: dict[str, list[Element]] = {}
    for piece in pieces:
        reference = attributes(identifier=piece.item.id, href=piece.path)
        sections.setdefault(piece.item.section, []).append(Element("assessmentItemRef", reference))
    listed = tuple(
        Element(
            "assessmentSection",
            attributes(identifier=name, title=name, visible=True),
            tuple(references),
        )
        for name, references in sections.items()
    )
    how = attributes(identifier="part", navigationMode="nonlinear", submissionMode="simultaneous")
    bank = pieces[0].item.bank if pieces else "bank"
    whole = attributes(identifier=bank, title=bank)
    return document(Element("assessmentTest", whole, (Element("testPart", how, listed),)), version)


def _manifest(pieces: Sequence[Piece], version: str) -> str:
    item_type, test_type, stimulus_type = _TYPES[version]
    space, schema, schema_version = _PACKAGES[version]
    resources = [_resource("test", test_type, TEST, [f"i-{one.item.id}" for one in pieces])]
    stimuli = {one.item.stimulus.id: one for one in pieces if one.item.stimulus is not None}
    for name, piece in stimuli.items():
        assert piece.stimulus is not None, "written with its item"
        resources.append(_resource(f"s-{name}", stimulus_type, piece.stimulus[0], []))
    for piece in pieces:
        needed = [f"m-{name}" for name in piece.media]
        needed += [f"s-{piece.item.stimulus.id}"] if piece.item.stimulus else []
        told = _metadata(piece.item)
        resources.append(_resource(f"i-{piece.item.id}", item_type, piece.path, needed, told=told))
    media = sorted({name for piece in pieces for name in piece.media})
    resources += [_resource(f"m-{name}", "webcontent", f"media/{name}", []) for name in media]
    metadata = f"<schema>{escape(schema)}</schema><schemaversion>{schema_version}</schemaversion>"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<manifest xmlns="{space}" identifier="package"><metadata>{metadata}</metadata>'
        f"<organizations/><resources>{''.join(resources)}</resources></manifest>\n"
    )


def _metadata(item: Item) -> Element:
    """Version and difficulty of an item, in the words of IEEE LOM."""
    space = ("xmlns", "http://www.imsglobal.org/xsd/imsmd_v1p2")
    version = Element("version", (), (Element("langstring", (), (str(item.version),)),))
    value = Element("value", (), (Element("langstring", (), (LOM_DIFFICULTY[item.difficulty],)),))
    source = Element("source", (), (Element("langstring", (), ("LOMv1.0",)),))
    lom = (
        Element("lifecycle", (), (version,)),
        Element("educational", (), (Element("difficulty", (), (source, value)),)),
    )
    return Element("metadata", (), (Element("lom", (space,), lom),))


def _resource(
    identifier: str, kind: str, path: str, needed: Sequence[str], *, told: Element | None = None
) -> str:
    inside = [told] if told else []
    inside.append(Element("file", attributes(href=path)))
    inside += [Element("dependency", attributes(identifierref=name)) for name in needed]
    given = attributes(identifier=identifier, type=kind, href=path)
    return write_rich([Element("resource", given, tuple(inside))])
