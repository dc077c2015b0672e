"""Acts of people in an append-only table, in hash chains: numbered, linked, read and checked.

Promised: an act is inserted once, in order, in the transaction of what it records, and never
changed; `read_all` finds and names the first one that was changed, removed or moved by hand.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Connection, Table, insert, select, text, true

from question_bank import chain

READ_LIMIT = 5_000

Row = Mapping[Any, Any]


class ActsBroken(Exception):
    """An act does not follow from the one before it; each record has its own kind of this."""

    sentence: ClassVar[str]
    """What is said of it, with places for the chain's `name`, the `position`, and `why`."""

    def __init__(self, name: str, position: int, why: str) -> None:
        super().__init__(self.sentence.format(name=name, position=position, why=why))
        self.name = name
        self.position = position


@dataclass(frozen=True, slots=True)
class Head:
    """The last act of a chain; position 0 before the first."""

    position: int
    hash: str


@dataclass(frozen=True, slots=True)
class ChainedActs:
    """A table with `position`, `body`, `hash` and further columns, and how its acts are linked."""

    table: Table
    kind: str
    """Of the chain: what its first hash is made from."""
    place: tuple[str, ...]
    """The columns that a hash covers beside the body, in this order."""
    lock_key: int
    """Of the PostgreSQL advisory lock under which acts are numbered."""
    broken: Callable[[str, int, str], ActsBroken]
    """Makes the error for an act that does not follow, from its chain, its position and why."""
    name: str | None = None
    """The column that says to which chain an act belongs; None: the table is one chain, ""."""

    def names(self, db: Connection) -> list[str]:
        """The chains that have acts; a table of one chain has it before its first act."""
        if self.name is None:
            return [""]
        column = self.table.c[self.name]
        return list(db.scalars(select(column).distinct().order_by(column)))

    def start(self, name: str) -> Head:
        """What stands before the first act of a chain."""
        return Head(0, chain.genesis(self.kind, name))

    def head(self, db: Connection, name: str = "") -> Head:
        """The last act of a chain."""
        newest = self.read_newest(db, name, limit=1)
        return Head(newest[0]["position"], newest[0]["hash"]) if newest else self.start(name)

    def hash_at(self, db: Connection, name: str, position: int) -> str | None:
        """The stored hash of an act, or None where there is no such act."""
        column = self.table.c
        query = select(column.hash).where(self._is_of(name), column.position == position)
        found: str | None = db.scalar(query)
        return found

    def append(
        self, db: Connection, acts: Sequence[tuple[Row, Row | None]], *, name: str = ""
    ) -> None:
        """Number, chain and insert acts, each given as columns and details.

        The caller has begun a transaction for writing, which makes them durable.
        """
        if not acts:
            return
        if db.dialect.name == "postgresql":
            db.execute(text(f"SELECT pg_advisory_xact_lock({self.lock_key})"))
        last = self.head(db, name)
        rows = []
        for values, details in acts:
            body = chain.canonical(dict(details or {}))
            row = {**values, "position": last.position + 1, "body": body}
            last = Head(row["position"], self._link(last, row))
            rows.append({**row, "hash": last.hash})
        db.execute(insert(self.table), rows)

    def read_all(self, db: Connection, name: str = "") -> Iterator[Row]:
        """Every act, oldest first, the chain checked on the way; raises what `broken` makes."""
        last = self.start(name)
        column = self.table.c.position
        while True:
            query = select(self.table).where(self._is_of(name), column > last.position)
            rows = db.execute(query.order_by(column).limit(READ_LIMIT)).mappings().all()
            for row in rows:
                if row["position"] != last.position + 1:
                    raise self.broken(name, last.position + 1, "the act is missing")
                if row["hash"] != self._link(last, row):
                    why = "its content does not fit its hash"
                    raise self.broken(name, row["position"], why)
                last = Head(row["position"], row["hash"])
                yield row
            if not rows:
                return

    def read_newest(
        self, db: Connection, name: str = "", *, limit: int, before: int | None = None
    ) -> list[Row]:
        """The last acts, newest first; with `before`, of those of lower positions."""
        column = self.table.c.position
        query = select(self.table).where(self._is_of(name)).order_by(column.desc()).limit(limit)
        if before is not None:
            query = query.where(column < before)
        return list(db.execute(query).mappings())

    def _is_of(self, name: str) -> ColumnElement[bool]:
        return true() if self.name is None else self.table.c[self.name] == name

    def _link(self, last: Head, row: Row) -> str:
        return chain.link(last.hash, [row[column] for column in self.place], row["body"])
