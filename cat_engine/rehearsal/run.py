"""Run many virtual candidates against a server, then check every acknowledgement."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import Engine as Database

from cat_engine.rehearsal.audit import Audit, audit
from cat_engine.rehearsal.virtual import Person, Story, VirtualCandidate


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a rehearsal, for people and for machines."""

    exam_session: str
    candidate_count: int
    finished_count: int
    acknowledged_count: int
    journaled_count: int
    lost: Sequence[str]
    doubled: Sequence[str]
    changed: Sequence[str]
    failures: Sequence[str]
    refusal_count: int
    reconnect_count: int
    answers_per_s: float
    latency_p50_ms: float
    latency_p99_ms: float
    latency_most_ms: float
    duration_s: float

    @property
    def is_clean(self) -> bool:
        """Whether everybody finished and nothing was lost, doubled or changed."""
        return not (self.lost or self.doubled or self.changed or self.failures)


async def run_all(
    url: str, people: Sequence[Person], on_answer: Callable[[], None]
) -> tuple[list[Story], float]:
    """Let everybody sit at the same time; their stories and the seconds it took."""
    loop = asyncio.get_running_loop()
    began_at = loop.time()
    runs = [VirtualCandidate(url, person, on_answer).run() for person in people]
    stories = list(await asyncio.gather(*runs))
    return stories, loop.time() - began_at


def run(
    url: str,
    people: Sequence[Person],
    *,
    database: Database,
    exam_session: str,
    on_answer: Callable[[], None] = lambda: None,
) -> tuple[Report, list[Story]]:
    """Let everybody sit, wait for the last one, and compare with the journal."""
    stories, duration_s = asyncio.run(run_all(url, people, on_answer))
    checked = audit(database, exam_session, stories)
    return summarize(exam_session, stories, checked, duration_s), stories


def summarize(
    exam_session: str, stories: Sequence[Story], checked: Audit, duration_s: float
) -> Report:
    """The report of a run."""
    latencies = sorted(latency for story in stories for latency in story.latencies_ms)
    return Report(
        exam_session=exam_session,
        candidate_count=len(stories),
        finished_count=sum(story.result is not None for story in stories),
        acknowledged_count=checked.acknowledged_count,
        journaled_count=checked.journaled_count,
        lost=checked.lost,
        doubled=checked.doubled,
        changed=checked.changed,
        failures=[f"{story.participant_no}: {story.failure}" for story in stories if story.failure],
        refusal_count=sum(len(story.refusals) for story in stories),
        reconnect_count=sum(story.reconnects for story in stories),
        answers_per_s=round(len(latencies) / duration_s, 1) if duration_s else 0.0,
        latency_p50_ms=_quantile(latencies, 50),
        latency_p99_ms=_quantile(latencies, 99),
        latency_most_ms=_quantile(latencies, 100),
        duration_s=round(duration_s, 1),
    )


def write(report: Report, path: Path) -> None:
    """Keep a report as JSON."""
    document = asdict(report) | {"is_clean": report.is_clean}
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def _quantile(ordered: Sequence[float], percent: int) -> float:
    if not ordered:
        return 0.0
    index = min(len(ordered) - 1, len(ordered) * percent // 100)
    return round(ordered[index], 1)
