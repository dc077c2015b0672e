"""Boards that follow a journal: the same version names the same rows, whenever it was read."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, insert, select, text
from sqlalchemy import Engine as Database
from sqlalchemy.exc import DBAPIError

from cat_engine import db
from cat_engine.live import board_json, publisher
from cat_engine.live.publisher import Boards
from cat_engine.migrations import migrate
from exam_sessions import commands, journal, store
from exam_sessions.decide import EPOCH_SEQ_SPAN
from exam_sessions.engine import Engine
from exam_sessions.tables import journal_entries
from scoring.response import Choice
from tests.cast import ANI, BUDI, DEWI, EXAM_SESSION
from tests.factories import (
    FakeClock,
    RunningEngine,
    add_exam_session,
    get_enrolment,
    open_room,
    start_engine,
)

pytestmark = pytest.mark.integration

Json = dict[str, Any]
DELAY_S = 10


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def running(database: Database, clock: FakeClock) -> Iterator[RunningEngine]:
    add_exam_session(database, board_delay_s=DELAY_S)
    engine = start_engine(database, clock)
    open_room(engine.engine)
    yield engine
    engine.stop()


class Hall:
    """Candidates who answer one item after the other, and a board that staff act on."""

    def __init__(self, engine: Engine, clock: FakeClock) -> None:
        self._engine = engine
        self._clock = clock
        self._seqs: dict[str, int] = {}
        for person in (ANI, BUDI):
            sitting = engine.handle(EXAM_SESSION, person, commands.Enter("pc"))
            self._seqs[person] = sitting.epoch * EPOCH_SEQ_SPAN
            engine.handle(EXAM_SESSION, person, commands.Begin(sitting.epoch))

    def answer(self, person: str, item_no: int, letter: str = "A") -> None:
        """One response, a second after the one before."""
        self._clock.advance(1_000)
        self._seqs[person] += 1
        seq = self._seqs[person]
        response = Choice(letter)
        command = commands.Respond(seq // EPOCH_SEQ_SPAN, seq, item_no, response)
        self._engine.handle(EXAM_SESSION, person, command)

    def finish(self, person: str) -> None:
        """End every part."""
        for part in range(2):
            if part:
                self._engine.handle(EXAM_SESSION, person, commands.Begin(1))
            self._clock.advance(1_000)
            self._seqs[person] += 1
            seq = self._seqs[person]
            epoch = seq // EPOCH_SEQ_SPAN
            self._engine.handle(EXAM_SESSION, person, commands.EndPart(epoch, seq))

    def act(self, command: commands.HallCommand) -> None:
        """Something staff do to the board."""
        self._engine.handle_hall(EXAM_SESSION, command)


@pytest.fixture
def hall(running: RunningEngine, clock: FakeClock) -> Hall:
    return Hall(running.engine, clock)


def snapshot_of(boards: Boards) -> Json:
    made = boards.snapshot(EXAM_SESSION)
    assert made is not None
    found: Json = json.loads(made.body)
    return found


def take_in(rows: list[Json], delta: Json) -> list[Json]:
    """What a page does with a delta."""
    named = {row["id"] for _, row in delta["rows"]} | set(delta["removed"])
    kept = [row for row in rows if row["id"] not in named]
    for position, row in delta["rows"]:
        kept.insert(position, row)
    return kept


def follow(boards: Boards, rows: list[Json], version: int) -> tuple[list[Json], int]:
    """What a reader of a version holds after the deltas behind it."""
    told = json.loads(boards.deltas(EXAM_SESSION, version) or b"")
    assert not told["is_gap"]
    for delta in told["deltas"]:
        assert delta["after"] == version
        rows, version = take_in(rows, delta), delta["version"]
    return rows, version


def test_deltas_applied_to_an_old_view_give_the_fresh_view(
    hall: Hall, database: Database, clock: FakeClock
) -> None:
    boards = Boards(database, clock)
    boards.poll()
    rows, version = snapshot_of(boards)["rows"], snapshot_of(boards)["version"]

    for item_no in range(1, 7):
        hall.answer(ANI, item_no)
        hall.answer(BUDI, item_no, "B" if item_no % 2 else "C")
        clock.advance(4_000)
        boards.poll()
        rows, version = follow(boards, rows, version)
        fresh = Boards(database, clock)
        fresh.poll()

        assert snapshot_of(fresh)["rows"] == rows
        assert snapshot_of(fresh)["version"] == version
    assert [2, 2] == [len(rows), sum(row["answered"] > 0 for row in rows)]


def test_a_version_names_the_same_rows_in_every_process_however_often_it_looked(
    hall: Hall, database: Database, clock: FakeClock
) -> None:
    eager, lazy = Boards(database, clock), Boards(database, clock)
    seen: dict[int, list[Json]] = {}
    for item_no in range(1, 7):
        hall.answer(ANI, item_no)
        hall.answer(BUDI, item_no)
        hall.answer(BUDI, item_no, "B")
        clock.advance(2_000)
        eager.poll()
        found = snapshot_of(eager)
        assert seen.setdefault(found["version"], found["rows"]) == found["rows"]
        if item_no % 3 == 0:
            lazy.poll()
            found = snapshot_of(lazy)
            assert seen[found["version"]] == found["rows"]

    with database.connect() as connection:
        entries = journal.read(connection, EXAM_SESSION)
    shown = [e.position for e in entries if e.at <= clock() - DELAY_S * 1_000 and e.participant_no]
    assert max(shown) == snapshot_of(eager)["version"]


def test_a_board_is_as_late_as_it_shall_be_and_no_later(
    hall: Hall, database: Database, clock: FakeClock
) -> None:
    boards = Boards(database, clock)
    hall.answer(ANI, 1)

    clock.advance(DELAY_S * 1_000 - 1)
    boards.poll()
    before = snapshot_of(boards)["rows"]
    clock.advance(1)
    boards.poll()
    after = snapshot_of(boards)["rows"]

    assert [0, 0] == [row["answered"] for row in before]
    assert [0, 1] == sorted(row["answered"] for row in after)


def test_a_frozen_board_shows_nothing_newer_and_goes_on_where_it_stopped(
    hall: Hall, database: Database, clock: FakeClock
) -> None:
    boards = Boards(database, clock)
    hall.answer(ANI, 1)
    clock.advance(DELAY_S * 1_000)
    boards.poll()
    rows, version = snapshot_of(boards)["rows"], snapshot_of(boards)["version"]

    hall.act(commands.FreezeBoard(EXAM_SESSION, DEWI, "keberatan"))
    hall.answer(BUDI, 1)
    clock.advance(60_000)
    news = boards.poll()
    frozen = snapshot_of(boards)
    told = boards.bulletin(EXAM_SESSION)
    assert told is not None
    state_message = told.kept[-1]
    quiet = boards.poll()
    hall.act(commands.ResumeBoard(EXAM_SESSION, DEWI, "selesai"))
    boards.poll()
    resumed = snapshot_of(boards)

    assert ((EXAM_SESSION,), ()) == (news, quiet)
    assert ("frozen", version, rows) == (frozen["state"], frozen["version"], frozen["rows"])
    assert (version, version) == (state_message.after, state_message.version)
    assert ("live", 2) == (resumed["state"], sum(row["answered"] for row in resumed["rows"]))
    assert (resumed["rows"], resumed["version"]) == follow(boards, rows, version)


def test_a_final_board_shows_all_at_once_and_its_journal_is_read_no_more(
    hall: Hall, database: Database, clock: FakeClock
) -> None:
    boards = Boards(database, clock)
    boards.poll()
    for person in (ANI, BUDI):
        hall.answer(person, 1)
        hall.finish(person)
    hall.act(commands.FinalizeBoard(EXAM_SESSION, DEWI, "sah"))

    news = boards.poll()
    final = snapshot_of(boards)
    clock.advance(60_000)
    as_of = getattr(boards.bulletin(EXAM_SESSION), "as_of", None)
    later = boards.poll()

    assert ((EXAM_SESSION,), ()) == (news, later)
    assert ("final", False) == (final["state"], final["provisional"])
    assert ["finished", "finished"] == [row["status"] for row in final["rows"]]
    assert as_of == getattr(boards.bulletin(EXAM_SESSION), "as_of", None)


def test_whoever_is_enrolled_after_the_board_was_opened_has_a_name_on_it(
    running: RunningEngine, database: Database, clock: FakeClock
) -> None:
    boards = Boards(database, clock)
    boards.poll()
    with database.begin() as connection:
        store.add_enrolments(connection, [get_enrolment("24-LATE", "9", name="Eko Late")])
        seated = connection.execute(
            select(journal_entries).where(journal_entries.c.participant_no == ANI).limit(1)
        ).one()
        head = journal.head(connection, EXAM_SESSION)
        copied = dict(seated._mapping) | {
            "participant_no": "24-LATE",
            "position": head.position + 1,
        }
        connection.execute(insert(journal_entries), [copied])
    clock.advance(60_000)

    boards.poll()

    labels = {row["id"]: row["label"] for row in snapshot_of(boards)["rows"]}
    assert "E*** L***" == labels["24-LATE"]


def test_bytes_are_made_once_a_version_and_only_when_somebody_asks(
    hall: Hall, database: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoded: list[str] = []
    encode = board_json.encode_snapshot

    def counting(shown: Any, *given: Any) -> Any:
        encoded.append(shown.etag)
        return encode(shown, *given)

    monkeypatch.setattr(publisher, "encode_snapshot", counting)
    boards = Boards(database, clock)
    for item_no in (1, 2):
        hall.answer(ANI, item_no)
        clock.advance(DELAY_S * 1_000)
        boards.poll()
    assert boards.made_snapshot(EXAM_SESSION) is None

    first, again = boards.snapshot(EXAM_SESSION), boards.snapshot(EXAM_SESSION)

    assert first is again is boards.made_snapshot(EXAM_SESSION)
    assert 1 == len(encoded)


def test_the_process_of_the_board_cannot_write(database: Database) -> None:
    reader = db.connect_to_read(database.url.render_as_string(hide_password=False))

    with reader.connect() as connection:
        assert [] == store.list_sessions(connection)
    with pytest.raises(DBAPIError), reader.begin() as connection:
        connection.execute(text("DELETE FROM exam_sessions"))
    reader.dispose()
    with database.begin() as connection:
        connection.execute(text("DELETE FROM exam_sessions"))  # who may write can


def test_the_process_of_the_board_makes_no_database(tmp_path: Path) -> None:
    missing = tmp_path / "no such % place?#" / "cat-engine.db"
    missing.parent.mkdir()
    url = URL.create("sqlite", database=str(missing)).render_as_string()
    reader = db.connect_to_read(url)

    with pytest.raises(DBAPIError, match="unable to open"), reader.connect():
        pass
    made = db.connect(url)
    migrate(made)
    made.dispose()
    with reader.connect() as connection:
        assert [] == store.list_sessions(connection)
    reader.dispose()


def test_a_board_that_nobody_reads_is_looked_at_seldom_and_at_once_for_who_asks(
    running: RunningEngine, database: Database, clock: FakeClock
) -> None:
    hall = Hall(running.engine, clock)
    boards = Boards(database, clock)
    boards.poll()
    boards.has_readers = lambda: False
    hall.answer(ANI, 1)
    clock.advance(DELAY_S * 1_000)

    looked = boards.poll()
    hall.answer(ANI, 2)
    clock.advance(publisher.UNREAD_POLL_MS // 2)
    too_early = boards.poll()
    boards.snapshot(EXAM_SESSION)
    for_who_asked = boards.poll()

    assert (EXAM_SESSION,) == looked
    assert () == too_early
    assert for_who_asked == ()  # looked at, and what came last is not due yet
    assert clock() == boards.bulletin(EXAM_SESSION).as_of  # type: ignore[union-attr]
