"""A record that is altered, opened twice, copied to another machine: rows 11, 32 and 38."""

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DatabaseError

from cat_engine import db
from cat_engine.db import UnsafeDatabase
from exam_sessions.events import Finished
from exam_sessions.journal import Entry, JournalBroken, read_all
from exam_sessions.tables import journal_entries
from tests.cast import EXAM_SESSION
from tests.faults.hall import WRITER_STOPPED, Hall, end_of
from tests.integration.server import ServerProcess

Say = Callable[[str], None]
PEOPLE = 4


@pytest.fixture
def hall(server: ServerProcess) -> Hall:
    return Hall.prepare(server, PEOPLE)


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


@pytest.mark.slow
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
    before = entries(ended.folder / "cat-engine.db")
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
            if entries(path) != before:
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


def entries(path: Path) -> list[Entry]:
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


@pytest.mark.slow
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
    before = entries(day_after.folder / "cat-engine.db")

    ended.start()
    after = entries(ended.folder / "cat-engine.db")

    assert before == after[: len(before)]
    assert 3 == sum(isinstance(entry.event, Finished) for entry in before)
