"""Areas of a picture: every shape, its edges included, and what is no area."""

from fractions import Fraction

import pytest

from scoring.area import Area, BadArea, area, holds
from scoring.mark import highest, lowest, mark
from scoring.response import Choice, Nothing, Points
from scoring.rule import AreaRule

# A figure with a bay from above.
BAY = (0, 0, 4, 0, 4, 10, 6, 10, 6, 0, 10, 0, 10, 20, 0, 20)


@pytest.mark.parametrize(
    ("one", "inside", "outside"),
    [
        (Area("rect", (1, 2, 3, 4)), [(1, 2), (3, 4), (2, 3)], [(0, 3), (4, 3), (2, 1), (2, 5)]),
        (Area("circle", (5, 5, 5)), [(5, 10), (8, 9), (5, 5)], [(9, 9), (5, 11)]),
        (Area("ellipse", (0, 0, 10, 5)), [(10, 0), (0, 5), (6, 4)], [(7, 4), (0, 6)]),
        (Area("poly", BAY), [(0, 0), (4, 5), (5, 10), (2, 3), (5, 15)], [(5, 5), (11, 1), (-1, 0)]),
        (Area("default"), [(0, 0), (999, 999)], []),
    ],
)
def test_area_holds_what_lies_in_it_and_on_its_edge(
    one: Area, inside: list[tuple[int, int]], outside: list[tuple[int, int]]
) -> None:
    assert [] == [point for point in inside if not holds(one, point)]
    assert [] == [point for point in outside if holds(one, point)]


@pytest.mark.parametrize(
    ("shape", "coords"),
    [("rect", [1, 2, 3]), ("circle", [1, 2, -3]), ("poly", [1, 2, 3, 4]), ("star", [1])],
)
def test_numbers_that_make_no_area_are_refused(shape: str, coords: list[int]) -> None:
    with pytest.raises(BadArea):
        area(shape, coords)


def test_closed_polygon_loses_its_doubled_corner() -> None:
    assert Area("poly", (0, 0, 4, 0, 4, 4)) == area("poly", [0, 0, 4, 0, 4, 4, 0, 0])


def test_each_area_counts_once_and_a_miss_earns_the_default() -> None:
    left, right = Area("rect", (0, 0, 9, 9)), Area("rect", (10, 0, 19, 9))
    rule = AreaRule(
        ((left, Fraction(2)), (right, Fraction(3))), Fraction(-1), upper_bound=Fraction(4)
    )

    def earned(*points: tuple[int, int]) -> Fraction:
        return mark(rule, Points(frozenset(points)))

    assert Fraction(2) == earned((1, 1), (2, 2))
    assert Fraction(4) == earned((1, 1), (11, 1))
    assert Fraction(1) == earned((1, 1), (30, 30))
    assert Fraction(0) == mark(rule, Nothing()) == mark(rule, Choice("a"))
    assert (Fraction(4), Fraction(-1)) == (highest(rule), lowest(rule))
