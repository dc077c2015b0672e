"""Readers of the board on real servers: inside the exam's process and in one of their own."""

import asyncio
import json
import resource
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

import pytest

from cat_engine.rehearsal.http import get_json
from tests.cast import EXAM_SESSION
from tests.integration.server import ServerProcess
from tests.integration.sockets.hall import Json, candidate_line, run

EVENTS = f"/api/v1/boards/{EXAM_SESSION}/events"
MORE_THAN_EVENTLETS_DEFAULT = 1_100


@dataclass(slots=True)
class Stream:
    """One reader's connection."""

    connection: HTTPConnection
    answer: HTTPResponse

    def event(self) -> tuple[str, Json]:
        """The next event: its name and what it says."""
        fields: dict[str, str] = {}
        while True:
            line = self.answer.readline().decode()
            assert line, "the stream has ended"
            if line == "\n" and "data" in fields:
                return fields["event"], json.loads(fields["data"])
            if line != "\n":
                name, _, value = line.rstrip("\n").partition(": ")
                fields[name] = value

    def close(self) -> None:
        self.answer.close()
        self.connection.close()


def read(server: ServerProcess, path: str = EVENTS, **headers: str) -> Stream:
    """Begin to follow."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("GET", path, headers=named)
    return Stream(connection, connection.getresponse())


@pytest.fixture
def board(hall: ServerProcess) -> Iterator[ServerProcess]:
    """A process of the board's own beside the exam server."""
    process = ServerProcess(hall.folder, command="serve-board")
    process.start()
    yield process
    process.stop()


@pytest.fixture(params=["serve", "serve-board"])
def serving(request: pytest.FixtureRequest, hall: ServerProcess) -> ServerProcess:
    """Either process that serves boards."""
    server: ServerProcess = hall
    if request.param == "serve-board":
        server = request.getfixturevalue("board")
    asyncio.run(_board_with(server, lambda _: True))
    return server


def test_a_reader_gets_deltas_that_make_the_snapshot(
    serving: ServerProcess, hall: ServerProcess
) -> None:
    async def story() -> None:
        async with candidate_line(hall.url) as ani:
            entered = await ani.call("enter", {"station": "pc"})
            await ani.call("begin", {})
            snapshot = await _board_with(serving, lambda rows: len(rows) == 2)
            stream = read(serving, f"{EVENTS}?after={snapshot['version']}")
            given = {"item_no": 1, "response": {"choice": "A"}}
            await ani.call("respond", {"client_seq": entered["seq_base"] + 1} | given)
            rows, version = snapshot["rows"], snapshot["version"]
            while not any(row["answered"] for row in rows):
                name, told = await asyncio.to_thread(stream.event)
                if name == "delta":
                    assert told["after"] == version
                    rows, version = _apply(rows, told), told["version"]
            newest = await _board_with(serving, lambda rows: any(r["answered"] for r in rows))
            again = read(serving, Last_Event_ID=str(snapshot["version"]))
            missed = [again.event() for _ in range(2)]
            stream.close()
            again.close()

        assert (rows, version) == (newest["rows"], newest["version"])
        assert ["delta", "beat"] == [missed[0][0], missed[-1][0]]
        assert snapshot["version"] == missed[0][1]["after"]

    run(story)


def test_a_stream_has_the_headers_of_every_answer_and_none_that_holds_it_back(
    serving: ServerProcess,
) -> None:
    stream = read(serving)

    headers = stream.answer.headers
    name, told = stream.event()
    stream.close()

    assert (200, "text/event-stream; charset=utf-8") == (
        stream.answer.status,
        headers["Content-Type"],
    )
    assert ("no", "close", "no-cache") == tuple(
        headers[name] for name in ("X-Accel-Buffering", "Connection", "Cache-Control")
    )
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Content-Length"] is None
    assert ("beat", "live") == (name, told["state"])


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/boards/nowhere/events", 404),
        (f"{EVENTS}?after=x", 400),
        (f"{EVENTS}?since=1", 400),
    ],
)
def test_what_is_no_request_to_follow_is_refused(
    shared_hall: ServerProcess, path: str, status: int
) -> None:
    refused = read(shared_hall, path)

    assert status == refused.answer.status
    assert "code" in json.loads(refused.answer.read())["error"]
    refused.close()


def test_more_readers_than_a_thousand_are_served_and_cost_little(board: ServerProcess) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 4_096)), hard))
    first = read(board)
    first.event()
    before = _resident_kb(board)

    readers = [_ask(board) for _ in range(MORE_THAN_EVENTLETS_DEFAULT)]
    told = [_first_event(reader) for reader in readers]
    per_reader_kb = (_resident_kb(board) - before) / len(readers)
    last = read(board)

    assert {b"event: beat"} == set(told)
    assert "beat" == last.event()[0]
    assert per_reader_kb < 30
    for reader in readers:
        reader.close()
    first.close()
    last.close()


def test_when_the_exam_server_dies_its_board_still_shows_what_is_stored(
    board: ServerProcess, hall: ServerProcess
) -> None:
    stream = read(board)
    hall.kill()

    name, told = stream.event()
    stream.close()

    assert ("beat", 200) == (name, board.get(f"/api/v1/boards/{EXAM_SESSION}"))
    assert told["now"] - told["as_of"] < 5_000


def _ask(server: ServerProcess) -> socket.socket:
    reader = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    reader.sendall(f"GET {EVENTS} HTTP/1.1\r\nHost: board\r\n\r\n".encode())
    return reader


def _first_event(reader: socket.socket) -> bytes:
    received = b""
    while b"\ndata: " not in received:
        more = reader.recv(4_096)
        assert more, "let go"
        received += more
    return received.partition(b"\ndata: ")[0].splitlines()[-1]


def _resident_kb(server: ServerProcess) -> int:
    assert server.process is not None
    status = Path(f"/proc/{server.process.pid}/status").read_text("ascii").splitlines()
    return int(next(line for line in status if line.startswith("VmRSS")).split()[1])


async def _board_with(server: ServerProcess, is_there: Callable[[list[Json]], bool]) -> Json:
    for _ in range(100):
        snapshot: Json = await get_json(server.url, f"/api/v1/boards/{EXAM_SESSION}")
        if "rows" in snapshot and is_there(snapshot["rows"]):
            return snapshot
        await asyncio.sleep(0.1)
    raise AssertionError("the board did not follow")


def _apply(rows: list[Any], delta: Json) -> list[Any]:
    """What a page does with a delta."""
    named = {row["id"] for _, row in delta["rows"]} | set(delta["removed"])
    kept = [row for row in rows if row["id"] not in named]
    for position, row in delta["rows"]:
        kept.insert(position, row)
    return kept
