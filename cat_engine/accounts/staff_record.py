"""The record of acts on accounts of staff: who, whom, what, when; one hash chain, never changed.

Whoever knows the last hash can tell whether any act was changed, removed or moved. A hash covers
position, at, person, whom and kind, in this order, and the further fields as canonical JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, insert, select

from cat_engine.accounts.tables import staff_acts
from question_bank import chain

CHAIN = "cat-engine/staff-acts/v1"
READ_LIMIT = 5_000


class StaffActKind(StrEnum):
    """Everything that is recorded of accounts."""

    ADDED = "added"
    CHANGED = "changed"
    FIRST_PASSWORD = "first_password"  # noqa: S105 - the name of an act
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the same
    FACTOR_ENROLLED = "factor_enrolled"
    FACTOR_REMOVED = "factor_removed"
    RECOVERY_CODE_USED = "recovery_code_used"
    RECOVERY_CODES_RENEWED = "recovery_codes_renewed"
    LOGINS_ENDED = "logins_ended"
    REMOVED = "removed"


class StaffRecordBroken(Exception):
    """An act does not follow from the one before it."""

    code = "staff_record_broken"

    def __init__(self, position: int, why: str) -> None:
        """Keep which one."""
        super().__init__(f"act {position} on staff: {why}")
        self.position = position


@dataclass(frozen=True, slots=True)
class StaffAct:
    """An act in the record."""

    position: int
    at: int
    person: str
    whom: str
    kind: str
    details: Mapping[str, Any]
    hash: str


def append(
    db: Connection,
    kind: StaffActKind,
    *,
    by: str,
    whom: str,
    at: int,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Number, chain and insert an act; the caller has begun a transaction for writing."""
    last = db.execute(
        select(staff_acts.c.position, staff_acts.c.hash)
        .order_by(staff_acts.c.position.desc())
        .limit(1)
    ).first()
    previous = last.hash if last else chain.genesis(CHAIN, "")
    place = [(last.position if last else 0) + 1, at, by, whom, kind.value]
    body = chain.canonical(dict(details or {}))
    names = ("position", "at", "person", "whom", "kind")
    row = dict(zip(names, place, strict=True))
    db.execute(insert(staff_acts).values(**row, body=body, hash=chain.link(previous, place, body)))


def read_latest(db: Connection, *, before: int | None = None, limit: int = 100) -> list[StaffAct]:
    """Give acts, the latest first, from before a position."""
    query = select(staff_acts).order_by(staff_acts.c.position.desc()).limit(limit)
    if before is not None:
        query = query.where(staff_acts.c.position < before)
    return [_act(row._asdict()) for row in db.execute(query)]


def read_all(db: Connection) -> Iterator[StaffAct]:
    """Give every act, oldest first, with the chain checked on the way.

    Raises:
        StaffRecordBroken: the first act that does not follow from the one before it.
    """
    position, previous = 0, chain.genesis(CHAIN, "")
    while True:
        rows = db.execute(
            select(staff_acts)
            .where(staff_acts.c.position > position)
            .order_by(staff_acts.c.position)
            .limit(READ_LIMIT)
        ).all()
        for row in rows:
            if row.position != position + 1:
                raise StaffRecordBroken(position + 1, "it is missing")
            place = [row.position, row.at, row.person, row.whom, row.kind]
            if row.hash != chain.link(previous, place, row.body):
                raise StaffRecordBroken(row.position, "its content does not fit its hash")
            position, previous = row.position, row.hash
            yield _act(row._asdict())
        if not rows:
            return


def _act(row: Mapping[str, Any]) -> StaffAct:
    return StaffAct(
        position=row["position"],
        at=row["at"],
        person=row["person"],
        whom=row["whom"],
        kind=row["kind"],
        details=json.loads(row["body"]),
        hash=row["hash"],
    )
