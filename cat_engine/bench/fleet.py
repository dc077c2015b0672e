"""The load generator as several processes: start them, let them go at one instant, collect."""

import json
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from cat_engine.bench.children import start_child
from cat_engine.bench.row import Unsound
from cat_engine.bench.server import Server
from cat_engine.rehearsal.virtual import Story

Json = dict[str, Any]
PROCESS_COUNT = 2
END_LIMIT_S = 30


@dataclass(slots=True)
class Work:
    """What all processes together did."""

    count: int
    rate: float
    """Acknowledgements a second while everybody was sending."""
    cpu_s: float
    latencies_us: Mapping[str, Sequence[int]]
    stories: Sequence[Story]
    failures: Sequence[str]
    people: Sequence[Json]
    """What happened to each person of a crowd."""

    def check(self) -> None:
        """Everything that was sent was acknowledged.

        Raises:
            Unsound: naming the first that was not.
        """
        if self.failures:
            raise Unsound(f"{len(self.failures)} failures, the first: {self.failures[0]}")

    def quantile_ms(self, phase: str, share: float) -> float:
        """A quantile of the latencies of one phase."""
        ordered = self.latencies_us.get(phase, ())
        if not ordered:
            raise Unsound(f"nothing was acknowledged in the phase {phase}")
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] / 1_000


@dataclass(slots=True)
class Fleet:
    """Processes that are connected and wait for the word."""

    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    def go(self, on_started: Callable[[], None] = lambda: None) -> Work:
        """Let all go, wait until all have finished, and add up."""
        self.tell()
        on_started()
        return add_up([_read_report(process) for process in self.processes])

    def tell(self) -> None:
        """Send every process a line: the word to start, or to end a hold."""
        for process in self.processes:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()

    def end(self) -> None:
        """End what still runs."""
        for process in self.processes:
            process.kill()
            process.wait(END_LIMIT_S)
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    with suppress(OSError):  # what waited to be written to a dead process
                        stream.close()


def start_fleet(jobs: Sequence[Json], module: str = "cat_engine.bench.load") -> Fleet:
    """Start one process for each job and wait until all are connected.

    Raises:
        Unsound: one of them could not connect.
    """
    fleet = Fleet()
    for job in jobs:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        process = start_child(["-m", module], **pipes).process
        fleet.processes.append(process)
        assert process.stdin is not None
        process.stdin.write(json.dumps(job) + "\n")
        process.stdin.flush()
    for process in fleet.processes:
        assert process.stdout is not None
        line = process.stdout.readline().strip()
        if line != "ready":
            fleet.end()
            raise Unsound(f"the load generator could not connect: {line}")
    return fleet


def run_fleet(
    server: Server, jobs: Sequence[Json], module: str = "cat_engine.bench.load"
) -> tuple[Work, float]:
    """Start a fleet, let it go and end it; what it did, and the server's CPU meanwhile in seconds.

    Raises:
        Unsound: one of them could not connect.
    """
    fleet = start_fleet(jobs, module)
    try:
        cpu_before_s = server.cpu_s()
        work = fleet.go()
        return work, server.cpu_s() - cpu_before_s
    finally:
        fleet.end()


def share_out(people: Sequence[tuple[str, str]], count: int = PROCESS_COUNT) -> list[list[Any]]:
    """Deal people out to processes."""
    return [list(people[index::count]) for index in range(count) if people[index::count]]


def add_up(reports: Sequence[Json]) -> Work:
    """The sum of what each process reports."""
    latencies: dict[str, list[int]] = {}
    stories = []
    failures: list[str] = []
    for report in reports:
        for phase, taken in report["latencies_us"].items():
            latencies.setdefault(phase, []).extend(taken)
        failures += report["failures"]
        for participant_no, told in report["acknowledged"].items():
            story = Story(participant_no)
            story.acknowledged = {
                int(seq): (item_no, response) for seq, (item_no, response) in told.items()
            }
            stories.append(story)
    return Work(
        count=sum(report["count"] for report in reports),
        rate=sum(report["window_count"] / max(report["window_s"], 1e-9) for report in reports),
        cpu_s=sum(report["cpu_s"] for report in reports),
        latencies_us={phase: sorted(taken) for phase, taken in latencies.items()},
        stories=stories,
        failures=failures,
        people=[person for report in reports for person in report.get("people", ())],
    )


def _read_report(process: subprocess.Popen[str]) -> Json:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise Unsound("a process of the load generator ended without a report")
    return json.loads(line)  # type: ignore[no-any-return]
