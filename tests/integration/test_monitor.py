"""The proctor's screen as a follower: what it tells of rooms and seats."""

from sqlalchemy import Engine as Database
from sqlalchemy import update

from cat_engine.live.monitor import SIGN_OF_LIFE_MS, Monitor
from exam_sessions import sites, tables
from exam_sessions.seat_plan import grid
from exam_sessions.sites import Site, SiteRoom
from tests.cast import ANI, EXAM_SESSION, ROOM
from tests.factories import STARTS_AT, add_exam_session, open_room, start_engine


def test_a_room_of_a_site_is_shown_as_its_seats_stand(sqlite: Database) -> None:
    add_exam_session(sqlite)
    with sqlite.begin() as db:
        sites.save_site(db, Site("balai", "Balai Kota", "", 420))
        plan = grid(2, 2, aisles=[1], unusable=["4"])
        sites.save_site_room(db, SiteRoom("balai", "aula", "Aula", plan))
        db.execute(update(tables.rooms).values(site="balai", site_room="aula"))
    running = start_engine(sqlite, lambda: STARTS_AT)
    monitor = Monitor(sqlite, running.engine.live(EXAM_SESSION))
    monitor.poll(STARTS_AT)

    whole = monitor.snapshot(STARTS_AT)
    running.stop()

    seats = [["1", 0, 0, True], ["2", 0, 2, True], ["3", 1, 0, True], ["4", 1, 2, False]]
    assert {ROOM: {"columns": 3, "seats": seats}} == whole["plans"]
    assert whole["plans"] == monitor.restrict(whole, frozenset({ROOM}))["plans"]
    assert {} == monitor.restrict(whole, frozenset({"elsewhere"}))["plans"]


def test_a_sign_of_life_comes_every_second(sqlite: Database) -> None:
    add_exam_session(sqlite)
    running = start_engine(sqlite, lambda: STARTS_AT)
    open_room(running.engine)
    monitor = Monitor(sqlite, running.engine.live(EXAM_SESSION))

    first = monitor.poll(STARTS_AT)
    silent = monitor.poll(STARTS_AT + SIGN_OF_LIFE_MS - 1)
    alive = monitor.poll(STARTS_AT + SIGN_OF_LIFE_MS)
    running.stop()

    assert first is not None
    assert ANI in {row["participant_no"] for row in first["rows"]}
    assert silent is None
    assert alive is not None
    assert [] == alive["rows"]
