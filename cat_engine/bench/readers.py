"""One process of readers of a board: `python -m cat_engine.bench.readers`.

Reads a job as one line of JSON, connects, prints "ready". Then every line on its input begins a
measurement or ends it, in turn; at an end it prints what it saw as one line of JSON. The end of the
input ends it. Every delta is checked to follow on the one before it, for every reader.
"""

import json
import re
import select
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cat_engine.bench.load import cpu_s
from cat_engine.clock import wall_now
from cat_engine.runtime import give_way, raise_descriptor_limit

Json = dict[str, Any]

CONNECT_TIMEOUT_S = 60
RECEIVE_BYTES = 65_536
DESCRIPTORS_KEPT = 100
EVENTS_AT_ONCE = 4_096
END = b"\n\n"

# Of a delta the numbers that count; a JSON parser would cost more than all the rest.
_DELTA = re.compile(rb'^data: \{"after":(\d+),"version":(\d+),.*"now":(\d+),', re.MULTILINE)
_BEAT = re.compile(rb'^data: \{"version":(\d+),', re.MULTILINE)


class NotFollowing(Exception):
    """A reader was told something that does not follow on what it was told before."""

    code = "not_following"


@dataclass(frozen=True, slots=True)
class Told:
    """The version that an event leads to, from which, and when it was made (None: a beat)."""

    after: int
    version: int
    made_at: int | None


@dataclass(slots=True)
class Reader:
    """One connection and the version it holds; None before the first event."""

    socket: socket.socket
    version: int | None = None
    rest: bytes = b""


@dataclass(slots=True)
class Seen:
    """What one measurement saw."""

    cpu_before_s: float
    made_at: dict[int, int] = field(default_factory=dict)
    """By version: when the server made it, in its own clock."""
    follows: dict[int, int] = field(default_factory=dict)
    came_after_ms: dict[int, list[int]] = field(default_factory=dict)
    """By version: how long after that it came, for each reader."""
    bytes_count: int = 0
    failures: list[str] = field(default_factory=list)


class Readers:
    """All connections of this process, read from one loop."""

    def __init__(self, port: int, path: str, count: int) -> None:
        self._poller = select.epoll()
        self._readers: dict[int, Reader] = {}
        self._seen: Seen | None = None
        request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n"
        for _ in range(count):
            connection = socket.create_connection(("127.0.0.1", port), timeout=CONNECT_TIMEOUT_S)
            connection.sendall(request.encode())
            head = connection.recv(RECEIVE_BYTES)
            if not head.startswith(b"HTTP/1.1 200 "):
                raise OSError(f"refused: {head[:80]!r}")
            connection.setblocking(False)  # noqa: FBT003 - the socket's own signature
            reader = Reader(connection)
            self._readers[connection.fileno()] = reader
            self._poller.register(connection.fileno(), select.EPOLLIN)
            self._take(reader, head.partition(b"\r\n\r\n")[2])

    def run(self) -> None:
        """Read until the input ends."""
        self._poller.register(sys.stdin.fileno(), select.EPOLLIN)
        while True:
            for descriptor, _ in self._poller.poll(1.0, EVENTS_AT_ONCE):
                if descriptor == sys.stdin.fileno():
                    if not sys.stdin.readline():
                        return
                    self._turn_over()
                else:
                    self._read(descriptor)

    def _turn_over(self) -> None:
        if self._seen is None:
            self._seen = Seen(cpu_s())
            return
        sys.stdout.write(json.dumps(self._report(self._seen)) + "\n")
        sys.stdout.flush()
        self._seen = None

    def _report(self, seen: Seen) -> Json:
        return {
            "readers": len(self._readers),
            "made_at": seen.made_at,
            "follows": seen.follows,
            "came_after_ms": seen.came_after_ms,
            "bytes": seen.bytes_count,
            "cpu_s": cpu_s() - seen.cpu_before_s,
            "failures": seen.failures[:5],
        }

    def _read(self, descriptor: int) -> None:
        reader = self._readers.get(descriptor)
        if reader is None:
            return
        try:
            data = reader.socket.recv(RECEIVE_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._fail("a reader was let go")
            self._poller.unregister(descriptor)
            del self._readers[descriptor]
            reader.socket.close()
            return
        if self._seen is not None:
            self._seen.bytes_count += len(data)
        self._take(reader, data)

    def _take(self, reader: Reader, data: bytes) -> None:
        now = wall_now()
        for event in _whole_events(reader, data):
            try:
                told = read_event(event, reader.version)
            except NotFollowing as problem:
                self._fail(str(problem))
                continue
            if told is None:
                continue
            reader.version = told.version
            if self._seen is not None and told.made_at is not None:
                self._seen.made_at[told.version] = told.made_at
                self._seen.follows[told.version] = told.after
                self._seen.came_after_ms.setdefault(told.version, []).append(now - told.made_at)

    def _fail(self, what: str) -> None:
        if self._seen is not None:
            self._seen.failures.append(what)


def read_event(event: bytes, held: int | None) -> Told | None:
    """What an event tells a reader who holds a version; None when it tells nothing.

    Raises:
        NotFollowing: it leads on from another version than the one held.
    """
    found = _DELTA.search(event)
    if found is not None:
        after, version, made_at = map(int, found.groups())
        if held is not None and after != held:
            raise NotFollowing(f"version {version} follows on {after}, not on {held}")
        return Told(after, version, made_at)
    beat = _BEAT.search(event)
    if beat is None:
        return None
    version = int(beat[1])
    if held is not None and version != held:
        raise NotFollowing(f"a gap from {held} to {version}")
    return Told(version, version, None)


def _whole_events(reader: Reader, data: bytes) -> Iterator[bytes]:
    """The events that are complete; the rest of one is kept."""
    data = reader.rest + data
    *events, reader.rest = data.split(END)
    yield from events


def main() -> None:
    """Work through one job."""
    job = json.loads(sys.stdin.readline())
    # Readers sit elsewhere; here they must not take the processor from the exam that is measured.
    give_way()
    raise_descriptor_limit(job["count"] + DESCRIPTORS_KEPT)
    try:
        readers = Readers(job["port"], job["path"], job["count"])
    except OSError as error:
        sys.stdout.write(f"{error}\n")
        return
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    readers.run()


if __name__ == "__main__":
    main()
