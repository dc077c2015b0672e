"""Tables of texts from CSV files as spreadsheets and programs write them; what is wrong, by place.

Separated by comma, semicolon, tab or bar; quoted; with or without a byte order mark; lines ended in
any way.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

DELIMITERS = ",;\t|"
PROBLEM_LIMIT = 20
COLUMN_LIMIT = 10_000
HEADING_SHOWN = 8
DIGIT_LIMIT = 60
DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)")


class BadTable(Exception):
    """A file that cannot be used: one line for each problem."""

    code = "bad_table"

    def __init__(self, problems: Sequence[str]) -> None:
        more = len(problems) - PROBLEM_LIMIT
        shown = [*problems[:PROBLEM_LIMIT], *([f"and {more} more"] if more > 0 else [])]
        super().__init__("\n".join(shown))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class TextTable:
    """The names of the columns, and every row below with its line, as many cells as names."""

    header: Sequence[str]
    rows: Sequence[tuple[int, Sequence[str]]]

    def column(self, name: str) -> int:
        """The position of a column.

        Raises:
            BadTable: there is none of this name.
        """
        if name not in self.header:
            raise BadTable([no_column(name, self.header)])
        return self.header.index(name)


def read_table(text: str) -> TextTable:
    """Read a whole table.

    Raises:
        BadTable: it is empty, not CSV, or a row has more or fewer cells than the heading.
    """
    lines = rows_of(text)
    header = heading_of(lines)
    problems: list[str] = []
    rows = []
    for line, cells in lines:
        if len(cells) == len(header):
            rows.append((line, cells))
        else:
            problems.append(width_problem(line, cells, header))
    if problems or not rows:
        raise BadTable(problems or ["there is nothing below the heading"])
    return TextTable(header, rows)


def rows_of(text: str) -> Iterator[tuple[int, list[str]]]:
    """Every line that is not empty, with its number; cells without spaces around them.

    Raises:
        BadTable: it is not CSV.
    """
    plain = text.removeprefix("\ufeff")
    line = 1
    try:
        delimiter = _delimiter(plain)
        reader = csv.reader(io.StringIO(plain, newline=""), delimiter=delimiter, strict=True)
        for cells in reader:
            line = reader.line_num
            if cells:
                yield line, [cell.strip() for cell in cells]
            line += 1
    except csv.Error as error:
        raise BadTable([f"line {line}: not CSV: {error}"]) from error


def heading_of(rows: Iterator[tuple[int, list[str]]]) -> list[str]:
    """The names of the columns: the first of the rows that `rows_of` gives, taken from them.

    Raises:
        BadTable: they cannot be used.
    """
    _, header = next(rows, (1, []))
    problems = _heading_problems(header)
    if problems:
        raise BadTable(problems)
    return header


def _heading_problems(header: Sequence[str]) -> list[str]:
    if not any(header):
        return ["the file is empty; the first line names the columns"]
    if len(header) > COLUMN_LIMIT:
        return [f"line 1: more than {COLUMN_LIMIT} columns"]
    return [
        f"line 1: the column {name!r} stands {header.count(name)} times; names must differ"
        for name in sorted(set(header))
        if name and header.count(name) > 1
    ]


def no_column(name: str, header: Sequence[str]) -> str:
    """What to say of a column that is not there."""
    shown = ", ".join(header[:HEADING_SHOWN]) + (", …" if len(header) > HEADING_SHOWN else "")
    return f"line 1: there is no column {name!r}; there are {shown}"


def width_problem(line: int, cells: Sequence[str], header: Sequence[str]) -> str:
    """What to say of a row that is too short or too long."""
    return (
        f"line {line}: {len(cells)} cells where the heading has {len(header)}; "
        f"quote cells that hold the separator"
    )


def exact(cell: str) -> Fraction | None:
    """A number with decimals by point or comma, exactly; None if it is none."""
    if len(cell) > DIGIT_LIMIT or not DECIMAL.fullmatch(cell):
        return None
    return Fraction(cell.replace(",", "."))


def _delimiter(text: str) -> str:
    """The separator by which the heading has the most cells."""
    heading = text.lstrip("\r\n").splitlines()[:1]
    counts = {one: len(next(csv.reader(heading, delimiter=one), [])) for one in DELIMITERS}
    return max(DELIMITERS, key=lambda one: counts[one])
