"""The candidate's and the proctor's pages in Debian's Firefox, by keyboard alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cat_engine.accounts import passwords
from cat_engine.accounts.user import Role
from cat_engine.rehearsal import stage
from tests.browser.conftest import AXE, BUILT, SERIOUS
from tests.browser.firefox import FIREFOX, Firefox, firefox
from tests.cast import ANI, CITRA, DEWI, EXAM_SESSION, PASSWORD, PIN
from tests.factories import add_exam_session, get_bank, get_enrolment
from tests.integration.server import ServerProcess, add_staff

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def hall(server: ServerProcess) -> ServerProcess:
    """A room with Ani, opened and started."""
    database = server.database()
    ani = get_enrolment(ANI, "1", pin_hash=passwords.hash_pin(PIN))
    add_exam_session(database, [ani], items=get_bank())
    add_staff(database, DEWI, Role.ADMINISTRATOR)
    add_staff(database, CITRA, Role.PROCTOR)
    database.dispose()
    stage.open_and_start(server.url, EXAM_SESSION, DEWI, PASSWORD)
    return server


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Firefox]:
    """A fresh Firefox; every error on a page fails the test."""
    if FIREFOX is None:
        pytest.skip("Firefox is not installed: apt-get install firefox-esr")
    if not BUILT.exists():
        pytest.skip("the front end is not built: make build")
    with firefox(tmp_path / "firefox") as opened:
        opened.resize(1366, 768)
        yield opened
        assert [] == opened.errors


def check(page: Firefox) -> None:
    """Nothing serious, and nothing to be scrolled sideways for, at 100 % and at 400 %."""
    page.evaluate(f"(() => {{ {AXE.read_text('utf-8')} }})()")
    found = page.evaluate("axe.run(document).then((told) => told.violations)")
    assert [] == [one["help"] for one in found if one["impact"] in SERIOUS]
    page.resize(320, 256)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.resize(1366, 768)


def log_in(page: Firefox, url: str, account: str, secret: str) -> None:
    """The first field has the focus."""
    page.go(url)
    page.wait_for("document.activeElement.localName === 'input'")
    page.press(account, "Tab", secret, "Enter")
    page.wait_for(f"location.href !== {url!r} && document.readyState === 'complete'")


def test_a_whole_exam_by_keyboard_with_the_server_gone_in_the_middle(
    hall: ServerProcess, page: Firefox
) -> None:
    log_in(page, f"{hall.url}/login", ANI, PIN)
    page.see("Apakah ini Anda?")
    check(page)
    for button in ("Ya, ini saya", "Lewati latihan", "Mulai mengerjakan"):
        page.press_on(button)
    page.see("Soal 1")
    page.press("a")
    page.see("✓ Tersimpan")
    check(page)

    page.press("ArrowRight")
    hall.kill()
    page.press("b")
    page.see("Menunggu sambungan")
    check(page)
    hall.start()
    page.see("✓ Tersimpan")
    page.go(f"{hall.url}/exam")
    page.wait_for("document.querySelectorAll('.grid .cell.answered').length >= 2")

    for last in (False, True):
        page.press_on("Selesai ujian")
        page.press_on("Lanjut menyelesaikan")
        page.press_on("Ya, selesaikan ujian" if last else "Ya, selesaikan")
        if not last:
            page.press_on("Mulai mengerjakan")
    page.see("Ujian selesai")
    check(page)


def test_a_proctor_pauses_a_seat_by_keyboard(hall: ServerProcess, page: Firefox) -> None:
    log_in(page, f"{hall.url}/staff", CITRA, PASSWORD)
    page.go(f"{hall.url}/proctor/{EXAM_SESSION}")
    page.see("Perlu perhatian")
    page.press("a", "m")
    page.wait_for("document.querySelector('dialog[open]') !== null")
    check(page)
    page.press("Escape", "t")
    page.wait_for("document.querySelector('.seats table') !== null")
    check(page)


def test_the_board_is_read(hall: ServerProcess, page: Firefox) -> None:
    page.go(f"{hall.url}/board/{EXAM_SESSION}")
    page.see("Peringkat")
    check(page)
