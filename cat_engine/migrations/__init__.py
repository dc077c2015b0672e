"""Making and upgrading the database's tables, one revision for each change."""

from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine as Database

FOLDER = Path(__file__).parent


class SchemaOutdated(Exception):
    """The tables are not those of this version."""

    code = "schema_outdated"


def migrate(database: Database) -> str:
    """Bring the tables to the newest revision and return its name.

    Raises:
        SchemaOutdated: a newer version has been at work here; nothing was touched.
    """
    options = _options()
    known = {one.revision for one in ScriptDirectory.from_config(options).walk_revisions()}
    with database.begin() as db:
        present = MigrationContext.configure(db).get_current_revision()
        if present is not None and present not in known:
            raise SchemaOutdated(
                f"the database is at revision {present}, which this version does not know; "
                "start the newer version that made it"
            )
        options.attributes["connection"] = db
        command.upgrade(options, "head")
    return newest_revision()


def check_schema(database: Database) -> None:
    """Make sure that the tables are those of this version.

    Raises:
        SchemaOutdated: they are older, newer or missing.
    """
    with database.connect() as db:
        present = MigrationContext.configure(db).get_current_revision()
    if present != newest_revision():
        raise SchemaOutdated(
            f"the database is at revision {present or 'none'}, this version needs "
            f"{newest_revision()}; run: cat-engine migrate"
        )


def newest_revision() -> str:
    """The revision that this version needs."""
    head = ScriptDirectory.from_config(_options()).get_current_head()
    assert head is not None, "revisions ship with the program"
    return head


def _options() -> AlembicConfig:
    options = AlembicConfig()
    options.set_main_option("script_location", str(FOLDER))
    return options
