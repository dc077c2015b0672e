"""Swapping units until every measure of a form lies within its bound: the same swaps everywhere.

A swap takes a unit off the form and puts another one of the same block and type in its place, so
that quotas stay met. Of each type the first free units in the drawn order are looked at, which
bounds the work. The new unit may be little more exposed than the old one, and shared by no
more neighbours: otherwise the few items of extreme difficulty would stand on form after form. Of
all such swaps the one that leaves the least violation is made; among equals the one whose new unit
stands first in the drawn order, and then whose old unit stands last.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from question_bank.pool import Integers, Pool

SWAP_LIMIT = 100
NEVER = np.iinfo(np.int64).max
VIOLATION_SCALE = 1_000_000_000
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Limits:
    """What swaps go by, each array by unit number.

    `places` in the drawn order, no two equal; `closed` units may not be put on the form; of the
    free units of a type only the first `window` are looked at; how much more `exposure` than the
    old unit, and how many more neighbours `shared`, a new unit may have.
    """

    places: Integers
    closed: Flags
    window: int
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
        sums = pool.weights[form].sum(axis=0)
        broken = violations(pool, sums)
        if not broken.any():
            return [int(number) for number in form]
        now = _Circumstances(sums, _free(pool, form, limits.closed), limits)
        found = [
            _best(pool, place, form, now)
            for place, swaps in enumerate(pool.swaps)
            if broken[swaps.bounds].any()
        ]
        best = min((one for one in found if one is not None), default=None)
        if best is None or best.violation >= int(broken.sum()):
            return None
        form[form == best.old] = best.new
    return None


def violations(pool: Pool, sums: Integers) -> Integers:
    """How far sums (…, bounds) lie outside: each excess as a part of its bound, scaled up."""
    excess: Integers = np.abs(sums - pool.targets)
    excess -= pool.within
    np.maximum(excess, 0, out=excess)
    excess *= VIOLATION_SCALE // np.maximum(pool.within, 1)
    return excess


@dataclass(frozen=True, slots=True)
class _Circumstances:
    sums: Integers
    free: Flags
    limits: Limits


def _best(pool: Pool, place: int, form: Integers, now: _Circumstances) -> _Swap | None:
    """The best swap within a block, if there is any."""
    block, swaps, limits = pool.blocks[place], pool.swaps[place], now.limits
    ours = form[(form >= block.numbers.start) & (form < block.numbers.stop)]
    if block.required:
        ours = ours[~np.isin(ours, block.required)]
    types, rows_of = np.unique(swaps.types[ours - block.first], return_inverse=True)
    members = _first_free(swaps.members[types], now.free, limits)[rows_of]
    exposure, shared = limits.exposure, limits.shared
    allowed = members >= 0
    allowed &= exposure[members] <= (exposure[ours] + limits.more_exposure)[:, None]
    allowed &= shared[members] <= (shared[ours] + limits.more_shared)[:, None]
    rows, columns = np.nonzero(allowed)
    if not len(rows):
        return None
    joining = members[rows, columns]
    sums = pool.weights[joining]
    sums += (now.sums - pool.weights[ours])[rows]
    after = violations(pool, sums).sum(axis=1)
    equal = np.flatnonzero(after == after.min())
    new, old = joining[equal], ours[rows[equal]]
    first = np.lexsort((-limits.places[old], limits.places[new]))[0]
    return _Swap(
        violation=int(after.min()),
        place=int(limits.places[new[first]]),
        minus_old_place=-int(limits.places[old[first]]),
        new=int(new[first]),
        old=int(old[first]),
    )


def _first_free(members: Integers, free: Flags, limits: Limits) -> Integers:
    """(types, window): the free members of each type that stand first in order, then -1."""
    barred = (members < 0) | ~free[members]
    places = np.where(barred, NEVER, limits.places[members])
    order = np.argsort(places, axis=1)[:, : limits.window]
    members = np.take_along_axis(members, order, axis=1)
    members[np.take_along_axis(barred, order, axis=1)] = -1
    return members


def _free(pool: Pool, form: Integers, closed: Flags) -> Flags:
    """Units that are neither on the form, nor closed, nor an enemy of one that is on it."""
    free = ~closed
    free[form] = False
    if pool.enemies:
        for number in form.tolist():
            for enemy in pool.enemies.get(number, ()):
                free[enemy] = False
    return free
