"""Readiness over HTTP: a check, its workstations' page, and the signed sheet."""

from dataclasses import replace

import pytest
from flask import Flask

from cat_engine.accounts import factor_store, store
from cat_engine.accounts.access import Act, Place, may
from cat_engine.accounts.factor_store import FactorGap
from cat_engine.accounts.user import EVERY_ROOM, HALL_STAFF, STAFF, Login
from cat_engine.db import writing
from cat_engine.hall import Hall
from cat_engine.readiness.desk import Check
from cat_engine.readiness.sheet import KIND
from cat_engine.readiness.signed import read
from cat_engine.signing import make_key
from tests.integration.http.conftest import Browser, Clock
from tests.unit.cat_engine.test_readiness import GOOD

PAGE = "/admin/readiness"
CHECK = {"site": "SMKN 1 <Yogya>", "room": "Lab B", "seats": "2"}


@pytest.fixture
def dewi(app: Flask) -> Browser:
    """An administrator."""
    browser = Browser(app.test_client())
    browser.sign_in_staff("dewi")
    return browser


def begin(dewi: Browser, hall: Hall) -> Check:
    assert 303 == dewi.submit(PAGE, CHECK).status_code
    return hall.desk.all()[0]


def test_a_check_has_a_code_that_opens_the_workstations_page(
    dewi: Browser, hall: Hall, clock: Clock
) -> None:
    check = begin(dewi, hall)
    place = f"/ready?seat=7&code={check.code.lower()}"
    visitor = Browser(dewi.client.application.test_client())

    assert check.code in dewi.get(f"{PAGE}/{check.code}").text
    assert "SMKN 1 &lt;Yogya&gt;" in dewi.get(PAGE).text
    assert f'data-code="{check.code}" data-seat="7"' in visitor.get(place).text
    assert 403 == visitor.get("/ready?seat=7&code=WRONG234").status_code
    clock.now = check.expires_at
    assert 403 == visitor.get(place).status_code


@pytest.mark.parametrize(
    "changes", [{"seats": "many"}, {"seats": "2001"}, {"site": ""}, {"room": "x" * 101}]
)
def test_what_makes_no_check_is_refused_and_what_was_typed_stays(
    dewi: Browser, hall: Hall, changes: dict[str, str]
) -> None:
    answer = dewi.submit(PAGE, CHECK | changes)

    assert 400 == answer.status_code
    assert "Lab B" in answer.text or "room" in changes
    assert [] == hall.desk.all()


def test_the_state_shows_workstations_as_they_report(dewi: Browser, hall: Hall) -> None:
    check = begin(dewi, hall)
    check.report(replace(GOOD, has_storage=False))

    state = dewi.get(f"{PAGE}/{check.code}/state").json

    assert [("7", ["no_storage"])] == [(one["seat"], one["problems"]) for one in state["stations"]]
    assert state["run"] is None
    assert 2 == state["seats_expected"]


def test_the_sheet_is_signed_by_the_key_of_the_site_and_kept(dewi: Browser, hall: Hall) -> None:
    check = begin(dewi, hall)
    check.report(GOOD)
    here = f"{PAGE}/{check.code}"
    assert 404 == dewi.get(f"{here}/sheet.json").status_code

    assert 409 == dewi.submit(f"{here}/sheet", {}, page=here).status_code
    key = make_key(hall.config.day_key_path)

    assert 303 == dewi.submit(f"{here}/sheet", {}, page=here).status_code

    text = dewi.get(f"{here}/sheet.json").get_data(as_text=True)
    signed = read(text, kind=KIND)
    assert not signed.document["is_fit"]
    failed = [one["code"] for one in signed.document["findings"] if not one["is_good"]]
    assert ["stations_reported", "rehearsed"] == failed
    assert dewi.get(f"{here}/sheet.pdf").data.startswith(b"%PDF")
    kept = list((hall.config.data_dir / "readiness").glob("*.json"))
    assert [text] == [one.read_text("utf-8") for one in kept]
    assert key.public_key == signed.signer


def test_a_rehearsal_is_bounded(dewi: Browser, hall: Hall) -> None:
    check = begin(dewi, hall)
    here = f"{PAGE}/{check.code}"
    most = hall.config.readiness.candidates_limit

    for given in ({"count": str(most + 1), "speed": "10"}, {"count": "10", "speed": "9999"}):
        assert 400 == dewi.submit(f"{here}/rehearsal", given, page=here).status_code
    assert check.run is None


def test_who_works_with_a_password_alone_is_a_warning_until_nobody_does(
    dewi: Browser, hall: Hall
) -> None:
    """A warning and no bar: the first exam of a site, and its demonstration, go on without."""
    warned = dewi.get(f"{PAGE}?lang=en").text
    overview = dewi.get("/admin?lang=en").text
    with writing(hall.database).begin() as db:
        people = [one for one in store.list_staff(db) if one.role in HALL_STAFF]
        for one in people:
            factor_store.put_waiting(db, one.username, b"sealed", last_step=0)
            factor_store.take_step(db, one.username, 1, enrolled_at=1)
        half = factor_store.find_gap(db, frozenset())
        factor_store.delete_factor(db, people[0].username)
        again = factor_store.find_gap(db, frozenset())
        obliged = factor_store.find_gap(db, {"administrator", "proctor"})

    count = len(people)
    assert f"{count} of {count} administrators and proctors work with a password alone" in warned
    assert 'href="/admin/staff"' in warned
    assert f">{count} of {count}</a>" in overview
    assert (None, FactorGap(1, count), None) == (half, again, obliged)


def test_nobody_outside_the_hall_does_what_the_warning_is_about() -> None:
    grave = (Act.OPEN_SEAL, Act.CHECK_IN, Act.ACT_ON_ROOM, Act.MANAGE_STAFF, Act.MANAGE_BOARD)
    others = [Login("x", "X", role, rooms=EVERY_ROOM) for role in STAFF - HALL_STAFF]

    assert others
    assert not any(may(one, act, Place("pagi", "A")) for one in others for act in grave)
