"""Comparisons: two quantities against each other, ratios, and orders of size."""

from collections.abc import Iterable
from fractions import Fraction

from question_bank.samples.tiu.draft import Draft, show_number, show_rupiah

TOPIC = "numerik-perbandingan"

# For y > 0 exactly one of these holds, whatever x and y are; so their order is kept.
RELATIONS = (
    "x < y",
    "x = y",
    "x > y, tetapi x < 2y",
    "x ≥ 2y",
    "hubungan antara x dan y tidak dapat ditentukan",
)
QUESTION = "Pernyataan manakah yang benar?"


def drafts() -> list[Draft]:
    """All of them, easy ones first."""
    return [*_easy(), *_medium(), *_hard()]


def relation(x: Fraction, y: Fraction) -> int:
    """The index of the one relation that holds between two known quantities."""
    assert y > 0
    holds = (x < y, x == y, y < x < 2 * y, x >= 2 * y)
    return holds.index(True)


def _compare(
    difficulty: str, given: str, cases: Iterable[tuple[Fraction, Fraction]], explanation: str
) -> Draft:
    """An item on x and y; `cases` are all pairs, or enough of them, that fit what is given."""
    found = {relation(x, y) for x, y in cases}
    return Draft(
        difficulty=difficulty,
        stem=f"{given}\n\n{QUESTION}",
        options=RELATIONS,
        key=found.pop() if len(found) == 1 else len(RELATIONS) - 1,
        explanation=explanation,
        has_fixed_order=True,
    )


def _easy() -> list[Draft]:
    minutes, days = Fraction(3 * 60), Fraction(12 * 7)
    sum_of_both, ani, budi = 240_000, 3, 5
    difference = Fraction(sum_of_both, ani + budi) * (budi - ani)
    return [
        _compare(
            "easy",
            "x = banyaknya menit dalam 3 jam\ny = banyaknya hari dalam 12 minggu",
            [(minutes, days)],
            "x = 180 dan y = 84; 2y = 168, maka x ≥ 2y.",
        ),
        _compare(
            "easy",
            "x = 15% dari 240\ny = 24% dari 150",
            [(Fraction(15, 100) * 240, Fraction(24, 100) * 150)],
            "x = 36 dan y = 36.",
        ),
        Draft(
            difficulty="easy",
            stem=(
                f"Perbandingan tabungan Ani dan Budi adalah {ani} : {budi}. Jumlah tabungan mereka "
                f"{show_rupiah(sum_of_both)}. Selisih tabungan mereka adalah …"
            ),
            options=tuple(
                show_rupiah(value)
                for value in (
                    difference,
                    Fraction(sum_of_both, 8),
                    Fraction(sum_of_both, 8) * 3,
                    Fraction(sum_of_both, 5),
                    Fraction(sum_of_both, 3),
                )
            ),
            explanation="Delapan bagian bernilai Rp240.000,00; selisihnya dua bagian: Rp60.000,00.",
        ),
    ]


def _medium() -> list[Draft]:
    workers, days, more_workers = 12, 15, 18
    needed = Fraction(workers * days, more_workers)
    # Every pair of positive whole numbers with the sum 11.
    pairs = [(Fraction(3 * p), Fraction(2 * (11 - p))) for p in range(1, 11)]
    return [
        _compare(
            "medium",
            "x = 7/12 + 1/4\ny = 5/8 + 1/6",
            [(Fraction(7, 12) + Fraction(1, 4), Fraction(5, 8) + Fraction(1, 6))],
            "x = 20/24 dan y = 19/24, maka x > y, tetapi x < 2y.",
        ),
        _compare(
            "medium",
            "p dan q adalah bilangan bulat positif dengan p + q = 11.\nx = 3p\ny = 2q",
            pairs,
            "Untuk p = 1 dan q = 10: x = 3 < y = 20. Untuk p = 10 dan q = 1: x = 30 > y = 2. "
            "Hubungannya tidak dapat ditentukan.",
        ),
        _order_of_size(),
        Draft(
            difficulty="medium",
            stem=(
                f"Sebuah saluran air dapat dibuat oleh {workers} pekerja dalam {days} hari. Jika "
                f"kemampuan setiap pekerja sama, {more_workers} pekerja membuat saluran air yang "
                "sama dalam waktu …"
            ),
            options=tuple(
                f"{show_number(value)} hari"
                for value in (
                    needed,
                    Fraction(days * more_workers, workers),
                    days - Fraction(more_workers - workers, 2),
                    days - (more_workers - workers),
                    Fraction(11),
                )
            ),
            explanation="Perbandingan berbalik nilai: 12 × 15 : 18 = 10 hari.",
        ),
    ]


def _order_of_size() -> Draft:
    values = {
        "35%": Fraction(35, 100),
        "3/8": Fraction(3, 8),
        "0,4": Fraction(4, 10),
        "5/12": Fraction(5, 12),
    }
    orders = (
        ("35%", "3/8", "0,4", "5/12"),
        ("3/8", "35%", "0,4", "5/12"),
        ("35%", "0,4", "3/8", "5/12"),
        ("35%", "3/8", "5/12", "0,4"),
        ("0,4", "35%", "3/8", "5/12"),
    )
    rising = [order for order in orders if sorted(order, key=lambda text: values[text]) == [*order]]
    assert rising == [orders[0]]
    return Draft(
        difficulty="medium",
        stem="Urutan bilangan 3/8; 35%; 5/12; 0,4 dari yang terkecil ke yang terbesar adalah …",
        options=tuple("; ".join(order) for order in orders),
        explanation="35% = 0,35; 3/8 = 0,375; 0,4; 5/12 ≈ 0,417.",
    )


def _hard() -> list[Draft]:
    between = [Fraction(part, 100) for part in range(1, 100)]
    # 3a = 4b and 5b = 6c with the least whole c.
    c = 5
    b = Fraction(6 * c, 5)
    a = Fraction(4) * b / 3
    assert 3 * a == 4 * b
    assert 5 * b == 6 * c
    return [
        _compare(
            "hard",
            "Diketahui 0 < p < 1.\nx = p³\ny = p²",
            [(p**3, p**2) for p in between],
            "y − x = p²(1 − p) > 0 untuk setiap p antara 0 dan 1, maka x < y.",
        ),
        Draft(
            difficulty="hard",
            stem="Jika 3a = 4b dan 5b = 6c (a, b, dan c bilangan positif), maka a : b : c = …",
            options=(f"{a} : {b} : {c}", "5 : 6 : 8", "6 : 8 : 5", "9 : 12 : 10", "4 : 3 : 2"),
            explanation="a : b = 4 : 3 = 8 : 6 dan b : c = 6 : 5, maka a : b : c = 8 : 6 : 5.",
        ),
    ]
