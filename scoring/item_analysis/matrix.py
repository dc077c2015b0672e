"""A matrix of responses from a CSV file: one row a person, one column an item, by names.

Read are files as spreadsheets and statistics programs write them: separated by comma, semicolon,
tab or bar, quoted, with or without a byte order mark, lines ended in any way, decimals with point
or comma. Everything that cannot be read is named with line and column, and nothing is guessed.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.item_analysis.classical import FloatArray
from scoring.text_table import (
    PROBLEM_LIMIT,
    BadTable,
    heading_of,
    no_column,
    rows_of,
    width_problem,
)

MISSING = ("", "NA", "NaN")
RANGE = ".."
NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][+-]?[0-9]+)?")
WHOLE = re.compile(r"([+-]?[0-9]+)[.,]0+")


@dataclass(frozen=True, slots=True)
class Layout:
    """Which columns mean what; a name of an item may be a range, `first..last`.

    Attributes:
        person: the column of identifiers; None: people are named by their lines.
        items: the columns of items; empty: all that are not named otherwise.
        beside: columns that are no items, kept by name, such as a group.
        skipped: columns that are no items, passed over.
        missing: what stands for "not known" besides the usual.
    """

    person: str | None = None
    items: Sequence[str] = ()
    beside: Sequence[str] = ()
    skipped: Sequence[str] = ()
    missing: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Matrix:
    """What stood in the file.

    Attributes:
        people: identifiers.
        lines: the line of each person, for messages.
        items: names of the columns.
        codes: (people, items), a position in `values`; 0 is "not known".
        values: the different texts there are; the first is "".
        beside: the columns kept, by name.
    """

    people: Sequence[str]
    lines: Sequence[int]
    items: Sequence[str]
    codes: NDArray[np.int32]
    values: Sequence[str]
    beside: Mapping[str, Sequence[str]]

    def place(self, person_index: Any, item_index: Any) -> str:
        """Where a cell stands, for messages."""
        return f"line {self.lines[person_index]}, column {self.items[item_index]}"


def read_matrix(text: str, layout: Layout = Layout()) -> Matrix:
    """Read a matrix.

    Raises:
        BadTable: with every problem, each with its line and column.
    """
    rows = rows_of(text)
    header = heading_of(rows)
    columns = _columns(header, layout)
    missing = {*MISSING, *(one.strip() for one in layout.missing)}
    known = dict.fromkeys(missing, 0)
    values = [""]
    reading = _Reading([], [], [], {name: [] for name in layout.beside}, [])
    seen: dict[str, int] = {}
    for line, cells in rows:
        if len(cells) != len(header):
            reading.problems.append(width_problem(line, cells, header))
            continue
        person = cells[columns.person] if columns.person is not None else f"line {line}"
        if not person:
            reading.problems.append(f"line {line}, column {layout.person}: nobody is named")
        elif person in seen:
            reading.problems.append(
                f"line {line}: {person} stands twice, first in line {seen[person]}; is this the "
                f"column of identifiers (--person)?"
            )
        seen[person] = line
        codes = np.empty(len(columns.items), dtype=np.int32)
        for at, column in enumerate(columns.items):
            cell = cells[column]
            code = known.get(cell)
            if code is None:
                code = known[cell] = _code(cell, known, values)
            codes[at] = code
        reading.people.append(person)
        reading.lines.append(line)
        reading.codes.append(codes)
        for name, column in columns.beside.items():
            reading.beside[name].append(cells[column])
    return _matrix(reading, [header[at] for at in columns.items], values)


def points_of(matrix: Matrix) -> FloatArray:
    """The cells as points; NaN where nothing is known.

    Raises:
        BadTable: cells are no numbers.
    """
    found = np.full(len(matrix.values), np.nan)
    is_bad = np.zeros(len(matrix.values), dtype=bool)
    for code, value in enumerate(matrix.values[1:], start=1):
        if NUMBER.fullmatch(value) and np.isfinite(number := float(value.replace(",", "."))):
            found[code] = number
        else:
            is_bad[code] = True
    problems = []
    for at in np.flatnonzero(is_bad[matrix.codes].any(axis=0)):
        people = np.flatnonzero(is_bad[matrix.codes[:, at]])
        more = f" (and {len(people) - 1} cells more)" if len(people) > 1 else ""
        value = matrix.values[matrix.codes[people[0], at]][:40]
        problems.append(f"{matrix.place(people[0], at)}: {value!r} is no number of points{more}")
    if problems:
        advice = (
            "Say what the column is: --person for identifiers, --skip or --group for what is no "
            "item; give --key where cells hold chosen options, --missing for what is no response."
        )
        raise BadTable([*problems[: PROBLEM_LIMIT - 1], advice])
    points: FloatArray = found[matrix.codes]
    return points


def marked(matrix: Matrix, key: Sequence[frozenset[str]]) -> FloatArray:
    """1 where the response is one of the key's for its item, else 0; NaN where none is known."""
    assert len(key) == len(matrix.items), "read_key made it for these items"
    table = np.zeros((len(matrix.items), len(matrix.values)))
    table[:, 0] = np.nan
    numbers = {value: code for code, value in enumerate(matrix.values)}
    for at, right in enumerate(key):
        table[at, [numbers[value] for value in right if value in numbers]] = 1
    points: FloatArray = table[np.arange(len(matrix.items)), matrix.codes]
    return points


def plain(value: str) -> str:
    """A response without the decimals that programs put behind whole numbers: 4.0 is 4."""
    stripped = value.strip()
    whole = WHOLE.fullmatch(stripped)
    return whole[1] if whole else stripped


@dataclass(frozen=True, slots=True)
class _Columns:
    person: int | None
    items: Sequence[int]
    beside: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Reading:
    people: list[str]
    lines: list[int]
    codes: list[NDArray[np.int32]]
    beside: dict[str, list[str]]
    problems: list[str]


def _matrix(reading: _Reading, items: Sequence[str], values: Sequence[str]) -> Matrix:
    if reading.problems or not reading.people:
        raise BadTable(reading.problems or ["there are no people below the heading"])
    return Matrix(
        people=reading.people,
        lines=reading.lines,
        items=items,
        codes=np.vstack(reading.codes),
        values=values,
        beside=reading.beside,
    )


def _code(cell: str, known: dict[str, int], values: list[str]) -> int:
    """The position of a text not met before; a new one at the end unless it is written anew."""
    short = plain(cell)
    if short not in known:
        known[short] = len(values)
        values.append(short)
    return known[short]


def _columns(header: Sequence[str], layout: Layout) -> _Columns:
    problems: list[str] = []
    named = [name for name in (layout.person, *layout.beside, *layout.skipped) if name is not None]
    apart = _places(header, named, problems)
    items = _places(header, layout.items, problems)
    if not layout.items:
        items = [at for at in range(len(header)) if at not in apart]
    problems += [
        f"line 1: column {at + 1} has no name; name it, or leave the column out"
        for at in items
        if not header[at]
    ]
    problems += [
        f"line 1: the column {header[at]!r} is named as an item and as something else"
        for at in items
        if at in apart
    ]
    if problems or not items:
        raise BadTable(problems or ["line 1: no column is left that could be an item"])
    person = header.index(layout.person) if layout.person is not None else None
    return _Columns(person, items, {name: header.index(name) for name in layout.beside})


def _places(header: Sequence[str], names: Sequence[str], problems: list[str]) -> list[int]:
    """The columns of these names, in the order of the names; of a range, from first to last."""
    found: list[int] = []
    for name in names:
        ends = [name] if name in header else [one.strip() for one in name.split(RANGE, 1)]
        unknown = [one for one in ends if one not in header]
        if unknown:
            problems.append(no_column(unknown[0], header))
            continue
        first, last = header.index(ends[0]), header.index(ends[-1])
        if first > last:
            problems.append(f"line 1: {ends[0]} stands after {ends[-1]}; turn the range round")
        found += range(first, last + 1)
    return found
