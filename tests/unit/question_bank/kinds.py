"""One sound item of every kind, for tests of all that must know them."""

from dataclasses import replace
from fractions import Fraction

from question_bank.item import Image, Interaction, Item, Option, Settings
from scoring.area import Area
from scoring.response import (
    Choice,
    Choices,
    Match,
    Number,
    Order,
    Pairs,
    Points,
    Response,
    Text,
    record,
)
from scoring.rule import (
    AreaRule,
    JudgedRule,
    KeyRule,
    MappingRule,
    NumberRule,
    SumRule,
    TextRule,
)
from tests.factories import get_item

ONE = Fraction(1)
IMAGE = Image("ab" * 32, "png", "Peta")
OPTIONS = (Option("key-a", "Ani"), Option("key-b", "Budi"), Option("key-c", "Citra"))
GAPS = (Option("gap-1", ""), Option("gap-2", ""))
TARGETS = (Option("target-x", "X"), Option("target-y", "Y"))
AREAS = (
    Option("key-a", "", area=Area("circle", (10, 10, 5))),
    Option("key-b", "", area=Area("rect", (20, 20, 30, 30))),
)
GAP_TEXT = '<p>Satu <gap name="gap-1"/> dua <gap name="gap-2"/>.</p>'
HOT_TEXT = '<p><hot name="key-a">Ani</hot> dan <hot name="key-b">Budi</hot></p>'
PICTURE = Settings(width=100, height=80)


def _item(kind: str, **changes: object) -> Item:
    """An item of three options."""
    plain = get_item("twk", 1, id=f"all-{kind}", kind=kind, options=OPTIONS)
    return replace(plain, **changes)  # type: ignore[arg-type]


BOTH = Choices(frozenset({"key-a", "key-b"}))
IN_GAPS = Match(frozenset({("key-a", "gap-1"), ("key-b", "gap-2")}))


def items_of_every_kind() -> dict[str, tuple[Item, Response]]:
    """By kind: a sound item and the response that earns the most."""
    pair = Match(frozenset({("key-a", "target-x"), ("key-b", "target-y")}))
    two = Pairs(frozenset({("key-a", "key-b")}))
    order = Order(("key-c", "key-a", "key-b"))
    gap_entries = {"key-a gap-1": ONE, "key-b gap-2": ONE}
    listed: list[tuple[Item, Response]] = [
        *_in_texts_and_pictures(),
        (_item("choice", rule=KeyRule(Choice("key-a"))), Choice("key-a")),
        (_item("choices", rule=KeyRule(BOTH)), BOTH),
        (_item("number", options=(), rule=NumberRule(ONE)), Number(ONE)),
        (_item("text", options=(), rule=TextRule((("a", ONE),))), Text("A")),
        (_item("order", rule=KeyRule(order)), order),
        (_item("match", targets=TARGETS, rule=KeyRule(pair)), pair),
        (_item("associate", rule=KeyRule(two)), two),
        (
            _item(
                "gap_match",
                targets=GAPS,
                rule=MappingRule(gap_entries),
                notation="rich",
                stem=GAP_TEXT,
            ),
            IN_GAPS,
        ),
        (_item("inline_choice", rule=KeyRule(Choice("key-b"))), Choice("key-b")),
    ]
    return {item.kind: (item, response) for item, response in listed}


def _in_texts_and_pictures() -> list[tuple[Item, Response]]:
    """Items whose options lie in a text, on a picture or on a scale, and those without any."""
    return [
        (
            _item(
                "hot_text",
                options=OPTIONS[:2],
                rule=KeyRule(Choice("key-b")),
                notation="rich",
                stem=HOT_TEXT,
                settings=Settings(most=1),
            ),
            Choice("key-b"),
        ),
        (
            _item("hotspot", options=AREAS, image=IMAGE, rule=KeyRule(BOTH), settings=PICTURE),
            BOTH,
        ),
        (
            _item(
                "points",
                options=(),
                image=IMAGE,
                rule=AreaRule(((Area("circle", (10, 10, 5)), ONE),)),
                settings=replace(PICTURE, most=1),
            ),
            Points(frozenset({(10, 12)})),
        ),
        (
            _item(
                "slider",
                options=(),
                rule=NumberRule(Fraction(4)),
                settings=Settings(upper=Fraction(10), step=Fraction(2)),
            ),
            Number(Fraction(4)),
        ),
        (_item("essay", options=(), rule=JudgedRule(Fraction(10), "Isi")), Text("Saya")),
        (composite(), record({"key-is-b": Choice("key-b"), "gaps": IN_GAPS})),
    ]


def composite() -> Item:
    """An inline choice and a gap match in one item."""
    gaps = Interaction("gaps", "gap_match", GAP_TEXT, OPTIONS, GAPS)
    return _item(
        "composite",
        options=(),
        notation="rich",
        stem='<p>Pilih <place name="key-is-b"/></p><place name="gaps"/>',
        interactions=(Interaction("key-is-b", "inline_choice", "", OPTIONS), gaps),
        rule=SumRule(
            {
                "key-is-b": KeyRule(Choice("key-b")),
                "gaps": MappingRule({"key-a gap-1": ONE, "key-b gap-2": ONE}),
            }
        ),
    )
