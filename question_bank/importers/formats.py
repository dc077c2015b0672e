"""Which reader takes a file of which ending, and what decides where an ending says too little."""

from collections.abc import Callable, Mapping
from pathlib import Path

from question_bank.importers import (
    aiken,
    gift,
    moodle_xml,
    native,
    package,
    qti,
    qti12,
    spreadsheet,
)
from question_bank.importers.report import ImportReport, refused
from question_bank.safe_xml import BadXml, read_xml


def _plain(path: Path, text: str) -> ImportReport:
    return aiken.read(path, text) if aiken.is_aiken(text) else gift.read(path, text)


TEXT_READERS: Mapping[str, Callable[[Path, str], ImportReport]] = {
    ".yaml": native.read,
    ".yml": native.read,
    ".aiken": aiken.read,
    ".csv": spreadsheet.read_csv,
    ".gift": gift.read,
    ".txt": _plain,
}


def _xml(path: Path, raw: bytes) -> ImportReport:
    """XML by its root; the file says its encoding itself."""
    try:
        root = read_xml(raw)
    except BadXml as error:
        place = f"{path.name}:{error.line}" if error.line else path.name
        return refused(place, str(error), "correct the file, or export it again")
    if root.name == moodle_xml.QUIZ and not root.namespace:
        return moodle_xml.read(path, root)
    if path.name == package.MANIFEST:
        return package.read_manifest(path)
    if qti.is_qti(root):
        return qti.read_root(path, root)
    if root.name == qti12.ROOT:
        return qti12.read_root(path, root)
    return refused(
        path.name, f"<{root.name[:40]}> is no format that is read", "see docs/bank-format.md"
    )


BYTE_READERS: Mapping[str, Callable[[Path, bytes], ImportReport]] = {
    ".imscc": package.read_zip,
    ".xlsx": spreadsheet.read_xlsx,
    ".xml": _xml,
    ".zip": package.read_zip,
}
