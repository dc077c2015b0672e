"""Models against their definition: enumeration, and responses that tell little."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.item_analysis import conditional, marginal
from scoring.item_analysis.classical import FloatArray, analyse, correlate, cronbach_alpha
from scoring.item_analysis.conditional import IntArray
from scoring.item_analysis.differential import mantel_haenszel
from scoring.item_analysis.marginal import Quadrature, Slopes, quadrature
from scoring.item_analysis.refusal import CannotFit


def drawn(seed: int, *, people: int = 300, items: int = 6, missing: float = 0.0) -> IntArray:
    """Responses of people of different ability to items of different difficulty."""
    chance = np.random.default_rng(seed)
    reach = chance.normal(size=(people, 1)) - np.linspace(-1.5, 1.5, items)
    right = (chance.random(reach.shape) < 1 / (1 + np.exp(-reach))).astype(int)
    right[chance.random(reach.shape) < missing] = conditional.UNKNOWN
    return right


def enumerated(responses: IntArray, difficulty: FloatArray) -> float:
    """The conditional log likelihood, from every way in which a score can come about."""
    found = 0.0
    for row in responses:
        given_items = np.flatnonzero(row != conditional.UNKNOWN)
        b = difficulty[given_items]
        ways = [np.array(one) for one in product((0, 1), repeat=len(b))]
        score = row[given_items].sum()
        whole = sum(np.exp(-one @ b) for one in ways if one.sum() == score)
        found += float(-row[given_items] @ b - np.log(whole))
    return found


@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_the_conditional_likelihood_is_highest_at_the_estimates(missing: float) -> None:
    responses = drawn(1, missing=missing)

    found = conditional.rasch(responses)

    best = enumerated(responses, found.difficulty)
    assert best == pytest.approx(found.log_likelihood, abs=1e-8)
    assert 0 == pytest.approx(found.difficulty.sum(), abs=1e-9)
    for item in range(6):
        for move in (-0.01, 0.01):
            moved = found.difficulty.copy()
            moved[item] += move
            assert enumerated(responses, moved) < best


@pytest.mark.parametrize("slopes", list(Slopes))
@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_the_marginal_likelihood_is_highest_at_the_estimates(
    slopes: Slopes, missing: float
) -> None:
    responses = drawn(2, items=5, missing=missing)
    nodes, weights = np.polynomial.hermite_e.hermegauss(21)

    def likelihood(slope: FloatArray, threshold: FloatArray) -> float:
        chance = 1 / (1 + np.exp(-slope * (nodes[:, None] - threshold)))
        found = 0.0
        for row in responses:
            of_items = np.where(row == 1, chance, np.where(row == 0, 1 - chance, 1.0))
            found += float(np.log(of_items.prod(axis=1) @ weights / np.sqrt(2 * np.pi)))
        return found

    found = marginal.fit(responses, slopes)

    assert found.is_converged
    slope = np.array([one.slope for one in found.items])
    threshold = np.array([one.thresholds[1] for one in found.items])
    best = likelihood(slope, threshold)
    assert best == pytest.approx(found.log_likelihood, abs=1e-6)
    moves = [(np.zeros(5), move) for move in 0.05 * np.vstack([np.eye(5), -np.eye(5)])]
    if slopes is Slopes.OWN:
        moves += [(move, np.zeros(5)) for _, move in moves]
    if slopes is Slopes.COMMON:
        moves += [(np.full(5, move), np.zeros(5)) for move in (-0.05, 0.05)]
    assert all(likelihood(slope + a, threshold + b) < best for a, b in moves)


LSAT7 = (
    *(12, 19, 1, 7, 3, 19, 3, 17, 10, 5, 3, 7, 7, 23, 8, 28),
    *(7, 39, 11, 34, 14, 51, 15, 90, 6, 25, 7, 35, 18, 136, 32, 308),
)
"""How many gave each pattern of five responses, 00000 to 11111 (Bock and Lieberman, 1970)."""


def test_the_law_school_test_has_its_published_parameters() -> None:
    """As in the documentation of the R package mirt."""
    patterns = [[int(digit) for digit in f"{number:05b}"] for number in range(32)]
    responses = np.repeat(patterns, LSAT7, axis=0)

    found = marginal.fit(responses)

    slopes = [one.slope for one in found.items]
    intercepts = [-one.slope * one.thresholds[1] for one in found.items]
    assert [0.988, 1.081, 1.706, 0.765, 0.736] == pytest.approx(slopes, abs=0.002)
    assert [1.856, 0.808, 1.804, 0.486, 1.855] == pytest.approx(intercepts, abs=0.002)
    assert -2658.805 == pytest.approx(found.log_likelihood, abs=0.001)
    assert 0.453 == pytest.approx(analyse(responses.astype(float)).alpha, abs=0.0005)


def worst_error(at: Quadrature, item_count: int) -> float:
    """Of the share of people near an ability, known as well as so many items of slope 1 let it."""
    spread = 2 / np.sqrt(item_count)
    centres = np.linspace(-2, 2, 41)
    distance = (at.nodes[:, None] - centres) / spread
    found = np.exp(at.log_weights) @ np.exp(-(distance**2) / 2)
    exact = spread / np.sqrt(1 + spread**2) * np.exp(-(centres**2) / (2 * (1 + spread**2)))
    return float(np.abs(found / exact - 1).max())


@pytest.mark.parametrize("item_count", [1, 5, 30, 31, 60, 170, 1000])
def test_points_are_close_enough_for_every_length_of_test(item_count: int) -> None:
    few = quadrature(5)
    assert 21 == len(few.nodes)
    if item_count > 100:
        assert worst_error(few, item_count) > 0.5

    assert worst_error(quadrature(item_count), item_count) < 0.02


def test_an_unused_category_has_no_threshold_and_moves_no_other() -> None:
    graded = drawn(3, items=3) + drawn(3, items=6)[:, 3:]
    apart = graded.copy()
    apart[apart == 2] = 4  # nobody has 2 or 3

    close, wide = marginal.fit(graded), marginal.fit(apart)

    for a, b in zip(close.items, wide.items, strict=True):
        assert {1, 2} == set(a.thresholds)
        assert {1, 4} == set(b.thresholds)
        assert (a.slope, a.thresholds[2]) == pytest.approx((b.slope, b.thresholds[4]))


def test_items_on_which_all_earn_the_same_have_no_parameters() -> None:
    responses = drawn(4, items=5)
    responses[:, 0], responses[:, 1] = 1, 0

    with_flat, without = conditional.rasch(responses), conditional.rasch(responses[:, 2:])
    fitted = marginal.fit(responses)

    assert np.isnan(with_flat.difficulty[:2]).all()
    np.testing.assert_allclose(with_flat.difficulty[2:], without.difficulty, atol=1e-9)
    assert [True, True, False, False, False] == [bool(np.isnan(i.slope)) for i in fitted.items]
    assert {} == fitted.items[0].thresholds


def test_items_without_a_comparison_both_ways_are_refused() -> None:
    """Nobody got an item of the second pair right who had one of the first wrong."""
    apart = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [1, 1, 1, 0], [1, 1, 0, 1]])
    joined = np.vstack([apart, [0, 1, 1, 0]])

    with pytest.raises(CannotFit, match="groups without a comparison both ways") as refused:
        conditional.rasch(apart)
    assert 2 == len(refused.value.items)
    assert conditional.rasch(joined).is_converged
    with pytest.raises(CannotFit, match="fewer than two items"):
        conditional.rasch(np.array([[1, 1, 0], [1, 0, 0]]))
    with pytest.raises(CannotFit, match="needs 3 items on which people differ; here are 2"):
        marginal.fit(apart[:, :2])


def test_a_slope_without_bound_is_told() -> None:
    able = np.arange(200) >= 100
    responses = np.column_stack([able, able, able, np.arange(200) % 3 == 0]).astype(int)

    found = marginal.fit(responses)

    assert not found.is_converged or not found.items[0].is_determined


matrices = st.tuples(st.integers(1, 6), st.integers(1, 5)).flatmap(
    lambda shape: st.lists(
        st.lists(st.sampled_from([0, 0, 1, 1, 2, -1]), min_size=shape[1], max_size=shape[1]),
        min_size=shape[0],
        max_size=shape[0],
    )
)


@given(matrices)
def test_classical_figures_follow_from_their_definitions(rows: list[list[int]]) -> None:
    """One person, one item, all alike, nothing known: a number or NaN, and never a warning."""
    points = np.where(np.array(rows) < 0, np.nan, np.array(rows, dtype=float))
    complete = points[~np.isnan(points).any(axis=1)]
    totals = complete.sum(axis=1)

    found = analyse(points)

    assert len(complete) == found.complete_count
    for item in range(points.shape[1]):
        known = [row[item] for row in points if row[item] >= 0]
        mean = sum(known) / len(known) if known else np.nan
        assert mean == pytest.approx(found.items.mean[item], nan_ok=True)
        rest = totals - complete[:, item]
        has_rest = len(set(rest)) > 1 and len(set(complete[:, item])) > 1
        expected = np.corrcoef(complete[:, item], rest)[0, 1] if has_rest else np.nan
        assert expected == pytest.approx(found.items.item_rest[item], abs=1e-9, nan_ok=True)
    has_alpha = points.shape[1] > 1 and len(set(totals)) > 1
    assert has_alpha != np.isnan(found.alpha)
    if has_alpha:
        covariance = np.cov(complete, rowvar=False)
        share = np.trace(covariance) / covariance.sum()
        size = points.shape[1]
        assert size / (size - 1) * (1 - share) == pytest.approx(found.alpha)


def test_values_that_differ_by_rounding_alone_do_not_vary() -> None:
    tenths = np.full((7, 3), 0.1)
    tenths[0] = 0.3 - 0.2  # 0.09999999999999998

    assert np.isnan(cronbach_alpha(tenths))
    assert np.isnan(correlate(tenths[:, 0], np.arange(7.0)))


strata = st.lists(st.tuples(*[st.integers(0, 4)] * 4), min_size=1, max_size=5)


@settings(max_examples=60)
@given(strata)
def test_mantel_haenszel_follows_from_its_definition(tables: list[tuple[int, ...]]) -> None:
    """Empty strata, strata of one group and one-sided tables among them."""
    people = [
        (total, is_focal, right)
        for total, (a, b, c, d) in enumerate(tables)
        for count, is_focal, right in ((a, 0, 1), (b, 0, 0), (c, 1, 1), (d, 1, 0))
        for _ in range(count)
    ]
    totals, is_focal, right = np.array(people or np.empty((0, 3))).reshape(-1, 3).T

    found = mantel_haenszel(right > 0, totals.astype(float), is_focal > 0)

    useful = [one for one in tables if one[0] + one[1] and one[2] + one[3]]
    above = sum(a * d / (a + b + c + d) for a, b, c, d in useful)
    below = sum(b * c / (a + b + c + d) for a, b, c, d in useful)
    variance = sum(
        (a + b) * (c + d) * (a + c) * (b + d) / ((n := a + b + c + d) ** 2 * (n - 1))
        for a, b, c, d in useful
    )
    assert len(useful) == found.strata_count
    if variance:
        distance = abs(sum(a - (a + b) * (a + c) / (a + b + c + d) for a, b, c, d in useful))
        corrected = distance - (0.5 if distance >= 0.5 else 0)
        assert corrected**2 / variance == pytest.approx(found.chi_square)
    else:
        assert np.isnan(found.chi_square)
    if below:
        assert above / below == pytest.approx(found.odds_ratio)
    assert (found.level == "") == (not (above and below))
