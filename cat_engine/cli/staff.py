"""staff add, staff logout, staff remove, staff list."""

import getpass
import secrets
import sys

import click
from sqlalchemy import select

from cat_engine.accounts import passwords
from cat_engine.accounts.store import delete_logins_of_staff, delete_staff, save_staff
from cat_engine.accounts.tables import staff as staff_table
from cat_engine.accounts.user import EVERY_ROOM, STAFF, Role, Rooms, Staff
from cat_engine.cli.console import State
from cat_engine.clock import wall_now


@click.group()
def staff() -> None:
    """Administrators, proctors, authors and reviewers."""


@staff.command()
@click.argument("username")
@click.option("--name", help="Full name; default: the username.")
@click.option("--role", type=click.Choice(sorted(role.value for role in STAFF)), default="proctor")
@click.option(
    "--room",
    "rooms",
    multiple=True,
    help="EXAM_SESSION/ROOM that the proctor looks after; again for more; none: every room.",
)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.pass_obj
def add(
    state: State,
    username: str,
    name: str | None,
    role: str,
    rooms: tuple[str, ...],
    *,
    password_stdin: bool,
) -> None:
    """Add a member of staff, or give a known one a new password, role and rooms.

    A known one is signed out everywhere. Without a terminal and --password-stdin a password is
    made and printed once.
    """
    password, was_made = _password(password_stdin)
    weak = passwords.weakness(password, username)
    if weak is not None:
        raise click.ClickException(f"this password is refused: {weak}")
    member = Staff(
        username=username,
        name=name or username,
        role=Role(role),
        rooms=_rooms(role, rooms),
        password_hash=passwords.hash_password(password),
    )
    with state.database().begin() as db:
        save_staff(db, member, now=wall_now())
        delete_logins_of_staff(db, username)
    note = f", password: {password}" if was_made else ""
    state.say(f"{role} {username} is stored{note}", username=username, role=role)


@staff.command()
@click.argument("username")
@click.pass_obj
def logout(state: State, username: str) -> None:
    """Sign a member of staff out everywhere, as after a lost device.

    Pages and sockets of a running server notice within half a minute.
    """
    with state.database().begin() as db:
        count = delete_logins_of_staff(db, username)
    state.say(f"{username} is signed out of {count} logins", username=username, count=count)


@staff.command()
@click.argument("username")
@click.pass_obj
def remove(state: State, username: str) -> None:
    """Remove a member of staff; what they did stays in the journals under their username."""
    with state.database().begin() as db:
        if not delete_staff(db, username):
            raise click.ClickException(f"there is no {username}")
    state.say(f"{username} is removed and signed out everywhere", username=username)


@staff.command("list")
@click.pass_obj
def list_staff(state: State) -> None:
    """List the members of staff."""
    columns = ("username", "name", "role")
    with state.database().connect() as db:
        rows = [
            (row.username, row.name, row.role)
            for row in db.execute(select(staff_table).order_by(staff_table.c.username))
        ]
    state.show("Staff", columns, rows)


def _password(from_stdin: bool) -> tuple[str, bool]:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n"), False
    if sys.stdin.isatty():
        return getpass.getpass("password: "), False
    return secrets.token_urlsafe(12), True


def _rooms(role: str, rooms: tuple[str, ...]) -> Rooms:
    if role == "administrator" or not rooms:
        return EVERY_ROOM
    pairs = [room.rsplit("/", 1) for room in rooms]
    if any(len(pair) != 2 for pair in pairs):
        raise click.BadParameter("a room is named EXAM_SESSION/ROOM")
    return frozenset((session_id, room) for session_id, room in pairs)
