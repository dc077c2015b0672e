"""A process beside the engine counts by the engine's clock, whatever the system's shows."""

import pytest
from sqlalchemy import Engine as Database

from cat_engine.clock import wall_now
from cat_engine.live.engine_clock import EngineClock
from exam_sessions import journal

pytestmark = pytest.mark.integration
ENGINE_STARTED_AT = 1_000_000
"""By a clock that was set an hour and many years later, as far as we know."""


class Monotonic:
    """Seconds that a test lets pass."""

    def __init__(self) -> None:
        self.now_s = 500.0

    def __call__(self) -> float:
        return self.now_s


def test_it_follows_the_signs_of_life_and_never_runs_ahead_or_back(database: Database) -> None:
    with database.begin() as db:
        lease = journal.take_lease(db, now=ENGINE_STARTED_AT)
    monotonic = Monotonic()
    clock = EngineClock(database, monotonic)
    assert ENGINE_STARTED_AT == clock()

    monotonic.now_s += 2.0  # no sign meanwhile: time passes all the same
    assert ENGINE_STARTED_AT + 2_000 == clock()

    with database.begin() as db:  # the first sign had been 700 ms old when it was seen
        journal.renew_lease(db, lease.epoch, ENGINE_STARTED_AT + 2_700)
    clock.look()
    assert ENGINE_STARTED_AT + 2_700 == clock()

    monotonic.now_s += 0.5  # the same sign again, older: it takes nothing back
    clock.look()
    assert ENGINE_STARTED_AT + 3_200 == clock()


def test_without_an_engine_it_is_the_systems_time(database: Database) -> None:
    before = wall_now()

    assert before <= EngineClock(database)() <= wall_now()
