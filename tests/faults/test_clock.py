"""Clocks that jump, stop, or stand in another zone: rows 24, 25, 26 and 27.

The machine's clock is never set: the server is started with a wall clock that a file moves
(`wall/sitecustomize.py`).
"""

import asyncio
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cat_engine.rehearsal.line import Line
from exam_sessions.journal import read_all
from tests.cast import EXAM_SESSION
from tests.faults.hall import Day, Hall
from tests.faults.raw import RawSocket
from tests.integration.server import ServerProcess

Say = Callable[[str], None]
HOUR_S = 3_600
PEOPLE = 6
WALL = Path(__file__).parent / "wall"


class MovedServer(ServerProcess):
    """A server whose wall clock the test moves."""

    def move(self, offset_s: float) -> None:
        """Let the server's wall clock jump."""
        (self.folder.parent / "offset").write_text(str(offset_s))


@pytest.fixture
def moved(tmp_path: Path) -> Iterator[MovedServer]:
    offset = tmp_path / "offset"
    offset.write_text("0")
    server = MovedServer(
        tmp_path / "data",
        environment={"PYTHONPATH": str(WALL), "CAT_WALL_OFFSET_FILE": str(offset)},
    )
    yield server
    server.stop()


async def enter(hall: Hall, number: int = 0) -> tuple[Line, int]:
    """A connection whose candidate works, and the time left that it was shown."""
    line = await hall.line(hall.participant_nos[number])
    await line.call("enter", {"station": "pc"})
    begun = await line.call("begin", {})
    return line, int(begun["time_left_ms"])


async def time_left(line: Line) -> int:
    return int((await line.call("beat", {}))["time_left_ms"])


@pytest.mark.parametrize("jump_s", [HOUR_S, -HOUR_S], ids=["forward", "back"])
@pytest.mark.fault(24, bound="0 connections ended; time left goes on; 0 lost")
def test_a_wall_clock_that_jumps_an_hour_ends_no_connection(
    moved: MovedServer, jump_s: int, figure: Say
) -> None:
    hall = Hall.prepare(moved, PEOPLE)
    day = hall.day()
    day.wait_for(0.2)

    moved.move(jump_s)

    assert [] == day.violations()
    assert 0 == day.reconnects
    figure(f"{day.answered} answers, 0 connections ended")


@pytest.mark.slow
@pytest.mark.parametrize("jump_s", [HOUR_S, -HOUR_S], ids=["forward", "back"])
@pytest.mark.fault(24, bound="the time left that is shown never rises, nor falls by the jump")
def test_a_wall_clock_that_jumps_changes_no_time_left(moved: MovedServer, jump_s: int) -> None:
    hall = Hall.prepare(moved, 1)

    async def story() -> tuple[int, int, float]:
        line, before = await enter(hall)
        began_at = time.monotonic()
        moved.move(jump_s)
        after = await time_left(line)
        took_s = time.monotonic() - began_at
        await line.close()
        return before, after, took_s

    before, after, took_s = asyncio.run(asyncio.wait_for(story(), 30))

    assert before - (took_s + 2) * 1_000 <= after <= before


@pytest.mark.slow
@pytest.mark.fault(24, bound="a restart after a jump back takes no time away")
def test_a_wall_clock_set_back_before_a_restart_takes_no_time_away(moved: MovedServer) -> None:
    hall = Hall.prepare(moved, 1)

    async def begin() -> int:
        line, left = await enter(hall)
        await line.close()
        return left

    async def again() -> int:
        line = await hall.line(hall.participant_nos[0])
        entered = await line.call("enter", {"station": "pc"})
        await line.close()
        return int(entered["time_left_ms"])

    before = asyncio.run(asyncio.wait_for(begin(), 30))
    moved.kill()
    moved.move(-HOUR_S)
    moved.start()
    after = asyncio.run(asyncio.wait_for(again(), 30))

    assert before - 10_000 <= after <= before


@pytest.mark.slow
@pytest.mark.fault(24, bound="a heartbeat under way as the clock jumps ends no connection")
def test_a_heartbeat_under_way_when_the_wall_clock_jumps_ends_no_connection(
    moved: MovedServer,
) -> None:
    """A page that answers all the time is asked for no heartbeat; one that waits, has one out."""
    if moved.process is None:
        moved.start()
    with RawSocket(moved.url) as page:
        page.await_heartbeat()
        moved.move(HOUR_S)

        assert not page.is_ended(limit_s=3), "a heartbeat is out for less than its time"


def plant(moved: MovedServer, defect: str) -> None:
    """Let the server be started with a defect."""
    moved.program = ("-m", "tests.faults.planted")
    path = f"{WALL}:{Path.cwd()}"
    moved.environment = {**moved.environment, "PYTHONPATH": path, "CAT_PLANTED": defect}


@pytest.mark.slow
@pytest.mark.fault(24, bound="planted: connections judged by the wall clock")
def test_connections_judged_by_the_wall_clock_are_found(moved: MovedServer) -> None:
    plant(moved, "heartbeats_by_the_wall_clock")

    with pytest.raises(AssertionError, match="a heartbeat is out"):
        test_a_heartbeat_under_way_when_the_wall_clock_jumps_ends_no_connection(moved)


@pytest.mark.slow
@pytest.mark.fault(24, bound="planted: time left by the wall clock")
def test_time_left_by_the_wall_clock_is_found(moved: MovedServer) -> None:
    plant(moved, "wall_clock")
    hall = Hall.prepare(moved, 1)

    async def story() -> tuple[int, int]:
        line, before = await enter(hall)
        moved.move(HOUR_S)
        after = await line.call("beat", {})
        await line.close()
        return before, int(after.get("time_left_ms") or 0)

    before, after = asyncio.run(asyncio.wait_for(story(), 30))

    assert after < before - 60_000, "the planted clock takes the hour from the candidate"


@pytest.mark.fault(25, bound="everybody goes on; 0 lost; time left never rises")
def test_a_server_that_is_stopped_for_a_while_goes_on(server: ServerProcess, figure: Say) -> None:
    hall = Hall.prepare(server, PEOPLE)
    day = hall.day()
    day.wait_for(0.3)
    process = server.process
    assert process is not None

    process.send_signal(signal.SIGSTOP)
    time.sleep(3)
    process.send_signal(signal.SIGCONT)

    assert [] == day.violations()
    assert 0 == day.reconnects
    figure(f"stopped 3 s; slowest acknowledgement {day.latency_ms() / 1_000:.1f} s")


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.fault(25, bound="60 s: everybody comes back; 0 lost")
def test_a_server_that_is_stopped_for_a_minute_goes_on(server: ServerProcess, figure: Say) -> None:
    hall = Hall.prepare(server, PEOPLE)
    day = hall.day()
    day.wait_for(0.3)
    process = server.process
    assert process is not None

    process.send_signal(signal.SIGSTOP)
    time.sleep(60)
    process.send_signal(signal.SIGCONT)

    assert [] == day.violations()
    figure(f"0 lost, {day.reconnects} came back")


@pytest.mark.slow
@pytest.mark.parametrize("zone", ["Asia/Jayapura", "America/New_York"])
@pytest.mark.fault(26, bound="the record and the time left are the same in every zone")
def test_a_restart_in_another_time_zone_changes_nothing(server: ServerProcess, zone: str) -> None:
    hall = Hall.prepare(server, 2)
    day = Day(hall)
    day.begin()
    day.wait_for(0.3)
    server.kill()
    server.environment = {"TZ": zone}
    server.start()

    assert [] == day.violations()


@pytest.mark.slow
@pytest.mark.fault(26, bound="the time left that is shown is the same in every zone")
def test_a_restart_in_another_time_zone_changes_no_time_left(server: ServerProcess) -> None:
    restart_in_another_zone(server, "America/New_York")


def restart_in_another_zone(server: ServerProcess, zone: str) -> None:
    """The time left goes on, and the times of the journal never go back."""
    hall = Hall.prepare(server, 1)

    async def look() -> int:
        line, left = await enter(hall)
        await line.close()
        return left

    before = asyncio.run(asyncio.wait_for(look(), 30))
    server.kill()
    server.environment = {**server.environment, "TZ": zone}
    server.start()
    after = asyncio.run(asyncio.wait_for(look(), 30))
    database = server.database()
    with database.connect() as db:
        times = [entry.at for entry in read_all(db, EXAM_SESSION)]
    database.dispose()

    assert times == sorted(times), "the times of the journal go back"
    assert before - 20_000 <= after <= before


@pytest.mark.fault(27, bound="no effect on what the server decides")
def test_a_workstation_whose_clock_is_wrong_by_days_changes_nothing(server: ServerProcess) -> None:
    hall = Hall.prepare(server, 1)

    async def story() -> tuple[int, dict[str, object]]:
        line, before = await enter(hall)
        message = {"client_seq": 100_001, "item_no": 1, "response": {"choice": "B"}}
        saved = await line.call("respond", message | {"held_ms": 9 * 24 * HOUR_S * 1_000})
        left = await time_left(line)
        await line.close()
        return before - left, saved

    spent_ms, saved = asyncio.run(asyncio.wait_for(story(), 30))

    assert saved["ok"]
    assert 0 <= spent_ms < 30_000
