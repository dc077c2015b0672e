"""The own account of staff: password, second factor, and what is open before both are proved."""

import re
from base64 import b32decode
from typing import Any

import pytest
from flask import Flask

from cat_engine.accounts import factor_store, staff_record, store, totp
from cat_engine.accounts.login import HALF_LOGIN_MS, half_of, login_of
from cat_engine.accounts.passwords import hash_password
from cat_engine.config import StaffConfig
from cat_engine.db import reading, writing
from cat_engine.hall import Hall
from tests.integration.http.conftest import PASSWORD, Browser

NEW = "tujuh gajah menari pelan"
STEP_MS = totp.STEP_MS


def enrol(browser: Browser, clock: Any) -> tuple[bytes, list[str]]:
    """Set a second factor up as a person does; the secret of the app and the recovery codes."""
    assert browser.submit(
        "/staff/account/factor", {"password": PASSWORD}, page="/staff/account"
    ).location == ("/staff/account/factor")
    secret = shown_secret(browser)
    done = browser.submit(
        "/staff/account/factor/confirm",
        {"code": code_of(secret, clock)},
        page="/staff/account/factor",
    )
    assert done.status_code == 200
    clock.now += STEP_MS
    return secret, re.findall(r"<li><code>([a-z0-9-]+)</code>", done.text)


def shown_secret(browser: Browser) -> bytes:
    found = re.search(
        r'otpauth://totp/[^"]*secret=([A-Z2-7]+)', browser.get("/staff/account/factor").text
    )
    assert found
    return b32decode(found[1])


def code_of(secret: bytes, clock: Any) -> str:
    return totp.code_at(secret, clock.now // STEP_MS)


def give_code(browser: Browser, code: str) -> Any:
    return browser.submit("/staff/code", {"code": code, "next": ""})


def kinds(hall: Hall) -> list[str]:
    with reading(hall.database).connect() as db:
        return [act.kind for act in staff_record.read_all(db)]


@pytest.fixture
def obliged(hall: Hall) -> Hall:
    """The same server, where administrators and proctors must have a second factor."""
    staff = StaffConfig("administrator, proctor", 168)
    object.__setattr__(hall.config, "staff", staff)
    return hall


def test_after_the_password_the_code_is_asked_and_nothing_is_open_before(
    admin_browser: Browser, browse: Any, clock: Any, hall: Hall
) -> None:
    secret, _ = enrol(admin_browser, clock)
    fresh = browse()

    answer = fresh.sign_in_staff("dewi")

    assert answer.location == "/staff/code"
    assert fresh.get("/api/v1/me").status_code == 401
    assert fresh.get("/admin").location == "/staff?next=/admin"
    assert fresh.get("/staff?next=/admin").location == "/staff/code?next=%2Fadmin"
    assert fresh.get("/staff/account").location == "/staff"
    assert fresh.client.get("/staff/account/factor").location == "/staff"
    assert give_code(fresh, code_of(secret, clock)).location == "/admin"
    assert fresh.get("/api/v1/me").json["user"] == "dewi"
    assert "factor_enrolled" in kinds(hall)


def test_a_code_is_taken_once_and_a_wrong_one_never(
    admin_browser: Browser, browse: Any, clock: Any
) -> None:
    secret, _ = enrol(admin_browser, clock)
    code = code_of(secret, clock)
    first, second = browse(), browse()
    first.sign_in_staff("dewi")
    second.sign_in_staff("dewi")

    assert give_code(first, code).status_code == 303
    again = give_code(second, code)
    wrong = give_code(second, "000000")

    assert [401, 401] == [again.status_code, wrong.status_code]
    assert 'aria-invalid="true"' in again.text
    assert code not in again.text
    clock.now += STEP_MS
    assert give_code(second, code_of(secret, clock)).status_code == 303


def test_codes_are_limited_like_passwords(
    admin_browser: Browser, browse: Any, clock: Any, hall: Hall
) -> None:
    secret, _ = enrol(admin_browser, clock)
    guesser, owner = browse(), browse()
    guesser.sign_in_staff("dewi")

    answers = [give_code(guesser, f"{number:06}") for number in range(8)]

    tries = hall.config.limits.account_tries
    assert [401] * tries + [429] * (8 - tries) == [one.status_code for one in answers]
    assert answers[-1].headers["Retry-After"]
    owner.sign_in_staff("dewi")
    assert give_code(owner, code_of(secret, clock)).status_code == 429
    clock.now += hall.config.limits.account_wait_s * 1_000
    assert give_code(owner, code_of(secret, clock)).status_code == 303


def test_a_recovery_code_opens_once_and_is_on_record(
    admin_browser: Browser, browse: Any, clock: Any, hall: Hall
) -> None:
    _, codes = enrol(admin_browser, clock)
    assert len(set(codes)) == 10
    first, second = browse(), browse()
    first.sign_in_staff("dewi")
    second.sign_in_staff("dewi")

    assert give_code(first, codes[3].upper().replace("-", " ")).status_code == 303
    assert give_code(second, codes[3]).status_code == 401
    assert give_code(second, codes[4]).status_code == 303

    assert 2 == kinds(hall).count("recovery_code_used")
    assert ": 8." in first.get("/staff/account?lang=en").text


def test_recovery_codes_and_secret_stand_nowhere_in_the_clear(
    admin_browser: Browser, clock: Any, hall: Hall
) -> None:
    secret, codes = enrol(admin_browser, clock)
    hall.database.dispose()
    path = hall.config.data_dir

    kept = b"".join(one.read_bytes() for one in path.iterdir() if one.is_file())
    told = str(hall.log.lines)

    for word in (*codes, *(totp.plain_code(one) for one in codes)):
        assert word.encode() not in kept
        assert word not in told
    assert secret not in kept
    assert totp.as_text(secret).replace(" ", "").encode() not in kept
    assert totp.as_text(secret).replace(" ", "") not in told


def test_half_a_login_ends_soon(admin_browser: Browser, browse: Any, clock: Any) -> None:
    enrol(admin_browser, clock)
    fresh = browse()
    fresh.sign_in_staff("dewi")

    clock.now += HALF_LOGIN_MS + 1

    assert fresh.get("/staff/code").location == "/staff?next=/staff/code"


def test_setting_up_ends_other_logins_and_starts_with_the_password(browse: Any, clock: Any) -> None:
    here, elsewhere = browse(), browse()
    here.sign_in_staff("dewi")
    elsewhere.sign_in_staff("dewi")

    refused = here.submit("/staff/account/factor", {"password": "salah"}, page="/staff/account")
    assert elsewhere.get("/api/v1/me").status_code == 200
    enrol(here, clock)

    assert refused.status_code == 403
    assert elsewhere.get("/api/v1/me").status_code == 401
    assert here.get("/api/v1/me").status_code == 200


def test_a_wrong_first_code_sets_nothing_up(
    admin_browser: Browser, browse: Any, clock: Any
) -> None:
    admin_browser.submit("/staff/account/factor", {"password": PASSWORD}, page="/staff/account")

    answer = admin_browser.submit(
        "/staff/account/factor/confirm", {"code": "000000"}, page="/staff/account/factor"
    )

    assert answer.status_code == 401
    assert browse().sign_in_staff("dewi").location == "/admin"


def test_removing_it_takes_a_code_and_new_recovery_codes_end_the_old(
    admin_browser: Browser, browse: Any, clock: Any, hall: Hall
) -> None:
    secret, codes = enrol(admin_browser, clock)
    page = "/staff/account"

    refused = admin_browser.submit("/staff/account/factor/remove", {"code": "123456"}, page=page)
    renewed = admin_browser.submit(
        "/staff/account/codes", {"code": code_of(secret, clock)}, page=page
    )
    old = admin_browser.submit("/staff/account/factor/remove", {"code": codes[0]}, page=page)
    clock.now += STEP_MS
    removed = admin_browser.submit(
        "/staff/account/factor/remove", {"code": code_of(secret, clock)}, page=page
    )

    assert [401, 200, 401, 303] == [one.status_code for one in (refused, renewed, old, removed)]
    assert browse().sign_in_staff("dewi").location == "/admin"
    assert ["factor_enrolled", "recovery_codes_renewed", "factor_removed"] == kinds(hall)


def test_who_must_have_a_second_factor_is_led_to_it_and_can_do_nothing_else(
    obliged: Hall, browse: Any, clock: Any
) -> None:
    dewi, eka = browse(), browse()

    assert dewi.sign_in_staff("dewi").location == "/staff/account"
    assert dewi.get("/api/v1/me").status_code == 401
    assert dewi.get("/admin").location == "/staff?next=/admin"
    assert dewi.get("/staff").location == "/staff/account"
    assert "/staff/account/password" not in dewi.get("/staff/account").text
    enrol(dewi, clock)

    assert dewi.get("/admin").status_code == 200
    assert eka.sign_in_staff("eka").location == "/bank", "nobody obliges authors here"
    page = dewi.get("/staff/account").text
    assert "/staff/account/factor/remove" not in page


def test_who_must_have_one_cannot_remove_it(obliged: Hall, browse: Any, clock: Any) -> None:
    dewi = browse()
    dewi.sign_in_staff("dewi")
    secret, _ = enrol(dewi, clock)

    answer = dewi.submit(
        "/staff/account/factor/remove", {"code": code_of(secret, clock)}, page="/staff/account"
    )

    assert answer.status_code == 409
    with reading(obliged.database).connect() as db:
        assert factor_store.has_factor(db, "dewi")


def test_a_login_of_before_the_obligation_opens_nothing_more(
    admin_browser: Browser, hall: Hall, request: pytest.FixtureRequest
) -> None:
    assert admin_browser.get("/admin").status_code == 200

    request.getfixturevalue("obliged")

    assert admin_browser.get("/admin").location == "/staff?next=/admin"


def test_changing_the_password_asks_the_old_one_and_ends_other_logins(
    browse: Any, hall: Hall
) -> None:
    here, elsewhere = browse(), browse()
    here.sign_in_staff("citra")
    elsewhere.sign_in_staff("citra")
    before = here.client.get_cookie("cat-login")

    def change(old: str, new: str, again: str) -> Any:
        given = {"old_password": old, "new_password": new, "again": again}
        return here.submit("/staff/account/password", given, page="/staff/account")

    refused = [
        change("salah sekali ini", NEW, NEW),
        change(PASSWORD, NEW, NEW + "!"),
        change(PASSWORD, "citra-citra-1", "citra-citra-1"),
        change(PASSWORD, "password12345", "password12345"),
        change("", NEW, NEW),
    ]
    done = change(PASSWORD, NEW, NEW)

    assert [403, 400, 400, 400, 400] == [one.status_code for one in refused]
    for page, field in zip(
        refused,
        ("old_password", "again", "new_password", "new_password", "old_password"),
        strict=True,
    ):
        assert re.search(rf'id="{field}"[^>]*aria-invalid="true"', page.text), field
        assert NEW not in page.text
    assert done.location == "/staff/account?done=password"
    after = here.client.get_cookie("cat-login")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert here.get("/api/v1/me").status_code == 200
    assert elsewhere.get("/api/v1/me").status_code == 401
    assert browse().sign_in_staff("citra").status_code == 401
    assert browse().sign_in_staff("citra", NEW).location == "/proctor"
    assert ["password_changed"] == kinds(hall)


def test_a_first_password_must_be_changed_before_anything_else(
    browse: Any, clock: Any, hall: Hall
) -> None:
    with writing(hall.database).begin() as db:
        store.set_password(db, "citra", hash_password(PASSWORD), first_until=clock.now + 1_000)
    citra = browse()

    assert citra.sign_in_staff("citra").location == "/staff/account"
    assert citra.get("/proctor").location == "/staff?next=/proctor"
    assert citra.get("/api/v1/me").status_code == 401
    given = {"old_password": PASSWORD, "new_password": NEW, "again": NEW}
    citra.submit("/staff/account/password", given, page="/staff/account")

    assert citra.get("/proctor").status_code == 200
    clock.now += 2_000
    assert browse().sign_in_staff("citra", NEW).location == "/proctor"


def test_a_first_password_whose_time_is_over_opens_nothing(
    browse: Any, clock: Any, hall: Hall
) -> None:
    with writing(hall.database).begin() as db:
        store.set_password(db, "citra", hash_password(PASSWORD), first_until=clock.now)

    answer = browse().sign_in_staff("citra")

    assert answer.status_code == 403


def test_a_copied_or_renewed_secret_key_opens_nothing_and_says_so(
    admin_browser: Browser, browse: Any, clock: Any, hall: Hall, app: Flask
) -> None:
    enrol(admin_browser, clock)
    with writing(hall.database).begin() as db:
        db.exec_driver_sql("UPDATE second_factors SET sealed = zeroblob(48)")
    fresh = browse()
    fresh.sign_in_staff("dewi")

    assert give_code(fresh, "123456").status_code == 409


def test_the_api_takes_password_and_code_in_one_request(
    admin_browser: Browser, browse: Any, clock: Any, hall: Hall
) -> None:
    secret, _ = enrol(admin_browser, clock)
    body = {"username": "dewi", "password": PASSWORD}

    lacking = browse().post_json("/api/v1/staff/login", body)
    wrong = browse().post_json("/api/v1/staff/login", {**body, "code": "000000"})
    program = browse()
    right = program.post_json("/api/v1/staff/login", {**body, "code": code_of(secret, clock)})

    assert (401, "code_needed") == (lacking.status_code, lacking.json["error"]["code"])
    assert "Set-Cookie" not in lacking.headers
    assert (401, "wrong_code") == (wrong.status_code, wrong.json["error"]["code"])
    assert right.status_code == 200
    assert program.get("/api/v1/me").status_code == 200


def test_half_a_login_is_nobody_to_sockets_too(
    admin_browser: Browser, browse: Any, clock: Any, hall: Hall
) -> None:
    enrol(admin_browser, clock)
    fresh = browse()
    fresh.sign_in_staff("dewi")
    cookie = fresh.client.get_cookie("cat-login")
    assert cookie is not None
    environ = {"HTTP_COOKIE": f"cat-login={cookie.value}"}

    assert login_of(hall, environ) is None
    assert half_of(hall, environ) is not None


def test_other_devices_are_signed_out_from_the_own_page(browse: Any, hall: Hall) -> None:
    here, elsewhere = browse(), browse()
    here.sign_in_staff("citra")
    elsewhere.sign_in_staff("citra")

    here.submit("/staff/account/logins", {}, page="/staff/account")

    assert [200, 401] == [one.get("/api/v1/me").status_code for one in (here, elsewhere)]
    assert ["logins_ended"] == kinds(hall)


def test_candidates_have_no_account_of_staff(candidate_browser: Browser) -> None:
    assert candidate_browser.get("/staff/account").status_code == 403
