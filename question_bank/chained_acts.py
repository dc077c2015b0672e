"""Acts of people in an append-only table, one hash chain: numbered, linked, read and checked.

Promised: an act is inserted once, in order, in the transaction of what it records, and never
changed; `read_all` finds and names the first one that was changed, removed or moved by hand.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, insert, select, text

from question_bank import chain

READ_LIMIT = 5_000

Row = Mapping[Any, Any]


@dataclass(frozen=True, slots=True)
class ChainedActs:
    """A table with `position`, `body`, `hash` and further columns, and how its acts are linked."""

    table: Table
    kind: str
    """Of the chain: what its first hash is made from."""
    place: tuple[str, ...]
    """The columns that a hash covers beside the body, in this order; `position` is the first."""
    lock_key: int
    """Of the PostgreSQL advisory lock under which acts are numbered."""
    broken: Callable[[int, str], Exception]
    """Makes the error for an act that does not follow, from its position and why."""

    def append(self, db: Connection, values: Row, details: Mapping[str, Any] | None) -> None:
        """Number, chain and insert an act; the caller has begun a transaction for writing."""
        if db.dialect.name == "postgresql":
            db.execute(text(f"SELECT pg_advisory_xact_lock({self.lock_key})"))
        newest = self.read_newest(db, limit=1)
        last = newest[0]["hash"] if newest else self._genesis()
        row = {"position": (newest[0]["position"] if newest else 0) + 1, **values}
        body = chain.canonical(dict(details or {}))
        link = chain.link(last, [row[name] for name in self.place], body)
        db.execute(insert(self.table).values(**row, body=body, hash=link))

    def read_all(self, db: Connection) -> Iterator[Row]:
        """Every act, oldest first, the chain checked on the way; raises what `broken` makes."""
        position, last = 0, self._genesis()
        column = self.table.c.position
        while True:
            query = select(self.table).where(column > position).order_by(column).limit(READ_LIMIT)
            rows = db.execute(query).mappings().all()
            for row in rows:
                if row["position"] != position + 1:
                    raise self.broken(position + 1, "the act is missing")
                if row["hash"] != chain.link(last, [row[name] for name in self.place], row["body"]):
                    raise self.broken(row["position"], "its content does not fit its hash")
                position, last = row["position"], row["hash"]
                yield row
            if not rows:
                return

    def read_newest(self, db: Connection, *, limit: int, before: int | None = None) -> list[Row]:
        """The last acts, newest first; with `before`, of those of lower positions."""
        column = self.table.c.position
        query = select(self.table).order_by(column.desc()).limit(limit)
        if before is not None:
            query = query.where(column < before)
        return list(db.execute(query).mappings())

    def _genesis(self) -> str:
        return chain.genesis(self.kind, "")
