"""Heartbeats of the connections that stay with Engine.IO: sent while they live, gone with them."""

import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import Queue
from types import SimpleNamespace
from typing import Any

import pytest

from cat_engine.runtime import EngineSocket

INTERVAL_S = 25


@dataclass(eq=False)
class FakeTimer:
    """A call that waits for its time; cancelled it holds nothing, like the hub's own."""

    call: Callable[[], None] | None

    def cancel(self) -> None:
        self.call = None


@dataclass
class FakeHub:
    """Remembers what shall be called, and when."""

    timers: list[tuple[float, FakeTimer]] = field(default_factory=list)

    def schedule_call_global(self, seconds: float, call: Callable[[], None]) -> FakeTimer:
        timer = FakeTimer(call)
        self.timers.append((seconds, timer))
        return timer


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> FakeHub:
    """Stand in for the hub on which this process waits."""
    fake = FakeHub()
    monkeypatch.setattr("cat_engine.runtime.eventlet.hubs.get_hub", lambda: fake)
    return fake


def make_socket() -> EngineSocket:
    """Give a socket as Engine.IO makes it, with its first heartbeat on the way."""
    server: Any = SimpleNamespace(
        create_queue=Queue,
        ping_interval=INTERVAL_S,
        ping_timeout=20,
        reason=SimpleNamespace(SERVER_DISCONNECT="server", CLIENT_DISCONNECT="client"),
        logger=SimpleNamespace(info=lambda *_: None),
        _trigger_event=lambda *_, **__: None,
    )
    made = EngineSocket(server, "sid")
    made.schedule_ping()
    return made


def beats(made: EngineSocket) -> list[str]:
    """What was sent on it."""
    return [made.queue.get().encode() for _ in range(made.queue.qsize())]


def test_a_heartbeat_is_sent_after_its_interval_and_again_once_answered(hub: FakeHub) -> None:
    made = make_socket()
    (first_s, first) = hub.timers[0]
    assert first.call is not None

    first.call()
    made.schedule_ping()  # as for each answer

    assert ["2"] == beats(made)
    assert [INTERVAL_S, INTERVAL_S] == [first_s, hub.timers[1][0]]
    assert 2 == len(hub.timers)


def test_a_heartbeat_that_is_on_its_way_is_not_doubled(hub: FakeHub) -> None:
    made = make_socket()

    made.schedule_ping()

    assert 1 == len(hub.timers)


def test_a_closed_connection_leaves_nothing_to_the_hub(hub: FakeHub) -> None:
    """The library's own heartbeat kept it for 25 seconds: 10 KB for each that came and went."""
    made = make_socket()
    known = weakref.ref(made)
    assert known() is made

    made.close(wait=False)
    del made

    assert None is known()
    assert [None] == [timer.call for _, timer in hub.timers]


def test_a_connection_that_a_carrier_takes_leaves_nothing_to_the_hub(hub: FakeHub) -> None:
    made = make_socket()

    made.end_heartbeat()

    assert [None] == [timer.call for _, timer in hub.timers]
