"""A Socket.IO connection over a raw socket, as lean as a load generator needs it.

It speaks just enough WebSocket (RFC 6455), Engine.IO 4 and Socket.IO 5 that a process can drive
thousands of connections from one loop, so that what is measured is the server. Frames are masked
with one fixed key: the server has the same work with any key.
"""

import base64
import contextlib
import itertools
import json
import math
import select
import socket
import struct
from typing import Any

from cat_engine.clock import monotonic_s
from cat_engine.rehearsal.line import patience_of

Json = dict[str, Any]

NAMESPACE = "/candidate"
PREFIX_LENGTH = len(f"4x{NAMESPACE},")
KEY = b"\x37\xfa\x21\x3d"
REPLY_TIMEOUT_S = 60
RECEIVE_BYTES = 65_536
TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA


class Gone(Exception):
    """The server closed the connection or refused it."""

    code = "gone"


def frame(text: str, opcode: int = TEXT) -> bytes:
    """One masked frame, as a client sends it."""
    data = text.encode()
    size = len(data)
    if size < 126:
        head = struct.pack("!BB", 0x80 | opcode, 0x80 | size)
    else:
        head = struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, size)
    key = (KEY * (size // 4 + 1))[:size]
    masked = int.from_bytes(data, "big") ^ int.from_bytes(key, "big")
    return head + KEY + masked.to_bytes(size, "big")


class Connection:
    """One connection to the namespace of candidates, or a plain WebSocket."""

    def __init__(self, port: int, *, cookie: str = "", path: str = "/") -> None:
        self._buffer = bytearray()
        self._numbers = itertools.count(1)
        self._patience_s = math.inf
        self._asked_at = monotonic_s()
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=REPLY_TIMEOUT_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._upgrade(port, path, cookie)

    def fileno(self) -> int:
        """The descriptor to wait on."""
        return self.socket.fileno()

    def next_number(self) -> int:
        """The number under which the next message will be acknowledged."""
        return next(self._numbers)

    def send(self, text: str) -> None:
        """Send one text frame."""
        try:
            self.socket.sendall(frame(text))
        except OSError as error:
            raise Gone(str(error)) from error

    def receive(self) -> list[str]:
        """The texts that have come; answers pings on the way.

        Raises:
            Gone: the connection has ended.
        """
        try:
            data = self.socket.recv(RECEIVE_BYTES)
        except BlockingIOError:
            return []
        except OSError as error:
            raise Gone(str(error)) from error
        if not data:
            raise Gone("the server closed the connection")
        self._buffer += data
        texts = self._take_texts()
        if monotonic_s() - self._asked_at > self._patience_s:
            raise Gone("no heartbeat in time: a page would have hung up")
        return texts

    def _take_texts(self) -> list[str]:
        texts = []
        for opcode, payload in _frames(self._buffer):
            if opcode == CLOSE:
                raise Gone("the server closed the connection")
            text = payload.decode()
            if opcode == PING:
                self.socket.sendall(frame(text, PONG))
            elif text == "2":
                self._asked_at = monotonic_s()
                self.send("3")
            elif opcode == TEXT:
                texts.append(text)
        return texts

    def join(self) -> None:
        """Enter the namespace of candidates.

        Raises:
            Gone: the server refused.
        """
        self._patience_s = patience_of(self._wait_for("0"))
        self.send(f"40{NAMESPACE},")
        answer = self._wait_for("4")
        if not answer.startswith(f"40{NAMESPACE}"):
            raise Gone(f"refused: {answer[:200]}")

    def call(self, name: str, message: Json) -> Json:
        """Send one message and wait for its acknowledgement."""
        self.send(f"42{NAMESPACE},{self.next_number()}{encode(name, message)}")
        text = self._wait_for("43")
        return json.loads(text[text.index("[") :])[0]  # type: ignore[no-any-return]

    def stop_waiting(self) -> None:
        """From now on `receive` gives what is there, and nothing when nothing is."""
        self.socket.settimeout(0)

    def close(self) -> None:
        """End the connection."""
        with contextlib.suppress(OSError):
            self.socket.close()

    def _wait_for(self, start: str) -> str:
        texts = self._take_texts()  # the first frame may have come with the head of the upgrade
        while not any(text.startswith(start) for text in texts):
            waiting = select.poll()  # not `select`, which knows a thousand descriptors
            waiting.register(self.socket, select.POLLIN)
            if not waiting.poll(REPLY_TIMEOUT_S * 1_000):
                raise Gone("no answer")
            texts = self.receive()
        return next(text for text in texts if text.startswith(start))

    def _upgrade(self, port: int, path: str, cookie: str) -> None:
        key = base64.b64encode(b"cat-engine-bench").decode()
        lines = [
            f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket",
            "Connection: Upgrade", f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13",
        ]  # fmt: skip
        if cookie:
            lines.append(f"Cookie: {cookie}")
        try:
            self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
            head = b""
            while b"\r\n\r\n" not in head:
                data = self.socket.recv(RECEIVE_BYTES)
                if not data:
                    raise Gone("closed while connecting")
                head += data
        except OSError as error:
            raise Gone(str(error)) from error
        head, _, rest = head.partition(b"\r\n\r\n")
        if b" 101 " not in head.split(b"\r\n")[0]:
            raise Gone(head[:200].decode("latin-1"))
        self._buffer += rest


def encode(name: str, message: Json) -> str:
    """A Socket.IO event's array."""
    return json.dumps([name, message], separators=(",", ":"))


def number_of(text: str) -> int:
    """The number under which a message came or is acknowledged."""
    return int(text[PREFIX_LENGTH : text.index("[")])


def _frames(buffer: bytearray) -> list[tuple[int, bytes]]:
    """Take the complete frames of a server out of a buffer; none of them is masked or split."""
    found = []
    at = 0
    while len(buffer) - at >= 2:
        size, start = buffer[at + 1], at + 2
        if size == 126:
            size, start = int.from_bytes(buffer[at + 2 : at + 4], "big"), at + 4
        elif size == 127:
            size, start = int.from_bytes(buffer[at + 2 : at + 10], "big"), at + 10
        if len(buffer) < start + size:
            break
        found.append((buffer[at] & 0x0F, bytes(buffer[start : start + size])))
        at = start + size
    del buffer[:at]
    return found
