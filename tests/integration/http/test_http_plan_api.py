"""An administrator's program plans an exam through the API, mistakes and all."""

import io
import re
import threading
from types import SimpleNamespace
from typing import Any

import openpyxl

from cat_engine.accounts import passwords
from cat_engine.db import reading, writing
from cat_engine.http import security
from cat_engine.http.plan_routes import PLAN_ROUTES, ROSTER_FILES
from exam_sessions import administration, events, journal, store
from exam_sessions.exam_session import ExamSession
from exam_sessions.journal import Draft
from exam_sessions.live_session import LiveSession
from tests.factories import get_blueprint_text

CSV, XLSX = ROSTER_FILES
PLAN = "/api/v1/plan"
ROOM = {"name": "Ruang A", "rows": 2, "columns": 4, "aisles": [2], "unusable": ["8"],
        "accessible": ["1"]}  # fmt: skip
SESSION = {
    "id": "sesi-1",
    "title": "Sesi 1",
    "starts_at": "2026-11-24T08:00+07:00",
    "rooms": [{"id": "A", "site": "manahan", "site_room": "a"}],
}
EXAM = {
    "exam": "skd-solo",
    "title": "SKD Solo",
    "bank": "small",
    "blueprint": "kecil",
    "seed": "4-2-6",
    "sessions": [SESSION],
}
ROSTER = f"{PLAN}/sessions/skd-solo-sesi-1/roster"
HEADING = "participant_no,name,room,seat,person\n"


def say(browser: Any, path: str, body: Any) -> Any:
    answer = browser.post_json(f"{PLAN}{path}", body)
    assert answer.status_code == 200, answer.text
    return answer.json


def send(browser: Any, path: str, content: bytes, media_type: str) -> Any:
    headers = {"X-Requested-With": "cat-engine", "Content-Type": media_type}
    return browser.client.post(path, data=content, headers=headers)


def plan_until_exam(browser: Any) -> Any:
    say(browser, "/agencies/solo", {"name": "Kota Surakarta"})
    say(browser, "/sites/manahan", {"name": "Manahan", "zone": "WIB"})
    say(browser, "/sites/manahan/rooms/a", ROOM)
    return say(browser, "/exams", EXAM | {"blueprints": {"kecil": get_blueprint_text()}})


def know(engine: Any, hall: Any, exam_session: str) -> None:
    """Let the engine of these tests have the session, which the real one reads when asked."""
    with reading(hall.database).connect() as db:
        plan = store.get_session(db, exam_session)
        assert plan is not None
        exam, rooms = store.get_exam(db, plan.exam), store.list_rooms(db, exam_session)
    assert exam is not None
    blueprint: Any = SimpleNamespace(parts=(), rank_by=("total",), thresholds={})
    state = ExamSession(exam_session, rooms={"A": "closed"})
    engine.lives[exam_session] = LiveSession(
        plan, exam, rooms, blueprint, {}, state, threading.Lock()
    )


def test_an_exam_is_planned_from_the_agency_to_the_roster(
    admin_browser: Any, hall: Any, engine: Any
) -> None:
    exam = plan_until_exam(admin_browser)
    formation = {
        "agency": "solo",
        "title": "Analis",
        "location": "Kecamatan",
        "formation_type": "disability",
        "openings": 3,
    }
    assert say(admin_browser, "/formations/analis", formation) == formation | {"id": "analis"}
    agency = admin_browser.get(f"{PLAN}/agencies/solo").json
    room = admin_browser.get(f"{PLAN}/sites/manahan").json["rooms"][0]
    profile = {"person": "P-1", "disability": "visual", "source": "surat", "confirmed_by": "dewi"}
    say(admin_browser, "/profiles", profile)
    again = say(admin_browser, "/profiles", profile | {"text_size": "large", "break_minutes": 5})
    know(engine, hall, "skd-solo-sesi-1")
    rows = f"{HEADING}24-1,Ani,A,1,P-1\n24-2,Budi,A,2,\n"
    dry = send(admin_browser, f"{ROSTER}?dry_run=1", rows.encode(), CSV)
    enrolled_dry = admin_browser.get(f"{PLAN}/sessions/skd-solo-sesi-1").json["enrolled_count"]
    done = send(admin_browser, f"{ROSTER}?file=peserta.csv", rows.encode(), CSV)

    assert exam["sessions"][0]["id"] == "skd-solo-sesi-1"
    assert exam["minutes"] == 12
    assert [one["openings"] for one in agency["formations"]] == [3]
    assert {name: room[name] for name in ROOM} == ROOM
    assert room["usable_count"] == 7
    assert not room["seats"][7]["is_usable"]
    assert room["seats"][0]["is_accessible"]
    assert (again["revision"], again["text_size"], again["break_minutes"]) == (2, "large", 5)
    assert dry.json == {
        "is_stored": False, "count": 2, "faults": [], "fault_count": 0, "pins": [],
    }  # fmt: skip
    assert enrolled_dry == 0
    assert done.json["is_stored"]
    assert ["24-1", "24-2"] == [one["participant_no"] for one in done.json["pins"]]
    assert all(len(one["pin"]) == 6 for one in done.json["pins"])
    assert {"24-1", "24-2"} == set(engine.lives["skd-solo-sesi-1"].enrolments)
    acts = admin_browser.get(f"{PLAN}/acts").json["acts"]
    assert [one["kind"] for one in reversed(acts)] == [
        "agency_saved", "site_saved", "site_room_saved", "exam_created", "exam_session_planned",
        "formation_saved", "profile_recorded", "profile_recorded", "roster_imported", "pins_taken",
    ]  # fmt: skip
    assert {one["person"] for one in acts} == {"dewi"}
    assert acts[1]["details"]["file"] == "peserta.csv"
    assert done.json["pins"][0]["pin"] not in str(acts)
    earlier = admin_browser.get(f"{PLAN}/acts?before=3").json["acts"]
    assert [one["position"] for one in earlier] == [2, 1]
    with reading(hall.database).connect() as db:
        assert len(list(administration.read_all(db))) == len(acts)


def test_a_roster_with_mistakes_is_reported_row_by_row_and_stored_not_at_all(
    admin_browser: Any, hall: Any, engine: Any
) -> None:
    plan_until_exam(admin_browser)
    know(engine, hall, "skd-solo-sesi-1")
    bad = f"{HEADING}24-1,Ani,A,1,\n24-1,Budi,B,1,\n24-3,,A,8,\n".encode()
    rows: list[Any] = [
        {"participant_no": "24-1", "name": "Ani", "room": "A", "seat": "1"},
        {"participant_no": "24-1", "name": "Budi", "room": "A", "seat": 2},
    ]

    dry = send(admin_browser, f"{ROSTER}?dry_run=1&lang=en", bad, CSV)
    refused = send(admin_browser, f"{ROSTER}?lang=en", bad, CSV)
    of_rows = admin_browser.post_json(ROSTER, {"rows": rows})
    unknown = admin_browser.post_json(ROSTER, {"rows": [rows[0] | {"nik": "337"}]})
    no_rows = admin_browser.post_json(ROSTER, {"rows": ["x"]})

    assert dry.status_code == 200
    assert dry.json["count"] == 0
    assert [(one["line"], one["column"], one["code"]) for one in dry.json["faults"]] == [
        (3, "participant_no", "doubled"),
        (3, "room", "not_one_of"),
        (4, "name", "empty"),
        (4, "seat", "no_such_seat"),
    ]
    assert dry.json["faults"][0]["place"] == "line 3, column participant_no"
    assert dry.json["faults"][0]["message"] == "24-1 is also on line 2"
    assert dry.json["faults"][0]["advice"] == "change or delete one"
    assert refused.status_code == 422
    assert refused.json["error"]["code"] == "bad_roster"
    assert refused.json["error"]["faults"] == dry.json["faults"]
    assert of_rows.status_code == 422
    assert [(one["line"], one["code"]) for one in of_rows.json["error"]["faults"]] == [
        (2, "bad_cell"), (2, "doubled"),
    ]  # fmt: skip
    assert [one["code"] for one in unknown.json["error"]["faults"]] == ["column_unknown"]
    assert no_rows.status_code == 400
    assert send(admin_browser, ROSTER, bad, "text/html").status_code == 415
    assert send(admin_browser, f"{ROSTER}?dry_run=2", bad, CSV).status_code == 400
    assert admin_browser.get(f"{PLAN}/sessions/skd-solo-sesi-1").json["enrolled_count"] == 0


def test_rows_and_workbooks_enrol_as_files_do(admin_browser: Any, hall: Any, engine: Any) -> None:
    plan_until_exam(admin_browser)
    know(engine, hall, "skd-solo-sesi-1")
    book = openpyxl.Workbook()
    for cells in (("participant_no", "name", "room", "seat"), ("24-2", "Budi", "A", "2")):
        book.active.append(cells)
    target = io.BytesIO()
    book.save(target)
    row = {"participant_no": "24-1", "name": "Ani", "room": "A", "seat": "1", "pin": "271828"}

    of_rows = say(admin_browser, "/sessions/skd-solo-sesi-1/roster", {"rows": [row]})
    of_book = send(admin_browser, ROSTER, target.getvalue(), XLSX)

    assert (of_rows["count"], of_rows["pins"][0]["pin"]) == (1, "271828")
    assert [one["participant_no"] for one in of_book.json["pins"]] == ["24-2"]


def test_mistakes_in_an_exam_are_named_by_place(admin_browser: Any) -> None:
    plan_until_exam(admin_browser)
    wrong = EXAM | {
        "exam": "lain",
        "title": None,
        "blueprint": "tidak-ada",
        "note": "\u2028",
        "sessions": [SESSION, SESSION | {"id": "b", "starts_at": "pagi", "rooms": [{"id": "A"}]}],
    }

    refused = admin_browser.post_json(f"{PLAN}/exams?lang=en", wrong)
    there = admin_browser.post_json(
        f"{PLAN}/exams", EXAM | {"blueprints": {"kecil": get_blueprint_text()}}
    )
    broken = admin_browser.post_json(
        f"{PLAN}/exams", EXAM | {"exam": "c", "blueprints": {"kecil": "\ud800\x00"}}
    )
    nested: Any = []
    for _ in range(200):
        nested = [nested]
    deep = admin_browser.post_json(f"{PLAN}/exams", {"exam": nested})

    assert refused.status_code == 422
    assert {(one["code"], one["place"]) for one in refused.json["error"]["faults"]} == {
        ("no_text", "/title"),
        ("no_blueprint", "/blueprint"),
        ("unknown_key", "/note"),
        ("no_time", "/sessions/1/starts_at"),
        ("key_missing", "/sessions/1/rooms/0"),
    }
    assert all(one["advice"] and one["line"] is None for one in refused.json["error"]["faults"])
    assert there.status_code == 409
    assert [one["code"] for one in there.json["error"]["faults"]] == ["exists"]
    assert broken.status_code == 422
    assert deep.status_code == 400
    assert len(admin_browser.get(f"{PLAN}/exams").json["exams"]) == 2


def test_sessions_that_stand_too_close_are_told_in_the_calendar(admin_browser: Any) -> None:
    plan_until_exam(admin_browser)
    second = SESSION | {"id": "sesi-2", "starts_at": "2026-11-24T08:20+07:00"}

    exam = say(admin_browser, "/exams/skd-solo/sessions", {"sessions": [second], "seats": "drawn"})
    calendar = admin_browser.get(f"{PLAN}/sessions").json["sessions"]

    assert [one["seats_drawn"] for one in exam["sessions"]] == [False, True]
    own = {one["id"]: one for one in calendar}
    assert own["pagi"]["conflicts"] == []
    assert own["skd-solo-sesi-1"]["conflicts"] == [
        {"other": "skd-solo-sesi-2", "site": "manahan", "room": "a", "gap_minutes": 8,
         "is_overlap": False}
    ]  # fmt: skip
    assert own["skd-solo-sesi-2"]["seat_count"] == 7


def test_mistakes_in_entries_are_named_by_field(admin_browser: Any) -> None:
    plan_until_exam(admin_browser)

    def refuse(path: str, body: Any, status: int = 422) -> list[tuple[str, str]]:
        answer = admin_browser.post_json(f"{PLAN}{path}", body)
        assert answer.status_code == status, answer.text
        return [(one["code"], one["place"]) for one in answer.json["error"]["faults"]]

    assert refuse("/agencies/so lo", {"name": ""}) == [("no_identifier", "id"), ("empty", "name")]
    assert refuse("/agencies/a", {"name": {"id": "x"}}) == [("no_text", "name")]
    assert refuse("/sites/a", {"name": "A", "zone": "CET"}) == [("no_zone", "zone")]
    unknown = {"agency": "x", "title": "A", "location": "B", "openings": True}
    assert refuse("/formations/f", unknown) == [("no_text", "openings")]
    assert refuse("/formations/f", unknown | {"openings": 0}) == [
        ("not_one_of", "agency"), ("out_of_range", "openings"),
    ]  # fmt: skip
    assert refuse("/sites/manahan/rooms/b", ROOM | {"unusable": ["99"]}) == [
        ("not_in_plan", "unusable")
    ]
    assert refuse("/sites/manahan/rooms/a", ROOM | {"naming": "rows", "unusable": [],
                  "accessible": []}, 409) == [("in_use", "rows")]  # fmt: skip
    lone = {"person": "\ud800", "source": "s", "confirmed_by": "d"}
    assert refuse("/profiles", lone) == [("unprintable", "person")]
    before = admin_browser.get(f"{PLAN}/acts").json["acts"]
    assert [one["kind"] for one in before][:1] == ["exam_session_planned"]


def test_a_roster_may_be_long_and_nothing_else(admin_browser: Any, proctor_browser: Any) -> None:
    plan_until_exam(admin_browser)
    long = (HEADING + "24-1,Ani,A,1,\n" * 8_000).encode()
    assert len(long) > security.BODY_LIMIT_BYTES

    dry = send(admin_browser, f"{ROSTER}?dry_run=1", long, CSV)
    elsewhere = send(admin_browser, f"{PLAN}/exams", long, "application/json")
    of_proctor = send(proctor_browser, f"{ROSTER}?dry_run=1", long, CSV)

    assert dry.status_code == 200
    assert dry.json["fault_count"] > len(dry.json["faults"]) == 500
    assert elsewhere.status_code == 413
    assert of_proctor.status_code == 403


def test_planning_is_for_administrators_alone(
    browser: Any, proctor_browser: Any, author_browser: Any
) -> None:
    rules = {(route.method, re.sub(r"<\w+>", "pagi", route.rule)) for route in PLAN_ROUTES}

    for who, status in ((browser, 401), (proctor_browser, 403), (author_browser, 403)):
        for method, rule in sorted(rules):
            path = f"/api/v1{rule}"
            answer = who.get(path) if method == "GET" else who.post_json(path, {"name": "x"})
            assert answer.status_code == status, path


def test_a_change_without_the_header_is_refused(admin_browser: Any) -> None:
    answer = admin_browser.client.post(f"{PLAN}/agencies/solo", json={"name": "Solo"})

    assert answer.status_code == 403
    assert admin_browser.get(f"{PLAN}/agencies").json == {"agencies": []}


PINS = f"{PLAN}/sessions/skd-solo-sesi-1/pins"


def enrolled(browser: Any, hall: Any, engine: Any) -> dict[str, str]:
    """Ani and Budi, with the PINs of the import."""
    plan_until_exam(browser)
    know(engine, hall, "skd-solo-sesi-1")
    rows = f"{HEADING}24-1,Ani,A,1,\n24-2,Budi,A,2,\n"
    done = send(browser, ROSTER, rows.encode(), CSV)
    return {one["participant_no"]: one["pin"] for one in done.json["pins"]}


def hashes(hall: Any) -> dict[str, str]:
    with reading(hall.database).connect() as db:
        people = store.list_enrolments(db, "skd-solo-sesi-1")
    return {one.participant_no: one.pin_hash for one in people}


def test_a_jammed_printer_is_answered_with_new_pins_and_the_old_open_nothing(
    admin_browser: Any, hall: Any, engine: Any
) -> None:
    old = enrolled(admin_browser, hall, engine)
    with writing(hall.database).begin() as db:  # Budi has come in already
        entered = Draft("skd-solo-sesi-1", "24-2", 1, events.Attached(1, "pc", took_over=False))
        lease = journal.take_lease(db, now=1)
        journal.append(db, [entered], {}, epoch=lease.epoch, now=1)

    made = admin_browser.post_json(PINS, {"reason": "printer macet"})

    assert (200, ["24-1"]) == (
        made.status_code,
        [one["participant_no"] for one in made.json["pins"]],
    )
    held = hashes(hall)
    assert not passwords.verify(held["24-1"], old["24-1"])
    assert passwords.verify(held["24-1"], made.json["pins"][0]["pin"])
    assert passwords.verify(held["24-2"], old["24-2"])
    one = admin_browser.post_json(PINS, {"reason": "hilang", "participant_no": "24-2"})
    assert passwords.verify(hashes(hall)["24-2"], one.json["pins"][0]["pin"])
    acts = admin_browser.get(f"{PLAN}/acts").json["acts"]
    told = [act["details"] for act in acts if act["kind"] == "pins_replaced"]
    assert [("hilang", 1), ("printer macet", 1)] == [(one["reason"], one["count"]) for one in told]
    assert one.json["pins"][0]["pin"] not in str(acts)


def test_pins_are_made_for_people_of_an_open_roster_session_alone(
    admin_browser: Any, hall: Any, engine: Any
) -> None:
    enrolled(admin_browser, hall, engine)

    def code(body: Any) -> str:
        return str(admin_browser.post_json(PINS, body).json["error"]["code"])

    assert "not_found" == code({"reason": "macet", "participant_no": "24-9"})
    assert "missing_field" == code({"reason": " "})
    with writing(hall.database).begin() as db:
        ended = events.SessionClosed("dewi", "citra", "selesai", 0, "")
        lease = journal.take_lease(db, now=1)
        draft = Draft("skd-solo-sesi-1", None, 1, ended)
        journal.append(db, [draft], {}, epoch=lease.epoch, now=1)
    assert "session_closed" == code({"reason": "macet"})
