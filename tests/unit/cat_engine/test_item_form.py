"""Items as fields of a form: what is read from an item writes the same item again."""

from dataclasses import replace
from fractions import Fraction

import pytest

from cat_engine.http import item_form
from cat_engine.http.item_form import Place, can_write, item_of, row_count, values_of
from question_bank.item import Image, Item, Option, Settings
from question_bank.rich_text import RICH
from scoring.mark import highest, mark
from scoring.response import Choice, Choices, Match, Order
from scoring.rule import JudgedRule, KeyRule, MappingRule, NumberRule, OptionPoints, TextRule
from tests.factories import get_item

FIVE = Fraction(5)
PICTURE = Image("ab" * 32, "svg", "Segitiga")
OPTIONS = tuple(Option(name, f"opsi {name}") for name in "abc")
TARGETS = tuple(Option(f"t-{name}", f"target {name}") for name in "abc")
ITEMS = {
    "key": get_item("twk", 1, image=PICTURE, explanation="karena"),
    "weights": get_item("tkp", 2),
    "option pictures": get_item(
        "twk", 3, options=tuple(Option(name, f"opsi {name}", PICTURE) for name in "abcde")
    ),
    "choices": get_item(
        "twk", 4, kind="choices", options=OPTIONS,
        rule=KeyRule(Choices(frozenset("ac")), FIVE, Fraction(-1)),
    ),
    "number": get_item(
        "twk", 5, kind="number", options=(), rule=NumberRule(Fraction(7, 2), Fraction(1, 10), FIVE)
    ),
    "text": get_item(
        "twk", 6, kind="text", options=(), rule=TextRule((("Pancasila", FIVE), ("p*a", FIVE)))
    ),
    "order": get_item(
        "twk", 7, kind="order", options=OPTIONS, rule=KeyRule(Order(tuple("abc")), FIVE)
    ),
    "match": get_item(
        "twk", 8, kind="match", options=OPTIONS, targets=TARGETS,
        rule=KeyRule(Match(frozenset((one, f"t-{one}") for one in "abc")), FIVE),
    ),
    "slider": get_item(
        "twk", 9, kind="slider", options=(), rule=NumberRule(Fraction(3), right=FIVE),
        settings=Settings(lower=Fraction(0), upper=Fraction(10), step=Fraction(1)),
    ),
    "essay": get_item(
        "twk", 10, kind="essay", options=(), rule=JudgedRule(Fraction(10), "jelas dan runtut")
    ),
}  # fmt: skip


@pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS)
def test_an_item_that_the_form_can_write_comes_back_whole(item: Item) -> None:
    written, problems = item_of(Place(item.bank, item.id, item.version), values_of(item))

    assert can_write(item)
    assert [] == problems
    assert item == written


def test_other_names_and_orders_of_options_earn_the_same() -> None:
    options = (Option("x", "satu"), Option("y", "dua"), Option("z", "tiga"))
    item = get_item(
        "twk", 1, kind="order", options=options, rule=KeyRule(Order(("z", "x", "y")), FIVE)
    )

    written, problems = item_of(Place("small", "twk-001", 2), values_of(item))

    assert [] == problems
    assert written is not None
    assert ["tiga", "satu", "dua"] == [option.text for option in written.options]
    assert FIVE == mark(written.rule, Order(tuple("abc")))


@pytest.mark.parametrize(
    "change",
    [
        {"notation": RICH},
        {"options": (replace(OPTIONS[0], fixed=True), *OPTIONS[1:])},
        {"kind": "choices", "rule": MappingRule({"a": FIVE})},
        {"kind": "text", "options": (), "rule": TextRule((("A", FIVE),), True)},  # noqa: FBT003
        {"kind": "text", "options": (), "rule": TextRule((("A", FIVE), ("B", Fraction(1))))},
    ],
)
def test_items_with_more_than_the_form_holds_are_not_offered(change: dict[str, object]) -> None:
    plain = replace(get_item("twk", 1), options=OPTIONS)

    assert can_write(plain)
    assert not can_write(replace(plain, **change))  # type: ignore[arg-type]


def test_one_earning_option_is_a_key_and_several_are_weights() -> None:
    values = {"kind": "choice", "section": "twk", "difficulty": "easy", "stem": "?"}
    rows = {"option_0": "ya", "option_3": "tidak", "points_3": "2,5"}

    key, problems = item_of(Place("b", "i", 1), values | rows)
    weights, _ = item_of(Place("b", "i", 1), values | rows | {"points_0": "1"})

    assert [] == problems
    assert key is not None
    assert KeyRule(Choice("b"), Fraction(5, 2)) == key.rule
    assert weights is not None
    assert isinstance(weights.rule, OptionPoints)
    assert Fraction(5, 2) == highest(weights.rule)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"points_0": "banyak"}, "points_0"),
        ({"stem": " "}, "no text"),
        ({"section": "a b"}, "identifier"),
        ({"option_1": "ya"}, "look the same"),
        ({"points_0": "0"}, "earns the same"),
        ({"kind": "gap_match"}, "cannot be written"),
    ],
)
def test_what_is_wrong_is_told(changes: dict[str, str], told: str) -> None:
    values = {
        "kind": "choice", "section": "twk", "difficulty": "easy", "stem": "Benar?",
        "option_0": "ya", "points_0": "5", "option_1": "tidak",
    }  # fmt: skip
    assert [] == item_of(Place("b", "i", 1), values)[1]

    _, problems = item_of(Place("b", "i", 1), values | changes)

    assert any(told in problem for problem in problems)


def test_there_is_always_one_more_row_up_to_the_most() -> None:
    assert item_form.LEAST_ROWS == row_count({})
    assert 8 == row_count({"option_6": "x"})
    assert 26 == row_count({"option_25": "x"})
