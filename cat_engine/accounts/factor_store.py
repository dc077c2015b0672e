"""Second factors and recovery codes on their tables; the caller owns the transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select, update

from cat_engine.accounts.tables import recovery_codes, second_factors, staff
from cat_engine.accounts.user import HALL_STAFF


@dataclass(frozen=True, slots=True)
class StoredFactor:
    """A second factor as stored; not enrolled: it waits for its first code."""

    sealed: bytes
    last_step: int
    is_enrolled: bool


def find_factor(db: Connection, username: str) -> StoredFactor | None:
    """Give the second factor of a member of staff, enrolled or waiting."""
    row = db.execute(
        select(second_factors).where(second_factors.c.username == username)
    ).one_or_none()
    if row is None:
        return None
    return StoredFactor(row.sealed, row.last_step, row.enrolled_at is not None)


def has_factor(db: Connection, username: str) -> bool:
    """Say whether this member of staff has a second factor that is asked for."""
    factor = find_factor(db, username)
    return factor is not None and factor.is_enrolled


def list_enrolled(db: Connection) -> frozenset[str]:
    """Give the usernames of everybody with a second factor."""
    rows = db.execute(
        select(second_factors.c.username).where(second_factors.c.enrolled_at.is_not(None))
    )
    return frozenset(row.username for row in rows)


@dataclass(frozen=True, slots=True)
class FactorGap:
    """How many of those who open seals, admit, act on rooms and close have a password alone."""

    without_count: int
    staff_count: int


def find_gap(db: Connection, obliged_roles: Collection[str]) -> FactorGap | None:
    """Count who works in the hall without a second factor; None: nobody does.

    Who is obliged is not counted: without one they can do nothing but set one up.
    """
    roles = [role.value for role in HALL_STAFF if role.value not in obliged_roles]
    names = frozenset(db.scalars(select(staff.c.username).where(staff.c.role.in_(roles))))
    without_count = len(names - list_enrolled(db))
    return FactorGap(without_count, len(names)) if without_count else None


def put_waiting(db: Connection, username: str, sealed: bytes, *, last_step: int) -> None:
    """Store a secret that waits for its first code, in place of one that waits already."""
    assert not has_factor(db, username), "one that is in use is removed first"
    db.execute(delete(second_factors).where(second_factors.c.username == username))
    db.execute(insert(second_factors).values(username=username, sealed=sealed, last_step=last_step))


def take_step(db: Connection, username: str, step: int, *, enrolled_at: int | None = None) -> bool:
    """Use up a time step, once; say whether it was still to be had."""
    values = {"last_step": step} | ({} if enrolled_at is None else {"enrolled_at": enrolled_at})
    return (
        db.execute(
            update(second_factors)
            .where(second_factors.c.username == username, second_factors.c.last_step < step)
            .values(**values)
        ).rowcount
        == 1
    )


def delete_factor(db: Connection, username: str) -> bool:
    """Remove a second factor with its recovery codes; say whether there was one in use."""
    was_enrolled = has_factor(db, username)
    db.execute(delete(recovery_codes).where(recovery_codes.c.username == username))
    db.execute(delete(second_factors).where(second_factors.c.username == username))
    return was_enrolled


def put_recovery_codes(db: Connection, username: str, hashes: Sequence[str]) -> None:
    """Store new recovery codes in place of all older ones."""
    db.execute(delete(recovery_codes).where(recovery_codes.c.username == username))
    rows = [
        {"username": username, "number": number, "code_hash": one}
        for number, one in enumerate(hashes, start=1)
    ]
    db.execute(insert(recovery_codes), rows)


def unused_recovery_codes(db: Connection, username: str) -> list[tuple[int, str]]:
    """Give number and hash of every recovery code that was not used."""
    rows = db.execute(
        select(recovery_codes.c.number, recovery_codes.c.code_hash)
        .where(recovery_codes.c.username == username, recovery_codes.c.used_at.is_(None))
        .order_by(recovery_codes.c.number)
    )
    return [(row.number, row.code_hash) for row in rows]


def count_unused_codes(db: Connection, username: str) -> int:
    """Count the recovery codes that are left."""
    return db.execute(
        select(func.count())
        .select_from(recovery_codes)
        .where(recovery_codes.c.username == username, recovery_codes.c.used_at.is_(None))
    ).scalar_one()


def use_recovery_code(db: Connection, username: str, number: int, *, now: int) -> bool:
    """Use up a recovery code, once; say whether it was still to be had."""
    return (
        db.execute(
            update(recovery_codes)
            .where(
                recovery_codes.c.username == username,
                recovery_codes.c.number == number,
                recovery_codes.c.used_at.is_(None),
            )
            .values(used_at=now)
        ).rowcount
        == 1
    )
