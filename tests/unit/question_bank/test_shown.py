"""Shown letters: a candidate's response in the bank's names, and back, and nothing but places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.form import Slot
from question_bank.orders import Orders
from question_bank.shown import to_canonical, to_shown
from scoring.response import (
    Choice,
    Choices,
    MalformedResponse,
    Match,
    Nothing,
    Number,
    Order,
    Pairs,
    Points,
    Record,
    Response,
    Text,
    Texts,
)

SLOT = Slot(1, "twk", "twk-001", 1, ("c", "a", "b"), ("y", "x"))
COMPOSITE = Slot(
    1,
    "twk",
    "twk-001",
    1,
    (),
    interactions=(("key-is-b", Orders(("b", "a"))), ("second", Orders(("x", "z"), ("y",)))),
)


@pytest.mark.parametrize(
    ("shown", "canonical"),
    [
        (Choice("A"), Choice("c")),
        (Choices(frozenset("AC")), Choices(frozenset("cb"))),
        (Order(("B", "A", "C")), Order(("a", "c", "b"))),
        (Match(frozenset({("A", "A"), ("B", "B")})), Match(frozenset({("c", "y"), ("a", "x")}))),
        (Pairs(frozenset({("A", "B")})), Pairs(frozenset({("a", "c")}))),
        (Points(frozenset({(3, 4)})), Points(frozenset({(3, 4)}))),
        (Texts(("A", "b")), Texts(("A", "b"))),
        (Nothing(), Nothing()),
        (Number(3), Number(3)),  # type: ignore[arg-type]
        (Text("A"), Text("A")),
    ],
)
def test_letters_become_names_and_letters_again(shown: Response, canonical: Response) -> None:
    assert canonical == to_canonical(SLOT, shown)
    assert shown == to_shown(SLOT, canonical)


@pytest.mark.parametrize(
    "shown",
    [
        Choice("D"),
        Choice("a"),
        Choice(""),
        Choices(frozenset("AZ")),
        Order(("A", "a")),
        Match(frozenset({("A", "C")})),
        Pairs(frozenset({("A", "D")})),
        Record((("1", Choice("A")),)),
    ],
)
def test_letters_that_the_item_does_not_have_are_refused(shown: Response) -> None:
    with pytest.raises(MalformedResponse):
        to_canonical(SLOT, shown)


@given(st.permutations("abcde"), st.sampled_from("abcde"))
def test_shown_letter_tells_nothing_but_the_place(order: list[str], option: str) -> None:
    slot = Slot(1, "twk", "twk-001", 1, tuple(order))

    shown = to_shown(slot, Choice(option))

    assert Choice("ABCDE"[order.index(option)]) == shown


def test_interactions_of_a_composite_item_are_shown_by_number() -> None:
    shown = Record((("1", Choice("A")), ("2", Match(frozenset({("B", "A")})))))
    canonical = Record((("key-is-b", Choice("b")), ("second", Match(frozenset({("z", "y")})))))

    assert canonical == to_canonical(COMPOSITE, shown)
    assert shown == to_shown(COMPOSITE, canonical)


@pytest.mark.parametrize("number", ["0", "3", "key-is-b", ""])
def test_interaction_that_the_item_does_not_have_is_refused(number: str) -> None:
    with pytest.raises(MalformedResponse):
        to_canonical(COMPOSITE, Record(((number, Choice("A")),)))
