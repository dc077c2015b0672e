"""Importers: files of other systems into items, with a report of everything that was not plain.

>>> from pathlib import Path
>>> from question_bank.importers import read
>>> report = read(Path("question_bank/samples/practice.yaml"))
>>> len(report.items), report.problems
(2, ())
"""

import codecs
from pathlib import Path

from question_bank.importers.report import ImportReport, Problem, refused

SIZE_LIMIT_BYTES = 20 * 1024 * 1024
PACKAGE_LIMIT_BYTES = 200 * 1024 * 1024
UTF8 = "utf-8"

_PACKAGES = frozenset({".zip", ".imscc"})
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def read(path: Path, *, encoding: str = UTF8) -> ImportReport:
    """Read a file of items by its ending; nothing is stored.

    Never raises for what is in the file: whatever is wrong stands in the report, with its place
    and what to do.

    Args:
        path: the file.
        encoding: of a text file. It is never guessed: a file in another one is refused.
    """
    # Imported at the first file: no running exam reads one, and a restart would wait for them all.
    from question_bank.importers.formulas import with_formulas  # noqa: PLC0415

    return with_formulas(_read(path, encoding), path.name)


def _read(path: Path, encoding: str) -> ImportReport:
    from question_bank.importers.formats import BYTE_READERS, TEXT_READERS  # noqa: PLC0415

    ending = path.suffix.lower()
    if ending not in TEXT_READERS and ending not in BYTE_READERS:
        known = ", ".join(sorted([*TEXT_READERS, *BYTE_READERS]))
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
    if ending in BYTE_READERS:
        return BYTE_READERS[ending](path, raw)
    text = _decoded(path.name, raw, encoding)
    return text if isinstance(text, ImportReport) else TEXT_READERS[ending](path, text)


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
