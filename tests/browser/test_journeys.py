"""Whole journeys of the four faces in a real browser, each page checked with axe-core."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Hall, axe
from tests.cast import ANI, BUDI, DEWI, EXAM_SESSION

pytestmark = pytest.mark.timeout(180)
SHOTS = os.environ.get("CAT_SCREENSHOTS")


def look(page: Page, name: str) -> None:
    """Check a state of a page; with CAT_SCREENSHOTS=DIR also keep a picture of it."""
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{SHOTS}/{name}.png")
    assert [] == axe(page), name


def begin(page: Page) -> None:
    """From "is this you" to the first item."""
    page.get_by_role("button", name="Ya, ini saya").click()
    page.get_by_role("button", name="Lewati latihan").click()
    page.get_by_role("button", name="Mulai mengerjakan").click()
    expect(page.get_by_role("heading", name=re.compile("^Soal 1"))).to_be_visible()


def test_a_candidate_goes_from_login_to_score_with_the_line_cut_in_the_middle(
    hall: Hall,
) -> None:
    hall.open_and_start()
    page = hall.candidate()
    expect(page.get_by_role("heading", name="Apakah ini Anda?")).to_be_visible()
    look(page, "candidate-identity")
    page.get_by_role("button", name="Ya, ini saya").click()
    look(page, "candidate-rules")
    page.get_by_role("button", name="Coba soal latihan").click()
    page.keyboard.press("a")
    expect(page.get_by_text("✓ Tersimpan")).to_be_visible()
    expect(page.get_by_role("timer")).to_be_visible()
    look(page, "candidate-practice")
    page.get_by_role("button", name="Selesai berlatih").click()
    look(page, "candidate-ready")
    page.get_by_role("button", name="Mulai mengerjakan").click()

    page.get_by_role("radio").first.check()
    expect(page.get_by_text("✓ Tersimpan")).to_be_visible()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("b")
    expect(page.get_by_role("radio").nth(1)).to_be_checked()
    page.keyboard.press("f")
    expect(page.get_by_text("⚑ ragu-ragu").first).to_be_visible()
    look(page, "candidate-exam")

    hall.server.kill()
    expect(page.get_by_text("Sambungan terputus.")).to_be_visible(timeout=20_000)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("c")
    expect(page.get_by_text("Menunggu sambungan").first).to_be_visible(timeout=10_000)
    look(page, "candidate-offline")
    hall.server.start()
    expect(page.get_by_text("✓ Tersimpan")).to_be_visible(timeout=30_000)
    page.reload()
    expect(page.get_by_role("radio").first).to_be_checked(timeout=20_000)

    finish_part(page)
    page.get_by_role("button", name="Mulai mengerjakan").click()
    finish_part(page, last=True)

    expect(page.get_by_role("heading", name="Ujian selesai")).to_be_visible()
    expect(page.get_by_text("1 dari 1 peserta yang sudah selesai")).to_be_visible()
    look(page, "candidate-result")
    page.get_by_role("link", name="Lembar hasil untuk dicetak").click()
    expect(page.get_by_text(ANI).first).to_be_visible()
    look(page, "candidate-sheet")


def finish_part(page: Page, *, last: bool = False) -> None:
    """Finish in two steps."""
    page.get_by_role("button", name="Selesai ujian").click()
    look(page, "candidate-finish")
    page.get_by_role("button", name="Lanjut menyelesaikan").click()
    page.get_by_role("button", name="Ya, selesaikan ujian" if last else "Ya, selesaikan").click()


def test_answers_given_offline_survive_a_reload_and_are_sent_later(hall: Hall) -> None:
    hall.open_and_start()
    page = hall.candidate()
    begin(page)
    page.keyboard.press("a")
    expect(page.get_by_text("✓ Tersimpan")).to_be_visible()
    page.keyboard.press("ArrowRight")
    hall.server.kill()
    page.keyboard.press("d")
    expect(page.get_by_text("Menunggu sambungan").first).to_be_visible(timeout=15_000)

    hall.server.start()
    page.reload()

    second = page.get_by_role("button", name=re.compile("^Soal 2, dijawab"))
    expect(second).to_be_visible(timeout=20_000)
    second.click()
    expect(page.get_by_role("radio").nth(3)).to_be_checked()
    expect(page.get_by_text("✓ Tersimpan")).to_be_visible(timeout=20_000)


def test_the_exam_goes_on_at_another_workstation_with_the_same_form(hall: Hall) -> None:
    hall.open_and_start()
    first = hall.candidate()
    begin(first)
    first.keyboard.press("c")
    expect(first.get_by_text("✓ Tersimpan")).to_be_visible()
    stem = first.locator(".stem").inner_text()

    second = hall.candidate()

    expect(second.locator(".stem")).to_have_text(stem)
    expect(second.get_by_role("radio").nth(2)).to_be_checked()
    expect(first.get_by_role("heading", name="Ujian dilanjutkan di tempat lain")).to_be_visible()
    look(first, "candidate-taken-over")


def test_a_proctor_opens_starts_pauses_and_extends_and_the_candidate_sees_it(
    hall: Hall,
) -> None:
    proctor = hall.staff()
    proctor.goto(f"/proctor/{EXAM_SESSION}")
    proctor.get_by_role("button", name="Buka ruang").click()
    look(proctor, "proctor-dialog")
    proctor.get_by_role("dialog").get_by_role("button", name="Buka ruang").click()
    expect(proctor.get_by_text("Dibuka, belum mulai")).to_be_visible()
    candidate = hall.candidate()
    candidate.get_by_role("button", name="Ya, ini saya").click()
    candidate.get_by_role("button", name="Lewati latihan").click()
    expect(candidate.get_by_role("heading", name="Ruang tunggu")).to_be_visible()
    look(candidate, "candidate-waiting")

    proctor.get_by_role("button", name="Mulai sesi").click()
    proctor.get_by_role("dialog").get_by_role("button", name="Mulai sesi").click()
    candidate.get_by_role("button", name="Mulai mengerjakan").click(timeout=15_000)
    candidate.keyboard.press("a")
    seat = proctor.get_by_role("button", name=re.compile("Meja 1, Ani Lestari, Mengerjakan"))
    expect(seat).to_be_visible(timeout=15_000)
    seat.click()
    look(proctor, "proctor-map")
    proctor.keyboard.press("p")
    proctor.get_by_role("dialog").get_by_role("button", name="Jeda").click()

    expect(candidate.get_by_role("heading", name="Ujian dijeda")).to_be_visible(timeout=15_000)
    look(candidate, "candidate-paused")
    expect(proctor.get_by_text("sedang dijeda")).to_be_visible(timeout=15_000)
    proctor.get_by_role("toolbar").get_by_role("button", name="Tambah waktu").click()
    proctor.get_by_label("Menit tambahan").fill("15")
    proctor.get_by_role("dialog").get_by_role("button", name="Tambah waktu").click()
    proctor.get_by_role("toolbar").get_by_role("button", name="Lanjutkan").click()
    proctor.get_by_role("dialog").get_by_role("button", name="Lanjutkan").click()
    expect(candidate.get_by_role("timer")).to_have_text(re.compile("^00:2[45]"), timeout=15_000)
    proctor.get_by_role("button", name="Tabel").click()
    expect(proctor.get_by_role("row", name=re.compile("Ani Lestari.*15"))).to_be_visible()
    look(proctor, "proctor-table")


def test_the_board_moves_while_somebody_answers(hall: Hall) -> None:
    hall.open_and_start()
    board = hall.page()
    board.goto(f"/board/{EXAM_SESSION}")
    expect(board.get_by_text("Sementara")).to_be_visible(timeout=15_000)
    row = board.get_by_role("row", name=re.compile(ANI))
    expect(row).to_be_visible(timeout=15_000)
    candidate = hall.candidate()
    begin(candidate)

    for _ in range(6):
        candidate.keyboard.press("e")
        candidate.keyboard.press("ArrowRight")

    expect(row).to_contain_text("6 dari 8 dijawab", timeout=20_000)
    look(board, "board")
    board.get_by_label("Cari nomor peserta").fill(BUDI)
    board.get_by_role("button", name="Ini nomor saya").click()
    expect(board.get_by_label("Nomor saya")).to_contain_text(BUDI)
    phone = hall.page(PHONE)
    phone.goto(f"/board/{EXAM_SESSION}")
    expect(phone.get_by_text(ANI)).to_be_visible(timeout=15_000)
    look(phone, "board-phone")
    screen = hall.page({"width": 1920, "height": 1080})
    screen.goto(f"/board/{EXAM_SESSION}?screen=1")
    expect(screen.get_by_text(ANI)).to_be_visible(timeout=15_000)
    look(screen, "board-screen")


def test_the_administrator_freezes_and_resumes_the_board(hall: Hall) -> None:
    hall.open_and_start()
    board = hall.page()
    board.goto(f"/board/{EXAM_SESSION}")
    expect(board.get_by_text("Sementara")).to_be_visible(timeout=15_000)
    dewi = hall.staff(DEWI)
    dewi.goto(f"/admin/{EXAM_SESSION}")
    look(dewi, "admin-session")

    dewi.get_by_label(re.compile("Alasan")).first.fill("pemeriksaan")
    dewi.get_by_role("radio", name=re.compile("Bekukan")).check()
    dewi.get_by_role("button", name="Lakukan").click()

    expect(board.get_by_text("Dibekukan")).to_be_visible(timeout=15_000)


@pytest.mark.parametrize("path", ["/", "/login", "/staff", "/verify", "/nowhere"])
@pytest.mark.parametrize("size", ["desk", "phone"])
def test_public_pages_have_no_serious_accessibility_fault(hall: Hall, path: str, size: str) -> None:
    page = hall.page(PHONE if size == "phone" else None)

    page.goto(path)

    look(page, f"page-{path.strip('/') or 'home'}-{size}")
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.evaluate("innerWidth"), "the page does not scroll sideways"


@pytest.mark.parametrize(
    "path", ["/admin", f"/admin/{EXAM_SESSION}", f"/admin/{EXAM_SESSION}/minutes", "/bank"]
)
def test_pages_of_the_administrator_fit_a_phone(hall: Hall, path: str) -> None:
    hall.open_and_start()
    dewi = hall.staff(DEWI)
    dewi.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})

    dewi.goto(path)

    look(dewi, f"phone{path.replace('/', '-')}")
    assert dewi.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_exam_fits_a_phone_and_large_text(hall: Hall) -> None:
    hall.open_and_start()
    page = hall.candidate(size=PHONE)
    begin(page)
    look(page, "candidate-phone")

    for _ in range(3):
        page.get_by_role("button", name="Perbesar teks").click()
    page.get_by_role("button", name="Kontras tinggi").click()

    look(page, "candidate-phone-large")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
