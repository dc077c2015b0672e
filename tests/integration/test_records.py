"""One command checks every chained record of a database whole, and names what was altered."""

import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine as Database
from sqlalchemy import create_engine, delete, text, update

from cat_engine.accounts import staff_record
from cat_engine.accounts.staff_record import StaffActKind
from cat_engine.chained_records import RECORDS
from cat_engine.cli.main import group
from exam_sessions import administration, events, journal
from exam_sessions.journal import Draft
from exam_sessions.tables import journal_entries
from question_bank import acts, tables
from question_bank import custody as custody_store
from tests.cast import DEWI, EXAM_SESSION
from tests.factories import STARTS_AT, add_exam_session, get_item


@pytest.fixture
def recorded(sqlite: Database) -> Database:
    """A database in which every record has three entries, and which no longer defends itself."""
    add_exam_session(sqlite)
    with sqlite.begin() as db:
        journal.take_lease(db, now=STARTS_AT)
        opened = [
            Draft(EXAM_SESSION, None, STARTS_AT + number, events.BoardFrozen(DEWI, "jeda"))
            for number in range(3)
        ]
        journal.append(db, opened, {}, epoch=1, now=STARTS_AT)
        provenance = custody_store.Provenance("ani", "ani", "impor", "", {"file": "a.yaml"})
        items = [get_item("lain", number) for number in range(1, 4)]
        custody_store.take_in(db, items, {}, provenance, now=STARTS_AT)
        for number in range(3):
            staff_record.append(db, StaffActKind.CHANGED, by=DEWI, whom="citra", at=number)
            administration.record(db, "site_saved", f"site-{number}", by=DEWI, now=number)
        for (name,) in db.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")):
            db.execute(text(f"DROP TRIGGER {name}"))
    return sqlite


def check(folder: Path, *words: str) -> Result:
    database_url = f"sqlite:///{folder / 'test.db'}"
    return CliRunner().invoke(group, ["--database-url", database_url, *words])


def test_every_record_is_checked_by_one_command(recorded: Database, tmp_path: Path) -> None:
    done = check(tmp_path, "--json", "journal", "check")
    rows = {row["record"]: row for row in json.loads(done.stdout)}

    assert 0 == done.exit_code
    assert {"exam session", "bank", "accounts of staff", "administration"} == set(rows)
    assert {"holds"} == {row["verdict"] for row in rows.values()}
    assert all(row["entries"] >= 3 and len(row["head"]) == 16 for row in rows.values())
    assert 1 == len(json.loads(check(tmp_path, "--json", "journal", "check", "--exam-session",
                                     EXAM_SESSION).stdout))  # fmt: skip


@pytest.mark.parametrize("how", ["changed", "removed"])
def test_the_first_altered_entry_of_each_record_is_named(
    recorded: Database, tmp_path: Path, how: str
) -> None:
    altered = ("journal_entries", "bank_acts", "staff_acts", "administration_acts")
    statement = {"changed": "UPDATE {} SET at = at + 1", "removed": "DELETE FROM {}"}[how]
    with recorded.begin() as db:
        for table in altered:
            db.execute(text(f"{statement.format(table)} WHERE position = 2"))

    done = check(tmp_path, "--json", "journal", "check")

    why = {"changed": "its content does not fit its hash", "removed": "is missing"}[how]
    assert 1 == done.exit_code
    assert 4 == sum(why in line for line in done.stderr.splitlines())
    for name in ("pagi, entry 2:", "bank small, act 2:", "act 2 on staff:",
                 "administration act 2:"):  # fmt: skip
        assert name in done.stderr
    assert all(row["verdict"] != "holds" for row in json.loads(done.stdout))


@pytest.mark.parametrize("table", ["bank_acts", "staff_acts", "administration_acts"])
def test_one_altered_record_fails_the_check_alone(
    recorded: Database, tmp_path: Path, table: str
) -> None:
    with recorded.begin() as db:
        acts_table = tables.metadata.tables[table]
        db.execute(update(acts_table).where(acts_table.c.position == 3).values(body="{} "))

    done = check(tmp_path, "--json", "journal", "check")

    assert 1 == done.exit_code
    assert 1 == sum(row["verdict"] == "broken" for row in json.loads(done.stdout))


def test_a_record_that_was_cut_off_or_written_anew_is_found_by_what_was_written_down(
    recorded: Database, tmp_path: Path
) -> None:
    """Each of these chains holds by itself."""
    written = tmp_path / "heads.json"
    written.write_text(check(tmp_path, "--json", "journal", "check").stdout)
    against = ("--json", "journal", "check", "--against", str(written))
    with recorded.begin() as db:
        administration.record(db, "site_saved", "more", by=DEWI, now=9)
    grown = check(tmp_path, *against)
    with recorded.begin() as db:
        for name in ("journal_entries", "bank_acts", "staff_acts", "administration_acts"):
            table = tables.metadata.tables[name]
            db.execute(delete(table).where(table.c.position > 2))
        staff_record.append(db, StaffActKind.CHANGED, by=DEWI, whom="citra", at=77)

    alone = check(tmp_path, "--json", "journal", "check")
    done = check(tmp_path, *against)

    assert (0, 0, 1) == (grown.exit_code, alone.exit_code, done.exit_code)
    for finding in (
        f"exam session {EXAM_SESSION}: had 3 entries and has fewer now",
        "bank small: had ",
        "accounts of staff: entry 3 is not the one that was written down as ",
        "administration: had 3 entries and has fewer now",
    ):
        assert finding in done.stderr


@pytest.mark.parametrize(
    "content", ["", "{}", "[1]", "[{}]", '[{"record": "bank", "entries": 1, "head": "x"}]']
)
def test_what_was_never_printed_is_nothing_to_compare_with(
    recorded: Database, tmp_path: Path, content: str
) -> None:
    (tmp_path / "heads.json").write_text(content)

    done = check(tmp_path, "journal", "check", "--against", str(tmp_path / "heads.json"))

    assert 1 == done.exit_code
    assert "is not what `cat-engine --json journal check` prints" in done.stderr


def test_no_chained_table_is_left_out() -> None:
    chained = {
        table.name
        for table in tables.metadata.sorted_tables
        if {"position", "hash"} <= {*table.c.keys()}
    }

    assert {journal_entries.name, *(record.table.name for _, record in RECORDS)} == chained


def test_the_chain_of_a_bank_is_the_documented_one() -> None:
    """Made before the records shared one piece of code: stored hashes stay what they were."""
    opened = create_engine("sqlite://")
    with opened.begin() as db:
        tables.bank_acts.create(db)
        acts.append(db, "small", [
            acts.Draft("received", "rini", "masuk", 1_000, ("twk-001", 1), "draft", "ani",
                       {"from": "é"}),
            acts.Draft("parted", "rini", "mirip", 2_000, details={"pairs": [["a", "b"]]}),
        ])  # fmt: skip
        first, second = acts.read_all(db, "small")
    opened.dispose()

    assert "69635d1a6e07282c4e76c4bcfa464a042780918d0acd61c9b0c96ec0f45f67d6" == first.hash
    assert "1807aeca373d45217480c050783ba2291287d1b8d45baa2a63603c40dcf2a958" == second.hash
    root = hashlib.sha256(b"cat-engine/bank-journal/v1").hexdigest()
    start = hashlib.sha256(f"{root}\nsmall".encode()).hexdigest()
    line = '["small",1,"twk-001",1,1000,"rini","received","draft","ani","masuk"]'
    written = f'{start}\n{line}\n{{"from":"é"}}'
    assert hashlib.sha256(written.encode()).hexdigest() == first.hash
