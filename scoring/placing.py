"""Other ways to number a ranking: dense ranks, average ranks, percentiles; thresholds before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from scoring.ranking import Ranked

HUNDRED = Fraction(100)


@dataclass(frozen=True, slots=True)
class Placed:
    """A place in a ranking, in every usual way.

    Attributes:
        rank: competition rank, 1 2 2 4.
        dense: 1 2 2 3.
        average: the mean of the places that equals take together, 1 2½ 2½ 4.
        percentile_weak: percent of people at or below, in (0, 100].
        percentile_mean: mean of that and the percent of people below.
    """

    id: str
    rank: int
    dense: int
    average: Fraction
    percentile_weak: Fraction
    percentile_mean: Fraction


def place_all(ranked: Sequence[Ranked]) -> list[Placed]:
    """Every place of a ranking, in its order."""
    found: list[Placed] = []
    size = len(ranked)
    for dense, (rank, equals) in enumerate(groupby(ranked, key=lambda one: one.rank), start=1):
        group = list(equals)
        below = size - (rank - 1) - len(group)
        weak = HUNDRED * (below + len(group)) / size
        mean = (weak + HUNDRED * below / size) / 2
        average = rank + Fraction(len(group) - 1, 2)
        found += [Placed(one.id, rank, dense, average, weak, mean) for one in group]
    return found
