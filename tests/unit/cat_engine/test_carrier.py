"""Carriers on a pair of sockets: order, answers, bounds, heartbeats, the end."""

import select
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from websockets.frames import Frame, Opcode

from cat_engine.live import carrier as carriers_module
from cat_engine.live.carrier import INBOX_LIMIT, OUTPUT_LIMIT_BYTES, Carrier, Carriers

PREFIX = "2/candidate,"


class FakeHub:
    """Remembers what is watched; runs what was spawned when it is told to."""

    def __init__(self) -> None:
        self.watched: dict[int, tuple[bool, bool]] = {}
        self.spawned: list[Callable[[], None]] = []

    def watch(self, descriptor: int, _on_ready: Callable[[int], None]) -> None:
        self.watched[descriptor] = (True, False)

    def watch_for(self, descriptor: int, *, reading: bool, writing: bool) -> None:
        self.watched[descriptor] = (reading, writing)

    def unwatch(self, descriptor: int) -> None:
        self.watched.pop(descriptor, None)

    def spawn(self, work: Callable[..., None], *args: object) -> None:
        self.spawned.append(lambda: work(*args))

    def run_spawned(self) -> None:
        while self.spawned:
            self.spawned.pop(0)()


class FakeShortcut:
    """Takes every message of the prefix and answers when it is told to."""

    prefix = PREFIX

    def __init__(self) -> None:
        self.taken: list[tuple[str, Callable[[str], None]]] = []
        self.answers_at_once = False

    def take(self, _engine_sid: str, message: str, answer: Callable[[str], None]) -> bool:
        self.taken.append((message, answer))
        if self.answers_at_once:
            answer(f"re:{message}")
        return True


class Desk:
    """A carrier with its page at the other end of a socket."""

    def __init__(self) -> None:
        self.hub = FakeHub()
        self.messages: list[str] = []
        self.ends: list[object] = []
        engine_io = SimpleNamespace(
            sockets={},
            reason=SimpleNamespace(
                PING_TIMEOUT="silent",
                TRANSPORT_CLOSE="gone",
                TRANSPORT_ERROR="failed",
                SERVER_DISCONNECT="server",
            ),
            handlers={
                "message": lambda _sid, message: self.messages.append(message),
                "disconnect": lambda _sid, reason: self.ends.append(reason),
            },
        )
        sio: Any = SimpleNamespace(eio=engine_io, environ={})
        hub: Any = self.hub
        self.carriers = Carriers(
            sio, hub, ping_interval_s=5, ping_timeout_s=10, message_limit=16_384
        )
        self.shortcut = self.carriers.shortcut = FakeShortcut()
        ours, self.page = socket.socketpair()
        self.page.settimeout(5)
        self.carrier = Carrier(self.carriers, "sid", ours, heard_at=0, asked_at=0)
        self.carriers._all["sid"] = engine_io.sockets["sid"] = self.carrier  # noqa: SLF001
        self.hub.watch(ours.fileno(), self.carrier.on_ready)
        self.table = engine_io.sockets

    def hear(self, *packets: str) -> None:
        self.page.sendall(
            b"".join(Frame(Opcode.TEXT, one.encode()).serialize(mask=True) for one in packets)
        )
        self.carrier.on_ready(select.EPOLLIN)

    def is_reading(self) -> bool:
        return self.hub.watched[self.carrier.native.fileno()][0]

    def close(self) -> None:
        self.page.close()
        self.carrier.native.close()


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    now = SimpleNamespace(s=0.0)
    monkeypatch.setattr(carriers_module, "monotonic_s", lambda: now.s)
    opened = Desk()
    opened.now = now  # type: ignore[attr-defined]
    yield opened
    opened.close()


def test_a_short_message_is_answered_when_it_is_done(desk: Desk) -> None:
    desk.hear(f'4{PREFIX}1["respond",{{}}]')
    ((message, answer),) = desk.shortcut.taken

    answer("3/candidate,1[{}]")

    assert '2/candidate,1["respond",{}]' == message
    assert b"\x81\x123/candidate,1[{}]".replace(b"\x123", b"\x1243") == desk.page.recv(100)
    assert [] == desk.hub.spawned


def test_messages_wait_for_the_one_before_them_whichever_way_it_takes(desk: Desk) -> None:
    desk.hear(f"4{PREFIX}1", "42/other,2", f"4{PREFIX}3")
    taken_first = len(desk.shortcut.taken), len(desk.hub.spawned)
    desk.shortcut.taken[0][1]("x")
    spawned_second = len(desk.shortcut.taken), len(desk.hub.spawned)
    desk.hub.run_spawned()

    assert (1, 0) == taken_first
    assert (1, 1) == spawned_second
    assert ["2/other,2"] == desk.messages
    assert 2 == len(desk.shortcut.taken)


def test_many_messages_that_are_answered_at_once_need_no_deep_stack(desk: Desk) -> None:
    desk.shortcut.answers_at_once = True

    desk.hear(*[f"4{PREFIX}{number}" for number in range(400)])

    assert 400 == len(desk.shortcut.taken)


def test_a_page_that_sends_ahead_of_its_answers_is_not_read_any_more(desk: Desk) -> None:
    desk.hear(*["42/other,1"] * (INBOX_LIMIT + 1))
    was_reading = desk.is_reading()
    desk.hub.run_spawned()

    assert not was_reading
    assert desk.is_reading()
    assert INBOX_LIMIT + 1 == len(desk.messages)


def test_a_page_that_does_not_read_is_cut_off_at_a_bound(desk: Desk) -> None:
    for _ in range(2 * OUTPUT_LIMIT_BYTES // 10_000 + 100):
        desk.carrier.write(b"x" * 10_000)
    desk.hub.run_spawned()

    assert ["gone"] == desk.ends
    assert {} == desk.table
    assert {} == desk.hub.watched


def test_what_a_slow_page_has_not_read_follows_when_it_reads(desk: Desk) -> None:
    sent = 0
    while not desk.carrier._outbox:  # noqa: SLF001 - the kernel's buffer is as large as it likes
        desk.carrier.write(b"x" * 10_000)
        sent += 10_000
    received = 0
    while received < sent:
        received += len(desk.page.recv(65_536))
        desk.carrier.on_ready(select.EPOLLOUT)

    assert sent == received
    assert [] == desk.ends


def test_the_end_comes_after_the_messages_before_it(desk: Desk) -> None:
    desk.hear("42/other,1")
    desk.page.close()
    desk.carrier.on_ready(select.EPOLLIN)
    ends_before = list(desk.ends)
    desk.hub.run_spawned()

    assert [] == ends_before
    assert (["2/other,1"], ["gone"]) == (desk.messages, desk.ends)


def test_whoever_says_the_end_still_hears_the_answers_before_it(desk: Desk) -> None:
    desk.hear(f"4{PREFIX}1", "1")
    desk.shortcut.taken[0][1]("yes")
    desk.hub.run_spawned()

    assert b"\x81\x044yes" == desk.page.recv(100)[:6]
    assert ["gone"] == desk.ends


def test_a_silent_page_is_asked_and_then_let_go(desk: Desk) -> None:
    now = desk.now  # type: ignore[attr-defined]
    for now.s in (4, 6, 15):
        desk.carriers.sweep()
    asked = desk.page.recv(100)
    ends_before = list(desk.ends)
    now.s = 17
    desk.carriers.sweep()
    desk.hub.run_spawned()

    assert b"\x81\x012" == asked
    assert [] == ends_before
    assert ["silent"] == desk.ends


def test_a_page_that_never_falls_silent_is_asked_before_its_patience_ends(desk: Desk) -> None:
    """Engine.IO's client closes after 15 s without a ping, whatever else it hears."""
    now = desk.now  # type: ignore[attr-defined]
    asked_at = []
    for step in range(1, 121):
        now.s = step / 2
        desk.hear("3")
        desk.carriers.sweep()
        desk.page.settimeout(0)
        with suppress(BlockingIOError):
            asked_at += [now.s] * desk.page.recv(100).count(b"\x81\x012")

    gaps = [after - before for before, after in pairwise([0.0, *asked_at, now.s])]
    assert 15 > max(gaps)
    assert [] == desk.ends


def test_whoever_answers_the_heartbeat_stays(desk: Desk) -> None:
    now = desk.now  # type: ignore[attr-defined]
    for now.s in (6, 12, 18, 24, 30):
        desk.carriers.sweep()
        desk.hear("3")
    desk.hub.run_spawned()

    assert [] == desk.ends
    assert [] == desk.messages


def test_what_is_no_frame_ends_the_connection_with_its_status(desk: Desk) -> None:
    desk.page.sendall(b"\x81\x00")
    desk.carrier.on_ready(select.EPOLLIN)
    desk.hub.run_spawned()

    assert b"\x88\x02\x03\xea" == desk.page.recv(100)
    assert ["gone"] == desk.ends


def test_a_close_by_the_server_reaches_the_page_and_lingers_for_its_end(desk: Desk) -> None:
    now = desk.now  # type: ignore[attr-defined]
    desk.carrier.close()
    told = desk.page.recv(100)
    is_open = desk.carrier.native.fileno() >= 0
    now.s = 3
    desk.carriers.sweep()

    assert b"\x81\x011\x88\x02\x03\xe8" == told
    assert b"" == desk.page.recv(100)
    assert is_open
    assert -1 == desk.carrier.native.fileno()
    assert ["server"] == desk.ends


def test_a_mistake_of_ours_ends_the_connection_instead_of_leaving_it_silent(desk: Desk) -> None:
    def take(_engine_sid: str, message: str, answer: Callable[[str], None]) -> bool:
        raise ZeroDivisionError

    desk.shortcut.take = take  # type: ignore[method-assign]
    desk.hear(f"4{PREFIX}1", f"4{PREFIX}2")
    with pytest.raises(ZeroDivisionError):
        desk.hub.run_spawned()

    assert ["failed"] == desk.ends
    assert b"" == desk.page.recv(100)
