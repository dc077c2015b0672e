"""Rows of a CSV text or of an XLSX workbook as texts, read within bounds.

A workbook is a zip of XML. Its parts are counted, their sizes added up and their contents searched
for document types before any other reader sees them; formulas are never computed.
"""

import csv
import io
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

ROW_LIMIT = 50_000
COLUMN_LIMIT = 200
PART_LIMIT = 500
UNPACKED_LIMIT_BYTES = 64 * 1024 * 1024
SHEET = "items"
DELIMITERS = ",;\t"
# What a spreadsheet would take for a formula; one apostrophe before it says that it is text.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "'")


class BadTable(Exception):
    """A file that is no table; `row` is 0 for the whole of it."""

    code = "bad_table"

    def __init__(self, row: int, message: str, advice: str) -> None:
        super().__init__(message)
        self.row = row
        self.advice = advice


@dataclass(frozen=True, slots=True)
class BadCell:
    """A cell that holds no text that we could trust."""

    message: str
    advice: str


Cell = str | BadCell
Row = tuple[int, Sequence[Cell]]


def csv_rows(text: str) -> Iterator[Row]:
    """The rows of a CSV text with their numbers; the header decides what separates its cells.

    Raises:
        BadTable: quotes are wrong, or there are too many rows.
    """
    header = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            _check_size(number, len(cells))
            yield number, [_unquoted(cell) for cell in cells]
    except csv.Error as error:
        raise BadTable(number + 1, f"is no CSV: {error}", "correct the quotes") from error


def xlsx_rows(raw: bytes) -> Iterator[Row]:
    """The rows of the sheet "items", or of the first sheet, with their numbers.

    Raises:
        BadTable: this is no workbook, or a hostile or too large one.
    """
    _check_parts(raw)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles, which we do not read
            yield from _sheet_rows(raw)
    except BadTable:
        raise
    except Exception as error:  # the reader of workbooks raises whatever its parts raise
        raise BadTable(0, "cannot be read as a workbook", "save it as .xlsx again") from error


def _sheet_rows(raw: bytes) -> Iterator[Row]:
    # Imported here: it is large, and only who reads a workbook needs it.
    from openpyxl import load_workbook  # noqa: PLC0415

    book = load_workbook(io.BytesIO(raw), read_only=True, data_only=False)
    sheets = {sheet.title.lower(): sheet for sheet in book.worksheets}
    if not sheets:
        raise BadTable(0, "has no sheet", f"name the sheet of the items {SHEET!r}")
    sheet = sheets.get(SHEET, book.worksheets[0])
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_row=ROW_LIMIT + 1, max_col=COLUMN_LIMIT + 1)
    for number, cells in enumerate(rows, start=1):
        texts = [_cell(cell) for cell in cells]
        while texts and texts[-1] == "":
            texts.pop()
        if texts:
            _check_size(number, len(texts))
        yield number, texts


def _cell(cell: Any) -> Cell:
    value = cell.value
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return str(int(value)) if value.is_integer() else repr(value)
        case date() | datetime() | time() | timedelta():
            advice = "format the column as text and type the value again, e.g. 1/2"
            return BadCell("the spreadsheet made a date or time of this", advice)
        case str() if cell.data_type == "f":
            return BadCell("a formula", "put its value, formatted as text")
        case str() if cell.data_type == "e":
            return BadCell(f"an error of the spreadsheet, {value}", "put the value")
        case str():
            return _unquoted(value)
        case _:
            return BadCell("neither text nor number", "format the cell as text")


def _unquoted(text: str) -> str:
    is_quoted = text.startswith("'") and text[1:].startswith(FORMULA_SIGNS)
    return text[1:] if is_quoted else text


def _check_size(row: int, columns: int) -> None:
    if row > ROW_LIMIT:
        raise BadTable(row, f"more than {ROW_LIMIT} rows", "split the file")
    if columns > COLUMN_LIMIT:
        raise BadTable(row, f"more than {COLUMN_LIMIT} columns", "delete those that hold nothing")


def _check_parts(raw: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = archive.infolist()
            size = sum(part.file_size for part in parts)
            if len(parts) > PART_LIMIT or size > UNPACKED_LIMIT_BYTES:
                raise BadTable(0, "unpacks to more than a workbook holds", "split the file")
            for part in parts:
                _check_part(part.filename, archive.read(part))
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError) as error:
        raise BadTable(0, "is no workbook (.xlsx)", "save it as .xlsx or .csv") from error


def _check_part(name: str, content: bytes) -> None:
    """Refuse XML that declares entities, in any encoding that could hide the declaration."""
    if not name.lower().endswith((".xml", ".rels")):
        return
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    # Without a declaration a part is UTF-8; its cells may well speak of an encoding.
    declaration = start.partition(b"?>")[0].lower() if start.startswith(b"<?xml") else b""
    is_plain = start.startswith(b"<") and b"\0" not in content
    if b"encoding" in declaration and b"utf-8" not in declaration:
        is_plain = False
    if not is_plain or b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise BadTable(0, "holds XML that no spreadsheet writes", "save it as .xlsx again")
