"""Whether places that are left can be filled: how many units of each type, or None.

An exact yes or no, which is the same whatever finds it: augmenting paths where units are single
items with at most two kinds of quota, the solver otherwise. Nothing depends on which counts come
back, only on whether there are any.
"""

from collections import Counter
from collections.abc import Sequence

from question_bank.pool import Block
from question_bank.quotas import Cell, Quotas, Shortage, fill
from question_bank.solver import solve_counts


def complete(block: Block, left: Sequence[int], present: Sequence[int]) -> list[int] | None:
    """Counts by type that fill every row exactly.

    Args:
        block: gives the types and what each takes of the rows.
        left: places left by row.
        present: units that may still be taken, by type.
    """
    if min(left) < 0:
        return None
    axes = sorted({axis for axis, _ in block.rows[1:]})
    is_single = all(count == 1 for need in block.needs for _, count in need)
    if len(axes) > 2 or not is_single:
        return solve_counts(block.needs, left, present)
    return _transport(block, left, present, axes)


def _transport(
    block: Block, left: Sequence[int], present: Sequence[int], axes: Sequence[str]
) -> list[int] | None:
    cells = [_cell(block, need, axes) for need in range(len(block.needs))]
    quotas = Quotas(*(_quota(block, left, axes, place) for place in (0, 1)))
    available: Counter[Cell] = Counter()
    for cell, count in zip(cells, present, strict=True):
        available[cell] += count
    filled = fill(quotas, available, {})
    if isinstance(filled, Shortage):
        return None
    # Types of single items differ in a row, so that a cell is one type.
    return [filled.get(cell, 0) for cell in cells]


def _cell(block: Block, need: int, axes: Sequence[str]) -> Cell:
    names = dict(block.rows[row] for row, _ in block.needs[need])
    first, second = (names[axes[place]] if place < len(axes) else "" for place in (0, 1))
    return first, second


def _quota(block: Block, left: Sequence[int], axes: Sequence[str], place: int) -> dict[str, int]:
    if place >= len(axes):
        return {"": left[0]}
    return {
        name: count
        for (axis, name), count in zip(block.rows, left, strict=True)
        if axis == axes[place]
    }
