"""Two-parameter, Rasch and graded response models by marginal maximum likelihood.

P(at least category c) = 1 / (1 + exp(-a (θ - b_c))), θ standard normal. An item of two categories
is the two-parameter model's, with a = 1 the Rasch model's. Estimated by the EM algorithm, speeded
up by squared extrapolation (Varadhan and Roland, 2008); a step that lowers the likelihood is not
taken. What is not known of a person is left out of that person's likelihood.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from scoring.item_analysis.classical import FloatArray
from scoring.item_analysis.conditional import UNKNOWN, IntArray
from scoring.item_analysis.refusal import CannotFit

POINTS = 21
"""Gauss-Hermite, as the R package ltm has them, for tests of few items."""
ITEMS_FOR_POINTS = 30
EDGE = 6.0
STEP_OF_ONE_ITEM = 2.0
"""On a grid for more items: the step is this over the root of their number. An ability is known to
about so much from items of slope 1, and points farther apart than that pass between the people:
with 170 items the slopes of 21 points come out too low by an eighth."""
ROUNDS_MOST = 1_000
TOLERANCE = 1e-5
"""The largest change of a parameter by one step of the EM algorithm at which it has converged."""
SLOPE_MOST = 10.0
"""A steeper slope is on its way to infinity: the responses do not determine it."""
STEP_MOST = 1.0
HALVINGS_MOST = 30
TINY = 1e-300
BLOCK_ROWS = 8_192


class Slopes(StrEnum):
    """What is asked of the slopes a: each of its own, one for all, or 1 for all (Rasch)."""

    OWN = "own"
    COMMON = "common"
    ONE = "one"


@dataclass(frozen=True, slots=True)
class ItemFit:
    """The parameters of one item.

    Attributes:
        slope: a; NaN where the item does not vary.
        thresholds: by category the b at which having it or a higher one is as likely as not; for
            every category seen but the lowest. A category that nobody has has none.
        is_determined: whether the slope is finite and not 0 as far as can be told.
    """

    slope: float
    thresholds: dict[int, float]
    is_determined: bool


@dataclass(frozen=True, slots=True)
class Marginal:
    """A fitted model; `is_converged` says whether its parameters have stopped moving."""

    items: Sequence[ItemFit]
    log_likelihood: float
    round_count: int
    is_converged: bool


@dataclass(slots=True)
class _Kind:
    """Items of one number of categories; their parameters: d_1 > d_2 > … and a, (items, params)."""

    items: IntArray
    columns: IntArray
    """(items, categories), where each category stands in the table of all."""
    first: int
    """Where the parameters of these items begin in the vector of all."""

    @property
    def size(self) -> int:
        return self.columns.size  # as many parameters as categories: thresholds and slope


@dataclass(frozen=True, slots=True)
class _Task:
    """Patterns of categories with how often each occurs, and the items that vary."""

    codes: NDArray[np.int32]
    """(patterns, items): the column of the table of categories, -1 not known."""
    times: FloatArray
    kinds: Sequence[_Kind]
    categories: Sequence[IntArray]
    """Of each item the categories seen, ascending."""
    items: IntArray
    column_count: int
    slopes: Slopes


@dataclass(frozen=True, slots=True)
class Quadrature:
    """Points on the scale of ability and the logarithms of their weights, which sum to 1."""

    nodes: FloatArray
    log_weights: FloatArray


def quadrature(item_count: int) -> Quadrature:
    """Points close enough together for a test of so many items."""
    if item_count <= ITEMS_FOR_POINTS:
        nodes, weights = np.polynomial.hermite_e.hermegauss(POINTS)
    else:
        step = STEP_OF_ONE_ITEM / np.sqrt(item_count)
        nodes = np.linspace(-EDGE, EDGE, 2 * int(np.ceil(EDGE / step)) + 1)
        weights = np.exp(-(nodes**2) / 2)
    return Quadrature(nodes, np.log(weights / weights.sum()))


def fit(categories: IntArray, slopes: Slopes = Slopes.OWN) -> Marginal:
    """Fit a model.

    Args:
        categories: (people, items), whole numbers from 0, the higher the better; -1 not known.
        slopes: what is asked of the slopes.

    Raises:
        CannotFit: too few items vary for the model.
    """
    task = _task(categories, slopes)
    least = {Slopes.OWN: 3, Slopes.COMMON: 2, Slopes.ONE: 1}[slopes]
    if len(task.items) < least:
        raise CannotFit(
            f"the model needs {least} items on which people differ; here are {len(task.items)}"
        )
    at = quadrature(len(task.items))
    values, likelihood, count, is_converged = _climb(task, at)
    return Marginal(_item_fits(task, values, categories.shape[1]), likelihood, count, is_converged)


def _climb(task: _Task, at: Quadrature) -> tuple[FloatArray, float, int, bool]:
    """Rounds of two steps and one extrapolation until a step moves nothing any more."""
    values = _start(task)
    for number in range(1, ROUNDS_MOST + 1):
        first, likelihood = _step(task, at, values)
        if float(np.abs(first - values).max()) < TOLERANCE:
            return first, _step(task, at, first)[1], number, True
        second, after_first = _step(task, at, first)
        far = _extrapolated(values, first, second)
        is_higher = _is_ordered(task, far) and _likelihood(task, at, far) >= after_first
        values = far if is_higher else second
        assert after_first >= likelihood - 1e-6 * abs(likelihood), "a step never goes down"
    return values, _likelihood(task, at, values), ROUNDS_MOST, False


def _extrapolated(values: FloatArray, first: FloatArray, second: FloatArray) -> FloatArray:
    """Where two steps seem to lead to; never short of the second."""
    moved, turned = first - values, second - 2 * first + values
    bend = float(np.linalg.norm(turned))
    reach = max(1.0, float(np.linalg.norm(moved)) / bend) if bend > 0 else 1.0
    found: FloatArray = values + 2 * reach * moved + reach**2 * turned
    return found


def _task(categories: IntArray, slopes: Slopes) -> _Task:
    seen = [np.unique(column[column != UNKNOWN]) for column in categories.T]
    items = np.array([at for at, found in enumerate(seen) if len(found) > 1], dtype=np.int64)
    known = categories[:, items]
    known = known[(known != UNKNOWN).any(axis=1)]
    codes = np.full(known.shape, UNKNOWN, dtype=np.int32)
    columns: list[IntArray] = []
    end = 0
    for at, item in enumerate(items):
        is_known = known[:, at] != UNKNOWN
        codes[is_known, at] = end + np.searchsorted(seen[item], known[is_known, at])
        columns.append(np.arange(end, end + len(seen[item])))
        end += len(seen[item])
    patterns, times = np.unique(codes, axis=0, return_counts=True)
    kinds = []
    first = 0
    for count in sorted({len(found) for found in columns}):
        of_kind = np.array([at for at, found in enumerate(columns) if len(found) == count])
        kind = _Kind(of_kind, np.array([columns[at] for at in of_kind]), first)
        kinds.append(kind)
        first += kind.size
    return _Task(
        codes=patterns,
        times=times.astype(np.float64),
        kinds=kinds,
        categories=[seen[item] for item in items],
        items=items,
        column_count=end,
        slopes=slopes,
    )


def _start(task: _Task) -> FloatArray:
    """Slopes of 1, and thresholds from how many people have at least each category."""
    counts = np.zeros(task.column_count)
    for at in range(task.codes.shape[1]):
        is_known = task.codes[:, at] != UNKNOWN
        np.add.at(counts, task.codes[is_known, at], task.times[is_known])
    parts = []
    for kind in task.kinds:
        of_kind = counts[kind.columns]
        at_least = np.cumsum(of_kind[:, ::-1], axis=1)[:, ::-1][:, 1:]
        share = at_least / of_kind.sum(axis=1, keepdims=True)
        parts.append(np.hstack([np.log(share / (1 - share)), np.ones((len(of_kind), 1))]).ravel())
    return np.concatenate(parts)


def _step(task: _Task, at: Quadrature, values: FloatArray) -> tuple[FloatArray, float]:
    """One step of the EM algorithm, and the log likelihood at the values it begins with."""
    expected, likelihood = _expect(task, at, values)
    starts = [_of_kind(values, kind) for kind in task.kinds]
    pairs = [
        _slope_and_curve(start, expected[kind.columns], at.nodes)
        for start, kind in zip(starts, task.kinds, strict=True)
    ]
    moves = _moves(pairs, task.slopes)
    tried = zip(starts, moves, strict=True)
    return np.concatenate([_moved(start, move).ravel() for start, move in tried]), likelihood


def _expect(task: _Task, at: Quadrature, values: FloatArray) -> tuple[FloatArray, float]:
    """How many people of each ability have each category; and the log likelihood.

    The table is (categories, points).
    """
    table = _log_table(task, at, values)
    expected = np.zeros_like(table)
    likelihood = 0.0
    for rows, given in _given(task):
        joint = given @ table + at.log_weights
        most = joint.max(axis=1, keepdims=True)
        share = np.exp(joint - most)
        whole = share.sum(axis=1, keepdims=True)
        likelihood += float(task.times[rows] @ (most + np.log(whole))[:, 0])
        expected += given.T @ (share / whole * task.times[rows, None])
    return expected, likelihood


def _likelihood(task: _Task, at: Quadrature, values: FloatArray) -> float:
    return _expect(task, at, values)[1]


def _given(task: _Task) -> list[tuple[slice, FloatArray]]:
    """Blocks of patterns as 0 and 1 for each category; few at a time, for memory's sake."""
    return [
        (slice(first, first + BLOCK_ROWS), _indicator(task, slice(first, first + BLOCK_ROWS)))
        for first in range(0, len(task.codes), BLOCK_ROWS)
    ]


def _indicator(task: _Task, rows: slice) -> FloatArray:
    codes = task.codes[rows]
    found = np.zeros((len(codes), task.column_count + 1))
    np.put_along_axis(found, codes.astype(np.int64), 1.0, axis=1)  # not known: the last column
    return found[:, :-1]


def _log_table(task: _Task, at: Quadrature, values: FloatArray) -> FloatArray:
    table = np.empty((task.column_count, len(at.nodes)))
    for kind in task.kinds:
        chances, _ = _chances(_of_kind(values, kind), at.nodes)
        table[kind.columns] = np.log(np.maximum(chances, TINY))
    return table


def _chances(params: FloatArray, nodes: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The chance of each category, and of each threshold to be passed, with 1 before and 0 after.

    (items, categories, points) and (items, categories + 1, points).
    """
    at_least = np.empty((len(params), params.shape[1] + 1, len(nodes)))
    at_least[:, 0], at_least[:, -1] = 1.0, 0.0
    reach = params[:, :-1, None] + params[:, -1:, None] * nodes
    at_least[:, 1:-1] = 0.5 * (1 + np.tanh(reach / 2))  # the logistic function, never overflowing
    return at_least[:, :-1] - at_least[:, 1:], at_least


def _slope_and_curve(
    params: FloatArray, expected: FloatArray, nodes: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """First derivatives (items, params) and expected information (items, params, params)."""
    chances, at_least = _chances(params, nodes)
    chances = np.maximum(chances, TINY)
    steep = at_least * (1 - at_least)
    count = params.shape[1]
    change = np.zeros((len(params), count, count, len(nodes)))  # items, params, categories, points
    for threshold in range(1, count):
        change[:, threshold - 1, threshold] = steep[:, threshold]
        change[:, threshold - 1, threshold - 1] = -steep[:, threshold]
    change[:, -1] = nodes * (steep[:, :-1] - steep[:, 1:])
    slope = np.einsum("ipcq,icq->ip", change, expected / chances)
    weight = expected.sum(axis=1, keepdims=True) / chances
    curve = np.einsum("ipcq,ircq,icq->ipr", change, change, weight, optimize=True)
    return slope, curve


def _moves(pairs: Sequence[tuple[FloatArray, FloatArray]], slopes: Slopes) -> list[FloatArray]:
    """The step of scoring for each kind; a slope that is not its own moves with all or stays."""
    if slopes is Slopes.OWN:
        return [_solve(curve, slope) for slope, curve in pairs]
    inner = [_solve(curve[:, :-1, :-1], slope[:, :-1]) for slope, curve in pairs]
    if slopes is Slopes.ONE:
        return [np.hstack([move, np.zeros((len(move), 1))]) for move in inner]
    # Thresholds taken out (Schur complement), then one number for the slope that all share.
    outer = [_solve(curve[:, :-1, :-1], curve[:, :-1, -1]) for _, curve in pairs]
    above = below = 0.0
    for (slope, curve), move, bent in zip(pairs, inner, outer, strict=True):
        above += float((slope[:, -1] - (curve[:, -1, :-1] * move).sum(axis=1)).sum())
        below += float((curve[:, -1, -1] - (curve[:, -1, :-1] * bent).sum(axis=1)).sum())
    shared = above / below if below > 0 else 0.0
    return [
        np.hstack([move - bent * shared, np.full((len(move), 1), shared)])
        for move, bent in zip(inner, outer, strict=True)
    ]


def _solve(curve: FloatArray, slope: FloatArray) -> FloatArray:
    """One linear system for each item; a trace of a ridge where the information is none."""
    size = curve.shape[-1]
    if size == 0:
        return np.zeros_like(slope)
    ridge = 1e-9 * (1 + np.trace(curve, axis1=1, axis2=2))[:, None, None] * np.eye(size)
    found: FloatArray = np.linalg.solve(curve + ridge, slope[:, :, None])[:, :, 0]
    return found


def _moved(start: FloatArray, move: FloatArray) -> FloatArray:
    """The start plus the move, cut short where it is too long or would cross thresholds."""
    # One factor for all: a common slope must stay common.
    factor = min(1.0, STEP_MOST / max(float(np.abs(move).max()), TINY))
    for _ in range(HALVINGS_MOST):
        found = start + factor * move
        if _falls(found):
            return found
        factor /= 2
    return start.copy()


def _falls(params: FloatArray) -> bool:
    """Whether the d of every item fall, so that every category has a chance above 0."""
    return bool((np.diff(params[:, :-1], axis=1) < 0).all())


def _is_ordered(task: _Task, values: FloatArray) -> bool:
    is_bounded = float(np.abs(values).max()) < 1e3
    return is_bounded and all(_falls(_of_kind(values, kind)) for kind in task.kinds)


def _of_kind(values: FloatArray, kind: _Kind) -> FloatArray:
    return values[kind.first : kind.first + kind.size].reshape(len(kind.items), -1)


def _item_fits(task: _Task, values: FloatArray, item_count: int) -> list[ItemFit]:
    found = [ItemFit(np.nan, {}, is_determined=False) for _ in range(item_count)]
    for kind in task.kinds:
        for place, params in zip(kind.items, _of_kind(values, kind), strict=True):
            slope = float(params[-1])
            seen = task.categories[place][1:]
            thresholds = {
                int(category): float(-d / slope) if slope else np.nan
                for category, d in zip(seen, params[:-1], strict=True)
            }
            is_determined = 1e-3 < abs(slope) < SLOPE_MOST
            found[int(task.items[place])] = ItemFit(slope, thresholds, is_determined)
    return found
