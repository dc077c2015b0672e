"""Number series; among the usual rules exactly one goes on from the terms that are shown."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from question_bank.samples.tiu.draft import Draft, show_number

TOPIC = "numerik-deret"

Terms = tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """The first term, how each next one is made from those before, and what to ask."""

    difficulty: str
    first: tuple[int, ...]
    step: Callable[[list[int]], int]
    shown_count: int
    distractors: tuple[int, ...]
    explanation: str


def drafts() -> list[Draft]:
    """All of them, easy ones first."""
    return [_draft(series) for series in (*_easy(), *_medium(), *_hard())]


def continuations(terms: Terms) -> set[Fraction]:
    """What each usual rule that fits every shown term gives as the next one."""
    rules = (_by_differences, _by_ratio, _by_sums, _by_scaling, _by_turns, _interleaved, _by_place)
    return {term for rule in rules for term in rule(terms)}


def _draft(series: Series) -> Draft:
    terms = list(series.first)
    while len(terms) <= series.shown_count:
        terms.append(series.step(terms))
    *shown, key = terms
    assert {Fraction(key)} == continuations(tuple(map(Fraction, shown))), series
    listed = "; ".join(show_number(term) for term in shown)
    return Draft(
        difficulty=series.difficulty,
        stem=f"Bilangan yang tepat untuk melanjutkan deret berikut adalah …\n\n{listed}; …",
        options=tuple(show_number(value) for value in (key, *series.distractors)),
        explanation=series.explanation,
    )


def _by_differences(terms: Terms) -> Iterator[Fraction]:
    """Differences, or theirs up to the third, stay the same; at least two are seen to."""
    rows = [list(terms)]
    for _ in range(3):
        rows.append([right - left for left, right in pairwise(rows[-1])])
        if len(rows[-1]) >= 2 and len(set(rows[-1])) == 1:
            yield Fraction(sum(row[-1] for row in rows))
            return


def _by_ratio(terms: Terms) -> Iterator[Fraction]:
    if all(terms) and len({right / left for left, right in pairwise(terms)}) == 1:
        yield terms[-1] ** 2 / terms[-2]


def _by_sums(terms: Terms) -> Iterator[Fraction]:
    """Each is the sum of the two before."""
    if all(c == a + b for a, b, c in zip(terms, terms[1:], terms[2:], strict=False)):
        yield terms[-1] + terms[-2]


def _by_scaling(terms: Terms) -> Iterator[Fraction]:
    """Each is a × the one before + b, with a and b always the same."""
    first, second, third = terms[:3]
    if len(terms) < 4 or first == second:
        return
    scale = (third - second) / (second - first)
    rest = second - scale * first
    if all(right == scale * left + rest for left, right in pairwise(terms)):
        yield scale * terms[-1] + rest


def _by_turns(terms: Terms) -> Iterator[Fraction]:
    """Two steps take turns, each adding or multiplying by the same number."""
    steps = list(pairwise(terms))
    turns = (steps[::2], steps[1::2])
    if all(len(turn) >= 2 and (_sums(turn) or _factors(turn)) for turn in turns):
        turn = turns[len(steps) % 2]
        if _sums(turn):
            yield terms[-1] + turn[0][1] - turn[0][0]
        if _factors(turn):
            yield terms[-1] * turn[0][1] / turn[0][0]


def _interleaved(terms: Terms) -> Iterator[Fraction]:
    """Two series in turn, each with a constant difference or ratio."""
    halves = (terms[::2], terms[1::2])
    found = [[*_simply(half)] for half in halves]
    if all(found) and all(len(half) >= 3 for half in halves):
        yield from found[len(terms) % 2]


def _by_place(terms: Terms) -> Iterator[Fraction]:
    """(term + c) × its place, with c always the same."""
    shifts = {right / place - left for place, (left, right) in enumerate(pairwise(terms), start=1)}
    if len(shifts) == 1:
        yield (terms[-1] + shifts.pop()) * len(terms)


def _simply(terms: Terms) -> Iterator[Fraction]:
    if len({right - left for left, right in pairwise(terms)}) == 1:
        yield 2 * terms[-1] - terms[-2]
    yield from _by_ratio(terms)


def _sums(steps: list[tuple[Fraction, Fraction]]) -> bool:
    return len({right - left for left, right in steps}) == 1


def _factors(steps: list[tuple[Fraction, Fraction]]) -> bool:
    return all(left for left, _ in steps) and len({right / left for left, right in steps}) == 1


def _easy() -> list[Series]:
    return [
        Series(
            "easy", (7,), lambda t: t[-1] + 5, 5, (31, 33, 35, 37),
            "Setiap suku bertambah 5: 27 + 5 = 32.",
        ),
        Series(
            "easy", (3,), lambda t: t[-1] * 2, 5, (72, 92, 98, 144),
            "Setiap suku dikalikan 2: 48 × 2 = 96.",
        ),
        Series(
            "easy", (90,), lambda t: t[-1] - 7, 5, (53, 54, 56, 57),
            "Setiap suku berkurang 7: 62 − 7 = 55.",
        ),
    ]  # fmt: skip


def _medium() -> list[Series]:
    return [
        Series(
            "medium", (2,), lambda t: t[-1] + 2 * len(t) + 1, 5, (35, 36, 38, 39),
            "Selisihnya 3, 5, 7, 9, lalu 11: 26 + 11 = 37.",
        ),
        Series(
            "medium", (4, 9), lambda t: t[-2] + (2 if len(t) % 2 == 0 else 5), 7, (12, 22, 23, 29),
            "Dua deret berselang-seling: 4, 6, 8, 10 bertambah 2 dan 9, 14, 19 bertambah 5. "
            "Suku berikutnya 19 + 5 = 24.",
        ),
        Series(
            "medium", (5,), lambda t: t[-1] * 2 if len(t) % 2 else t[-1] - 2, 6, (24, 30, 54, 56),
            "Berganti-ganti dikalikan 2 dan dikurangi 2: 28 − 2 = 26.",
        ),
        Series(
            "medium", (3, 4), lambda t: t[-1] + t[-2], 6, (40, 44, 45, 58),
            "Setiap suku adalah jumlah dua suku sebelumnya: 18 + 29 = 47.",
        ),
    ]  # fmt: skip


def _hard() -> list[Series]:
    return [
        Series(
            "hard", (1,), lambda t: t[-1] + len(t) ** 2, 6, (81, 87, 91, 105),
            "Selisihnya bilangan kuadrat 1, 4, 9, 16, 25, lalu 36: 56 + 36 = 92.",
        ),
        Series(
            "hard", (2,), lambda t: t[-1] * len(t) + len(t), 5, (448, 560, 564, 570),
            "Berturut-turut ×1 + 1, ×2 + 2, ×3 + 3, ×4 + 4, lalu ×5 + 5: 112 × 5 + 5 = 565.",
        ),
    ]  # fmt: skip
