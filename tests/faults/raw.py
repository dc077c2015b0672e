"""A websocket and an HTTP client that can be as rude as the wire allows."""

import os
import socket
import struct
import time
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

TIMEOUT_S = 20
TEXT, BINARY, CONTINUATION, CLOSE = 1, 2, 0, 8
HANDSHAKE = (
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
    "Host: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n{version}Cookie: {cookie}\r\n\r\n"
)
VERSION = "Sec-WebSocket-Version: 13\r\n"


def tcp(url: str, *, receive_bytes: int | None = None) -> socket.socket:
    """A TCP connection to a server."""
    parts = urlsplit(url)
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if receive_bytes is not None:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
    made.settimeout(TIMEOUT_S)
    made.connect((parts.hostname, parts.port))
    return made


class RawSocket:
    """A websocket, opened on a namespace if one is named; reads only when it is asked to."""

    def __init__(
        self,
        url: str,
        namespace: str = "",
        *,
        cookie: str = "",
        receive_bytes: int | None = None,
    ) -> None:
        self.tcp = tcp(url, receive_bytes=receive_bytes)
        self._buffer = b""
        head = HANDSHAKE.format(host=urlsplit(url).netloc, cookie=cookie, version=VERSION)
        self.tcp.sendall(head.encode())
        answer = self._until(b"\r\n\r\n")
        assert b" 101 " in answer.split(b"\r\n")[0], answer[:200]
        self.receive()
        if namespace:
            opened = self.ask(f"40{namespace},")
            assert opened.startswith(b"40"), opened

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.tcp.close()

    def send(self, text: str | bytes, *, opcode: int = TEXT, is_final: bool = True) -> None:
        """Send one frame."""
        self.tcp.sendall(frame(text, opcode=opcode, is_final=is_final))

    def ask(self, text: str) -> bytes:
        """Send a message and take what comes back."""
        self.send(text)
        answer = self.receive()
        assert answer is not None, "the server ended the connection"
        return answer

    def receive(self) -> bytes | None:
        """The next message; None when the server has ended the connection."""
        while (body := self._next()) == b"2":
            pass
        return body

    def _next(self, *, answers: bool = True) -> bytes | None:
        """The content of the next frame; a heartbeat is answered."""
        try:
            first, second = self._exactly(2)
            length = second & 127
            if length == 126:
                (length,) = struct.unpack("!H", self._exactly(2))
            elif length == 127:
                (length,) = struct.unpack("!Q", self._exactly(8))
            body = self._exactly(length)
            if body == b"2" and answers:
                self.send("3")
        except (EOFError, ConnectionError):
            return None
        return None if first & 15 == CLOSE else body

    def await_heartbeat(self) -> None:
        """Wait until the server asks for a sign of life, and give none."""
        while self._next(answers=False) != b"2":
            pass

    def is_ended(self, limit_s: float = 5) -> bool:
        """Wait until the server ends the connection; False when it goes on."""
        until = time.monotonic() + limit_s
        self.tcp.settimeout(limit_s)
        try:
            while time.monotonic() < until:
                if self._next() is None:
                    return True
        except TimeoutError:
            pass
        return False

    def _exactly(self, length: int) -> bytes:
        while len(self._buffer) < length:
            self._fill()
        taken, self._buffer = self._buffer[:length], self._buffer[length:]
        return taken

    def _until(self, mark: bytes) -> bytes:
        while mark not in self._buffer:
            self._fill()
        taken, _, self._buffer = self._buffer.partition(mark)
        return taken

    def _fill(self) -> None:
        piece = self.tcp.recv(65_536)
        if not piece:
            raise EOFError
        self._buffer += piece


def frame(text: str | bytes, *, opcode: int = TEXT, is_final: bool = True) -> bytes:
    """One masked frame; the mask is zero, so that bytes go out as they are."""
    body = text.encode() if isinstance(text, str) else text
    head = bytes([(0x80 if is_final else 0) | opcode])
    if len(body) < 126:
        head += bytes([0x80 | len(body)])
    elif len(body) < 65_536:
        head += bytes([0x80 | 126]) + struct.pack("!H", len(body))
    else:
        head += bytes([0x80 | 127]) + struct.pack("!Q", len(body))
    return head + bytes(4) + body


def resident_kb(process: int) -> int:
    """Memory that a process holds."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024


def descriptor_count(process: int) -> int:
    """Open file descriptors of a process."""
    return len(list(Path(f"/proc/{process}/fd").iterdir()))
