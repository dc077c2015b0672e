"""Staff and logins on their tables; the caller owns the transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, Row, delete, func, insert, select, tuple_, update

from cat_engine.accounts.factor_store import delete_factor, has_factor
from cat_engine.accounts.tables import logins, staff, staff_rooms
from cat_engine.accounts.user import (
    EVERY_ROOM,
    Login,
    Role,
    Rooms,
    Staff,
    login_of_candidate,
    login_of_staff,
)


@dataclass(frozen=True, slots=True)
class StoredLogin:
    """A login, the instant (milliseconds) after which it is worth nothing, and what was proved."""

    login: Login
    expires_at: int
    passed_code: bool = False
    has_factor: bool = False
    has_first_password: bool = False


@dataclass(frozen=True, slots=True)
class OwnLogin:
    """One login of a member of staff, as the list of their logins shows it."""

    token_digest: bytes
    created_at: int
    expires_at: int


def save_staff(db: Connection, member: Staff, *, now: int) -> None:
    """Insert the member of staff, or replace name, role, password and rooms of that username."""
    values = {
        "name": member.name,
        "role": member.role.value,
        "every_room": member.rooms == EVERY_ROOM,
        "password_hash": member.password_hash,
        "first_password_until": member.first_password_until,
    }
    known = update(staff).where(staff.c.username == member.username).values(**values)
    if db.execute(known).rowcount == 0:
        db.execute(insert(staff).values(username=member.username, created_at=now, **values))
    db.execute(delete(staff_rooms).where(staff_rooms.c.username == member.username))
    if member.rooms != EVERY_ROOM:
        for exam_session, room in sorted(member.rooms):
            db.execute(
                insert(staff_rooms).values(
                    username=member.username, exam_session=exam_session, room=room
                )
            )


def find_staff(db: Connection, username: str) -> Staff | None:
    """Give the member of staff with this username."""
    row = db.execute(select(staff).where(staff.c.username == username)).one_or_none()
    return None if row is None else _staff(db, row)


def count_staff(db: Connection) -> int:
    """Count the members of staff."""
    return db.execute(select(func.count()).select_from(staff)).scalar_one()


def list_staff(db: Connection) -> list[Staff]:
    """Give every member of staff, by username."""
    rows = db.execute(select(staff).order_by(staff.c.username)).all()
    return [_staff(db, row) for row in rows]


def set_password(
    db: Connection, username: str, password_hash: str, *, first_until: int | None = None
) -> None:
    """Store a new password; a first one, if it ends by itself."""
    done = db.execute(
        update(staff)
        .where(staff.c.username == username)
        .values(password_hash=password_hash, first_password_until=first_until)
    )
    assert done.rowcount == 1, "passwords are of people who are there"


def insert_staff_login(
    db: Connection,
    token_digest: bytes,
    username: str,
    *,
    now: int,
    expires_at: int,
    passed_code: bool = False,
) -> None:
    """Store a login of a member of staff."""
    db.execute(
        insert(logins).values(
            token_digest=token_digest,
            username=username,
            created_at=now,
            expires_at=expires_at,
            passed_code=passed_code,
        )
    )


def list_logins_of_staff(db: Connection, username: str, *, now: int) -> list[OwnLogin]:
    """Give the logins of a member of staff that live, the latest first."""
    rows = db.execute(
        select(logins.c.token_digest, logins.c.created_at, logins.c.expires_at)
        .where(logins.c.username == username, logins.c.expires_at > now)
        .order_by(logins.c.created_at.desc(), logins.c.token_digest)
    )
    return [OwnLogin(row.token_digest, row.created_at, row.expires_at) for row in rows]


def count_logins_of_staff(db: Connection, *, now: int) -> dict[str, int]:
    """Count the logins that live, by username."""
    rows = db.execute(
        select(logins.c.username, func.count().label("count"))
        .where(logins.c.username.is_not(None), logins.c.expires_at > now)
        .group_by(logins.c.username)
    )
    return {row.username: int(row[1]) for row in rows}


@dataclass(frozen=True, slots=True)
class NewLogin:
    """A candidate's login that is about to begin, from `now` on."""

    token_digest: bytes
    login: Login
    now: int
    expires_at: int


def insert_candidate_logins(db: Connection, given: Iterable[NewLogin]) -> None:
    """Store candidates' logins and end the others of the same sittings: one person, one seat.

    Of two logins of one sitting the later one stays.
    """
    newest = {(one.login.exam_session, one.login.participant_no): one for one in given}
    assert all(one.login.role is Role.CANDIDATE for one in newest.values())
    db.execute(
        delete(logins).where(tuple_(logins.c.exam_session, logins.c.participant_no).in_(newest))
    )
    rows = [
        {
            "token_digest": one.token_digest,
            "exam_session": exam_session,
            "participant_no": participant_no,
            "created_at": one.now,
            "expires_at": one.expires_at,
        }
        for (exam_session, participant_no), one in newest.items()
    ]
    db.execute(insert(logins).values(rows))


def find_login(db: Connection, token_digest: bytes, *, now: int) -> StoredLogin | None:
    """Give the login of this token while it lives; staff with today's role and rooms."""
    row = db.execute(
        select(logins).where(logins.c.token_digest == token_digest, logins.c.expires_at > now)
    ).one_or_none()
    if row is None:
        return None
    if row.username is None:
        login = login_of_candidate(row.exam_session, row.participant_no)
        return StoredLogin(login, row.expires_at)
    member = find_staff(db, row.username)
    assert member is not None, "a login refers to a member of staff"
    return StoredLogin(
        login_of_staff(member),
        row.expires_at,
        passed_code=row.passed_code,
        has_factor=has_factor(db, row.username),
        has_first_password=member.first_password_until is not None,
    )


def delete_login(db: Connection, token_digest: bytes) -> None:
    """End one login; ending it twice is harmless."""
    db.execute(delete(logins).where(logins.c.token_digest == token_digest))


def delete_logins_of_staff(db: Connection, username: str, *, but: bytes = b"") -> int:
    """End every login of a member of staff, as after a change of password; say how many.

    Args:
        db: a transaction for writing.
        username: whose.
        but: the digest of a token whose login goes on.
    """
    return db.execute(
        delete(logins).where(logins.c.username == username, logins.c.token_digest != but)
    ).rowcount


def delete_logins_of_candidates(db: Connection, exam_session: str) -> int:
    """End the login of every candidate of an exam session; say how many."""
    return db.execute(delete(logins).where(logins.c.exam_session == exam_session)).rowcount


def delete_staff(db: Connection, username: str) -> bool:
    """Remove a member of staff with rooms, logins and second factor; what they did stays recorded.

    Returns:
        Whether there was one.
    """
    delete_logins_of_staff(db, username)
    delete_factor(db, username)
    db.execute(delete(staff_rooms).where(staff_rooms.c.username == username))
    return db.execute(delete(staff).where(staff.c.username == username)).rowcount > 0


def delete_expired_logins(db: Connection, *, now: int) -> int:
    """Forget logins that are over; say how many."""
    return db.execute(delete(logins).where(logins.c.expires_at <= now)).rowcount


def _staff(db: Connection, row: Row[tuple[object, ...]]) -> Staff:
    return Staff(
        username=row.username,
        name=row.name,
        role=Role(row.role),
        rooms=EVERY_ROOM if row.every_room else _rooms(db, row.username),
        password_hash=row.password_hash,
        first_password_until=row.first_password_until,
    )


def _rooms(db: Connection, username: str) -> Rooms:
    rows = db.execute(
        select(staff_rooms.c.exam_session, staff_rooms.c.room).where(
            staff_rooms.c.username == username
        )
    )
    return frozenset((row.exam_session, row.room) for row in rows)
