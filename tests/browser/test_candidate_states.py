"""Every state of the candidate's page: by keyboard alone, large, narrow, and in forced colours.

Each state is checked with axe-core as it is, with text at 200 %, at 400 % zoom (which leaves a page
of 1280 pixels 320 of its own), in high contrast, and with the colours of the system.
"""

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, Hall, axe
from tests.browser.test_journeys import begin
from tests.cast import ANI, BUDI, EXAM_SESSION

pytestmark = pytest.mark.timeout(240)
ZOOMED = {"width": 320, "height": 256}
TABS_LIMIT = 60


@contextmanager
def displayed(page: Page, display: str) -> Iterator[None]:
    """The page as somebody sees it who has set the browser or the system so."""
    root = "document.documentElement"
    match display:
        case "text at 200 %":
            page.evaluate(f"{root}.style.fontSize = '200%'")
        case "zoom of 400 %":
            page.set_viewport_size(ZOOMED)  # type: ignore[arg-type]
        case "high contrast":
            page.evaluate(f"{root}.classList.add('high-contrast')")
        case "forced colours":
            page.emulate_media(forced_colors="active")
    yield
    page.evaluate(f"{root}.style.fontSize = ''; {root}.classList.remove('high-contrast')")
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    page.emulate_media(forced_colors="none")


DISPLAYS = ("plain", "text at 200 %", "zoom of 400 %", "high contrast", "forced colours")


def check(page: Page, state: str) -> None:
    """No serious fault, and nothing to be scrolled sideways for, in any display."""
    for display in DISPLAYS:
        with displayed(page, display):
            # With the system's colours axe is told our text colour, which is not what is drawn.
            without = ["color-contrast"] if display == "forced colours" else []
            assert [] == axe(page, without=without), f"{state}, {display}"
            width, sight = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
            assert width <= sight, f"{state}, {display}: scrolls sideways ({width} > {sight})"


def test_a_state_that_overflows_or_cannot_be_read_is_found(hall: Hall) -> None:
    page = hall.page()
    page.goto("/login")
    page.evaluate("document.querySelector('main').style.minWidth = '700px'")

    with pytest.raises(AssertionError, match="zoom of 400 %: scrolls sideways"):
        check(page, "planted")

    page.goto("/login")
    page.evaluate("document.querySelector('main h1').style.color = '#eee'")
    with pytest.raises(AssertionError, match="color-contrast"):
        check(page, "planted")


def test_every_state_before_and_after_the_exam(hall: Hall) -> None:
    page = hall.candidate()
    expect(page.get_by_role("heading", name="Ruang belum dibuka")).to_be_visible()
    check(page, "closed")
    hall.open_and_start()
    page.reload()
    page.get_by_role("button", name="Ya, ini saya").wait_for()
    check(page, "identity")
    page.get_by_role("button", name="Ya, ini saya").click()
    check(page, "rules")
    page.get_by_role("button", name="Coba soal latihan").click()
    check(page, "practice")
    page.get_by_role("button", name="Selesai berlatih").click()
    check(page, "ready")
    page.get_by_role("button", name="Mulai mengerjakan").click()
    finish_part(page)
    page.get_by_role("button", name="Mulai mengerjakan").click()
    finish_part(page, last=True)
    expect(page.get_by_role("heading", name="Ujian selesai")).to_be_visible()
    check(page, "result")


def finish_part(page: Page, *, last: bool = False) -> None:
    """Finish in two steps."""
    page.get_by_role("button", name="Selesai ujian").click()
    page.get_by_role("button", name="Lanjut menyelesaikan").click()
    page.get_by_role("button", name="Ya, selesaikan ujian" if last else "Ya, selesaikan").click()


def test_every_state_of_the_exam(hall: Hall) -> None:
    hall.open_and_start()
    page = hall.page()
    page.clock.install()
    page.goto("/login")
    page.fill("[name=participant_no]", ANI)
    page.fill("[name=pin]", "271828")
    page.click("main [type=submit]")
    begin(page)
    page.keyboard.press("a")
    expect(page.get_by_text("✓ Tersimpan")).to_be_visible()
    check(page, "saved")
    for button, state in (
        ("Selesai ujian", "finish"), ("? Bantuan tombol", "help"), ("Panggil pengawas", "call"),
    ):  # fmt: skip
        page.get_by_role("button", name=button).first.click()
        expect(page.get_by_role("dialog")).to_be_visible()
        check(page, state)
        page.keyboard.press("Escape")

    assert hall.server.process is not None
    hall.server.process.send_signal(signal.SIGSTOP)
    try:
        page.keyboard.press("b")
        expect(page.get_by_text("… Menyimpan")).to_be_visible()
        check(page, "saving")
        page.clock.fast_forward("25:00")
        expect(page.get_by_text("Waktu habis")).to_be_visible()
        check(page, "time over")
    finally:
        hall.server.process.send_signal(signal.SIGCONT)

    hall.server.kill()
    expect(page.get_by_text("Sambungan terputus.")).to_be_visible(timeout=30_000)
    check(page, "offline")
    hall.server.start()
    expect(page.get_by_text("✓ Tersimpan")).to_be_visible(timeout=30_000)


def test_every_state_that_a_proctor_makes(hall: Hall) -> None:
    hall.open_and_start()
    page = hall.candidate(BUDI)
    begin(page)
    proctor = hall.staff()
    proctor.goto(f"/proctor/{EXAM_SESSION}")
    seat = proctor.get_by_role("button", name=re.compile("Meja 2, Budi Santoso, Mengerjakan"))
    seat.click(timeout=15_000)
    act(proctor, "Kirim pesan", text="Mohon tetap tenang.")
    expect(page.get_by_text("Mohon tetap tenang.")).to_be_visible(timeout=20_000)
    check(page, "message")
    act(proctor, "Jeda")
    expect(page.get_by_role("heading", name="Ujian dijeda")).to_be_visible(timeout=20_000)
    check(page, "paused")
    act(proctor, "Lanjutkan")

    elsewhere = hall.candidate(BUDI)
    expect(page.get_by_role("heading", name="Ujian dilanjutkan di tempat lain")).to_be_visible()
    check(page, "taken over")
    elsewhere.close()


def act(proctor: Page, name: str, *, text: str = "") -> None:
    """One act on the selected seat."""
    proctor.get_by_role("toolbar").get_by_role("button", name=name).click()
    dialog = proctor.get_by_role("dialog")
    if text:
        dialog.get_by_role("textbox").first.fill(text)
    dialog.get_by_role("button", name=name).click()
    expect(dialog).to_be_hidden()


def test_the_whole_exam_by_keyboard_alone(hall: Hall) -> None:
    hall.open_and_start()
    page = hall.page()
    page.goto("/login")
    expect(page.locator("[name=participant_no]")).to_be_focused()
    page.keyboard.type(ANI)
    page.keyboard.press("Tab")
    page.keyboard.type("271828")
    page.keyboard.press("Enter")
    for button in ("Ya, ini saya", "Lewati latihan", "Mulai mengerjakan"):
        press_on(page, button)
    expect(page.get_by_role("heading", name=re.compile("^Soal 1"))).to_be_focused()
    for key in ("a", "ArrowRight", "b", "f", "n", "c"):
        page.keyboard.press(key)
    expect(page.get_by_text("✓ Tersimpan")).to_be_visible()
    for last in (False, True):
        press_on(page, "Selesai ujian")
        press_on(page, "Lanjut menyelesaikan")
        back = page.get_by_role("button", name="Kembali mengerjakan")
        expect(back).to_be_focused()  # a second Enter finishes nothing
        press_on(page, "Ya, selesaikan ujian" if last else "Ya, selesaikan")
        if not last:
            press_on(page, "Mulai mengerjakan")
            expect(page.get_by_role("heading", name=re.compile("^Soal"))).to_be_focused()

    expect(page.get_by_role("heading", name="Ujian selesai")).to_be_visible()


def test_a_dialog_has_the_keyboard_before_anything_is_painted(hall: Hall) -> None:
    """Whoever presses Tab at once would leave the page otherwise, and the next Enter be lost."""
    hall.open_and_start()
    page = hall.candidate()
    begin(page)
    focused = page.get_by_role("button", name="Selesai ujian").evaluate(
        """(button) => {
            button.click();
            return Promise.resolve().then(
                () => document.querySelector('dialog:modal')?.contains(document.activeElement)
            );
        }"""
    )

    assert focused is True


def press_on(page: Page, button: str) -> None:
    """Reach a button with Tab, and press Enter."""
    page.get_by_role("button", name=button).first.wait_for()
    press_to(page, button)
    page.keyboard.press("Enter")


def press_to(page: Page, wanted: str) -> None:
    """Press Tab until the focus is on the button with this text."""
    for _ in range(TABS_LIMIT):
        page.keyboard.press("Tab")
        name, text = page.evaluate(
            "[document.activeElement.localName, document.activeElement.textContent]"
        )
        if name == wanted or (wanted in text and name in ("button", "a")):
            return
    raise AssertionError(f"the keyboard does not reach {wanted!r}")
