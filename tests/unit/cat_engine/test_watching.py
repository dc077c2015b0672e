"""Watching rooms: the journal is folded once for everybody, whoever comes and goes."""

import threading
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from cat_engine.live import proctor
from cat_engine.live.messages import WatchIn
from cat_engine.live.proctor import KEPT_MS, ProctorLine
from cat_engine.live.wire import Caller
from tests.cast import EXAM_SESSION, ROOM


@dataclass
class FakeMonitor:
    """Counts how often it was made and how often it folds; a fold may fail."""

    made: list[int] = field(default_factory=list)
    polls: int = 0
    is_broken: bool = False

    def __call__(self, _database: object, live: Any) -> "FakeMonitor":
        self.made.append(self.polls)
        self.live = live
        return self

    def poll(self, _now: int) -> dict[str, Any]:
        self.polls += 1
        if self.is_broken:
            raise OSError("the database is gone")
        return {"version": self.polls, "rows": [], "rooms": []}

    def snapshot(self, now: int) -> dict[str, Any]:
        return {"version": self.polls, "now": now}

    def restrict(self, message: dict[str, Any], _rooms: frozenset[str]) -> dict[str, Any]:
        return message


class Desk:
    """The line of proctors without a network under it."""

    def __init__(self) -> None:
        self.now = 1_000
        self.pushed: list[tuple[str, Any]] = []
        live = SimpleNamespace(
            plan=SimpleNamespace(id=EXAM_SESSION), state=SimpleNamespace(rooms={ROOM: None})
        )
        hall: Any = SimpleNamespace(
            clock=lambda: self.now,
            run_blocking=lambda work, *given: work(*given),
            database=None,
            metrics=CollectorRegistry(),
        )
        sio: Any = SimpleNamespace(
            on=lambda *_, **__: None,
            emit=lambda _name, message, to, namespace: self.pushed.append((to, message)),
        )
        engine: Any = SimpleNamespace(live=lambda _id: live)
        self.line = ProctorLine(hall, sio, engine, threading.Lock)

    def watch(self, sid: str) -> dict[str, Any]:
        callers = self.line._wire.callers  # noqa: SLF001
        caller = callers.setdefault(sid, Caller(None, "id", "127.0.0.1"))
        return self.line._watch(sid, caller, WatchIn(EXAM_SESSION))  # noqa: SLF001

    def leave(self, sid: str) -> None:
        self.line._on_disconnect(sid)  # noqa: SLF001


@pytest.fixture
def monitor(monkeypatch: pytest.MonkeyPatch) -> FakeMonitor:
    fake = FakeMonitor()
    monkeypatch.setattr(proctor, "Monitor", fake)
    monkeypatch.setattr(proctor, "rooms_of", lambda *_: frozenset({ROOM}))
    return fake


def test_a_console_that_is_loaded_anew_sees_what_came_meanwhile(monitor: FakeMonitor) -> None:
    """A fold from the first entry took seconds, and whoever came and went could ask for it."""
    desk = Desk()
    desk.watch("first")
    desk.leave("first")
    desk.line.refresh()

    again = desk.watch("second")

    assert 1 == len(monitor.made)
    assert 2 == again["version"]


def test_news_go_to_everybody_who_watches_and_are_not_kept_from_them(monitor: FakeMonitor) -> None:
    desk = Desk()
    desk.watch("first")

    desk.watch("second")
    desk.line.refresh()

    assert 2 == monitor.polls
    assert {"first", "second"} == {to for to, _ in desk.pushed}


def test_rows_that_nobody_watches_are_not_folded_and_after_a_while_let_go(
    monitor: FakeMonitor,
) -> None:
    desk = Desk()
    desk.watch("first")
    desk.leave("first")
    desk.now += KEPT_MS
    desk.line.refresh()
    desk.now += 1
    desk.line.refresh()

    desk.watch("second")

    assert 2 == len(monitor.made)
    assert 2 == monitor.polls


def test_rows_that_were_folded_halfway_are_not_shown(monitor: FakeMonitor) -> None:
    desk = Desk()
    monitor.is_broken = True
    with pytest.raises(OSError, match="gone"):
        desk.watch("first")
    monitor.is_broken = False

    desk.watch("second")

    assert 2 == len(monitor.made)
