"""Changes whose commit nobody waits for: the same road, told when it is over."""

import queue
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine as Database

from exam_sessions import commands
from exam_sessions.decide import Refused
from exam_sessions.sitting import Sitting
from exam_sessions.verify import verify_session
from exam_sessions.writer import WriterStopped
from scoring.response import Choice
from tests.cast import ANI, BUDI, EXAM_SESSION
from tests.factories import (
    FakeClock,
    RunningEngine,
    add_exam_session,
    open_room,
    start_engine,
)

Told = queue.SimpleQueue[Sitting | Exception]
SEQ = 100_001


@pytest.fixture
def running(database: Database) -> Iterator[RunningEngine]:
    add_exam_session(database)
    running = start_engine(database, FakeClock())
    open_room(running.engine)
    for person in (ANI, BUDI):
        sitting = running.engine.handle(EXAM_SESSION, person, commands.Enter("pc"))
        running.engine.handle(EXAM_SESSION, person, commands.Begin(sitting.epoch))
    yield running
    running.stop()


def start(
    running: RunningEngine, told: Told, *, letter: str = "A", person: str = ANI, seq: int = SEQ
) -> bool:
    command = commands.Respond(1, seq, 1, Choice(letter))
    return running.engine.start(EXAM_SESSION, person, command, then=told.put)


def test_nothing_is_told_before_it_is_stored_and_then_the_sitting_after_it(
    running: RunningEngine, database: Database
) -> None:
    told: Told = queue.SimpleQueue()

    started = start(running, told)
    is_early = not told.empty()
    running.writer.flush()
    after = told.get(timeout=30)

    assert started
    assert not is_early
    assert isinstance(after, Sitting)
    assert SEQ == after.answers[1].client_seq
    assert [] == verify_session(database, EXAM_SESSION).findings


def test_changes_of_many_are_gathered_into_one_commit(running: RunningEngine) -> None:
    told: Told = queue.SimpleQueue()
    before = running.writer.commit_count

    start(running, told)
    start(running, told, person=BUDI)
    running.writer.flush()
    outcomes = [told.get(timeout=30), told.get(timeout=30)]

    assert all(isinstance(outcome, Sitting) for outcome in outcomes)
    assert 1 == running.writer.commit_count - before


def test_a_sitting_that_is_being_changed_is_left_to_those_who_wait(running: RunningEngine) -> None:
    told: Told = queue.SimpleQueue()
    start(running, told)

    second = start(running, told, seq=SEQ + 1)

    assert not second
    running.writer.flush()
    told.get(timeout=30)
    assert start(running, told, seq=SEQ + 1), "free again after the commit"


def test_a_repeated_message_is_told_at_once(running: RunningEngine) -> None:
    told: Told = queue.SimpleQueue()
    start(running, told)
    running.writer.flush()
    told.get(timeout=30)
    commits = running.writer.commit_count

    start(running, told)

    assert isinstance(told.get_nowait(), Sitting)
    assert commits == running.writer.commit_count


def test_a_refusal_is_raised_and_lets_the_sitting_go(running: RunningEngine) -> None:
    told: Told = queue.SimpleQueue()
    start(running, told)
    running.writer.flush()
    told.get(timeout=30)

    with pytest.raises(Refused, match="conflict"):
        start(running, told, letter="B")

    assert start(running, told, seq=SEQ + 1)
    assert told.empty()


def test_a_failed_commit_is_told_and_changes_nothing(
    running: RunningEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: object, **_named: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("exam_sessions.writer.append", fail)
    told: Told = queue.SimpleQueue()

    start(running, told)
    running.writer.flush()
    outcome = told.get(timeout=30)

    assert isinstance(outcome, WriterStopped)
    assert 0 == len(running.engine.cell(EXAM_SESSION, ANI).sitting.answers)
    with pytest.raises(WriterStopped):
        start(running, told)
