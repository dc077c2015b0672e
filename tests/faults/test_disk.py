"""A disk that fails, waits, fills up; a database that others hold: rows 3, 4, 5, 8 and 10."""

import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import delete

from cat_engine.rehearsal.virtual import Story
from exam_sessions import journal
from exam_sessions.tables import journal_entries
from exam_sessions.verify import verify_session
from tests.cast import EXAM_SESSION
from tests.faults.hall import WRITER_STOPPED, Day, Hall, check, end_of
from tests.faults.strace import injected, need_strace
from tests.faults.wal import answer_count, drop_unsynchronised
from tests.integration.server import ServerProcess

Say = Callable[[str], None]
PEOPLE = 10
DISK_MB = 24


@pytest.fixture
def hall(server: ServerProcess) -> Hall:
    return Hall.prepare(server, PEOPLE)


# --- 3, 4: synchronisation ---


SYNCHRONISATION_MS = 500
"""How long the disk takes to say that it could not: everything acknowledged before has arrived."""


@pytest.mark.fault(3, bound="nothing of it acknowledged; clean stop; 0 lost")
def test_a_failed_synchronisation_stops_the_server_and_a_new_start_has_everything(
    hall: Hall, tmp_path: Path, figure: Say
) -> None:
    """The pages of a failed commit are still in the system's memory, so a new start may find them.

    A machine that loses power then does not: what was acknowledged must be on disk without them.
    """
    need_strace()
    day = hall.day()
    day.wait_for(0.3)
    process = hall.server.process
    assert process is not None

    failure = f"fsync:error=EIO:delay_enter={SYNCHRONISATION_MS * 1_000}:when=1"
    with injected(process.pid, failure, calls="fsync"):
        status, _ = end_of(hall.server)
    acknowledged = day.answered
    kept = drop_unsynchronised(hall.server.folder / "cat-engine.db", tmp_path / "synchronised.db")
    assert acknowledged <= answer_count(kept), "lost: acknowledged before it was synchronised"
    began_at = time.monotonic()
    hall.server.start()
    started_s = time.monotonic() - began_at

    assert WRITER_STOPPED == status
    assert [] == day.violations()
    assert day.reconnects >= PEOPLE
    figure(f"ready again after {started_s:.1f} s, 0 lost")


@pytest.mark.fault(4, bound="0 lost, 0 connections ended; acknowledged after the delay")
def test_a_synchronisation_that_takes_2_seconds_delays_and_loses_nothing(
    hall: Hall, figure: Say
) -> None:
    need_strace()
    day = hall.day()
    day.wait_for(0.3)
    process = hall.server.process
    assert process is not None

    with injected(process.pid, "fsync:delay_enter=2000000:when=1..2", calls="fsync"):
        day.wait_for(0.6)

    assert [] == day.violations()
    assert 0 == day.reconnects
    assert day.latency_ms() >= 1_900, "the delay was felt"
    figure(f"slowest acknowledgement {day.latency_ms() / 1_000:.1f} s")


# --- 5: disk full ---


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a few megabytes; where none can be mounted the test is skipped."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("a small disk cannot be mounted here: that needs root")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(disk: Path) -> Path:
    """Leave not a byte."""
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        try:
            while True:
                file.write(bytes(65_536))
                file.flush()
        except OSError:
            pass
    try:
        with ballast.open("ab") as file:
            while True:
                file.write(b"x")
                file.flush()
    except OSError:
        return ballast


@pytest.mark.slow
@pytest.mark.fault(5, bound="0 acknowledged lost; refuses to start while full; goes on after")
def test_a_full_disk_stops_the_server_and_space_lets_it_go_on(
    small_disk: Path, figure: Say
) -> None:
    server = ServerProcess(small_disk / "data")
    hall = Hall.prepare(server, PEOPLE)
    day = hall.day()
    day.wait_for(0.3)

    ballast = fill(small_disk)
    status, _ = end_of(server, limit_s=60)
    server.launch()
    refused, _ = end_of(server)
    ballast.unlink()
    server.start()

    assert (WRITER_STOPPED, 1) == (status, refused)
    assert [] == day.violations()
    server.stop()
    figure(f"{day.answered} acknowledged, 0 lost")


@pytest.mark.slow
@pytest.mark.fault(5, bound="planted: acknowledged before the commit")
def test_a_full_disk_shows_an_early_acknowledgement(small_disk: Path, figure: Say) -> None:
    server = ServerProcess(
        small_disk / "data",
        program=("-m", "tests.faults.planted"),
        environment={"CAT_PLANTED": "acknowledge_early"},
    )
    hall = Hall.prepare(server, PEOPLE)
    day = hall.day()
    day.wait_for(0.3)

    ballast = fill(small_disk)
    end_of(server, limit_s=60)
    ballast.unlink()
    server.start()
    broken = day.violations()
    server.stop()

    assert any(text.startswith("lost") for text in broken)
    figure(f"seen: {len(broken)} broken promises")


# --- 10: locked ---


def locked(path: Path) -> sqlite3.Connection:
    """Another program in the middle of a change."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("BEGIN IMMEDIATE")
    return connection


def answers_through_a_lock(hall: Hall, hold_s: float) -> Day:
    """A day in which another program holds the database for a while."""
    day = hall.day()
    day.wait_for(0.3)
    with closing(locked(hall.server.folder / "cat-engine.db")):
        before, began_at = day.answered, time.monotonic()
        while time.monotonic() < began_at + hold_s:
            assert 200 == hall.server.get("/healthz"), "pages are served meanwhile"
            time.sleep(0.1)
        assert day.answered - before <= PEOPLE, "nothing is acknowledged meanwhile"
        assert day.answered < 2 * PEOPLE * hall.item_count, "and somebody waited for it"
    return day


@pytest.mark.fault(10, bound="0 lost, 0 connections ended; pages served meanwhile")
def test_a_lock_by_another_program_delays_answers_and_nothing_else(hall: Hall, figure: Say) -> None:
    day = answers_through_a_lock(hall, 3)

    assert [] == day.violations()
    assert 0 == day.reconnects
    figure(f"slowest acknowledgement {day.latency_ms() / 1_000:.1f} s")


@pytest.mark.slow
@pytest.mark.timeout(200)
@pytest.mark.fault(10, bound="30 s: 0 lost; the server does not end")
def test_a_lock_of_30_seconds_does_not_end_the_server(hall: Hall, figure: Say) -> None:
    day = answers_through_a_lock(hall, 30)

    process = hall.server.process
    assert process is not None
    assert process.poll() is None
    assert [] == day.violations()
    figure(f"0 lost; {day.reconnects} gave their line up, came back and sent again")


# --- the check of a day can fail ---


@pytest.mark.fault(8, bound="planted: lost, unfinished and altered are all named")
def test_the_check_of_a_day_names_what_is_broken(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = hall.day()
    assert [] == day.violations()
    hall.server.stop()
    database = hall.server.database()
    table, story = journal_entries.c, day.stories[0]
    is_one = (table.participant_no == story.participant_no) & (
        table.client_seq == max(story.acknowledged)
    )
    with database.begin() as connection:
        connection.execute(delete(journal_entries).where(is_one))

    verdict = verify_session(database, EXAM_SESSION)
    read_row = journal._entry  # noqa: SLF001 - the chain is not asked
    monkeypatch.setattr(journal, "_linked", lambda *given: read_row(given[-1]))
    lost = check(database, day.stories)
    unfinished = check(database, [Story("p0001")])
    database.dispose()

    assert any("missing" in text for text in verdict.findings)
    assert any("has no result" in text for text in unfinished)
    assert any(text.startswith("lost") for text in lost)
