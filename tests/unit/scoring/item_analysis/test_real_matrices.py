"""Our figures are those of R's well-kept packages, on real exams of 259 to 1,525 people."""

from pathlib import Path

import numpy as np
import pytest

from scoring.item_analysis import conditional, differential, marginal
from scoring.item_analysis.classical import analyse
from scoring.item_analysis.key import read_key
from scoring.item_analysis.marginal import Slopes
from scoring.item_analysis.options import chosen_options
from tests.unit.scoring.item_analysis.real_matrices import MATRICES, column

CLASSICAL, CONDITIONAL, MARGINAL = 1e-6, 1e-4, 0.01
FIGURES = {
    "mean": "mean_available",
    "sd": "sd",
    "item_total": "r_item_total",
    "item_rest": "r_item_rest",
    "alpha_without": "alpha_if_deleted",
    "upper_lower_thirds": "uli_thirds",
    "upper_lower_fifths": "uli_fifths",
}


@pytest.mark.parametrize("name", MATRICES)
def test_classical_figures_are_those_of_psych_and_ltm(name: str, shared_data: Path) -> None:
    real = MATRICES[name]
    expected = real.expected(shared_data)[real.part]

    found = analyse(real.points(shared_data))

    total = expected["total"]
    assert expected["n_persons"] == found.person_count
    assert expected["n_complete"] == found.complete_count
    assert (total["min"], total["median"], total["max"]) == (found.least, found.median, found.most)
    for ours, theirs in (
        (found.mean, total["mean"]),
        (found.sd, total["sd_n_minus_1"]),
        (found.alpha, expected["alpha_raw"]),
        (found.alpha_standardized, expected["alpha_standardized"]),
        (found.sem, expected["sem"]),
    ):
        assert theirs == pytest.approx(ours, abs=CLASSICAL)
    for ours_name, theirs_name in FIGURES.items():
        theirs = column(expected["items"], theirs_name)
        ours = getattr(found.items, ours_name)
        np.testing.assert_allclose(ours, theirs, atol=CLASSICAL, rtol=0, err_msg=ours_name)


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("lsat6", "rasch_cml"),
        ("mathexam14w", "rasch_cml"),
        ("msatb", "rasch_cml"),
        ("aggression-dichotomised", "rasch_cml_dichotomised"),
    ],
)
def test_conditional_difficulties_are_those_of_erm(name: str, part: str, shared_data: Path) -> None:
    real = MATRICES[name]
    expected = real.expected(shared_data)[part]

    found = conditional.rasch(real.points(shared_data).astype(int))

    assert found.is_converged
    np.testing.assert_allclose(found.difficulty, expected["difficulty"], atol=CONDITIONAL, rtol=0)
    np.testing.assert_allclose(found.se, expected["se"], atol=CONDITIONAL, rtol=0)
    assert expected["loglik_conditional"] == pytest.approx(found.log_likelihood, abs=1e-5)


def test_the_licensing_exam_is_fitted_better_than_erm_does(shared_data: Path) -> None:
    """ERm stops early at 170 items: its likelihood is lower, its estimates are off by 0.0007."""
    real = MATRICES["credential"]
    expected = real.expected(shared_data)["rasch_cml"]

    found = conditional.rasch(real.points(shared_data).astype(int))

    assert found.is_converged
    assert found.log_likelihood > expected["loglik_conditional"]
    np.testing.assert_allclose(found.difficulty, expected["difficulty"], atol=1e-3, rtol=0)
    np.testing.assert_allclose(found.se, expected["se"], atol=CONDITIONAL, rtol=0)


@pytest.mark.parametrize("name", ["lsat6", "mathexam14w", "msatb"])
@pytest.mark.parametrize(
    ("slopes", "part"),
    [
        (Slopes.ONE, "rasch_a_fixed_1"),
        (Slopes.COMMON, "rasch_common_a"),
        (Slopes.OWN, "two_pl"),
    ],
)
def test_marginal_parameters_are_those_of_ltm(
    name: str, slopes: Slopes, part: str, shared_data: Path
) -> None:
    real = MATRICES[name]
    expected = real.expected(shared_data)["mml"][part]

    found = marginal.fit(real.points(shared_data).astype(int), slopes)

    assert found.is_converged
    thresholds = [one.thresholds[1] for one in found.items]
    np.testing.assert_allclose(thresholds, expected["b"], atol=MARGINAL, rtol=0)
    theirs = np.broadcast_to(expected.get("a", 1.0), len(found.items))
    np.testing.assert_allclose([one.slope for one in found.items], theirs, atol=MARGINAL, rtol=0)
    assert expected["loglik"] == pytest.approx(found.log_likelihood, abs=0.01)


def test_graded_responses_are_those_of_ltm(shared_data: Path) -> None:
    real = MATRICES["aggression"]
    expected = real.expected(shared_data)["grm"]

    found = marginal.fit(real.points(shared_data).astype(int))

    for ours, name in (
        ([one.thresholds[1] for one in found.items], "Extrmt1"),
        ([one.thresholds[2] for one in found.items], "Extrmt2"),
        ([one.slope for one in found.items], "Dscrmn"),
    ):
        theirs = column(expected["matrix"], name)
        np.testing.assert_allclose(ours, theirs, atol=MARGINAL, rtol=0, err_msg=name)
    assert expected["loglik"] == pytest.approx(found.log_likelihood, abs=0.01)


def test_differences_between_groups_are_those_of_mantelhaen_test(shared_data: Path) -> None:
    real = MATRICES["msatb"]
    points = real.points(shared_data)
    is_focal = np.array(real.matrix(shared_data).beside["gender"]) == "1"

    found = differential.all_items(points, points.sum(axis=1), is_focal)

    rows = real.expected(shared_data)["dif_mantel_haenszel_gender"]
    for ours, theirs in (
        ([one.odds_ratio for one in found], "alphaMH"),
        ([one.chi_square for one in found], "chisq_cc"),
        ([one.p for one in found], "p"),
        ([one.delta for one in found], "deltaMH"),
    ):
        np.testing.assert_allclose(ours, column(rows, theirs), atol=CLASSICAL, rtol=0)


def test_shares_of_options_are_those_of_psych(shared_data: Path) -> None:
    real = MATRICES["iqitems"]
    matrix = real.matrix(shared_data)
    expected = real.expected(shared_data)
    key = [frozenset({str(one)}) for one in expected["key"]]
    assert key == read_key(str(expected["key"]), matrix.items)

    found = chosen_options(matrix, key, real.points(shared_data))

    for options, row in zip(found, expected["score_multiple_choice"]["item_stats"], strict=True):
        shares = {one.option: one.share for one in options}
        for option in map(str, range(9)):
            assert row[option] == pytest.approx(shares.get(option, 0), abs=0.005001)
