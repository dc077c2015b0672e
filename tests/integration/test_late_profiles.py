"""A profile that is recorded after the roster reaches whoever has not begun, and is on record."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine as Database

from cat_engine.late_profiles import LateProfiles, take_up
from cat_engine.preparation import planning
from cat_engine.preparation.planning import Signature
from exam_sessions import administration, commands, events, journal, profiles, store
from exam_sessions.decide import Refused
from exam_sessions.decide_accommodation import decide_accommodation
from exam_sessions.live_session import LiveSession, replay_session
from exam_sessions.minutes import minutes_of
from exam_sessions.profile_reach import BEGUN, CLOSED, REACHED, Place
from exam_sessions.profiles import Profile
from exam_sessions.verify import verify_session
from tests.cast import ANI, BUDI, DEWI, EXAM_SESSION, ROOM
from tests.factories import (
    FakeClock,
    RunningEngine,
    add_exam_session,
    get_enrolment,
    open_room,
    start_engine,
)

PERSON = "P-1"


@pytest.fixture
def running(sqlite: Database) -> Iterator[RunningEngine]:
    """Ani is enrolled as a person of her own, in the formation whose rule gives extra time."""
    ani = get_enrolment(ANI, "1", person=PERSON, formation_type="disability")
    add_exam_session(sqlite, [ani, get_enrolment(BUDI, "2")])
    made = start_engine(sqlite, FakeClock())
    yield made
    made.stop()


def hall_of(running: RunningEngine, database: Database) -> Any:
    def run_now(work: Any, *arguments: Any) -> Any:
        return work(*arguments)

    return SimpleNamespace(engine=running.engine, database=database, run_blocking=run_now)


def record(database: Database, **changes: Any) -> list[Place]:
    values: dict[str, Any] = {
        "person": PERSON,
        "disability": "visual",
        "text_size": "large",
        "contrast": "normal",
        "timer": "request",
        "break_minutes": 15,
        "source": "surat",
        "confirmed_by": DEWI,
        "recorded_at": 7,
    }
    with database.begin() as db:
        revision = profiles.next_revision(db, changes.get("person", PERSON))
        profile = Profile(**values | changes, revision=revision)
        return planning.keep_profile(db, profile, Signature(DEWI, 7))


def begin(running: RunningEngine, no: str) -> None:
    engine = running.engine
    engine.handle_hall(EXAM_SESSION, commands.StartRoom(ROOM, DEWI))
    after = engine.handle(EXAM_SESSION, no, commands.Enter("pc"))
    engine.handle(EXAM_SESSION, no, commands.Begin(after.epoch))


def seated(running: RunningEngine, no: str = ANI) -> events.Seated:
    return running.engine.cell(EXAM_SESSION, no).sitting.seated


def test_who_is_not_seated_is_seated_with_it(running: RunningEngine, sqlite: Database) -> None:
    (place,) = record(sqlite)
    open_room(running.engine)

    assert (REACHED, 1, False) == (place.state, place.revision, place.is_seated)
    given = seated(running)
    assert ("visual", (13, 2)) == (given.disability, given.part_minutes)
    assert ("large", "request", 15) == (given.text_size, given.timer, given.break_minutes)
    assert ("", (10, 2)) == (seated(running, BUDI).disability, seated(running, BUDI).part_minutes)


def test_who_waits_gets_it_by_an_entry_of_the_journal(
    running: RunningEngine, sqlite: Database
) -> None:
    open_room(running.engine)
    looking = LateProfiles(hall_of(running, sqlite))
    looking.look()
    (place,) = record(sqlite)
    assert "" == seated(running).disability

    looking.look()
    looking.look()

    assert (REACHED, True) == (place.state, place.is_seated)
    assert ("visual", (13, 2), "large") == (
        seated(running).disability,
        seated(running).part_minutes,
        seated(running).text_size,
    )
    with sqlite.connect() as db:
        entries = list(journal.read_all(db, EXAM_SESSION))
        acts = list(administration.read_all(db))
    (told,) = [one.event for one in entries if isinstance(one.event, events.Accommodated)]
    assert ("profile", 1, [13, 2]) == (told.reason, told.revision, list(told.part_minutes))
    assert f"{EXAM_SESSION}/{ANI} reached" == acts[-1].details["places"]
    assert [] == verify_session(sqlite, EXAM_SESSION).findings
    again = replay_session(sqlite, EXAM_SESSION)
    assert isinstance(again, LiveSession)
    assert seated(running) == again.cells[ANI].sitting.seated
    (incident,) = [
        one for one in minutes_of(EXAM_SESSION, entries).incidents if one.kind == "Accommodated"
    ]
    assert (ANI, "1") == (incident.participant_no, incident.detail)


def test_whoever_has_begun_keeps_their_clock(running: RunningEngine, sqlite: Database) -> None:
    open_room(running.engine)
    begin(running, ANI)
    (place,) = record(sqlite)

    assert [] == take_up(hall_of(running, sqlite), [EXAM_SESSION])
    assert (BEGUN, 0, 1) == (place.state, place.revision, place.newest)
    assert ("", (10, 2)) == (seated(running).disability, seated(running).part_minutes)
    with sqlite.connect() as db:
        assert [""] == [one.disability for one in store.find_enrolments(db, ANI)], (
            "the enrolment says what holds"
        )


def test_a_profile_that_comes_between_is_refused_by_the_road(running: RunningEngine) -> None:
    """Somebody begins after the database said that they have not."""
    open_room(running.engine)
    begin(running, ANI)
    cell = running.engine.cell(EXAM_SESSION, ANI)
    given = Profile(PERSON, 1, "visual", "large", "normal", "shown", 0, "s", DEWI, 7).accommodation
    act = commands.Act("profile-1-1", commands.SERVER, "profile")

    with pytest.raises(Refused, match="has_begun"):
        decide_accommodation(cell.sitting, commands.Accommodate(act, "visual", given), cell.ground)


def test_a_correction_takes_back_what_came_from_the_profile_alone(
    running: RunningEngine, sqlite: Database
) -> None:
    open_room(running.engine)
    hall = hall_of(running, sqlite)
    for changes in ({}, {"disability": "", "text_size": "normal", "break_minutes": 0}):
        record(sqlite, **changes)
        assert [(EXAM_SESSION, ANI)] == take_up(hall, [EXAM_SESSION])

    assert ("", (10, 2), "normal", 0) == (
        seated(running).disability,
        seated(running).part_minutes,
        seated(running).text_size,
        seated(running).break_minutes,
    )
    assert [] == take_up(hall, [EXAM_SESSION])


def test_a_closed_session_is_left_as_it_was(running: RunningEngine, sqlite: Database) -> None:
    engine = running.engine
    engine.handle_hall(EXAM_SESSION, commands.FinalizeBoard(EXAM_SESSION, DEWI, "selesai"))
    for by in (DEWI, "citra"):
        engine.handle_hall(EXAM_SESSION, commands.CloseSession(EXAM_SESSION, by, "selesai"))

    (place,) = record(sqlite)

    assert (CLOSED, 0) == (place.state, place.revision)
    assert [] == take_up(hall_of(running, sqlite), [EXAM_SESSION])
