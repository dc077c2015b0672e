"""PostgreSQL that restarts or is gone for a minute: row 9, and the lease of row 32 over it.

What is right: nothing is acknowledged while the database is away. The server cannot know whether
its last commit happened, so it ends with status 70 and a supervisor starts it until the database
answers (`supervise` below does what docs/deploy's unit does); pages keep their answers and send
again.
"""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

import pytest

from tests.faults.hall import WRITER_STOPPED, Day, Hall, end_of
from tests.faults.postgresql import PostgreSQL
from tests.integration.server import ServerProcess

Say = Callable[[str], None]
PEOPLE = 10
RESTART_S = 0.5


@pytest.fixture(scope="module")
def postgresql() -> Iterator[PostgreSQL]:
    server = PostgreSQL()
    yield server
    server.close()


@pytest.fixture
def server(postgresql: PostgreSQL, tmp_path: Path) -> Iterator[ServerProcess]:
    postgresql.empty()
    process = ServerProcess(tmp_path / "data", database_url=postgresql.url)
    yield process
    process.stop()


class Supervisor:
    """Starts the server again and again until it stays, as systemd would."""

    def __init__(self, server: ServerProcess) -> None:
        self.statuses: list[int] = []
        self._server = server
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._is_over.wait(RESTART_S):
            process = self._server.process
            assert process is not None
            status = process.poll()
            if status is not None:
                self.statuses.append(status)
                self._server.launch()


def day_with(server: ServerProcess, disturb: Callable[[Day], None]) -> tuple[Day, list[int]]:
    """Let people sit under a supervisor while the database is disturbed."""
    day = Hall.prepare(server, PEOPLE).day()
    day.wait_for(0.3)
    with Supervisor(server) as supervisor:
        disturb(day)
        assert [] == day.violations()
    return day, supervisor.statuses


@pytest.mark.slow
@pytest.mark.fault(9, bound="0 acknowledged lost; everybody finishes after the restart")
def test_postgresql_that_restarts_loses_nothing_acknowledged(
    server: ServerProcess, postgresql: PostgreSQL, figure: Say
) -> None:
    day, statuses = day_with(server, lambda _: postgresql.restart())

    assert WRITER_STOPPED == statuses[0]
    figure(f"{day.answered} acknowledged, 0 lost; {len(statuses)} starts")


@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.fault(9, bound="gone 60 s: nothing acknowledged meanwhile, 0 lost, all finish")
def test_postgresql_gone_for_a_minute_loses_nothing_acknowledged(
    server: ServerProcess, postgresql: PostgreSQL, figure: Say
) -> None:
    def disturb(day: Day) -> None:
        postgresql.crash()
        time.sleep(1)
        before = day.answered
        time.sleep(60)
        assert before == day.answered, "something was acknowledged without a database"
        postgresql.start()

    day, statuses = day_with(server, disturb)

    assert WRITER_STOPPED == statuses[0]
    assert {1} == set(statuses[1:]), "a start without its database ends in order"
    assert "Traceback" not in server.log()
    figure(f"{day.answered} acknowledged, 0 lost; {len(statuses)} starts")


@pytest.mark.slow
@pytest.mark.fault(9, bound="planted: acknowledged half a second before the commit")
def test_postgresql_that_restarts_shows_an_early_acknowledgement(
    server: ServerProcess, postgresql: PostgreSQL
) -> None:
    server.program = ("-m", "tests.faults.planted")
    server.environment = {"CAT_PLANTED": "acknowledge_long_before"}

    with pytest.raises(AssertionError, match="lost"):
        day_with(server, lambda _: postgresql.restart())


@pytest.mark.fault(32, bound="a lock lost with PostgreSQL's restart: the lease still fences")
def test_an_engine_whose_lock_was_lost_is_fenced_by_its_lease(
    server: ServerProcess, postgresql: PostgreSQL, tmp_path: Path
) -> None:
    Hall.prepare(server, 1)
    postgresql.restart()
    second = ServerProcess(tmp_path / "second", database_url=postgresql.url)
    second.start()

    status, _ = end_of(server)

    second.stop()
    assert WRITER_STOPPED == status
