"""Everybody who follows a board: sockets in one native thread, fed from one set of bytes.

A reader costs a socket and one entry of a table. What is told is encoded once; a reader who is up
to date gets those bytes as they are, and nothing is ever kept for one reader alone: who is slow has
the rest of one message and a position in the bulletin, catches up from there, and gets a beat in
place of what is no longer kept. Who takes nothing for a while is let go.

Not handled here: HTTP. A socket comes from `live/streams.py` when the head of its answer is known.
"""

import os
import select
import socket
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from cat_engine.clock import monotonic_s
from cat_engine.live import bulletin as bulletins
from cat_engine.live.bulletin import Bulletin

BEAT_S = 15.0
"""Silence after which a board's readers get a sign of life."""
STALL_S = 30.0
"""How long a reader may take nothing of what waits for it."""
SWEEP_S = 1.0
SEND_BUFFER_BYTES = 32 * 1024
"""What the system keeps for one reader; Linux doubles it. Its own choice may grow to megabytes."""
RETRY_LEAST_MS, RETRY_SPREAD_MS = 1_000, 4_000
"""When a browser comes back after a lost line; spread, so that a hall does not return at once."""
RETRY_STEP = 1_009
ASK_AGAIN_MS = 4_000
"""How much later one comes back whose line could not be kept, so that asking costs little."""

_LISTENING = select.EPOLLIN | select.EPOLLRDHUP


@dataclass(slots=True)
class Room:
    """The readers of one board: who is up to date, and how many messages those have been told."""

    board: str
    told_count: int
    ready: set[int] = field(default_factory=set)
    spoken_at: float = 0.0


@dataclass(slots=True)
class Slow:
    """A reader who did not take everything: the rest, and the messages it has then been told."""

    rest: memoryview
    told_count: int
    since: float


@dataclass(slots=True)
class Counts:
    """Figures for whoever watches the server."""

    admitted: int = 0
    answered: int = 0
    behind: int = 0
    gaps: int = 0
    let_go: int = 0


class Readers:
    """The event streams of this process. `take` and `tell` may be called from any thread."""

    def __init__(
        self,
        find: Callable[[str], Bulletin | None],
        clock: Callable[[], int],
        *,
        limit: int,
        seconds: Callable[[], float] = monotonic_s,
    ) -> None:
        self._find = find
        self._clock = clock
        self._limit = limit
        self._seconds = seconds
        self._arriving: deque[tuple[int, str, int | None, bytes]] = deque()
        self._news: deque[str] = deque()
        self._epoll = select.epoll()
        self._bell, self._rope = os.pipe()
        os.set_blocking(self._bell, False)
        os.set_blocking(self._rope, False)
        self._epoll.register(self._bell, select.EPOLLIN)
        self._rooms: dict[str, Room] = {}
        self._room_of: dict[int, Room] = {}
        self._slow: dict[int, Slow] = {}
        self._swept_at = 0.0
        self.counts = Counts()

    @property
    def count(self) -> int:
        """How many readers there are, and those who are about to be."""
        return len(self._room_of) + len(self._arriving)

    @property
    def slow_count(self) -> int:
        """How many readers are behind."""
        return len(self._slow)

    def has_place(self) -> bool:
        """Whether one more reader may come."""
        return self.count < self._limit

    def take(self, descriptor: int, board: str, *, version: int | None, head: bytes) -> None:
        """Own a connected socket from now on: write the head, then whatever is told.

        Args:
            descriptor: closed here when the reader is gone.
            board: which exists.
            version: what the reader holds, or None.
            head: the answer's status line and headers.
        """
        self._arriving.append((descriptor, board, version, head))
        self._ring()

    def tell(self, board: str) -> None:
        """Let the readers of a board have what is new in its bulletin."""
        self._news.append(board)
        self._ring()

    def answer(self, board: str, *, version: int | None) -> bytes:
        """What a reader gets whose line cannot be kept: the first words, and to ask again later."""
        bulletin = self._find(board)
        assert bulletin is not None, "the board exists"
        self.counts.answered += 1
        retry_ms = ASK_AGAIN_MS + _retry_ms(self.counts.answered)
        return self._welcome(bulletin, version, retry_ms)

    def run(self, on_error: Callable[[Exception], None]) -> None:
        """Serve for ever; the body of the thread.

        After an error nobody knows where a reader stands: all are let go, and come back.
        """
        while True:
            try:
                self.turn(SWEEP_S)
            except Exception as error:  # noqa: BLE001 - reported, and everybody begins anew
                on_error(error)
                self._let_everybody_go()

    def turn(self, timeout_s: float) -> None:
        """One round: whoever can be read or written, who has come, what is new, who is too slow."""
        for descriptor, mask in self._epoll.poll(timeout_s):
            if descriptor == self._bell:
                self._hear_bell()
            elif mask & ~select.EPOLLOUT:
                # A reader has nothing to say: it has gone, or does not speak our protocol.
                self._let_go(descriptor)
            else:
                self._go_on(descriptor)
        while self._news:
            self._spread(self._room(self._news.popleft()))
        while self._arriving:
            self._admit(*self._arriving.popleft())
        if self._seconds() - self._swept_at >= SWEEP_S:
            self._sweep()

    def close(self) -> None:
        """End the service."""
        self._let_everybody_go()
        self._epoll.close()
        os.close(self._bell)
        os.close(self._rope)

    def _let_everybody_go(self) -> None:
        for descriptor in list(self._room_of):
            self._let_go(descriptor)

    def _ring(self) -> None:
        with suppress(BlockingIOError):  # the pipe is full of wake-ups already
            os.write(self._rope, b"\0")

    def _hear_bell(self) -> None:
        with suppress(BlockingIOError):
            os.read(self._bell, 65_536)

    def _room(self, board: str) -> Room:
        room = self._rooms.get(board)
        if room is None:
            bulletin = self._find(board)
            assert bulletin is not None, "the board exists"
            room = self._rooms[board] = Room(board, bulletin.told_count, spoken_at=self._seconds())
        return room

    def _admit(self, descriptor: int, board: str, version: int | None, head: bytes) -> None:
        room = self._room(board)
        bulletin = self._spread(room)  # first, so that everybody in the room stands at one place
        _prepare(descriptor)
        self.counts.admitted += 1
        self._room_of[descriptor] = room
        self._epoll.register(descriptor, _LISTENING)
        room.ready.add(descriptor)
        first = head + self._welcome(bulletin, version, _retry_ms(self.counts.admitted))
        self._send(room, descriptor, first)

    def _welcome(self, bulletin: Bulletin, version: int | None, retry_ms: int) -> bytes:
        """When to come back, what the reader missed, and where the board is."""
        missed = None if version is None else bulletins.after_version(bulletin, version)
        parts = [b"retry: %d\n\n" % retry_ms, *(one.event for one in missed or ())]
        return b"".join([*parts, bulletins.beat(bulletin, self._clock())])

    def _spread(self, room: Room) -> Bulletin:
        """Write what is new to everybody who is up to date; what they know now."""
        bulletin = self._find(room.board)
        assert bulletin is not None, "a board that was there stays"
        if bulletin.told_count != room.told_count:
            data = self._news_after(bulletin, room.told_count)
            room.told_count = bulletin.told_count
            self._say(room, data)
        return bulletin

    def _news_after(self, bulletin: Bulletin, told_count: int) -> bytes:
        """The events behind the first so many; a beat where they are no longer kept."""
        news = bulletins.after_count(bulletin, told_count)
        if news is None:
            self.counts.gaps += 1
            return bulletins.beat(bulletin, self._clock())
        return b"".join(message.event for message in news)

    def _say(self, room: Room, data: bytes) -> None:
        """Write the same bytes to everybody who is up to date. The hot loop of this file."""
        now = room.spoken_at = self._seconds()
        size = len(data)
        unfinished: list[tuple[int, int | None]] = []
        for descriptor in room.ready:
            sent = _write(descriptor, data)
            if sent != size:
                unfinished.append((descriptor, sent))
        for descriptor, sent in unfinished:
            if sent is None:
                self._let_go(descriptor)
            else:
                self._fall_behind(room, descriptor, memoryview(data)[sent:], now)

    def _send(self, room: Room, descriptor: int, data: bytes) -> None:
        sent = _write(descriptor, data)
        if sent is None:
            self._let_go(descriptor)
        elif sent != len(data):
            self._fall_behind(room, descriptor, memoryview(data)[sent:], self._seconds())

    def _fall_behind(self, room: Room, descriptor: int, rest: memoryview, now: float) -> None:
        room.ready.discard(descriptor)
        self._slow[descriptor] = Slow(rest, room.told_count, now)
        self.counts.behind += 1
        self._epoll.modify(descriptor, _LISTENING | select.EPOLLOUT)

    def _go_on(self, descriptor: int) -> None:
        """A slow reader takes again: the rest, then what was told meanwhile, then up to date."""
        slow = self._slow.get(descriptor)
        if slow is None:
            return
        sent = _write(descriptor, slow.rest)
        if sent is None:
            self._let_go(descriptor)
            return
        if sent:
            slow.since = self._seconds()
            slow.rest = slow.rest[sent:]
        if slow.rest:
            return
        room = self._room_of[descriptor]
        bulletin = self._spread(room)
        if slow.told_count != bulletin.told_count:
            slow.rest = memoryview(self._news_after(bulletin, slow.told_count))
            slow.told_count = bulletin.told_count
            return
        del self._slow[descriptor]
        room.ready.add(descriptor)
        self._epoll.modify(descriptor, _LISTENING)

    def _sweep(self) -> None:
        """Let go who takes nothing, and give a sign of life where nothing was said."""
        now = self._swept_at = self._seconds()
        for descriptor, slow in list(self._slow.items()):
            if now - slow.since >= STALL_S:
                self._let_go(descriptor)
        for room in self._rooms.values():
            if room.ready and now - room.spoken_at >= BEAT_S:
                self._say(room, bulletins.beat(self._spread(room), self._clock()))

    def _let_go(self, descriptor: int) -> None:
        room = self._room_of.pop(descriptor, None)
        if room is None:
            return
        self.counts.let_go += 1
        room.ready.discard(descriptor)
        self._slow.pop(descriptor, None)
        self._epoll.unregister(descriptor)
        os.close(descriptor)


def _retry_ms(turn: int) -> int:
    return RETRY_LEAST_MS + turn * RETRY_STEP % RETRY_SPREAD_MS


def _write(descriptor: int, data: bytes | memoryview) -> int | None:
    """How many bytes the system took, or None when the connection is broken."""
    try:
        return os.write(descriptor, data)
    except BlockingIOError:
        return 0
    except OSError:
        return None


def _prepare(descriptor: int) -> None:
    """Bound what the system keeps for a reader, and let it notice one who is gone."""
    os.set_blocking(descriptor, False)
    connection = socket.socket(fileno=descriptor)
    with suppress(OSError):  # not TCP, or broken already: then the first write tells
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(STALL_S * 1_000))
    connection.detach()
