"""A follower beside the engine gets every entry once and in order, from memory or the database."""

import pytest
from sqlalchemy import Engine as Database

from exam_sessions import commands, journal
from exam_sessions.decide import EPOCH_SEQ_SPAN
from exam_sessions.follower import Follower, Tail
from exam_sessions.journal import Entry
from scoring.response import Choice
from tests.cast import ANI, EXAM_SESSION
from tests.factories import FakeClock, add_exam_session, open_room, start_engine

pytestmark = pytest.mark.integration
CUT = 4


@pytest.fixture
def entries(database: Database) -> list[Entry]:
    """A journal, as it is on disk."""
    add_exam_session(database)
    running = start_engine(database, FakeClock())
    open_room(running.engine)
    running.engine.handle(EXAM_SESSION, ANI, commands.Enter("pc"))
    running.engine.handle(EXAM_SESSION, ANI, commands.Begin(1))
    for number in range(1, 5):
        respond = commands.Respond(1, EPOCH_SEQ_SPAN + number, number, Choice("A"))
        running.engine.handle(EXAM_SESSION, ANI, respond)
    running.stop()
    with database.connect() as connection:
        return journal.read(connection, EXAM_SESSION)


@pytest.mark.parametrize("limit", [1, 3, 1_000])
@pytest.mark.parametrize("known", [0, 1, CUT])
def test_whatever_is_not_in_the_tail_is_read_from_the_database(
    entries: list[Entry], database: Database, limit: int, known: int
) -> None:
    tail = Tail(limit)
    follower = Follower(database, EXAM_SESSION, tail, position=known)
    tail.put(entries[CUT:-1])

    first = list(follower.catch_up())
    tail.put(entries[-1:])
    second = list(follower.catch_up())

    assert entries[known:-1] == first
    assert entries[-1:] == second


def test_a_follower_with_an_empty_tail_reads_the_journal_once(
    entries: list[Entry], database: Database
) -> None:
    tail = Tail()
    follower = Follower(database, EXAM_SESSION, tail)

    found = list(follower.catch_up())
    tail.put(entries)  # they came to the tail while the database was read

    assert entries == found
    assert not list(follower.catch_up())


def test_what_the_tail_holds_is_not_read_again(entries: list[Entry], database: Database) -> None:
    tail = Tail()
    tail.put(entries)
    database.dispose()

    follower = Follower(None, EXAM_SESSION, tail)  # type: ignore[arg-type]

    assert entries == list(follower.catch_up())
