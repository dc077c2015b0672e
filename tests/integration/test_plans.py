"""Agencies, sites, profiles and acts on their tables; seats that are drawn later."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import delete, text
from sqlalchemy.exc import DatabaseError

from cat_engine.preparation.assembly import assemble_forms
from exam_sessions import administration, agencies, commands, profiles, sites, store
from exam_sessions.agencies import Agency, Formation
from exam_sessions.plan_tables import accommodation_profiles, administration_acts
from exam_sessions.profiles import Profile
from exam_sessions.seat_plan import grid
from exam_sessions.sites import Site, SiteRoom
from question_bank import store as bank_store
from scoring.response import Choice
from tests.cast import ANI, BUDI, DEWI, EXAM_SESSION
from tests.cast import ROOM as ROOM_A
from tests.factories import (
    STARTS_AT,
    FakeClock,
    add_exam_session,
    get_bank,
    get_blueprint_text,
    get_enrolment,
    open_room,
    start_engine,
)

SITE = Site("manahan", "Gedung Manahan", "Jl. Adi Sucipto 1", 420)
ROOM = SiteRoom("manahan", "utama", "Ruang Utama", grid(2, 3, unusable=["6"]))
PROFILE = Profile(ANI, 1, "visual", "large", "high", "request", 15, "surat", DEWI, STARTS_AT)


def test_agencies_and_formations_are_kept_and_replaced(sqlite: Database) -> None:
    formation = Formation("analis-01", "solo", "Analis", "Surakarta", "general", 3)
    with sqlite.begin() as db:
        first = agencies.save_agency(db, Agency("solo", "Kota Solo"))
        again = agencies.save_agency(db, Agency("solo", "Kota Surakarta"))
        agencies.save_formation(db, formation)

        assert (True, False) == (first, again)
        assert [Agency("solo", "Kota Surakarta")] == agencies.list_agencies(db)
        assert [formation] == agencies.list_formations(db, "solo")
        assert formation == agencies.get_formation(db, "analis-01")


def test_a_site_room_keeps_its_plan_and_a_new_plan_replaces_it(sqlite: Database) -> None:
    with sqlite.begin() as db:
        sites.save_site(db, SITE)
        sites.save_site_room(db, ROOM)
        assert ROOM == sites.get_site_room(db, "manahan", "utama")

        larger = replace(ROOM, plan=grid(3, 3, naming="rows"))
        sites.save_site_room(db, larger)
        assert [larger] == sites.list_site_rooms(db, "manahan")


def test_many_may_wait_for_their_seats_and_two_never_share_one(sqlite: Database) -> None:
    waiting = [get_enrolment(no, "", room="") for no in (ANI, BUDI)]
    with sqlite.begin() as db:
        sites.save_site(db, SITE)
        sites.save_site_room(db, ROOM)
    add_exam_session(sqlite, waiting)

    with sqlite.connect() as db:
        assert waiting == store.list_enrolments(db, EXAM_SESSION)
        assert "ok" == db.execute(text("PRAGMA integrity_check")).scalar()
    taken = [get_enrolment(no, "7") for no in ("24-1", "24-2")]
    with pytest.raises(DatabaseError, match="UNIQUE"), sqlite.begin() as db:
        store.add_enrolments(db, taken)


def test_a_room_of_an_exam_session_can_be_a_room_of_a_site(sqlite: Database) -> None:
    add_exam_session(sqlite)
    plan = store.SessionPlan("s2", f"exam-{EXAM_SESSION}", "Dua", 0, 0, "none", "live")
    plan = replace(plan, seats_drawn=True)
    room = store.Room("s2", "U", "Utama", 5, "manahan", "utama")
    with sqlite.begin() as db:
        sites.save_site(db, SITE)
        sites.save_site_room(db, ROOM)
        store.add_session(db, plan, [room])

        assert plan == store.get_session(db, "s2")
        assert [room] == store.list_rooms(db, "s2") == store.list_all_rooms(db)["s2"]
    nowhere = replace(room, exam_session="s3", site_room="none")
    with sqlite.connect() as db, pytest.raises(DatabaseError, match="FOREIGN KEY"):
        store.add_session(db, replace(plan, id="s3"), [nowhere])


def test_the_newest_profile_holds_and_none_is_changed(sqlite: Database) -> None:
    with sqlite.begin() as db:
        assert 1 == profiles.next_revision(db, ANI)
        profiles.record_profile(db, PROFILE)
        profiles.record_profile(db, replace(PROFILE, revision=2, break_minutes=30))

        assert 3 == profiles.next_revision(db, ANI)
        assert [2, 1] == [one.revision for one in profiles.history_of(db, ANI)]
        held = profiles.newest_profiles(db, [ANI, BUDI])
        assert {ANI: 30} == {person: one.break_minutes for person, one in held.items()}
        assert [held[ANI]] == profiles.list_profiles(db)
        administration.record(db, "seen", "x", by=DEWI, now=1)
    for table in (accommodation_profiles, administration_acts):
        with sqlite.connect() as db, pytest.raises(DatabaseError, match="is never changed"):
            db.execute(delete(table))


def test_acts_are_chained_and_a_changed_one_is_named(sqlite: Database) -> None:
    with sqlite.begin() as db:
        for number in range(3):
            administration.record(
                db, "site_saved", f"site-{number}", by=DEWI, now=number, details={"name": "x"}
            )
    with sqlite.begin() as db:
        acts = list(administration.read_all(db))
        assert ["site-0", "site-1", "site-2"] == [act.subject for act in acts]
        assert list(reversed(acts)) == administration.read_newest(db)

        db.execute(text("DROP TRIGGER administration_acts_no_update"))
        db.execute(text("UPDATE administration_acts SET subject = 'other' WHERE position = 2"))
        with pytest.raises(administration.AdministrationBroken, match="act 2: its content"):
            list(administration.read_all(db))
        db.execute(text("DROP TRIGGER administration_acts_no_delete"))
        db.execute(text("DELETE FROM administration_acts WHERE position = 2"))
        with pytest.raises(administration.AdministrationBroken, match="act 2: the act is missing"):
            list(administration.read_all(db))


def test_items_that_came_after_the_first_look_are_there_when_the_room_opens(
    sqlite: Database,
) -> None:
    exam = store.Exam("e", "SKD", "small", get_blueprint_text(), "seed")
    plan = store.SessionPlan(EXAM_SESSION, "e", "Pagi", STARTS_AT, 0, "none", "live")
    with sqlite.begin() as db:
        store.add_exam(db, exam)
        store.add_session(db, plan, [store.Room(EXAM_SESSION, ROOM_A, "A", 9)])
    running = start_engine(sqlite, FakeClock())
    running.engine.live(EXAM_SESSION)

    with sqlite.begin() as db:
        bank_store.add_items(db, get_bank(), {})
        store.add_enrolments(db, [get_enrolment(ANI)])
        assemble_forms(db, EXAM_SESSION)
    open_room(running.engine)
    sitting = running.engine.handle(EXAM_SESSION, ANI, commands.Enter("pc"))
    running.engine.handle(EXAM_SESSION, ANI, commands.Begin(sitting.epoch))
    said = commands.Respond(1, 100_001, 1, Choice("A"))
    after = running.engine.handle(EXAM_SESSION, ANI, said)
    running.stop()

    assert 100_001 == after.answers[1].client_seq
