"""Other writing goes along with the journal's commits, and neither harms the other."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Connection, insert, text
from sqlalchemy import Engine as Database

from exam_sessions import commands, journal
from exam_sessions.tables import engine_lease
from exam_sessions.writer import WriterStopped
from tests.cast import ANI, EXAM_SESSION
from tests.factories import FakeClock, RunningEngine, add_exam_session, open_room, start_engine

pytestmark = pytest.mark.integration


@pytest.fixture
def running(database: Database) -> Any:
    add_exam_session(database)
    engine = start_engine(database, FakeClock())
    open_room(engine.engine)
    with database.begin() as db:
        db.execute(text("CREATE TABLE notes (line INTEGER PRIMARY KEY)"))
    yield engine
    engine.stop()
    with database.begin() as db:
        db.execute(text("DROP TABLE notes"))


def _note(line: int) -> Any:
    return lambda db: db.execute(text("INSERT INTO notes VALUES (:line)"), {"line": line})


def _notes(database: Database) -> list[int]:
    with database.connect() as db:
        return list(db.scalars(text("SELECT line FROM notes ORDER BY line")))


def test_an_errand_is_on_disk_when_it_returns(running: RunningEngine, database: Database) -> None:
    running.writer.transact(_note(1))

    assert [1] == _notes(database)


def test_an_errand_that_fails_is_undone_and_harms_nothing_beside_it(
    running: RunningEngine, database: Database
) -> None:
    def half(db: Connection) -> None:
        _note(2)(db)
        raise ValueError("on second thoughts")

    with ThreadPoolExecutor(3) as pool:
        failing = pool.submit(running.writer.transact, half)
        fine = pool.submit(running.writer.transact, _note(3))
        entered = pool.submit(running.engine.handle, EXAM_SESSION, ANI, commands.Enter("pc"))

    with pytest.raises(ValueError, match="second thoughts"):
        failing.result()
    fine.result()
    assert [3] == _notes(database)
    assert 1 == entered.result().epoch
    with database.connect() as db:
        assert list(journal.read_all(db, EXAM_SESSION))


def test_an_engine_whose_lease_was_taken_runs_no_errand(
    running: RunningEngine, database: Database
) -> None:
    with database.begin() as db:
        journal.take_lease(db, now=1)

    with pytest.raises(WriterStopped):
        running.writer.transact(_note(1))

    assert [] == _notes(database)


def test_an_errand_that_breaks_a_rule_of_the_database_is_undone(
    running: RunningEngine, database: Database
) -> None:
    def break_the_transaction(db: Connection) -> None:
        db.execute(insert(engine_lease).values(id=1, epoch=1, alive_at=1))

    with pytest.raises(Exception, match=r"UNIQUE|duplicate"):
        running.writer.transact(break_the_transaction)

    running.writer.transact(_note(4))
    assert [4] == _notes(database)
