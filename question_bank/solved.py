"""The form that the solver finds where sampling failed: the selection with the least drawn sum."""

from question_bank.draw import Stream
from question_bank.pool import Pool
from question_bank.selection import Flags, Standing
from question_bank.solver import Line, Program, Tied, Undecided, least_sum

NUMBER_BYTES = 2
SHARED_COST = 1 << 16
SHARED_LIMIT = 16
TRY_COUNT = 20


def select(pool: Pool, seed: str | bytes, key: str, standing: Standing) -> list[int] | None:
    """The units of a form that meet every constraint, or None when no selection does.

    Every unit costs a drawn number and more for each neighbour that shares it; the form is the
    selection that costs least. Where two cost the same, other numbers are drawn.

    Raises:
        Undecided: the solver gave up, or numbers tied again and again.
    """
    for number in range(TRY_COUNT):
        costs: list[int] = []
        for block in pool.blocks:
            kind = "form" if block.is_scored else "pretest"
            purpose = f"draw2/solve/{kind}/{key}/{number}/{block.section.id}"
            taken = Stream(seed, purpose).take(NUMBER_BYTES * len(block.units))
            costs += [
                int.from_bytes(taken[place : place + NUMBER_BYTES], "big")
                for place in range(0, len(taken), NUMBER_BYTES)
            ]
        shared = [min(count, SHARED_LIMIT) * SHARED_COST for count in standing.shared.tolist()]
        costs = [1 + cost + more for cost, more in zip(costs, shared, strict=True)]
        try:
            found = least_sum(Program(upper_of(standing.closed), costs, lines_of(pool)))
        except Tied:
            continue
        return None if found is None else [unit for unit, value in enumerate(found) if value]
    raise Undecided(f"the drawn numbers of {key} tied {TRY_COUNT} times")


def upper_of(closed: Flags) -> list[int]:
    """1 for every unit that may be taken."""
    return [int(not is_closed) for is_closed in closed]


def lines_of(pool: Pool, *, is_bounded: bool = True) -> list[Line]:
    """Quotas, required units, enemies, and bounds of the measures if asked for."""
    lines = []
    for block in pool.blocks:
        columns: list[list[int]] = [[] for _ in block.rows]
        counts: list[list[int]] = [[] for _ in block.rows]
        for number, kind in zip(block.numbers, block.types, strict=True):
            for row, count in block.needs[kind]:
                columns[row].append(number)
                counts[row].append(count)
        for row, wanted in enumerate(block.wanted):
            lines.append(Line(columns[row], counts[row], wanted, wanted))
    lines += [Line([number], [1], 1, 1) for number in sorted(pool.required)]
    lines += [Line(group, [1] * len(group), None, 1) for group in _enemy_pairs(pool)]
    for measure in pool.measures:
        if is_bounded and measure.within is not None and measure.target is not None:
            columns_of = [number for number, one in enumerate(measure.weights.tolist()) if one]
            weights = [int(measure.weights[number]) for number in columns_of]
            low, high = measure.target - measure.within, measure.target + measure.within
            lines.append(Line(columns_of, weights, low, high))
    return lines


def _enemy_pairs(pool: Pool) -> list[tuple[int, int]]:
    return sorted(
        (one, other) for one, others in pool.enemies.items() for other in others if one < other
    )
