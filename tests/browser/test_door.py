"""A morning at the door in a real browser: scan, Enter, seat and PIN; a login at the wrong seat."""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from cat_engine.accounts.user import Role
from exam_sessions.verify import verify_session
from tests.browser.conftest import PHONE, Hall, axe
from tests.cast import ANI, BUDI, CITRA, DEWI, EXAM_SESSION
from tests.integration.door_hall import add_door_session, get_visitor
from tests.integration.server import ServerProcess, add_staff

pytestmark = pytest.mark.timeout(180)
HOUR_MS = 3_600_000


@pytest.fixture
def hall(server: ServerProcess, browser: Browser) -> Iterator[Hall]:
    """A server with a session that begins in an hour; nobody has come yet."""
    database = server.database()
    people = [get_visitor(ANI, name="Ani Lestari"), get_visitor(BUDI, disability="motor")]
    with database.begin() as db:
        add_door_session(db, people, starts_at=int(time.time() * 1_000) + HOUR_MS)
    add_staff(database, DEWI, Role.ADMINISTRATOR)
    add_staff(database, CITRA, Role.PROCTOR)
    database.dispose()
    made = Hall(server, browser)
    yield made
    for context in browser.contexts:
        context.close()


def log_in(page: Page, pin: str, seat: str) -> None:
    page.goto("/login")
    page.fill("[name=participant_no]", ANI)
    page.fill("[name=pin]", pin)
    page.fill("[name=seat]", seat)
    page.click("main [type=submit]")


def test_two_scans_and_two_keys_check_two_people_in(hall: Hall) -> None:
    door = hall.staff()
    door.goto(f"/door/{EXAM_SESSION}")
    assert axe(door) == []
    door.keyboard.press("Enter")
    expect(door.get_by_text("Registrasi dibuka.")).to_be_visible()

    door.keyboard.type(ANI)
    door.keyboard.press("Enter")
    expect(door.get_by_role("heading", name="Ani Lestari")).to_be_visible()
    assert axe(door) == []
    door.keyboard.press("Enter")
    expect(door.get_by_role("heading", name="Registrasi selesai")).to_be_visible()
    assert axe(door) == []
    pin = door.locator("#pin").inner_text()
    seat = door.locator(".huge").first.inner_text().split(" · ")[1]
    door.keyboard.type(BUDI)
    door.keyboard.press("Enter")
    expect(door.get_by_text("gerak")).to_be_visible()
    door.keyboard.press("Enter")
    expect(door.locator(".huge").first).to_have_text(re.compile("0-0"))
    expect(door.locator("[data-count=present]")).to_have_text("2")

    ani = hall.page(PHONE)
    log_in(ani, pin, "0-0")
    expect(ani.get_by_role("alert")).to_contain_text(f"meja {seat}")
    log_in(ani, pin, f"A-{seat}")
    ani.wait_for_url("**/exam")
    log_in(hall.page(), pin, seat)
    again = hall.page()
    log_in(again, pin, seat)
    expect(again.get_by_role("alert")).to_contain_text("sudah dipakai")

    database = hall.server.database()
    assert [] == verify_session(database, EXAM_SESSION).findings
    database.dispose()
