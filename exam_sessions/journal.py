"""The journal: an append-only table of what happened, one hash chain for each exam session.

Promised: an entry that `append` returned is on disk, in order, once. Each entry's hash covers the
hash before it, so a changed, missing or moved entry is found by `read_all`, which names it.
Fenced: every append also renews the engine's lease in the same transaction; an engine whose lease
another one has taken cannot write any more. Not handled here: who may write (`decide`).
"""

import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any

from sqlalchemy import Connection, exists, insert, select, update

from exam_sessions import events
from exam_sessions.entry_hash import genesis, hash_entry
from exam_sessions.events import Event, canonical
from exam_sessions.tables import engine_lease, exam_sessions, journal_entries, journal_keys
from scoring.value import value

READ_LIMIT = 5_000
KEY_BYTES = 32


class LeaseLost(Exception):
    """Another engine has taken over this database; this one must stop."""

    code = "lease_lost"


class JournalBroken(Exception):
    """An entry does not follow from the one before it."""

    code = "journal_broken"
    advice = (
        "something other than this program changed the database, or the disk did. Keep it as it "
        "is, see what holds with `cat-engine journal check`, and go on from a backup"
    )
    """For whoever wanted to start; a check says its message alone."""

    def __init__(self, exam_session: str, position: int, why: str) -> None:
        super().__init__(f"{exam_session}, entry {position}: {why}")
        self.exam_session = exam_session
        self.position = position


@value
class Draft:
    """An event on its way into the journal."""

    exam_session: str
    participant_no: str | None
    at: int
    event: Event


@value
class Entry:
    """An event in the journal."""

    exam_session: str
    position: int
    participant_no: str | None
    at: int
    event: Event
    hash: str


@value
class StoredEntry:
    """An entry with its body as it is stored, which the hash covers.

    Another version may write the same event in other words, once it has more fields.
    """

    entry: Entry
    body: str


@value
class Head:
    """The last entry of a chain; position 0 before the first."""

    position: int
    hash: str
    key: str | None
    """From which the salts of this journal come; None: it was begun before there were keys."""


def make_key() -> str:
    """A key for a new journal: 64 hexadecimal digits by chance."""
    return secrets.token_hex(KEY_BYTES)


def begin(db: Connection, exam_session: str, key: str) -> None:
    """Give a new exam session its journal; once, before its first entry."""
    db.execute(insert(journal_keys).values(exam_session=exam_session, key=key))


def key_of(db: Connection, exam_session: str) -> str | None:
    """From which the salts of an exam session's journal come; None: it has none."""
    table = journal_keys.c
    found: str | None = db.scalar(select(table.key).where(table.exam_session == exam_session))
    return found


def has_entry(db: Connection, session_id: str, participant_no: str | None, kind: str) -> bool:
    """Whether the journal has an entry of this kind about somebody, or None: about the whole."""
    table = journal_entries.c
    is_about = (
        table.participant_no.is_(None)
        if participant_no is None
        else table.participant_no == participant_no
    )
    found = exists().where(table.exam_session == session_id, is_about, table.kind == kind)
    return bool(db.scalar(select(found)))


def with_entry(db: Connection, session_id: str, kind: str) -> frozenset[str]:
    """Whoever the journal has an entry of this kind about."""
    table = journal_entries.c
    rows = db.scalars(
        select(table.participant_no)
        .where(table.exam_session == session_id, table.kind == kind)
        .distinct()
    )
    return frozenset(filter(None, rows))


def head(db: Connection, exam_session: str) -> Head:
    """The last entry of an exam session's chain."""
    table = journal_entries.c
    row = db.execute(
        select(table.position, table.hash)
        .where(table.exam_session == exam_session)
        .order_by(table.position.desc())
        .limit(1)
    ).first()
    key = key_of(db, exam_session)
    return Head(row.position, row.hash, key) if row else Head(0, genesis(exam_session), key)


def append(
    db: Connection,
    drafts: Sequence[Draft],
    heads: dict[str, Head],
    *,
    epoch: int,
    now: int,
) -> list[Entry]:
    """Number, chain and insert entries; the caller's transaction makes them durable.

    Args:
        db: a connection inside a transaction.
        drafts: in the order in which they shall stand.
        heads: known ends of chains; read where missing, and moved on. The caller drops it when
            the transaction fails.
        epoch: of the lease under which this engine writes.
        now: the sign of life that goes with it.

    Raises:
        LeaseLost: another engine writes now; nothing was inserted.
    """
    renew_lease(db, epoch, now)
    rows: list[tuple[Any, ...]] = []
    entries: list[Entry] = []
    for draft in drafts:
        last = heads.get(draft.exam_session) or head(db, draft.exam_session)
        entry, row = _entry_after(last, draft)
        heads[draft.exam_session] = Head(entry.position, entry.hash, last.key)
        rows.append(row)
        entries.append(entry)
    _insert(db, rows)
    return entries


def _entry_after(last: Head, draft: Draft) -> tuple[Entry, tuple[Any, ...]]:
    """The entry that a draft becomes, and its row in the order of the table's columns."""
    exam_session, participant_no, at, event = (
        draft.exam_session,
        draft.participant_no,
        draft.at,
        draft.event,
    )
    position = last.position + 1
    kind = events.kind_of(event)
    body = canonical(events.body_of(event))
    place = (exam_session, position, participant_no)
    entry_hash = hash_entry(last.key, last.hash, place=place, at=at, kind=kind, body=body)
    client_seq = getattr(event, "client_seq", None)
    row = (exam_session, position, participant_no, client_seq, at, kind, body, entry_hash)
    return Entry(exam_session, position, participant_no, at, event, entry_hash), row


_COLUMNS = tuple(column.name for column in journal_entries.columns)
ROWS_PER_STATEMENT = 64


def _insert(db: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows, many with one statement.

    Not one statement for each row: every step of SQLite lets other threads run Python, and after
    it the writer waits for its turn again. There are at most so many different statements that the
    driver knows all of them after a while and prepares none anew.
    """
    for start in range(0, len(rows), ROWS_PER_STATEMENT):
        some = rows[start : start + ROWS_PER_STATEMENT]
        statement = _insert_statement(len(some), db.dialect.paramstyle)
        db.exec_driver_sql(statement, tuple(chain.from_iterable(some)))


@cache
def _insert_statement(count: int, paramstyle: str) -> str:
    mark = "?" if paramstyle == "qmark" else "%s"
    names = ", ".join(f'"{name}"' for name in _COLUMNS)
    row = f"({', '.join(mark for _ in _COLUMNS)})"
    return f"INSERT INTO journal_entries ({names}) VALUES {', '.join([row] * count)}"  # noqa: S608 - names of columns


def read(
    db: Connection, exam_session: str, *, after: int = 0, limit: int = READ_LIMIT
) -> list[Entry]:
    """Entries behind a position, oldest first, at most `limit`."""
    return [_entry(row) for row in _rows(db, exam_session, after, limit)]


def read_all(db: Connection, exam_session: str) -> Iterator[Entry]:
    """Every entry, oldest first, with the chain checked on the way.

    Raises:
        JournalBroken: the first entry that does not follow from the one before it.
    """
    return (stored.entry for stored in read_stored(db, exam_session))


def read_stored(db: Connection, exam_session: str) -> Iterator[StoredEntry]:
    """The same with the bodies as they are stored."""
    last = Head(0, genesis(exam_session), key_of(db, exam_session))
    while rows := _rows(db, exam_session, last.position, READ_LIMIT):
        for row in rows:
            entry = _linked(last, row)
            last = Head(entry.position, entry.hash, last.key)
            yield StoredEntry(entry, row.body)


def read_sitting(db: Connection, exam_session: str, participant_no: str) -> list[Entry]:
    """One sitting's entries, oldest first: some hundreds at most."""
    table = journal_entries.c
    rows = db.execute(
        select(journal_entries)
        .where(table.exam_session == exam_session, table.participant_no == participant_no)
        .order_by(table.position)
    )
    return [_entry(row) for row in rows]


def hash_at(db: Connection, exam_session: str, position: int) -> str | None:
    """The stored hash of an entry, or None where there is no such entry."""
    table = journal_entries.c
    found: str | None = db.scalar(
        select(table.hash).where(table.exam_session == exam_session, table.position == position)
    )
    return found


def session_ids(db: Connection) -> list[str]:
    """Every exam session, in the order of its identifier."""
    return list(db.scalars(select(exam_sessions.c.id).order_by(exam_sessions.c.id)))


def _rows(db: Connection, exam_session: str, after: int, limit: int) -> Sequence[Any]:
    table = journal_entries.c
    return db.execute(
        select(journal_entries)
        .where(table.exam_session == exam_session, table.position > after)
        .order_by(table.position)
        .limit(limit)
    ).all()


def _entry(row: Sequence[Any]) -> Entry:
    exam_session, position, participant_no, _, at, kind, body, entry_hash = row
    event = events.decode(kind, _parsed(body))
    return Entry(exam_session, position, participant_no, at, event, entry_hash)


# `json.loads` looks at its options and for spaces around the value; our bodies have neither.
_SCAN = json.JSONDecoder().scan_once  # type: ignore[attr-defined]


def _parsed(text: str) -> Any:
    """The value of a body.

    Raises:
        ValueError: it is not JSON alone.
    """
    try:
        value, end = _SCAN(text, 0)
    except StopIteration as error:
        raise ValueError(text[:40]) from error
    if end != len(text):
        raise ValueError(text[end:][:40])
    return value


def _linked(last: Head, row: Sequence[Any]) -> Entry:
    """The entry of a row, when it follows from the one before it."""
    exam_session, position, participant_no, client_seq, at, kind, text, entry_hash = row
    if position != last.position + 1:
        raise JournalBroken(exam_session, last.position + 1, "the entry is missing")
    place = (exam_session, position, participant_no)
    if entry_hash != hash_entry(last.key, last.hash, place=place, at=at, kind=kind, body=text):
        raise JournalBroken(exam_session, position, "its content does not fit its hash")
    try:
        body = _parsed(text)
    except ValueError as error:
        raise JournalBroken(exam_session, position, "its body is not JSON") from error
    if body.get("client_seq") != client_seq:
        raise JournalBroken(exam_session, position, "client_seq differs from its body")
    event = events.decode(kind, body)
    return Entry(exam_session, position, participant_no, at, event, entry_hash)


# --- the lease: one engine writes ---


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to write, and when the engine before gave its last sign of life (None: never)."""

    epoch: int
    alive_at: int | None


def take_lease(db: Connection, now: int) -> Lease:
    """Take the right to write; an engine that held it before is fenced off from now on."""
    row = db.execute(select(engine_lease.c.epoch, engine_lease.c.alive_at)).first()
    if row is None:
        db.execute(insert(engine_lease).values(id=1, epoch=1, alive_at=now))
        return Lease(epoch=1, alive_at=None)
    db.execute(update(engine_lease).values(epoch=row.epoch + 1))
    return Lease(epoch=row.epoch + 1, alive_at=row.alive_at)


def last_sign_of_life(db: Connection) -> int | None:
    """When the engine was last alive by its own clock, or None where there never was one."""
    return db.scalar(select(engine_lease.c.alive_at))


def renew_lease(db: Connection, epoch: int, now: int) -> None:
    """Give a sign of life; every commit begins with it.

    Raises:
        LeaseLost: the lease has another epoch.
    """
    # As the driver takes it: the way through SQLAlchemy's expressions costs as much as ten answers.
    renewed = db.exec_driver_sql(_renewal(db.dialect.paramstyle), (now, epoch))
    if renewed.rowcount != 1:
        raise LeaseLost


@cache
def _renewal(paramstyle: str) -> str:
    mark = "?" if paramstyle == "qmark" else "%s"
    return f"UPDATE engine_lease SET alive_at = {mark} WHERE epoch = {mark}"  # noqa: S608 - marks
