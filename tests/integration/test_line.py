"""Virtual candidates hang up where a page would: when no heartbeat comes, whatever else does."""

import asyncio
import json
from collections.abc import Awaitable, Callable

import pytest
from websockets.asyncio.server import ServerConnection, serve

from cat_engine.bench.connection import Connection, Gone
from cat_engine.rehearsal.line import LineDown, open_line

PATIENCE_MS = 1_000
NAMESPACE = "/candidate"


async def greet(socket: ServerConnection) -> None:
    half_ms = PATIENCE_MS // 2
    opened = {"sid": "a", "pingInterval": half_ms, "pingTimeout": half_ms}
    await socket.send("0" + json.dumps(opened))
    await socket.recv()
    await socket.send(f'40{NAMESPACE},{{"sid":"b"}}')


async def talk(socket: ServerConnection) -> None:
    """Tells news all the time, and never asks whether anybody is there."""
    await greet(socket)
    while True:
        await socket.send(f'42{NAMESPACE},["news",1]')
        await asyncio.sleep(0.01)


async def ask(socket: ServerConnection) -> None:
    """Asks ten times as often as it must, and replies to the first message after twice as long."""
    await greet(socket)
    for _ in range(20):
        await socket.send("2")
        await socket.recv()
        await asyncio.sleep(PATIENCE_MS / 10_000)
    await socket.send(f'43{NAMESPACE},1[{{"ok":true}}]')
    await socket.wait_closed()


async def served(
    talking: Callable[[ServerConnection], Awaitable[None]], visit: Callable[[int], Awaitable[None]]
) -> None:
    async with serve(talking, "127.0.0.1", 0) as server:
        await visit(next(iter(server.sockets)).getsockname()[1])


async def call(port: int) -> None:
    line = await open_line(f"http://127.0.0.1:{port}", NAMESPACE, "")
    try:
        assert await line.call("view", {}) == {"ok": True}
    finally:
        await line.close()


def test_a_server_that_sends_no_heartbeat_loses_the_line() -> None:
    with pytest.raises(LineDown, match="no heartbeat"):
        asyncio.run(served(talk, call))


def test_heartbeats_keep_a_line_that_waits_long() -> None:
    asyncio.run(served(ask, call))


def test_the_load_generator_does_not_count_answers_that_a_page_would_not_have_seen() -> None:
    def listen(port: int) -> None:
        connection = Connection(port, path="/socket.io/?EIO=4&transport=websocket")
        connection.join()
        try:
            while True:
                connection.receive()
        finally:
            connection.close()

    with pytest.raises(Gone, match="no heartbeat"):
        asyncio.run(served(talk, lambda port: asyncio.to_thread(listen, port)))
