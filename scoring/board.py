"""The board as a value: rows in order, a version, and apply(changes) that gives board and delta.

A delta lists the rows that show something new, each with its position in the new order, and the
rows that are gone. A reader applies it so: take out every row it names, then put each named row in
at its position, lowest position first. A rank is not in a row: it is the position counted from 1,
or the rank before it when the row is `tied`; so a row that moves does not touch those it passes.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice
from typing import Any, cast

from scoring.ranking import Key, Reason, order_values, reason, sort_values
from scoring.tally import TOTAL, display

SortKey = tuple[tuple[int | Fraction, ...], str]

ROWS_FOR_EACH_CHANGE = 16
"""With so many rows for each change the few are moved one by one; otherwise all are laid anew."""


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
class Removal:
    """An entrant who stands on the board no more."""

    id: str


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
    sort_keys: tuple[SortKey, ...] = field(default=(), repr=False, compare=False)
    """What each row is sorted by; kept so that a change does not compute it for all again."""
    sort_key_of: Mapping[str, SortKey] = field(default_factory=dict, repr=False, compare=False)
    """The same by entrant, by which a row is found."""


@dataclass(frozen=True, slots=True)
class Delta:
    """What changed: (position, row) in ascending order, and the identifiers that are gone."""

    version: int
    rows: tuple[tuple[int, Row], ...]
    removed: tuple[str, ...] = ()


def empty(keys: Sequence[Key]) -> Board:
    """A board that nobody stands on."""
    return Board(keys=tuple(keys))


def apply(board: Board, changes: Iterable[Change | Removal]) -> tuple[Board, Delta]:
    """Take in new standings; the version rises only when something shown changes.

    Of several changes to one entrant the last counts. The work of a few changes grows with their
    number and hardly with the board's; rows that keep both neighbours are taken over as they are.
    """
    news = _news(board, changes)
    if not news:
        return board, Delta(board.version, ())
    is_few = len(news) <= 1 + len(board.rows) // ROWS_FOR_EACH_CHANGE
    after, changed = _move(board, news) if is_few else _lay_anew(board, news)
    gone = tuple(sorted(one.id for one in news.values() if isinstance(one, Removal)))
    return after, Delta(after.version, changed, gone)


def apply_delta(rows: Sequence[Row], delta: Delta) -> list[Row]:
    """What a reader does with a delta: the rows of the new version from those of the old."""
    named = {row.entrant.id for _, row in delta.rows} | set(delta.removed)
    kept = iter([row for row in rows if row.entrant.id not in named])
    merged: list[Row] = []
    for position, row in delta.rows:
        merged.extend(islice(kept, position - len(merged)))
        merged.append(row)
    merged.extend(kept)
    return merged


def ranks(rows: Sequence[Row]) -> list[int]:
    """The rank of each row, from positions and ties."""
    found: list[int] = []
    for index, row in enumerate(rows):
        found.append(found[-1] if row.tied and found else index + 1)
    return found


def _news(board: Board, changes: Iterable[Change | Removal]) -> dict[str, Change | Removal]:
    """The changes that show something, by entrant."""
    newest: dict[str, Change | Removal] = {}
    for one in changes:
        newest[one.id if isinstance(one, Removal) else one.entrant.id] = one
    return {
        entrant_id: one
        for entrant_id, one in newest.items()
        if _shows(_row_of(board, entrant_id), one)
    }


def _row_of(board: Board, entrant_id: str) -> Row | None:
    sort_key = board.sort_key_of.get(entrant_id)
    return None if sort_key is None else board.rows[bisect_left(board.sort_keys, sort_key)]


def _shows(row: Row | None, change: Change | Removal) -> bool:
    """Whether a change makes a difference to the row that is there, or to there being none."""
    if isinstance(change, Removal):
        return row is not None
    assert change.entrant.id == change.standing.id, "a standing belongs to its entrant"
    return row is None or row.entrant != change.entrant or row.standing != change.standing


def _move(
    board: Board, news: Mapping[str, Change | Removal]
) -> tuple[Board, tuple[tuple[int, Row], ...]]:
    """Take the few that change out, put them in elsewhere, and look at their neighbours anew."""
    rows: list[Row | Change] = list(board.rows)
    sort_keys = list(board.sort_keys)
    sort_key_of = dict(board.sort_key_of)
    seams: list[SortKey] = []
    for entrant_id, one in news.items():
        old = sort_key_of.pop(entrant_id, None)
        if old is not None:
            place = bisect_left(sort_keys, old)
            del rows[place], sort_keys[place]
            seams.append(old)
        if isinstance(one, Change):
            sort_key = sort_key_of[entrant_id] = _sort_key(one, board.keys)
            place = bisect_left(sort_keys, sort_key)
            rows.insert(place, one)
            sort_keys.insert(place, sort_key)
            seams.append(sort_key)
    places = {bisect_left(sort_keys, seam) + step for seam in seams for step in (-1, 0, 1)}
    changed: list[tuple[int, Row]] = []
    for place in sorted(place for place in places if 0 <= place < len(rows)):
        source = rows[place]
        below = rows[place + 1] if place + 1 < len(rows) else None
        is_tied = place > 0 and sort_keys[place - 1][0] == sort_keys[place][0]
        why = _reason(source, below, board.keys)
        row = rows[place] = Row(source.entrant, source.standing, is_tied, why)
        if row != source:
            changed.append((place, row))
    laid = tuple(cast("list[Row]", rows))
    version = board.version + 1
    return Board(board.keys, version, laid, tuple(sort_keys), sort_key_of), tuple(changed)


def _lay_anew(
    board: Board, news: Mapping[str, Change | Removal]
) -> tuple[Board, tuple[tuple[int, Row], ...]]:
    """Sort everybody, which costs about one pass, because what stays is in order already."""
    arriving = [one for one in news.values() if isinstance(one, Change)]
    order = _order(board, news.keys(), arriving)
    rows, changed = _lay(board, arriving, order)
    sort_keys = tuple(sort_key for sort_key, _ in order)
    sort_key_of = {sort_key[1]: sort_key for sort_key in sort_keys}
    return Board(board.keys, board.version + 1, rows, sort_keys, sort_key_of), changed


def _sort_key(change: Change, keys: Sequence[Key]) -> SortKey:
    return sort_values(_values(change, keys)), change.entrant.id


def _order(
    board: Board, moved: Iterable[str], arriving: Sequence[Change]
) -> list[tuple[SortKey, int]]:
    """The new order: each sort key with a number that says where the row comes from.

    Numbers below the old count are old positions; the first who arrives has the old count + 1, so
    that no number of an arrival follows on one of an old row.
    """
    gone = set(moved)
    order = [
        (sort_key, index)
        for index, sort_key in enumerate(board.sort_keys)
        if sort_key[1] not in gone
    ]
    first = len(board.rows) + 1
    for number, change in enumerate(arriving, start=first):
        order.append((_sort_key(change, board.keys), number))
    order.sort()
    return order


def _lay(
    board: Board, arriving: Sequence[Change], order: Sequence[tuple[SortKey, int]]
) -> tuple[tuple[Row, ...], tuple[tuple[int, Row], ...]]:
    """The rows in their new order, and with positions those that show something new."""
    old_count = len(board.rows)
    sources: list[Row | Change | None] = [*board.rows, None, *arriving]
    numbers = [-1, *(number for _, number in order), old_count]
    rows: list[Row] = []
    changed: list[tuple[int, Row]] = []
    for position, (sort_key, number) in enumerate(order):
        source = sources[number]
        assert source is not None, "the number between old and new belongs to nobody"
        before, after = numbers[position], numbers[position + 2]
        if isinstance(source, Row) and before == number - 1 and after == number + 1:
            rows.append(source)
            continue
        is_tied = position > 0 and order[position - 1][0][0] == sort_key[0]
        why = _reason(source, sources[after], board.keys)
        row = Row(source.entrant, source.standing, is_tied, why)
        rows.append(row)
        if row != source:
            changed.append((position, row))
    return tuple(rows), tuple(changed)


def _reason(above: Row | Change, below: Row | Change | None, keys: Sequence[Key]) -> Reason | None:
    if below is None:
        return None
    return reason(_values(above, keys), _values(below, keys), keys)


def _values(one: Row | Change, keys: Sequence[Key]) -> tuple[Fraction, ...]:
    return order_values({**one.standing.sections, TOTAL: one.standing.total}, keys)


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
