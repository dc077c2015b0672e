"""What administrators did, one append-only hash chain: who, when, what, to what, with what.

Promised: an act is inserted once, in order, in the transaction of what it records, and never
changed; `read_all` finds and names the first one that was changed, removed or moved by hand.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from exam_sessions.plan_tables import administration_acts
from question_bank.chained_acts import ActsBroken, ChainedActs

CHAIN = "cat-engine/administration/v1"
LOCK_KEY = 0x0CA7_AD31


class AdministrationBroken(ActsBroken):
    """An act does not follow from the one before it."""

    code = "administration_broken"
    sentence = "administration act {position}: {why}"


RECORD = ChainedActs(
    table=administration_acts,
    kind=CHAIN,
    place=("position", "at", "person", "kind", "subject"),
    lock_key=LOCK_KEY,
    broken=AdministrationBroken,
)


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
    values = {"at": now, "person": by, "kind": kind, "subject": subject}
    RECORD.append(db, [(values, details)])


def read_all(db: Connection) -> Iterator[AdministrationAct]:
    """Every act, oldest first, with the chain checked on the way.

    Raises:
        AdministrationBroken: the first act that does not follow from the one before it.
    """
    return map(_act, RECORD.read_all(db))


def read_newest(
    db: Connection, *, limit: int = 100, before: int | None = None
) -> list[AdministrationAct]:
    """The last acts, newest first; with `before`, of those of lower positions."""
    return [_act(row) for row in RECORD.read_newest(db, limit=limit, before=before)]


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
