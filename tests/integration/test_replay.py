"""The replay shows the rooms exactly as a proctor saw them, at any instant, from any checkpoint."""

import pytest
from sqlalchemy import Engine as Database

from cat_engine.live.monitor import Monitor
from exam_sessions import events, journal, replay
from exam_sessions.journal import Entry
from exam_sessions.live_session import LiveSession, replay_session
from exam_sessions.replay import Replay
from exam_sessions.rooms_view import before_first_entry
from tests.cast import EXAM_SESSION
from tests.integration.test_day_export import sit


@pytest.fixture
def day(sqlite: Database) -> tuple[LiveSession, list[Entry]]:
    sit(sqlite)
    live = replay_session(sqlite, EXAM_SESSION)
    assert live is not None
    with sqlite.connect() as db:
        return live, list(journal.read_all(db, EXAM_SESSION))


def naive(live: LiveSession, entries: list[Entry], instant: int) -> list[dict[str, object]]:
    view = before_first_entry(live)
    for entry in entries:
        if entry.at <= instant:
            view.fold(entry)
    return view.rows(view.sittings, instant)


@pytest.mark.parametrize("checkpoint_entries", [1, 7, 2_000])
def test_every_instant_is_what_a_fold_up_to_it_gives(
    day: tuple[LiveSession, list[Entry]],
    checkpoint_entries: int,
    sqlite: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    live, entries = day
    monkeypatch.setattr(replay, "CHECKPOINT_ENTRIES", checkpoint_entries)
    shown = Replay(live, sqlite)
    shown.catch_up()
    instants = sorted({entry.at for entry in entries})
    assert len(instants) > 8

    # To and fro: a jump back must not have changed what a checkpoint holds.
    for instant in (instants[0] - 1, *instants, *reversed(instants), instants[-1] + 60_000):
        assert naive(live, entries, instant) == shown.at(instant)["rows"], instant


def test_the_end_of_the_replay_is_the_proctors_screen(
    day: tuple[LiveSession, list[Entry]], sqlite: Database
) -> None:
    live, entries = day
    now = entries[-1].at
    monitor = Monitor(sqlite, live)
    monitor.poll(now)
    shown = Replay(live, sqlite)
    shown.catch_up()

    snapshot, replayed = monitor.snapshot(now), shown.at(now)

    assert snapshot | {"version": 0} == replayed | {"version": 0}


def test_the_line_names_every_incident_and_takes_in_what_is_new(
    day: tuple[LiveSession, list[Entry]], sqlite: Database
) -> None:
    live, entries = day
    shown = Replay(live, sqlite)
    shown.take(entries[:5])
    before = shown.line()
    shown.take(entries[5:])
    after = shown.line()

    assert (5, entries[0].at) == (before["entry_count"], before["from"])
    assert (len(entries), entries[-1].at) == (after["entry_count"], after["until"])
    kinds = [one["kind"] for one in after["incidents"]]
    assert {"RoomOpened", "Paused", "Ended", "BoardFinalized", "SessionClosed"} <= set(kinds)
    assert 0 == shown.at(entries[0].at - 1)["version"]


def test_rooms_have_ended_once_the_session_is_closed(
    day: tuple[LiveSession, list[Entry]], sqlite: Database
) -> None:
    live, entries = day
    shown = Replay(live, sqlite)
    shown.take(entries)
    closed_at = next(one.at for one in entries if isinstance(one.event, events.SessionClosed))

    def statuses(at: int) -> set[str]:
        return {room["status"] for room in shown.at(at)["rooms"]}

    assert ({"started"}, {"ended"}) == (statuses(closed_at - 1), statuses(closed_at))
