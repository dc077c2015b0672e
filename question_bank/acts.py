"""The bank's journal: acts on items and on the bank, one hash chain for each bank.

Promised: an act is inserted once, in order, and never changed; `read_all` finds and names the
first one that was changed, removed or moved by hand. Columns and hash: docs/custody.md. Whether an
act is allowed is decided before (`question_bank.life`).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, insert, select

from question_bank import chain
from question_bank.tables import bank_acts

READ_LIMIT = 5_000
CHAIN = "cat-engine/bank-journal/v1"

ItemRef = tuple[str, int]


class BankJournalBroken(Exception):
    """An act does not follow from the one before it."""

    code = "bank_journal_broken"

    def __init__(self, bank: str, position: int, why: str) -> None:
        super().__init__(f"bank {bank}, act {position}: {why}")
        self.bank = bank
        self.position = position


@dataclass(frozen=True, slots=True)
class Draft:
    """An act on its way into the journal; `ref` None: about the bank as a whole."""

    kind: str
    person: str
    reason: str
    at: int
    ref: ItemRef | None = None
    state: str | None = None
    author: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BankAct:
    """An act in the journal."""

    bank: str
    position: int
    ref: ItemRef | None
    at: int
    person: str
    kind: str
    state: str | None
    reason: str
    details: Mapping[str, Any]
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """The last act of a bank; position 0 before the first."""

    position: int
    hash: str


def head(db: Connection, bank: str) -> Head:
    """The last act of a bank's chain."""
    table = bank_acts.c
    row = db.execute(
        select(table.position, table.hash)
        .where(table.bank == bank)
        .order_by(table.position.desc())
        .limit(1)
    ).first()
    return Head(row.position, row.hash) if row else Head(0, chain.genesis(CHAIN, bank))


def append(db: Connection, bank: str, drafts: Sequence[Draft]) -> None:
    """Number, chain and insert acts; the caller's transaction makes them durable.

    The caller has begun a transaction for writing: two that append to one bank at once cannot
    both commit, because a position exists once.
    """
    last = head(db, bank)
    rows = []
    for draft in drafts:
        row = _row_after(last, bank, draft)
        last = Head(row["position"], row["hash"])
        rows.append(row)
    if rows:
        db.execute(insert(bank_acts), rows)


def read_all(db: Connection, bank: str) -> Iterator[BankAct]:
    """Every act of a bank, oldest first, with the chain checked on the way.

    Raises:
        BankJournalBroken: the first act that does not follow from the one before it.
    """
    last = Head(0, chain.genesis(CHAIN, bank))
    table = bank_acts.c
    while True:
        rows = db.execute(
            select(bank_acts)
            .where(table.bank == bank, table.position > last.position)
            .order_by(table.position)
            .limit(READ_LIMIT)
        ).all()
        for row in rows:
            last = _check_link(last, row._asdict())
            yield _act(row._asdict())
        if not rows:
            return


def read_item(db: Connection, bank: str, item: str) -> list[BankAct]:
    """The acts on one item, all versions, oldest first."""
    table = bank_acts.c
    rows = db.execute(
        select(bank_acts).where(table.bank == bank, table.item == item).order_by(table.position)
    )
    return [_act(row._asdict()) for row in rows]


def read_bank(db: Connection, bank: str, *, after: int = 0, limit: int = 200) -> list[BankAct]:
    """Acts of a bank behind a position, oldest first, at most `limit`."""
    table = bank_acts.c
    rows = db.execute(
        select(bank_acts)
        .where(table.bank == bank, table.position > after)
        .order_by(table.position)
        .limit(limit)
    )
    return [_act(row._asdict()) for row in rows]


def read_kinds(db: Connection, bank: str, kinds: Sequence[str]) -> list[BankAct]:
    """Every act of these kinds, oldest first."""
    table = bank_acts.c
    rows = db.execute(
        select(bank_acts).where(table.bank == bank, table.kind.in_(kinds)).order_by(table.position)
    )
    return [_act(row._asdict()) for row in rows]


def _row_after(last: Head, bank: str, draft: Draft) -> dict[str, Any]:
    item, version = draft.ref or (None, None)
    row = {
        "bank": bank,
        "position": last.position + 1,
        "item": item,
        "version": version,
        "at": draft.at,
        "person": draft.person,
        "kind": draft.kind,
        "state": draft.state,
        "author": draft.author,
        "reason": draft.reason,
        "body": chain.canonical(dict(draft.details)),
    }
    return row | {"hash": _hash(last, row)}


_PLACE = ("bank", "position", "item", "version", "at", "person", "kind", "state", "author",
          "reason")  # fmt: skip


def _hash(last: Head, row: Mapping[str, Any]) -> str:
    return chain.link(last.hash, [row[name] for name in _PLACE], row["body"])


def _check_link(last: Head, row: Mapping[str, Any]) -> Head:
    if row["position"] != last.position + 1:
        raise BankJournalBroken(row["bank"], last.position + 1, "the act is missing")
    if row["hash"] != _hash(last, row):
        raise BankJournalBroken(row["bank"], row["position"], "its content does not fit its hash")
    return Head(row["position"], row["hash"])


def _act(row: Mapping[str, Any]) -> BankAct:
    return BankAct(
        bank=row["bank"],
        position=row["position"],
        ref=None if row["item"] is None else (row["item"], row["version"]),
        at=row["at"],
        person=row["person"],
        kind=row["kind"],
        state=row["state"],
        reason=row["reason"],
        details=json.loads(row["body"]),
        hash=row["hash"],
    )
