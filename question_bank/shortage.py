"""Why no form can be drawn: which constraint fails first, and by how many items.

Constraints are added one kind after another: quotas, named items, enemies, items that may not be
taken, bounds. With each kind the solver says how many items would have to be written so that a form
exists; the first kind for which the bank does not suffice is the answer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from question_bank.item_statistics import THOUSANDTHS
from question_bank.pool import Block, Measure, Pool
from question_bank.selection import Flags
from question_bank.solved import lines_of, upper_of
from question_bank.solver import Line, Program, Undecided, minimize

NAME_LIMIT = 5


@dataclass(frozen=True, slots=True)
class _New:
    """A kind of item that could be written: its block and the rows it would fill."""

    block: int
    rows: tuple[int, ...]


def explain(pool: Pool, closed: Flags) -> str:
    """The first constraint that fails, in words.

    Args:
        pool: for which no selection exists.
        closed: units that may not be taken: at their exposure limit, or seen before.
    """
    nothing = np.zeros_like(closed)
    plain = replace(pool, enemies={}, measures=())
    no_names = replace(plain, blocks=tuple(replace(block, required=()) for block in pool.blocks))
    steps = (
        ("", no_names, nothing),
        ("with the named items ", plain, nothing),
        ("with enemies kept apart ", replace(pool, measures=()), nothing),
        ("within the exposure limit ", replace(pool, measures=()), closed),
    )
    try:
        for circumstance, asked, barred in steps:
            missing = _missing(asked, barred)
            if missing is None:
                return _too_many_named(pool)
            if any(missing.values()):
                return _lack(asked, circumstance, missing)
        return "; ".join(_broken_bounds(pool, closed)) or "no selection meets every bound at once"
    except Undecided as undecided:
        return f"no form was found, and why is not known: {undecided}"


def exposure_shortages(
    pool: Pool, used: Sequence[int], *, limit: int, form_count: int
) -> list[str]:
    """Quotas for which the exposure limit leaves too few places, and how many items would do.

    Args:
        pool: of the exam.
        used: forms of the session that hold each unit already.
        limit: the most forms a unit may stand on.
        form_count: forms still to draw.
    """
    found = []
    for block in pool.blocks:
        for row, wanted in enumerate(block.wanted):
            needed, left = wanted * form_count, 0
            for number, kind in zip(block.numbers, block.types, strict=True):
                count = dict(block.needs[kind]).get(row, 0)
                if number in pool.required:
                    needed -= count * form_count
                else:
                    left += count * min(form_count, max(0, limit - used[number]))
            if left < needed:
                per_item = min(limit, form_count)
                more = -(-(needed - left) // per_item)
                found.append(
                    f"section {block.name} needs {needed} places for {_row(block, row)} on "
                    f"{form_count} forms; with an item on at most {limit} forms the bank gives "
                    f"{left}; write {_items(more)}"
                )
    return found


def _missing(pool: Pool, closed: Flags) -> dict[_New, int] | None:
    """The fewest items to write, by kind; empty when none; None when no writing helps."""
    program, kinds = _elastic(pool, closed)
    found = minimize(program)
    if found is None:
        return None
    first = len(pool.units)
    counts = found[first : first + len(kinds)]
    return {kind: count for kind, count in zip(kinds, counts, strict=True) if count}


def _elastic(pool: Pool, closed: Flags) -> tuple[Program, list[_New]]:
    """The form as a program in which unwritten items fill what is missing, at a cost of 1 each."""
    first = len(pool.units)
    kinds = [kind for place, block in enumerate(pool.blocks) for kind in _kinds(place, block)]
    filling: dict[tuple[int, int], list[int]] = {}
    for column, kind in enumerate(kinds, first):
        for row in kind.rows:
            filling.setdefault((kind.block, row), []).append(column)
    rows = [
        (place, row) for place, block in enumerate(pool.blocks) for row in range(len(block.rows))
    ]
    lines = lines_of(pool, is_bounded=False)
    for index, where in enumerate(rows):
        line, more = lines[index], filling.get(where, [])
        lines[index] = replace(
            line,
            columns=[*line.columns, *more],
            coefficients=[*line.coefficients, *([1] * len(more))],
        )
    most = [max(pool.blocks[kind.block].wanted) for kind in kinds]
    upper = upper_of(closed)
    for number in pool.required:
        upper[number] = 1
    return Program([*upper, *most], [0] * first + [1] * len(kinds), lines), kinds


def _kinds(place: int, block: Block) -> Iterator[_New]:
    axes: dict[str, list[int]] = {}
    for row, (axis, _) in enumerate(block.rows):
        axes.setdefault(axis, []).append(row)
    for rows in product(*axes.values()):
        if all(block.wanted[row] for row in rows):
            yield _New(place, rows)


def _lack(pool: Pool, circumstance: str, missing: dict[_New, int]) -> str:
    parts = []
    for place, block in enumerate(pool.blocks):
        here = {kind: count for kind, count in missing.items() if kind.block == place}
        if not here:
            continue
        listed = [
            f"{count} {' '.join(block.rows[row][1] for row in kind.rows if row)}".strip()
            for kind, count in here.items()
        ]
        more = "" if len(listed) <= NAME_LIMIT else ", …"
        which = f", such as {', '.join(listed[:NAME_LIMIT])}{more}" if len(block.rows) > 1 else ""
        total = sum(here.values())
        parts.append(f"section {block.name} {circumstance}lacks {_items(total)}{which}")
    return "; ".join(parts)


def _too_many_named(pool: Pool) -> str:
    for block in pool.blocks:
        for row, wanted in enumerate(block.wanted):
            named = sum(
                dict(block.needs[block.types[number - block.first]]).get(row, 0)
                for number in block.required
            )
            if named > wanted:
                return (
                    f"section {block.name} names {named} items for {_row(block, row)}, but wants "
                    f"{wanted}: {named - wanted} are too many"
                )
    return "the named items do not fit the quotas together, or two of them are enemies"


def _broken_bounds(pool: Pool, closed: Flags) -> Iterator[str]:
    """Each bound that cannot be met even alone, how near a form comes, or all of them together."""
    bounds = [one for one in pool.measures if one.within is not None]
    for measure in bounds:
        nearest = _nearest(replace(pool, measures=()), closed, measure)
        assert measure.within is not None
        assert measure.target is not None
        if nearest > measure.within:
            count = _replaced(replace(pool, measures=(measure,)), closed)
            need = "" if not count else f"; {_items(count)} of other difficulty would help"
            yield (
                f"{measure.name} should be {_shown(measure.target)} ± {_shown(measure.within)}, "
                f"but no selection comes nearer than {_shown(nearest)}{need}"
            )
            return
    count = _replaced(pool, closed)
    if count:
        names = f"the bounds exclude each other ({', '.join(one.name for one in bounds)})"
        yield f"{names}; {_items(count)} of other difficulty would help"


def _nearest(pool: Pool, closed: Flags, measure: Measure) -> int:
    """How near to the target any selection comes, in thousandths."""
    lines = lines_of(pool)
    weights = measure.weights.tolist()
    columns = [number for number, weight in enumerate(weights) if weight]
    values = [weights[number] for number in columns]
    away = len(pool.units)
    assert measure.target is not None
    lines.append(Line([*columns, away], [*values, 1], measure.target, None))
    lines.append(Line([*columns, away], [*values, -1], None, measure.target))
    most = sum(map(abs, weights)) + abs(measure.target)
    program = Program([*upper_of(closed), most], [0] * away + [1], lines)
    found = minimize(program)
    assert found is not None, "the quotas can be met"
    return found[away]


def _replaced(pool: Pool, closed: Flags) -> int | None:
    """The fewest new items, of any difficulty, with which the bounds are met; None: unknown."""
    program, kinds = _elastic(pool, closed)
    first, lines, upper = len(pool.units), list(program.lines), list(program.upper)
    for measure in pool.measures:
        if measure.within is None or measure.target is None:
            continue
        weights = measure.weights.tolist()
        columns = [number for number, weight in enumerate(weights) if weight]
        new = [
            first + place
            for place, kind in enumerate(kinds)
            if measure.section in ("", pool.blocks[kind.block].section.id)
            and pool.blocks[kind.block].is_scored
        ]
        most = max(map(abs, weights), default=0)
        gained = len(upper)
        upper.append(most * sum(upper[column] for column in new))
        values = [weights[number] for number in columns]
        low, high = measure.target - measure.within, measure.target + measure.within
        lines.append(Line([*columns, gained], [*values, 1], low, high))
        lines.append(Line([gained, *new], [1, *([-most] * len(new))], None, 0))
    costs = [*program.costs, *([0] * (len(upper) - len(program.costs)))]
    found = minimize(Program(upper, costs, lines))
    return None if found is None else sum(found[first : first + len(kinds)])


def _row(block: Block, row: int) -> str:
    axis, name = block.rows[row]
    return f"{axis} {name}".strip()


def _items(count: int) -> str:
    return "1 item" if count == 1 else f"{count} items"


def _shown(thousandths: int) -> str:
    return f"{thousandths / THOUSANDTHS:g}"
