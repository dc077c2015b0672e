"""Exporters: items into files of other systems, with a report of what these could not hold.

Every file is read again before it is given out: an item that would not come back with the same
marks is left out and reported, and every field that comes back otherwise is named.

>>> from functools import partial
from pathlib import Path
>>> from question_bank.exporters import write
>>> from question_bank.importers import read
>>> report = read(Path("question_bank/samples/practice.yaml"))
>>> export = write(report.items, report.pictures, "csv")
>>> len(export.content) > 0, export.problems
(True, ())
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from question_bank.exporters import gift, moodle_xml, native, qti, spreadsheet
from question_bank.exporters.export import Export, Pictures, Written, losses, written
from question_bank.importers import gift as gift_importer
from question_bank.importers import moodle_xml as moodle_importer
from question_bank.importers import native as native_importer
from question_bank.importers import package as package_importer
from question_bank.importers import spreadsheet as spreadsheet_importer
from question_bank.importers.formulas import with_sources
from question_bank.importers.pictures import PICTURES, BadPicture, Find, checked
from question_bank.importers.report import ImportReport
from question_bank.item import Item, media_of
from question_bank.safe_xml import read_xml

Writer = Callable[[Sequence[Item], Pictures], Written]


def write(items: Sequence[Item], pictures: Pictures, form: str) -> Export:
    """Write items of one bank in a format.

    Args:
        items: one version of each.
        pictures: contents by "digest.extension", of all that the items show.
        form: one of `FORMATS`.
    """
    assert len({item.bank for item in items}) <= 1
    assert len({item.id for item in items}) == len(items)
    made = _WRITERS[form](items, pictures)
    beside = {}
    if form in _WITH_FOLDER:
        shown = {name for item in made.items.values() for name in media_of(item)}
        beside = {f"{PICTURES}/{name}": pictures[name] for name in sorted(shown)}
    return Export(made.content, beside, tuple(losses(items, made)))


def _csv(items: Sequence[Item], pictures: Pictures) -> Written:
    def read(content: bytes) -> ImportReport:
        text = content.decode("utf-8-sig")
        return spreadsheet_importer.read_csv(_path(items), text, find=_among(pictures))

    return written(items, _row_of, spreadsheet.csv_of, read)


def _xlsx(items: Sequence[Item], pictures: Pictures) -> Written:
    def read(content: bytes) -> ImportReport:
        return spreadsheet_importer.read_xlsx(_path(items), content, find=_among(pictures))

    return written(items, _row_of, spreadsheet.xlsx_of, read)


def _gift(items: Sequence[Item], pictures: Pictures) -> Written:
    del pictures  # GIFT holds none

    def read(content: bytes) -> ImportReport:
        return gift_importer.read(_path(items), content.decode())

    return written(items, lambda item: gift.piece_of(with_sources(item)), gift.file_of, read)


def _moodle_xml(items: Sequence[Item], pictures: Pictures) -> Written:
    def read(content: bytes) -> ImportReport:
        return moodle_importer.read(_path(items), read_xml(content))

    def piece_of(item: Item) -> moodle_xml.Piece:
        return moodle_xml.piece_of(with_sources(item), pictures)

    return written(items, piece_of, moodle_xml.file_of, read)


def _yaml(items: Sequence[Item], pictures: Pictures) -> Written:
    def read(content: bytes) -> ImportReport:
        return native_importer.read(_path(items), content.decode(), find=_among(pictures))

    return written(items, with_sources, native.file_of, read)


def _qti(items: Sequence[Item], pictures: Pictures, version: str) -> Written:
    def read(content: bytes) -> ImportReport:
        return package_importer.read_zip(_path(items), content)

    def piece_of(item: Item) -> qti.Piece:
        return qti.piece_of(item, version)

    def join(pieces: Sequence[qti.Piece]) -> bytes:
        return qti.package_of(pieces, version, pictures)

    return written(items, piece_of, join, read)


def _row_of(item: Item) -> spreadsheet.Cells:
    return spreadsheet.row_of(with_sources(item))


def _path(items: Sequence[Item]) -> Path:
    """The name of the file that gives the bank its name again."""
    return Path(f"{items[0].bank if items else 'bank'}.file")


def _among(pictures: Pictures) -> Find:
    """Finds pictures in the folder that an export would write."""

    def find(name: str) -> tuple[str, str, bytes]:
        content = pictures.get(name.removeprefix(f"{PICTURES}/"))
        if content is None:
            raise BadPicture(f"there is no file {name}")
        return checked(name, content)

    return find


_WRITERS: Mapping[str, Writer] = {
    "csv": _csv,
    "gift": _gift,
    "moodle-xml": _moodle_xml,
    "qti22": partial(_qti, version="2.2"),
    "qti30": partial(_qti, version="3.0"),
    "xlsx": _xlsx,
    "yaml": _yaml,
}
_WITH_FOLDER = frozenset({"csv", "xlsx", "yaml"})
FORMATS = tuple(_WRITERS)
