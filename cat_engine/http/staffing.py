"""What pages and API do with the accounts of staff, as plain values; both come through here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from cat_engine.accounts import factor_store, management, passwords, staff_record, store
from cat_engine.accounts.door import door_of
from cat_engine.accounts.factor_store import FactorGap
from cat_engine.accounts.management import MS_PER_HOUR
from cat_engine.accounts.staff_record import StaffAct
from cat_engine.accounts.user import EVERY_ROOM, STAFF, Role, Rooms, Staff
from cat_engine.db import reading, writing
from cat_engine.http import fields
from cat_engine.http.errors import Problem
from exam_sessions.store import list_rooms, list_sessions

if TYPE_CHECKING:
    from collections.abc import Callable

    from cat_engine.accounts.user import Login
    from cat_engine.hall import Hall

ACTS = ("password", "factor", "logins", "remove")
"""What is done to somebody's account as a whole; names of the API and of the page's forms."""
ROLES = frozenset(role.value for role in STAFF)
ROOM_LIMIT = 2_000
RECORD_ROWS = 100


@dataclass(frozen=True, slots=True)
class Member:
    """A member of staff as lists show them."""

    username: str
    name: str
    role: str
    rooms: list[str]
    has_factor: bool
    first_password_until: int | None
    login_count: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Name, role and rooms as somebody wants them, checked."""

    name: str
    role: Role
    rooms: Rooms


def list_members(hall: Hall) -> list[Member]:
    """Give everybody, by username."""
    with reading(hall.database).connect() as db:
        enrolled = factor_store.list_enrolled(db)
        counts = store.count_logins_of_staff(db, now=hall.clock())
        people = store.list_staff(db)
    return [
        Member(
            one.username,
            one.name,
            one.role.value,
            management.room_names(one.rooms),
            one.username in enrolled,
            one.first_password_until,
            counts.get(one.username, 0),
        )
        for one in people
    ]


def factor_gap(hall: Hall) -> FactorGap | None:
    """How many of the hall's staff have a password alone, though nothing obliges them; or None."""
    with reading(hall.database).connect() as db:
        return factor_store.find_gap(db, hall.config.staff.obliged_roles)


def find_member(hall: Hall, username: str) -> Member:
    """Give one member of staff, or the problem that there is none."""
    for one in list_members(hall):
        if one.username == username:
            return one
    raise Problem("unknown_staff")


def wanted(hall: Hall, *, name: object, role: object, rooms: list[str]) -> Wanted:
    """Check name, role and rooms; rooms are written EXAM_SESSION/ROOM, none or "*": every room."""
    chosen = Role(fields.one_of("role", role, ROLES))
    return Wanted(fields.name(name), chosen, management.rooms_for(chosen, _rooms(hall, rooms)))


def add(hall: Hall, by: Login, username: str, new: Wanted) -> str:
    """Add a member of staff and give the first password, which nobody can show again."""
    password = passwords.readable_secret()
    now = hall.clock()
    until = now + hall.config.staff.first_password_hours * MS_PER_HOUR

    def act(db: Connection) -> None:
        member = Staff(username, new.name, new.role, new.rooms, hashed, until)
        management.add_staff(db, member, by=by.user, now=now)

    hashed: str = hall.run_blocking(passwords.hash_password, password)
    _act(hall, username, act)
    return password


def change(hall: Hall, by: Login, username: str, new: Wanted) -> None:
    """Change name, role and rooms."""

    def act(db: Connection) -> None:
        management.change_staff(
            db,
            username,
            name=new.name,
            role=new.role,
            rooms=new.rooms,
            by=by.user,
            now=hall.clock(),
        )

    _act(hall, username, act)


def act_on(hall: Hall, by: Login, username: str, act: str) -> str | None:
    """Give a new first password (returned, once), remove factor or person, or end logins."""
    assert act in ACTS, act
    now = hall.clock()
    if act == "password":
        return _give_first_password(hall, by, username, now)
    acts: dict[str, Callable[[Connection], object]] = {
        "factor": lambda db: management.remove_factor(db, username, by=by.user, now=now),
        "logins": lambda db: management.end_logins(db, username, by=by.user, now=now),
        "remove": lambda db: management.remove_staff(db, username, by=by.user, now=now),
    }
    _act(hall, username, acts[act])
    return None


def read_record(hall: Hall, *, before: int | None) -> list[StaffAct]:
    """Give acts on accounts, the latest first, from before a position."""
    with reading(hall.database).connect() as db:
        return staff_record.read_latest(db, before=before, limit=RECORD_ROWS)


def known_rooms(hall: Hall) -> list[str]:
    """Give every room of every exam session as people write it, the latest session first."""
    with reading(hall.database).connect() as db:
        plans = sorted(list_sessions(db), key=lambda plan: (-plan.starts_at, plan.id))
        return [f"{plan.id}/{room.id}" for plan in plans for room in list_rooms(db, plan.id)]


def _give_first_password(hall: Hall, by: Login, username: str, now: int) -> str:
    password = passwords.readable_secret()
    until = now + hall.config.staff.first_password_hours * MS_PER_HOUR
    hashed: str = hall.run_blocking(passwords.hash_password, password)

    def act(db: Connection) -> None:
        management.give_first_password(db, username, hashed, until=until, by=by.user, now=now)

    _act(hall, username, act)
    return password


def _act(hall: Hall, username: str, act: Callable[[Connection], object]) -> None:
    """Do it in one transaction beside the hub, and let this server ask the database again."""

    def work() -> None:
        with writing(hall.database).begin() as db:
            act(db)

    hall.run_blocking(work)
    door_of(hall).forget_staff(username)


def _rooms(hall: Hall, written: list[str]) -> Rooms:
    named = [one.strip() for one in written if one.strip()]
    if not named or named == [EVERY_ROOM]:
        return EVERY_ROOM
    if len(named) > ROOM_LIMIT:
        raise Problem("bad_field", field="rooms")
    known = frozenset(known_rooms(hall))
    for one in named:
        if one not in known:
            raise Problem("unknown_staff_room", about="rooms", room=one[:100])
    pairs = [one.rsplit("/", 1) for one in named]
    return frozenset((exam_session, room) for exam_session, room in pairs)
