from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import display
from scoring.tally import Tally, Threshold, check, passed, score_of, tally, thresholds_for
from tests.unit.scoring.strategies import points

MINIMA = (
    Threshold("twk", Fraction(65)),
    Threshold("tiu", Fraction(80)),
    Threshold("tkp", Fraction(166)),
)


def _cumulative(total: int, tiu: int) -> tuple[Threshold, ...]:
    return Threshold("total", Fraction(total)), Threshold("tiu", Fraction(tiu))


# KepmenPANRB 321/2024
THRESHOLDS = {
    "general": MINIMA,
    "cumlaude": _cumulative(311, 85),
    "diaspora": _cumulative(311, 85),
    "disability": _cumulative(286, 60),
    "papua": _cumulative(286, 60),
    "remote": _cumulative(286, 60),
    "doctor": _cumulative(311, 80),
    "rescuer": _cumulative(286, 70),
}


def _scores(twk: int, tiu: int, tkp: int) -> Tally:
    sections = {"twk": Fraction(twk), "tiu": Fraction(tiu), "tkp": Fraction(tkp)}
    return Tally(sections, sum(sections.values(), Fraction(0)), {})


def test_marks_are_summed_by_section_and_in_all() -> None:
    marks = [
        ("twk", Fraction(5), True),
        ("tkp", Fraction(4), True),
        ("twk", Fraction(0), False),
        ("tkp", Fraction(1, 3), True),
    ]

    result = tally(marks)

    assert result.sections == {"twk": 5, "tkp": Fraction(13, 3)}
    assert result.total == Fraction(28, 3)
    assert result.answered == {"twk": 1, "tkp": 2}


@given(st.lists(st.tuples(st.sampled_from(["twk", "tiu"]), points, st.booleans())))
def test_the_total_is_the_sum_of_all_marks_in_any_order(
    marks: list[tuple[str, Fraction, bool]],
) -> None:
    result = tally(marks)

    assert result.total == sum(mark for _, mark, _ in marks)
    assert result == tally(reversed(marks))


@pytest.mark.parametrize(
    ("formation_type", "met", "missed"),
    [
        ("general", (65, 80, 166), (64, 175, 225)),
        ("general", (65, 80, 166), (150, 79, 225)),
        ("general", (65, 80, 166), (150, 175, 165)),
        ("kalimantan", (65, 80, 166), (65, 80, 165)),
        ("cumlaude", (0, 86, 225), (0, 85, 225)),
        ("cumlaude", (1, 85, 225), (150, 84, 225)),
        ("diaspora", (1, 85, 225), (1, 84, 225)),
        ("disability", (1, 60, 225), (0, 60, 225)),
        ("papua", (1, 60, 225), (150, 59, 225)),
        ("remote", (61, 60, 165), (60, 60, 165)),
        ("doctor", (6, 80, 225), (150, 79, 225)),
        ("rescuer", (0, 70, 216), (150, 69, 225)),
    ],
)
def test_thresholds_of_2024_are_met_at_the_edge_and_missed_below(
    formation_type: str, met: tuple[int, int, int], missed: tuple[int, int, int]
) -> None:
    thresholds = thresholds_for(THRESHOLDS, formation_type)

    assert passed(thresholds, _scores(*met))
    assert not passed(thresholds, _scores(*missed))


def test_each_threshold_tells_what_was_scored() -> None:
    outcomes = check(MINIMA, _scores(65, 75, 200))

    assert [(one.threshold.of, one.got, one.passed) for one in outcomes] == [
        ("twk", Fraction(65), True),
        ("tiu", Fraction(75), False),
        ("tkp", Fraction(200), True),
    ]


def test_a_threshold_may_ask_for_several_sections_together() -> None:
    together = Threshold(("twk", "tiu"), Fraction(150))

    assert passed([together], _scores(75, 75, 0))
    assert not passed([together], _scores(75, 74, 225))


def test_a_section_that_was_not_reached_scores_nothing() -> None:
    assert score_of("interview", {"twk": Fraction(5)}) == 0
    assert score_of(("twk", "interview"), {"twk": Fraction(5)}) == 5


def test_other_formation_types_fall_back_to_the_general_thresholds() -> None:
    assert thresholds_for(THRESHOLDS, "unheard-of") == MINIMA
    assert thresholds_for(THRESHOLDS, "disability") != MINIMA
    assert thresholds_for({}, "disability") == ()


@pytest.mark.parametrize(
    ("exact", "places", "shown"),
    [
        ("5/2", 0, "3"),
        ("2.4999", 0, "2"),
        ("-5/2", 0, "-3"),
        ("-0.4", 0, "0"),
        ("1/3", 2, "0.33"),
        ("2/3", 2, "0.67"),
        ("1.005", 2, "1.01"),
        ("0.045", 2, "0.05"),
        ("-0.004", 2, "0.00"),
        ("999.995", 2, "1000.00"),
        ("30.545454", 3, "30.545"),
    ],
)
def test_points_are_rounded_half_up_once(exact: str, places: int, shown: str) -> None:
    assert display(Fraction(exact), places) == shown


@pytest.mark.parametrize(
    ("exact", "shown"),
    [
        ("125", "125"),
        ("62.5", "62.5"),
        ("100", "100"),
        ("0", "0"),
        ("1/3", "0.33"),
        ("-7/2", "-3.5"),
        ("0.004", "0"),
        ("1.10", "1.1"),
    ],
)
def test_people_see_as_many_decimals_as_needed_and_at_most_two(exact: str, shown: str) -> None:
    assert display(Fraction(exact)) == shown


@given(st.decimals(-1000, 1000, places=5), st.integers(0, 4))
def test_rounding_agrees_with_decimal_arithmetic(value: Decimal, places: int) -> None:
    step = Decimal(1).scaleb(-places)
    expected = value.quantize(step, ROUND_HALF_UP)

    shown = display(Fraction(value), places)

    assert shown == str(abs(expected) if expected == 0 else expected)
