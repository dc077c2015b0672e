"""Answers and acts that meet at an instant, a hall at once, the server's own accidents.

Rows 7, 8, 22, 28, 30, 36 and 37.
"""

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import text

from cat_engine import db
from cat_engine.migrations import migrate
from exam_sessions import commands, deadlines
from exam_sessions.decide import Refused
from exam_sessions.events import Finished, Responded, ResponseHeld
from exam_sessions.journal import read_all
from exam_sessions.verify import verify_session
from scoring.response import Choice
from tests.cast import ANI, EXAM_SESSION
from tests.factories import (
    GRACE_MS,
    FakeClock,
    RunningEngine,
    add_exam_session,
    get_act,
    open_room,
    start_engine,
)
from tests.faults.hall import Hall, end_of
from tests.integration.server import ServerProcess

Say = Callable[[str], None]
SEQ = 100_001
HERD = 150


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = db.writing(db.connect(f"sqlite:///{tmp_path / 'test.db'}"))
    migrate(opened)
    add_exam_session(opened)
    yield opened
    opened.dispose()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def running(database: Database, clock: FakeClock) -> Iterator[RunningEngine]:
    """An engine in which Ani has begun."""
    running = start_engine(database, clock)
    open_room(running.engine)
    running.engine.handle(EXAM_SESSION, ANI, commands.Enter("pc"))
    running.engine.handle(EXAM_SESSION, ANI, commands.Begin(1))
    yield running
    running.stop()


def respond(running: RunningEngine, seq: int, item_no: int = 1) -> None:
    answer = commands.Respond(1, seq, item_no, Choice("A"))
    running.engine.handle(EXAM_SESSION, ANI, answer)


def deadline_of(running: RunningEngine) -> int:
    part = running.engine.cell(EXAM_SESSION, ANI).sitting.clock
    assert part is not None
    deadline = deadlines.deadline_at(part)
    assert deadline is not None
    return deadline


def kinds(database: Database) -> list[type]:
    with database.connect() as connection:
        return [type(entry.event) for entry in read_all(connection, EXAM_SESSION)]


# --- 28 ---


@pytest.mark.parametrize(
    ("after_grace_ms", "kind"), [(-1, Responded), (0, Responded), (1, ResponseHeld)]
)
@pytest.mark.fault(28, bound="counts until the last millisecond of the grace, not one later")
def test_an_answer_at_the_deadline_and_its_grace_counts_to_the_millisecond(
    running: RunningEngine,
    clock: FakeClock,
    database: Database,
    after_grace_ms: int,
    kind: type,
) -> None:
    clock.now = deadline_of(running) + GRACE_MS + after_grace_ms

    respond(running, SEQ)

    # What is held is decided by rule at once; how it came in is what counts here.
    assert [kind] == [one for one in kinds(database) if one in (Responded, ResponseHeld)]


@pytest.mark.parametrize("round_", range(10))
@pytest.mark.fault(28, bound="one end; the answer counts or is held, and the score says which")
def test_finish_and_answer_that_race_leave_one_end_and_a_right_score(
    running: RunningEngine, database: Database, round_: int
) -> None:
    running.engine.handle(EXAM_SESSION, ANI, commands.EndPart(1, SEQ))
    running.engine.handle(EXAM_SESSION, ANI, commands.Begin(1))
    start = threading.Barrier(3)
    failures: list[Exception] = []

    def race(command: commands.SittingCommand) -> None:
        start.wait(10)
        try:
            running.engine.handle(EXAM_SESSION, ANI, command)
        except Refused:
            pass
        except Exception as error:  # noqa: BLE001 - shown by the assertion
            failures.append(error)

    racers = [
        commands.Respond(1, SEQ + 1, 7, Choice("A")),
        commands.EndPart(1, SEQ + 2),
        commands.EndPart(1, SEQ + 2),
    ]
    threads = [threading.Thread(target=race, args=(command,)) for command in racers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert [] == failures
    assert 1 == kinds(database).count(Finished)
    assert [] == verify_session(database, EXAM_SESSION).findings


@pytest.mark.fault(28, bound="planted: a score that leaves out the racing answer")
def test_a_score_that_does_not_fit_the_answers_is_found(
    running: RunningEngine, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exam_sessions.decide_acts.score_of", lambda *_: ({"twk": "0"}, "0", False))
    respond(running, SEQ)

    running.engine.act(EXAM_SESSION, [ANI], commands.End(get_act()))

    assert any("shown total" in text for text in verify_session(database, EXAM_SESSION).findings)


@pytest.mark.fault(30, bound="under way when paused: counts within the grace, refused after")
def test_a_pause_that_meets_an_answer_under_way_lets_it_in_within_the_grace(
    running: RunningEngine, clock: FakeClock, database: Database
) -> None:
    running.engine.act(EXAM_SESSION, [ANI], commands.Pause(get_act()))
    clock.advance(GRACE_MS)
    respond(running, SEQ)
    clock.advance(1)

    with pytest.raises(Refused, match="paused"):
        respond(running, SEQ + 1)

    assert 1 == kinds(database).count(Responded)


@pytest.mark.fault(30, bound="planted: a pause that stops no answer")
def test_a_pause_that_stops_no_answer_is_found(
    running: RunningEngine, clock: FakeClock, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exam_sessions.taking.check_working", lambda *_: None)

    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        test_a_pause_that_meets_an_answer_under_way_lets_it_in_within_the_grace(
            running, clock, database
        )


# --- 7, 8: killed; 22: a hall at once ---


@pytest.mark.slow
@pytest.mark.fault(7, bound="0 acknowledged lost; everybody finishes")
def test_a_server_that_the_kernel_kills_loses_nothing_acknowledged(
    server: ServerProcess, figure: Say
) -> None:
    day = Hall.prepare(server, 10).day()
    day.wait_for(0.4)

    server.kill()
    server.start()

    assert [] == day.violations()
    figure(f"{day.answered} acknowledged, 0 lost; {day.reconnects} reconnected")


@pytest.mark.fault(22, bound="all in; nobody's clock runs before the first item")
def test_a_hall_that_logs_in_at_one_instant_gets_in(server: ServerProcess, figure: Say) -> None:
    hall = Hall.prepare(server, HERD, items=5)

    async def one(participant_no: str) -> int:
        line = await hall.line(participant_no)
        await line.call("enter", {"station": "pc"})
        begun = await line.call("begin", {})
        await line.close()
        return int(begun["time_left_ms"])

    async def story() -> tuple[list[int], float]:
        loop = asyncio.get_running_loop()
        began_at = loop.time()
        left = await asyncio.gather(*(one(no) for no in hall.participant_nos))
        return list(left), loop.time() - began_at

    left, took_s = asyncio.run(asyncio.wait_for(story(), 100))

    assert HERD == len(left)
    assert min(left) > 10 * 60_000 - 5_000
    figure(f"{HERD} people in {took_s:.1f} s")


# --- 36, 37 ---


@pytest.mark.slow
@pytest.mark.fault(36, bound="nobody waits for ever: nothing is patched")
def test_many_threads_that_log_while_the_hub_serves_do_not_stop_each_other(
    server: ServerProcess,
) -> None:
    server.program = ("-m", "tests.faults.planted")
    server.environment = {"CAT_PLANTED": "log_from_threads"}
    server.stop()
    server.start()

    day = Hall.prepare(server, 4).day()

    assert [] == day.violations()


@pytest.mark.fault(37, bound="does not start; names file, line and key")
def test_a_setting_that_does_not_exist_stops_the_start(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("exam:\n  grace_seconds: 5\n")
    server = ServerProcess(tmp_path / "data", config=config)

    server.launch()
    status, _ = end_of(server)

    assert 1 == status
    assert "config.yaml, line 2" in server.log()
    assert "grace_seconds" in server.log()


@pytest.mark.fault(37, bound="does not start on tables that it does not know")
def test_a_database_of_a_newer_version_is_not_touched(server: ServerProcess) -> None:
    server.stop()
    database = server.database()
    with database.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    server.launch()
    status, _ = end_of(server)
    with database.connect() as connection:
        revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
    database.dispose()

    assert 1 == status
    assert "9999" == revision
    assert "Traceback" not in server.log()
