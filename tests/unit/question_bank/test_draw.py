"""The draw: the same for everybody who has the seed, and fair."""

import json
from collections import Counter
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.draw import Stream

VECTORS = json.loads(
    (Path(__file__).parents[2] / "vectors" / "draw.json").read_text(encoding="utf-8")
)
# Critical values of chi-square at 1 in 10,000, by degrees of freedom.
CHI_SQUARE = {9: 33.72, 23: 55.52, 119: 184.9}


def _chi_square(counts: list[int]) -> float:
    expected = sum(counts) / len(counts)
    return sum((count - expected) ** 2 / expected for count in counts)


def _stream(vector: dict[str, Any]) -> Stream:
    return Stream(vector["seed"], vector["purpose"])


@pytest.mark.parametrize("vector", VECTORS["streams"])
def test_stream_equals_its_vector(vector: dict[str, Any]) -> None:
    expected = bytes.fromhex(vector["hex"])

    taken = _stream(vector).take(len(expected))

    assert expected == taken


@pytest.mark.parametrize("vector", VECTORS["integers"])
def test_integers_equal_their_vector(vector: dict[str, Any]) -> None:
    stream = _stream(vector)

    drawn = [stream.below(limit) for limit in vector["limits"]]

    assert vector["values"] == drawn


@pytest.mark.parametrize("vector", VECTORS["shuffles"])
def test_shuffle_equals_its_vector(vector: dict[str, Any]) -> None:
    assert vector["shuffled"] == _stream(vector).shuffle(vector["list"])


@pytest.mark.parametrize("vector", VECTORS["choices"])
def test_choice_equals_its_vector(vector: dict[str, Any]) -> None:
    assert vector["chosen"] == _stream(vector).choose(vector["list"], vector["count"])


def test_seed_as_text_or_bytes_is_the_same_seed() -> None:
    assert Stream("benih ✓", "p").take(64) == Stream("benih ✓".encode(), "p").take(64)


def test_bytes_do_not_depend_on_how_many_are_taken_at_once() -> None:
    stream = Stream("seed", "p")

    pieces = b"".join(stream.take(size) for size in (1, 0, 30, 5, 64))

    assert Stream("seed", "p").take(100) == pieces


@pytest.mark.parametrize(("seed", "purpose"), [("sees", "p"), ("seed", "q"), ("seed", "pp")])
def test_another_seed_or_purpose_gives_other_bytes(seed: str, purpose: str) -> None:
    assert Stream("seed", "p").take(32) != Stream(seed, purpose).take(32)


def test_purpose_with_nul_is_impossible() -> None:
    with pytest.raises(AssertionError):
        Stream("seed", "form\0")


@pytest.mark.parametrize("limit", [10, 24, 120])
def test_integers_are_equally_likely(limit: int) -> None:
    stream = Stream("chi-square", f"below {limit}")

    counts = Counter(stream.below(limit) for _ in range(30_000))

    assert _chi_square([counts[value] for value in range(limit)]) < CHI_SQUARE[limit - 1]


def test_orders_are_equally_likely() -> None:
    stream = Stream("chi-square", "orders")

    counts = Counter(tuple(stream.shuffle("abcd")) for _ in range(12_000))

    assert _chi_square([counts[order] for order in permutations("abcd")]) < CHI_SQUARE[23]


def test_choices_are_equally_likely() -> None:
    stream = Stream("chi-square", "choices")

    counts = Counter(one for _ in range(5_000) for one in stream.choose(range(10), 3))

    # Chosen without repetition, so the spread is smaller than of single draws; the bound holds.
    assert _chi_square([counts[value] for value in range(10)]) < CHI_SQUARE[9]


@given(st.lists(st.integers(), max_size=40), st.text(max_size=5), st.data())
def test_choice_is_the_beginning_of_the_shuffle(
    values: list[int], seed: str, data: st.DataObject
) -> None:
    count = data.draw(st.integers(0, len(values)))

    shuffled = Stream(seed, "p").shuffle(values)

    assert sorted(values) == sorted(shuffled)
    assert shuffled[:count] == Stream(seed, "p").choose(values, count)
