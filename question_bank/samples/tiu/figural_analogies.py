"""Figural analogies: what the rule makes of the third figure, and that with one thing wrong."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from question_bank.samples.tiu.draft import Draft, Picture
from question_bank.samples.tiu.drawing import analogy_picture
from question_bank.samples.tiu.figures import (
    Arrow,
    Dial,
    Dotted,
    Figure,
    Flag,
    Group,
    Nest,
    Quartered,
    Spot,
    described,
    picture,
)

TOPIC = "figural-analogi"
STEM = (
    "Hubungan antara gambar pertama dan gambar kedua sama dengan hubungan antara gambar ketiga dan "
    "gambar keempat. Gambar manakah yang tepat untuk mengisi kotak yang kosong?"
)
OPENING = "Empat kotak: 1 berbanding 2 sama dengan 3 berbanding 4."

One = TypeVar("One", bound=Figure)
Changes = tuple[dict[str, object], ...]


def drafts() -> list[Draft]:
    """All of them, easy ones first."""
    return [
        _exchanged_fills(), _quarter_turn(), _one_more(),
        _one_side_more(), _inside_out(), _mirror(), _next_quarter(),
        _two_hands(), _opposite(),
    ]  # fmt: skip


def with_changes(key: Figure, changes: Changes) -> tuple[Picture, ...]:
    """The key and, for each change, the key with that one attribute changed."""
    assert all(len(change) == 1 for change in changes)
    others = [replace(key, **change) for change in changes]  # type: ignore[type-var]
    assert key not in others
    return tuple(map(picture, (key, *others)))


def _analogy(
    difficulty: str,
    rule: Callable[[One], One],
    figures: tuple[One, One],
    *,
    changes: Changes,
    explanation: str,
) -> Draft:
    first, third = figures
    known = (first, rule(first), third)
    return Draft(
        difficulty=difficulty,
        stem=STEM,
        picture=Picture(
            analogy_picture([figure.draw() for figure in known]), described(known, OPENING)
        ),
        options=with_changes(rule(third), changes),
        explanation=explanation,
    )


def _exchanged_fills() -> Draft:
    return _analogy(
        "easy",
        lambda one: replace(one, outer_fill=one.inner_fill, inner_fill=one.outer_fill),
        (
            Nest("persegi", "putih", "lingkaran", "hitam"),
            Nest("segi lima", "abu-abu", "persegi", "putih"),
        ),
        changes=(
            {"outer_fill": "hitam"},
            {"inner_fill": "hitam"},
            {"outer": "segi enam"},
            {"inner": "lingkaran"},
        ),
        explanation="Bentuknya tetap; warna bentuk besar dan bentuk kecil bertukar.",
    )


def _quarter_turn() -> Draft:
    return _analogy(
        "easy",
        lambda one: replace(one, direction=(one.direction + 2) % 8),
        (Arrow(0, "putih", 1), Arrow(6, "hitam", 2)),
        changes=({"direction": 4}, {"direction": 7}, {"fill": "putih"}, {"bars": 1}),
        explanation="Panah diputar 90 derajat searah jarum jam; warna dan garis ekornya tetap.",
    )


def _one_more() -> Draft:
    return _analogy(
        "easy",
        lambda one: replace(one, count=one.count + 1),
        (Group("lingkaran", 2, "putih"), Group("segitiga", 4, "hitam")),
        changes=({"count": 4}, {"count": 3}, {"shape": "lingkaran"}, {"fill": "putih"}),
        explanation="Banyaknya bertambah satu; bentuk dan warnanya tetap.",
    )


def _one_side_more() -> Draft:
    return _analogy(
        "medium",
        lambda one: replace(one, sides=one.sides + 1, black=one.black + 1),
        (Dotted(3, 2), Dotted(5, 4)),
        changes=({"sides": 5}, {"sides": 4}, {"black": 4}, {"black": 6}),
        explanation="Banyaknya sisi bertambah satu dan banyaknya titik bertambah satu.",
    )


def _inside_out() -> Draft:
    return _analogy(
        "medium",
        lambda one: replace(one, outer=one.inner, inner=one.outer),
        (
            Nest("lingkaran", "putih", "segitiga", "hitam"),
            Nest("persegi", "abu-abu", "segi lima", "hitam"),
        ),
        changes=(
            {"outer": "lingkaran"},
            {"inner": "segi lima"},
            {"outer_fill": "putih"},
            {"inner_fill": "putih"},
        ),
        explanation=(
            "Bentuk besar dan bentuk kecil bertukar tempat; warna yang besar dan warna yang kecil "
            "tetap."
        ),
    )


def _mirror() -> Draft:
    return _analogy(
        "medium",
        # Left and right are 6 and 2; up and down stay.
        lambda one: replace(one, tip=-one.tip % 8, streams=-one.streams % 8),
        (Flag(0, 2, "segitiga", "hitam"), Flag(2, 4, "persegi", "abu-abu")),
        changes=({"tip": 2}, {"streams": 0}, {"cloth": "segitiga"}, {"fill": "hitam"}),
        explanation="Gambar dicerminkan: kiri menjadi kanan dan kanan menjadi kiri.",
    )


def _next_quarter() -> Draft:
    fills = {"hitam": "abu-abu", "abu-abu": "hitam"}
    return _analogy(
        "medium",
        lambda one: replace(one, filled=((one.filled[0] + 1) % 4,), fill=fills[one.fill]),
        (Quartered("lingkaran", (0,), "hitam"), Quartered("persegi", (2,), "hitam")),
        changes=(
            {"filled": (1,)},
            {"filled": (0,)},
            {"fill": "hitam"},
            {"shape": "lingkaran"},
        ),
        explanation=(
            "Bagian yang berwarna pindah satu bagian searah jarum jam dan warnanya berubah dari "
            "hitam menjadi abu-abu; bentuk luarnya tetap."
        ),
    )


def _two_hands() -> Draft:
    return _analogy(
        "hard",
        lambda one: replace(one, long=(one.long + 2) % 8, short=(one.short - 1) % 8),
        (Dial(0, 2), Dial(5, 4)),
        changes=({"long": 5}, {"long": 1}, {"short": 5}, {"short": 4}),
        explanation=(
            "Jarum panjang berputar 90 derajat searah jarum jam, sedangkan jarum pendek berputar "
            "45 derajat berlawanan arah jarum jam."
        ),
    )


def _opposite() -> Draft:
    return _analogy(
        "hard",
        lambda one: replace(
            one,
            direction=(one.direction + 4) % 8,
            place=(one.place + 4) % 8,
            fill=one.dot_fill,
            dot_fill=one.fill,
        ),
        (Spot(0, "putih", 1, "hitam"), Spot(2, "abu-abu", 7, "putih")),
        changes=({"direction": 2}, {"place": 5}, {"fill": "abu-abu"}, {"dot_fill": "putih"}),
        explanation=(
            "Segitiga berbalik arah, titik pindah ke sudut seberang, dan warna segitiga bertukar "
            "dengan warna titik."
        ),
    )
