"""The readers' thread over real socket pairs, one round at a time: who is slow, silent or gone."""

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cat_engine.live.bulletin import Bulletin, make_message, tell
from cat_engine.live.readers import BEAT_S, STALL_S, Readers

HEAD = b"HTTP/1.1 200 OK\r\n\r\n"
MORE_THAN_A_SOCKET_HOLDS = 120_000


@dataclass(slots=True)
class Board:
    """A board that counts up, and the readers of it."""

    bulletin: Bulletin = field(default_factory=Bulletin)
    seconds: float = 1_000.0
    readers: Readers = field(init=False)
    theirs: list[socket.socket] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.readers = Readers(
            lambda _: self.bulletin, lambda: 0, limit=3, seconds=lambda: self.seconds
        )

    def change(self, *, size: int = 0) -> None:
        """Tell of one version more."""
        after = self.bulletin.version
        body = json.dumps({"after": after, "version": after + 1, "padding": "x" * size}).encode()
        message = make_message(body, after=after, version=after + 1)
        self.bulletin = tell(self.bulletin, message, state="live", now=0)
        self.readers.tell("pagi")

    def turn(self, count: int = 1) -> None:
        """Let the thread do some rounds."""
        for _ in range(count):
            self.readers.turn(0)

    def join(self, version: int | None = None, *, tcp: bool = False) -> "Reader":
        """A reader who connects."""
        ours, theirs = _tcp_pair() if tcp else socket.socketpair()
        self.readers.take(ours.detach(), "pagi", version=version, head=HEAD)
        self.turn(2)
        theirs.settimeout(0)
        self.theirs.append(theirs)
        return Reader(theirs, version or 0)

    def close(self) -> None:
        """Everybody goes home."""
        self.readers.close()
        for one in self.theirs:
            one.close()


@dataclass(slots=True)
class Reader:
    """What a page does: apply what follows, and learn from a beat that something is missing."""

    socket: socket.socket
    version: int
    received: bytes = b""
    gap_to: int | None = None

    def read(self, limit: int = 10_000_000) -> None:
        """Take what has come, at most so many bytes."""
        try:
            while limit > 0 and (data := self.socket.recv(min(limit, 65_536))):
                self.received += data
                limit -= len(data)
        except BlockingIOError:
            pass
        *events, self.received = self.received.removeprefix(HEAD).split(b"\n\n")
        for event in events:
            self._take_in(event.decode())

    def _take_in(self, event: str) -> None:
        lines = dict(line.split(": ", 1) for line in event.split("\n"))
        if "event" not in lines:
            assert 1_000 <= int(lines["retry"]) < 5_000
            return
        data = json.loads(lines["data"])
        if lines["event"] == "beat":
            self.gap_to = data["version"] if data["version"] != self.version else None
            # The page fetches the snapshot of that version.
            self.version = data["version"]
        else:
            assert data["after"] == self.version, "a delta follows on what the reader holds"
            self.version = data["version"]

    @property
    def is_gone(self) -> bool:
        """Whether the server has closed the line, all that was sent having been read."""
        try:
            while self.socket.recv(65_536):
                pass
        except BlockingIOError:
            return False
        except ConnectionResetError:
            return True
        return True


def _tcp_pair() -> tuple[socket.socket, socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        theirs = socket.create_connection(listener.getsockname())
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
        ours, _ = listener.accept()
    return ours, theirs


@pytest.fixture
def board() -> Iterator[Board]:
    made = Board()
    yield made
    made.close()


def test_a_reader_is_told_where_the_board_is_and_then_every_change(board: Board) -> None:
    board.change()
    ani, budi = board.join(), board.join(version=1)

    board.change()
    board.turn()
    ani.read()
    budi.read()

    assert (2, 2) == (ani.version, budi.version)
    assert (None, 1) == (budi.gap_to, ani.gap_to)


def test_who_comes_back_gets_what_was_missed_and_whom_it_is_too_much_a_beat(board: Board) -> None:
    for _ in range(150):
        board.change()
    recent, old = board.join(version=100), board.join(version=10)

    recent.read()
    old.read()

    assert (150, None) == (recent.version, recent.gap_to)
    assert (150, 150) == (old.version, old.gap_to)


def test_a_slow_reader_holds_nobody_up_and_catches_up_later(board: Board) -> None:
    slow, quick = board.join(), board.join()
    board.change(size=MORE_THAN_A_SOCKET_HOLDS)
    board.turn()
    for _ in range(5):
        board.change()
        board.turn()
        quick.read()

    behind_count = board.readers.slow_count
    for _ in range(10):
        slow.read()
        quick.read()
        board.turn()
    slow.read()
    quick.read()

    assert (6, 6) == (quick.version, slow.version)
    assert 1 <= behind_count <= 2
    assert 0 == board.readers.slow_count
    assert slow.gap_to is None


def test_a_reader_who_is_too_far_behind_is_sent_to_the_snapshot(board: Board) -> None:
    slow = board.join()
    for _ in range(5):
        board.change(size=MORE_THAN_A_SOCKET_HOLDS)
        board.turn()
    for _ in range(20):
        slow.read()
        board.turn()

    assert (5, 5) == (slow.version, slow.gap_to)
    assert 1 == board.readers.counts.gaps


def test_what_the_system_keeps_for_a_reader_is_bounded(board: Board) -> None:
    """Linux would let a buffer grow to megabytes; those of ten thousand would fill a machine."""
    silent = board.join(tcp=True)
    for _ in range(40):
        board.change(size=MORE_THAN_A_SOCKET_HOLDS)
        board.turn()

    board.seconds += STALL_S + 1
    board.turn()
    kept_bytes = 0
    silent.socket.settimeout(5)
    while data := silent.socket.recv(65_536):
        kept_bytes += len(data)

    assert 0 < kept_bytes < 1_000_000 < 40 * MORE_THAN_A_SOCKET_HOLDS


def test_a_reader_who_takes_nothing_is_let_go_after_a_while_and_not_before(board: Board) -> None:
    stalled = board.join()
    board.change(size=MORE_THAN_A_SOCKET_HOLDS)
    board.turn()

    board.seconds += STALL_S - 1
    board.turn()
    before = board.readers.count
    board.seconds += 2
    board.turn()

    assert (1, 0) == (before, board.readers.count)
    assert stalled.is_gone


def test_a_silent_board_gives_signs_of_life(board: Board) -> None:
    reader = board.join()
    reader.read()

    board.seconds += BEAT_S - 1
    board.turn()
    with pytest.raises(BlockingIOError):
        reader.socket.recv(1)
    board.seconds += 1
    board.turn()

    assert reader.socket.recv(12) == b"event: beat\n"


@pytest.mark.parametrize("leave", ["close", "speak"])
def test_who_leaves_or_speaks_is_let_go(board: Board, leave: str) -> None:
    ani, budi = board.join(), board.join()
    if leave == "close":
        ani.socket.close()
    else:
        ani.socket.send(b"GET / HTTP/1.1\r\n\r\n")

    board.turn()
    board.change()
    board.turn()
    budi.read()

    assert (1, 1) == (board.readers.count, budi.version)
    assert leave == "close" or ani.is_gone


def test_there_is_room_for_so_many_and_no_more(board: Board) -> None:
    readers = [board.join(), board.join()]
    had_place = board.readers.has_place()

    readers.append(board.join())

    assert (True, False) == (had_place, board.readers.has_place())


def test_after_an_error_everybody_begins_anew(board: Board) -> None:
    class Enough(BaseException):
        """Ends the endless loop."""

    reader = board.join()
    board.bulletin = Bulletin(told_count=-1)  # nobody was told more than there was
    board.readers.tell("pagi")

    def on_error(error: Exception) -> None:
        assert isinstance(error, AssertionError)
        board.readers.turn = stop  # type: ignore[method-assign]

    def stop(timeout_s: float) -> None:
        raise Enough

    with pytest.raises(Enough):
        board.readers.run(on_error)

    assert (True, 0) == (reader.is_gone, board.readers.count)


steps = st.lists(
    st.one_of(
        st.tuples(st.just("change"), st.sampled_from([0, 2_000, MORE_THAN_A_SOCKET_HOLDS])),
        st.tuples(st.just("turn"), st.just(1)),
        st.tuples(st.just("read slowly"), st.sampled_from([500, 50_000])),
    ),
    max_size=25,
)


@settings(deadline=None, max_examples=40)
@given(steps)
def test_however_slowly_it_reads_a_reader_ends_with_the_newest_version(
    history: list[tuple[str, int]],
) -> None:
    board = Board()
    slow, quick = board.join(), board.join()

    for act, amount in history:
        if act == "change":
            board.change(size=amount)
        elif act == "turn":
            board.turn()
        else:
            slow.read(amount)
            quick.read()
    for _ in range(len(history) + 20):
        board.turn()
        slow.read()
        quick.read()

    assert (board.bulletin.version, board.bulletin.version) == (slow.version, quick.version)
    assert 0 == board.readers.slow_count
    board.close()
