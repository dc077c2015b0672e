"""Carriers: live connections without a green thread each, served by calls from one loop.

A connection begins as a request to eventlet's web server and Engine.IO, with all their checks.
Then its socket leaves them: a carrier reads and writes its frames, hands each message on, and
stands in Engine.IO's table in place of the socket that Engine.IO had made
(docs/decisions/0010-live-connections-without-green-threads.md).

Promised: the messages of one connection are handled one after the other, in order. What is written
to a page that does not read is bounded, and so is what a page sends before it is answered. A page
that is silent for longer than the heartbeat allows is let go.
"""

import select
import socket
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from engineio import packet as engine_packet

from cat_engine.clock import monotonic_s
from cat_engine.live import frames
from cat_engine.live.frames import BadFrame, FrameReader
from cat_engine.live.gate import screen
from cat_engine.runtime import Hub, hand_over

RECEIVE_BYTES = 16_384
"""What is read of one connection before others have their turn."""
OUTPUT_LIMIT_BYTES = 512 * 1024
"""What may wait behind one message for a page that does not read; then the connection is cut."""
INBOX_LIMIT = 64
"""Messages that may wait behind one that is being handled; beyond it nothing more is read."""
LINGER_S = 2.0
"""How long the end of a closed connection is waited for, so that its last bytes arrive."""
SWEEP_S = 0.5
CLOSE_PACKET, PONG_PACKET, MESSAGE_PACKET = "1", "3", "4"
SWITCHING = (
    "HTTP/1.1 101 Switching Protocols\r\n"
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"
)
KEPT = (
    "HTTP_ACCEPT_LANGUAGE", "HTTP_COOKIE", "HTTP_HOST", "HTTP_ORIGIN", "HTTP_USER_AGENT",
    "PATH_INFO", "QUERY_STRING", "REMOTE_ADDR", "wsgi.url_scheme",
)  # fmt: skip
"""What is kept of the request while the connection lives; the rest holds buffers and sockets."""

Answer = Callable[[str], None]


class Shortcut(Protocol):
    """Takes messages that can be handled without waiting."""

    prefix: str

    def take(self, engine_sid: str, message: str, answer: Answer) -> bool:
        """Handle a message and call `answer` once, now or later; False: handle it elsewhere."""


class Carriers:
    """Every carrier of this server, and what they need."""

    def __init__(self, sio: Any, hub: Hub, *, ping_interval_s: float, ping_timeout_s: float,
                 message_limit: int) -> None:  # fmt: skip
        self.sio = sio
        self.hub = hub
        self.message_limit = message_limit
        self.shortcut: Shortcut | None = None
        self._ping_interval_s = ping_interval_s
        self._ping_timeout_s = ping_timeout_s
        self._all: dict[str, Carrier] = {}
        self._closing: dict[Carrier, float] = {}

    @property
    def count(self) -> int:
        """Connections that are carried, with those that are about to end."""
        return len(self._all) + len(self._closing)

    def carry(self, environ: dict[str, Any], made: Any) -> bool:
        """Take the connection under a request; False where it must stay with eventlet.

        Args:
            environ: the request.
            made: Engine.IO's socket for it; whatever it has queued is sent first.
        """
        accept = frames.accept_of(environ.get("HTTP_SEC_WEBSOCKET_KEY", ""))
        is_proper = accept is not None and environ.get("HTTP_SEC_WEBSOCKET_VERSION") == "13"
        if not is_proper:
            return False
        descriptor = hand_over(environ)
        if descriptor is None:
            return False
        made.end_heartbeat()  # ours is `sweep`
        native = socket.socket(fileno=descriptor)
        native.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        carrier = Carrier(self, made.sid, native)
        self._all[made.sid] = self.sio.eio.sockets[made.sid] = carrier
        known = self.sio.environ.get(made.sid, {})
        self.sio.environ[made.sid] = {name: known[name] for name in KEPT if name in known}
        self.hub.watch(descriptor, carrier.on_ready)
        carrier.write(SWITCHING.format(accept=accept).encode())
        while not made.queue.empty():
            carrier.send(made.queue.get())
        return True

    def forget(self, carrier: "Carrier", *, lingers: bool) -> None:
        """Take a closed carrier out; `sweep` waits a while for the other end of its socket."""
        self._all.pop(carrier.sid, None)
        if self.sio.eio.sockets.get(carrier.sid) is carrier:
            del self.sio.eio.sockets[carrier.sid]
        if lingers:
            self._closing[carrier] = monotonic_s() + LINGER_S

    def release(self, carrier: "Carrier") -> None:
        """Forget a carrier whose socket is closed."""
        self._closing.pop(carrier, None)

    def sweep(self) -> None:
        """Send heartbeats, and let go of who does not answer; called twice a second.

        A page that falls silent is asked after the interval. One that keeps talking is asked as
        well, in the middle of its patience: Engine.IO's client counts pings alone as a sign of
        life, and closes when interval and timeout have passed without one.
        """
        now = monotonic_s()
        patience_s = self._ping_interval_s + self._ping_timeout_s / 2
        for carrier in list(self._all.values()):
            if carrier.pinged_at is None:
                is_silent = now - carrier.heard_at >= self._ping_interval_s
                if is_silent or now - carrier.asked_at >= patience_s:
                    carrier.pinged_at = carrier.asked_at = now
                    carrier.send(engine_packet.Packet(engine_packet.PING))
            elif now - carrier.pinged_at > self._ping_timeout_s:
                self.hub.spawn(carrier.close_for, self.sio.eio.reason.PING_TIMEOUT)
        for carrier in [one for one, until in self._closing.items() if until <= now]:
            carrier.drop()


@dataclass(eq=False, slots=True)
class Carrier:
    """One connection. Has what Engine.IO's server expects of a socket in its table."""

    carriers: Carriers
    sid: str
    native: socket.socket
    heard_at: float = field(default_factory=monotonic_s)
    asked_at: float = field(default_factory=monotonic_s)
    """When the last ping went out, or the connection began."""
    pinged_at: float | None = None
    """When a ping went out that nothing has come after."""
    closed: bool = False
    closing: bool = False
    connected: bool = True
    upgraded: bool = True
    upgrading: bool = False
    _reader: FrameReader = field(init=False)
    _inbox: deque[str | None] = field(default_factory=deque)
    """Messages that wait for the one before them; None is the end of the connection."""
    _outbox: bytearray = field(default_factory=bytearray)
    _is_busy: bool = False
    _is_working: bool = False
    _is_paused: bool = False
    _is_deaf: bool = False
    """What comes is thrown away: the page has said its last word, or something that is no frame."""
    _has_ended: bool = False
    """Nothing comes any more; the socket is not watched."""

    def __post_init__(self) -> None:
        """Make the socket ready for calls that do not wait."""
        self._reader = FrameReader(self.carriers.message_limit)
        self.native.settimeout(0)

    # --- what Engine.IO and the gate call, in green threads ---

    def send(self, pkt: Any) -> None:
        """Send an Engine.IO packet, or nothing on a closed connection."""
        if not self.closed:
            self.write(frames.encode(pkt.encode().encode()))

    def check_ping_timeout(self) -> bool:
        """Engine.IO's own watch over silent connections; ours is `Carriers.sweep`."""
        return True

    def close(self, wait: bool = True, abort: bool = False, reason: Any = None) -> None:  # noqa: ARG002, FBT001, FBT002 - as Engine.IO calls it
        """End the connection and tell the server; may wait, so it must not be called on the hub."""
        if self.closing:
            return
        self.closing = True
        engine_io = self.carriers.sio.eio
        engine_io.handlers["disconnect"](self.sid, reason or engine_io.reason.SERVER_DISCONNECT)
        if not abort:
            self.send(engine_packet.Packet(engine_packet.CLOSE))
            self.write(frames.encode_close(frames.NORMAL))
        self.closed = True
        lingers = not self._has_ended and not self._outbox
        self.carriers.forget(self, lingers=lingers)
        if lingers:
            with suppress(OSError):
                self.native.shutdown(socket.SHUT_WR)
        else:
            self.drop()

    def close_for(self, reason: Any) -> None:
        """End a connection whose page is not there any more."""
        self.close(abort=True, reason=reason)

    def drop(self) -> None:
        """Close the socket."""
        self._stop_watching()
        self.native.close()
        self.carriers.release(self)

    # --- reading, on the hub ---

    def on_ready(self, events: int) -> None:
        """Write what waits and read what came."""
        if self._outbox:
            self._write_waiting()
        data = self._receive(events)
        if data is None:
            return
        if not data:
            self._stop_watching()
            self._hear_no_more()
            if self.closed:
                self.drop()
            return
        if self._is_deaf or self.closing:
            return
        self.heard_at, self.pinged_at = monotonic_s(), None
        try:
            for message in self._reader.feed(data):
                self._take(message)
        except BadFrame as refused:
            self.write(frames.encode_close(refused.status))
            self._hear_no_more()

    def _receive(self, events: int) -> bytes | None:
        """What came, empty at the end, None when it is not the time to read."""
        if self._is_paused:  # a page that is gone is told even so; what it had sent is not read
            return b"" if events & (select.EPOLLHUP | select.EPOLLERR) else None
        try:
            return self.native.recv(RECEIVE_BYTES)
        except BlockingIOError:
            return None
        except OSError:
            return b""

    def _take(self, message: frames.Message) -> None:
        if self._is_deaf:
            return
        if message.opcode == frames.PING:
            self.write(frames.encode(message.data, frames.PONG))
        elif message.opcode == frames.CLOSE:
            self.write(frames.encode(message.data[:2], frames.CLOSE))
            self._hear_no_more()
        elif message.opcode != frames.PONG:
            packet = screen(message.text)
            if packet == CLOSE_PACKET:
                self._hear_no_more()
            elif packet != PONG_PACKET:  # the heartbeat's answer counts as being heard, above
                self._put_in(packet)

    def _hear_no_more(self) -> None:
        """Let what came before be handled, then the end itself."""
        if self._is_deaf:
            return
        self._is_deaf = True
        self._resume()  # what still comes must be read, or the page never gets our last bytes
        self._put_in(None)

    def _put_in(self, packet: str | None) -> None:
        self._inbox.append(packet)
        if len(self._inbox) >= INBOX_LIMIT and not self._is_paused and not self._is_deaf:
            self._is_paused = True
            self._watch()
        self._work()

    # --- one message after the other ---

    def _work(self) -> None:
        if self._is_working:  # an answer came at once: the loop below goes on
            return
        self._is_working = True
        while self._inbox and not self._is_busy and not self.closing:
            self._dispatch(self._inbox.popleft())
        self._is_working = False
        if not self._inbox:
            self._resume()

    def _resume(self) -> None:
        if self._is_paused:
            self._is_paused = False
            self._watch()

    def _dispatch(self, packet: str | None) -> None:
        self._is_busy = True
        if packet is None:
            self.carriers.hub.spawn(self.close_for, self.carriers.sio.eio.reason.TRANSPORT_CLOSE)
            return
        message, shortcut = packet[1:], self.carriers.shortcut
        if shortcut is not None and message.startswith(shortcut.prefix):
            try:
                if shortcut.take(self.sid, message, self._answer):
                    return
            except Exception as error:  # noqa: BLE001 - raised again where nothing hangs on it
                self.carriers.hub.spawn(self._fail, error)
                return
        self.carriers.hub.spawn(self._handle, message)

    def _fail(self, error: Exception) -> None:
        """End a connection that would wait for ever; the page comes back and sends again."""
        self.close(abort=True, reason=self.carriers.sio.eio.reason.TRANSPORT_ERROR)
        raise error

    def _answer(self, message: str) -> None:
        if not self.closed:
            self.write(frames.encode(f"{MESSAGE_PACKET}{message}".encode()))
        self._is_busy = False
        if self._inbox:
            self._work()

    def _handle(self, message: str) -> None:
        """Let the gate and Socket.IO handle a message; in a green thread, so it may wait."""
        try:
            self.carriers.sio.eio.handlers["message"](self.sid, message)
        finally:
            self._is_busy = False
            self._work()

    # --- writing ---

    def write(self, data: bytes) -> None:
        """Send bytes now, or as soon as the page reads."""
        if self._has_ended:
            return
        if not self._outbox:
            try:
                sent = self.native.send(data)
            except BlockingIOError:
                sent = 0
            except OSError:
                return  # its end is read in a moment
            if sent == len(data):
                return
            data = data[sent:]
        is_first = not self._outbox
        self._outbox += data
        if len(self._outbox) > OUTPUT_LIMIT_BYTES and not is_first:
            self._hear_no_more()
        else:
            self._watch()

    def _write_waiting(self) -> None:
        try:
            sent = self.native.send(self._outbox)
        except BlockingIOError:
            return
        except OSError:
            sent = len(self._outbox)
        del self._outbox[:sent]
        if not self._outbox:
            self._watch()

    def _watch(self) -> None:
        if not self._has_ended:
            self.carriers.hub.watch_for(
                self.native.fileno(), reading=not self._is_paused, writing=bool(self._outbox)
            )

    def _stop_watching(self) -> None:
        if not self._has_ended:
            self._has_ended = True
            self.carriers.hub.unwatch(self.native.fileno())
