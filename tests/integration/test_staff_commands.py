"""`cat-engine staff`: accounts from the machine itself, each act on record."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cat_engine import db
from cat_engine.accounts import factor_store, passwords, store, totp
from cat_engine.accounts.user import EVERY_ROOM, Role
from cat_engine.cli.main import group
from cat_engine.clock import wall_now
from cat_engine.migrations import migrate
from cat_engine.rehearsal import stage
from cat_engine.rehearsal.http import LoginRefused, log_in_staff
from tests.cast import EXAM_SESSION
from tests.factories import add_exam_session, get_enrolment
from tests.integration.server import ServerProcess

NEW = "tujuh gajah menari pelan"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data directory with an empty database."""
    opened = db.connect(f"sqlite:///{tmp_path / 'cat-engine.db'}")
    migrate(opened)
    opened.dispose()
    return tmp_path


def run(folder: Path, *words: str, given: str = "", fails: bool = False) -> Any:
    """Run one command; its JSON, or what it says when it fails."""
    command = ["--data-dir", str(folder), "--json", "staff", *words]
    done = CliRunner().invoke(group, command, input=given)
    assert fails == (done.exit_code != 0), done.output
    return f"{done.output} {done.exception}" if fails else json.loads(done.stdout)


def find(folder: Path, username: str) -> Any:
    opened = db.connect(f"sqlite:///{folder / 'cat-engine.db'}")
    with opened.connect() as connection:
        found = store.find_staff(connection, username)
    opened.dispose()
    return found


def test_accounts_are_made_changed_and_removed_and_every_act_is_on_record(folder: Path) -> None:
    run(folder, "add", "rini", "--room", "pagi/A", "--password-stdin", given=f"{NEW}\n")
    run(folder, "add", "eka", "--role", "author", "--by", "dewi")
    run(folder, "change", "rini", "--name", "Rini Astuti", "--every-room")
    made = run(folder, "password", "rini")["first_password"]
    run(folder, "logout", "rini")
    run(folder, "remove", "eka")

    rini = find(folder, "rini")
    assert (rini.name, rini.role, rini.rooms) == ("Rini Astuti", Role.PROCTOR, EVERY_ROOM)
    assert passwords.verify(rini.password_hash, made)
    assert rini.first_password_until is not None
    rows = run(folder, "record")
    assert [
        ("added", "rini"),
        ("added", "eka"),
        ("changed", "rini"),
        ("first_password", "rini"),
        ("logins_ended", "rini"),
        ("removed", "eka"),
    ] == [(row["what"], row["whom"]) for row in rows]
    assert "dewi" == rows[1]["who"] != rows[0]["who"]
    assert made not in json.dumps(rows)
    assert {"acts": 6, "head": run(folder, "record", "--check")["head"]} == run(
        folder, "record", "--check"
    )
    assert [("rini", "yes")] == [
        (row["username"], row["first_password"]) for row in run(folder, "list")
    ]


def test_a_lost_second_factor_is_removed_at_the_machine(folder: Path) -> None:
    run(folder, "add", "rini", "--password-stdin", "--first", given=f"{NEW}\n")
    opened = db.connect(f"sqlite:///{folder / 'cat-engine.db'}")
    with db.writing(opened).begin() as connection:
        factor_store.put_waiting(connection, "rini", b"sealed", last_step=totp.NEVER)
        factor_store.take_step(connection, "rini", 0, enrolled_at=1)
    opened.dispose()

    assert "yes" == run(folder, "list")[0]["second_factor"]
    assert run(folder, "factor", "rini")["removed"]
    assert not run(folder, "factor", "rini")["removed"]
    assert "no" == run(folder, "list")[0]["second_factor"]


def test_what_cannot_be_done_is_said_and_leaves_no_trace(folder: Path) -> None:
    weak = run(folder, "add", "rini", "--password-stdin", given="password12345\n", fails=True)

    assert "guessed" in weak
    for act in ("password", "factor", "logout", "remove", "change"):
        assert "there is no nobody" in run(folder, act, "nobody", fails=True)
    assert [] == run(folder, "record")


def test_the_list_warns_of_who_has_a_password_alone(folder: Path) -> None:
    run(folder, "add", "eka", "--role", "author")
    quiet = CliRunner().invoke(group, ["--data-dir", str(folder), "staff", "list"])
    run(folder, "add", "rini", "--password-stdin", given=f"{NEW}\n")
    loud = CliRunner().invoke(group, ["--data-dir", str(folder), "staff", "list"])

    assert (0, "") == (quiet.exit_code, quiet.stderr)
    assert 0 == loud.exit_code
    assert "1 of 1 administrators and proctors work with a password alone" in loud.stderr


def test_a_record_changed_by_hand_is_named(folder: Path) -> None:
    run(folder, "add", "rini", "--password-stdin", given=f"{NEW}\n")
    opened = db.connect(f"sqlite:///{folder / 'cat-engine.db'}")
    with db.writing(opened).begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER staff_acts_no_update")
        connection.exec_driver_sql("UPDATE staff_acts SET person = 'dewi'")
    opened.dispose()

    assert "act 1" in run(folder, "record", "--check", fails=True)


def test_a_rehearsal_opens_rooms_where_administrators_must_have_a_second_factor(
    tmp_path: Path,
) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("staff: {second_factor_for: administrator}\n")
    server = ServerProcess(tmp_path / "data", config=config)
    database = server.database()
    add_exam_session(database, [get_enrolment("p1", "1")])
    server.start()
    try:
        with stage.staff_for_a_while(database, wall_now()) as (username, password):
            with pytest.raises(LoginRefused, match="enrol_needed"):
                asyncio.run(log_in_staff(server.url, username=username, password=password))

            stage.open_and_start(server.url, EXAM_SESSION, username, password)
    finally:
        server.stop()
        database.dispose()
