"""What is known of an item's difficulty: expected share of its points, IRT parameters; read as CSV.

Statistics stand beside an item's version, not in its digest: they change with every exam, the item
does not. Whatever the draw computes with them is whole numbers (thousandths), so that a form is the
same on every machine.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from fractions import Fraction

from question_bank.item import Item
from question_bank.yaml_nodes import DECIMAL
from scoring.mark import highest, lowest

COLUMNS = ("item", "version", "expected", "a", "b", "c", "people")
THOUSANDTHS = 1000
DIGITS = 40
ROW_LIMIT = 1_000_000
PROBLEM_LIMIT = 100


class BadStatistics(Exception):
    """A file of statistics that cannot be used: one line for each problem; nothing was stored."""

    code = "bad_statistics"

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems[:PROBLEM_LIMIT]))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """What is known of one version of an item.

    `expected` is the mean share of the way from the item's lowest to its highest points; of an item
    that is right or wrong, the share of right responses (the p-value). a, b and c are those of the
    three-parameter logistic model, without the factor 1.7; c is 0 in the two-parameter one.
    """

    item_id: str
    version: int
    expected: Fraction | None = None
    a: Fraction | None = None
    b: Fraction | None = None
    c: Fraction = Fraction(0)
    people: int = 0


Statistics = Mapping[tuple[str, int], ItemStatistics]
"""By identifier and version."""


def expected_thousandths(
    item: Item, known: ItemStatistics | None, bands: Mapping[str, Fraction]
) -> int:
    """The points that the item is expected to earn, in thousandths, rounded half up.

    Without a known share, that of the author's difficulty band.
    """
    share = bands[item.difficulty]
    if known is not None and known.expected is not None:
        share = known.expected
    least = lowest(item.rule)
    points = least + share * (highest(item.rule) - least)
    return _round(points * THOUSANDTHS)


def information_thousandths(known: ItemStatistics | None, ability: Fraction) -> int:
    """Fisher information of the item at an ability, in thousandths; 0 without parameters.

    I = a² · (1 - P) / P · ((P - c) / (1 - c))², P = c + (1 - c) / (1 + e^(-a (θ - b))), computed
    with 40 decimal digits, because a machine's own exponential may differ in its last bit.
    """
    if known is None or known.a is None or known.b is None:
        return 0
    with localcontext(Context(prec=DIGITS)):
        a, b, c = (_decimal(value) for value in (known.a, known.b, known.c))
        logistic = 1 / (1 + (-a * (_decimal(ability) - b)).exp())
        right = c + (1 - c) * logistic
        if not right:
            return 0
        information = a * a * (1 - right) / right * logistic * logistic
        return int((information * THOUSANDTHS).to_integral_value(ROUND_HALF_UP))


def read(text: str, versions: Mapping[str, Sequence[int]]) -> list[ItemStatistics]:
    """Read statistics from CSV with a heading line: item, version, expected, a, b, c, people.

    Only `item` is needed, and either `expected` or both of `a` and `b`. Without a version the
    newest is meant.

    Args:
        text: the file.
        versions: the versions of every item of the bank, ascending.

    Raises:
        BadStatistics: with every problem, each with its line.
    """
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    header = [(name or "").strip().lower() for name in rows.fieldnames or ()]
    rows.fieldnames = header
    unknown = sorted(set(header) - set(COLUMNS))
    if "item" not in header or unknown:
        what = f"unknown column {unknown[0]!r}" if unknown else "the column 'item' is missing"
        raise BadStatistics([f"line 1: {what}; known: {', '.join(COLUMNS)}"])
    problems: list[str] = []
    found: dict[tuple[str, int], ItemStatistics] = {}
    try:
        for row in rows:
            one = _statistics(row, versions, rows.line_num, problems)
            if one is None:
                continue
            if (one.item_id, one.version) in found:
                problems.append(f"line {rows.line_num}: item {one.item_id} stands twice")
            found[one.item_id, one.version] = one
            if len(found) > ROW_LIMIT:
                raise BadStatistics([f"more than {ROW_LIMIT} rows; split the file"])
    except csv.Error as error:
        problems.append(f"line {rows.line_num}: not CSV: {error}")
    if problems or not found:
        raise BadStatistics(problems or ["the file has a heading but no items"])
    return [found[ref] for ref in sorted(found)]


def _statistics(
    row: Mapping[str, str | None],
    versions: Mapping[str, Sequence[int]],
    line: int,
    problems: list[str],
) -> ItemStatistics | None:
    values = {name: (row.get(name) or "").strip() for name in COLUMNS}
    faults: list[str] = []
    item_id = values["item"]
    present = versions.get(item_id, ())
    if not present:
        faults.append(f"the bank has no item {item_id!r}")
    version = _whole(values["version"], "version", faults) or max(present, default=0)
    if present and version not in present:
        faults.append(f"the bank has no version {version} of item {item_id}")
    expected = _number(values["expected"], "expected", faults)
    a, b, c = (_number(values[name], name, faults) for name in "abc")
    if expected is not None and not 0 <= expected <= 1:
        faults.append("'expected' is a share from 0 to 1")
    if a is not None and a <= 0:
        faults.append("'a' must be above 0")
    if c is not None and not 0 <= c < 1:
        faults.append("'c' is from 0 to below 1")
    if not faults and expected is None and (a is None or b is None):
        faults.append("give 'expected', or 'a' and 'b'")
    people = _whole(values["people"], "people", faults)
    problems += [f"line {line}: {fault}" for fault in faults]
    if faults:
        return None
    return ItemStatistics(item_id, version, expected, a, b, c or Fraction(0), people)


def _number(text: str, name: str, faults: list[str]) -> Fraction | None:
    if not text:
        return None
    if not DECIMAL.fullmatch(text):
        faults.append(f"{name!r} cannot be {text[:40]!r}; write a number like 0.5")
        return None
    return Fraction(text)


def _whole(text: str, name: str, faults: list[str]) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        faults.append(f"{name!r} cannot be {text[:40]!r}; write a whole number")
        return 0
    return int(text)


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def _round(value: Fraction) -> int:
    """To the nearest whole number, half up (away from zero)."""
    size = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return size if value >= 0 else -size
