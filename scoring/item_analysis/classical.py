"""Classical statistics of a test and its items.

Standard deviations, variances and correlations divide by n - 1. What has no value is NaN: a
correlation with something that does not vary, alpha of a single item.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

LEAST_SPREAD = 1e-12
"""Below this share of its size, a spread is the rounding of a value that does not vary."""


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """Figures of each item, all (items,).

    Attributes:
        answered: how many people have points for it.
        mean: of those people.
        sd: of the people whose row is complete, as everything below.
        item_total: correlation with the total that includes the item (point-biserial).
        item_rest: correlation with the total of the other items (corrected point-biserial).
        alpha_without: alpha of the other items.
        upper_lower_thirds, upper_lower_fifths: mean of the best group minus that of the worst, as
            a share of the distance between the most and least points seen; see `upper_lower`.
    """

    answered: NDArray[np.int64]
    mean: FloatArray
    sd: FloatArray
    item_total: FloatArray
    item_rest: FloatArray
    alpha_without: FloatArray
    upper_lower_thirds: FloatArray
    upper_lower_fifths: FloatArray


@dataclass(frozen=True, slots=True)
class TestFigures:
    """Figures of the whole test, over people whose rows are complete.

    Attributes:
        alpha: Cronbach's, of all items; one without spread counts as an item.
        alpha_varying: the same of the items that vary only.
        alpha_standardized: from the mean correlation between the items that vary.
        sem: standard error of measurement, sd · √(1 - alpha).
    """

    person_count: int
    complete_count: int
    mean: float
    sd: float
    least: float
    most: float
    median: float
    alpha: float
    alpha_varying: float
    alpha_standardized: float
    sem: float
    items: ItemFigures


def analyse(points: FloatArray) -> TestFigures:
    """Every classical figure of a test.

    Args:
        points: (people, items), one item at least; NaN where nothing is known.
    """
    assert points.ndim == 2, "people in rows, items in columns"
    assert points.shape[1] > 0, "there is an item"
    is_known = ~np.isnan(points)
    is_complete = is_known.all(axis=1)
    # Column by column in memory, because nearly everything below goes through columns.
    complete = np.asfortranarray(points if is_complete.all() else points[is_complete])
    totals = complete.sum(axis=1)
    sd = spread(totals)
    alpha = cronbach_alpha(complete)
    does_vary = np.array([varies(column) for column in complete.T], dtype=bool)
    varying = complete[:, does_vary]
    some = len(totals) > 0
    return TestFigures(
        person_count=len(points),
        complete_count=len(complete),
        mean=float(totals.mean()) if some else np.nan,
        sd=sd,
        least=float(totals.min()) if some else np.nan,
        most=float(totals.max()) if some else np.nan,
        median=float(np.median(totals)) if some else np.nan,
        alpha=alpha,
        alpha_varying=cronbach_alpha(varying),
        alpha_standardized=_standardized(varying),
        # Alpha may pass 1 by its last bit alone; below 0 it makes the error larger than the sd.
        sem=sd * float(np.sqrt(max(0.0, 1 - alpha))) if not np.isnan(alpha) else np.nan,
        items=_item_figures(points, is_known, complete, totals),
    )


def cronbach_alpha(points: FloatArray) -> float:
    """Cronbach's alpha: k / (k - 1) · (1 - sum of the items' variances / variance of the total)."""
    item_count = points.shape[1]
    totals = points.sum(axis=1)
    if item_count < 2 or not varies(totals):
        return np.nan
    share = sum(spread(column) ** 2 for column in points.T) / spread(totals) ** 2
    return float(item_count / (item_count - 1) * (1 - share))


def correlate(first: FloatArray, second: FloatArray) -> float:
    """Pearson's correlation, in [-1, 1]; NaN when either does not vary."""
    if not (varies(first) and varies(second)):
        return np.nan
    a, b = first - first.mean(), second - second.mean()
    found = float(a @ b) / float(np.sqrt(a @ a) * np.sqrt(b @ b))
    return min(1.0, max(-1.0, found))


def upper_lower(points: FloatArray, totals: FloatArray, group_count: int) -> FloatArray:
    """The upper-lower index of each item; NaN where the groups cannot be told apart.

    1. Cut the totals at their quantiles (linear between order statistics, R's type 7).
    2. The lowest group holds who is below the first cut, the highest who is at or above the last.
    3. Mean of the highest minus mean of the lowest, over the distance between the most and the
       least points seen for the item.

    Two equal quantiles would leave a group without people: then there is no index. Source: gDiscrim
    of the R package ShinyItemAnalysis.
    """
    empty = np.full(points.shape[1], np.nan)
    if not len(totals):
        return empty
    cuts = np.quantile(totals, np.linspace(0, 1, group_count + 1))
    if (np.diff(cuts) <= 0).any():
        return empty
    lowest, highest = totals < cuts[1], totals >= cuts[-2]
    distance = points.max(axis=0) - points.min(axis=0)
    gained = points[highest].mean(axis=0) - points[lowest].mean(axis=0)
    index: FloatArray = np.divide(gained, distance, out=empty, where=distance > 0)
    return index


def spread(values: FloatArray) -> float:
    """The standard deviation by n - 1; exactly 0 for what does not vary, NaN below two values."""
    if len(values) < 2:
        return np.nan
    return float(values.std(ddof=1)) if varies(values) else 0.0


def varies(values: FloatArray) -> bool:
    """Whether there are two different values, beyond the rounding of sums."""
    if len(values) < 2:
        return False
    least, most = float(values.min()), float(values.max())
    return most - least > LEAST_SPREAD * max(abs(least), abs(most))


def _item_figures(
    points: FloatArray, is_known: NDArray[np.bool_], complete: FloatArray, totals: FloatArray
) -> ItemFigures:
    answered = is_known.sum(axis=0)
    sums = np.where(is_known, points, 0.0).sum(axis=0)
    none = np.full(points.shape[1], np.nan)
    columns = range(points.shape[1])
    return ItemFigures(
        answered=answered.astype(np.int64),
        mean=np.divide(sums, answered, out=none, where=answered > 0),
        sd=np.array([spread(complete[:, at]) for at in columns]),
        item_total=np.array([correlate(complete[:, at], totals) for at in columns]),
        item_rest=np.array(
            [correlate(complete[:, at], totals - complete[:, at]) for at in columns]
        ),
        alpha_without=_alphas_without(complete, totals),
        upper_lower_thirds=upper_lower(complete, totals, 3),
        upper_lower_fifths=upper_lower(complete, totals, 5),
    )


def _alphas_without(points: FloatArray, totals: FloatArray) -> FloatArray:
    variances = np.array([spread(column) ** 2 for column in points.T])
    left = points.shape[1] - 1
    found = np.full(points.shape[1], np.nan)
    for at in range(points.shape[1]):
        rest = totals - points[:, at]
        if left > 1 and varies(rest):
            others = variances.sum() - variances[at]
            found[at] = left / (left - 1) * (1 - others / spread(rest) ** 2)
    return found


def _standardized(varying: FloatArray) -> float:
    count = varying.shape[1]
    if count < 2 or len(varying) < 2:
        return np.nan
    correlations = np.corrcoef(varying, rowvar=False)
    mean = (correlations.sum() - count) / (count * (count - 1))
    below = 1 + (count - 1) * mean
    return float(count * mean / below) if below > LEAST_SPREAD else np.nan
