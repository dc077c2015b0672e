"""The arithmetic of growth: what counts as near-linear, and what is judged."""

import pytest

from cat_engine.bench.growth import SIZES, WORKS, entries, is_reached, replay, slope, spread
from question_bank.blueprint import read as read_blueprint
from question_bank.samples import blueprint_path


@pytest.mark.parametrize(("exponent", "constant"), [(1.0, 3e-6), (2.0, 1e-9), (1.15, 1e-5)])
def test_the_slope_is_the_exponent(exponent: float, constant: float) -> None:
    seconds = {size: constant * size**exponent for size in SIZES}

    assert slope(seconds) == pytest.approx(exponent)


def test_growth_is_judged_by_every_bound_and_a_short_run_not_at_all() -> None:
    good = {f"{work} slope": 1.0 for work in WORKS}
    good |= {"nation ranked": 0.9, "re-marked": 2.9, f"ranking {SIZES[-1]}": 0.2}

    assert is_reached({"growth": good}) is True
    for name, bad in (("board slope", 1.3), ("nation ranked", 1.1), ("re-marked", 3.1)):
        assert is_reached({"growth": good | {name: bad}}) is False
    assert is_reached({"growth": {"nation ranked": 9.0}}) is None


def test_a_replay_gives_everybody_the_points_of_the_journal() -> None:
    path = blueprint_path("skd-2024")
    assert path is not None
    blueprint = read_blueprint(path.read_text("utf-8"))

    changes = replay(entries(20), blueprint)

    assert spread(20, 6, salt=4).tolist() == [int(one.standing.total) for one in changes]
    assert {1} == {one.standing.answered for one in changes}
