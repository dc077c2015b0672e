"""An attack on a running server: seeded junk on many connections, honest people beside it."""

import asyncio
import itertools
import json
import re
import resource
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from typing import Any

from cat_engine.rehearsal.http import get_json, log_in, log_in_staff
from cat_engine.rehearsal.line import Line, open_line
from tests.cast import ANI, PASSWORD, PIN
from tests.integration.fuzz import frames
from tests.integration.fuzz.doors import spoil_door
from tests.integration.server import ServerProcess

CONNECTIONS_AT_ONCE = 8
CONNECTIONS_PER_TURN = 5
"""Connections of attackers between two messages of an honest person."""
FRAMES_PER_CONNECTION = 60
ANSWER_LIMIT_S = 60
CHUNK_BYTES = 65_536
WARM_UP_SHARE = 0.5
RSS_GROWTH_LIMIT = 0.03
"""In the second half: at a million frames, 9 bytes of each. The first half fills what is bounded:
caches of the database and of the program, garbage until it is collected, fifty outages of each
sitting."""
LOG_LIMIT_BYTES = 200
ATTACKER_COUNT = 40
NAMESPACES = (*["/candidate"] * 3, *["/proctor"] * 2, "/ready", "/nowhere")
CODE = re.compile(rb'"code":"([a-z_]{1,40})"')
BEGINNINGS: dict[str, tuple[list[Any], ...]] = {
    "/candidate": (["enter", {}], ["begin", {}]),
    "/proctor": (["watch", {"exam_session": "fuzz"}],),
    "/ready": (["echo", {"number": 1}],),
}
DEEP = ("/candidate", "/proctor", "/ready")
"""Namespaces of which some message must be accepted: else the junk beside it never went deep."""
WAYS = ("json", "json", "json", "text", "text", "text", "text")


@dataclass(frozen=True, slots=True)
class Story:
    """What is sent on one connection."""

    data: bytes
    is_cut: bool
    """The sending half is closed behind it: no more is read, and nothing can be answered.

    Needed where a spoiled head may have announced more than comes.
    """


@dataclass(slots=True)
class Report:
    """What an attack did and what the server made of it."""

    seed: int
    sent_count: int = 0
    connection_count: int = 0
    stuck: list[int] = field(default_factory=list)
    slowest_s: float = 0.0
    slowest_seed: int = 0
    refused_count: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    honest_count: int = 0
    honest_refused: list[str] = field(default_factory=list)
    journaled_count: int = 0
    attacked_count: int = 0
    """Entries that attackers brought into the journal: what they sent was right."""
    rss_curve_bytes: list[int] = field(default_factory=list)
    """Resident memory after each tenth."""
    rss_warm_bytes: int = 0
    rss_end_bytes: int = 0
    log_bytes: int = 0
    log_faults: list[str] = field(default_factory=list)
    duration_s: float = 0.0
    own_cpu_s: float = 0.0
    server_cpu_s: float = 0.0

    @property
    def rss_growth(self) -> float:
        """How much larger the server was at the end than after the warm-up."""
        return self.rss_end_bytes / max(1, self.rss_warm_bytes) - 1

    def problems(self) -> list[str]:
        """Everything that must not be; empty when the server stood."""
        found = [f"connection of seed {seed} was never answered" for seed in self.stuck]
        found += [f"an honest person was refused: {reply}" for reply in self.honest_refused]
        found += [f"in the log: {line}" for line in self.log_faults]
        found += [
            f"{count} times {name}" for name, count in self.outcomes.items() if "HTTP 5" in name
        ]
        if self.rss_growth > RSS_GROWTH_LIMIT:
            found.append(f"memory grew by {self.rss_growth:.1%}")
        if self.log_bytes > LOG_LIMIT_BYTES * max(1, self.sent_count):
            found.append(f"{self.log_bytes / self.sent_count:.0f} bytes of log a bad frame")
        if self.journaled_count != self.honest_count:
            found.append(f"{self.journaled_count} honest messages are in the journal")
        found += [
            f"nothing of {name} was accepted: the junk did not go deep"
            for name in DEEP
            if not self.outcomes[f"{name}: accepted"]
        ]
        if not self.honest_count:
            found.append("no honest person was served")
        return found

    def __str__(self) -> str:
        """The figures as lines of text."""
        rate = self.sent_count / max(self.duration_s, 0.001)
        log_rate = self.log_bytes / max(1, self.sent_count)
        warm_mb, end_mb = self.rss_warm_bytes / 1e6, self.rss_end_bytes / 1e6
        figures = {
            "seed": f"{self.seed}",
            "frames": f"{self.sent_count:,} on {self.connection_count:,} connections",
            "time": f"{self.duration_s:.0f} s, {rate:,.0f} frames/s",
            "CPU": f"server {self.server_cpu_s:.0f} s, attacker {self.own_cpu_s:.0f} s",
            "memory": f"{warm_mb:.1f} MB warm, {end_mb:.1f} MB at the end ({self.rss_growth:+.1%})",
            "memory by tenths": " ".join(f"{one / 1e6:.1f}" for one in self.rss_curve_bytes),
            "journal": f"{self.attacked_count:,} entries by attackers",
            "log": f"{self.log_bytes:,} bytes, {log_rate:.2f} a frame",
            "refused": f"{self.refused_count:,} packets at the gate",
            "slowest": f"connection of seed {self.slowest_seed}, {self.slowest_s:.1f} s",
            "honest": f"{self.honest_count:,} saved, {len(self.honest_refused)} refused",
        }
        figures |= {name: f"{count:,}" for name, count in sorted(self.outcomes.items())}
        return "\n".join(f"{name:32} {value}" for name, value in figures.items())


@dataclass(slots=True)
class Attack:
    """One attack: its server, the logins of the attackers, the report that grows."""

    server: ServerProcess
    seed: int
    count: int
    code: str = ""
    """Of a readiness check, for workstations."""
    cookies: dict[str, list[str]] = field(default_factory=dict)
    report: Report = field(init=False)
    turns: "asyncio.Queue[str]" = field(default_factory=asyncio.Queue)

    def __post_init__(self) -> None:
        self.report = Report(self.seed)

    async def run(self) -> Report:
        """Attack until `count` frames are sent; honest people work all the while."""
        await self._log_attackers_in()
        log_path = self.server.folder / "server.log"
        log_start = log_path.stat().st_size
        started_at, cpu_start = time.monotonic(), self._server_cpu_s()
        own_start = resource.getrusage(resource.RUSAGE_SELF)
        seeds = itertools.count(self.seed * 10**9)
        async with _honest(self.server.url) as honest:
            working = asyncio.create_task(self._stay_honest(honest))
            await asyncio.gather(*(self._work(seeds) for _ in range(CONNECTIONS_AT_ONCE)))
            self.turns.put_nowait("end")
            await working
        await get_json(self.server.url, "/api/v1/boards")
        self.report.refused_count = await asyncio.to_thread(self._refused_count)
        report = self.report
        report.duration_s = time.monotonic() - started_at
        own_end = resource.getrusage(resource.RUSAGE_SELF)
        report.own_cpu_s = (
            own_end.ru_utime + own_end.ru_stime - own_start.ru_utime - own_start.ru_stime
        )
        report.server_cpu_s = self._server_cpu_s() - cpu_start
        report.rss_end_bytes = self._rss_bytes()
        report.log_bytes = log_path.stat().st_size - log_start
        report.log_faults = log_faults(log_path, log_start)
        return report

    async def _log_attackers_in(self) -> None:
        url = self.server.url
        candidates = [
            await log_in(url, participant_no=f"F-{number:04}", pin=PIN)
            for number in range(1, ATTACKER_COUNT + 1)
        ]
        eko = await log_in_staff(url, username="eko", password=PASSWORD)
        self.cookies = {"/candidate": candidates, "/proctor": [eko]}

    async def _work(self, seeds: "itertools.count[int]") -> None:
        while self.report.sent_count < self.count:
            seed = next(seeds)
            await self._connection(seed)
            if seed % CONNECTIONS_PER_TURN == 0:
                self.turns.put_nowait("respond")
            self._weigh()

    def _weigh(self) -> None:
        report = self.report
        if not report.rss_warm_bytes and report.sent_count > self.count * WARM_UP_SHARE:
            report.rss_warm_bytes = self._rss_bytes()
        if report.sent_count * 10 >= self.count * (len(report.rss_curve_bytes) + 1):
            report.rss_curve_bytes.append(self._rss_bytes())

    async def _connection(self, seed: int) -> None:
        rng = Random(seed)
        self.report.connection_count += 1
        namespace = rng.choice(NAMESPACES)
        cookie = rng.choice(self.cookies.get(namespace, [""]))
        if rng.random() < 0.05:
            name, opening = "door", spoil_door(rng, self.server.port, cookie)
            story = Story(b"", is_cut=True)
            self.report.sent_count += 1
        else:
            name, opening = namespace, handshake(self.server.port, cookie)
            story = self._story(rng, namespace)
        started_at = time.monotonic()
        try:
            seen = await asyncio.wait_for(self._exchange(opening, story), ANSWER_LIMIT_S)
        except TimeoutError:
            self.report.stuck.append(seed)
            return
        except OSError as error:
            self.report.outcomes[f"{name}: {type(error).__name__}"] += 1
            return
        finally:
            taken_s = time.monotonic() - started_at
            if taken_s > self.report.slowest_s:
                self.report.slowest_s, self.report.slowest_seed = taken_s, seed
        self._judge(name, seen)

    def _story(self, rng: Random, namespace: str) -> Story:
        """What an attacker sends after the handshake: a good beginning, then junk."""
        shown = {"code": self.code, "seat": str(rng.randrange(1, 20))}
        good = [frames.opening(namespace, shown)]
        good += [
            f"42{namespace},{number}{json.dumps(one)}".encode()
            for number, one in enumerate(BEGINNINGS.get(namespace, ()))
        ]
        junk = []
        for _ in range(FRAMES_PER_CONNECTION):
            way = rng.choice(WAYS) if rng.random() < 0.97 else "good"
            junk.append(_spoiled(rng, namespace, way))
        # A spoiled frame ends the connection, and what was read together with it is lost.
        is_cut = rng.random() < 0.4
        if is_cut:
            junk.insert(rng.randrange(len(junk) + 1), frames.spoil_frame(rng, namespace))
        self.report.sent_count += len(junk)
        last = frames.frame(rng, b"\x03\xe8", frames.CLOSE)
        return Story(b"".join([*(frames.frame(rng, one) for one in good), *junk, last]), is_cut)

    async def _exchange(self, opening: bytes, story: Story) -> bytes:
        """Send everything, say that nothing more will come, read to the end."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
        try:
            writer.write(opening)
            head = await reader.readuntil(b"\r\n\r\n") if story.data else b""
            reading = asyncio.create_task(_read_all(reader))
            writer.write(story.data)
            try:
                await writer.drain()
                if story.is_cut and writer.can_write_eof():
                    writer.write_eof()
            except OSError:
                pass  # the server had enough; what it said before is still worth reading
            return head + await reading
        finally:
            writer.transport.abort()

    def _judge(self, name: str, seen: bytes) -> None:
        status = seen[:12].split(b" ")[1:2]
        self.report.outcomes[f"{name}: HTTP {b''.join(status).decode() or 'nothing'}"] += 1
        accepted_count = seen.count(b'"ok":true')
        if accepted_count:
            self.report.outcomes[f"{name}: accepted"] += accepted_count
        for code in CODE.findall(seen):
            self.report.outcomes[f"{name}: {code.decode()}"] += 1

    async def _stay_honest(self, honest: Line) -> None:
        entered = await honest.call("enter", {"station": "pc"})
        await honest.call("begin", {})
        for number in itertools.count(entered["seq_base"] + 1):
            given = {"choice": "ABCDE"[number % 5]}
            message = {"client_seq": number, "item_no": number % 6 + 1, "response": given}
            reply = await honest.call("respond", message)
            if reply.get("saved") == number:
                self.report.honest_count += 1
            else:
                self.report.honest_refused.append(str(reply))
            if await self.turns.get() == "end":
                return

    def _refused_count(self) -> int:
        """What the server itself counted."""
        connection = HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
        connection.close()
        found = re.findall(r"^cat_packets_refused_total\{.*\} ([0-9.e+]+)$", text, re.MULTILINE)
        return sum(int(float(number)) for number in found)

    def _rss_bytes(self) -> int:
        assert self.server.process is not None
        status = Path(f"/proc/{self.server.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) * 1024

    def _server_cpu_s(self) -> float:
        assert self.server.process is not None
        fields = (
            Path(f"/proc/{self.server.process.pid}/stat").read_text().rpartition(")")[2].split()
        )
        return (int(fields[11]) + int(fields[12])) / 100


def handshake(port: int, cookie: str) -> bytes:
    """The request that a browser opens a socket with."""
    lines = [
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==",
        "Sec-WebSocket-Version: 13",
        *([f"Cookie: {cookie}"] if cookie else []),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def log_faults(path: Path, start: int) -> list[str]:
    """Lines of the log that tell of a fault of ours."""
    with path.open("rb") as log:
        log.seek(start)
        lines = log.read().decode("utf-8", "replace").splitlines()
    marks = ("Traceback", '"level": "error"', '"level": "critical"')
    return [line[:300] for line in lines if any(mark in line for mark in marks)][:20]


def _spoiled(rng: Random, namespace: str, way: str) -> bytes:
    match way:
        case "json":
            return frames.frame(rng, frames.spoil_json(rng, namespace))
        case "text":
            return frames.frame(rng, frames.spoil_text(rng, namespace))
    return frames.frame(rng, frames.packet(rng, namespace))


async def _read_all(reader: asyncio.StreamReader) -> bytes:
    """What counts of everything that comes: kept short, because views are long."""
    seen = bytearray()
    while chunk := await reader.read(CHUNK_BYTES):
        seen += chunk
    return bytes(seen)


@asynccontextmanager
async def _honest(url: str) -> AsyncIterator[Line]:
    cookie = await log_in(url, participant_no=ANI, pin=PIN)
    line = await open_line(url, "/candidate", cookie)
    try:
        yield line
    finally:
        await line.close()
