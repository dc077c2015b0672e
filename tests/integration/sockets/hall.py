"""A hall behind real sockets: an exam session whose secrets carry a canary, and lines into it."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, cast

from sqlalchemy import select

from cat_engine.accounts import passwords
from cat_engine.accounts.user import Role
from cat_engine.rehearsal.http import log_in, log_in_staff
from cat_engine.rehearsal.line import Line, open_line
from exam_sessions import store
from exam_sessions.tables import journal_entries
from question_bank.item import Option
from scoring.response import Choice
from scoring.rule import KeyRule
from tests.cast import ANI, BUDI, CITRA, DEWI, EXAM_SESSION, PASSWORD, PIN, ROOM
from tests.factories import add_exam_session, get_bank, get_enrolment
from tests.integration.server import ServerProcess, add_staff

CANARY = "kenari-rahasia"
Json = dict[str, Any]


def prepare(server: ServerProcess) -> ServerProcess:
    """Store an exam session whose secrets carry a canary; open and start its room."""
    database = server.database()
    pin_hash = passwords.hash_pin(PIN)
    people = [
        get_enrolment(ANI, "1", pin_hash=pin_hash),
        get_enrolment(BUDI, "2", pin_hash=pin_hash),
    ]
    add_exam_session(database, people, items=[_with_canary(item) for item in get_bank()])
    with database.begin() as db:
        store.add_session(
            db,
            store.SessionPlan("other", f"exam-{EXAM_SESSION}", "Lain", 0, 0, "none", "live"),
            [store.Room("other", "B", "Ruang B", 5)],
        )
    add_staff(database, DEWI, Role.ADMINISTRATOR)
    add_staff(database, CITRA, Role.PROCTOR, frozenset({(EXAM_SESSION, ROOM)}))
    asyncio.run(_open_and_start(server.url))
    database.dispose()
    return server


def _with_canary(item: Any) -> Any:
    """Option names, item names and explanations that must never be seen outside."""
    options = tuple(Option(f"{CANARY}-{one.id}", one.text) for one in item.options)
    return replace(
        item,
        id=f"{item.id}-{CANARY}",
        topic=CANARY,
        options=options,
        rule=KeyRule(Choice(f"{CANARY}-a")),
        explanation=f"{CANARY} {item.id}",
    )


async def _open_and_start(url: str) -> None:
    async with proctor_line(url, DEWI) as line:
        for act in ("open", "start"):
            reply = await line.call("act", act_message(act, {"room": ROOM}))
            assert reply["ok"], reply


def act_message(act: str, targets: Json, **changes: Any) -> Json:
    message = {
        "act_id": f"{act}-{json.dumps(targets, sort_keys=True)}",
        "exam_session": EXAM_SESSION,
        "act": act,
        "targets": targets,
        "reason": "technical",
    }
    return message | changes


@asynccontextmanager
async def candidate_line(url: str, participant_no: str = ANI) -> AsyncIterator[Line]:
    cookie = await log_in(url, participant_no=participant_no, pin=PIN)
    line = await open_line(url, "/candidate", cookie)
    try:
        yield line
    finally:
        await line.close()


@asynccontextmanager
async def proctor_line(url: str, username: str = CITRA) -> AsyncIterator[Line]:
    cookie = await log_in_staff(url, username=username, password=PASSWORD)
    line = await open_line(url, "/proctor", cookie)
    try:
        yield line
    finally:
        await line.close()


def stations(server: ServerProcess) -> str:
    """What the journal says about workstations."""
    database = server.database()
    attached = select(journal_entries.c.body).where(journal_entries.c.kind == "Attached")
    with database.connect() as db:
        told = "".join(db.execute(attached).scalars())
    database.dispose()
    return told


def run(work: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(cast("Any", work()), 60))


async def repeat(count: int, work: Callable[[], Awaitable[object]]) -> None:
    """Do the same again and again, each time within five seconds."""
    for _ in range(count):
        await asyncio.wait_for(work(), 5)
