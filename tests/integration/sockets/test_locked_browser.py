"""An exam session that requires Safe Exam Browser: who gets in, and who is let in."""

import asyncio
import json
import re
from collections.abc import Callable, Sequence
from http.client import HTTPConnection
from typing import Any

from sqlalchemy import select

from cat_engine.lockdown import rules, seb
from cat_engine.rehearsal.http import log_in
from cat_engine.rehearsal.line import Line, open_line
from exam_sessions.tables import journal_entries
from tests.cast import ANI, BUDI, DEWI, EXAM_SESSION, PIN
from tests.factories import STARTS_AT
from tests.integration.server import ServerProcess
from tests.integration.sockets.hall import act_message, proctor_line, run


def require_seb(hall: ServerProcess) -> str:
    """Let the exam session require it; the Config Key."""
    database = hall.database()
    with database.begin() as db:
        wanted = rules.Rules(EXAM_SESSION, mode="require")
        held = rules.change(db, wanted, by=DEWI, now=STARTS_AT)
    database.dispose()
    return seb.config_key(held.settings(hall.url))


def get_exam(hall: ServerProcess, cookie: str, key: str) -> dict[str, str]:
    """What the exam page hands to its connection, opened as SEB opens it."""
    connection = HTTPConnection("127.0.0.1", hall.port, timeout=30)
    connection.request("GET", "/exam", headers={"Cookie": cookie})
    first = connection.getresponse()
    first.read()
    place = first.headers["Location"]
    sent = {"Cookie": cookie, seb.CONFIG_KEY_HEADER: seb.request_hash(f"{hall.url}{place}", key)}
    connection.request("GET", place, headers=sent)
    page = connection.getresponse().read().decode()
    connection.close()
    found = dict(re.findall(r'data-seb-(challenge|ticket)="([^"]*)"', page))
    return {name: value for name, value in found.items() if value}


async def enter(hall: ServerProcess, cookie: str, shown: dict[str, str]) -> tuple[Line, str]:
    line = await open_line(hall.url, "/candidate", cookie, shown=shown)
    reply = await line.call("enter", {"station": "pc"})
    return line, "ok" if reply["ok"] else str(reply["code"])


def test_a_proven_browser_gets_in_and_another_one_only_when_a_proctor_lets_it(
    hall: ServerProcess,
) -> None:
    key = require_seb(hall)

    async def story() -> None:
        ani = await log_in(hall.url, participant_no=ANI, pin=PIN)
        proven = get_exam(hall, ani, key)
        line, outcome = await enter(hall, ani, proven)
        assert "ok" == outcome
        await line.close()

        budi = await log_in(hall.url, participant_no=BUDI, pin=PIN)
        for shown in ({}, proven, get_exam(hall, budi, "0" * 64)):
            line, outcome = await enter(hall, budi, shown)
            assert "browser_required" == outcome
            view = await line.call("view_sitting", {})
            assert [] == view["items"]
            await line.close()

        async with proctor_line(hall.url) as citra:
            watched = await citra.call("watch", {"exam_session": EXAM_SESSION})
            assert watched["ok"]
            turned = (await pushed(citra, lambda row: row["refused"], watched["rows"]))["refused"]
            assert ("missing", "pc", 1) == (turned["browser"], turned["station"], turned["count"])
            targets = {"participants": [BUDI]}
            reply = await citra.call("act", act_message("waive_browser", targets, words="PC tua"))
            assert (True, 1) == (reply["ok"], reply["done"])
            line, outcome = await enter(hall, budi, {})
            assert "ok" == outcome
            await line.close()
            await pushed(citra, lambda row: row["refused"] is None)

    run(story)

    assert [
        (ANI, "Attached", "verified"),
        (BUDI, "EntryRefused", "missing"),
        (BUDI, "BrowserWaived", "PC tua"),
        (BUDI, "Attached", "missing"),
    ] == record(hall)


async def pushed(
    line: Line, is_wanted: Callable[[dict[str, Any]], Any], rows: Sequence[dict[str, Any]] = ()
) -> dict[str, Any]:
    """Budi's row as soon as the console shows it so."""
    while True:
        for row in rows:
            if row["participant_no"] == BUDI and is_wanted(row):
                return row
        rows = (await asyncio.wait_for(line.pushes.get(), 30))[1].get("rows", ())


def record(hall: ServerProcess) -> list[tuple[str, str, str]]:
    """What the journal says about browsers."""
    database = hall.database()
    table = journal_entries.c
    kinds = ("Attached", "BrowserWaived", "EntryRefused")
    with database.connect() as db:
        rows = db.execute(
            select(table.participant_no, table.kind, table.body)
            .where(table.kind.in_(kinds))
            .order_by(table.position)
        ).all()
    database.dispose()
    bodies = [(no, kind, json.loads(body)) for no, kind, body in rows]
    return [(no, kind, body.get("browser") or body.get("words", "")) for no, kind, body in bodies]
