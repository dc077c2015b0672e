"""Killed at every write and synchronisation of a trace of 200 events: rows 1 and 29."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlalchemy import Engine as Database

from cat_engine import db
from exam_sessions import commands
from exam_sessions.events import Finished
from exam_sessions.journal import Entry, read_all
from exam_sessions.live_session import replay_session
from exam_sessions.verify import verify_session
from scoring.response import Choice
from tests.cast import EXAM_SESSION
from tests.factories import STARTS_AT, FakeClock, start_engine
from tests.faults import trace
from tests.faults.strace import Tracer, count_calls, need_strace
from tests.faults.trace import Planted, Reference

FAST_POINTS = 20
CALLS = ("pwrite64", "write", "fsync", "fdatasync", "ftruncate", "unlink", "rename")
STILL = "p9"
"""A candidate of the trace who has not begun and can give the first answer after a restart."""


@dataclass(slots=True)
class Bench:
    """A prepared database, its undisturbed run, and who runs it again."""

    folder: Path
    base: Path
    reference: Reference
    tracer: Tracer
    number: int = 0

    def fresh(self) -> Path:
        """A copy that nothing has touched."""
        self.number += 1
        for old in self.folder.glob("run-*"):
            old.unlink()
        return trace.copy(self.base, self.folder / f"run-{self.number}.db")

    def crash_at(self, point: tuple[str, int], planted: Planted | None = None) -> list[str]:
        """Kill a run at a system call; what the journal then breaks."""
        path = self.fresh()
        ended = self.tracer.run(
            path, inject=f"{point[0]}:signal=KILL:when={point[1]}", planted=planted
        )
        assert planted is not None or ended["status"] == 9, (point, ended)
        return check_after(path, self.reference, ended["told"])


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    need_strace()
    folder = tmp_path_factory.mktemp("crash")
    base = folder / "base.db"
    trace.prepare(base)
    tracer = Tracer(folder)
    yield Bench(folder, base, trace.make_reference(base, folder), tracer)
    tracer.close()


@pytest.fixture(scope="module")
def points(bench: Bench) -> Sequence[tuple[str, int]]:
    """Every write and synchronisation of the trace: the call's name and its number."""
    bench.tracer.run(bench.fresh())
    counts = count_calls(bench.tracer.log)
    counts = {**counts, "write": 0}  # the acknowledgements' own pipe
    return [(name, n) for name in CALLS for n in range(1, counts.get(name, 0) + 1)]


def check_after(path: Path, reference: Reference, told: int) -> list[str]:
    """Start anew on what a crash left: what is broken, [] when every promise holds."""
    database = db.writing(db.connect(f"sqlite:///{path}"))
    try:
        broken = trace.violations(trace.hashes(database), reference, told)
        if broken:
            return broken
        clock = FakeClock(STARTS_AT + 3_600_000)
        running = start_engine(database, clock)
        epoch = running.engine.handle(EXAM_SESSION, STILL, commands.Enter("pc")).epoch
        sitting = running.engine.cell(EXAM_SESSION, STILL).sitting
        if sitting.paused:
            resume = commands.Resume(commands.Act("again", "citra", "technical", ""))
            running.engine.act(EXAM_SESSION, [STILL], resume)
        running.engine.handle(EXAM_SESSION, STILL, commands.Begin(epoch))
        answer = commands.Respond(epoch, epoch * 100_000 + 1, 1, Choice("A"))
        running.engine.handle(EXAM_SESSION, STILL, answer)
        running.stop()
        return list(verify_session(database, EXAM_SESSION).findings) + _scores_twice(path)
    finally:
        database.dispose()


def _scores_twice(path: Path) -> list[str]:
    """One score for each sitting that ended; receipts that print again the same."""
    database = db.connect(f"sqlite:///{path}")
    with database.connect() as connection:
        finished = [
            entry
            for entry in read_all(connection, EXAM_SESSION)
            if isinstance(entry.event, Finished)
        ]
    receipts = [_receipts(database) for _ in range(2)]
    database.dispose()
    twice = [] if receipts[0] == receipts[1] else ["a receipt prints differently again"]
    if len(finished) != len({entry.participant_no for entry in finished}):
        twice.append("somebody has two scores")
    expected = {entry.participant_no: f"{entry.position}-{entry.hash[:16]}" for entry in finished}
    return twice if expected == receipts[0] else [*twice, "a receipt does not name its score"]


def _receipts(database: Database) -> dict[str, str]:
    live = replay_session(database, EXAM_SESSION)
    assert live is not None
    return {no: cell.receipt for no, cell in live.cells.items() if cell.receipt}


@pytest.mark.fault(1, bound="0 acknowledged lost at a sample of the points")
def test_killed_at_a_sample_of_writes_nothing_acknowledged_is_lost(
    bench: Bench, points: Sequence[tuple[str, int]], figure: Callable[[str], None]
) -> None:
    sample = points[:: max(1, len(points) // FAST_POINTS)]

    broken = {point: found for point in sample if (found := bench.crash_at(point))}

    assert {} == broken
    figure(f"{len(sample)} of {len(points)} points")


@pytest.mark.slow
@pytest.mark.timeout(3_600)
@pytest.mark.fault(1, bound="0 acknowledged lost at every point; first answer <= 5 s")
def test_killed_at_every_write_and_synchronisation_nothing_acknowledged_is_lost(
    bench: Bench, points: Sequence[tuple[str, int]], figure: Callable[[str], None]
) -> None:
    began_at = time.monotonic()

    broken = {point: found for point in points if (found := bench.crash_at(point))}

    assert {} == broken
    figure(f"{len(points)} points, {(time.monotonic() - began_at) / len(points):.2f} s each")


@pytest.mark.slow
@pytest.mark.fault(1, bound="planted: acknowledged before the commit")
def test_killed_at_writes_an_early_acknowledgement_is_found(
    bench: Bench, points: Sequence[tuple[str, int]], figure: Callable[[str], None]
) -> None:
    early = Planted(acknowledge_early=True)
    sample = [point for point in points if point[0] == "pwrite64"][10::60]

    found = [bench.crash_at(point, early) for point in sample]

    assert any("acknowledged entries are lost" in text for broken in found for text in broken)
    figure(f"seen at {sum(map(bool, found))} of {len(sample)} points")


@pytest.mark.slow
@pytest.mark.fault(29, bound="exactly one score; the receipt prints again the same")
def test_killed_around_the_end_of_a_sitting_there_is_one_score_and_one_receipt(
    bench: Bench, points: Sequence[tuple[str, int]], figure: Callable[[str], None]
) -> None:
    bench.tracer.run(bench.fresh())
    told = _told_before_each_write(bench.tracer.log)
    ends = _ends_with_a_score(bench)
    near = [
        n for n, count in enumerate(told, start=1) if any(0 <= end - count <= 2 for end in ends)
    ][::2]

    broken = {n: found for n in near if (found := bench.crash_at(("pwrite64", n)))}

    assert len(near) > 10
    assert {} == broken
    figure(f"{len(near)} points")


@pytest.mark.fault(29, bound="planted: an end that is written twice")
def test_a_second_score_of_one_sitting_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trace.prepare(tmp_path / "base.db")
    trace.make_reference(tmp_path / "base.db", tmp_path)
    path = tmp_path / "reference.db"
    assert [] == _scores_twice(path)

    read_once = read_all

    def twice(connection: Connection, exam_session: str) -> list[Entry]:
        entries = list(read_once(connection, exam_session))
        return entries + [entry for entry in entries if isinstance(entry.event, Finished)]

    monkeypatch.setitem(_scores_twice.__globals__, "read_all", twice)

    assert ["somebody has two scores"] == _scores_twice(path)


def _told_before_each_write(log: Path) -> list[int]:
    """For each write of the trace, how many entries had been acknowledged before it."""
    told, found = 0, []
    for line in log.read_text().splitlines():
        if " write(" in line:
            told = int(line.split('"')[1].removesuffix("\\n"))
        elif " pwrite64(" in line:
            found.append(told)
    return found


def _ends_with_a_score(bench: Bench) -> list[int]:
    database = db.connect(f"sqlite:///{bench.folder / 'reference.db'}")
    with database.connect() as connection:
        entries = list(read_all(connection, EXAM_SESSION))
    database.dispose()
    base = len(bench.reference.base)
    return [entry.position - base for entry in entries if isinstance(entry.event, Finished)]
