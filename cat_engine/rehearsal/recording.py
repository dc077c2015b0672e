"""Recorded exams: a matrix of responses, a key, the seconds each item took, the known ranking."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import isnan
from pathlib import Path

import numpy as np

from question_bank.item import Item, Option
from question_bank.orders import LETTERS
from question_bank.yaml_nodes import IDENTIFIER, IDENTIFIER_LIMIT
from scoring import display
from scoring.item_analysis.key import Key, read_key
from scoring.item_analysis.matrix import Layout, Matrix, points_of, read_matrix
from scoring.ranking import Contender, rank
from scoring.rule import OptionPoints, Rule
from scoring.tally import TOTAL
from scoring.text_table import BadTable, exact, heading_of, read_table, rows_of

BLUEPRINT = """\
blueprint: {name}
title: {{id: "Putar ulang {name}", en: "Replay of {name}"}}
parts:
  - id: all
    title: {{id: "Seluruh butir", en: "All items"}}
    minutes: 600
    sections:
      - id: all
        title: {{id: "Seluruh butir", en: "All items"}}
        items: {count}
        shuffle: true
rank_by: [total]
"""
RANKS = ("rank_competition_1224", "expected_rank", "rank")
NAME_LIMIT = 40
NOTHING = "–"
"""Stands beside the option of an item to which everybody gave the same response."""

Ranks = Mapping[str, tuple[str, int]]


class BadRecording(Exception):
    """Files that do not fit together; the message names file, line and what is missing."""

    code = "bad_recording"


@dataclass(frozen=True, slots=True)
class Recording:
    """What people really did: by participant number, the response and seconds for every item."""

    name: str
    people: Mapping[str, str]
    """By participant number the identifier in the file; the same where that can be a number."""
    options: Sequence[Mapping[str, Fraction]]
    """For every item the responses that occur anywhere in the file, and what each earns."""
    responses: Mapping[str, Sequence[str]]
    seconds: Mapping[str, Sequence[float]]

    @property
    def bank(self) -> str:
        """A bank of its own for these items: the same file again finds it, another does not."""
        told = json.dumps([{name: str(x) for name, x in one.items()} for one in self.options])
        return f"replay-{self.name}-{hashlib.sha256(told.encode()).hexdigest()[:8]}"

    def items(self) -> list[Item]:
        """One item for each column; the options are the responses that occur."""
        found = []
        for index, points in enumerate(self.options):
            names = {f"o{number}": text for number, text in enumerate(points, start=1)}
            rule: Rule = OptionPoints({name: points[text] for name, text in names.items()})
            item = Item(
                bank=self.bank,
                id=f"item-{index + 1:04}",
                version=1,
                section="all",
                topic="",
                difficulty="medium",
                kind="choice",
                stem=f"Butir {index + 1}",
                options=tuple(Option(name, text) for name, text in names.items()),
                rule=rule,
            )
            found.append(item)
        return found

    def blueprint(self) -> str:
        """A blueprint of one part with every item."""
        return BLUEPRINT.format(name=self.name, count=len(self.options))

    def ranks(self) -> Ranks:
        """Total and competition rank of everybody, from the file alone."""
        people = [
            Contender(no, {TOTAL: sum((points[text] for points, text in
                                       zip(self.options, row, strict=True) if text), Fraction(0))})
            for no, row in self.responses.items()
        ]  # fmt: skip
        return {one.id: (display(one.order[0]), one.rank) for one in rank(people, (TOTAL,))}


@dataclass(frozen=True, slots=True)
class Files:
    """The texts of a recording, and which columns of its responses mean what.

    Attributes:
        name: of the file of responses, for messages and for the exam.
        responses, key, durations: texts; without a key the cells are points.
        layout: of the responses.
        seconds: columns of seconds in the file of responses, one for each item, in its order.
    """

    name: str
    responses: str
    key: str | None
    durations: str | None
    layout: Layout
    seconds: Sequence[str] = ()


def read_recording(files: Files, *, limit: int | None) -> Recording:
    """Read a recording.

    Durations of a file of their own are its last columns, one for each item, joined by the first
    column.

    Raises:
        BadRecording: the files do not fit together.
        BadTable: a file cannot be read.
    """
    layout = files.layout
    if files.seconds and not layout.items:
        layout = replace(layout, skipped=[*layout.skipped, *files.seconds])
    matrix = read_matrix(files.responses, layout)
    key = read_key(files.key, matrix.items) if files.key is not None else None
    options = _options(matrix, key)
    numbers = _numbers(matrix)
    seconds = _seconds(files, matrix, layout)
    rows = {
        no: [matrix.values[code] for code in matrix.codes[at]]
        for at, no in enumerate(numbers)
        if limit is None or at < limit
    }
    return Recording(
        name=_plain_name(files.name),
        people=dict(zip(numbers, matrix.people, strict=True)),
        options=options,
        responses=rows,
        seconds=dict(zip(numbers, seconds, strict=True)),
    )


def read_ranks(text: str, recording: Recording) -> Ranks:
    """The known total and competition rank of every participant number.

    The first column is the person; the total stands in `total`, the rank in one of RANKS.

    Raises:
        BadRecording: a column is missing, or people differ from the recording's.
    """
    table = read_table(text)
    rank_name = next((name for name in RANKS if name in table.header), None)
    if rank_name is None or TOTAL not in table.header:
        raise BadRecording(f"known ranks need the columns total and one of {', '.join(RANKS)}")
    total_at, rank_at = table.column(TOTAL), table.column(rank_name)
    numbers = {person: no for no, person in recording.people.items()}
    found = {}
    for line, cells in table.rows:
        total, place = exact(cells[total_at]), exact(cells[rank_at])
        if cells[0] not in numbers:
            raise BadRecording(f"known ranks, line {line}: {cells[0]} is not in the responses")
        if total is None or place is None:
            raise BadRecording(f"known ranks, line {line}: total and rank must be numbers")
        found[numbers[cells[0]]] = (display(total), int(place))
    return found


def _options(matrix: Matrix, key: Key | None) -> list[dict[str, Fraction]]:
    """What every response that occurs earns; two options at least, as an item must have."""
    if key is None:
        points_of(matrix)  # names every cell that is no number
    found = []
    for at, name in enumerate(matrix.items):
        seen = {matrix.values[code] for code in np.unique(matrix.codes[:, at]).tolist() if code}
        if key is not None:
            points = {text: Fraction(text in key[at]) for text in sorted(seen | key[at])}
        else:
            points = {text: Fraction(text.replace(",", ".")) for text in sorted(seen)}
        if len(points) < 2:
            points |= {NOTHING + str(number): Fraction(0) for number in range(2 - len(points))}
        if len(points) > len(LETTERS):
            raise BadRecording(
                f"column {name}: {len(points)} different responses; an item has at most "
                f"{len(LETTERS)} options. Is it an item? Else name it with --skip"
            )
        found.append(points)
    return found


def _numbers(matrix: Matrix) -> list[str]:
    """Participant numbers: the identifiers where all can be one, else by their order."""
    if all(IDENTIFIER.fullmatch(person) for person in matrix.people):
        return list(matrix.people)
    return [f"P-{number:06}" for number in range(1, len(matrix.people) + 1)]


def _seconds(files: Files, matrix: Matrix, layout: Layout) -> list[list[float]]:
    """By person the seconds of every item; nothing known is no time."""
    count = len(matrix.items)
    if files.seconds:
        timed = read_matrix(files.responses, replace(layout, items=files.seconds, skipped=()))
    elif files.durations is not None:
        try:
            header = heading_of(rows_of(files.durations))
            names = header[max(1, len(header) - count) :]
            timed = read_matrix(files.durations, Layout(person=header[0], items=names))
        except BadTable as bad:
            raise BadRecording(f"durations: {bad}") from bad
    else:
        return [[0.0] * count for _ in matrix.people]
    rows = {person: at for at, person in enumerate(timed.people)}
    if len(timed.items) != count:
        raise BadRecording(f"durations: {len(timed.items)} columns of seconds for {count} items")
    missing = sorted(set(matrix.people) - rows.keys())
    if missing:
        raise BadRecording(f"durations: there is no row for {missing[0]}")
    points = points_of(timed)
    if (points < 0).any():
        raise BadRecording(
            f"durations, {timed.place(*np.argwhere(points < 0)[0])}: less than no time"
        )
    return [
        [0.0 if isnan(one) else float(one) for one in points[rows[person]]]
        for person in matrix.people
    ]


def _plain_name(name: str) -> str:
    """A name that may stand in an address and in a blueprint."""
    plain = re.sub(r"[^a-z0-9]+", "-", Path(name).stem.lower()).strip("-")
    assert NAME_LIMIT < IDENTIFIER_LIMIT, "with what goes before and after it"
    return plain[:NAME_LIMIT].strip("-") or "exam"
