"""Importers: files of other systems into items, with a report of everything that was not plain.

>>> from pathlib import Path
>>> from question_bank.importers import read
>>> report = read(Path("question_bank/samples/practice.yaml"))
>>> len(report.items), report.problems
(2, ())
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from question_bank.importers import gift, native
from question_bank.importers.report import ImportReport, Problem, refused

SIZE_LIMIT_BYTES = 20 * 1024 * 1024

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_READERS: Mapping[str, Callable[[Path, str], ImportReport]] = {
    ".yaml": native.read,
    ".yml": native.read,
    ".gift": gift.read,
    ".txt": gift.read,
}


def read(path: Path) -> ImportReport:
    """Read a file of items by its ending; nothing is stored.

    Never raises for what is in the file: whatever is wrong stands in the report, with its place
    and what to do.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(sorted(_READERS))
        return refused(path.name, f"unknown ending {path.suffix!r}", f"known endings: {known}")
    try:
        if not path.is_file():
            return refused(path.name, "is no file", "check the name")
        with path.open("rb") as file:
            raw = file.read(SIZE_LIMIT_BYTES + 1)
    except OSError as error:
        return refused(path.name, f"cannot be read: {error.strerror}", "check name and rights")
    if len(raw) > SIZE_LIMIT_BYTES:
        return refused(path.name, "larger than 20 MB", "split the file")
    if raw.startswith(_UTF16):
        return refused(path.name, "is UTF-16, not UTF-8", "save the file as UTF-8")
    if b"\0" in raw:
        line = raw[: raw.index(b"\0")].count(b"\n") + 1
        return refused(f"{path.name}:{line}", "holds a NUL byte", "save it as plain UTF-8 text")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return refused(f"{path.name}:{line}", "is not UTF-8", "save the file as UTF-8")
    return reader(path, text)


__all__ = ["ImportReport", "Problem", "read"]
