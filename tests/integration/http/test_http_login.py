"""Signing in and out: forms, cookies, limits."""

from typing import Any

import pytest
from sqlalchemy import select

from cat_engine.accounts import store as accounts
from cat_engine.accounts.door import door_of
from cat_engine.accounts.login import login_of
from cat_engine.accounts.tables import logins
from cat_engine.db import reading, writing
from cat_engine.hall import Hall

ANI, PIN = "24-5521-0017", "271828"
HOUR_MS = 3_600_000


def environ_of(browser: Any) -> dict[str, Any]:
    cookie = browser.client.get_cookie("cat-login")
    return {"HTTP_COOKIE": f"cat-login={cookie.value}"} if cookie else {}


def cookie_line(response: Any, name: str) -> str:
    return next(
        str(line) for line in response.headers.getlist("Set-Cookie") if line.startswith(name)
    )


def test_candidate_signs_in_and_lands_in_the_exam(browser: Any) -> None:
    response = browser.sign_in()

    assert response.status_code == 303
    assert response.location == "/exam"
    assert "SKD CPNS 2026" in browser.get("/exam").text


def test_login_cookie_is_out_of_reach_of_scripts_and_other_sites(browser: Any) -> None:
    line = cookie_line(browser.sign_in(), "cat-login")

    assert "HttpOnly" in line
    assert "SameSite=Strict" in line
    assert "Path=/" in line


def test_pin_may_be_typed_with_spaces(browser: Any) -> None:
    assert browser.sign_in(pin="271 828").status_code == 303


def test_the_database_holds_no_token(browser: Any, hall: Hall) -> None:
    browser.sign_in()

    token = browser.client.get_cookie("cat-login").value
    with reading(hall.database).connect() as db:
        stored = db.execute(select(logins)).one()
    assert token.encode() not in bytes(stored.token_digest)
    assert len(stored.token_digest) == 32


def test_wrong_pin_and_unknown_number_give_the_same_answer(browse: Any) -> None:
    wrong = browse().sign_in(pin="000000")
    unknown = browse().sign_in(participant_no="99-0000")

    assert wrong.status_code == unknown.status_code == 401
    problem = "Data masuk tidak cocok"
    assert problem in wrong.text
    assert problem in unknown.text


def test_the_pin_is_never_sent_back(browser: Any) -> None:
    assert "000000" not in browser.sign_in(pin="000000").text


def test_unknown_accounts_spend_the_time_of_a_check(
    browser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    spent: list[bool] = []
    monkeypatch.setattr(
        "cat_engine.accounts.passwords.verify_nobody",
        lambda _secret, *, is_pin: spent.append(is_pin),
    )

    browser.sign_in(participant_no="99-0000")
    browser.sign_in_staff("nobody")

    assert spent == [True, False]


def test_after_too_many_failures_the_account_waits_and_others_do_not(
    browser: Any, hall: Hall, clock: Any
) -> None:
    limits = hall.config.limits
    for _ in range(limits.account_tries):
        assert browser.sign_in(pin="000000").status_code == 401

    refused = browser.sign_in()

    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == str(limits.account_wait_s)
    assert f"tunggu {limits.account_wait_s} detik" in refused.text
    assert browser.sign_in(participant_no="24-5521-0018").status_code == 303
    clock.now += limits.account_wait_s * 1_000
    assert browser.sign_in().status_code == 303


def test_right_logins_use_nothing_up(browser: Any, hall: Hall) -> None:
    statuses = {browser.sign_in().status_code for _ in range(hall.config.limits.account_tries * 3)}

    assert statuses == {303}


def test_every_login_has_a_new_token_and_ends_the_one_before(browser: Any, hall: Hall) -> None:
    browser.sign_in()
    older = environ_of(browser)

    browser.sign_in()

    assert older != environ_of(browser)
    assert login_of(hall, older) is None
    assert login_of(hall, environ_of(browser)) is not None


def test_a_second_workstation_ends_the_login_of_the_first(browse: Any, hall: Hall) -> None:
    first, second = browse(), browse()
    first.sign_in()

    second.sign_in()

    assert login_of(hall, environ_of(first)) is None
    assert first.get("/api/v1/me").status_code == 401
    assert second.get("/api/v1/me").json["participant_no"] == ANI


def test_logout_ends_the_login_on_the_server(candidate_browser: Any, hall: Hall) -> None:
    environ = environ_of(candidate_browser)

    response = candidate_browser.submit("/logout", {})

    assert response.status_code == 303
    assert login_of(hall, environ) is None
    with reading(hall.database).connect() as db:
        assert db.execute(select(logins)).all() == []


def test_logout_needs_a_post(candidate_browser: Any, hall: Hall) -> None:
    page = candidate_browser.get("/logout")

    assert page.status_code == 200
    assert "Ya, keluar" in page.text
    assert login_of(hall, environ_of(candidate_browser)) is not None


def test_a_login_ends_after_its_lifetime_even_when_used(
    candidate_browser: Any, hall: Hall, clock: Any
) -> None:
    lifetime_ms = hall.config.server.login_hours * HOUR_MS
    environ = environ_of(candidate_browser)

    clock.now += lifetime_ms - 1
    assert login_of(hall, environ) is not None
    clock.now += 1
    assert login_of(hall, environ) is None


def test_a_thousand_connects_ask_the_database_once(candidate_browser: Any, hall: Hall) -> None:
    environ = environ_of(candidate_browser)
    login_of(hall, environ)
    with writing(hall.database).begin() as db:
        db.execute(logins.delete())

    assert login_of(hall, environ) is not None


def test_a_login_deleted_elsewhere_is_noticed_within_half_a_minute(
    candidate_browser: Any, hall: Hall, clock: Any
) -> None:
    environ = environ_of(candidate_browser)
    with writing(hall.database).begin() as db:
        db.execute(logins.delete())

    clock.now += 30_001

    assert login_of(hall, environ) is None


def test_a_login_survives_a_restart_of_the_server(candidate_browser: Any, hall: Hall) -> None:
    environ = environ_of(candidate_browser)
    door_of(hall).__init__(hall.config.limits)  # type: ignore[misc]

    found = login_of(hall, environ)

    assert found is not None
    assert (found.exam_session, found.participant_no) == ("pagi", ANI)


def test_changed_rooms_of_a_proctor_count_at_the_next_look(
    proctor_browser: Any, hall: Hall, clock: Any
) -> None:
    with writing(hall.database).begin() as db:
        citra = accounts.find_staff(db, "citra")
        assert citra is not None
        accounts.save_staff(
            db,
            type(citra)(citra.username, citra.name, citra.role, frozenset(), citra.password_hash),
            now=clock.now,
        )
    clock.now += 30_001

    assert proctor_browser.get("/api/v1/exam-sessions").json == {"exam_sessions": []}


def test_made_up_cookies_are_nobody(hall: Hall) -> None:
    for value in ("", "x", "a" * 5_000, "\xff", "\udcff", '"; x=1'):
        assert login_of(hall, {"HTTP_COOKIE": f"cat-login={value}"}) is None
    assert login_of(hall, {}) is None


@pytest.mark.parametrize(
    ("username", "home"), [("citra", "/proctor"), ("dewi", "/admin"), (" DEWI ", "/admin")]
)
def test_staff_land_where_their_work_is(browser: Any, username: str, home: str) -> None:
    assert browser.sign_in_staff(username).location == home


@pytest.mark.parametrize(
    ("asked", "landing"),
    [
        ("/proctor/pagi", "/proctor/pagi"),
        ("//evil.example", "/admin"),
        ("https://evil.example", "/admin"),
        ("/admin/../x", "/admin"),
        ("/\\evil.example", "/admin"),
    ],
)
def test_login_leads_on_only_to_own_pages(browser: Any, asked: str, landing: str) -> None:
    given = {"username": "dewi", "password": "kata sandi yang panjang", "next": asked}

    assert browser.submit("/staff", given).location == landing


def test_api_login_says_who_one_is(browser: Any) -> None:
    response = browser.post_json("/api/v1/login", {"participant_no": ANI, "pin": PIN})

    assert response.status_code == 200
    assert response.json["role"] == "candidate"
    assert response.json["home"] == "/exam"
    assert browser.get("/api/v1/me").json == response.json


def test_api_staff_login_names_the_rooms(browser: Any) -> None:
    given = {"username": "citra", "password": "kata sandi yang panjang"}

    response = browser.post_json("/api/v1/staff/login", given)

    assert response.json["rooms"] == [{"exam_session": "pagi", "room": "a"}]
    assert browser.post_json("/api/v1/logout", {}).json == {"signed_out": True}
    assert browser.get("/api/v1/me").status_code == 401
