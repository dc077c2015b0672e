"""Figural series: the next figure by the rule, and that with one thing wrong."""

from collections.abc import Sequence

from question_bank.samples.tiu.draft import Draft, Picture
from question_bank.samples.tiu.drawing import series_picture
from question_bank.samples.tiu.figural_analogies import Changes, with_changes
from question_bank.samples.tiu.figures import (
    Arrow,
    Dial,
    Dotted,
    Figure,
    Flag,
    Grid,
    Group,
    Spot,
    described,
    ring_cell,
)

TOPIC = "figural-serial"
STEM = (
    "Gambar-gambar berikut disusun menurut satu aturan. Gambar manakah yang tepat untuk mengisi "
    "kotak yang kosong?"
)
OPENING = "Sederet kotak dari kiri ke kanan."


def drafts() -> list[Draft]:
    """All of them, easy ones first."""
    return [
        _turning_arrow(), _growing_group(), _walking_dot(),
        _alternating_group(), _two_hands(), _two_walkers(), _turning_flag(),
        _interleaved(), _faster_arrow(),
    ]  # fmt: skip


def _series(
    difficulty: str, figures: Sequence[Figure], changes: Changes, explanation: str
) -> Draft:
    """The last of the figures is the key."""
    *known, key = figures
    return Draft(
        difficulty=difficulty,
        stem=STEM,
        picture=Picture(
            series_picture([figure.draw() for figure in known]), described(tuple(known), OPENING)
        ),
        options=with_changes(key, changes),
        explanation=explanation,
    )


def _turning_arrow() -> Draft:
    return _series(
        "easy",
        [Arrow(step, "hitam", 1) for step in range(5)],
        ({"direction": 3}, {"direction": 5}, {"fill": "putih"}, {"bars": 2}),
        "Panah berputar 45 derajat searah jarum jam; warna dan garis ekornya tetap.",
    )


def _growing_group() -> Draft:
    return _series(
        "easy",
        [Group("segi lima", count, "abu-abu") for count in range(2, 7)],
        ({"count": 5}, {"count": 7}, {"shape": "lingkaran"}, {"fill": "hitam"}),
        "Banyaknya bertambah satu: dua, tiga, empat, lima, enam.",
    )


def _walking_dot() -> Draft:
    return _series(
        "easy",
        [Spot(2, "putih", (7 + 2 * step) % 8, "hitam") for step in range(4)],
        ({"place": 3}, {"place": 7}, {"direction": 6}, {"dot_fill": "putih"}),
        "Titik pindah ke sudut berikutnya searah jarum jam; segitiganya tetap.",
    )


def _alternating_group() -> Draft:
    return _series(
        "medium",
        [Group(("lingkaran", "persegi")[count % 2], count, "hitam") for count in range(2, 7)],
        ({"count": 5}, {"count": 7}, {"shape": "persegi"}, {"fill": "putih"}),
        "Banyaknya bertambah satu; bentuknya berganti-ganti lingkaran dan persegi.",
    )


def _two_hands() -> Draft:
    return _series(
        "medium",
        [Dial(2 * step % 8, (5 + step) % 8) for step in range(5)],
        ({"long": 2}, {"long": 6}, {"short": 2}, {"short": 7}),
        "Jarum panjang berputar 90 derajat dan jarum pendek 45 derajat, keduanya searah jarum jam.",
    )


def _two_walkers() -> Draft:
    return _series(
        "medium",
        [Grid((ring_cell(7 + step),), (ring_cell(6 - step),)) for step in range(5)],
        (
            {"black": (ring_cell(4),)},
            {"black": (ring_cell(1),)},
            {"grey": (ring_cell(1),)},
            {"grey": (ring_cell(5),)},
        ),
        "Petak hitam pindah satu petak searah jarum jam di tepi kotak; petak abu-abu pindah satu "
        "petak berlawanan arah jarum jam.",
    )


def _turning_flag() -> Draft:
    return _series(
        "medium",
        [
            Flag(-2 * step % 8, (2 - 2 * step) % 8, "segitiga", ("hitam", "putih")[step % 2])
            for step in range(5)
        ],
        ({"tip": 4}, {"streams": 6}, {"cloth": "persegi"}, {"fill": "putih"}),
        "Bendera berputar 90 derajat berlawanan arah jarum jam; warnanya berganti-ganti hitam dan "
        "putih.",
    )


def _interleaved() -> Draft:
    return _series(
        "hard",
        [Dotted(3, 1), Dotted(6, 6), Dotted(4, 2), Dotted(5, 5), Dotted(5, 3), Dotted(4, 4)],
        ({"sides": 3}, {"sides": 6}, {"black": 3}, {"black": 5}),
        "Dua deret berselang-seling. Kotak 1, 3, 5: sisi 3, 4, 5 dan titik 1, 2, 3. Kotak 2, 4, 6: "
        "sisi 6, 5, 4 dan titik 6, 5, 4.",
    )


def _faster_arrow() -> Draft:
    fills = ("hitam", "putih", "abu-abu")
    turns = (0, 1, 3, 6, 10)
    return _series(
        "hard",
        [Arrow(turn % 8, fills[step % 3], 1 + step % 2) for step, turn in enumerate(turns)],
        ({"direction": 1}, {"direction": 7}, {"fill": "abu-abu"}, {"bars": 2}),
        "Panah berputar searah jarum jam 45, 90, 135, lalu 180 derajat. Warnanya berulang hitam, "
        "putih, abu-abu; garis ekornya berganti-ganti satu dan dua.",
    )
