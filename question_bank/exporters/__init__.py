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

from question_bank.constraints import enemy_pairs
from question_bank.exporters import gift, moodle_xml, native, qti, spreadsheet
from question_bank.exporters.export import Export, Pictures, Written, losses, written
from question_bank.importers import gift as gift_importer
from question_bank.importers import moodle_xml as moodle_importer
from question_bank.importers import native as native_importer
from question_bank.importers import package as package_importer
from question_bank.importers import spreadsheet as spreadsheet_importer
from question_bank.importers.formulas import with_sources
from question_bank.importers.pictures import PICTURES, BadPicture, Find, checked
from question_bank.importers.report import CHANGED, ImportReport, Problem
from question_bank.item import Item, media_of
from question_bank.safe_xml import read_xml

Groups = Sequence[Sequence[str]]
Writer = Callable[[Sequence[Item], Pictures, Groups], Written]


def write(items: Sequence[Item], pictures: Pictures, form: str, enemies: Groups = ()) -> Export:
    """Write items of one bank in a format.

    Args:
        items: one version of each.
        pictures: contents by "digest.extension", of all that the items show.
        form: one of `FORMATS`.
        enemies: items that must not meet on a form; written where all of them are.
    """
    assert len({item.bank for item in items}) <= 1
    assert len({item.id for item in items}) == len(items)
    ids = {item.id for item in items}
    apart = [group for group in enemies if ids.issuperset(group)]
    made = _WRITERS[form](items, pictures, apart)
    beside = {}
    if form in _WITH_FOLDER:
        shown = {name for item in made.items.values() for name in media_of(item)}
        beside = {f"{PICTURES}/{name}": pictures[name] for name in sorted(shown)}
    problems = list(losses(items, made))
    if apart and form not in _WITH_FOLDER:
        message = f"{len(apart)} enemies are not written: this format knows none"
        problems.append(Problem("enemies", CHANGED, message, "write YAML or a spreadsheet too"))
    return Export(made.content, beside, tuple(problems))


def _csv(items: Sequence[Item], pictures: Pictures, apart: Groups) -> Written:
    def read(content: bytes) -> ImportReport:
        text = content.decode("utf-8-sig")
        return spreadsheet_importer.read_csv(_path(items), text, find=_among(pictures))

    return written(items, partial(_row_of, apart), _joining(spreadsheet.csv_of), read)


def _xlsx(items: Sequence[Item], pictures: Pictures, apart: Groups) -> Written:
    def read(content: bytes) -> ImportReport:
        return spreadsheet_importer.read_xlsx(_path(items), content, find=_among(pictures))

    return written(items, partial(_row_of, apart), _joining(spreadsheet.xlsx_of), read)


def _gift(items: Sequence[Item], pictures: Pictures, apart: Groups) -> Written:
    del pictures, apart  # GIFT holds none

    def read(content: bytes) -> ImportReport:
        return gift_importer.read(_path(items), content.decode())

    return written(items, lambda item: gift.piece_of(with_sources(item)), gift.file_of, read)


def _moodle_xml(items: Sequence[Item], pictures: Pictures, apart: Groups) -> Written:
    del apart  # Moodle knows none

    def read(content: bytes) -> ImportReport:
        return moodle_importer.read(_path(items), read_xml(content))

    def piece_of(item: Item) -> moodle_xml.Piece:
        return moodle_xml.piece_of(with_sources(item), pictures)

    return written(items, piece_of, moodle_xml.file_of, read)


def _yaml(items: Sequence[Item], pictures: Pictures, apart: Groups) -> Written:
    def read(content: bytes) -> ImportReport:
        return native_importer.read(_path(items), content.decode(), find=_among(pictures))

    def join(pieces: Sequence[Item]) -> bytes:
        ids = {item.id for item in pieces}
        return native.file_of(pieces, [group for group in apart if ids.issuperset(group)])

    return written(items, with_sources, join, read)


def _qti(items: Sequence[Item], pictures: Pictures, apart: Groups, version: str) -> Written:
    del apart  # QTI knows none

    def read(content: bytes) -> ImportReport:
        return package_importer.read_zip(_path(items), content)

    def piece_of(item: Item) -> qti.Piece:
        return qti.piece_of(item, version)

    def join(pieces: Sequence[qti.Piece]) -> bytes:
        return qti.package_of(pieces, version, pictures)

    return written(items, piece_of, join, read)


def _row_of(apart: Groups, item: Item) -> spreadsheet.Cells:
    """The row of an item; of each pair of enemies the first names the other."""
    others = sorted({two for one, two in enemy_pairs(apart) if one == item.id})
    cells = spreadsheet.row_of(with_sources(item))
    return cells | ({"enemies": " ".join(others)} if others else {})


def _joining(
    join: Callable[[Sequence[spreadsheet.Cells]], bytes],
) -> Callable[[Sequence[spreadsheet.Cells]], bytes]:
    """The file of rows, in which no enemy is named that has no row."""

    def joined(rows: Sequence[spreadsheet.Cells]) -> bytes:
        ids = {row["id"] for row in rows}
        whole = []
        for row in rows:
            others = [one for one in row.get("enemies", "").split() if one in ids]
            rest = {name: cell for name, cell in row.items() if name != "enemies"}
            whole.append(rest | ({"enemies": " ".join(others)} if others else {}))
        return join(whole)

    return joined


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
