"""Servers to compare with: `python -m cat_engine.bench.echo raw`, and `... stock`.

*raw* is the scale: the websockets library sends every frame back as it came, on the fastest event
loop that is installed. *stock* is Flask-SocketIO on eventlet with an acknowledgement, written as
its documentation shows it.
"""

import asyncio
import importlib
import socket
import sys
from typing import Any

from flask import Flask
from flask_socketio import SocketIO
from websockets.asyncio.server import ServerConnection
from websockets.asyncio.server import serve as serve_websocket

from cat_engine.bench.connection import NAMESPACE


def loop_name() -> str:
    """The event loop of the raw server: uvloop where it is installed."""
    try:
        importlib.import_module("uvloop")
    except ImportError:
        return "asyncio"
    return "uvloop"


def serve_raw() -> None:
    """Send every frame back."""
    if loop_name() == "uvloop":
        importlib.import_module("uvloop").run(_serve_raw())
    else:
        asyncio.run(_serve_raw())


async def _serve_raw() -> None:
    async def echo(connection: ServerConnection) -> None:
        async for message in connection:
            await connection.send(message)

    async with serve_websocket(
        echo, "127.0.0.1", 0, compression=None, ping_interval=None
    ) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        sys.stderr.write(f"ready at http://127.0.0.1:{port}\n")
        sys.stderr.flush()
        await server.serve_forever()


def serve_stock() -> None:
    """Acknowledge every event with what came."""
    app = Flask(__name__)
    socketio = SocketIO(app, async_mode="eventlet")

    @socketio.on("respond", namespace=NAMESPACE)  # type: ignore[untyped-decorator]
    def handle_respond(json: Any) -> Any:
        return json

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    sys.stderr.write(f"ready at http://127.0.0.1:{port}\n")
    sys.stderr.flush()
    socketio.run(app, host="127.0.0.1", port=port)


if __name__ == "__main__":
    {"raw": serve_raw, "stock": serve_stock}[sys.argv[1]]()
