"""How replay, board and ranking grow with the number of candidates.

Measured in a process of its own (`python -m cat_engine.bench.growth`), which prints seconds as
JSON: of CPU where growth is compared, of the clock where a limit is promised. A sample of all that
is done in bulk is done again one by one, and must be equal.
"""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from math import log10
from typing import TypeVar

import numpy as np

from cat_engine.bench.row import Figure, Figures, Known, Setting, Unsound
from cat_engine.clock import monotonic_s
from exam_sessions import events, standings
from exam_sessions.journal import Entry
from question_bank.blueprint import Blueprint
from question_bank.blueprint import read as read_blueprint
from question_bank.samples import blueprint_path
from scoring.board import Board, Change, apply, empty
from scoring.bulk import IntArray, rank_columns, section_sums, tabulate
from scoring.mark import mark
from scoring.ranking import Contender, rank
from scoring.response import Choice, Nothing
from scoring.rule import KeyRule, OptionPoints, Rule

SIZES, QUICK_SIZES = (1_000, 10_000, 100_000, 1_000_000), (1_000, 10_000)
NATION, QUICK_NATION = 4_000_000, 100_000
MARKED, QUICK_MARKED = 1_000_000, 20_000
ITEM_COUNT = 110
BEGINS = (0, 30, 65)
OPTIONS = tuple(Choice(letter) for letter in "abcde")
KEYS = ("total", "tkp", "tiu", "twk")
SAMPLE = 1_000
RANK_LIMIT_S, MARK_LIMIT_S, SLOPE_LIMIT = 1.0, 3.0, 1.15
FEWEST_S = 0.3
"""Small sizes are measured again and again for so long, and the quickest time counts."""
GIB = 2**30
MEMORY_FOR_A_MILLION = 6 * GIB
WORKS = ("replay", "board", "ranking")

Result = TypeVar("Result")


def measure(setting: Setting) -> Figures:
    """Seconds at each size, the slope of each work, and the two works of a nation."""
    arguments = [sys.executable, "-m", "cat_engine.bench.growth", *(["quick"] * setting.quick)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise Unsound(done.stderr.strip().splitlines()[-1])
    found = json.loads(done.stdout)
    figures = []
    for work in WORKS:
        sizes = {int(size): seconds for size, seconds in found[work].items()}
        figures += [Figure(f"{work} {size}", seconds, "s") for size, seconds in sizes.items()]
        figures.append(Figure(f"{work} slope", slope(sizes), ""))
    figures.append(Figure("nation ranked", found["nation"], "s"))
    figures.append(Figure("re-marked", found["marked"], "s"))
    return figures


def is_reached(known: Known) -> bool | None:
    """Whether every bound holds; None for the short setting, which is smaller."""
    found = known["growth"]
    if f"ranking {SIZES[-1]}" not in found:
        return None
    return (
        found["nation ranked"] <= RANK_LIMIT_S
        and found["re-marked"] <= MARK_LIMIT_S
        and all(found[f"{work} slope"] <= SLOPE_LIMIT for work in WORKS)
    )


def slope(seconds_of: dict[int, float]) -> float:
    """The exponent of growth: of the line of least squares through the logarithms; 1 is linear."""
    points = [(log10(size), log10(seconds)) for size, seconds in seconds_of.items()]
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    along = sum((x - mean_x) * (y - mean_y) for x, y in points)
    return along / sum((x - mean_x) ** 2 for x, _ in points)


def spread(count: int, span: int, *, salt: int) -> IntArray:
    """Numbers below a span that look like chance and are the same everywhere."""
    mixed = (np.arange(count, dtype=np.uint64) + np.uint64(salt)) * np.uint64(0x9E3779B97F4A7C15)
    return ((mixed >> np.uint64(33)) % np.uint64(span)).astype(np.int16)


def scores(count: int) -> list[IntArray]:
    """Total, TKP, TIU and TWK of so many candidates, as SKD gives them."""
    tkp = spread(count, 226, salt=1)
    tiu = spread(count, 36, salt=2) * 5
    twk = spread(count, 31, salt=3) * 5
    return [tkp + tiu + twk, tkp, tiu, twk]


def cpu_s() -> float:
    """Seconds of CPU that this process has used; finer than `os.times`."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def timed(
    work: Callable[[], Result], seconds: Callable[[], float] = cpu_s, *, runs: int = 1
) -> tuple[float, Result]:
    """The quickest of some runs, of more where the work is small; and what the last one gave."""
    quickest, total, count = float("inf"), 0.0, 0
    while True:
        start = seconds()
        result = work()
        taken = seconds() - start
        quickest, total, count = min(quickest, taken), total + taken, count + 1
        if total >= FEWEST_S and count >= runs:
            return quickest, result
        del result  # two boards of a million would not fit everywhere


def replay(bodies: Iterable[tuple[str, str, str]], blueprint: Blueprint) -> list[Change]:
    """From entries as the journal's table holds them to standings, as after a restart."""
    progress: dict[str, standings.Progress] = {}
    for position, (participant_no, kind, body) in enumerate(bodies, start=1):
        event = events.decode(kind, json.loads(body))
        entry = Entry("bench", position, participant_no, 0, event, "")
        if kind == "Seated":
            progress[participant_no] = standings.begin(entry, blueprint, label="")
        else:
            progress[participant_no] = standings.fold(progress[participant_no], event)
    return [
        Change(one.entrant, standings.standing(one, blueprint, reveal="live"))
        for one in progress.values()
    ]


def entries(count: int) -> Iterator[tuple[str, str, str]]:
    """Seated, begun and an answer of every candidate: number, kind, body."""
    points = spread(count, 6, salt=4).tolist()
    seated = events.canonical(events.body_of(_seated()))
    begun = events.canonical(events.body_of(events.PartBegun(0, 6_000_000)))
    answers = [_answer(1, 66, "tkp", earned) for earned in range(6)]
    for index in range(count):
        number = f"B-{index:07}"
        yield number, "Seated", seated
        yield number, "PartBegun", begun
        yield number, "Responded", answers[points[index]]


def build(changes: Sequence[Change]) -> Board:
    """The board of everybody at once."""
    board, _ = apply(empty(KEYS), changes)
    return board


def rank_nation(count: int) -> float:
    """Seconds to rank by the total and three tie-breaks; a sample is ranked one by one as well."""
    columns = scores(count)
    few = [column[:SAMPLE] for column in columns]
    people = [
        Contender(f"{i:05}", {key: Fraction(int(c[i])) for key, c in zip(KEYS, few, strict=True)})
        for i in range(SAMPLE)
    ]
    expected = [(int(one.id), one.rank) for one in rank(people, KEYS)]
    found = rank_columns(few)
    pairs = zip(found.order.tolist(), found.ranks.tolist(), strict=True)
    assert expected == list(pairs), "in bulk as one by one"
    return timed(lambda: rank_columns(columns), monotonic_s, runs=5)[0]


def mark_nation(count: int) -> float:
    """Seconds to mark every answer of every candidate, each with another order of the items."""
    rules: list[Rule] = [
        KeyRule(OPTIONS[index % 5], Fraction(5))
        if index < BEGINS[2]
        else OptionPoints({one.option: Fraction(points) for points, one in enumerate(OPTIONS, 1)})
        for index in range(ITEM_COUNT)
    ]
    table = tabulate([(rule, OPTIONS) for rule in rules])
    places = np.arange(ITEM_COUNT, dtype=np.int16)
    forms = (places[None, :] + spread(count, ITEM_COUNT, salt=6)[:, None]) % ITEM_COUNT
    forms = forms.astype(np.uint8)
    codes = spread(count * ITEM_COUNT, 6, salt=7).astype(np.uint8).reshape(count, ITEM_COUNT)
    sums = section_sums(table, forms[:SAMPLE], codes[:SAMPLE], begins=BEGINS)
    for candidate in range(SAMPLE):
        marks = [
            mark(rules[item], OPTIONS[code - 1] if code else Nothing())
            for item, code in zip(forms[candidate], codes[candidate], strict=True)
        ]
        parts = (marks[: BEGINS[1]], marks[BEGINS[1] : BEGINS[2]], marks[BEGINS[2] :])
        expected = [sum(part) * table.denominator for part in parts]
        assert expected == sums[candidate].tolist(), "in bulk as one by one"
    return timed(lambda: section_sums(table, forms, codes, begins=BEGINS), monotonic_s, runs=3)[0]


def main() -> None:
    """Measure everything and print it."""
    quick = sys.argv[1:] == ["quick"]
    path = blueprint_path("skd-2024")
    assert path is not None, "the blueprint is shipped"
    blueprint = read_blueprint(path.read_text("utf-8"))
    found: dict[str, dict[int, float]] = {work: {} for work in WORKS}
    for size in QUICK_SIZES if quick else _sizes():
        columns = scores(size)
        found["ranking"][size], _ = timed(partial(rank_columns, columns))
        rows = list(entries(size))
        found["replay"][size], changes = timed(partial(replay, rows, blueprint))
        found["board"][size], board = timed(partial(build, changes))
        assert len(board.rows) == size, "everybody is on the board"
        del rows, changes, board
    nation = rank_nation(QUICK_NATION if quick else NATION)
    marked = mark_nation(QUICK_MARKED if quick else MARKED)
    sys.stdout.write(json.dumps({**found, "nation": nation, "marked": marked}) + "\n")


def _sizes() -> Sequence[int]:
    """All sizes, without the last on a machine whose memory is too small for it."""
    free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return SIZES if free >= MEMORY_FOR_A_MILLION else SIZES[:-1]


def _answer(client_seq: int, item_no: int, section: str, points: int) -> str:
    event = events.Responded(
        client_seq=client_seq,
        item_no=item_no,
        item=f"{section}-{item_no:03}/1",
        section=section,
        response={"choice": "a"},
        points=str(points),
        held_ms=0,
    )
    return events.canonical(events.body_of(event))


def _seated() -> events.Seated:
    return events.Seated(
        form_digest="0" * 64,
        formation="Auditor",
        formation_type="general",
        disability="",
        room="A",
        seat="1",
        part_minutes=(100,),
        part_item_counts=(ITEM_COUNT,),
    )


if __name__ == "__main__":
    main()
