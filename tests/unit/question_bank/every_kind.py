"""One item of every kind and notation, with a picture: what a format must hold or tell."""

import hashlib
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from question_bank.item import Image, Interaction, Item, Option, Settings, Stimulus
from question_bank.rich_text import RICH
from scoring.area import area
from scoring.response import Choice, Choices, Match, Order, Pairs
from scoring.rule import (
    AreaRule,
    JudgedRule,
    KeyRule,
    MappingRule,
    NumberRule,
    OptionPoints,
    Rule,
    SumRule,
    TextRule,
)
from tests.unit.question_bank.bank import get_png

ONE, HALF, FIVE = Fraction(1), Fraction(1, 2), Fraction(5)
PNG = get_png(40, 30)
PNG_NAME = f"{hashlib.sha256(PNG).hexdigest()}.png"
IMAGE = Image(PNG_NAME[:64], "png", "peta")
CANVAS = Settings(most=1, width=40, height=30)
FIGURE = f'<img alt="peta" src="{PNG_NAME}" width="40"/>'
MATH = "<math><mfrac><mn>1</mn><msup><mi>x</mi><mn>2</mn></msup></mfrac></math>"
PICTURES = {PNG_NAME: PNG}


def get_items() -> list[Item]:
    """The items; each may enter a bank."""
    return [*_choices(), *_written(), *_placed()]


def _choices() -> list[Item]:
    two = _options("kiri", "kanan")
    return [
        _item("choice", two, KeyRule(Choice("b"), FIVE)),
        _item(
            "choice", two, KeyRule(Choice("b"), FIVE, -ONE), stem="Mana yang **benar**?\n\nPilih."
        ),
        _item("choice", two, OptionPoints({"a": FIVE, "b": HALF}), shuffle=False),
        _item("choice", (two[0], Option("b", "", IMAGE)), KeyRule(Choice("a")), image=IMAGE),
        _item("choice", two, KeyRule(Choice("a")), stimulus=Stimulus("t", "Bacaan", IMAGE)),
        _item("choice", two, KeyRule(Choice("a")), notation=RICH, stem=f"<p>{MATH}</p>{FIGURE}"),
        _item("choice", _options("x<sub>1</sub>", FIGURE), KeyRule(Choice("a")), notation=RICH),
        _item(
            "choice",
            two,
            KeyRule(Choice("a")),
            notation=RICH,
            stem="<table><tr><th>a</th></tr><tr><td>2*3*4 &lt; 5</td></tr></table>",
            stimulus=Stimulus("r", f"<ul><li>{MATH}</li></ul>", None, RICH),
        ),
        _item("choices", _options(*"pqr"), KeyRule(Choices(frozenset("ac")), FIVE)),
        _item(
            "choices",
            _options(*"pqr"),
            MappingRule(
                {"a": HALF, "b": -ONE, "c": HALF}, lower_bound=Fraction(0), upper_bound=ONE
            ),
        ),
    ]


def _written() -> list[Item]:
    two = _options("kiri", "kanan")
    return [
        _item("order", _options(*"pqr"), KeyRule(Order(tuple("cab")), FIVE)),
        _item("match", two, KeyRule(Match(frozenset({("a", "b"), ("b", "a")}))), targets=two),
        _item("match", two, MappingRule({"a b": HALF, "b a": HALF}), targets=_options(*"uvw")),
        _item("number", (), NumberRule(Fraction("2.5"), Fraction("0.1"), FIVE)),
        _item("number", (), NumberRule(Fraction(160, 3))),
        _item("text", (), TextRule((("Solo", FIVE), ("Sala*", FIVE)))),
        _item("text", (), TextRule((("Solo", ONE), ("solo", HALF)), case_sensitive=True)),
        _item("essay", (), JudgedRule(Fraction(10), "Tiga pokok")),
        _item("essay", (), JudgedRule(Fraction(10)), settings=Settings(length=300)),
        _item(
            "slider",
            (),
            NumberRule(Fraction(7), ONE),
            settings=Settings(lower=Fraction(0), upper=Fraction(10), step=HALF),
        ),
    ]


def _placed() -> list[Item]:
    left, right = area("rect", (0, 0, 20, 30)), area("circle", (30, 15, 5))
    return [
        _item(
            "associate",
            _options(*"pqr"),
            KeyRule(Pairs(frozenset({("a", "c")}))),
            settings=Settings(most=2),
        ),
        _item(
            "gap_match",
            (Option("a", "satu", most=0), Option("b", "dua"), Option("c", "tiga")),
            MappingRule({"a g1": HALF, "b g2": HALF}),
            targets=(Option("g1", ""), Option("g2", "")),
            notation=RICH,
            stem='<p>Isi <gap name="g1"/> dan <gap name="g2"/></p>',
        ),
        _item(
            "hot_text",
            _options("kata", "lain"),
            KeyRule(Choices(frozenset("b"))),
            notation=RICH,
            stem='<p><hot name="a">kata</hot> dan <hot name="b">lain</hot></p>',
        ),
        _item(
            "hotspot",
            (Option("A1", "", None, left), Option("B2", "", None, right)),
            KeyRule(Choice("B2")),
            image=IMAGE,
            settings=CANVAS,
        ),
        _item(
            "points",
            (),
            AreaRule(((left, ONE), (right, HALF)), upper_bound=ONE),
            image=IMAGE,
            settings=CANVAS,
        ),
        _composite(),
    ]


def _composite() -> Item:
    interactions = (
        Interaction("p1", "inline_choice", options=_options("kiri", "kanan"), shuffle=False),
        Interaction("p2", "text", settings=Settings(length=12)),
        Interaction("p3", "number"),
        Interaction("p4", "choices", options=_options(*"pqr")),
    )
    rule = SumRule(
        {
            "p1": KeyRule(Choice("b")),
            "p2": TextRule((("Solo", ONE), ("So*", HALF))),
            "p3": NumberRule(Fraction(3), HALF, Fraction(2)),
            "p4": MappingRule(
                {"a": HALF, "b": HALF, "c": -ONE}, lower_bound=Fraction(0), upper_bound=ONE
            ),
        }
    )
    stem = "".join(f'<p>Bagian {name} <place name="{name}"/></p>' for name in rule.parts)
    return _item("composite", (), rule, notation=RICH, stem=stem, interactions=interactions)


def _options(*texts: str) -> tuple[Option, ...]:
    return tuple(Option(name, text) for name, text in zip("abcdef", texts, strict=False))


_count = iter(range(1_000))


def _item(kind: str, options: Sequence[Option], rule: Rule, **changes: Any) -> Item:
    values: dict[str, Any] = {
        "bank": "ragam",
        "id": f"{kind.replace('_', '-')}-{next(_count)}",
        "version": 1,
        "section": "tiu",
        "topic": "ragam",
        "difficulty": "hard",
        "kind": kind,
        "stem": "Soal",
        "options": tuple(options),
        "rule": rule,
        "explanation": "Sebab",
    }
    return Item(**values | changes)
