"""The administrator's pages and API of staff: every act is done, bounded, and on record."""

import json
import re
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from cat_engine.accounts import factor_store, staff_record, store, totp
from cat_engine.accounts.user import Role
from cat_engine.db import reading, writing
from cat_engine.hall import Hall
from tests.integration.http.conftest import PASSWORD, Browser

NEW = "tujuh gajah menari pelan"
RINI = {"username": "rini", "name": "Rini Astuti", "role": "proctor", "rooms": "pagi/a\npagi/b"}


def acts(hall: Hall) -> list[tuple[str, str, str]]:
    with reading(hall.database).connect() as db:
        return [(act.person, act.kind, act.whom) for act in staff_record.read_all(db)]


def first_password(page: Any) -> str:
    found = re.search(r'<code class="secret">([a-z0-9-]+)</code>', page.text)
    assert found, page.text
    return found[1]


def enrolled(hall: Hall, username: str) -> None:
    sealed = totp.seal(b"s" * 20, username=username, server_secret=hall.secret_key)
    with writing(hall.database).begin() as db:
        factor_store.put_waiting(db, username, sealed, last_step=totp.NEVER)
        factor_store.take_step(db, username, 0, enrolled_at=1)


def test_a_new_member_signs_in_with_the_first_password_and_changes_it(
    admin_browser: Browser, browse: Any, hall: Hall
) -> None:
    page = admin_browser.submit("/admin/staff", RINI)
    password = first_password(page)
    rini = browse()

    assert rini.sign_in_staff("rini", password).location == "/staff/account"
    given = {"old_password": password, "new_password": NEW, "again": NEW}
    rini.submit("/staff/account/password", given, page="/staff/account")

    me = rini.get("/api/v1/me").json
    assert [{"exam_session": "pagi", "room": room} for room in "ab"] == me["rooms"]
    assert [("dewi", "added", "rini"), ("rini", "password_changed", "rini")] == acts(hall)
    assert password not in admin_browser.get("/admin/staff/rini").text
    assert password not in str(hall.log.lines)
    assert "Rini Astuti" in admin_browser.get("/admin/staff").text


@pytest.mark.parametrize(
    ("wrong", "field", "status"),
    [
        ({"username": "Rini!"}, "username", 400),
        ({"username": "citra"}, "username", 409),
        ({"name": " "}, "name", 400),
        ({"role": "candidate"}, "role", 400),
        ({"rooms": "pagi/z"}, "rooms", 400),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    admin_browser: Browser, hall: Hall, wrong: dict[str, str], field: str, status: int
) -> None:
    answer = admin_browser.submit("/admin/staff", {**RINI, **wrong})

    assert answer.status_code == status
    assert re.search(rf'id="{field}"[^>]*aria-invalid="true"[^>]*problem', answer.text)
    kept = "pagi/a" if field != "rooms" else "Rini Astuti"
    assert kept in answer.text
    assert [] == acts(hall)


def test_changed_role_and_rooms_count_at_once(
    admin_browser: Browser, proctor_browser: Browser, hall: Hall
) -> None:
    page = "/admin/staff/citra"
    assert proctor_browser.get("/proctor").status_code == 200

    admin_browser.submit(page, {"name": "Citra D", "role": "author", "rooms": "pagi/a"})

    assert proctor_browser.get("/proctor").status_code == 403
    with reading(hall.database).connect() as db:
        citra = store.find_staff(db, "citra")
        latest = staff_record.read_latest(db)[0]
    assert citra is not None
    assert (Role.AUTHOR, frozenset()) == (citra.role, citra.rooms)
    assert {"name": "Citra", "role": "proctor", "rooms": ["pagi/a"]} == latest.details["from"]


def test_a_forgotten_password_is_replaced_and_logins_end(
    admin_browser: Browser, proctor_browser: Browser, browse: Any, hall: Hall
) -> None:
    enrolled(hall, "citra")
    answer = admin_browser.submit(
        "/admin/staff/citra/act", {"act": "password"}, page="/admin/staff/citra"
    )

    assert proctor_browser.get("/api/v1/me").status_code == 401
    assert browse().sign_in_staff("citra").status_code == 401
    assert browse().sign_in_staff("citra", first_password(answer)).location == "/staff/code"
    assert [("dewi", "first_password", "citra")] == acts(hall)


def test_a_lost_second_factor_is_removed_and_logins_end(
    admin_browser: Browser, browse: Any, hall: Hall
) -> None:
    citra = browse()
    citra.sign_in_staff("citra")
    enrolled(hall, "citra")

    admin_browser.submit("/admin/staff/citra/act", {"act": "factor"}, page="/admin/staff/citra")

    assert citra.get("/api/v1/me").status_code == 401
    assert browse().sign_in_staff("citra").location == "/proctor"
    assert [("dewi", "factor_removed", "citra")] == acts(hall)


def test_logins_end_and_people_are_removed_and_stay_on_record(
    admin_browser: Browser, proctor_browser: Browser, browse: Any, hall: Hall
) -> None:
    page = "/admin/staff/citra"
    admin_browser.submit(f"{page}/act", {"act": "logins"}, page=page)
    assert proctor_browser.get("/api/v1/me").status_code == 401
    proctor_browser.sign_in_staff("citra")
    enrolled(hall, "citra")

    removed = admin_browser.submit(f"{page}/act", {"act": "remove"}, page=page)

    assert removed.location == "/admin/staff?done=remove"
    assert proctor_browser.get("/api/v1/me").status_code == 401
    assert browse().sign_in_staff("citra").status_code == 401
    assert admin_browser.get(page).status_code == 404
    assert [("dewi", "logins_ended", "citra"), ("dewi", "removed", "citra")] == acts(hall)
    assert "citra" in admin_browser.get("/admin/staff-record").text


def test_nobody_removes_themselves_or_changes_the_own_role(
    admin_browser: Browser, hall: Hall
) -> None:
    page = "/admin/staff/dewi"

    removed = admin_browser.submit(f"{page}/act", {"act": "remove"}, page=page)
    changed = admin_browser.submit(page, {"name": "Dewi", "role": "proctor", "rooms": ""})

    assert [409, 409] == [removed.status_code, changed.status_code]
    assert admin_browser.get("/admin").status_code == 200
    assert [] == acts(hall)


def test_the_api_does_the_same(admin_browser: Browser, browse: Any, hall: Hall) -> None:
    api, page = admin_browser, "/api/v1/staff"
    added = api.post_json(page, {**RINI, "rooms": ["pagi/a"]})
    changed = api.post_json(f"{page}/rini", {"name": "Rini", "role": "reviewer", "rooms": ["*"]})
    given = api.post_json(f"{page}/rini/acts", {"act": "password"})
    for act in ("factor", "logins", "remove"):
        assert api.post_json(f"{page}/rini/acts", {"act": act}).status_code == 200, act

    assert added.json["first_password"] != given.json["first_password"]
    assert (changed.json["role"], changed.json["rooms"]) == ("reviewer", [])
    assert api.post_json(f"{page}/rini/acts", {"act": "remove"}).status_code == 404
    assert ["citra", "dewi", "eka", "fajar"] == [
        one["username"] for one in api.get(page).json["staff"]
    ]
    kinds = [one["kind"] for one in api.get("/api/v1/staff-record").json["acts"]]
    assert ["removed", "logins_ended", "first_password", "changed", "added"] == kinds
    assert ["added"] == [
        one["kind"] for one in api.get("/api/v1/staff-record?before=2").json["acts"]
    ]


@pytest.mark.parametrize("body", [{}, {"act": "all"}, {"act": 1}, {"act": "remove", "x": 1}])
def test_the_api_refuses_what_it_does_not_know(
    admin_browser: Browser, hall: Hall, body: dict[str, Any]
) -> None:
    assert admin_browser.post_json("/api/v1/staff/citra/acts", body).status_code == 400
    bad_rooms = {**RINI, "rooms": [1]}
    assert admin_browser.post_json("/api/v1/staff", bad_rooms).status_code == 400
    assert [] == acts(hall)


def test_the_record_is_never_changed_and_tells_when_it_was(
    admin_browser: Browser, hall: Hall
) -> None:
    for name in ("Citra A", "Citra B"):
        admin_browser.submit(
            "/admin/staff/citra", {"name": name, "role": "proctor", "rooms": "pagi/a"}
        )
    for statement in ("UPDATE staff_acts SET whom = 'eka'", "DELETE FROM staff_acts"):
        with pytest.raises(DatabaseError, match="never changed"), hall.database.begin() as db:
            db.execute(text(statement))
    with hall.database.begin() as db:
        db.execute(text("DROP TRIGGER staff_acts_no_update"))
        db.execute(text("UPDATE staff_acts SET whom = 'eka' WHERE position = 2"))

    with (
        pytest.raises(staff_record.StaffRecordBroken, match="act 2"),
        reading(hall.database).connect() as db,
    ):
        list(staff_record.read_all(db))


def test_pages_of_staff_speak_both_languages_and_link_the_record(admin_browser: Browser) -> None:
    for language, word in (("id", "Petugas"), ("en", "Staff")):
        page = admin_browser.get(f"/admin/staff?lang={language}").text
        assert word in page
    assert "/admin/staff-record" in page
    assert 'href="/admin/staff"' in admin_browser.get("/admin").text


def test_lists_hold_no_secret(admin_browser: Browser, hall: Hall) -> None:
    enrolled(hall, "citra")
    with reading(hall.database).connect() as db:
        hashes = [one.password_hash for one in store.list_staff(db)]

    told = (
        json.dumps(admin_browser.get("/api/v1/staff").json)
        + admin_browser.get("/admin/staff/citra").text
    )

    assert [] == [one for one in (*hashes, PASSWORD, "argon2") if one in told]
