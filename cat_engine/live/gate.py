"""The gate of the sockets: what is not exactly a packet that our pages send reaches no handler.

The libraries underneath are generous. They hand on NaN and names of any type, keep a connection
after broken JSON, let a page emit the events `connect` and `disconnect` and so call the handlers of
connections with an environment of its own making, and print a traceback for each bad frame. Here a
packet is read once, strictly; the third offence closes the connection; and the log gets one line
for many offences, because a frame of twenty bytes must not write two thousand.

A fault of our own in a handler is no offence: it is logged with its traceback, once in a while, and
the page, which got no acknowledgement, sends again.
"""

import re
from collections import defaultdict
from typing import Any

from prometheus_client import Counter
from socketio.packet import CONNECT, DISCONNECT, EVENT, Packet

from cat_engine import strict_json
from cat_engine.hall import Hall
from cat_engine.log import Sparse

OFFENCE_LIMIT = 3
"""Bad packets after which a connection is closed; our pages send none."""
VALUES_LIMIT = 2
RESERVED_NAMES = frozenset({"connect", "disconnect", "connect_error"})
"""Events of the library itself; as an event of a page they would forge a connection."""

_PACKET = re.compile(r"([012])(/[a-z_]{1,40},)?([0-9]{1,15})?(.*)", re.ASCII | re.DOTALL)
_NAME = re.compile(r"[a-z][a-z_]{0,39}", re.ASCII)
_ENGINE_PACKET = re.compile(r"4.|3\Z|1\Z", re.DOTALL)
_NO_PACKET = "4!"
"""Stands for a frame that is no Engine.IO packet, so that it counts like every other offence."""


class BadPacket(ValueError):
    """A packet that no page of ours sends."""


class StrictPacket(Packet):  # type: ignore[misc]
    """A Socket.IO packet without binary parts: a connection, its end, or a named message."""

    uses_binary_events = False

    def decode(self, encoded_packet: str | bytes) -> int:
        """Read a packet; the number of binary parts that follow it is always 0.

        Raises:
            BadPacket: it is none of ours.
        """
        found = _PACKET.fullmatch(encoded_packet) if isinstance(encoded_packet, str) else None
        if found is None:
            raise BadPacket("no packet")
        kind, namespace, number, text = found.groups()
        self.packet_type = int(kind)
        self.namespace = namespace[:-1] if namespace else None
        self.id = int(number) if number else None
        try:
            self.data = strict_json.loads(text) if text else None
        except ValueError as error:
            raise BadPacket("no strict JSON") from error
        if not _IS_PROPER[self.packet_type](self.id, self.data):
            raise BadPacket("not a packet of its kind")
        return 0


def _is_event(_number: int | None, data: Any) -> bool:
    if not isinstance(data, list) or not 0 < len(data) <= VALUES_LIMIT:
        return False
    name = data[0]
    return isinstance(name, str) and bool(_NAME.fullmatch(name)) and name not in RESERVED_NAMES


_IS_PROPER = {
    CONNECT: lambda number, data: number is None and (data is None or isinstance(data, dict)),
    DISCONNECT: lambda number, data: number is None and data is None,
    EVENT: _is_event,
}


def screen(frame: str | bytes | None) -> str:
    """An Engine.IO packet as it came; for every other frame what stands for an offence.

    Engine.IO itself fails at others and leaves the connection hanging until its heartbeat is due.
    """
    return frame if isinstance(frame, str) and _ENGINE_PACKET.match(frame) else _NO_PACKET


class ScreenedSocket:
    """A websocket of eventlet's that hands on Engine.IO packets alone: messages, pongs, the end."""

    def __init__(self, socket: Any) -> None:
        self._inner = socket
        self.socket = socket.socket
        self.send = socket.send
        self.close = socket.close

    def wait(self) -> str | bytes | None:
        """Give the next packet, or None at the end."""
        frame: str | bytes | None = self._inner.wait()
        return None if frame is None else screen(frame)


def hang_up(sio: Any, engine_sid: str) -> None:
    """Close a connection without waiting for it.

    Engine.IO's own `disconnect` waits until everything queued has been sent, which on a dead line
    takes until its timeout: whoever takes a sitting over would wait for the one that failed.
    """
    socket = sio.eio.sockets.get(engine_sid)
    if socket is not None:
        socket.close(wait=False, reason=sio.reason.SERVER_DISCONNECT)
        sio.sleep(0)


class Gate:
    """Counts offences by connection, closes at the limit, and reports both sparingly."""

    def __init__(self, hall: Hall, sio: Any) -> None:
        """Stand between Engine.IO and Socket.IO of this server."""
        self._hall = hall
        self._sio = sio
        self._offences: dict[str, int] = {}
        self._lines: defaultdict[str, Sparse] = defaultdict(lambda: Sparse(limit=1))
        self._handle = sio.eio.handlers["message"]
        self._end = sio.eio.handlers["disconnect"]
        self._open_namespace = sio._handle_connect  # noqa: SLF001 - it has no public place
        sio._handle_connect = self._on_connect  # noqa: SLF001 - the same
        sio.eio.on("message", self._on_message)
        sio.eio.on("disconnect", self._on_disconnect)
        self._counter = Counter(
            "cat_packets_refused_total",
            "Packets that were no packets of our pages, and messages whose handler failed.",
            ("reason",),
            registry=hall.metrics,
        )

    def _on_message(self, engine_sid: str, data: object) -> None:
        if engine_sid not in self._sio.environ:
            return  # closed; what still comes is not read
        try:
            self._handle(engine_sid, data)
        except BadPacket:
            self._offend(engine_sid)
        except Exception as error:  # noqa: BLE001 - reported; the page sends again
            self._counter.labels("handler_failed").inc()
            self._log("message_failed", error=error)

    def _on_connect(self, engine_sid: str, namespace: str | None, data: Any) -> None:
        """Open a namespace that there is, once; the library opens it as often as it is asked."""
        name = namespace or "/"
        if name not in self._sio.handlers or self._sio.manager.sid_from_eio_sid(engine_sid, name):
            raise BadPacket("no namespace to open")
        self._open_namespace(engine_sid, namespace, data)

    def _on_disconnect(self, engine_sid: str, reason: object = None) -> None:
        self._offences.pop(engine_sid, None)
        try:
            self._end(engine_sid, reason)
        except Exception as error:  # noqa: BLE001 - reported; the connection is gone anyway
            self._counter.labels("handler_failed").inc()
            self._log("disconnect_failed", error=error)

    def _offend(self, engine_sid: str) -> None:
        self._counter.labels("bad_packet").inc()
        self._log("packets_refused")
        self._offences[engine_sid] = self._offences.get(engine_sid, 0) + 1
        if self._offences[engine_sid] >= OFFENCE_LIMIT:
            hang_up(self._sio, engine_sid)

    def _log(self, event: str, error: Exception | None = None) -> None:
        """Write a line for an event that has not been written lately, with how often it was."""
        left_out_count = self._lines[event].let_pass(self._hall.clock())
        if left_out_count is None:
            return
        count = left_out_count + 1
        if error is None:
            self._hall.log.warning(event, count=count)
        else:
            self._hall.log.error(event, count=count, error=repr(error)[:200], exc_info=error)
