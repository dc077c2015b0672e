"""A server with an exam session for honest people and another one that is attacked."""

import asyncio
import re
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, Connection, func, select

from cat_engine.accounts import passwords
from cat_engine.accounts.user import Role
from cat_engine.preparation.assembly import assemble_forms
from cat_engine.rehearsal.http import log_in_staff
from cat_engine.rehearsal.line import open_line
from exam_sessions import store
from exam_sessions.tables import journal_entries
from tests.cast import ANI, DEWI, EXAM_SESSION, PASSWORD, PIN, ROOM
from tests.factories import add_exam_session, get_blueprint_text, get_enrolment
from tests.integration.fuzz.attack import ATTACKER_COUNT, Attack, Report
from tests.integration.server import ServerProcess, add_staff

ATTACKED = "fuzz"
CONFIG = "line:\n  message_rate_per_s: {rate}\n"
AS_SHIPPED = ("-m", "cat_engine")
PATIENT = (
    "-c",
    """
from cat_engine.live import gate, wire
gate.OFFENCE_LIMIT = wire.OFFENCE_LIMIT = 10**9
from cat_engine.cli import main
main()
""",
)
"""The server without its limits of offences, so that one connection brings all its junk in."""


def attack(folder: Path, program: tuple[str, ...], *, seed: int, count: int) -> Report:
    """Attack a server of its own, stop it, and compare what was saved with its journal."""
    server = make_stage(folder, program=program)
    try:
        code = _begin_check(server)
        report = asyncio.run(Attack(server, seed, count, code).run())
    finally:
        server.stop()
    database = server.database()
    table = journal_entries.c
    is_honest = (table.participant_no == ANI) & (table.kind == "Responded")
    with database.connect() as db:
        report.journaled_count = _count(db, is_honest)
        report.attacked_count = _count(db, table.exam_session == ATTACKED)
    database.dispose()
    return report


def make_stage(folder: Path, *, program: tuple[str, ...]) -> ServerProcess:
    """Start a server; the caller stops it."""
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "config.yaml"
    config.write_text(CONFIG.format(rate=1_000_000))
    server = ServerProcess(folder / "data", config=config, program=program)
    _fill(server)
    server.start()
    asyncio.run(_open_rooms(server.url))
    return server


def _count(db: Connection, which: ColumnElement[bool]) -> int:
    return db.execute(select(func.count()).select_from(journal_entries).where(which)).scalar_one()


def _begin_check(server: ServerProcess) -> str:
    """Begin a readiness check as staff do, by the form; its code."""
    dewi = asyncio.run(log_in_staff(server.url, username=DEWI, password=PASSWORD))
    page = HTTPConnection("127.0.0.1", server.port, timeout=30)
    page.request("GET", "/admin/readiness", headers={"Cookie": dewi})
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.getresponse().read().decode())
    assert token is not None
    form = {"site": "SMKN 1", "room": ROOM, "seats": "20", "csrf_token": token[1]}
    headers = {"Cookie": dewi, "Content-Type": "application/x-www-form-urlencoded"}
    page.request("POST", "/admin/readiness", urlencode(form), headers)
    answer = page.getresponse()
    page.close()
    assert answer.status == 303, answer.status
    return str(answer.headers["Location"]).rpartition("/")[2]


def _fill(server: ServerProcess) -> None:
    database = server.database()
    pin_hash = passwords.hash_pin(PIN)
    add_exam_session(
        database,
        [get_enrolment(ANI, "1", pin_hash=pin_hash)],
        blueprint=get_blueprint_text().replace("minutes: 1", "minutes: 30"),
    )
    attackers = [
        get_enrolment(
            f"F-{number:04}",
            str(number),
            exam_session=ATTACKED,
            pin_hash=pin_hash,
        )
        for number in range(1, ATTACKER_COUNT + 1)
    ]
    plan = store.SessionPlan(ATTACKED, f"exam-{EXAM_SESSION}", "Lain", 0, 0, "none", "live")
    with database.begin() as db:
        store.add_session(db, plan, [store.Room(ATTACKED, ROOM, "Ruang A", 500)])
        store.add_enrolments(db, attackers)
        assemble_forms(db, ATTACKED)
    add_staff(database, DEWI, Role.ADMINISTRATOR)
    add_staff(database, "eko", Role.PROCTOR, frozenset({(ATTACKED, ROOM)}))
    database.dispose()


async def _open_rooms(url: str) -> None:
    cookie = await log_in_staff(url, username=DEWI, password=PASSWORD)
    line = await open_line(url, "/proctor", cookie)
    for exam_session in (EXAM_SESSION, ATTACKED):
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
