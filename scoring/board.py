"""The board as a value: rows in order, a version, and apply(changes) that gives board and delta.

A delta lists the rows that show something new, each with its position in the new order, and the
rows that are gone. A reader applies it so: take out every row it names, then put each named row in
at its position, lowest position first. A rank is not in a row: it is the position counted from 1,
or the rank before it when the row is `tied`; so a row that moves does not touch those it passes.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from scoring.ranking import Key, Reason, order_values, reason
from scoring.tally import display

SortKey = tuple[tuple[Fraction, ...], str]


@dataclass(frozen=True, slots=True)
class Entrant:
    """Who stands on the board; `label` is what the public may see of the name."""

    id: str
    label: str
    formation_type: str
    formation: str
    room: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What an entrant has reached so far."""

    id: str
    sections: Mapping[str, Fraction]
    total: Fraction
    answered: int
    item_count: int
    status: str
    passed: bool | None


@dataclass(frozen=True, slots=True)
class Change:
    """An entrant's new standing."""

    entrant: Entrant
    standing: Standing


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the board. `tied`: same rank as the row before. `reason`: why above the next."""

    entrant: Entrant
    standing: Standing
    tied: bool
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class Board:
    """Rows in order of rank, under a version that rises with every change shown."""

    keys: tuple[Key, ...]
    version: int = 0
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Delta:
    """What changed: (position, row) in ascending order, and the identifiers that are gone."""

    version: int
    rows: tuple[tuple[int, Row], ...]
    removed: tuple[str, ...] = ()


def empty(keys: Sequence[Key]) -> Board:
    """A board that nobody stands on."""
    return Board(keys=tuple(keys))


def apply(board: Board, changes: Iterable[Change]) -> tuple[Board, Delta]:
    """Take in new standings; the version rises only when something shown changes."""
    newest = {change.entrant.id: change for change in changes}
    present = {row.entrant.id: row for row in board.rows}
    moved = {
        entrant_id: change
        for entrant_id, change in newest.items()
        if entrant_id not in present or not _shows(present[entrant_id], change)
    }
    if not moved:
        return board, Delta(board.version, ())
    lines = _merge(board, moved)
    rows = tuple(_row(lines, index, board.keys) for index in range(len(lines)))
    changed = tuple(
        (index, row) for index, row in enumerate(rows) if present.get(row.entrant.id) != row
    )
    version = board.version + 1
    return Board(board.keys, version, rows), Delta(version, changed)


def apply_delta(rows: Sequence[Row], delta: Delta) -> list[Row]:
    """What a reader does with a delta: the rows of the new version from those of the old."""
    named = {row.entrant.id for _, row in delta.rows} | set(delta.removed)
    kept = [row for row in rows if row.entrant.id not in named]
    for position, row in delta.rows:
        kept.insert(position, row)
    return kept


def ranks(rows: Sequence[Row]) -> list[int]:
    """The rank of each row, from positions and ties."""
    found: list[int] = []
    for index, row in enumerate(rows):
        found.append(found[-1] if row.tied and found else index + 1)
    return found


@dataclass(frozen=True, slots=True)
class _Line:
    entrant: Entrant
    standing: Standing
    order: tuple[Fraction, ...]

    @property
    def sort_key(self) -> SortKey:
        return tuple(-value for value in self.order), self.entrant.id


def _shows(row: Row, change: Change) -> bool:
    return row.entrant == change.entrant and row.standing == change.standing


def _line(entrant: Entrant, standing: Standing, keys: Sequence[Key]) -> _Line:
    values = {**standing.sections, "total": standing.total}
    return _Line(entrant, standing, order_values(values, keys))


def _merge(board: Board, moved: Mapping[str, Change]) -> list[_Line]:
    """The new order: what stays is in order already, what moved is put in its place."""
    kept = [
        _line(row.entrant, row.standing, board.keys)
        for row in board.rows
        if row.entrant.id not in moved
    ]
    arriving = [_line(one.entrant, one.standing, board.keys) for one in moved.values()]
    if len(arriving) * 8 > len(kept):
        return sorted(kept + arriving, key=lambda line: line.sort_key)
    sort_keys = [line.sort_key for line in kept]
    for line in arriving:
        index = bisect_left(sort_keys, line.sort_key)
        sort_keys.insert(index, line.sort_key)
        kept.insert(index, line)
    return kept


def _row(lines: Sequence[_Line], index: int, keys: Sequence[Key]) -> Row:
    line = lines[index]
    tied = index > 0 and lines[index - 1].order == line.order
    is_last = index + 1 == len(lines)
    why = None if is_last else reason(line.order, lines[index + 1].order, keys)
    return Row(line.entrant, line.standing, tied, why)


# --- JSON for readers ---


def to_json(board: Board) -> dict[str, Any]:
    """Version and rows for a snapshot; points as people read them."""
    return {"version": board.version, "rows": [row_to_json(row) for row in board.rows]}


def delta_to_json(delta: Delta) -> dict[str, Any]:
    """A delta for readers who hold the version before it."""
    return {
        "version": delta.version,
        "rows": [[position, row_to_json(row)] for position, row in delta.rows],
        "removed": list(delta.removed),
    }


def row_to_json(row: Row) -> dict[str, Any]:
    """One line of the board."""
    entrant, standing = row.entrant, row.standing
    return {
        "id": entrant.id,
        "label": entrant.label,
        "formation": entrant.formation,
        "formation_type": entrant.formation_type,
        "room": entrant.room,
        "sections": {name: display(points) for name, points in standing.sections.items()},
        "total": display(standing.total),
        "answered": standing.answered,
        "item_count": standing.item_count,
        "status": standing.status,
        "passed": standing.passed,
        "tied": row.tied,
        "reason": _reason_to_json(row.reason),
    }


def _reason_to_json(why: Reason | None) -> dict[str, Any] | None:
    if why is None:
        return None
    if why.key is None or why.above is None or why.below is None:
        return {"key": None}
    key = why.key if isinstance(why.key, str) else list(why.key)
    return {"key": key, "above": display(why.above), "below": display(why.below)}
