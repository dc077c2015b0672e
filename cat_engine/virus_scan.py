"""Uploaded files through clamd, the daemon of ClamAV, on this machine: INSTREAM and nothing else.

Promised: `scan` says that a file is clean, names what was found in it, or raises that nobody
looked; it never says clean when it is not sure, and it ends within its time. The protocol has
neither TLS nor a password, and files hold keys: only a Unix socket or the loopback is spoken to.
"""

from __future__ import annotations

import re
import socket
import struct
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import dataclass
from ipaddress import ip_address
from threading import BoundedSemaphore

from cat_engine.clock import monotonic_s

CHUNK_BYTES = 64 * 1024
ANSWER_LIMIT_BYTES = 1_024
SCANS_AT_ONCE = 2
"""Each holds one of the threads that pages need as well; others are told to come again."""
_FOUND = re.compile(rb"stream: ([\x21-\x7e]{1,200}) FOUND\Z")
_PORT = re.compile(r"(.+):([0-9]{1,5})")
_TURNS = BoundedSemaphore(SCANS_AT_ONCE)


class NotScanned(Exception):
    """Nobody can say whether a file is clean: the scanner is away, late, busy, or refused it."""


@dataclass(frozen=True, slots=True)
class Scanner:
    """A clamd, and the seconds that one file may take."""

    address: str | tuple[str, int]
    """The path of its Unix socket, or host and port."""
    timeout_s: int

    def scan(self, chunks: Iterable[bytes]) -> str | None:
        """Give the name of what a file is infected with, or None: it is clean.

        Raises:
            NotScanned: there is no answer to rely on.
        """
        if not _TURNS.acquire(blocking=False):
            raise NotScanned("busy")
        try:
            answer, is_whole = self._ask(chunks)
        except (OSError, ValueError) as error:
            raise NotScanned(repr(error)) from error
        finally:
            _TURNS.release()
        if answer == b"stream: OK" and is_whole:
            return None
        found = _FOUND.fullmatch(answer)
        if found is None:
            raise NotScanned(f"answered {answer[:80]!r}")
        return found.group(1).decode("ascii")

    def _ask(self, chunks: Iterable[bytes]) -> tuple[bytes, bool]:
        """The answer, and whether the file had been sent whole before it came."""
        until_s, is_whole = monotonic_s() + self.timeout_s, False
        with closing(self._connect()) as line:
            # One that has found something or had enough hangs up while it is still being sent to.
            with suppress(BrokenPipeError, ConnectionResetError):
                _send(line, b"zINSTREAM\0", until_s)
                for chunk in _of_bounded_size(chunks):
                    _send(line, struct.pack("!L", len(chunk)) + chunk, until_s)
                _send(line, struct.pack("!L", 0), until_s)
                is_whole = True
            return _receive(line, until_s), is_whole

    def _connect(self) -> socket.socket:
        if not isinstance(self.address, str):
            return socket.create_connection(self.address, self.timeout_s)
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            line.settimeout(self.timeout_s)
            line.connect(self.address)
        except OSError:
            line.close()
            raise
        return line


def make_scanner(setting: str, timeout_s: int) -> Scanner | None:
    """The scanner that a setting names: the path of a socket, host:port of this machine, or none.

    Raises:
        ValueError: it is neither.
    """
    if not setting:
        return None
    if setting.startswith("/"):
        return Scanner(setting, timeout_s)
    found = _PORT.fullmatch(setting)
    if found is None or not _is_loopback(found.group(1).strip("[]")):
        raise ValueError(
            f"a scanner is the path of clamd's socket or host:port on this machine, not {setting!r}"
        )
    return Scanner((found.group(1).strip("[]"), int(found.group(2))), timeout_s)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _of_bounded_size(chunks: Iterable[bytes]) -> Iterable[bytes]:
    """Pieces that are sent one by one; an empty one would end the file."""
    for chunk in chunks:
        for start in range(0, len(chunk), CHUNK_BYTES):
            yield chunk[start : start + CHUNK_BYTES]


def _send(line: socket.socket, data: bytes, until_s: float) -> None:
    _set_rest(line, until_s)
    line.sendall(data)


def _receive(line: socket.socket, until_s: float) -> bytes:
    """Read an answer to its NUL, or to the end of the line."""
    answer = b""
    while len(answer) <= ANSWER_LIMIT_BYTES:
        _set_rest(line, until_s)
        piece = line.recv(ANSWER_LIMIT_BYTES)
        answer += piece
        if not piece or b"\0" in piece:
            return answer.partition(b"\0")[0].strip()
    raise ValueError("the answer never ended")


def _set_rest(line: socket.socket, until_s: float) -> None:
    rest_s = until_s - monotonic_s()
    if rest_s <= 0:
        raise TimeoutError("the scanner took too long")
    line.settimeout(rest_s)
