"""A disk that fails, waits, fills up; a database that others hold, alter or open again.

Rows 3, 4, 5, 10, 11, 32 and 38, on a real server with people answering.
"""

import random
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DatabaseError

from cat_engine import db
from cat_engine.db import UnsafeDatabase
from cat_engine.rehearsal.virtual import Story
from exam_sessions import journal
from exam_sessions.events import Finished
from exam_sessions.journal import Entry, JournalBroken, read_all
from exam_sessions.tables import journal_entries
from exam_sessions.verify import verify_session
from tests.cast import EXAM_SESSION
from tests.faults.hall import Day, Hall, await_until, check
from tests.faults.strace import injected, need_strace
from tests.integration.server import ServerProcess

Say = Callable[[str], None]
PEOPLE = 10
WRITER_STOPPED = 70
DISK_MB = 24


def end_of(server: ServerProcess, limit_s: float = 30) -> tuple[int, float]:
    """Wait until the server has ended by itself: its status and the seconds."""
    process = server.process
    assert process is not None
    took_s = await_until(lambda: process.poll() is not None, "the end", limit_s=limit_s)
    return process.returncode, took_s


@pytest.fixture
def hall(server: ServerProcess) -> Hall:
    return Hall.prepare(server, PEOPLE)


# --- 3, 4: synchronisation ---


@pytest.mark.fault(3, bound="no acknowledgement; clean stop; ready again <= 5 s; 0 lost")
def test_a_failed_synchronisation_stops_the_server_and_a_new_start_has_everything(
    hall: Hall, figure: Say
) -> None:
    need_strace()
    day = hall.day()
    day.wait_for(0.3)
    process = hall.server.process
    assert process is not None

    with injected(process.pid, "fsync:error=EIO:when=1", calls="fsync"):
        status, _ = end_of(hall.server)
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
        assert day.answered - before <= 2 * PEOPLE, "nothing is acknowledged meanwhile"
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
    figure(f"slowest acknowledgement {day.latency_ms() / 1_000:.1f} s")


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
    monkeypatch.setattr(
        journal, "_check_link", lambda _last, row: journal.Head(row["position"], row["hash"])
    )
    lost = check(database, day.stories)
    unfinished = check(database, [Story("p0001")])
    database.dispose()

    assert any("missing" in text for text in verdict.findings)
    assert any("has no result" in text for text in unfinished)
    assert any(text.startswith("lost") for text in lost)


# --- 11, 32, 38: altered, opened twice, moved ---


@pytest.fixture(scope="module")
def day_after(tmp_path_factory: pytest.TempPathFactory) -> ServerProcess:
    """A server that has stopped in order after a day."""
    server = ServerProcess(tmp_path_factory.mktemp("ended") / "data")
    day = Hall.prepare(server, 3, items=5).day()
    assert [] == day.violations()
    server.stop()
    return server


@pytest.fixture
def ended(day_after: ServerProcess, tmp_path: Path) -> Iterator[ServerProcess]:
    """The same for one test alone: the database file by itself, without its neighbours."""
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copyfile(day_after.folder / "cat-engine.db", folder / "cat-engine.db")
    server = ServerProcess(folder)
    yield server
    if server.process is not None:
        server.stop()


@pytest.mark.parametrize("column", ["body", "hash", "at"])
@pytest.mark.fault(11, bound="does not start; names the entry")
def test_a_journal_altered_by_hand_is_not_served(
    ended: ServerProcess, column: str, figure: Say
) -> None:
    value = {"body": '{"points":"99"}', "hash": "0" * 64, "at": 5}[column]
    database = ended.database()
    with database.begin() as connection:
        is_seventh = journal_entries.c.position == 7
        connection.execute(update(journal_entries).where(is_seventh).values({column: value}))
    database.dispose()

    ended.launch()
    status, _ = end_of(ended)

    assert 1 == status
    assert f"{EXAM_SESSION}, entry 7" in ended.log()
    figure("entry 7 named")


@pytest.mark.fault(11, bound="planted: a start that trusts the journal")
def test_a_start_that_trusts_an_altered_journal_is_found(ended: ServerProcess) -> None:
    database = ended.database()
    with database.begin() as connection:
        is_seventh = journal_entries.c.position == 7
        connection.execute(update(journal_entries).where(is_seventh).values(at=5))
    database.dispose()
    ended.program = ("-m", "tests.faults.planted")
    ended.environment = {"CAT_PLANTED": "trust_the_journal"}

    ended.start()

    assert 200 == ended.get("/readyz")


@pytest.mark.fault(11, bound="flipped bytes: the same journal, or no start")
def test_flipped_bytes_of_the_file_are_never_served_silently(
    ended: ServerProcess, tmp_path: Path, figure: Say
) -> None:
    before = _entries(ended.folder / "cat-engine.db")
    original = (ended.folder / "cat-engine.db").read_bytes()
    chance, seen, silent = random.Random(11), 0, []
    for number in range(150):
        path = tmp_path / f"flipped-{number}.db"
        damaged = bytearray(original)
        place = chance.randrange(len(damaged))
        damaged[place] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged)
        try:
            _make_sound(path)
            if _entries(path) != before:
                silent.append(place)
        except (JournalBroken, UnsafeDatabase, DatabaseError, ValueError, KeyError, TypeError):
            seen += 1
        path.unlink()

    assert [] == silent
    assert seen > 0
    figure(f"150 flips: {seen} refused, the others elsewhere in the file")


def _make_sound(path: Path) -> None:
    """What a server does before it reads."""
    database = db.connect(f"sqlite:///{path}")
    try:
        db.make_sound(database)
    finally:
        database.dispose()


def _entries(path: Path) -> list[Entry]:
    database = db.connect(f"sqlite:///{path}")
    try:
        with database.connect() as connection:
            return list(read_all(connection, EXAM_SESSION))
    finally:
        database.dispose()


@pytest.mark.fault(11, bound="a file cut short: no start")
def test_a_file_cut_short_is_not_served(ended: ServerProcess) -> None:
    path = ended.folder / "cat-engine.db"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    ended.launch()
    status, _ = end_of(ended)

    assert 1 == status


@pytest.mark.fault(32, bound="refused at the start; the first is not disturbed")
def test_a_second_server_on_the_same_database_is_refused(hall: Hall) -> None:
    second = ServerProcess(hall.server.folder, command="serve")
    second.launch()
    status, _ = end_of(second)

    assert 1 == status
    assert "another cat-engine already works on" in hall.server.log()
    assert [] == hall.day().violations()


@pytest.mark.fault(32, bound="refused at the start: the port is taken")
def test_a_second_server_on_the_same_port_is_refused(hall: Hall, tmp_path: Path) -> None:
    second = ServerProcess(tmp_path / "other", port=hall.server.port)
    second.launch()
    status, _ = end_of(second)

    assert 1 == status
    assert "Address already in use" in second.log()


@pytest.mark.fault(32, bound="planted: without the lock the older engine is fenced by its lease")
def test_without_the_lock_the_lease_fences_the_older_engine(hall: Hall) -> None:
    second = ServerProcess(
        hall.server.folder,
        program=("-m", "tests.faults.planted"),
        environment={"CAT_PLANTED": "no_lock"},
    )
    second.start()
    status, _ = end_of(hall.server)
    second.stop()

    assert WRITER_STOPPED == status
    assert "LeaseLost" in hall.server.log()


@pytest.mark.fault(38, bound="the database file alone has the whole record; the exam goes on")
def test_a_copy_on_another_machine_has_the_same_record_and_goes_on(
    day_after: ServerProcess, ended: ServerProcess
) -> None:
    before = _entries(day_after.folder / "cat-engine.db")

    ended.start()
    after = _entries(ended.folder / "cat-engine.db")

    assert before == after[: len(before)]
    assert 3 == sum(isinstance(entry.event, Finished) for entry in before)
