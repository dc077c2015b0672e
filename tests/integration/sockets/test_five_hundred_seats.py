"""A hall of five hundred seats: every act on all of them at once, seen from a second console."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from sqlalchemy import insert

from cat_engine.accounts import passwords
from cat_engine.accounts.user import Role
from cat_engine.rehearsal.http import log_in
from cat_engine.rehearsal.line import Line, LineDown, open_line
from exam_sessions import tables
from exam_sessions.verify import verify_session
from tests.cast import CITRA, DEWI, EXAM_SESSION, PIN, ROOM
from tests.factories import add_exam_session, get_enrolment
from tests.integration.server import ServerProcess, add_staff
from tests.integration.sockets.hall import proctor_line

SEATS = 500
AT_ONCE = 40
"""Logins under way at one time, so that no client waits for its turn beyond its patience."""
SEEN_LIMIT_S = 60
STORY_LIMIT_S = 400
OTHER_ROOM = "B"
MINUTE_MS = 60_000

Json = dict[str, Any]
NUMBERS = [f"P-{number:03}" for number in range(1, SEATS + 1)]


@pytest.fixture
def hall(server: ServerProcess) -> ServerProcess:
    """Five hundred people in room A, an empty room B, and two members of staff."""
    database = server.database()
    pin_hash = passwords.hash_pin(PIN)
    people = [
        get_enrolment(number, str(seat), pin_hash=pin_hash)
        for seat, number in enumerate(NUMBERS, start=1)
    ]
    add_exam_session(database, people)
    with database.begin() as db:
        db.execute(
            insert(tables.rooms).values(
                exam_session=EXAM_SESSION, id=OTHER_ROOM, name="Ruang B", seat_count=SEATS
            )
        )
    add_staff(database, CITRA, Role.PROCTOR)
    add_staff(database, DEWI, Role.ADMINISTRATOR)
    database.dispose()
    return server


@dataclass(slots=True)
class Console:
    """A proctor's page: rows, then deltas without a gap."""

    line: Line
    rows: dict[str, Json] = field(default_factory=dict)
    version: int = 0
    acts: int = 0

    async def watch(self) -> None:
        reply = await self.line.call("watch", {"exam_session": EXAM_SESSION})
        self._take(reply)

    async def see(self, is_so: Callable[[Json], bool]) -> None:
        """Wait until every row is so."""
        while not (len(self.rows) == SEATS and all(map(is_so, self.rows.values()))):
            name, delta = await asyncio.wait_for(self.line.pushes.get(), SEEN_LIMIT_S)
            if name == "delta" and delta["version"] > self.version:
                assert delta["version"] == self.version + 1, "a delta is missing"
                self._take(delta)

    def _take(self, message: Json) -> None:
        self.version = message["version"]
        self.rows |= {row["participant_no"]: row for row in message["rows"]}

    async def act(self, act: str, *, refused: str = "", **details: Any) -> str:
        """Act on everybody; all succeed, or all are refused with this code. Gives the act's id."""
        self.acts += 1
        act_id = f"{act}-{id(self)}-{self.acts}"
        message = {
            "act_id": act_id, "exam_session": EXAM_SESSION, "act": act, "targets": {"all": True},
            "reason": "technical",
        }  # fmt: skip
        reply = await self.line.call("act", message | details)
        assert reply["ok"], reply
        if refused:
            assert [refused] * SEATS == [one["code"] for one in reply["refused"]]
        else:
            assert [] == reply["refused"]
        return act_id


@dataclass(slots=True)
class Candidates:
    """Five hundred people, each on a socket."""

    url: str
    lines: dict[str, Line] = field(default_factory=dict)
    views: dict[str, Json] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    seqs: dict[str, int] = field(default_factory=dict)

    async def each(self, work: Callable[[str], Awaitable[None]]) -> None:
        turn = asyncio.Semaphore(AT_ONCE)

        async def one(number: str) -> None:
            async with turn:
                await work(number)

        await asyncio.gather(*(one(number) for number in NUMBERS))

    async def log_in(self, number: str) -> None:
        self.cookies[number] = await log_in(self.url, participant_no=number, pin=PIN)

    async def enter(self, number: str) -> None:
        """Connect and enter, as a page does after its line was cut."""
        if number in self.lines:
            await self.lines[number].close()
        self.lines[number] = await open_line(self.url, "/candidate", self.cookies[number])
        view = await self.lines[number].call("enter", {"station": f"pc-{number}"})
        assert view["ok"], view
        self.seqs[number] = view["seq_base"]
        if view["status"] == "ready":
            view = await self.lines[number].call("begin", {})
        if view.get("items"):
            known = self.views.setdefault(number, view)
            assert known["items"] == view["items"], "the same form"

    async def send(self, number: str, name: str, **message: Any) -> Json:
        self.seqs[number] += 1
        return await self.lines[number].call(name, {"client_seq": self.seqs[number]} | message)

    async def answer(self, number: str) -> None:
        item_no = self.views[number]["items"][0]["item_no"]
        reply = await self.send(number, "respond", item_no=item_no, response={"choice": "A"})
        assert reply["ok"], reply

    async def ask_for_help(self, number: str) -> None:
        assert (await self.send(number, "call", topic="technical"))["ok"]

    async def close(self) -> None:
        for line in self.lines.values():
            await line.close()


def test_every_act_on_five_hundred_seats_at_once(hall: ServerProcess) -> None:
    async def story() -> None:
        async with AsyncExitStack() as stack:
            citra = Console(await stack.enter_async_context(proctor_line(hall.url, CITRA)))
            dewi = Console(await stack.enter_async_context(proctor_line(hall.url, DEWI)))
            people = Candidates(hall.url)
            stack.push_async_callback(people.close)
            await _arrive(citra, dewi, people)
            await _time(citra, dewi)
            await _care(citra, dewi, people)
            await _places(citra, dewi, people)
            await _endings(citra, dewi)

    asyncio.run(asyncio.wait_for(cast("Any", story()), STORY_LIMIT_S))

    database = hall.database()
    verdict = verify_session(database, EXAM_SESSION)
    database.dispose()
    assert [] == verdict.findings


async def _arrive(citra: Console, dewi: Console, people: Candidates) -> None:
    for act in ("open", "start"):
        await citra.act(act)
    await dewi.watch()
    await people.each(people.log_in)
    await people.each(people.enter)
    await people.each(people.answer)
    await dewi.see(lambda row: row["status"] == "working" and row["answered"] == 1)


async def _time(citra: Console, dewi: Console) -> None:
    pause = await citra.act("pause")
    await dewi.see(lambda row: row["status"] == "paused" and not row["running"])
    await citra.act("undo", of=pause)
    await dewi.see(lambda row: row["status"] == "working")

    await citra.act("pause")
    await citra.act("resume")
    await dewi.see(lambda row: row["status"] == "working" and row["running"])

    extension = await citra.act("extend", minutes=5)
    await dewi.see(lambda row: row["extra_ms"] == 5 * MINUTE_MS)
    await citra.act("undo", of=extension)
    await dewi.see(lambda row: row["extra_ms"] == 0)

    proposal = await citra.act("extend", minutes=45)
    await dewi.see(lambda row: row["proposal"] is not None and row["extra_ms"] == 0)
    await citra.act("confirm", proposal=proposal, refused="same_person")
    await dewi.act("confirm", proposal=proposal)
    await dewi.see(lambda row: row["extra_ms"] == 45 * MINUTE_MS)


async def _care(citra: Console, dewi: Console, people: Candidates) -> None:
    await citra.act("message", text="Mohon tetap tenang.")
    await dewi.see(lambda row: row["unread_count"] == 1)
    await people.each(people.ask_for_help)
    await dewi.see(lambda row: row["call"] is not None)
    await citra.act("answer_call")
    await dewi.see(lambda row: row["call"] is None)


async def _places(citra: Console, dewi: Console, people: Candidates) -> None:
    await citra.act("release")
    await dewi.see(lambda row: not row["line"])
    with pytest.raises(LineDown):
        await people.send(NUMBERS[0], "call", topic="technical")
    await people.each(people.enter)
    await dewi.see(lambda row: row["line"] and row["owed_ms"] > 0)
    await citra.act("compensate")
    await dewi.see(lambda row: row["owed_ms"] == 0 and row["extra_ms"] > 45 * MINUTE_MS)

    await citra.act("move", room=OTHER_ROOM)
    await dewi.see(lambda row: row["room"] == OTHER_ROOM and not row["line"])
    assert [str(seat) for seat in range(1, SEATS + 1)] == [dewi.rows[no]["seat"] for no in NUMBERS]
    await people.each(people.enter)
    await people.each(people.answer)
    await dewi.see(lambda row: row["line"] and row["status"] == "working")
    await citra.act("move", room=ROOM)
    await dewi.see(lambda row: row["room"] == ROOM)


async def _endings(citra: Console, dewi: Console) -> None:
    await citra.act("end")
    await dewi.see(lambda row: row["status"] == "finished" and row["total"] is not None)
    await citra.act("readmit")
    await dewi.see(lambda row: row["status"] == "working")

    proposal = await citra.act("disqualify")
    await dewi.see(lambda row: row["proposal"] is not None)
    await dewi.act("withdraw", proposal=proposal)
    await dewi.see(lambda row: row["proposal"] is None)
    proposal = await citra.act("void")
    await dewi.act("confirm", proposal=proposal)
    await dewi.see(lambda row: row["status"] == "void")
