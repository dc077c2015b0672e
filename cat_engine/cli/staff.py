"""staff add, change, password, factor, logout, remove, list, record."""

import getpass
import json
import sys

import click
from sqlalchemy import Connection

from cat_engine import i18n
from cat_engine.accounts import factor_store, management, passwords, staff_record, store
from cat_engine.accounts.management import MS_PER_HOUR
from cat_engine.accounts.staff_record import StaffAct, StaffActKind
from cat_engine.accounts.user import EVERY_ROOM, STAFF, Role, Rooms, Staff
from cat_engine.cli.console import State, person, warn_of_gap
from cat_engine.clock import wall_now

ROLES = click.Choice(sorted(role.value for role in STAFF))
ROOM_HELP = "EXAM_SESSION/ROOM that the proctor looks after; again for more; none: every room."
BY = click.option("--by", help="Who does it; default: the user of this machine.")


@click.group()
def staff() -> None:
    """Administrators, proctors, authors and reviewers. Every act goes on record."""


@staff.command()
@click.argument("username")
@click.option("--name", help="Full name; default: the username.")
@click.option("--role", type=ROLES, default="proctor")
@click.option("--room", "rooms", multiple=True, help=ROOM_HELP)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--first", is_flag=True, help="The password must be changed at the first login.")
@BY
@click.pass_obj
def add(
    state: State,
    username: str,
    name: str | None,
    role: str,
    rooms: tuple[str, ...],
    *,
    password_stdin: bool,
    first: bool,
    by: str | None,
) -> None:
    """Add a member of staff, or give a known one a new password, role and rooms.

    A known one is signed out everywhere. Without a terminal and --password-stdin a password is
    made and printed once.
    """
    password, was_made = _password(password_stdin)
    weakness = passwords.weakness(password, username, context=(name or "",))
    if weakness is not None:
        sentence = i18n.text(f"weak.{weakness.value}", "en")
        raise click.ClickException(f"this password is refused: {sentence}")
    now = wall_now()
    member = Staff(
        username=username,
        name=name or username,
        role=Role(role),
        rooms=management.rooms_for(Role(role), _rooms(rooms)),
        password_hash=passwords.hash_password(password),
        first_password_until=_until(state, now) if first else None,
    )
    with state.database().begin() as db:
        _store(db, member, by=person(by), now=now)
    note = f", password: {password}" if was_made else ""
    state.say(f"{role} {username} is stored{note}", username=username, role=role)


@staff.command()
@click.argument("username")
@click.option("--name", help="Full name; default: as it is.")
@click.option("--role", type=ROLES, help="Default: as it is.")
@click.option("--room", "rooms", multiple=True, help=ROOM_HELP)
@click.option("--every-room", is_flag=True, help="Every room of every exam session.")
@BY
@click.pass_obj
def change(
    state: State,
    username: str,
    name: str | None,
    role: str | None,
    rooms: tuple[str, ...],
    *,
    every_room: bool,
    by: str | None,
) -> None:
    """Change name, role or rooms of a member of staff; their logins go on with the new rights."""
    with state.database().begin() as db:
        known = store.find_staff(db, username)
        if known is None:
            raise click.ClickException(f"there is no {username}")
        management.change_staff(
            db,
            username,
            name=name or known.name,
            role=Role(role) if role else known.role,
            rooms=_rooms(rooms) if rooms or every_room else known.rooms,
            by=person(by),
            now=wall_now(),
        )
    state.say(f"{username} is changed", username=username)


@staff.command()
@click.argument("username")
@BY
@click.pass_obj
def password(state: State, username: str, by: str | None) -> None:
    """Give somebody a new first password, printed once, to be changed at the next login."""
    made, now = passwords.readable_secret(), wall_now()
    hashed, until = passwords.hash_password(made), _until(state, now)
    with state.database().begin() as db:
        management.give_first_password(db, username, hashed, until=until, by=person(by), now=now)
    state.say(f"first password of {username}: {made}", username=username, first_password=made)


@staff.command()
@click.argument("username")
@BY
@click.pass_obj
def factor(state: State, username: str, by: str | None) -> None:
    """Remove the second factor of somebody who lost it; make sure first who is asking."""
    with state.database().begin() as db:
        was_there = management.remove_factor(db, username, by=person(by), now=wall_now())
    done = "is removed" if was_there else "was not set up"
    state.say(f"the second factor of {username} {done}", username=username, removed=was_there)


@staff.command()
@click.argument("username")
@BY
@click.pass_obj
def logout(state: State, username: str, by: str | None) -> None:
    """Sign a member of staff out everywhere, as after a lost device.

    Pages and sockets of a running server notice within half a minute.
    """
    count = _end_logins(state, username, by)
    state.say(f"{username} is signed out of {count} logins", username=username, count=count)


@staff.command()
@click.argument("username")
@BY
@click.pass_obj
def remove(state: State, username: str, by: str | None) -> None:
    """Remove a member of staff; what they did stays in the journals under their username."""
    with state.database().begin() as db:
        management.remove_staff(db, username, by=person(by), now=wall_now())
    state.say(f"{username} is removed and signed out everywhere", username=username)


@staff.command("list")
@click.pass_obj
def list_staff(state: State) -> None:
    """List the members of staff."""
    columns = ("username", "name", "role", "second_factor", "first_password")
    with state.database().connect() as db:
        enrolled = factor_store.list_enrolled(db)
        gap = factor_store.find_gap(db, state.config().staff.obliged_roles)
        rows = [
            (
                one.username,
                one.name,
                one.role.value,
                "yes" if one.username in enrolled else "no",
                "yes" if one.first_password_until is not None else "no",
            )
            for one in store.list_staff(db)
        ]
    state.show("Staff", columns, rows)
    warn_of_gap(gap)


@staff.command()
@click.option("--check", is_flag=True, help="Read the whole chain, and fail where it is broken.")
@click.pass_obj
def record(state: State, *, check: bool) -> None:
    """Show who did what to whose account, the latest last."""
    with state.database().connect() as db:
        acts = list(staff_record.read_all(db)) if check else staff_record.read_latest(db)[::-1]
    if check:
        head = acts[-1].hash if acts else ""
        state.say(f"{len(acts)} acts hold; last hash: {head}", acts=len(acts), head=head)
        return
    columns = ("position", "at", "who", "what", "whom", "details")
    state.show("Acts on accounts", columns, [_row(act) for act in acts])


def _row(act: StaffAct) -> tuple[object, ...]:
    at = i18n.instant(act.at, "en")
    return (act.position, at, act.person, act.kind, act.whom, json.dumps(act.details))


def _store(db: Connection, member: Staff, *, by: str, now: int) -> None:
    """Add somebody, or change a known one with the password."""
    known = store.find_staff(db, member.username)
    if known is None:
        management.add_staff(db, member, by=by, now=now)
        return
    store.save_staff(db, member, now=now)
    store.delete_logins_of_staff(db, member.username)
    details = {"role": member.role.value, "rooms": management.room_names(member.rooms)}
    kind = StaffActKind.PASSWORD_CHANGED
    staff_record.append(db, kind, by=by, whom=member.username, at=now, details=details)


def _end_logins(state: State, username: str, by: str | None) -> int:
    with state.database().begin() as db:
        return management.end_logins(db, username, by=person(by), now=wall_now())


def _until(state: State, now: int) -> int:
    return now + state.config().staff.first_password_hours * MS_PER_HOUR


def _password(from_stdin: bool) -> tuple[str, bool]:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n"), False
    if sys.stdin.isatty():
        return getpass.getpass("password: "), False
    return passwords.readable_secret(), True


def _rooms(rooms: tuple[str, ...]) -> Rooms:
    if not rooms:
        return EVERY_ROOM
    pairs = [room.rsplit("/", 1) for room in rooms]
    if any(len(pair) != 2 for pair in pairs):
        raise click.BadParameter("a room is named EXAM_SESSION/ROOM")
    return frozenset((session_id, room) for session_id, room in pairs)
