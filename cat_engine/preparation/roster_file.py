"""A roster file as rows of texts with their line numbers: CSV or XLSX, hostile files refused."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cat_engine.preparation.fault import Fault, Faulty
from question_bank.importers.table_rows import BadCell, BadTable, Cell, xlsx_rows
from question_bank.safe_zip import BadZip, open_zip

SIZE_LIMIT_BYTES = 50 * 1024 * 1024
ZIP_SIGN = b"PK\x03\x04"


class BadRoster(Faulty):
    """A roster that cannot be imported; nothing was stored."""

    code = "bad_roster"


@dataclass(frozen=True, slots=True)
class Table:
    """The heading and the rows below it that are not empty, each with its line."""

    header: Sequence[str]
    rows: Iterator[tuple[int, Sequence[Cell]]]


def open_table(content: bytes) -> Table:
    """Read a file by what it holds: a zip is a workbook, everything else CSV.

    Raises:
        BadRoster: it is neither, or too large, or hostile; also while rows are read.
    """
    if len(content) > SIZE_LIMIT_BYTES:
        limit = str(SIZE_LIMIT_BYTES // 1024 // 1024)
        raise BadRoster([Fault("file_too_large", {"limit": limit})])
    lines = _workbook(content) if content.startswith(ZIP_SIGN) else _csv(_text(content))
    filled = ((line, cells) for line, cells in lines if any(cells))
    _, first = next(filled, (1, ()))
    header = [cell.strip().lower() if isinstance(cell, str) else "?" for cell in first]
    return Table(header, filled)


def table_of(rows: Sequence[Mapping[str, object]]) -> Table:
    """Rows that a program gives, by column, numbered from 1; what is no text is no cell."""
    header = sorted({name for row in rows for name in row})
    cells = ([_cell(row.get(name, "")) for name in header] for row in rows)
    return Table(header, ((line, row) for line, row in enumerate(cells, start=1)))


def _cell(value: object) -> Cell:
    return value if isinstance(value, str) else BadCell(type(value).__name__, "")


def _workbook(content: bytes) -> Iterator[tuple[int, Sequence[Cell]]]:
    try:
        open_zip(content)
        yield from xlsx_rows(content)
    except BadZip as bad:
        raise BadRoster([Fault("bad_workbook", {"why": str(bad)})]) from bad
    except BadTable as bad:
        raise BadRoster([Fault("bad_workbook", {"why": str(bad)}, line=bad.row)]) from bad


def _csv(text: str) -> Iterator[tuple[int, Sequence[Cell]]]:
    first = text.split("\n", 1)[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise BadRoster([Fault("not_csv", {"why": str(error)}, line=reader.line_num)]) from error


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise BadRoster([Fault("not_utf8", line=line)]) from error


def plain(cell: Cell) -> str | Fault:
    """The text of a cell, or why it holds none that could be trusted."""
    if isinstance(cell, BadCell):
        return Fault("bad_cell", {"why": cell.message})
    return cell.strip()
