"""A Socket.IO connection as small as a load tool needs it: websocket only, requests with replies.

Speaks Engine.IO 4 and Socket.IO 5 (https://github.com/socketio/socket.io-protocol) over the
`websockets` library, so that what is measured is the server and not the client.
"""

import asyncio
import contextlib
import itertools
import json
from typing import Any
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

Json = dict[str, Any]

OPEN_TIMEOUT_S = 30.0
REPLY_TIMEOUT_S = 15.0
MESSAGE_LIMIT_BYTES = 16 * 1024 * 1024


class LineDown(Exception):
    """The connection is gone or did not answer; the same message may be sent again."""


class Line:
    """One connection to one namespace."""

    def __init__(self, socket: ClientConnection, namespace: str, patience_s: float) -> None:
        self._socket = socket
        self._namespace = namespace
        self._patience_s = patience_s
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Json]] = {}
        self.pushes: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        self._reader: asyncio.Task[None] | None = None

    async def call(self, name: str, message: Json) -> Json:
        """Send one message and wait for its acknowledgement.

        Raises:
            LineDown: no acknowledgement came.
        """
        number = next(self._ids)
        reply: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._waiting[number] = reply
        text = json.dumps([name, message], separators=(",", ":"))
        try:
            await self._socket.send(f"42{self._namespace},{number}{text}")
            return await asyncio.wait_for(reply, REPLY_TIMEOUT_S)
        except (WebSocketException, TimeoutError, OSError) as error:
            raise LineDown(str(error)) from error
        finally:
            self._waiting.pop(number, None)

    async def close(self) -> None:
        """End the connection."""
        if self._reader is not None:
            self._reader.cancel()
        with contextlib.suppress(WebSocketException, OSError):
            await self._socket.close()

    def start(self) -> None:
        """Begin to read replies and pushes."""
        self._reader = asyncio.get_running_loop().create_task(self._read())

    async def _read(self) -> None:
        """Read until the end; without a heartbeat for too long hang up, as a page does."""
        why = "closed by the server"
        try:
            async with asyncio.timeout(self._patience_s) as patience:
                async for frame in self._socket:
                    text = frame if isinstance(frame, str) else frame.decode()
                    if text == "2":
                        now = asyncio.get_running_loop().time()
                        patience.reschedule(now + self._patience_s)
                    await self._take(text)
        except TimeoutError:
            why = f"no heartbeat for {self._patience_s:g} s"
            await self._socket.close()
        except (WebSocketException, OSError):
            pass
        for reply in self._waiting.values():
            if not reply.done():
                reply.set_exception(LineDown(why))

    async def _take(self, frame: str) -> None:
        if frame == "2":
            await self._socket.send("3")
            return
        kind, body = frame[:2], frame[2:]
        _, _, rest = body.partition(",")
        if kind == "43":
            digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
            reply = self._waiting.get(int(digits))
            if reply is not None and not reply.done():
                reply.set_result(json.loads(rest[len(digits) :])[0])
        elif kind == "42":
            name, *values = json.loads(rest)
            self.pushes.put_nowait((name, values[0] if values else None))


def patience_of(opened: str) -> float:
    """For how many seconds a page stays without a heartbeat, by Engine.IO's first packet."""
    told = json.loads(opened[1:])
    return (float(told["pingInterval"]) + float(told["pingTimeout"])) / 1_000


async def open_line(url: str, namespace: str, cookie: str, shown: Json | None = None) -> Line:
    """Connect to a namespace with the cookie of a login, and what a page hands over with it.

    Raises:
        LineDown: the server refused or is not there.
    """
    parts = urlsplit(url)
    scheme = "wss" if parts.scheme == "https" else "ws"
    address = f"{scheme}://{parts.netloc}/socket.io/?EIO=4&transport=websocket"
    try:
        socket = await asyncio.wait_for(
            connect(
                address,
                additional_headers={"Cookie": cookie},
                compression=None,
                max_size=MESSAGE_LIMIT_BYTES,
                open_timeout=OPEN_TIMEOUT_S,
                ping_interval=None,
            ),
            OPEN_TIMEOUT_S,
        )
        opened = str(await asyncio.wait_for(socket.recv(), OPEN_TIMEOUT_S))
        await socket.send(f"40{namespace},{json.dumps(shown) if shown else ''}")
        answer = await asyncio.wait_for(socket.recv(), OPEN_TIMEOUT_S)
    except (WebSocketException, TimeoutError, OSError) as error:
        raise LineDown(str(error)) from error
    if not str(answer).startswith(f"40{namespace}"):
        await socket.close()
        raise LineDown(f"refused: {str(answer)[:200]}")
    line = Line(socket, namespace, patience_of(opened))
    line.start()
    return line
