"""A real browser on a real server."""

import shutil
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from cat_engine.accounts import passwords
from cat_engine.accounts.user import Role
from cat_engine.rehearsal import stage
from exam_sessions.store import Enrolment
from tests.cast import ANI, BUDI, CITRA, DEWI, EXAM_SESSION, PASSWORD, PIN
from tests.factories import add_exam_session, get_bank, get_enrolment
from tests.integration.server import ServerProcess, add_staff

ROOT = Path(__file__).parent.parent.parent
AXE = ROOT / "cat_engine" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
BUILT = ROOT / "cat_engine" / "static" / "built" / "manifest.json"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
SERIOUS = ("serious", "critical")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; its driver keeps an event loop running, so it ends with its module."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    if not BUILT.exists():
        pytest.skip("the front end is not built: make build")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@dataclass(slots=True)
class Hall:
    """A running server with an exam session in room A, and ways to enter it."""

    server: ServerProcess
    browser: Browser

    def page(self, size: dict[str, int] | None = None) -> Page:
        """A fresh browser profile; every error on a page fails the test."""
        context = self.browser.new_context(
            viewport=size or DESK,  # type: ignore[arg-type]
            base_url=self.server.url,
            locale="id-ID",
        )
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"error on the page: {error}"))
        return page

    def candidate(self, participant_no: str = ANI, size: dict[str, int] | None = None) -> Page:
        """Somebody who has logged in and sees the exam page."""
        page = self.page(size)
        page.goto("/login")
        page.fill("[name=participant_no]", participant_no)
        page.fill("[name=pin]", PIN)
        page.click("main [type=submit]")
        page.wait_for_url("**/exam")
        return page

    def staff(self, username: str = CITRA) -> Page:
        """A member of staff who has logged in."""
        page = self.page()
        page.goto("/staff")
        page.fill("[name=username]", username)
        page.fill("[name=password]", PASSWORD)
        page.click("main [type=submit]")
        page.wait_for_load_state()
        return page

    def open_and_start(self) -> None:
        """Open and start the room as an administrator would."""
        # In a thread of its own: the browser's driver has a running event loop in this one.
        with ThreadPoolExecutor(1) as pool:
            pool.submit(
                stage.open_and_start, self.server.url, EXAM_SESSION, DEWI, PASSWORD
            ).result()


@pytest.fixture
def hall(server: ServerProcess, browser: Browser) -> Iterator[Hall]:
    """A server with Ani and Budi in room A, Citra, and Dewi."""
    database = server.database()
    pin_hash = passwords.hash_pin(PIN)
    people: list[Enrolment] = [
        get_enrolment(ANI, "1", pin_hash=pin_hash),
        get_enrolment(BUDI, "2", pin_hash=pin_hash),
    ]
    add_exam_session(database, people, items=get_bank())
    add_staff(database, DEWI, Role.ADMINISTRATOR)
    add_staff(database, CITRA, Role.PROCTOR)
    database.dispose()
    while server.get(f"/api/v1/boards/{EXAM_SESSION}") != 200:
        time.sleep(0.1)  # a board follows within a second of its exam session
    made = Hall(server, browser)
    yield made
    for context in browser.contexts:
        context.close()


def axe(page: Page, *, without: Sequence[str] = ()) -> list[str]:
    """What axe-core finds serious on a page, one line each; some rules may be left out."""
    page.evaluate(AXE.read_text("utf-8"))
    rules = {rule: {"enabled": False} for rule in without}
    run = "async (rules) => (await axe.run(document, { rules })).violations"
    found: Any = page.evaluate(run, rules)
    return [
        f"{one['id']}: {one['help']} ({one['nodes'][0]['html'][:160]})"
        f" {one['nodes'][0]['failureSummary']}"
        for one in found
        if one["impact"] in SERIOUS
    ]
