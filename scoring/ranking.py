"""Who stands above whom: named keys, tie-breaks, shared ranks, and the reason for each place.

A key is the name of a value, or several names whose values are added. Higher wins. Equal in every
key means the same rank, and the next rank skips (1, 2, 2, 4).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

Key = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contender:
    """Somebody to rank, with values by name."""

    id: str
    values: Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A place in a ranking; ranks count from 1."""

    id: str
    rank: int
    order: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one stands above the next: the first key that differs; None when all are equal."""

    key: Key | None
    above: Fraction | None = None
    below: Fraction | None = None


def order_values(values: Mapping[str, Fraction], keys: Sequence[Key]) -> tuple[Fraction, ...]:
    """The values that decide, in the order in which they decide."""
    return tuple(
        values[key] if isinstance(key, str) else sum((values[name] for name in key), Fraction(0))
        for key in keys
    )


def sort_values(order: Sequence[Fraction]) -> tuple[int | Fraction, ...]:
    """The same values turned round, so that an ascending sort puts the highest first.

    Whole values become int, which compare exactly with fractions and many times faster.
    """
    return tuple(-value.numerator if value.denominator == 1 else -value for value in order)


def rank(contenders: Sequence[Contender], keys: Sequence[Key]) -> list[Ranked]:
    """Everybody in order, with competition ranks; full ties stand by identifier."""
    found = [(order_values(one.values, keys), one.id) for one in contenders]
    found.sort(key=lambda pair: (sort_values(pair[0]), pair[1]))
    ranked: list[Ranked] = []
    for index, (order, contender_id) in enumerate(found):
        is_tied = bool(ranked) and ranked[-1].order == order
        place = ranked[-1].rank if is_tied else index + 1
        ranked.append(Ranked(contender_id, place, order))
    return ranked


def reason(above: Sequence[Fraction], below: Sequence[Fraction], keys: Sequence[Key]) -> Reason:
    """Why the values `above` stand above the values `below`."""
    for key, higher, lower in zip(keys, above, below, strict=True):
        if higher != lower:
            assert higher > lower, "the ranking is in order"
            return Reason(key, higher, lower)
    return Reason(None)


def select(ranked: Sequence[Ranked], place_count: int) -> list[Ranked]:
    """The first so many, and everybody who is fully equal to the last of them."""
    if place_count <= 0 or not ranked:
        return []
    edge = ranked[min(place_count, len(ranked)) - 1].order
    return [one for one in ranked if one.order >= edge]
