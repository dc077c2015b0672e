"""What administrators did, one append-only hash chain: who, when, what, to what, with what.

Promised: an act is inserted once, in order, in the transaction of what it records, and never
changed; `read_all` finds and names the first one that was changed, removed or moved by hand.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, text

from exam_sessions.plan_tables import administration_acts
from question_bank import chain

CHAIN = "cat-engine/administration/v1"
READ_LIMIT = 1_000
LOCK_KEY = 0x0CA7_AD31
"""Of the PostgreSQL advisory lock under which acts are numbered."""

_PLACE = ("position", "at", "person", "kind", "subject")


class AdministrationBroken(Exception):
    """An act does not follow from the one before it."""

    code = "administration_broken"

    def __init__(self, position: int, why: str) -> None:
        super().__init__(f"administration act {position}: {why}")
        self.position = position


@dataclass(frozen=True, slots=True)
class AdministrationAct:
    """One act on record."""

    position: int
    at: int
    person: str
    kind: str
    subject: str
    details: Mapping[str, Any]
    hash: str


def record(
    db: Connection,
    kind: str,
    subject: str,
    *,
    by: str,
    now: int,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Put an act on record; the caller's transaction, begun for writing, makes it durable.

    Args:
        db: a transaction for writing.
        kind: what was done, such as "site_saved".
        subject: identifier of what it was done to.
        by: who acted.
        now: milliseconds since the epoch.
        details: JSON values; no PIN, password or item's text.
    """
    if db.dialect.name == "postgresql":
        db.execute(text(f"SELECT pg_advisory_xact_lock({LOCK_KEY})"))
    position, last = _head(db)
    row = {"position": position + 1, "at": now, "person": by, "kind": kind, "subject": subject}
    body = chain.canonical(dict(details or {}))
    row |= {"body": body, "hash": chain.link(last, [row[name] for name in _PLACE], body)}
    db.execute(insert(administration_acts).values(**row))


def read_all(db: Connection) -> Iterator[AdministrationAct]:
    """Every act, oldest first, with the chain checked on the way.

    Raises:
        AdministrationBroken: the first act that does not follow from the one before it.
    """
    position, last = 0, chain.genesis(CHAIN, "")
    while True:
        acts = db.execute(
            select(administration_acts)
            .where(administration_acts.c.position > position)
            .order_by(administration_acts.c.position)
            .limit(READ_LIMIT)
        ).all()
        for row in acts:
            if row.position != position + 1:
                raise AdministrationBroken(position + 1, "the act is missing")
            place = [row._mapping[name] for name in _PLACE]
            if row.hash != chain.link(last, place, row.body):
                raise AdministrationBroken(row.position, "its content does not fit its hash")
            position, last = row.position, row.hash
            yield _act(row._mapping)
        if not acts:
            return


def read_newest(
    db: Connection, *, limit: int = 100, before: int | None = None
) -> list[AdministrationAct]:
    """The last acts, newest first; with `before`, of those of lower positions."""
    table = administration_acts
    query = select(table).order_by(table.c.position.desc()).limit(limit)
    if before is not None:
        query = query.where(table.c.position < before)
    rows = db.execute(query)
    return [_act(row._mapping) for row in rows]


def _head(db: Connection) -> tuple[int, str]:
    table = administration_acts.c
    row = db.execute(
        select(table.position, table.hash).order_by(table.position.desc()).limit(1)
    ).first()
    return (row.position, row.hash) if row else (0, chain.genesis(CHAIN, ""))


def _act(row: Mapping[Any, Any]) -> AdministrationAct:
    return AdministrationAct(
        position=row["position"],
        at=row["at"],
        person=row["person"],
        kind=row["kind"],
        subject=row["subject"],
        details=json.loads(row["body"]),
        hash=row["hash"],
    )
