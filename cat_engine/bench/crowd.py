"""A process of people who act for themselves: `python -m cat_engine.bench.crowd`.

Reads a job, prints "ready", waits for a line, works, and prints a report, as `load` does; but each
person here does what a page does: logs in, connects, begins, answers, and after a failure comes
again by itself, later each time and never all at one instant.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from cat_engine.bench.connection import NAMESPACE
from cat_engine.bench.load import LETTERS, cpu_s
from cat_engine.clock import monotonic_s
from cat_engine.rehearsal.line import Line, LineDown, open_line
from question_bank.draw import Stream

Json = dict[str, Any]

WAIT_CODES = frozenset({"slow_down", "unavailable"})
"""Answers that say: wait, and come again."""
GIVE_UP_S = 60.0
FIRST_WAIT_MS, LONGEST_WAIT_MS = 500, 3_000
"""The waits of the pages between two tries; each is drawn anew between nothing and twice that."""
ANSWER_EVERY_MS = 3_500
MINUTE_MS = 60_000


class Refused(Exception):
    """The server said no without saying when to come again."""


@dataclass(slots=True)
class Person:
    """One person and what happened to them, in seconds since the word was given."""

    participant_no: str
    cookie: str
    acknowledged: dict[int, tuple[int, Json]] = field(default_factory=dict)
    waits: int = 0
    reconnects: int = 0
    first_item_s: float | None = None
    clock_lost_ms: int = 0
    begin_s: float = 0.0
    lost_at: float | None = None
    resumed_at: float | None = None
    failure: str = ""
    seq: int = 0


class Crowd:
    """The people of one process."""

    def __init__(self, job: Json) -> None:
        self._job = job
        self._url = f"http://127.0.0.1:{job['port']}"
        self.people = [Person(number, cookie) for number, cookie in job["people"]]
        self.began = 0.0

    async def herd(self) -> None:
        """Everybody logs in, connects and begins at this instant."""
        self.began = monotonic_s()
        await asyncio.gather(*(self._guard(one, self._arrive) for one in self.people))

    async def answer(self) -> None:
        """Everybody answers now and then, and resumes when the server was away."""
        self.began = monotonic_s()
        until = self.began + self._job["pattern"]["duration_s"]

        async def work(person: Person) -> None:
            await self._work(person, until)

        await asyncio.gather(*(self._guard(one, work) for one in self.people))

    async def _guard(self, person: Person, work: Callable[[Person], Awaitable[None]]) -> None:
        try:
            await work(person)
        except (Refused, LineDown, OSError, TimeoutError) as error:
            person.failure = f"{type(error).__name__}: {error}"

    # --- herd ---

    async def _arrive(self, person: Person) -> None:
        person.cookie = await self._log_in(person)
        line = await self._connect(person)
        view = await line.call("enter", {"station": person.participant_no})
        asked_at = monotonic_s()
        view = await line.call("begin", {})
        if not view["ok"] or not view["items"]:
            raise Refused(view.get("code", "no items"))
        now = monotonic_s()
        person.first_item_s, person.begin_s = now - self.began, now - asked_at
        allotment_ms = view["parts"][view["part_index"]]["minutes"] * MINUTE_MS
        person.clock_lost_ms = allotment_ms - view["time_left_ms"]
        await line.close()

    async def _log_in(self, person: Person) -> str:
        body = json.dumps({"participant_no": person.participant_no, "pin": person.cookie}).encode()
        request = (
            f"POST /api/v1/login HTTP/1.1\r\nHost: 127.0.0.1:{self._job['port']}\r\n"
            "Content-Type: application/json\r\nX-Requested-With: cat-engine\r\n"
            f"Connection: close\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode() + body
        until = monotonic_s() + GIVE_UP_S
        while monotonic_s() < until:
            reader, writer = await asyncio.open_connection("127.0.0.1", self._job["port"])
            writer.write(request)
            answer = (await reader.read()).decode("latin-1")
            writer.close()
            head, _, _ = answer.partition("\r\n\r\n")
            status = head.split(" ")[1] if head else ""
            if status == "200":
                return _cookie_of(head)
            wait_s = _wait_of(head)
            if wait_s is None:
                raise Refused(f"login: {status or 'closed without an answer'}")
            person.waits += 1
            await asyncio.sleep(wait_s * (1 + Stream("bench", answer).below(1_000) / 1_000))
        raise Refused("login: gave up")

    # --- restart ---

    async def _work(self, person: Person, until: float) -> None:
        stream = Stream("bench", person.participant_no)
        line, items = await self._return(person)
        pending: Json | None = None
        await asyncio.sleep(stream.below(ANSWER_EVERY_MS) / 1_000)
        while monotonic_s() < until or person.lost_at is not None:
            if pending is None:
                person.seq += 1
                response = {"choice": LETTERS[stream.below(len(LETTERS))]}
                pending = {"client_seq": person.seq, "item_no": items[stream.below(len(items))]}
                pending["response"] = response
            try:
                reply = await line.call("respond", pending)
            except LineDown:
                person.lost_at = person.lost_at or monotonic_s()
                person.reconnects += 1
                await line.close()
                line, items = await self._return(person)
                continue
            if not reply["ok"] and reply["code"] not in WAIT_CODES:
                raise Refused(reply["code"])
            if reply["ok"]:
                person.acknowledged[pending["client_seq"]] = (
                    pending["item_no"],
                    pending["response"],
                )
                pending = None
                if person.lost_at is not None:
                    person.resumed_at, person.lost_at = monotonic_s(), None
            await asyncio.sleep(stream.below(2 * ANSWER_EVERY_MS) / 1_000)
        await line.close()

    async def _return(self, person: Person) -> tuple[Line, list[int]]:
        """Enter, again and again: a server may also go away in the middle of it."""
        until = monotonic_s() + GIVE_UP_S
        while True:
            try:
                return await self._enter(person)
            except LineDown:
                if monotonic_s() > until:
                    raise
                person.lost_at = person.lost_at or monotonic_s()
                person.reconnects += 1

    async def _enter(self, person: Person) -> tuple[Line, list[int]]:
        line = await self._connect(person)
        view = await line.call("enter", {"station": person.participant_no})
        if view["ok"] and view["status"] == "ready":
            view = await line.call("begin", {})
        if not view["ok"]:
            raise Refused(view["code"])
        person.seq = max(person.seq, view["seq_base"])
        return line, [item["item_no"] for item in view["items"]]

    async def _connect(self, person: Person) -> Line:
        """Connect as the pages do: again and again, later each time, at an instant drawn anew."""
        until = monotonic_s() + GIVE_UP_S
        stream = Stream("bench connect", f"{person.participant_no}/{person.reconnects}")
        wait_ms = FIRST_WAIT_MS
        if person.reconnects:
            await asyncio.sleep(stream.below(2 * wait_ms) / 1_000)
        while True:
            try:
                return await open_line(self._url, NAMESPACE, person.cookie)
            except LineDown:
                if monotonic_s() > until:
                    raise
            person.waits += 1
            wait_ms = min(2 * wait_ms, LONGEST_WAIT_MS)
            await asyncio.sleep(stream.below(2 * wait_ms) / 1_000)

    def report(self, cpu_before_s: float) -> Json:
        """What happened, in the words of the load generator and beyond."""
        failures = [f"{one.participant_no}: {one.failure}" for one in self.people if one.failure]
        return {
            "count": sum(len(one.acknowledged) for one in self.people),
            "window_count": 0,
            "window_s": 1.0,
            "cpu_s": cpu_s() - cpu_before_s,
            "latencies_us": {},
            "failures": failures[:20],
            "failure_count": len(failures),
            "acknowledged": {one.participant_no: one.acknowledged for one in self.people},
            "people": [
                {
                    "participant_no": one.participant_no,
                    "waits": one.waits,
                    "first_item_s": one.first_item_s,
                    "clock_lost_ms": one.clock_lost_ms,
                    "begin_s": one.begin_s,
                    "resumed_at": one.resumed_at,
                }
                for one in self.people
            ],
        }


def _cookie_of(head: str) -> str:
    cookies = [
        line.partition(":")[2].split(";")[0].strip()
        for line in head.split("\r\n")
        if line.lower().startswith("set-cookie:")
    ]
    return "; ".join(cookies)


def _wait_of(head: str) -> float | None:
    """Seconds after which an answer asks to come again; None when it does not."""
    for line in head.split("\r\n"):
        if line.lower().startswith("retry-after:"):
            return float(line.partition(":")[2])
    return None


def main() -> None:
    """Work through one job."""
    job = json.loads(sys.stdin.readline())
    crowd = Crowd(job)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    before_s = cpu_s()
    asyncio.run(crowd.herd() if job["pattern"]["name"] == "herd" else crowd.answer())
    sys.stdout.write(json.dumps(crowd.report(before_s)) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
