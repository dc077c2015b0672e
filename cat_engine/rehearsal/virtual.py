"""A virtual candidate: logs in, begins, answers in a given rhythm, resends until acknowledged."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from cat_engine.rehearsal.http import LoginRefused, log_in
from cat_engine.rehearsal.line import Line, LineDown, open_line

Json = dict[str, Any]
Outcome = TypeVar("Outcome")

RETRY_S = 0.5
START_POLL_S = 0.5
GIVE_UP_S = 120.0
FINAL_CODES = frozenset(
    {"malformed", "unknown_item", "conflict", "finished", "part_over", "late_held", "not_working"}
)
"""Refusals that sending again cannot change."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: wait, then respond to an item (None: only look at it)."""

    wait_s: float
    item_no: int
    response: Json | None


@dataclass(frozen=True, slots=True)
class Person:
    """Who sits, and how this person works: from the items shown to the steps to take."""

    participant_no: str
    pin: str
    plan: Callable[[Sequence[Json]], Sequence[Step]]
    start_after_s: float = 0.0


@dataclass(slots=True)
class Story:
    """What a virtual candidate did and what the server acknowledged."""

    participant_no: str
    acknowledged: dict[int, tuple[int, Json | None]] = field(default_factory=dict)
    """By client_seq: item number and the response, in shown letters."""
    latencies_ms: list[float] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    reconnects: int = 0
    result: Json | None = None
    failure: str | None = None


class VirtualCandidate:
    """One person's run over a real socket."""

    def __init__(self, url: str, person: Person, on_answer: Callable[[], None]) -> None:
        self._url = url
        self._person = person
        self._on_answer = on_answer
        self._line: Line | None = None
        self._cookie = ""
        self._view: Json = {}
        self._seq = 0
        self.story = Story(person.participant_no)

    async def run(self) -> Story:
        """Sit the whole exam."""
        try:
            await asyncio.sleep(self._person.start_after_s)
            self._cookie = await self._log_in()
            await self._enter()
            while self._view["status"] != "finished":
                await self._work_on_part()
            self.story.result = self._view["result"]
        except (LineDown, LoginRefused, TimeoutError) as error:
            self.story.failure = f"{type(error).__name__}: {error}"
        finally:
            if self._line is not None:
                await self._line.close()
        return self.story

    async def _log_in(self) -> str:
        person = self._person
        return await _insist(
            lambda: log_in(self._url, participant_no=person.participant_no, pin=person.pin)
        )

    async def _enter(self) -> None:
        """Connect and attach, again and again while the server is away."""

        async def enter() -> Json:
            line = await open_line(self._url, "/candidate", self._cookie)
            self._line = line
            reply = await line.call("enter", {"station": "virtual"})
            if not reply["ok"]:
                await line.close()
                raise LineDown(reply["code"])
            return reply

        self._view = await _insist(enter)
        self._seq = max(self._seq, self._view["seq_base"])

    async def _work_on_part(self) -> None:
        await self._wait_for_start()
        part_index = self._view["part_index"]
        for step in self._person.plan(self._view["items"]):
            if step.wait_s > 0:
                await asyncio.sleep(step.wait_s)
            self._seq += 1
            message = {"client_seq": self._seq, "item_no": step.item_no}
            if step.response is None:
                await self._send("view", message)
            else:
                await self._send("respond", message | {"response": step.response})
            if self._view["status"] == "finished" or self._view["part_index"] != part_index:
                return
        self._seq += 1
        reply = await self._send("end_part", {"client_seq": self._seq})
        self._view = reply if reply.get("ok") else await self._look()

    async def _wait_for_start(self) -> None:
        while self._view["status"] in ("waiting", "ready", "paused"):
            if self._view["status"] == "ready":
                reply = await self._send("begin", {})
                self._view = reply if reply.get("ok") else self._view
            if self._view["status"] in ("waiting", "ready", "paused"):
                await asyncio.sleep(START_POLL_S)
                self._view = await self._look()

    async def _look(self) -> Json:
        return await self._send("view_sitting", {})

    async def _send(self, name: str, message: Json) -> Json:
        """Send until there is an answer that sending again cannot change."""
        loop = asyncio.get_running_loop()
        give_up_at = loop.time() + GIVE_UP_S
        while loop.time() < give_up_at:
            assert self._line is not None
            sent_at = loop.time()
            try:
                reply = await self._line.call(name, message)
            except LineDown:
                await self._reconnect()
                continue
            if reply["ok"]:
                self._note(name, message, (loop.time() - sent_at) * 1_000)
                return reply
            if reply["code"] in FINAL_CODES:
                self.story.refusals.append(reply["code"])
                if name in ("respond", "view"):
                    self._view = await self._look()
                return reply
            if reply["code"] == "taken_over":
                await self._reconnect()
            await asyncio.sleep(RETRY_S)
        raise TimeoutError(f"{name} was not answered within {GIVE_UP_S:.0f} s")

    def _note(self, name: str, message: Json, latency_ms: float) -> None:
        if name == "respond":
            self.story.acknowledged[message["client_seq"]] = (
                message["item_no"],
                message["response"],
            )
            self.story.latencies_ms.append(latency_ms)
            self._on_answer()

    async def _reconnect(self) -> None:
        self.story.reconnects += 1
        if self._line is not None:
            await self._line.close()
        items = self._view.get("items", [])
        await self._enter()
        self._view.setdefault("items", items)


async def _insist(attempt: Callable[[], Awaitable[Outcome]]) -> Outcome:
    """Try for a while, waiting longer each time; the last failure is raised."""
    wait_s = RETRY_S
    loop = asyncio.get_running_loop()
    give_up_at = loop.time() + GIVE_UP_S
    while True:
        try:
            return await attempt()
        except (LineDown, LoginRefused) as error:
            if loop.time() > give_up_at:
                raise
            # 429 and a restart both pass; a wrong PIN does not.
            if isinstance(error, LoginRefused) and str(error).startswith(("400", "401", "403")):
                raise
        await asyncio.sleep(wait_s)
        wait_s = min(wait_s * 1.5, 5.0)
