"""The bank's journal: acts on items and on the bank, one hash chain for each bank.

Promised: an act is inserted once, in order, and never changed; `read_all` finds and names the
first one that was changed, removed or moved by hand. Columns and hash: docs/custody.md. Whether an
act is allowed is decided before (`question_bank.life`).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from question_bank.chained_acts import ActsBroken, ChainedActs, Head
from question_bank.tables import bank_acts

CHAIN = "cat-engine/bank-journal/v1"
LOCK_KEY = 0x0CA7_BA4C

ItemRef = tuple[str, int]


class BankJournalBroken(ActsBroken):
    """An act does not follow from the one before it."""

    code = "bank_journal_broken"
    sentence = "bank {name}, act {position}: {why}"

    @property
    def bank(self) -> str:
        """Whose journal it is."""
        return self.name


RECORD = ChainedActs(
    table=bank_acts,
    kind=CHAIN,
    place=(
        "bank", "position", "item", "version", "at", "person", "kind", "state", "author", "reason"
    ),
    lock_key=LOCK_KEY,
    broken=BankJournalBroken,
    name="bank",
)  # fmt: skip


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


def head(db: Connection, bank: str) -> Head:
    """The last act of a bank's chain."""
    return RECORD.head(db, bank)


def append(db: Connection, bank: str, drafts: Sequence[Draft]) -> None:
    """Number, chain and insert acts; the caller's transaction makes them durable.

    The caller has begun a transaction for writing: two that append to one bank at once cannot
    both commit, because a position exists once.
    """
    RECORD.append(db, [(_columns(bank, draft), draft.details) for draft in drafts], name=bank)


def read_all(db: Connection, bank: str) -> Iterator[BankAct]:
    """Every act of a bank, oldest first, with the chain checked on the way.

    Raises:
        BankJournalBroken: the first act that does not follow from the one before it.
    """
    return map(_act, RECORD.read_all(db, bank))


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


def _columns(bank: str, draft: Draft) -> Mapping[str, Any]:
    item, version = draft.ref or (None, None)
    return {
        "bank": bank,
        "item": item,
        "version": version,
        "at": draft.at,
        "person": draft.person,
        "kind": draft.kind,
        "state": draft.state,
        "author": draft.author,
        "reason": draft.reason,
    }


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
