"""Marking and ranking a nation at once, on NumPy: exactly what `mark` and `rank` give, in bulk.

Promised: no rounding anywhere. Points become whole numbers over one denominator, values to rank by
become whole numbers of the same order; what does not fit 64 bits is refused (marking) or ranked by
a slower way (ranking), never cut. Source: docs/algorithms/ranking.md, "In bulk".
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.mark import mark
from scoring.response import Nothing, Response
from scoring.rule import Rule

IntArray = NDArray[np.signedinteger[Any]]

WIDEST = 2**63 - 1
NARROWEST: tuple[type[np.signedinteger[Any]], ...] = (np.int16, np.int32, np.int64)
KEY_BITS = 63
DIGIT_BITS = 16
BLOCK_ROWS = 4_096
"""Candidates marked at a time, so that what is computed on the way stays in the cache."""


class TooLarge(ArithmeticError):
    """Points that do not fit 64 bits over one denominator; mark them one by one."""

    code = "too_large"


@dataclass(frozen=True, slots=True)
class Ranking:
    """Everybody in order.

    Attributes:
        order: (candidates,), positions in the input, the best first.
        ranks: (candidates,), the competition rank of each of `order`.
    """

    order: IntArray
    ranks: IntArray


@dataclass(frozen=True, slots=True)
class PointTable:
    """What every response to every item earns.

    Attributes:
        points: (items, codes), whole numbers over `denominator`; code 0 is no response.
    """

    points: IntArray
    denominator: int


def rank_columns(columns: Sequence[IntArray]) -> Ranking:
    """Rank by the first column, then the second, and so on; the higher value stands above.

    Args:
        columns: (candidates,) each, one at least; candidates in the order in which full ties stand.

    The columns are packed into one key where their ranges allow, the highest value as 0, and the
    key is sorted by its digits of 16 bits, from the lowest to the highest. Otherwise the columns
    are sorted one after the other.
    """
    assert columns, "there is something to rank by"
    size = len(columns[0])
    assert all(column.shape == (size,) for column in columns), "a value for each candidate"
    if size == 0:
        return Ranking(np.empty(0, np.int64), np.empty(0, np.int64))
    key, bits = _pack(columns)
    if key is None:
        # ~x turns the order of whole numbers round, and unlike -x it always fits.
        order = np.lexsort([~column for column in reversed(columns)])
        ordered = [column[order] for column in columns]
    else:
        order = _sort_digits(key, bits)
        ordered = [key[order]]
    return Ranking(order, _competition_ranks(ordered))


def order_numbers(values: Sequence[Fraction]) -> IntArray:
    """Whole numbers in the same order as the values, equal where these are equal.

    The values over their common denominator where those fit 64 bits, else their places among the
    different values there are.
    """
    denominator = lcm(*(value.denominator for value in values))
    scaled = [int(value * denominator) for value in values]
    if any(abs(one) > WIDEST for one in scaled):
        places = {value: place for place, value in enumerate(sorted(set(scaled)))}
        scaled = [places[value] for value in scaled]
    return np.array(scaled, dtype=np.int64)


def tabulate(items: Iterable[tuple[Rule, Sequence[Response]]]) -> PointTable:
    """Mark each response once.

    Args:
        items: of each the rule and the responses with the codes 1, 2, 3, …

    Raises:
        TooLarge: the points need more than 64 bits.
    """
    marks = [[mark(rule, Nothing()), *(mark(rule, one) for one in given)] for rule, given in items]
    denominator = lcm(*(points.denominator for row in marks for points in row))
    scaled = [[int(points * denominator) for points in row] for row in marks]
    if any(abs(points) > WIDEST for row in scaled for points in row):
        raise TooLarge
    points = np.zeros((len(scaled), max(map(len, scaled), default=1)), dtype=np.int64)
    for item_index, row in enumerate(scaled):
        points[item_index, : len(row)] = row
    return PointTable(points, denominator)


def section_sums(
    table: PointTable, items: IntArray, codes: NDArray[Any], *, begins: Sequence[int]
) -> IntArray:
    """The points of each candidate in each section, as whole numbers over the table's denominator.

    Args:
        table: what each response earns.
        items: (candidates, places) or, where all have one form, (places,): positions in the table.
        codes: (candidates, places), what was given there.
        begins: the place at which each section begins, ascending, the first 0.

    Returns:
        (candidates, sections)

    Raises:
        TooLarge: a sum could need more than 64 bits.
    """
    candidate_count, place_count = codes.shape
    assert begins, "a form has a section"
    assert begins[0] == 0, "every place belongs to a section"
    assert all(a < b for a, b in zip(begins, [*begins[1:], place_count], strict=True)), "ascending"
    _check_range("item", items, table.points.shape[0])
    _check_range("code", codes, table.points.shape[1])
    points, sum_type = _narrowed(table.points, place_count)
    code_count = table.points.shape[1]
    flat = points.ravel()
    sums = np.empty((candidate_count, len(begins)), dtype=sum_type)
    for first in range(0, candidate_count, BLOCK_ROWS):
        rows = slice(first, first + BLOCK_ROWS)
        of_rows = items if items.ndim == 1 else items[rows]
        earned = flat[of_rows.astype(np.intp) * code_count + codes[rows]]
        sums[rows] = np.add.reduceat(earned, begins, axis=1, dtype=sum_type)
    return sums


def _pack(columns: Sequence[IntArray]) -> tuple[NDArray[np.int64] | None, int]:
    """One key that is smaller for whoever stands above, and its bits; no key if it does not fit."""
    spans = [(int(column.min()), int(column.max())) for column in columns]
    capacity = 1
    for least, most in spans:
        capacity *= most - least + 1
    bits = (capacity - 1).bit_length()
    if bits > KEY_BITS:
        return None, bits
    key = np.zeros(len(columns[0]), dtype=np.int64)
    for column, (least, most) in zip(columns, spans, strict=True):
        key *= most - least + 1
        key += most
        key -= column
    return key, bits


def _sort_digits(key: NDArray[np.int64], bits: int) -> IntArray:
    """The order of the keys; equal ones stay as they stand. NumPy sorts 16 bits by counting."""
    order: IntArray = np.argsort(key.astype(np.uint16), kind="stable")
    for shift in range(DIGIT_BITS, bits, DIGIT_BITS):
        digit = (key >> shift).astype(np.uint16)
        order = order[np.argsort(digit[order], kind="stable")]
    return order


def _competition_ranks(ordered: Sequence[IntArray]) -> IntArray:
    """1, 2, 2, 4: whoever differs from the one before has the rank of the own place."""
    size = len(ordered[0])
    is_new = np.zeros(size, dtype=bool)
    is_new[0] = True
    for column in ordered:
        is_new[1:] |= column[1:] != column[:-1]
    places: IntArray = np.arange(1, size + 1)
    ranks: IntArray = np.maximum.accumulate(np.where(is_new, places, 0))
    return ranks


def _narrowed(points: IntArray, place_count: int) -> tuple[IntArray, type[np.signedinteger[Any]]]:
    """The points in the fewest bits that hold them, and a type that holds any sum of them."""
    most = max((abs(int(one)) for one in (points.min(), points.max())), default=0)
    if most * place_count > WIDEST:
        raise TooLarge
    held = next(kind for kind in NARROWEST if most <= np.iinfo(kind).max)
    summed = next(kind for kind in NARROWEST[1:] if most * place_count <= np.iinfo(kind).max)
    return points.astype(held), summed


def _check_range(what: str, numbers: NDArray[Any], count: int) -> None:
    if numbers.size:
        assert numbers.min() >= 0, f"no {what} has a negative number"
        assert numbers.max() < count, f"every {what} is in the table"
