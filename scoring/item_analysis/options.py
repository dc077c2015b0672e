"""How often each option of an item was chosen, and by how able people."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scoring.item_analysis.classical import FloatArray, correlate
from scoring.item_analysis.matrix import Matrix

NOT_GIVEN = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """One option of an item.

    Attributes:
        option: as in the file; "" is no response.
        is_key: whether it is right.
        count: how many people chose it.
        share: of those who gave a response; of no response, of everybody.
        rest: correlation of choosing it with the points of the other items.
    """

    option: str
    is_key: bool
    count: int
    share: float
    rest: float


def chosen_options(
    matrix: Matrix, key: Sequence[frozenset[str]], points: FloatArray
) -> list[list[Chosen]]:
    """Of every item its options in order, those of the key even when nobody chose them.

    Args:
        matrix: what was chosen.
        key: the right ones of each item.
        points: (people, items), 0 or 1; NaN counts as 0.
    """
    earned = np.nan_to_num(points, nan=0.0)
    totals = earned.sum(axis=1)
    numbers = {value: code for code, value in enumerate(matrix.values)}
    found = []
    for at, right in enumerate(key):
        codes = matrix.codes[:, at]
        counts = np.bincount(codes, minlength=len(matrix.values))
        given = int(counts[1:].sum())
        rest = totals - earned[:, at]
        seen = {matrix.values[code] for code in np.flatnonzero(counts).tolist()}
        rows = []
        for option in sorted(seen | right, key=_in_order):
            code = numbers.get(option, -1)
            count = int(counts[code]) if code >= 0 else 0
            of = len(codes) if option == NOT_GIVEN else given
            share = count / of if of else np.nan
            fits = correlate((codes == code).astype(np.float64), rest)
            rows.append(Chosen(option, option in right, count, share, fits))
        found.append(rows)
    return found


def _in_order(option: str) -> tuple[bool, int, str]:
    """No response last; whole numbers by their size, before words."""
    is_whole = option.isascii() and option.isdigit()
    return option == NOT_GIVEN, int(option) if is_whole and len(option) < 18 else 10**18, option
