"""Database connections, with the level of durability said aloud, and one engine at a time.

SQLite runs in WAL mode with full synchronisation: a commit that returned is on disk. Versions
3.7.0 to 3.51.2 can lose commits when two connections write in WAL mode (the WAL-reset race,
https://sqlite.org/wal.html#walresetbug), so a fixed build comes as a dependency and an affected
one is refused. PostgreSQL keeps its default, synchronous_commit=on.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pysqlite3
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text

BUSY_TIMEOUT_MS = 60_000
"""How long a commit waits for another program that writes; answers wait with it, unacknowledged."""
LOG_PAGES = 10_000
"""Pages, of 4 KiB, in SQLite's log when a commit moves them into the database, and answers wait for
some tens of milliseconds. A commit writes about fifteen: with SQLite's own 1,000 pages more than
one in a hundred would be such a commit, and the p99 of acknowledgements be that wait."""
ENGINE_LOCK_KEY = 0x0CA7_E161
"""Key of the PostgreSQL advisory lock that the running engine holds."""


class UnsafeDatabase(Exception):
    """A database that could lose acknowledged answers; the message says what to do."""

    code = "unsafe_database"


class AlreadyRunning(Exception):
    """Another engine works on this database."""

    code = "already_running"


def connect(url: str) -> Engine:
    """Open a database.

    Raises:
        UnsafeDatabase: the SQLite build has the WAL-reset race, or the server runs without fsync.
    """
    if make_url(url).get_backend_name() == "sqlite":
        return _connect_sqlite(url)
    database = create_engine(url, pool_size=10, max_overflow=10, pool_pre_ping=True)
    _check_postgresql(database)
    return database


def connect_to_read(url: str) -> Engine:
    """Open a database for a process that can change nothing in it, whatever it tries.

    Raises:
        UnsafeDatabase: the SQLite build has the WAL-reset race.
    """
    parts = make_url(url)
    if parts.get_backend_name() != "sqlite":
        options = "-c default_transaction_read_only=on"
        return create_engine(url, pool_pre_ping=True, connect_args={"options": options})
    check_sqlite_version(pysqlite3.sqlite_version_info)
    # mode=rw makes nothing where nothing is. Not mode=ro: a reader of a WAL may have to make or
    # recover its index file.
    place = f"file:{quote(str(parts.database))}"
    database = create_engine(
        parts.set(database=place, query={"mode": "rw", "uri": "true"}),
        module=pysqlite3,
        connect_args={"timeout": BUSY_TIMEOUT_MS / 1_000},
    )
    event.listen(database, "connect", _prepare_reader)
    event.listen(database, "begin", _begin_sqlite)
    return database


def check_sqlite_version(version: tuple[int, int, int]) -> None:
    """Refuse a SQLite build with the WAL-reset race.

    Raises:
        UnsafeDatabase: for an affected version.
    """
    is_fixed = version >= (3, 51, 3) or (
        version[:2] in ((3, 44), (3, 50))
        and version >= ({(3, 44): (3, 44, 6), (3, 50): (3, 50, 7)}[version[:2]])
    )
    if not is_fixed:
        found = ".".join(map(str, version))
        raise UnsafeDatabase(
            f"SQLite {found} can lose commits with two connections (WAL-reset race). "
            "Install pysqlite3 0.6 or newer, which carries a fixed SQLite, or use PostgreSQL."
        )


def _connect_sqlite(url: str) -> Engine:
    check_sqlite_version(pysqlite3.sqlite_version_info)
    path = make_url(url).database
    if path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    database = create_engine(
        url, module=pysqlite3, pool_size=10, connect_args={"timeout": BUSY_TIMEOUT_MS / 1_000}
    )
    event.listen(database, "connect", _prepare_sqlite)
    event.listen(database, "begin", _begin_sqlite)
    return database


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # Transactions are begun by us (below), not by the driver's guess at what a statement does.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        f"wal_autocheckpoint={LOG_PAGES}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _prepare_reader(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA query_only=ON")
    cursor.close()


def _begin_sqlite(db: Connection) -> None:
    immediate = db.get_execution_options().get("writes", False)
    db.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _check_postgresql(database: Engine) -> None:
    with database.connect() as db:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            value = db.scalar(text(f"SHOW {setting}"))
            if value not in ("on", "remote_apply", "remote_write", "local"):
                raise UnsafeDatabase(
                    f"PostgreSQL runs with {setting}={value}; answers could be lost. Set it to on."
                )


def reading(database: Engine) -> Engine:
    """The same database for transactions that only read; they never wait for the writer."""
    return database.execution_options(writes=False)


def writing(database: Engine) -> Engine:
    """The same database for transactions that read and then write.

    SQLite takes the write lock at their beginning, so that nothing they read can change below them.
    """
    return database.execution_options(writes=True)


def transact(database: Engine, work: Callable[[Connection], None]) -> None:
    """Do work in a transaction of its own; it is on disk when this returns."""
    with writing(database).begin() as db:
        work(db)


def settle(database: Engine) -> None:
    """Make everything that can be read durable, before anything is decided upon it.

    After a synchronisation that failed, what an earlier process wrote may be readable and yet not
    on disk: the system forgets that it owes those pages. Moving SQLite's log into the database
    writes and synchronises all of it anew. PostgreSQL does the like by itself.

    Raises:
        UnsafeDatabase: another program kept the log in use.
    """
    if database.dialect.name != "sqlite":
        return
    with database.connect() as db:
        connection = db.connection.dbapi_connection
        assert connection is not None
        is_busy, *_ = connection.cursor().execute("PRAGMA wal_checkpoint(FULL)").fetchone()
    if is_busy:
        raise UnsafeDatabase("another program holds the database; stop it, then start again")


def make_sound(database: Engine) -> None:
    """Before an engine starts: settle what was written, and read the whole file for damage.

    The chain shows every entry that was changed, but not that the last ones cannot be found any
    more; SQLite's own check does. It takes about 0.3 s for 100,000 entries.

    Raises:
        UnsafeDatabase: the file is damaged; the message says what to do.
    """
    settle(database)
    if database.dialect.name != "sqlite":
        return
    with database.connect() as db:
        found = db.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
    if found != "ok":
        raise UnsafeDatabase(
            f"the database file is damaged ({' '.join(str(found).split())[:200]}); "
            "restore it from a copy, and check the copy with `cat-engine journal check`"
        )


@contextmanager
def only_engine(database: Engine) -> Iterator[None]:
    """Hold the right to be the only engine on a database.

    Raises:
        AlreadyRunning: another process holds it.
    """
    if database.dialect.name == "sqlite":
        with _file_lock(Path(f"{database.url.database}.lock")):
            yield
        return
    with database.connect() as db:
        if not db.scalar(text(f"SELECT pg_try_advisory_lock({ENGINE_LOCK_KEY})")):
            raise AlreadyRunning(_already_running(str(database.url.database)))
        db.commit()
        try:
            yield
        finally:
            db.invalidate()  # the lock is the connection's, which would go back to the pool with it


@contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise AlreadyRunning(_already_running(path.stem)) from error
    try:
        yield
    finally:
        os.close(descriptor)


def _already_running(name: str) -> str:
    return f"another cat-engine already works on {name}; stop it first, or use another data_dir"
