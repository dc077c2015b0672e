"""A server with an exam session for honest people and another one that is attacked."""

import asyncio
from pathlib import Path

from sqlalchemy import func, select

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
        report = asyncio.run(Attack(server, seed, count).run())
    finally:
        server.stop()
    database = server.database()
    with database.connect() as db:
        report.journaled_count = db.execute(
            select(func.count())
            .select_from(journal_entries)
            .where(journal_entries.c.participant_no == ANI, journal_entries.c.kind == "Responded")
        ).scalar_one()
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
    add_staff(database, "eko", Role.PROCTOR, frozenset({(ATTACKED, "fuzz-room"), (ATTACKED, "B")}))
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
