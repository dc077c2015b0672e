"""Quotas by topic and difficulty at once: met whenever they can be, explained when not."""

from collections import Counter
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.quotas import Cell, Quotas, Shortage, fill

TOPICS = ("analogi", "deret", "silogisme")
BANDS = ("easy", "medium", "hard")
CELLS = tuple(product(TOPICS, BANDS))

few = st.integers(0, 3)
cell_counts = st.lists(few, min_size=9, max_size=9).map(
    lambda counts: dict(zip(CELLS, counts, strict=True))
)


def _sums(counts: dict[Cell, int], axis: int) -> Counter[str]:
    sums: Counter[str] = Counter()
    for cell, count in counts.items():
        sums[cell[axis]] += count
    return sums


def _is_possible(quotas: Quotas, available: dict[Cell, int]) -> bool:
    """Try every topic in turn with every split over the difficulties: slow and plain."""
    rest = [tuple(quotas.difficulties[band] for band in BANDS)]
    for topic in TOPICS:
        splits = [
            split
            for split in product(*(range(available[topic, band] + 1) for band in BANDS))
            if sum(split) == quotas.topics[topic]
        ]
        rest = list(
            {
                tuple(left - take for left, take in zip(one, split, strict=True))
                for one in rest
                for split in splits
                if all(left >= take for left, take in zip(one, split, strict=True))
            }
        )
    return bool(rest)


@given(cell_counts, cell_counts)
def test_quotas_taken_from_the_bank_itself_are_always_met(
    wanted: dict[Cell, int], spare: dict[Cell, int]
) -> None:
    available = {cell: wanted[cell] + spare[cell] for cell in CELLS}
    quotas = Quotas(_sums(wanted, 0), _sums(wanted, 1))

    met = fill(quotas, available, {})

    assert not isinstance(met, Shortage)
    assert all(0 < count <= available[cell] for cell, count in met.items())
    assert +Counter(quotas.topics) == _sums(met, 0)
    assert +Counter(quotas.difficulties) == _sums(met, 1)


@given(cell_counts, cell_counts)
def test_a_shortage_is_told_exactly_when_no_choice_of_items_exists(
    wanted: dict[Cell, int], available: dict[Cell, int]
) -> None:
    quotas = Quotas(
        {topic: _sums(wanted, 0)[topic] for topic in TOPICS},
        {band: _sums(wanted, 1)[band] for band in BANDS},
    )

    met = fill(quotas, available, {})

    assert _is_possible(quotas, available) == (not isinstance(met, Shortage))


@given(cell_counts, cell_counts)
def test_adding_the_missing_items_where_told_meets_the_quotas_in_the_end(
    wanted: dict[Cell, int], available: dict[Cell, int]
) -> None:
    quotas = Quotas(_sums(wanted, 0), _sums(wanted, 1))
    have = Counter(available)

    rounds = 0
    while isinstance(found := fill(quotas, have, {}), Shortage):
        topic = (found.topics or TOPICS)[0]
        band = (found.difficulties or BANDS)[0]
        have[topic, band] += found.needed - found.present
        rounds += 1

    assert rounds <= len(CELLS) * 3


def test_what_is_taken_is_moved_only_where_needed() -> None:
    quotas = Quotas({"deret": 1, "analogi": 1}, {"easy": 1, "hard": 1})
    available = {("deret", "easy"): 1, ("analogi", "easy"): 1, ("analogi", "hard"): 1}

    met = fill(quotas, available, {("analogi", "easy"): 1})

    assert {("deret", "easy"): 1, ("analogi", "hard"): 1} == met


@pytest.mark.parametrize(
    ("quotas", "available", "words"),
    [
        (
            Quotas({"deret": 4, "analogi": 2}, {"": 6}),
            {("deret", ""): 1, ("analogi", ""): 9},
            "section tiu needs 4 items on deret, the bank has 1: 3 are missing",
        ),
        (
            Quotas({"": 6}, {"easy": 4, "hard": 2}),
            {("", "easy"): 9},
            "section tiu needs 2 hard items, the bank has 0: 2 are missing",
        ),
        (
            Quotas({"": 6}, {"": 6}),
            {("", ""): 5},
            "section tiu needs 6 items, the bank has 5: 1 are missing",
        ),
        (
            Quotas({"deret": 5, "analogi": 5}, {"easy": 5, "hard": 5}),
            {("deret", "easy"): 9, ("analogi", "easy"): 9, ("analogi", "hard"): 3},
            "section tiu needs 5 hard items, the bank has 3: 2 are missing",
        ),
        (
            Quotas({"deret": 5, "analogi": 5}, {"easy": 3, "hard": 7}),
            {
                ("deret", "easy"): 9,
                ("deret", "hard"): 1,
                ("analogi", "easy"): 9,
                ("analogi", "hard"): 9,
            },
            "section tiu needs 2 hard items on deret, the bank has 1: 1 are missing",
        ),
    ],
)
def test_a_shortage_names_section_topic_difficulty_and_count(
    quotas: Quotas, available: dict[Cell, int], words: str
) -> None:
    found = fill(quotas, available, {})

    assert isinstance(found, Shortage)
    assert words == found.describe("tiu")
