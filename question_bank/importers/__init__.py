"""Importers: files of other systems into items, with a report of everything that was not plain.

>>> from pathlib import Path
>>> from question_bank.importers import read
>>> report = read(Path("question_bank/samples/practice.yaml"))
>>> len(report.items), report.problems
(2, ())
"""

import codecs
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
from question_bank.importers.report import ImportReport, Problem, refused
from question_bank.safe_xml import BadXml, read_xml

SIZE_LIMIT_BYTES = 20 * 1024 * 1024
PACKAGE_LIMIT_BYTES = 200 * 1024 * 1024
UTF8 = "utf-8"

_PACKAGES = frozenset({".zip", ".imscc"})
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def _plain(path: Path, text: str) -> ImportReport:
    return aiken.read(path, text) if aiken.is_aiken(text) else gift.read(path, text)


_TEXT_READERS: Mapping[str, Callable[[Path, str], ImportReport]] = {
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


_BYTE_READERS: Mapping[str, Callable[[Path, bytes], ImportReport]] = {
    ".imscc": package.read_zip,
    ".xlsx": spreadsheet.read_xlsx,
    ".xml": _xml,
    ".zip": package.read_zip,
}


def read(path: Path, *, encoding: str = UTF8) -> ImportReport:
    """Read a file of items by its ending; nothing is stored.

    Never raises for what is in the file: whatever is wrong stands in the report, with its place
    and what to do.

    Args:
        path: the file.
        encoding: of a text file. It is never guessed: a file in another one is refused.
    """
    ending = path.suffix.lower()
    if ending not in _TEXT_READERS and ending not in _BYTE_READERS:
        known = ", ".join(sorted([*_TEXT_READERS, *_BYTE_READERS]))
        return refused(path.name, f"unknown ending {path.suffix!r}", f"known endings: {known}")
    limit = PACKAGE_LIMIT_BYTES if ending in _PACKAGES else SIZE_LIMIT_BYTES
    try:
        if not path.is_file():
            return refused(path.name, "is no file", "check the name")
        with path.open("rb") as file:
            raw = file.read(limit + 1)
    except OSError as error:
        return refused(path.name, f"cannot be read: {error.strerror}", "check name and rights")
    if len(raw) > limit:
        return refused(path.name, f"larger than {limit // 2**20} MB", "split the file")
    if ending in _BYTE_READERS:
        return _BYTE_READERS[ending](path, raw)
    text = _decoded(path.name, raw, encoding)
    return text if isinstance(text, ImportReport) else _TEXT_READERS[ending](path, text)


def _decoded(name: str, raw: bytes, encoding: str) -> str | ImportReport:
    """The text, or the refusal of bytes that are none in this encoding."""
    try:
        is_utf8 = codecs.lookup(encoding).name == UTF8
    except LookupError:
        return refused(name, f"unknown encoding {encoding!r}", "such as utf-8, cp1252, utf-16")
    advice = "save the file as UTF-8, or name its encoding (--encoding cp1252)"
    if is_utf8 and raw.startswith(_UTF16):
        return refused(name, "is UTF-16, not UTF-8", advice)
    try:
        text = raw.decode("utf-8-sig" if is_utf8 else encoding)
    except (UnicodeError, LookupError) as error:
        start = error.start if isinstance(error, UnicodeDecodeError) else 0
        line = raw[:start].count(b"\n") + 1
        return refused(f"{name}:{line}", f"is not {encoding.upper()}", advice)
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        return refused(f"{name}:{line}", "holds a NUL byte", "save it as plain UTF-8 text")
    return text


__all__ = ["UTF8", "ImportReport", "Problem", "read"]
