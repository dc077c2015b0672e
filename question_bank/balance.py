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

from question_bank.pool import Integers, Pool, Swaps

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
    in_order: list[Integers] | None = None
    for _ in range(SWAP_LIMIT):
        sums = pool.weights[form].sum(axis=0)
        broken = violations(pool, sums)
        if not broken.any():
            return [int(number) for number in form]
        if in_order is None:
            in_order = [_in_order(swaps, limits.places) for swaps in pool.swaps]
        now = _Circumstances(sums, in_order, _free(pool, form, limits.closed), limits)
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
    in_order: Sequence[Integers]
    free: Flags
    limits: Limits


def _best(pool: Pool, place: int, form: Integers, now: _Circumstances) -> _Swap | None:
    """The best swap within a block, if there is any."""
    block, swaps, limits = pool.blocks[place], pool.swaps[place], now.limits
    ours = form[(form >= block.numbers.start) & (form < block.numbers.stop)]
    if block.required:
        ours = ours[~np.isin(ours, block.required)]
    types = swaps.types[ours - block.first]
    in_order, allowed = _window(now.in_order[place], now.free, limits.window)
    members, joinable = in_order[types], allowed[types]
    exposure, shared = limits.exposure, limits.shared
    joinable &= exposure[members] <= (exposure[ours] + limits.more_exposure)[:, None]
    joinable &= shared[members] <= (shared[ours] + limits.more_shared)[:, None]
    rows, columns = np.nonzero(joinable)
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


def _in_order(swaps: Swaps, places: Integers) -> Integers:
    """(types, n): the units of each type in the drawn order, then -1."""
    members = swaps.members
    order = np.argsort(np.where(members < 0, NEVER, places[members]), axis=1)
    return np.take_along_axis(members, order, axis=1)


def _window(in_order: Integers, free: Flags, window: int) -> tuple[Integers, Flags]:
    """The units of each type that may be looked at: of those that are free, the first ones.

    Both arrays are cut to the columns that hold any.
    """
    allowed = free[in_order] & (in_order >= 0)
    allowed &= np.cumsum(allowed, axis=1) <= window
    used = np.flatnonzero(allowed.any(axis=0))
    width = int(used[-1]) + 1 if len(used) else 0
    return in_order[:, :width], allowed[:, :width]


def _free(pool: Pool, form: Integers, closed: Flags) -> Flags:
    """Units that are neither on the form, nor closed, nor an enemy of one that is on it."""
    free = ~closed
    free[form] = False
    if pool.enemies:
        for number in form.tolist():
            for enemy in pool.enemies.get(number, ()):
                free[enemy] = False
    return free
