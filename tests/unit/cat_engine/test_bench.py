"""The benchmark's arithmetic: medians, verdicts, and what happens to an unsound measurement."""

from collections.abc import Callable, Mapping, Sequence

import pytest

from cat_engine.bench.connection import frame, number_of
from cat_engine.bench.fleet import add_up, share_out
from cat_engine.bench.registry import PLANS
from cat_engine.bench.row import Figure, Figures, Plan, Setting, Unsound, medians
from cat_engine.bench.run import judge, run


def test_medians_are_taken_figure_by_figure() -> None:
    repeats = [[Figure("rate", value, "/s"), Figure("p99", 7, "ms")] for value in (1, 100, 3)]

    found = medians(repeats)

    assert (Figure("rate", 3, "/s"), Figure("p99", 7, "ms")) == found


@pytest.mark.parametrize(("rate", "expected"), [(159, False), (160, True)])
def test_ours_must_be_faster_than_stock_by_the_promised_factor(
    rate: int, *, expected: bool
) -> None:
    found = _found(ours=rate, stock=100, raw=1_000)

    rows = judge([PLANS["ours"], PLANS["stock"], PLANS["raw"]], found, {})

    assert [expected, None, None] == [row.reached for row in rows]


def test_ours_alone_is_not_judged() -> None:
    rows = judge([PLANS["ours"]], _found(ours=1), {})

    assert [None] == [row.reached for row in rows]


def test_an_unsound_measurement_shows_no_figures_and_misses_its_target() -> None:
    def lose_an_answer(_setting: Setting) -> Figures:
        raise Unsound("B-000001 message 7 is lost")

    outcome = run([_plan(lose_an_answer)], repeats=2, quick=True)

    assert [(False, (), "B-000001 message 7 is lost")] == [
        (row.reached, row.figures, row.note) for row in outcome.rows
    ]
    assert not outcome.is_reached


def test_rows_take_turns() -> None:
    order: list[str] = []

    run(
        [_plan(_one_figure, name="a"), _plan(_one_figure, name="b")],
        repeats=2,
        quick=True,
        on_step=order.append,
    )

    assert ["a", "b", "a", "b"] == order


def test_reports_of_processes_are_added_up() -> None:
    reports = [
        _report(count=4, latencies_us={"all": [5, 1]}, acknowledged={"B-1": {"7": [3, None]}}),
        _report(count=6, latencies_us={"all": [3]}, failures=["B-2: no acknowledgement"]),
    ]

    work = add_up(reports)

    assert (10, 20.0, [1, 3, 5]) == (work.count, work.rate, work.latencies_us["all"])
    assert {7: (3, None)} == work.stories[0].acknowledged
    with pytest.raises(Unsound, match="B-2"):
        work.check()


def test_everybody_is_dealt_to_one_process() -> None:
    people = [(str(index), "") for index in range(5)]

    shares = share_out(people, 2)

    assert people == sorted(person for share in shares for person in share)


def test_number_of_an_acknowledgement() -> None:
    assert 4711 == number_of('43/candidate,4711[{"ok":true}]')


@pytest.mark.parametrize("size", [0, 125, 126, 1_000])
def test_frames_are_masked_text(size: int) -> None:
    sent = frame("x" * size)

    start = 2 if size < 126 else 4
    key, payload = sent[start : start + 4], sent[start + 4 :]
    assert b"x" * size == bytes(byte ^ key[at % 4] for at, byte in enumerate(payload))


def _one_figure(_setting: Setting) -> Figures:
    return [Figure("rate", 1, "/s")]


def _plan(measure: Callable[[Setting], Figures], name: str = "row") -> Plan:
    return Plan(name, "what", "target", measure, lambda _known: True)


def _found(**rates: float) -> Mapping[str, Sequence[Figures]]:
    return {name: [[Figure("rate", rate, "/s")]] for name, rate in rates.items()}


def _report(**given: object) -> dict[str, object]:
    empty = {"count": 0, "window_count": 10, "window_s": 1.0, "cpu_s": 0.0,
             "latencies_us": {}, "failures": [], "acknowledged": {}}  # fmt: skip
    return empty | given
