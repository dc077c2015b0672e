"""Items and packages of QTI written by tests."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from question_bank.importers import ImportReport, read

NAMESPACE = 'xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2"'
MATCH_CORRECT = "http://www.imsglobal.org/question/qti_v2p2/rptemplates/match_correct"
CHOICES = (
    '<simpleChoice identifier="A">Ani</simpleChoice>'
    '<simpleChoice identifier="B">Budi</simpleChoice>'
)
CHOICE = (
    '<choiceInteraction responseIdentifier="RESPONSE" maxChoices="1" shuffle="true">'
    f"<prompt>Siapa?</prompt>{CHOICES}</choiceInteraction>"
)


def png(width: int = 4, height: int = 3) -> bytes:
    """A small, whole PNG picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" + b"\xff" * width) if width < 100 else b""
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def item(
    body: str,
    *,
    responses: str = "",
    processing: str = f'<responseProcessing template="{MATCH_CORRECT}"/>',
    identifier: str = "soal-1",
) -> str:
    """An item of QTI 2.2 with one choice and its key, unless said otherwise."""
    responses = responses or declared("identifier", "A")
    return (
        f'<assessmentItem {NAMESPACE} identifier="{identifier}" title="Judul" adaptive="false" '
        f'timeDependent="false">{responses}'
        '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>'
        f"<itemBody>{body}</itemBody>{processing}</assessmentItem>"
    )


def declared(
    base_type: str,
    *correct: str,
    cardinality: str = "single",
    name: str = "RESPONSE",
    more: str = "",
) -> str:
    """A response declaration."""
    values = "".join(f"<value>{value}</value>" for value in correct)
    key = f"<correctResponse>{values}</correctResponse>" if correct else ""
    return (
        f'<responseDeclaration identifier="{name}" cardinality="{cardinality}" '
        f'baseType="{base_type}">{key}{more}</responseDeclaration>'
    )


def read_item(folder: Path, text: str, **files: bytes) -> ImportReport:
    """The report of one item with files beside it; names use _ for the dot."""
    for name, content in files.items():
        (folder / name.replace("_", ".")).write_bytes(content)
    path = folder / "soal.xml"
    path.write_text(text, encoding="utf-8")
    return read(path)


def package(
    folder: Path, given: Mapping[str, str | bytes], name: str = "paket.zip"
) -> ImportReport:
    """The report of a package; a manifest that names every XML file is added where none is."""
    files = dict(given)
    if "imsmanifest.xml" not in files:
        resources = "".join(
            f'<resource identifier="r{number}" type="imsqti_item_xmlv2p2" href="{path}">'
            f'<file href="{path}"/></resource>'
            for number, path in enumerate(files)
            if path.endswith((".xml", ".qti"))
        )
        files["imsmanifest.xml"] = (
            '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1">'
            f"<resources>{resources}</resources></manifest>"
        )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    (folder / name).write_bytes(buffer.getvalue())
    return read(folder / name)
