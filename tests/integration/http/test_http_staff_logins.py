"""Logins of staff: what is written down, how they end, and nobody learns who exists."""

from typing import Any

import pytest

from cat_engine.accounts import store as accounts
from cat_engine.accounts.door import door_of
from cat_engine.db import writing
from cat_engine.hall import Hall

MINUTE_MS = 60_000
WRONG = "kata sandi yang salah"


def events(hall: Hall) -> list[str]:
    return [line["event"] for line in hall.log.lines]


def test_logins_and_logouts_of_staff_are_written_down(
    browser: Any, proctor_browser: Any, hall: Hall
) -> None:
    proctor_browser.submit("/logout", {})

    signed_in, signed_out = hall.log.lines
    assert ("signed_in", "staff", "citra") == (
        signed_in["event"],
        signed_in["kind"],
        signed_in["user"],
    )
    assert signed_in["address"]
    assert ("signed_out", "citra", "asked") == (
        signed_out["event"],
        signed_out["user"],
        signed_out["cause"],
    )


def test_failed_logins_are_written_down_without_what_was_typed(browse: Any, hall: Hall) -> None:
    """Somebody may type the password where the username belongs."""
    for username in ("dewi", "dewi", "katasandikuyangpanjang"):
        browse().sign_in_staff(username, WRONG)
    browse().sign_in(pin="000000")

    lines = hall.log.lines
    assert ["login_failed"] * 4 == events(hall)
    assert lines[0]["account"] == lines[1]["account"] != lines[2]["account"]
    told = str(lines)
    assert [] == [word for word in ("dewi", "katasandiku", WRONG, "24-5521") if word in told]


def test_unknown_staff_and_a_wrong_password_give_the_same_answer(browse: Any) -> None:
    wrong = browse().sign_in_staff("dewi", WRONG)
    unknown = browse().sign_in_staff("dedi", WRONG)

    assert wrong.status_code == unknown.status_code == 401
    assert (
        wrong.text.replace("dewi", "").split("csrf")[0]
        == unknown.text.replace("dedi", "").split("csrf")[0]
    )


def test_staff_who_do_nothing_are_signed_out(admin_browser: Any, clock: Any, hall: Hall) -> None:
    idle_ms = hall.config.server.staff_idle_minutes * MINUTE_MS

    clock.now += idle_ms
    at_the_limit = admin_browser.get("/api/v1/me")
    clock.now += idle_ms + 1
    beyond = admin_browser.get("/api/v1/me")
    clock.now -= 10
    again = admin_browser.get("/api/v1/me")

    assert [200, 401, 401] == [one.status_code for one in (at_the_limit, beyond, again)]
    assert hall.log.lines[-1]["cause"] == "idle"


def test_a_candidate_who_thinks_for_long_stays_signed_in(
    candidate_browser: Any, clock: Any, hall: Hall
) -> None:
    clock.now += hall.config.server.staff_idle_minutes * MINUTE_MS + 1

    assert candidate_browser.get("/api/v1/me").status_code == 200


@pytest.mark.parametrize("end", [accounts.delete_logins_of_staff, accounts.delete_staff])
def test_staff_who_are_signed_out_everywhere_or_removed_lose_every_login(
    browse: Any, clock: Any, hall: Hall, end: Any
) -> None:
    browsers = [browse(), browse()]
    for one in browsers:
        one.sign_in_staff("citra")

    with writing(hall.database).begin() as db:
        end(db, "citra")
    clock.now += 31_000  # what was looked up is remembered for half a minute

    assert [401, 401] == [one.get("/api/v1/me").status_code for one in browsers]


def test_the_memory_of_use_is_bounded(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cat_engine.accounts.door.REMEMBERED_LIMIT", 3)
    door = door_of(hall)

    for number in range(10):
        door.use(bytes([number]), now=number)

    assert door.use(bytes([9]), now=20) == 11
    assert door.use(bytes([0]), now=20) == 0, "forgotten, so its time begins anew"


def test_logout_empties_the_cache_and_keeps_the_outbox(candidate_browser: Any) -> None:
    response = candidate_browser.submit("/logout", {})

    assert response.headers["Clear-Site-Data"] == '"cache"'
