"""Swapping units until every measure of a form lies within its bound: the same swaps everywhere.

A swap takes a unit off the form and puts another one of the same block and type in its place, so
that quotas stay met. The new unit may be little more exposed than the old one, and shared by no
more neighbours: otherwise the few items of extreme difficulty would stand on form after form. Of
all such swaps the one that leaves the least violation is made; among equals the one whose new unit
stands first in the drawn order, and then whose old unit stands last.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from question_bank.pool import Integers, Measure, Pool

SWAP_LIMIT = 100
VIOLATION_SCALE = 1_000_000_000
Flags = NDArray[np.bool_]
Total = TypeVar("Total", int, Integers)


@dataclass(frozen=True, slots=True)
class Limits:
    """What swaps go by, each array by unit number.

    `places` in the drawn order, no two equal; `closed` units may not be put on the form; how much
    more `exposure` than the old unit, and how many more neighbours `shared`, a new unit may have.
    """

    places: Integers
    closed: Flags
    exposure: Integers
    shared: Integers
    more_exposure: int
    more_shared: int


@dataclass(frozen=True, slots=True, order=True)
class _Swap:
    """What a swap leaves and does; the smallest is the best."""

    violation: int
    place: int
    minus_old_place: int
    new: int
    old: int


def balance(pool: Pool, chosen: Sequence[int], limits: Limits) -> list[int] | None:
    """The chosen units after swapping, or None when no swap brings the form within its bounds.

    Args:
        pool: with measures that have targets wherever they have bounds.
        chosen: units of one form.
        limits: which swaps are allowed.
    """
    form: Integers = np.array(chosen, dtype=np.int64)
    for _ in range(SWAP_LIMIT):
        sums = [int(one.weights[form].sum()) for one in pool.bounds]
        broken = [violation(one, total) for one, total in zip(pool.bounds, sums, strict=True)]
        if not any(broken):
            return [int(number) for number in form]
        free = _free(pool, form, limits.closed)
        found = [
            _best(pool, place, form, _Circumstances(sums, free, limits))
            for place, swaps in enumerate(pool.swaps)
            if any(broken[bound] for bound in swaps.bounds)
        ]
        best = min((one for one in found if one is not None), default=None)
        if best is None or best.violation >= sum(broken):
            return None
        form[form == best.old] = best.new
    return None


def violation(bound: Measure, total: Total) -> Total:
    """How far a sum lies outside a bound, as a part of the bound, scaled to a whole number."""
    assert bound.within is not None
    assert bound.target is not None, "a bound has a target by now"
    excess = abs(total - bound.target) - bound.within
    scale = VIOLATION_SCALE // max(bound.within, 1)
    if isinstance(excess, int):
        return max(excess, 0) * scale
    return np.maximum(excess, 0) * scale


@dataclass(frozen=True, slots=True)
class _Circumstances:
    sums: Sequence[int]
    free: Flags
    limits: Limits


def _best(pool: Pool, place: int, form: Integers, now: _Circumstances) -> _Swap | None:
    """The best swap within a block, if there is any."""
    block, swaps, limits = pool.blocks[place], pool.swaps[place], now.limits
    ours = form[(form >= block.numbers.start) & (form < block.numbers.stop)]
    types = swaps.types[ours - block.first]
    members = swaps.members[types]
    exposure, shared = limits.exposure, limits.shared
    allowed = now.free[members] & (members >= 0)
    allowed &= exposure[members] <= (exposure[ours] + limits.more_exposure)[:, None]
    allowed &= shared[members] <= (shared[ours] + limits.more_shared)[:, None]
    allowed[np.isin(ours, block.required)] = False
    rows, columns = np.nonzero(allowed)
    if not len(rows):
        return None
    after = np.zeros(len(rows), dtype=np.int64)
    for number, bound in enumerate(pool.bounds):
        total = now.sums[number]
        if number not in swaps.bounds:
            after += violation(bound, total)
            continue
        gained = swaps.weights[swaps.bounds.index(number)][types[rows], columns]
        after += violation(bound, gained + (total - bound.weights[ours])[rows])
    equal = np.flatnonzero(after == after.min())
    new, old = members[rows[equal], columns[equal]], ours[rows[equal]]
    first = np.lexsort((-limits.places[old], limits.places[new]))[0]
    return _Swap(
        violation=int(after.min()),
        place=int(limits.places[new[first]]),
        minus_old_place=-int(limits.places[old[first]]),
        new=int(new[first]),
        old=int(old[first]),
    )


def _free(pool: Pool, form: Integers, closed: Flags) -> Flags:
    """Units that are neither on the form, nor closed, nor an enemy of one that is on it."""
    free = ~closed
    free[form] = False
    if pool.enemies:
        for number in form.tolist():
            for enemy in pool.enemies.get(number, ()):
                free[enemy] = False
    return free
