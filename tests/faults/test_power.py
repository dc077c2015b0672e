"""Power loss: the journal after every mixture of unsynchronised writes. Rows 2 and 39."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cat_engine import db
from exam_sessions.verify import verify_session
from tests.cast import EXAM_SESSION
from tests.faults import power, trace
from tests.faults.strace import Tracer, need_strace
from tests.faults.test_crash_points import check_after
from tests.faults.trace import Planted, Reference

WHOLE_CHECK_EVERY = 25
"""So often a state is also started anew, answered on and verified from its first entry."""


@dataclass(slots=True)
class Recording:
    """A run with every byte it wrote, and the files before it."""

    folder: Path
    reference: Reference
    tracer: Tracer

    def record(self, planted: Planted) -> tuple[dict[str, bytearray], list[power.Operation]]:
        """Run the trace: the files before it, and every write and synchronisation."""
        path = trace.copy(self.folder / "base.db", self.folder / "recorded.db")
        for suffix in ("-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
        before = self.folder / "before.db"
        self.tracer.run(path, options=power.STRACE_OPTIONS, before=before, planted=planted)
        files = {f"{path}{end}": Path(f"{before}{end}").read_bytes() for end in ("", "-wal")}
        base = {name: bytearray(content) for name, content in files.items()}
        return base, power.read_operations(self.tracer.log)

    def check(self, number: int, files: dict[str, bytearray], told: int) -> list[str]:
        """What is broken when the machine starts again with these files."""
        for old in self.folder.glob("state-*"):
            old.unlink()
        path = self.folder / f"state-{number}.db"
        for name, content in files.items():
            path.with_name(path.name + name.partition(".db")[2]).write_bytes(content)
        if number % WHOLE_CHECK_EVERY == 0:
            return check_after(path, self.reference, told)
        database = db.connect(f"sqlite:///{path}")
        found = trace.violations(trace.hashes(database), self.reference, told)
        database.dispose()
        return found

    def broken(self, planted: Planted, *, per_point: int, every: int) -> tuple[int, list[str]]:
        """How many states were tried, and what was broken in which."""
        base, operations = self.record(planted)
        number, broken = 0, []
        for number, files, told in power.states(operations, base, per_point=per_point, every=every):
            broken += [f"state {number}: {text}" for text in self.check(number, files, told)]
        return number, broken


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recording]:
    need_strace()
    folder = tmp_path_factory.mktemp("power")
    path = folder / "base.db"
    trace.prepare(path)
    tracer = Tracer(folder)
    yield Recording(folder, trace.make_reference(path, folder), tracer)
    tracer.close()


@pytest.mark.fault(2, bound="0 acknowledged lost in a sample of states")
def test_power_loss_at_a_sample_of_instants_loses_nothing_acknowledged(
    recording: Recording, figure: Callable[[str], None]
) -> None:
    count, broken = recording.broken(Planted(), per_point=2, every=5)

    assert [] == broken
    assert count > 200
    figure(f"{count:,} states")


@pytest.mark.slow
@pytest.mark.timeout(3_600)
@pytest.mark.fault(2, bound="0 acknowledged lost in >= 10,000 states")
def test_power_loss_at_every_instant_loses_nothing_acknowledged(
    recording: Recording, figure: Callable[[str], None]
) -> None:
    count, broken = recording.broken(Planted(), per_point=16, every=1)

    assert [] == broken
    assert count >= 10_000
    figure(f"{count:,} states")


@pytest.mark.fault(2, bound="planted: a commit that does not synchronise")
def test_power_loss_with_a_commit_that_does_not_synchronise_is_found(
    recording: Recording, figure: Callable[[str], None]
) -> None:
    count, broken = recording.broken(Planted(synchronous="NORMAL"), per_point=1, every=10)

    assert any("acknowledged entries are lost" in text for text in broken)
    figure(f"seen in {len(broken)} of {count} states")


@pytest.mark.fault(39, bound="everything is there at a cold start; the record holds")
def test_after_a_power_cut_the_cold_start_finds_every_acknowledged_entry(
    recording: Recording, figure: Callable[[str], None]
) -> None:
    base, operations = recording.record(Planted())
    disk = power.Disk(base, [])
    for operation in operations:
        disk.apply(operation)

    files = {name: content for name, content in disk.files.items() if content}
    broken = recording.check(WHOLE_CHECK_EVERY, files, disk.told)
    database = db.connect(f"sqlite:///{recording.folder / f'state-{WHOLE_CHECK_EVERY}.db'}")
    verdict = verify_session(database, EXAM_SESSION)
    database.dispose()

    assert ([], []) == (broken, verdict.findings)
    assert verdict.entry_count > disk.told
    figure(f"{disk.told} acknowledged")


@pytest.mark.fault(39, bound="planted: a commit that does not synchronise")
def test_a_cold_start_after_a_commit_that_did_not_synchronise_is_found(
    recording: Recording, figure: Callable[[str], None]
) -> None:
    base, operations = recording.record(Planted(synchronous="NORMAL"))
    disk = power.Disk(base, [])
    for operation in operations:
        disk.apply(operation)

    files = {name: content for name, content in disk.files.items() if content}
    broken = recording.check(1, files, disk.told)

    assert any("acknowledged entries are lost" in text for text in broken)
    figure(f"seen: {len(broken)} broken promises")
