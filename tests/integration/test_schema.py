"""A database that was upgraded has the schema of one that was made anew."""

from dataclasses import replace
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine as Database
from sqlalchemy import insert, inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from cat_engine import db
from cat_engine.accounts import tables as _accounts  # noqa: F401 - fills the metadata
from cat_engine.lockdown import tables as _lockdown  # noqa: F401 - fills the metadata
from cat_engine.migrations import FOLDER, migrate, newest_revision, present_revision
from exam_sessions import journal
from exam_sessions.entry_hash import genesis, hash_entry
from exam_sessions.tables import exams, journal_entries
from question_bank import acts
from question_bank.acts import Draft
from question_bank.tables import metadata

BODY = '{"by":"rini","room":"A"}'


@pytest.fixture(params=["sqlite", "postgresql"])
def opened(request: pytest.FixtureRequest, tmp_path: Any) -> Any:
    """An empty database of each kind, and how to empty it again."""
    if request.param == "sqlite":
        made = [db.connect(f"sqlite:///{tmp_path / f'{i}.db'}") for i in range(2)]
        yield lambda index: made[index]
    else:
        made = [db.connect(request.getfixturevalue("postgresql_url"))]

        def empty(_index: int) -> Database:
            with made[0].begin() as connection:
                connection.execute(text("DROP SCHEMA public CASCADE"))
                connection.execute(text("CREATE SCHEMA public"))
            return made[0]

        yield empty
    for one in made:
        one.dispose()


def test_upgraded_and_fresh_schema_are_the_same(opened: Any) -> None:
    upgraded_database = opened(0)
    migrate(upgraded_database)
    upgraded = _describe(upgraded_database)

    fresh_database = opened(1)
    metadata.create_all(fresh_database)
    fresh = _describe(fresh_database)

    assert fresh.keys() == upgraded.keys()
    for table, description in fresh.items():
        assert description == upgraded[table], table


def test_the_comparison_sees_a_missing_trigger_and_a_changed_check(sqlite: Database) -> None:
    before = _describe(sqlite)

    with sqlite.begin() as connection:
        connection.execute(text("DROP TRIGGER items_no_update"))
        connection.execute(text("ALTER TABLE exams ADD COLUMN more TEXT CHECK (more <> '')"))

    after = _describe(sqlite)
    assert {name for name in before if before[name] != after[name]} == {"items", "exams"}


def _describe(database: Database) -> dict[str, Any]:
    """Everything about each table that the database can tell, in an order of its own."""
    look = inspect(database)
    with database.connect() as connection:
        triggers = _triggers(connection)
    return {
        table: {
            "columns": sorted(
                (
                    column["name"],
                    str(column["type"]),
                    column["nullable"],
                    str(column["default"]),
                    column.get("comment"),
                )
                for column in look.get_columns(table)
            ),
            "primary key": look.get_pk_constraint(table),
            "foreign keys": _sorted(look.get_foreign_keys(table)),
            "unique": _sorted(look.get_unique_constraints(table)),
            "indexes": _sorted(look.get_indexes(table)),
            "checks": _sorted(look.get_check_constraints(table)),
            "triggers": sorted(text for name, text in triggers if name == table),
        }
        for table in look.get_table_names()
        if table != "alembic_version"
    }


def _sorted(described: Any) -> list[str]:
    return sorted(str(sorted(one.items(), key=lambda pair: pair[0])) for one in described)


def _triggers(connection: Any) -> list[tuple[str, str]]:
    if connection.dialect.name == "sqlite":
        query = "SELECT tbl_name, sql FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = (
            "SELECT tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger "
            "WHERE NOT tgisinternal"
        )
    return [(row[0], row[1]) for row in connection.execute(text(query))]


def test_acts_of_an_older_database_are_there_after_the_upgrade(opened: Any) -> None:
    """The journal of the bank is written anew for more kinds of acts, and holds what it held."""
    database = opened(0)
    options = Config()
    options.set_main_option("script_location", str(FOLDER))
    draft = Draft("imported", "dewi", "impor", 1_000)
    with database.begin() as connection:
        options.attributes["connection"] = connection
        command.upgrade(options, "0008")
        acts.append(connection, "small", [draft, draft])
    with pytest.raises(IntegrityError), database.begin() as connection:
        acts.append(connection, "small", [replace(draft, kind="parted")])

    migrate(database)

    with database.begin() as connection:
        acts.append(connection, "small", [replace(draft, kind="parted")])
        told = list(acts.read_all(connection, "small"))
    assert ["imported", "imported", "parted"] == [act.kind for act in told]
    with pytest.raises(DBAPIError, match="never changed"), database.begin() as connection:
        connection.execute(text("DELETE FROM bank_acts"))


def test_a_journal_that_was_begun_gets_no_key_from_an_upgrade(opened: Any) -> None:
    """Its hashes were taken without one; an exam does not end with an update."""
    database = opened(0)
    options = Config()
    options.set_main_option("script_location", str(FOLDER))
    planned = (
        "INSERT INTO exam_sessions (id, exam, title, starts_at, board_delay_s, board_names,"
        " board_reveal) VALUES (:id, 'exam', 'Sesi', 0, 0, 'masked', 'live')"
    )
    with database.begin() as connection:
        options.attributes["connection"] = connection
        command.upgrade(options, "0010")
        exam = {"id": "exam", "title": "SKD", "bank": "small", "blueprint": "", "seed": ""}
        connection.execute(insert(exams).values(exam))
        connection.execute(text(planned), [{"id": "begun"}, {"id": "planned"}])
        first = hash_entry(
            None, genesis("begun"), place=("begun", 1, None), at=5, kind="RoomOpened", body=BODY
        )
        row = {"exam_session": "begun", "position": 1, "at": 5, "kind": "RoomOpened"}
        connection.execute(insert(journal_entries).values(row | {"body": BODY, "hash": first}))

    migrate(database)

    with database.connect() as connection:
        assert journal.key_of(connection, "begun") is None
        assert journal.key_of(connection, "planned") is not None
        assert 1 == len(list(journal.read_all(connection, "begun")))


def test_tables_are_not_upgraded_below_a_server_that_runs(opened: Any) -> None:
    """It would go on writing as its own version does, into tables of another."""
    database = opened(0)
    options = Config()
    options.set_main_option("script_location", str(FOLDER))
    with database.begin() as connection:
        options.attributes["connection"] = connection
        command.upgrade(options, "0010")

    with db.only_engine(database), pytest.raises(db.AlreadyRunning):
        migrate(database)
    with database.connect() as connection:
        assert "0010" == present_revision(connection)

    assert migrate(database) == newest_revision()
    with db.only_engine(database):
        assert migrate(database) == newest_revision(), "nothing is to be done"
