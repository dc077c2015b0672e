"""Fit or not fit: every bound from both sides, and the sheet that says so."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cat_engine import config
from cat_engine.readiness import desk as desks
from cat_engine.readiness.judgement import Finding, Rehearsal, is_fit, judge, of_report
from cat_engine.readiness.sheet import KIND, make_document, make_pdf
from cat_engine.readiness.signed import read, sign
from cat_engine.readiness.station import Station, problems
from cat_engine.signing import make_key

BOUNDS = config.load().readiness
NOW = 1_795_482_300_000
GOOD = Station(
    seat="7",
    browser="Firefox 140.0",
    screen_width=BOUNDS.screen_width_px,
    screen_height=BOUNDS.screen_height_px,
    offset_ms=BOUNDS.clock_offset_s * 1_000,
    round_trip_p50_ms=2,
    round_trip_p95_ms=BOUNDS.round_trip_ms,
    sent_count=100,
    lost_count=BOUNDS.loss_percent,
    has_storage=True,
    has_full_screen=True,
    reported_at=NOW,
)
RUN = Rehearsal(
    exam_session="rehearsal-1",
    candidate_count=BOUNDS.candidates,
    finished_count=BOUNDS.candidates,
    acknowledged_count=2_000,
    journaled_count=2_000,
    lost_count=0,
    doubled_count=0,
    changed_count=0,
    refusal_count=0,
    reconnect_count=0,
    answers_per_s="85.2",
    latency_p50_ms=4,
    latency_p99_ms=BOUNDS.answer_p99_ms,
    latency_most_ms=2_400,
    duration_s=24,
)


def codes(stations: list[Station], run: Rehearsal | None = RUN, seats: int = 1) -> list[str]:
    findings = judge(stations, run, BOUNDS, seats_expected=seats)
    return [one.code for one in findings if not one.is_good]


def test_a_workstation_at_every_bound_is_fit() -> None:
    assert () == problems(GOOD, BOUNDS)
    assert () == problems(replace(GOOD, offset_ms=-GOOD.offset_ms), BOUNDS)


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("slow_line", {"round_trip_p95_ms": BOUNDS.round_trip_ms + 1}),
        ("lossy_line", {"lost_count": BOUNDS.loss_percent + 1}),
        ("lossy_line", {"sent_count": 0, "lost_count": 0}),
        ("clock_off", {"offset_ms": BOUNDS.clock_offset_s * 1_000 + 1}),
        ("clock_off", {"offset_ms": -BOUNDS.clock_offset_s * 1_000 - 1}),
        ("small_screen", {"screen_width": BOUNDS.screen_width_px - 1}),
        ("small_screen", {"screen_height": BOUNDS.screen_height_px - 1}),
        ("no_storage", {"has_storage": False}),
        ("no_full_screen", {"has_full_screen": False}),
    ],
)
def test_a_workstation_beyond_one_bound_has_that_problem(
    code: str, changes: dict[str, Any]
) -> None:
    faulty = replace(GOOD, **changes)

    assert (code,) == problems(faulty, BOUNDS)
    assert ["stations_faulty"] == codes([faulty])


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("candidates", {"candidate_count": BOUNDS.candidates - 1, "finished_count": 99}),
        ("unfinished", {"finished_count": BOUNDS.candidates - 1}),
        ("answers_wrong", {"lost_count": 1}),
        ("answers_wrong", {"doubled_count": 1}),
        ("answers_wrong", {"changed_count": 1}),
        ("answers_wrong", {"acknowledged_count": 0}),
        ("answer_p99", {"latency_p99_ms": BOUNDS.answer_p99_ms + 1}),
    ],
)
def test_a_rehearsal_beyond_one_bound_is_not_fit(code: str, changes: dict[str, Any]) -> None:
    assert [] == codes([GOOD])
    assert [code] == codes([GOOD], replace(RUN, **changes))


def test_missing_workstations_or_no_rehearsal_are_not_fit() -> None:
    assert ["stations_reported"] == codes([GOOD], seats=2)
    assert ["rehearsed"] == codes([GOOD], None)
    assert ["rehearsed"] == codes([], None, seats=0)
    assert [] == codes([], RUN, seats=0)
    assert not is_fit(())
    assert not is_fit([Finding("x", "0", "1", is_good=False)])


def test_latencies_of_a_report_are_rounded_up() -> None:
    report = dict.fromkeys(
        [
            "candidate_count",
            "finished_count",
            "acknowledged_count",
            "journaled_count",
            "refusal_count",
            "reconnect_count",
            "answers_per_s",
            "latency_p50_ms",
            "latency_most_ms",
            "duration_s",
        ],
        0,
    )
    found = of_report(
        {**report, "exam_session": "x", "lost": ["a"], "doubled": [], "changed": []}
        | {"latency_p99_ms": BOUNDS.answer_p99_ms + 0.1}
    )

    assert BOUNDS.answer_p99_ms + 1 == found.latency_p99_ms
    assert (1, 0, 0) == (found.lost_count, found.doubled_count, found.changed_count)


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_sheet_is_signed_whole_and_drawn(language: Any, tmp_path: Path) -> None:
    document = make_document(
        [GOOD, replace(GOOD, seat="8", has_storage=False)],
        RUN,
        BOUNDS,
        place={"site": "SMKN 1", "room": "Lab B", "by": "dewi"},
        seats_expected=2,
        now=NOW,
    )
    text = sign(KIND, document, make_key(tmp_path / "day.key"))
    signed = read(text, kind=KIND)

    paper = make_pdf(signed, text, language, "WIB")

    assert not signed.document["is_fit"]
    assert ["no_storage"] == signed.document["stations"][1]["problems"]
    assert paper.startswith(b"%PDF")
    assert paper == make_pdf(signed, text, language, "WIB")


# --- codes ---


def begin(desk: desks.Desk) -> desks.Check:
    return desk.begin("SMKN 1", "Lab B", seats=2, by="dewi", now=NOW, minutes=1)


def test_a_code_admits_until_it_expires() -> None:
    desk = desks.Desk()
    check = begin(desk)

    assert check is desk.admit(f" {check.code.lower()} ", address="a", now=NOW + 59_999)
    assert desk.admit(check.code, address="a", now=NOW + 60_000) is None
    assert check is desk.find(check.code)


def test_guessing_is_bounded_by_address() -> None:
    desk = desks.Desk()
    check = begin(desk)
    for number in range(desks.TRIES):
        assert desk.admit(f"WRONG{number}", address="a", now=NOW) is None

    assert desk.admit(check.code, address="a", now=NOW) is None
    assert check is desk.admit(check.code, address="b", now=NOW)
    assert check is desk.admit(check.code, address="a", now=NOW + desks.TRY_WAIT_MS)


def test_checks_and_seats_are_bounded_and_the_newest_report_counts() -> None:
    desk = desks.Desk()
    first = begin(desk)
    for _ in range(desks.CHECK_LIMIT):
        check = begin(desk)
    for seat in range(desks.SEAT_LIMIT + 5):
        check.report(replace(GOOD, seat=str(seat)))
    check.report(replace(GOOD, seat="3", lost_count=50))

    assert desk.find(first.code) is None
    assert desks.SEAT_LIMIT == len(check.newest)
    assert ["0", "1", "2", "3"] == [one.seat for one in check.newest[:4]]
    assert 50 == check.stations["3"].lost_count
