"""What administrators do with the accounts of others; every act goes on record.

Pages, API and command line come through here. The caller owns the transaction, and lets a running
server ask the database again (`Door.forget_staff`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from cat_engine.accounts import factor_store, staff_record, store
from cat_engine.accounts.staff_record import StaffActKind
from cat_engine.accounts.user import EVERY_ROOM, HALL_STAFF, Role, Rooms, Staff
from cat_engine.reserved_names import is_reserved

MS_PER_HOUR = 3_600_000


class UnknownStaff(Exception):
    """There is no such member of staff."""

    code = "unknown_staff"


class StaffExists(Exception):
    """The username is taken."""

    code = "staff_exists"


class ReservedName(Exception):
    """A page stands where the account would."""

    code = "reserved_name"


class OwnAccount(Exception):
    """Nobody removes themselves or takes away their own role: an exam needs an administrator."""

    code = "own_account"


def rooms_for(role: Role, rooms: Rooms) -> Rooms:
    """Give the rooms a role can have: administrators all, people of the bank none."""
    if role is Role.ADMINISTRATOR:
        return EVERY_ROOM
    return rooms if role in HALL_STAFF else frozenset()


def add_staff(db: Connection, member: Staff, *, by: str, now: int) -> None:
    """Add a member of staff.

    Raises:
        StaffExists: the username is taken.
        ReservedName: no account can be called so.
    """
    if is_reserved("username", member.username):
        raise ReservedName(f"nobody can be called {member.username}")
    if store.find_staff(db, member.username) is not None:
        raise StaffExists(f"there is a {member.username} already")
    store.save_staff(db, member, now=now)
    staff_record.append(
        db, StaffActKind.ADDED, by=by, whom=member.username, at=now, details=_described(member)
    )


def change_staff(
    db: Connection, username: str, *, name: str, role: Role, rooms: Rooms, by: str, now: int
) -> Staff:
    """Change name, role and rooms of a member of staff; their logins go on with the new rights.

    Raises:
        UnknownStaff: there is none.
        OwnAccount: somebody would change the own role.
    """
    known = _find(db, username)
    changed = replace(known, name=name, role=role, rooms=rooms_for(role, rooms))
    if changed.role is not known.role and username == by:
        raise OwnAccount("nobody changes the own role")
    if changed == known:
        return known
    store.save_staff(db, changed, now=now)
    staff_record.append(
        db,
        StaffActKind.CHANGED,
        by=by,
        whom=username,
        at=now,
        details={"from": _described(known), "to": _described(changed)},
    )
    return changed


def give_first_password(
    db: Connection, username: str, password_hash: str, *, until: int, by: str, now: int
) -> None:
    """Store a first password, to be changed at the next login and before `until`; logins end.

    The second factor stays: a password alone opens nothing.

    Raises:
        UnknownStaff: there is none.
    """
    _find(db, username)
    store.set_password(db, username, password_hash, first_until=until)
    store.delete_logins_of_staff(db, username)
    details = {"works_until": until}
    staff_record.append(
        db, StaffActKind.FIRST_PASSWORD, by=by, whom=username, at=now, details=details
    )


def remove_factor(db: Connection, username: str, *, by: str, now: int) -> bool:
    """Remove the second factor of somebody who lost it; logins end. Say whether there was one.

    Raises:
        UnknownStaff: there is none of this name.
    """
    _find(db, username)
    if not factor_store.delete_factor(db, username):
        return False
    store.delete_logins_of_staff(db, username)
    staff_record.append(db, StaffActKind.FACTOR_REMOVED, by=by, whom=username, at=now)
    return True


def end_logins(db: Connection, username: str, *, by: str, now: int) -> int:
    """Sign somebody out everywhere, as after a lost device; say of how many logins.

    Raises:
        UnknownStaff: there is none.
    """
    _find(db, username)
    count = store.delete_logins_of_staff(db, username)
    details = {"logins_ended": count}
    staff_record.append(
        db, StaffActKind.LOGINS_ENDED, by=by, whom=username, at=now, details=details
    )
    return count


def remove_staff(db: Connection, username: str, *, by: str, now: int) -> None:
    """Remove somebody's account; what they did stays in the journals under their username.

    Raises:
        UnknownStaff: there is none.
        OwnAccount: somebody would remove themselves.
    """
    known = _find(db, username)
    if username == by:
        raise OwnAccount("nobody removes themselves")
    store.delete_staff(db, username)
    staff_record.append(
        db, StaffActKind.REMOVED, by=by, whom=username, at=now, details=_described(known)
    )


def room_names(rooms: Rooms) -> list[str]:
    """Give rooms as people write them: EXAM_SESSION/ROOM, or "*" for every room."""
    if rooms == EVERY_ROOM:
        return [EVERY_ROOM]
    return [f"{exam_session}/{room}" for exam_session, room in sorted(rooms)]


def _find(db: Connection, username: str) -> Staff:
    known = store.find_staff(db, username)
    if known is None:
        raise UnknownStaff(f"there is no {username}")
    return known


def _described(member: Staff) -> Mapping[str, Any]:
    return {"name": member.name, "role": member.role.value, "rooms": room_names(member.rooms)}
