"""A proctor's day in real browsers: messages, calls, seats, undo, and what takes two people."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Hall, axe
from tests.browser.test_journeys import begin
from tests.cast import BUDI, CITRA, DEWI, EXAM_SESSION

pytestmark = pytest.mark.timeout(180)


def console(hall: Hall, username: str = CITRA) -> Page:
    """A proctor's page with its seats."""
    page = hall.staff(username)
    page.goto(f"/proctor/{EXAM_SESSION}")
    expect(page.get_by_role("button", name=re.compile("Meja 1,"))).to_be_visible(timeout=15_000)
    return page


def choose(page: Page, seat: str) -> None:
    page.get_by_role("button", name=re.compile(f"Meja {seat},")).click()


def act(page: Page, name: str) -> None:
    """Ask for an act on the selection and confirm its dialog."""
    page.get_by_role("toolbar").get_by_role("button", name=name, exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name=name, exact=True).click()


def is_one_line(page: Page, title: str) -> bool:
    """Whether title, counts, age and links stand beside each other, whatever the exam is called."""
    found: bool = page.evaluate(
        """(title) => {
          document.querySelector('.head h1').textContent = title;
          const middles = [...document.querySelector('.head').children].map((one) => {
            const box = one.getBoundingClientRect();
            return box.top + box.height / 2;
          });
          return Math.max(...middles) - Math.min(...middles) < 20;
        }""",
        title,
    )
    return found


def test_a_message_stands_until_it_was_read_and_a_call_until_somebody_came(hall: Hall) -> None:
    hall.open_and_start()
    ani = hall.candidate()
    begin(ani)
    citra = console(hall)

    assert is_one_line(citra, "SKD CPNS Kota Surakarta dan Sekitarnya, Tahun Anggaran 2026")
    choose(citra, "1")
    citra.get_by_role("toolbar").get_by_role("button", name="Kirim pesan").click()
    citra.get_by_label("Isi pesan").fill("Sisa waktu lima menit lagi.")
    assert axe(citra) == []
    citra.get_by_role("dialog").get_by_role("button", name="Kirim pesan").click()
    expect(ani.get_by_text("Sisa waktu lima menit lagi.")).to_be_visible(timeout=15_000)
    assert axe(ani) == []
    ani.reload()
    expect(ani.get_by_text("Sisa waktu lima menit lagi.")).to_be_visible(timeout=15_000)
    ani.get_by_role("button", name="Sudah saya baca").click()
    expect(ani.get_by_text("Sisa waktu lima menit lagi.")).not_to_be_visible(timeout=15_000)

    ani.get_by_role("button", name="Panggil pengawas").click()
    assert axe(ani) == []
    ani.get_by_role("button", name="Kesehatan").click()
    expect(ani.get_by_role("button", name="Pengawas dipanggil")).to_be_visible(timeout=15_000)
    expect(citra.get_by_text(re.compile("memanggil pengawas.*kesehatan"))).to_be_visible(
        timeout=15_000
    )
    citra.get_by_role("button", name=re.compile("Sudah didatangi: A-1")).click()
    citra.get_by_role("dialog").get_by_role("button", name="Sudah didatangi").click()
    expect(ani.get_by_role("button", name="Panggil pengawas")).to_be_visible(timeout=15_000)


def test_a_candidate_goes_on_at_another_seat_with_the_same_items(hall: Hall) -> None:
    hall.open_and_start()
    ani = hall.candidate()
    begin(ani)
    ani.keyboard.press("b")
    expect(ani.get_by_text("✓ Tersimpan")).to_be_visible()
    stem = ani.locator(".stem").inner_text()
    citra = console(hall)

    choose(citra, "1")
    citra.get_by_role("toolbar").get_by_role("button", name="Pindah meja").click()
    citra.get_by_label("Meja baru").fill("17")
    citra.get_by_role("dialog").get_by_role("button", name="Pindah meja").click()

    expect(ani.get_by_role("heading", name="Ujian dilanjutkan di tempat lain")).to_be_visible(
        timeout=15_000
    )
    expect(citra.get_by_role("button", name=re.compile("Meja 17,"))).to_be_visible(timeout=15_000)
    again = hall.candidate()
    expect(again.locator(".stem")).to_have_text(stem)
    expect(again.get_by_role("radio").nth(1)).to_be_checked()
    expect(again.get_by_text("Meja 17")).to_be_visible()


def test_an_extension_is_taken_back_at_once(hall: Hall) -> None:
    hall.open_and_start()
    ani = hall.candidate()
    begin(ani)
    citra = console(hall)

    choose(citra, "1")
    act(citra, "Tambah waktu")
    expect(ani.get_by_role("timer")).to_have_text(re.compile("^00:14|^00:15"), timeout=15_000)
    citra.get_by_role("button", name="Batalkan tindakan").click()

    expect(ani.get_by_role("timer")).to_have_text(re.compile("^00:09"), timeout=15_000)


def test_a_disqualification_takes_two_people(hall: Hall) -> None:
    hall.open_and_start()
    budi = hall.candidate(BUDI)
    begin(budi)
    citra = console(hall)

    choose(citra, "2")
    citra.get_by_text("Tindakan berat").click()
    act(citra, "Usulkan diskualifikasi")
    expect(citra.get_by_text(re.compile("citra mengusulkan diskualifikasi"))).to_be_visible(
        timeout=15_000
    )
    citra.get_by_role("button", name=re.compile("Setujui usulan: A-2")).click()
    citra.get_by_role("dialog").get_by_role("button", name="Setujui usulan").click()
    expect(citra.get_by_text("Petugas kedua harus orang lain.")).to_be_visible(timeout=15_000)
    expect(budi.get_by_role("heading", name=re.compile("^Soal 1"))).to_be_visible()

    dewi = console(hall, DEWI)
    dewi.get_by_role("button", name=re.compile("Setujui usulan: A-2")).click()
    dewi.get_by_role("dialog").get_by_role("button", name="Setujui usulan").click()

    expect(budi.get_by_role("heading", name="Anda didiskualifikasi")).to_be_visible(timeout=15_000)
    assert axe(budi) == []
    board = hall.page()
    board.goto(f"/board/{EXAM_SESSION}")
    expect(board.get_by_role("row", name=re.compile("24-5521-0017"))).to_be_visible(timeout=15_000)
    expect(board.get_by_role("row", name=re.compile(BUDI))).to_have_count(0, timeout=15_000)
