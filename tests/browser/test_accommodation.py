"""What a standing profile gives is there when the page opens, and a break stops the clock."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from cat_engine.accounts import passwords
from cat_engine.accounts.user import Role
from exam_sessions.accommodation import Accommodation, to_text
from tests.browser.conftest import Hall, axe
from tests.browser.test_journeys import begin
from tests.cast import ANI, BUDI, CITRA, DEWI, PIN
from tests.factories import add_exam_session, get_bank, get_enrolment
from tests.integration.server import ServerProcess, add_staff

GIVEN = Accommodation("large", "high", "request", break_minutes=15, revision=1)


@pytest.fixture
def given_hall(server: ServerProcess, browser: Browser) -> Iterator[Hall]:
    """Ani has a profile and Budi has none."""
    database = server.database()
    pin_hash = passwords.hash_pin(PIN)
    ani = get_enrolment(ANI, "1", pin_hash=pin_hash, accommodation=to_text(GIVEN))
    add_exam_session(database, [ani, get_enrolment(BUDI, "2", pin_hash=pin_hash)], items=get_bank())
    add_staff(database, DEWI, Role.ADMINISTRATOR)
    add_staff(database, CITRA, Role.PROCTOR)
    database.dispose()
    yield Hall(server, browser)
    for context in browser.contexts:
        context.close()


def test_the_page_begins_as_the_profile_says_and_a_break_stops_the_clock(given_hall: Hall) -> None:
    given_hall.open_and_start()
    page = given_hall.candidate()
    expect(page.get_by_text("15 menit, waktu berhenti")).to_be_visible()
    expect(page.locator("html")).to_have_class("high-contrast large-text")
    begin(page)
    expect(page.get_by_role("timer")).to_have_text("––:––:––")

    page.get_by_role("button", name="Ambil jeda").click()
    page.get_by_role("button", name="Mulai jeda").click()
    expect(page.get_by_role("heading", name="Anda sedang jeda")).to_be_focused()
    expect(page.locator("main.item")).to_have_count(0)
    assert axe(page) == []
    proctor = given_hall.staff(CITRA)
    proctor.goto("/proctor/skd-pagi")
    proctor.get_by_role("tab", name="Tabel").or_(
        proctor.get_by_role("button", name="Tabel")
    ).first.click()
    expect(proctor.get_by_text("sedang jeda")).to_be_visible()

    page.get_by_role("button", name="Lanjutkan ujian").click()
    expect(page.locator("main.item")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("button", name="A+").click()
    page.reload()
    expect(page.locator("main.item")).to_be_visible()
    expect(page.locator("html")).to_have_css("--scale", "1.75")
    expect(page.get_by_role("timer")).to_have_text("––:––:––")

    budi = given_hall.candidate(BUDI)
    begin(budi)
    expect(budi.get_by_role("timer")).not_to_have_text("––:––:––")
    expect(budi.get_by_role("button", name="Ambil jeda")).to_have_count(0)
