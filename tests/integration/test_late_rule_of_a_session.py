"""An exam session that has its own rule for late answers is decided by it, and by no other."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import update

from exam_sessions import commands, events, journal
from exam_sessions.sitting import Sitting
from exam_sessions.tables import exam_sessions
from exam_sessions.verify import verify_session
from scoring.response import Choice
from tests.cast import ANI, EXAM_SESSION
from tests.factories import FakeClock, RunningEngine, add_exam_session, open_room, start_engine

MINUTE_MS = 60_000


def plan(database: Database, answers: str, within_s: int) -> None:
    with database.begin() as db:
        values = {"late_answers": answers, "late_within_s": within_s}
        db.execute(update(exam_sessions).values(**values))


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def running(
    sqlite: Database, clock: FakeClock, request: pytest.FixtureRequest
) -> Iterator[RunningEngine]:
    add_exam_session(sqlite)
    plan(sqlite, *request.param)
    made = start_engine(sqlite, clock)
    open_room(made.engine)
    yield made
    made.stop()


def answer_late(running: RunningEngine, clock: FakeClock) -> Sitting:
    """The line is down over the end, and an answer given before it comes two minutes after it."""
    engine, begun_at = running.engine, clock()
    engine.handle(EXAM_SESSION, ANI, commands.Enter("pc"))
    engine.handle(EXAM_SESSION, ANI, commands.Begin(1))
    clock.advance(9 * MINUTE_MS)
    engine.handle(EXAM_SESSION, ANI, commands.LoseLine(1, clock()))
    clock.advance(3 * MINUTE_MS)
    engine.handle(EXAM_SESSION, ANI, commands.Expire(0))
    engine.handle(EXAM_SESSION, ANI, commands.Enter("pc"))
    since_ack_ms = 10 * MINUTE_MS - 1_000
    held_ms = clock() - begun_at - since_ack_ms
    given = commands.Respond(2, 100_001, 1, Choice("A"), held_ms, begun_at, since_ack_ms)
    return engine.handle(EXAM_SESSION, ANI, given)


def decisions(database: Database) -> list[events.LateDecided]:
    with database.connect() as db:
        read = [one.event for one in journal.read_all(db, EXAM_SESSION)]
    return [one for one in read if isinstance(one, events.LateDecided)]


@pytest.mark.parametrize(
    ("running", "answered", "whys"),
    [
        (("", 0), 1, [("covered", 900_000)]),
        (("rule", 121), 1, [("covered", 121_000)]),
        (("rule", 119), 0, [("delivered_late", 119_000)]),
        (("hand", 900), 0, []),
    ],
    indirect=["running"],
)
def test_the_sessions_own_rule_decides(
    running: RunningEngine,
    sqlite: Database,
    clock: FakeClock,
    answered: int,
    whys: list[tuple[str, int]],
) -> None:
    after = answer_late(running, clock)

    assert (answered, 1 - answered) == (after.answered_count, len(after.held))
    assert whys == [(one.why, one.delivered_within_ms) for one in decisions(sqlite)]
    assert [] == verify_session(sqlite, EXAM_SESSION).findings


@pytest.mark.parametrize("running", [("rule", 121)], indirect=True)
@pytest.mark.parametrize("other", [("rule", 900), ("hand", 121)])
def test_a_decision_by_another_rule_than_the_sessions_is_named(
    running: RunningEngine, sqlite: Database, clock: FakeClock, other: tuple[str, int]
) -> None:
    answer_late(running, clock)

    plan(sqlite, *other)

    (finding,) = verify_session(sqlite, EXAM_SESSION).findings
    assert "decided by another rule than the exam session's" in finding
