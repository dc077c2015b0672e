"""Odd ones out: four figures share a property, the first of each list has it not."""

from collections.abc import Callable
from typing import TypeVar

from question_bank.samples.tiu.draft import Draft
from question_bank.samples.tiu.figures import (
    SIDES,
    Dial,
    Dotted,
    Figure,
    Flag,
    Grid,
    Group,
    Nest,
    Quartered,
    picture,
)

TOPIC = "figural-ketidaksamaan"
STEM = (
    "Empat dari lima gambar berikut memiliki satu kesamaan. Gambar manakah yang tidak memiliki "
    "kesamaan itu?"
)

One = TypeVar("One", bound=Figure)


def drafts() -> list[Draft]:
    """All of them, easy ones first."""
    return [*_easy(), *_medium(), *_hard()]


def _exception(
    difficulty: str, shares: Callable[[One], bool], figures: tuple[One, ...], explanation: str
) -> Draft:
    assert [shares(figure) for figure in figures] == [False, True, True, True, True]
    return Draft(
        difficulty=difficulty,
        stem=STEM,
        options=tuple(map(picture, figures)),
        explanation=explanation,
    )


def _easy() -> list[Draft]:
    return [
        _exception(
            "easy",
            lambda one: one.shape in SIDES,
            tuple(Group(shape, 1, "abu-abu") for shape in ("lingkaran", *SIDES)),
            "Empat gambar bersisi lurus; lingkaran tidak.",
        ),
        _exception(
            "easy",
            lambda one: one.outer == one.inner,
            (
                Nest("segi lima", "putih", "segitiga", "hitam"),
                *(Nest(shape, "putih", shape, "hitam") for shape in SIDES),
            ),
            "Pada empat gambar bentuk kecil sama dengan bentuk besar.",
        ),
        _exception(
            "easy",
            lambda one: len(one.filled) == 2,
            (
                Quartered("lingkaran", (2,), "hitam"),
                *(Quartered("lingkaran", (first, (first + 1) % 4), "hitam") for first in range(4)),
            ),
            "Pada empat gambar setengah lingkaran berwarna hitam; pada satu gambar hanya "
            "seperempat.",
        ),
    ]


def _medium() -> list[Draft]:
    return [
        _exception(
            "medium",
            lambda one: one.black == one.sides,
            (Dotted(5, 4), *(Dotted(sides, sides) for sides in (3, 4, 5, 6))),
            "Pada empat gambar banyaknya titik sama dengan banyaknya sisi; pada satu gambar segi "
            "lima hanya berisi empat titik.",
        ),
        _exception(
            "medium",
            lambda one: (one.streams - one.tip) % 8 == 2,
            (
                Flag(2, 0, "segitiga", "hitam"),
                *(Flag(tip, (tip + 2) % 8, "segitiga", "hitam") for tip in (0, 2, 4, 6)),
            ),
            "Empat gambar adalah bendera yang sama yang diputar; satu gambar adalah cerminannya.",
        ),
        _exception(
            "medium",
            lambda one: (one.short - one.long) % 8 in (2, 6),
            (Dial(6, 7), *(Dial(long, (long + 2) % 8) for long in (0, 3, 4, 7))),
            "Pada empat gambar kedua jarum membentuk sudut 90 derajat; pada satu gambar 45 "
            "derajat.",
        ),
        _exception(
            "medium",
            lambda one: len(one.black) == 4,
            (
                # None of these is symmetric, and no other plain property parts them four to one.
                Grid((1, 2, 4, 5, 7)),
                Grid((4, 5, 6, 8)),
                Grid((0, 2, 7, 8)),
                Grid((0, 2, 3, 6)),
                Grid((1, 3, 7, 8)),
            ),
            "Empat gambar memiliki empat petak hitam; satu gambar memiliki lima petak hitam.",
        ),
    ]


def _hard() -> list[Draft]:
    return [
        _exception(
            "hard",
            _is_symmetric,
            (
                Grid((0, 4, 5, 6)),
                Grid((0, 2, 4, 7)),
                Grid((3, 5, 6, 8)),
                Grid((1, 4, 6, 8)),
                Grid((0, 2, 3, 5)),
            ),
            "Empat gambar simetris terhadap garis tegak melalui tengah kotak; satu gambar tidak.",
        ),
        _exception(
            "hard",
            lambda one: one.black + one.white == one.sides,
            (
                Dotted(5, 2, 4),
                Dotted(3, 2, 1),
                Dotted(4, 1, 3),
                Dotted(5, 3, 2),
                Dotted(6, 4, 2),
            ),
            "Pada empat gambar banyaknya titik hitam dan titik putih bersama-sama sama dengan "
            "banyaknya sisi; segi lima dengan dua titik hitam dan empat titik putih tidak.",
        ),
    ]


def _is_symmetric(grid: Grid) -> bool:
    """Whether its left and right are alike."""
    return {cell // 3 * 3 + 2 - cell % 3 for cell in grid.black} == set(grid.black)
