"""A hall of people who sit an exam on a real server while something breaks.

`Hall` stores the exam and opens the room; `Day` lets everybody answer at once and at the end
compares what each was told with the journal.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Engine as Database

from cat_engine.accounts import passwords
from cat_engine.rehearsal import stage
from cat_engine.rehearsal.audit import audit
from cat_engine.rehearsal.http import log_in
from cat_engine.rehearsal.line import Line, open_line
from cat_engine.rehearsal.run import run_all
from cat_engine.rehearsal.virtual import Person, Step, Story
from exam_sessions.verify import verify_session
from tests.cast import EXAM_SESSION, PIN
from tests.factories import STARTS_AT, add_exam_session, get_blueprint_text, get_enrolment, get_item
from tests.integration.server import ServerProcess

ITEM_COUNT = 20
STEP_S = 0.05
DAY_LIMIT_S = 110
WRITER_STOPPED = 70
"""Exit status of a server that could not write its journal."""


@dataclass(slots=True)
class Hall:
    """A server with people enrolled and the room started."""

    server: ServerProcess
    participant_nos: Sequence[str]
    item_count: int = ITEM_COUNT
    network_url: str = ""
    """Where a network between pages and server is found; empty: there is none."""

    @classmethod
    def prepare(cls, server: ServerProcess, count: int, *, items: int = ITEM_COUNT) -> "Hall":
        """Start the server, store the exam, open and start the room."""
        database = server.database()
        pin_hash = passwords.hash_pin(PIN)
        nos = [f"p{number:04}" for number in range(count)]
        bank = [
            get_item(section, n, stem=f"Butir {n + 1}")
            for section in ("twk", "tkp", "interview")
            for n in range(items)
        ]
        people = [get_enrolment(no, str(n), pin_hash=pin_hash) for n, no in enumerate(nos)]
        blueprint = get_blueprint_text(main_count=items, interview_count=2)
        add_exam_session(database, people, blueprint=blueprint, items=bank)
        if server.process is None:
            server.start()
        with stage.staff_for_a_while(database, STARTS_AT) as (username, password):
            stage.open_and_start(server.url, EXAM_SESSION, username, password)
        database.dispose()
        return cls(server, nos, items)

    @property
    def url(self) -> str:
        """Where pages find the server."""
        return self.network_url or self.server.url

    def behind(self, url: str) -> "Hall":
        """The same hall, whose pages find the server at another address."""
        return replace(self, network_url=url)

    def day(self, url: str = "") -> "Day":
        """Let everybody begin to answer, each in a steady rhythm."""
        day = Day(self.behind(url))
        day.begin()
        return day

    async def cookie(self, participant_no: str) -> str:
        """What a browser has after logging in."""
        return await log_in(self.url, participant_no=participant_no, pin=PIN)

    async def line(self, participant_no: str) -> Line:
        """A connection of one candidate, logged in anew."""
        return await self.line_with(await self.cookie(participant_no))

    async def line_with(self, cookie: str) -> Line:
        """Another connection of the same login."""
        return await open_line(self.url, "/candidate", cookie)

    def findings(self) -> list[str]:
        """What a check of the whole record finds."""
        database = self.server.database()
        found = list(verify_session(database, EXAM_SESSION).findings)
        database.dispose()
        return found


@dataclass(slots=True)
class Day:
    """Everybody answering at the same time, in a thread of their own."""

    hall: Hall
    answered: int = 0
    stories: list[Story] = field(default_factory=list)
    thread: threading.Thread | None = None

    def begin(self) -> None:
        """Let them go."""
        people = [Person(no, PIN, _steady) for no in self.hall.participant_nos]

        def count() -> None:
            self.answered += 1

        def sit() -> None:
            self.stories.extend(asyncio.run(run_all(self.hall.url, people, count))[0])

        self.thread = threading.Thread(target=sit)
        self.thread.start()

    def wait_for(self, share: float) -> None:
        """Wait until this share of all answers is acknowledged."""
        wanted = share * len(self.hall.participant_nos) * 2 * self.hall.item_count
        await_until(lambda: self.answered >= wanted, "answers", limit_s=DAY_LIMIT_S)

    def violations(self) -> list[str]:
        """Wait for everybody to finish; what was broken, [] when every promise held."""
        assert self.thread is not None
        self.thread.join(DAY_LIMIT_S)
        assert not self.thread.is_alive(), "somebody is still sitting"
        database = self.hall.server.database()
        broken = check(database, self.stories)
        database.dispose()
        return broken

    @property
    def reconnects(self) -> int:
        """How often anybody had to connect again."""
        return sum(story.reconnects for story in self.stories)

    def latency_ms(self, share: float = 1.0) -> float:
        """The time to an acknowledgement that this share of them kept."""
        ordered = sorted(late for story in self.stories for late in story.latencies_ms)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def check(database: Database, stories: Sequence[Story]) -> list[str]:
    """What was broken: lost, doubled or changed answers, people who did not end, a bad record."""
    found = audit(database, EXAM_SESSION, stories)
    broken = [f"lost: {place}" for place in found.lost]
    broken += [f"doubled: {place}" for place in found.doubled]
    broken += [f"changed: {place}" for place in found.changed]
    broken += [
        f"{story.participant_no} failed: {story.failure}" for story in stories if story.failure
    ]
    broken += [f"{story.participant_no} has no result" for story in stories if not story.result]
    return broken + list(verify_session(database, EXAM_SESSION).findings)


def await_until(is_so: Callable[[], bool], what: str, *, limit_s: float = 30) -> float:
    """Wait for something outside this process; the seconds it took."""
    began_at = time.monotonic()
    while not is_so():
        assert time.monotonic() < began_at + limit_s, f"waited {limit_s} s for {what}"
        time.sleep(0.01)
    return time.monotonic() - began_at


def end_of(server: ServerProcess, limit_s: float = 30) -> tuple[int, float]:
    """Wait until the server has ended by itself: its status and the seconds."""
    process = server.process
    assert process is not None
    took_s = await_until(lambda: process.poll() is not None, "the end", limit_s=limit_s)
    return process.returncode, took_s


def _steady(items: Sequence[dict[str, Any]]) -> list[Step]:
    return [Step(STEP_S, item["item_no"], {"choice": "B"}) for item in items]
