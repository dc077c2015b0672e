"""Drawing the units of one form (version 2): in a drawn order, within quotas, enemies and bounds.

`sample` follows docs/algorithms/draw.md step by step. It depends on its arguments alone and uses
whole numbers only. The solver answers nothing here but whether places can be filled.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from question_bank.balance import Limits, balance
from question_bank.completion import complete
from question_bank.draw import Stream
from question_bank.pool import Block, Integers, Pool

NUMBER_BYTES = 4
WINDOW = 20
ATTEMPTS_PER_SHARE = 4
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Standing:
    """How the units stand when a form is drawn, each array by unit number.

    `shared` counts the neighbours' forms that hold it, `exposure` the forms of the exam that do;
    `closed` units may not be taken.
    """

    shared: Integers
    exposure: Integers
    closed: Flags


@dataclass(frozen=True, slots=True)
class Draw:
    """What the numbers of one form depend on."""

    seed: str | bytes
    key: str
    attempt: int

    def numbers(self, block: Block) -> Integers:
        """Four bytes of the block's stream for each unit, as they come."""
        kind = "form" if block.is_scored else "pretest"
        purpose = f"draw2/{kind}/{self.key}/{self.attempt}/{block.section.id}"
        taken = Stream(self.seed, purpose).take(NUMBER_BYTES * len(block.units))
        return np.frombuffer(taken, dtype=">u4").astype(np.int64)


def sample(pool: Pool, draw: Draw, standing: Standing) -> list[int] | None:
    """The units of a form, or None when this attempt fails.

    1. Order the units of every block: fewest shared first, then least exposed, then by number.
    2. Take the required units, then in this order whatever is wanted and has no enemy on the form.
    3. Swap units until every measure is within its bound.
    """
    places = np.zeros(len(pool.units), dtype=np.int64)
    closed = standing.closed.copy()
    for number in pool.required:
        closed[list(pool.enemies.get(number, ()))] = True
        closed[number] = standing.closed[number]
    chosen: list[int] = []
    for block in pool.blocks:
        order = _order(block, draw.numbers(block), standing)
        places[order] = np.arange(len(order)) * len(pool.blocks) + pool.blocks.index(block)
        taken = take(pool, block, order.tolist(), closed)
        if taken is None:
            return None
        chosen += taken
    limits = Limits(
        places=places,
        closed=standing.closed,
        window=WINDOW * (1 + draw.attempt),
        exposure=standing.exposure,
        shared=standing.shared,
        more_exposure=1 + draw.attempt,
        more_shared=draw.attempt // ATTEMPTS_PER_SHARE,
    )
    return balance(pool, chosen, limits)


def _order(block: Block, numbers: Integers, standing: Standing) -> Integers:
    units = slice(block.numbers.start, block.numbers.stop)
    ordered = np.lexsort((numbers, standing.exposure[units], standing.shared[units]))
    return ordered + block.first


def take(pool: Pool, block: Block, order: Sequence[int], closed: Flags) -> list[int] | None:
    """The first units in order that fill the block; None when no units do.

    `closed` is marked with the enemies of whatever is taken.
    """
    left = list(block.wanted)
    chosen = []
    for number in block.required:
        if closed[number] or not _fits(block, number, left):
            return None
        _count(block, number, left)
        chosen.append(number)
    before = closed.copy()
    taken = _take_greedily(pool, block, order, closed=closed, left=[*left])
    if taken is None:
        closed[:] = before
        taken = _take_completable(pool, block, order, closed=closed, left=left)
    return None if taken is None else chosen + taken


def _take_greedily(
    pool: Pool, block: Block, order: Sequence[int], *, closed: Flags, left: list[int]
) -> list[int] | None:
    """Whatever is wanted, in order; None when places stay empty."""
    types, first, needs = block.types, block.first, block.needs
    is_open = [all(left[row] >= count for row, count in need) for need in needs]
    required = set(block.required)
    taken: list[int] = []
    for number in order:
        if not left[0]:
            break
        if not is_open[types[number - first]] or closed[number] or number in required:
            continue
        taken.append(number)
        _count(block, number, left)
        for row, _ in needs[types[number - first]]:
            if left[row] < block.largest:
                for kind in block.types_of_row[row]:
                    is_open[kind] = all(left[other] >= count for other, count in needs[kind])
        for enemy in pool.enemies.get(number, ()):
            closed[enemy] = True
    return None if any(left) else taken


def _take_completable(
    pool: Pool, block: Block, order: Sequence[int], *, closed: Flags, left: list[int]
) -> list[int] | None:
    """A unit is taken if, after it, the places that are left can still be filled.

    `rest` always fills them: a unit that it counts is taken without asking. A type that could not
    be completed once is not asked about again, for ever less is left.
    """
    required = set(block.required)
    usable = [number for number in order if not closed[number] and number not in required]
    present = [0] * len(block.needs)
    for number in usable:
        present[block.types[number - block.first]] += 1
    rest = complete(block, left, present)
    ahead = set(usable)
    over: set[int] = set()
    taken: list[int] = []
    for number in usable:
        kind = block.types[number - block.first]
        if rest is None or not left[0]:
            break
        if number not in ahead:
            continue
        ahead.discard(number)
        present[kind] -= 1
        if kind in over:
            continue
        after = [*left]
        _count(block, number, after)
        enemies = ahead & pool.enemies.get(number, frozenset())
        less = [*present]
        for other in enemies:
            less[block.types[other - block.first]] -= 1
        fewer = [*rest]
        fewer[kind] -= 1
        if fewer[kind] < 0 or any(some > many for some, many in zip(fewer, less, strict=True)):
            found = complete(block, after, less)
            if found is None:
                over |= set() if enemies else {kind}
                continue
            fewer = found
        rest, left, present = fewer, after, less
        ahead -= enemies
        taken.append(number)
        closed[list(pool.enemies.get(number, ()))] = True
    return None if rest is None or any(left) else taken


def _fits(block: Block, number: int, left: Sequence[int]) -> bool:
    need = block.needs[block.types[number - block.first]]
    return all(left[row] >= count for row, count in need)


def _count(block: Block, number: int, left: list[int]) -> None:
    for row, count in block.needs[block.types[number - block.first]]:
        left[row] -= count
