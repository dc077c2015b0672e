"""Whether an item favours one of two groups of equal ability: Mantel-Haenszel.

People are matched by their total, the item included. Source: Holland and Thayer (1988); the
statistic as R's mantelhaen.test gives it, with the correction for continuity.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, log, sqrt

import numpy as np
from numpy.typing import NDArray

from scoring.item_analysis.classical import FloatArray

DELTA = -2.35
"""From a logarithm of odds to the delta scale of the Educational Testing Service."""
SMALL, LARGE = 1.0, 1.5
NORMAL_95_ONE_SIDED = 1.6448536269514722
CORRECTION = 0.5
NEGLIGIBLE, MODERATE, CONSIDERABLE = "A", "B", "C"


@dataclass(frozen=True, slots=True)
class Differential:
    """What an item does to the focal group.

    Attributes:
        odds_ratio: common odds of a right response, reference group to focal group; above 1 the
            item is easier for the reference group. NaN or infinite where the tables do not tell.
        chi_square, p: the test that the odds are equal, one degree of freedom.
        delta: -2.35 · ln(odds ratio); below 0 the item is harder for the focal group.
        delta_se: its standard error (Robins, Breslow and Greenland).
        level: A negligible, B moderate, C considerable, by the rules of ETS; "" without an answer.
        strata_count: totals at which both groups have people.
    """

    odds_ratio: float
    chi_square: float
    p: float
    delta: float
    delta_se: float
    level: str
    strata_count: int


@dataclass(frozen=True, slots=True)
class _Tables:
    """Counts of each stratum, all (strata,): of the reference and the focal group, right, wrong."""

    a: FloatArray
    b: FloatArray
    c: FloatArray
    d: FloatArray

    @property
    def size(self) -> FloatArray:
        return self.a + self.b + self.c + self.d


def mantel_haenszel(
    right: NDArray[np.bool_], totals: FloatArray, is_focal: NDArray[np.bool_]
) -> Differential:
    """Compare two groups at every total.

    Args:
        right: (people,), whether each was right on the item.
        totals: (people,), what people are matched by.
        is_focal: (people,), whether each is of the focal group.
    """
    tables = _tables(right, totals, is_focal)
    size = tables.size
    for_reference = float((tables.a * tables.d / size).sum())
    for_focal = float((tables.b * tables.c / size).sum())
    chi_square, p = _test(tables)
    ratio = _ratio(for_reference, for_focal)
    if not 0 < ratio < np.inf:  # also NaN
        return Differential(ratio, chi_square, p, np.nan, np.nan, "", len(size))
    delta = DELTA * log(ratio)
    error = abs(DELTA) * sqrt(_log_variance(tables, for_reference, for_focal))
    level = _level(delta, error, p)
    return Differential(ratio, chi_square, p, delta, error, level, len(size))


def all_items(
    points: FloatArray, totals: FloatArray, is_focal: NDArray[np.bool_]
) -> Sequence[Differential]:
    """Compare the groups on every item of a test of right and wrong responses.

    Args:
        points: (people, items), 0 or 1, all known.
        totals: (people,).
        is_focal: (people,).
    """
    return [mantel_haenszel(column > 0, totals, is_focal) for column in points.T]


def _tables(right: NDArray[np.bool_], totals: FloatArray, is_focal: NDArray[np.bool_]) -> _Tables:
    """One table for each total; a stratum with people of one group only says nothing."""
    _, stratum = np.unique(totals, return_inverse=True)
    count = int(stratum.max()) + 1 if len(stratum) else 0
    cells = [
        np.bincount(stratum[chosen], minlength=count).astype(np.float64)
        for chosen in (~is_focal & right, ~is_focal & ~right, is_focal & right, is_focal & ~right)
    ]
    a, b, c, d = cells
    both = (a + b > 0) & (c + d > 0)
    return _Tables(a[both], b[both], c[both], d[both])


def _test(tables: _Tables) -> tuple[float, float]:
    size = tables.size
    reference, focal = tables.a + tables.b, tables.c + tables.d
    right, wrong = tables.a + tables.c, tables.b + tables.d
    variance = float((reference * focal * right * wrong / (size**2 * (size - 1))).sum())
    if variance <= 0:
        return np.nan, np.nan
    distance = abs(float((tables.a - reference * right / size).sum()))
    corrected = distance - (CORRECTION if distance >= CORRECTION else 0)
    chi_square = corrected**2 / variance
    return chi_square, erfc(sqrt(chi_square / 2))


def _ratio(for_reference: float, for_focal: float) -> float:
    if for_focal > 0:
        return for_reference / for_focal
    return np.inf if for_reference > 0 else np.nan


def _log_variance(tables: _Tables, for_reference: float, for_focal: float) -> float:
    """Variance of the logarithm of the common odds ratio."""
    size = tables.size
    p, q = (tables.a + tables.d) / size, (tables.b + tables.c) / size
    r, s = tables.a * tables.d / size, tables.b * tables.c / size
    return (
        float((p * r).sum()) / (2 * for_reference**2)
        + float((p * s + q * r).sum()) / (2 * for_reference * for_focal)
        + float((q * s).sum()) / (2 * for_focal**2)
    )


def _level(delta: float, error: float, p: float) -> str:
    size = abs(delta)
    if size < SMALL or not p < 1 - 0.95:
        return NEGLIGIBLE
    is_surely_above = size - NORMAL_95_ONE_SIDED * error > SMALL
    return CONSIDERABLE if size >= LARGE and is_surely_above else MODERATE
