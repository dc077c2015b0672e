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

from sqlalchemy import Connection

from cat_engine.accounts.tables import staff_acts
from question_bank.chained_acts import ActsBroken, ChainedActs

CHAIN = "cat-engine/staff-acts/v1"
LOCK_KEY = 0x0CA7_57AF


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


class StaffRecordBroken(ActsBroken):
    """An act does not follow from the one before it."""

    code = "staff_record_broken"
    sentence = "act {position} on staff: {why}"


RECORD = ChainedActs(
    table=staff_acts,
    kind=CHAIN,
    place=("position", "at", "person", "whom", "kind"),
    lock_key=LOCK_KEY,
    broken=StaffRecordBroken,
)


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
    """Put an act on record; the caller has begun a transaction for writing."""
    values = {"at": at, "person": by, "whom": whom, "kind": kind.value}
    RECORD.append(db, [(values, details)])


def read_latest(db: Connection, *, before: int | None = None, limit: int = 100) -> list[StaffAct]:
    """Give acts, the latest first, from before a position."""
    return [_act(row) for row in RECORD.read_newest(db, limit=limit, before=before)]


def read_all(db: Connection) -> Iterator[StaffAct]:
    """Give every act, oldest first, with the chain checked on the way.

    Raises:
        StaffRecordBroken: the first act that does not follow from the one before it.
    """
    return map(_act, RECORD.read_all(db))


def _act(row: Mapping[Any, Any]) -> StaffAct:
    return StaffAct(
        position=row["position"],
        at=row["at"],
        person=row["person"],
        whom=row["whom"],
        kind=row["kind"],
        details=json.loads(row["body"]),
        hash=row["hash"],
    )
