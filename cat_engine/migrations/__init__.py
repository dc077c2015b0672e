"""Making and upgrading the database's tables, one revision for each change.

A file of a revision is named after it, so a server whose tables are those of this version starts
without Alembic, which takes a quarter of a second to import.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy import Engine as Database

from cat_engine.db import only_engine

FOLDER = Path(__file__).parent
REVISIONS = tuple(sorted(path.stem[:4] for path in (FOLDER / "versions").glob("[0-9]*.py")))


class SchemaOutdated(Exception):
    """The tables are not those of this version."""

    code = "schema_outdated"


def migrate(database: Database) -> str:
    """Bring the tables to the newest revision and return its name.

    Not below a server that runs: it would go on writing as its own version does.

    Raises:
        SchemaOutdated: a newer version has been at work here; nothing was touched.
        AlreadyRunning: a server of an older version works on the database; nothing was touched.
    """
    with database.connect() as db:
        present = present_revision(db)
    if present is not None and present not in REVISIONS:
        raise SchemaOutdated(
            f"the database is at revision {present}, which this version does not know; "
            "start the newer version that made it"
        )
    if present != newest_revision():
        with only_engine(database), database.begin() as db:
            _upgrade(db)
    return newest_revision()


def check_schema(database: Database) -> None:
    """Make sure that the tables are those of this version.

    Raises:
        SchemaOutdated: they are older, newer or missing.
    """
    with database.connect() as db:
        present = present_revision(db)
    if present != newest_revision():
        raise SchemaOutdated(
            f"the database is at revision {present or 'none'}, this version needs "
            f"{newest_revision()}; run: cat-engine migrate"
        )


def newest_revision() -> str:
    """The revision that this version needs."""
    return REVISIONS[-1]


def present_revision(db: Connection) -> str | None:
    """The revision of the tables, or None where there are none."""
    if not inspect(db).has_table("alembic_version"):
        return None
    return db.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(db: Connection) -> None:
    # Imported here: most starts find the tables as they should be.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config as AlembicConfig  # noqa: PLC0415

    options = AlembicConfig()
    options.set_main_option("script_location", str(FOLDER))
    options.attributes["connection"] = db
    command.upgrade(options, "head")
