"""Two exam sessions, three rooms, and one person of every kind beside each of them."""

import asyncio
import json
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cat_engine.accounts import passwords
from cat_engine.accounts import store as accounts
from cat_engine.accounts.login import digest_of
from cat_engine.accounts.user import EVERY_ROOM, Role, Staff
from cat_engine.lockdown import rules as lockdown
from cat_engine.preparation.assembly import assemble_forms
from cat_engine.rehearsal.http import get_json, log_in, log_in_staff
from cat_engine.rehearsal.line import open_line
from exam_sessions import store
from question_bank import store as bank_store
from tests.cast import ANI, BUDI, CITRA, DEWI, PASSWORD, PIN
from tests.factories import STARTS_AT, get_bank, get_blueprint_text, get_enrolment
from tests.integration.server import ServerProcess, add_staff

MORNING, EVENING, NOON = "skd-pagi", "skd-sore", "skd-siang"
"""Seats of the one at noon are drawn at the door."""
INDRA = "indra"
"""A member of staff with a first password, who is never more than half signed in."""
HANI = "hani"
"""A member of staff whom administrators act on."""
CICI, DONO, KIKI = "24-5521-0019", "24-5521-0020", "24-5521-0021"
SEATS = ((ANI, MORNING, "A"), (BUDI, MORNING, "A"), (CICI, MORNING, "B"), (DONO, EVENING, "A"))
BOARD_TRIES = 5_000
ROLES = ("public", "candidate", "proctor", "author", "reviewer", "administrator")
STAFF_OF_ROLE = {
    "proctor": CITRA,
    "author": "fajar",
    "reviewer": "gita",
    "administrator": DEWI,
}
LISTING = """
import json, sys
from cat_engine import app, config
wired = app.make_server(config.load(overrides={"storage.data_dir": sys.argv[1]}))
routes = [
    f"{method} {rule.rule}"
    for rule in wired.flask.url_map.iter_rules()
    for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
]
handlers = wired.flask.extensions["socketio"].server.handlers
events = [f"{space} {name}" for space, named in handlers.items() for name in named]
print(json.dumps({"routes": sorted(routes), "events": sorted(events)}), flush=True)
import os; os._exit(0)
"""
"""Wires a server as `cat-engine serve` does, and prints all it would answer to."""


@dataclass(slots=True)
class Building:
    """A server with everybody in it, and a cookie for each role."""

    server: ServerProcess
    cookies: dict[str, str]

    def renew(self, role: str) -> None:
        """Log this role in again, after something that ended its login."""
        self.cookies[role] = asyncio.run(_log_in(self.server.url, role))


@cache
def listing(folder: Path) -> dict[str, list[str]]:
    """Every route and every event of the program, as the wired server itself has them."""
    ServerProcess(folder).database().dispose()
    done = subprocess.run(
        [sys.executable, "-c", LISTING, str(folder)], check=True, capture_output=True, text=True
    )
    found: dict[str, list[str]] = json.loads(done.stdout.splitlines()[-1])
    return found


def enter(folder: Path, *, config: Path | None = None) -> Building:
    """Build it, open and start every room, log everybody in; the caller stops the server."""
    server = ServerProcess(folder, config=config)
    _fill(server)
    half = _sign_half_in(server)
    server.start()
    cookies = asyncio.run(_open_and_log_in(server.url)) | {"half": half}
    return Building(server, cookies)


def _fill(server: ServerProcess) -> None:
    database = server.database()
    pin_hash = passwords.hash_pin(PIN)
    exam = store.Exam("skd", "SKD CPNS 2026", "small", get_blueprint_text(), "seed")
    with database.begin() as db:
        bank_store.add_items(db, get_bank(), {})
        store.add_exam(db, exam)
        for exam_session, rooms in ((MORNING, "AB"), (EVENING, "A")):
            plan = store.SessionPlan(exam_session, exam.id, "Sesi", 0, 0, "none", "live")
            named = [store.Room(exam_session, room, f"Ruang {room}", 9) for room in rooms]
            store.add_session(db, plan, named)
        store.add_enrolments(
            db,
            [
                get_enrolment(number, number[-1], exam_session=place, room=room, pin_hash=pin_hash)
                for number, place, room in SEATS
            ],
        )
        plan = store.SessionPlan(NOON, exam.id, "Sesi", 0, 0, "none", "live", seats_drawn=True)
        store.add_session(db, plan, [store.Room(NOON, "A", "Ruang A", 4)])
        drawn = get_enrolment(KIKI, "", exam_session=NOON, room="")
        store.add_enrolments(db, [drawn])
        for exam_session in (MORNING, EVENING, NOON):
            assemble_forms(db, exam_session)
        lockdown.change(db, lockdown.Rules(MORNING), by=DEWI, now=STARTS_AT)
    add_staff(database, CITRA, Role.PROCTOR, frozenset({(MORNING, "A"), (NOON, "A")}))
    add_staff(database, "fajar", Role.AUTHOR, frozenset())
    add_staff(database, "gita", Role.REVIEWER, frozenset())
    add_staff(database, HANI, Role.AUTHOR, frozenset())
    add_staff(database, DEWI, Role.ADMINISTRATOR)
    database.dispose()


def _sign_half_in(server: ServerProcess) -> str:
    token, until = "half-a-login", 2 * STARTS_AT
    member = Staff(INDRA, "Indra", Role.ADMINISTRATOR, EVERY_ROOM, "", first_password_until=until)
    database = server.database()
    with database.begin() as db:
        accounts.save_staff(db, member, now=STARTS_AT)
        accounts.insert_staff_login(
            db, digest_of(token), INDRA, now=STARTS_AT, expires_at=until, passed_code=True
        )
    database.dispose()
    return f"cat-login={token}"


async def _open_and_log_in(url: str) -> dict[str, str]:
    cookies = {role: await _log_in(url, role) for role in ROLES}
    line = await open_line(url, "/proctor", cookies["administrator"])
    for exam_session in (MORNING, EVENING):
        for act in ("open", "start"):
            message = {
                "act_id": f"{act}-{exam_session}",
                "exam_session": exam_session,
                "act": act,
                "targets": {"all": True},
                "reason": "technical",
            }
            reply = await line.call("act", message)
            assert reply["ok"], reply
    await line.close()
    await _see_boards(url)
    return cookies


async def _see_boards(url: str) -> None:
    """Wait until the public boards follow; they do about once a second."""
    for exam_session in (MORNING, EVENING):
        for _ in range(BOARD_TRIES):
            if "rows" in await get_json(url, f"/api/v1/boards/{exam_session}"):
                break
        else:
            raise AssertionError(f"no board of {exam_session}")


async def _log_in(url: str, role: str) -> str:
    if role == "public":
        return ""
    if role == "candidate":
        return await log_in(url, participant_no=ANI, pin=PIN)
    return await log_in_staff(url, username=STAFF_OF_ROLE[role], password=PASSWORD)
