"""How connections come in, and what one of them can make this process keep.

Eventlet's own server ends its loop of accepting at the first error, waits in silence at its limit
of connections, and bounds neither a slow head nor a slow reader nor a message of many frames. Here
each of these has a limit, and whoever meets one is refused, not left waiting (docs/faults.md).
"""

import errno
import functools
import socket
import ssl
import warnings
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import engineio.async_drivers.eventlet

from cat_engine.clock import monotonic_s
from cat_engine.log import Sparse
from cat_engine.runtime import CONNECTION_LIMIT, raise_descriptor_limit

with warnings.catch_warnings():
    # Known and decided: docs/decisions/0002-eventlet-without-patching.md.
    warnings.simplefilter("ignore")
    import eventlet
import eventlet.green.ssl
import eventlet.greenio
import eventlet.queue
import eventlet.websocket
import eventlet.wsgi

LISTEN_BACKLOG = 4_096
DESCRIPTORS_KEPT = 128
"""File descriptors that connections leave to the database, the log and refusals."""
REFUSAL_LIMIT = 32
"""Refusals that may be under way; beyond it a connection is closed without a word."""
SOCKET_TIMEOUT_S = 30
REQUEST_LIMIT_S = 30
"""Seconds in which the head of a request must be whole, and then its body."""
URL_LENGTH_LIMIT = 4_096
SEND_LIMIT_BYTES = 512 * 1024
"""What may wait behind one message for a reader that does not read; then the connection ends."""
TURN = 16
"""Frames of one connection after which others have their turn, however much waits."""


def limit_connections() -> None:
    """Bound what one connection can make this process keep.

    Engine.IO's queue for a connection has no end, so one reader that never reads costs megabytes a
    second; and eventlet bounds a frame, but not a message of many frames.
    """
    engineio.async_drivers.eventlet._async["queue"] = _SendQueue  # noqa: SLF001
    eventlet.websocket.RFC6455WebSocket.Message = _BoundedMessage


def screen_sockets(
    engine_io: Any,
    screen: Callable[[Any], Any],
    carry: Callable[[dict[str, Any], Any], bool],
    before_green: Callable[[dict[str, Any]], None],
) -> None:
    """Say how the websockets of this Engine.IO server are read.

    Args:
        engine_io: the server.
        screen: wraps a websocket that stays with eventlet; it is read a few frames a turn.
        carry: takes the connection under a request, with the Engine.IO socket that was made for
            it, away from eventlet; False when it cannot.
        before_green: called with the request of a connection that stays here as long as it lives.
    """
    drivers = engine_io._async  # noqa: SLF001 - Engine.IO has no public place for it
    make = drivers["websocket"]

    def make_upgrade(handler: Any, server: Any) -> Any:
        green = make(lambda accepted: handler(screen(_by_turns(accepted))), server)

        def upgrade(environ: dict[str, Any], start_response: Any) -> Any:
            if carry(environ, handler.__self__):
                return []
            before_green(environ)
            return green(environ, start_response)

        return upgrade

    engine_io._async = {**drivers, "websocket": make_upgrade}  # noqa: SLF001 - the same


def _by_turns(accepted: Any) -> Any:
    """The websocket, reading which lets others read: one that always has data would never wait."""
    wait = accepted.wait
    count = 0

    def wait_in_turn() -> Any:
        nonlocal count
        count += 1
        if count % TURN == 0:
            eventlet.sleep(0)
        return wait()

    accepted.wait = wait_in_turn
    return accepted


class _SendQueue(eventlet.queue.LightQueue):  # type: ignore[misc]
    """What waits for one connection; full, it is emptied and ends the connection."""

    def __init__(self) -> None:
        super().__init__()
        self._size_bytes = 0
        self._is_over = False

    def put(self, packet: Any, block: bool = True, timeout: float | None = None) -> None:  # noqa: FBT001, FBT002
        """Take a packet in; None ends the connection. Never waits."""
        if self._is_over:
            return
        size_bytes = _size_of(packet)
        if self._size_bytes and self._size_bytes + size_bytes > SEND_LIMIT_BYTES:
            self._is_over = True
            self.queue.clear()
            packet = None
        self._size_bytes += size_bytes
        super().put(packet, block, timeout)

    def get(self, block: bool = True, timeout: float | None = None) -> Any:  # noqa: FBT001, FBT002
        """The next packet."""
        packet = super().get(block, timeout)
        self._size_bytes -= _size_of(packet)
        return packet

    def task_done(self) -> None:
        """Nobody counts."""

    def join(self) -> None:
        """Wait for nobody: who closes a connection must not wait for one that never reads."""


def _size_of(packet: Any) -> int:
    return 0 if packet is None else len(packet.encode())


class _BoundedMessage(eventlet.websocket.RFC6455WebSocket.Message):  # type: ignore[misc]
    """A message as it comes in; a fragment counts as a byte at least, which bounds empty ones."""

    _size_bytes = 0

    def push(self, data: bytes, final: bool = False) -> None:  # noqa: FBT001, FBT002 - eventlet's
        """Take a fragment.

        Raises:
            FailedConnectionError: the message is too large; closes the connection with 1009.
        """
        self._size_bytes += max(1, len(data))
        if self._size_bytes > self.max_frame_length:
            raise eventlet.websocket.FailedConnectionError(1009, "message too large")
        super().push(data, final)


def listen(host: str, port: int) -> Any:
    """Take the port; who comes before `serve` waits in the backlog and is served then.

    The socket is our own: no shared port, so a second server cannot bind silently, and a backlog
    that takes a hall which connects at one instant.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(LISTEN_BACKLOG)
    return eventlet.greenio.GreenSocket(listener)


def serve(
    app: Callable[..., Any],
    *,
    listener: Any,
    on_ready: Callable[[int], None],
    log: Callable[[str], None],
    tls: tuple[str, str] | None = None,
    count_carried: Callable[[], int] = int,
    on_full: Callable[[], object] = lambda: None,
) -> None:
    """Serve until the process is told to stop.

    Whoever comes beyond the limit of connections is told to come again; nobody waits in silence.
    With `tls`, files of a certificate and its key, the server speaks https. `listener` comes from
    `listen`; `count_carried` tells how many connections live outside this server and count towards
    the limit; `on_full` is told of everybody who is told to come again.
    """
    if tls is not None:
        listener = _wrap_in_tls(listener, *tls)
    lines = _Lines(log)
    on_ready(listener.getsockname()[1])
    limit = _connection_limit()
    pool = eventlet.GreenPool(limit + 1)
    try:
        eventlet.wsgi.server(
            _Door(
                listener,
                lambda: limit - pool.running() - count_carried(),
                on_full=on_full,
                limit=limit,
                lines=lines,
            ),
            app,
            log=lines,
            log_format="",  # no line for each request; failures alone
            debug=False,
            protocol=_Protocol,
            environ={"wsgi.errors": lines},
            custom_pool=pool,
            socket_timeout=SOCKET_TIMEOUT_S,
            url_length_limit=URL_LENGTH_LIMIT,
        )
    finally:
        listener.close()


def _connection_limit() -> int:
    """How many connections this process can hold at once."""
    descriptors = raise_descriptor_limit(CONNECTION_LIMIT + DESCRIPTORS_KEPT)
    return max(1, min(CONNECTION_LIMIT, descriptors - DESCRIPTORS_KEPT))


def _wrap_in_tls(listener: Any, certificate_file: str, key_file: str) -> Any:
    """Speak TLS 1.2 or newer; the handshake is made by each connection's own green thread."""
    context = eventlet.green.ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    context.load_cert_chain(certificate_file, key_file)
    return context.wrap_socket(listener, server_side=True)


class _Door:
    """The listening socket as eventlet's server sees it: accepting goes on, whatever comes.

    Eventlet's loop ends for ever at the first error of `accept`, and at its limit it waits in
    silence.
    """

    PAUSE_S = 0.05
    REFUSAL = (
        b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\n"
        b"Content-Length: 0\r\nConnection: close\r\n\r\n"
    )

    def __init__(
        self,
        listener: Any,
        count_free: Callable[[], int],
        *,
        on_full: Callable[[], object],
        limit: int,
        lines: "_Lines",
    ) -> None:
        self._listener = listener
        self._count_free = count_free
        self._on_full = on_full
        self._limit = limit
        self._lines = lines
        self._refusals = eventlet.GreenPool(REFUSAL_LIMIT)

    def accept(self) -> tuple[Any, Any]:
        """The next connection that there is room for."""
        while True:
            try:
                connection, address = self._listener.accept()
            except OSError as error:
                # No descriptors or no memory left, or the caller has gone: later ones still come.
                name = errno.errorcode.get(error.errno or 0, "?")
                self._lines.write(f"a connection could not be accepted: {name}")
                eventlet.sleep(self.PAUSE_S)
                continue
            if self._count_free() > 0:
                return connection, address
            self._on_full()
            self._lines.write(f"{self._limit} connections are open: one was told to come again")
            if self._refusals.free() > 0:
                self._refusals.spawn_n(self._refuse, connection)
            else:
                connection.close()

    def _refuse(self, connection: Any) -> None:
        with suppress(OSError):
            connection.settimeout(1)
            connection.sendall(self.REFUSAL)
            connection.shutdown(socket.SHUT_WR)
            connection.recv(URL_LENGTH_LIMIT)  # what was sent must be read, or the answer is lost
        connection.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._listener, name)


class _Protocol(eventlet.wsgi.HttpProtocol):  # type: ignore[misc]
    """HTTP with an end to heads and bodies that never end.

    Its refusals are answered and not written down: their words are a stranger's.
    """

    def handle(self) -> None:
        """Serve a connection; who speaks no TLS, or nothing at all, is let go without a word."""
        try:
            super().handle()
        except (ssl.SSLError, TimeoutError):
            self.close_connection = 1

    def log_message(self, *_message: object) -> None:
        """Keep what a stranger sent out of the log."""

    def handle_one_request(self) -> None:
        """Read one request and answer it; an idle connection ends when the head's time is over."""
        self._head = eventlet.Timeout(REQUEST_LIMIT_S, TimeoutError("the head never ended"))
        try:
            super().handle_one_request()
        finally:
            self._head.cancel()

    def get_environ(self) -> Any:
        """What the program is told of the request; called when the head is whole."""
        self._head.cancel()
        environ = super().get_environ()
        body = environ["wsgi.input"]
        until_s = monotonic_s() + REQUEST_LIMIT_S
        body._do_read = functools.partial(_read_until, until_s, body._do_read)  # noqa: SLF001
        body._chunked_read = functools.partial(_read_until, until_s, body._chunked_read)  # noqa: SLF001
        return environ


def _read_until(until_s: float, read: Callable[..., bytes], *values: Any) -> bytes:
    with eventlet.Timeout(max(0, until_s - monotonic_s()), TimeoutError("the body never ended")):
        return read(*values)


_NOISE = (
    "socket shutdown error",  # somebody hung up before we did
    "discarding request body",  # a stranger's broken request, quoted in full
    "wsgi starting up",
    "wsgi exited",
)


class _Lines:
    """A file for eventlet's own messages; requests are not written line by line.

    Bounded: whoever can make the server write a line can make it write a million.
    """

    def __init__(self, log: Callable[[str], None]) -> None:
        self._log = log
        self._sparse = Sparse()

    def write(self, text: str) -> None:
        """Hand one message on, unless it is of no use to anybody or there were too many."""
        if not text.strip() or any(noise in text for noise in _NOISE):
            return
        left_out = self._sparse.let_pass(int(monotonic_s() * 1_000))
        if left_out:
            self._log(f"{left_out} lines were left out")
        if left_out is not None:
            self._log(text.strip())

    def flush(self) -> None:
        """Nothing is held back."""
