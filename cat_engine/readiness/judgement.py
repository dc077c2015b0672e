"""Fit or not fit: what was measured against the bounds of the configuration. Pure.

Every line of the sheet is a finding with its bound, so that whoever reads "not fit" sees why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cat_engine.config import ReadinessConfig
from cat_engine.readiness.station import Station, problems


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what was found, what is asked, and whether it is enough."""

    code: str
    found: str
    bound: str
    is_good: bool


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a run of virtual candidates on this very machine gave; times in milliseconds."""

    exam_session: str
    candidate_count: int
    finished_count: int
    acknowledged_count: int
    journaled_count: int
    lost_count: int
    doubled_count: int
    changed_count: int
    refusal_count: int
    reconnect_count: int
    answers_per_s: str
    latency_p50_ms: int
    latency_p99_ms: int
    latency_most_ms: int
    duration_s: int


def of_report(report: Mapping[str, Any]) -> Rehearsal:
    """The rehearsal of a report as `cat-engine rehearse --report` writes it."""
    return Rehearsal(
        exam_session=report["exam_session"],
        candidate_count=report["candidate_count"],
        finished_count=report["finished_count"],
        acknowledged_count=report["acknowledged_count"],
        journaled_count=report["journaled_count"],
        lost_count=len(report["lost"]),
        doubled_count=len(report["doubled"]),
        changed_count=len(report["changed"]),
        refusal_count=report["refusal_count"],
        reconnect_count=report["reconnect_count"],
        answers_per_s=f"{report['answers_per_s']:.1f}",
        latency_p50_ms=_up(report["latency_p50_ms"]),
        latency_p99_ms=_up(report["latency_p99_ms"]),
        latency_most_ms=_up(report["latency_most_ms"]),
        duration_s=_up(report["duration_s"]),
    )


def judge(
    stations: Sequence[Station],
    rehearsal: Rehearsal | None,
    bounds: ReadinessConfig,
    *,
    seats_expected: int,
) -> tuple[Finding, ...]:
    """Everything that was looked at, in the order of the sheet.

    Args:
        stations: the newest report of each seat.
        rehearsal: the run on this machine; without one nothing is fit.
        bounds: of the configuration.
        seats_expected: how many workstations the room has; 0 where only the server is rehearsed.
    """
    return (*_of_stations(stations, bounds, seats_expected), *_of_rehearsal(rehearsal, bounds))


def is_fit(findings: Sequence[Finding]) -> bool:
    """Whether everything is good enough; nothing looked at is nothing shown."""
    return bool(findings) and all(one.is_good for one in findings)


def _of_stations(
    stations: Sequence[Station], bounds: ReadinessConfig, seats_expected: int
) -> list[Finding]:
    if seats_expected == 0:
        return []
    faulty = sum(1 for one in stations if problems(one, bounds))
    return [
        Finding(
            "stations_reported",
            str(len(stations)),
            f"min. {seats_expected}",
            len(stations) >= seats_expected,
        ),
        Finding("stations_faulty", str(faulty), "0", faulty == 0),
    ]


def _of_rehearsal(rehearsal: Rehearsal | None, bounds: ReadinessConfig) -> list[Finding]:
    if rehearsal is None:
        return [Finding("rehearsed", "0", "min. 1", is_good=False)]
    one = rehearsal
    missing = one.candidate_count - one.finished_count
    wrong = one.lost_count + one.doubled_count + one.changed_count
    enough = one.candidate_count >= bounds.candidates
    return [
        Finding("candidates", str(one.candidate_count), f"min. {bounds.candidates}", enough),
        Finding("unfinished", str(missing), "0", missing == 0),
        Finding("answers_wrong", str(wrong), "0", wrong == 0 and one.acknowledged_count > 0),
        Finding(
            "answer_p99",
            f"{one.latency_p99_ms} ms",
            f"max. {bounds.answer_p99_ms} ms",
            one.latency_p99_ms <= bounds.answer_p99_ms,
        ),
    ]


def _up(value: float) -> int:
    """Rounded up, so that rounding never makes something fit."""
    return -int(-value // 1)
