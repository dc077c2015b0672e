"""The Rasch model by conditional maximum likelihood: difficulties that do not depend on abilities.

Given the number of right responses, which of them were right depends on the items alone. The
distribution of that number is computed as that of a sum of independent trials, by convolution of
probabilities: everything added is positive, so nothing cancels, at any number of items.

An item that everybody or nobody got right, and a person with all or nothing right, say nothing;
they are left out, again and again until none is left. Items that never met in a comparison both
ways have no finite difference of difficulty; that is refused, not estimated.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.item_analysis.classical import FloatArray
from scoring.item_analysis.refusal import CannotFit

IntArray = NDArray[np.integer]
UNKNOWN = -1

ITERATIONS_MOST = 50
TOLERANCE = 1e-9
STEP_MOST = 2.0
DIFFERENCE = 1e-5
"""Half the distance over which the gradient is differenced: errors of about 1e-10."""
ITEMS_MOST = 1_000
"""Beyond, the chance of having all of them right is below the least number there is."""
WORK_MOST = 3_000_000
"""Convolutions for one matrix of second derivatives: about a minute."""


@dataclass(frozen=True, slots=True)
class Conditional:
    """Difficulties that sum to 0 over the items that have one; NaN for the others.

    Attributes:
        difficulty, se: (items,).
        log_likelihood: conditional on each person's number of right responses.
        person_count: whose responses say something.
        is_converged: whether the last step was smaller than the tolerance.
    """

    difficulty: FloatArray
    se: FloatArray
    log_likelihood: float
    person_count: int
    iteration_count: int
    is_converged: bool


@dataclass(frozen=True, slots=True)
class _Block:
    """People who were given the same items: which, how many have each score, right by item."""

    items: IntArray
    by_score: FloatArray
    right: FloatArray


def rasch(responses: IntArray) -> Conditional:
    """Estimate difficulties.

    Args:
        responses: (people, items), 1 right, 0 wrong, -1 not known.

    Raises:
        CannotFit: fewer than two items can be compared, or the estimates would be infinite.
    """
    people, items = _informative(responses)
    kept = responses[np.ix_(people, items)]
    if len(items) < 2:
        raise CannotFit("fewer than two items tell people apart")
    if len(items) > ITEMS_MOST:
        raise CannotFit(f"more than {ITEMS_MOST} items; use marginal estimation")
    _check_connected(kept, items)
    blocks = _blocks(kept)
    if 2 * sum(len(block.items) for block in blocks) * len(items) > WORK_MOST:
        raise CannotFit(
            f"{len(blocks)} different patterns of missing responses; use marginal estimation"
        )
    return _estimate(blocks, items, len(people), responses.shape[1])


def _estimate(
    blocks: Sequence[_Block], items: IntArray, person_count: int, item_count: int
) -> Conditional:
    right = sum(_spread_out(block.right, block.items, len(items)) for block in blocks)
    tried = sum(
        _spread_out(np.full(len(block.items), block.by_score.sum()), block.items, len(items))
        for block in blocks
    )
    difficulty: FloatArray = -np.log(right / (tried - right))
    difficulty -= difficulty.mean()
    hessian = _hessian(blocks, difficulty)
    is_converged, count = False, 0
    while not is_converged and count < ITERATIONS_MOST:
        count += 1
        step: FloatArray = _covariance(hessian) @ _gradient(blocks, difficulty)
        largest = float(np.abs(step).max())
        step *= min(1.0, STEP_MOST / largest) if largest else 1.0
        difficulty = difficulty + step - step.mean()
        is_converged = largest < TOLERANCE
        # Near the end the matrix of the step before does as well, and costs nothing.
        if largest > 0.1:
            hessian = _hessian(blocks, difficulty)
    covariance = _covariance(_hessian(blocks, difficulty))
    return Conditional(
        difficulty=_spread_out(difficulty, items, item_count, fill=np.nan),
        se=_spread_out(np.sqrt(np.diag(covariance)), items, item_count, fill=np.nan),
        log_likelihood=sum(_log_likelihood(block, difficulty) for block in blocks),
        person_count=person_count,
        iteration_count=count,
        is_converged=is_converged,
    )


def _informative(responses: IntArray) -> tuple[IntArray, IntArray]:
    """People and items left when whoever and whatever says nothing is taken out."""
    people, items = np.arange(responses.shape[0]), np.arange(responses.shape[1])
    while True:
        kept = responses[np.ix_(people, items)]
        by_person = (kept == 1).any(axis=1) & (kept == 0).any(axis=1)
        by_item = (kept == 1).any(axis=0) & (kept == 0).any(axis=0)
        if by_person.all() and by_item.all():
            return people, items
        people, items = people[by_person], items[by_item]


def _check_connected(responses: IntArray, items: IntArray) -> None:
    """Refuse items that were not won and lost against every other, by however many steps.

    Finite estimates exist if and only if they were (Fischer, 1981).
    """
    right = (responses == 1).astype(np.float32)
    wrong = (responses == 0).astype(np.float32)
    beaten = (right.T @ wrong) > 0  # by somebody who got the first right and the second wrong
    for reach in (beaten, beaten.T):
        seen = np.zeros(len(items), dtype=bool)
        seen[0] = True
        count = 0
        while count < (count := int(seen.sum())):
            seen |= reach[seen].any(axis=0)
        if not seen.all():
            apart = int(items[np.flatnonzero(~seen)[0]])
            raise CannotFit(
                "items fall into groups without a comparison both ways: nobody got any of the one "
                "group right and any of the other wrong",
                [apart, int(items[0])],
            )


def _blocks(responses: IntArray) -> list[_Block]:
    is_given = responses != UNKNOWN
    packed = np.packbits(is_given, axis=1)  # an eighth of the bytes to compare
    _, first, which = np.unique(packed, axis=0, return_index=True, return_inverse=True)
    which = which.reshape(-1)
    blocks = []
    for number, example in enumerate(first):
        items = np.flatnonzero(is_given[example])
        rows = responses[which == number][:, items]
        by_score = np.bincount(rows.sum(axis=1), minlength=len(items) + 1)
        right = rows.sum(axis=0, dtype=np.int64).astype(np.float64)
        blocks.append(_Block(items, by_score.astype(np.float64), right))
    return blocks


def _hessian(blocks: Sequence[_Block], difficulty: FloatArray) -> FloatArray:
    size = len(difficulty)
    found = np.empty((size, size))
    for at in range(size):
        moved = np.zeros(size)
        moved[at] = DIFFERENCE
        above = _gradient(blocks, difficulty + moved)
        found[at] = (above - _gradient(blocks, difficulty - moved)) / (2 * DIFFERENCE)
    symmetric: FloatArray = (found + found.T) / 2
    return symmetric


def _covariance(hessian: FloatArray) -> FloatArray:
    """The inverse of minus the matrix, among difficulties that sum to 0.

    All difficulties moved alike change nothing, so the matrix alone has no inverse; its null
    direction is filled with a 1 before, and taken out again.
    """
    alike = np.full(hessian.shape, 1 / len(hessian))
    found: FloatArray = np.linalg.inv(alike - hessian) - alike
    return found


def _gradient(blocks: Sequence[_Block], difficulty: FloatArray) -> FloatArray:
    """Derivatives of the conditional log likelihood: expected minus observed right responses."""
    found = np.zeros(len(difficulty))
    for block in blocks:
        found[block.items] += _expected(block, difficulty) - block.right
    return found


def _expected(block: _Block, difficulty: FloatArray) -> FloatArray:
    """How many right responses each item would have, given the scores that people have."""
    chance = _chance(block, difficulty)
    before, after = _sums(chance), _sums(chance[::-1])
    whole = before[-1]
    weight = np.divide(block.by_score, whole, out=np.zeros_like(whole), where=block.by_score > 0)
    size = len(chance)
    found = np.empty(size)
    for at in range(size):
        others = np.convolve(before[at], after[size - 1 - at])
        found[at] = chance[at] * float(others @ weight[1:])
    return found


def _log_likelihood(block: _Block, difficulty: FloatArray) -> float:
    chance = _chance(block, difficulty)
    wrong = block.by_score.sum() - block.right
    whole = _sums(chance)[-1]
    scored = block.by_score > 0
    of_scores = float(block.by_score[scored] @ np.log(whole[scored]))
    return float(block.right @ np.log(chance) + wrong @ np.log1p(-chance)) - of_scores


def _chance(block: _Block, difficulty: FloatArray) -> FloatArray:
    chance: FloatArray = 1 / (1 + np.exp(difficulty[block.items]))
    return chance


def _sums(chance: FloatArray) -> list[FloatArray]:
    """The distribution of the number right among the first 0, 1, 2, … items."""
    found = [np.ones(1)]
    for one in chance:
        found.append(np.convolve(found[-1], (1 - one, one)))
    return found


def _spread_out(values: FloatArray, items: IntArray, size: int, *, fill: float = 0.0) -> FloatArray:
    found = np.full(size, fill)
    found[items] = values
    return found
