"""The journal's contract, the same on SQLite and on PostgreSQL."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from exam_sessions import events, journal, store
from exam_sessions.entry_hash import genesis
from exam_sessions.journal import Draft, Head, JournalBroken, LeaseLost
from exam_sessions.tables import journal_entries, journal_keys
from tests.cast import ANI, EXAM_SESSION
from tests.conftest import ROOT
from tests.factories import STARTS_AT, add_exam_session


def viewed(client_seq: int) -> Draft:
    return Draft(EXAM_SESSION, ANI, STARTS_AT + client_seq, events.Viewed(client_seq, 1))


def write(database: Database, *drafts: Draft, epoch: int = 1) -> list[journal.Entry]:
    with database.begin() as db:
        return journal.append(db, drafts, {}, epoch=epoch, now=STARTS_AT)


@pytest.fixture
def ready(database: Database) -> Database:
    add_exam_session(database)
    with database.begin() as db:
        journal.take_lease(db, now=STARTS_AT)
    return database


def test_entries_are_numbered_from_one_and_read_back_in_order(ready: Database) -> None:
    written = write(ready, viewed(1), viewed(2)) + write(ready, viewed(3))

    with ready.connect() as db:
        found = journal.read(db, EXAM_SESSION)
        tail = journal.read(db, EXAM_SESSION, after=1, limit=1)

    assert [1, 2, 3] == [entry.position for entry in found]
    assert written == found
    assert [written[1]] == tail


def test_the_chain_holds_over_what_was_written(ready: Database) -> None:
    write(ready, *(viewed(n) for n in range(1, 50)))

    with ready.connect() as db:
        assert 49 == len(list(journal.read_all(db, EXAM_SESSION)))


def test_a_second_entry_of_one_message_is_refused_by_the_database(ready: Database) -> None:
    write(ready, viewed(1))

    with pytest.raises(IntegrityError):
        write(ready, viewed(1))


def test_a_failed_append_leaves_nothing_behind(ready: Database) -> None:
    with pytest.raises(IntegrityError):
        write(ready, viewed(1), viewed(2), viewed(1))

    with ready.connect() as db:
        key = journal.key_of(db, EXAM_SESSION)
        assert Head(0, genesis(EXAM_SESSION), key) == journal.head(db, EXAM_SESSION)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("body", '{"client_seq":2,"item_no":9}'),
        ("at", STARTS_AT + 999_999),
        ("kind", "Flagged"),
        ("participant_no", "somebody else"),
        ("hash", "0" * 64),
        ("client_seq", 77),
    ],
)
def test_a_change_by_hand_is_found_and_its_entry_named(
    ready: Database, column: str, value: object
) -> None:
    write(ready, viewed(1), viewed(2), viewed(3))
    with ready.begin() as db:
        db.execute(
            update(journal_entries).where(journal_entries.c.position == 2).values({column: value})
        )

    with ready.connect() as db, pytest.raises(JournalBroken) as broken:
        list(journal.read_all(db, EXAM_SESSION))

    assert 2 == broken.value.position


def test_a_removed_entry_is_found(ready: Database) -> None:
    write(ready, viewed(1), viewed(2), viewed(3))
    with ready.begin() as db:
        db.execute(delete(journal_entries).where(journal_entries.c.position == 2))

    with ready.connect() as db, pytest.raises(JournalBroken) as broken:
        list(journal.read_all(db, EXAM_SESSION))

    assert 2 == broken.value.position


def test_another_key_or_none_breaks_the_chain_at_its_first_entry(ready: Database) -> None:
    write(ready, viewed(1), viewed(2))
    for change in (update(journal_keys).values(key="00" * 32), delete(journal_keys)):
        with ready.begin() as db:
            db.execute(change)

        with ready.connect() as db, pytest.raises(JournalBroken) as broken:
            list(journal.read_all(db, EXAM_SESSION))

        assert 1 == broken.value.position


def test_a_journal_from_before_there_were_keys_goes_on_without_one(ready: Database) -> None:
    with ready.begin() as db:
        db.execute(delete(journal_keys))
    write(ready, viewed(1))
    write(ready, viewed(2))

    with ready.connect() as db:
        assert journal.head(db, EXAM_SESSION).key is None
        assert 2 == len(list(journal.read_all(db, EXAM_SESSION)))


def test_every_journal_has_a_key_of_its_own(ready: Database) -> None:
    plan = store.SessionPlan(
        "sesi-2", f"exam-{EXAM_SESSION}", "Sesi siang", STARTS_AT, 0, "masked", "live"
    )
    with ready.begin() as db:
        store.add_session(db, plan, [store.Room("sesi-2", "A", "Ruang A", 1)])
        keys = {journal.key_of(db, name) for name in (EXAM_SESSION, "sesi-2")}

    assert 2 == len(keys - {None})


SCRIPT = re.compile(r"```python\n(.*?)```", re.DOTALL)


def test_the_documented_script_checks_a_chain_without_this_program(
    sqlite: Database, tmp_path: Path
) -> None:
    add_exam_session(sqlite)
    with sqlite.begin() as db:
        journal.take_lease(db, now=STARTS_AT)
    opened = Draft(EXAM_SESSION, None, STARTS_AT, events.RoomOpened("A", "é"))
    last = write(sqlite, viewed(1), viewed(2), opened)[-1]
    found = SCRIPT.search((ROOT / "docs" / "algorithms" / "journal.md").read_text("utf-8"))
    assert found is not None
    (tmp_path / "check_chain.py").write_text(found[1], "utf-8")

    def run() -> subprocess.CompletedProcess[str]:
        script = [sys.executable, "-I", str(tmp_path / "check_chain.py")]
        arguments = [str(sqlite.url.database), EXAM_SESSION]
        return subprocess.run([*script, *arguments], check=False, capture_output=True, text=True)

    assert f"3 entries hold; the last hash is {last.hash}\n" == run().stdout
    with sqlite.begin() as db:
        db.execute(update(journal_entries).where(journal_entries.c.position == 2).values(at=1))
    assert "entry 2 is missing or was changed\n" == run().stderr


def test_an_engine_whose_lease_was_taken_cannot_write(ready: Database) -> None:
    with ready.begin() as db:
        second = journal.take_lease(db, now=STARTS_AT + 1)

    with pytest.raises(LeaseLost):
        write(ready, viewed(1), epoch=second.epoch - 1)

    assert 1 == len(write(ready, viewed(1), epoch=second.epoch))


def test_the_lease_tells_the_last_sign_of_life(ready: Database) -> None:
    with ready.begin() as db:
        journal.renew_lease(db, 1, STARTS_AT + 500)

    with ready.begin() as db:
        assert STARTS_AT + 500 == journal.take_lease(db, now=STARTS_AT + 9_000).alive_at


def test_text_of_every_kind_survives(ready: Database) -> None:
    event = events.Paused("act", "citra", "other", 'Ünïcödé "kutip" \\ 🙂 \n baris')
    write(ready, Draft(EXAM_SESSION, ANI, STARTS_AT, event))

    with ready.connect() as db:
        assert [event] == [entry.event for entry in journal.read_all(db, EXAM_SESSION)]
