"""A peer that speaks clamd's INSTREAM on a Unix socket, strictly, and misbehaves when told to."""

import socket
import struct
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The harmless text that every scanner knows, in two pieces so that none finds it here."""
COMMAND = b"zINSTREAM\0"


class Clamd:
    """Answers each file with OK or FOUND; `manner` is one of the ways below to fail."""

    def __init__(self, path: Path, manner: str = "well") -> None:
        self.path = path
        self.manner = manner
        self.files: list[bytes] = []
        self.faults: list[str] = []
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(path))
        self._listener.listen()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(30)
        assert [] == self.faults

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            with line:
                line.settimeout(30)
                self._answer(line)

    def _answer(self, line: socket.socket) -> None:
        if self.manner == "hangs_up":
            return
        command = _exactly(line, len(COMMAND))
        if command != COMMAND:
            self.faults.append(f"no command: {command!r}")
            return
        if self.manner == "had_enough":
            line.sendall(b"INSTREAM size limit exceeded. ERROR\0")
            return
        if self.manner == "ok_too_soon":
            line.sendall(b"stream: OK\0")
            return
        content = b""
        while size := struct.unpack("!L", _exactly(line, 4))[0]:
            content += _exactly(line, size)
        self.files.append(content)
        if self.manner == "silent":
            line.recv(1)  # until the other side has had enough
            return
        if self.manner == "junk":
            line.sendall(b"stream: OK FOUND nothing ERROR\0")
        elif self.manner == "endless":
            line.sendall(b"stream: " + b"O" * 10_000)
        else:
            found = b"Eicar-Test-Signature FOUND" if EICAR in content else b"OK"
            line.sendall(b"stream: " + found + b"\0")


def _exactly(line: socket.socket, size: int) -> bytes:
    got = b""
    while len(got) < size:
        piece = line.recv(size - len(got))
        if not piece:
            break
        got += piece
    return got
