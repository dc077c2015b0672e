"""An administrator with an empty database prepares a whole exam by browser alone."""

import csv
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook
from playwright.sync_api import Browser, Page, expect

from cat_engine.accounts.user import Role
from exam_sessions import administration, store
from exam_sessions.accommodation import Accommodation, from_text
from question_bank.samples import FOLDER
from tests.browser.conftest import DESK, PHONE, Hall, axe
from tests.cast import DEWI
from tests.integration.server import ServerProcess, add_staff

SESSION = "skd-solo-20261124-0800"
SHOTS = os.environ.get("CAT_SHOTS")


@pytest.fixture
def empty_hall(server: ServerProcess, browser: Browser) -> Iterator[Hall]:
    """A server with one administrator and nothing else."""
    database = server.database()
    add_staff(database, DEWI, Role.ADMINISTRATOR)
    database.dispose()
    yield Hall(server, browser)
    for context in browser.contexts:
        context.close()


def shoot(page: Page, name: str) -> None:
    """Pictures for whoever wants to look at them."""
    if SHOTS:
        for size, label in ((DESK, "desk"), (PHONE, "phone")):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            page.screenshot(path=f"{SHOTS}/{name}-{label}.png", full_page=True)
        page.set_viewport_size(DESK)  # type: ignore[arg-type]


def fill(page: Page, button: str, **values: str) -> None:
    """Fill a form in and send it."""
    for name, value in values.items():
        field = page.locator(f"main [name={name}]")
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    page.locator("main").get_by_role("button", name=button).click()


def plan_places(page: Page) -> None:
    """Agency, formation, site, room with a seat plan."""
    page.goto("/admin")
    page.get_by_role("link", name="Persiapan ujian").click()
    expect(page.get_by_text("belum ada")).to_have_count(5)
    shoot(page, "plan-empty")
    page.get_by_role("link", name="Instansi dan formasi").click()
    fill(page, "Tambahkan", name="Pemerintah Kota Surakarta", id="solo raya")
    expect(page.get_by_role("alert")).to_contain_text("hanya boleh berisi huruf")
    expect(page.locator("[name=name]")).to_have_value("Pemerintah Kota Surakarta")
    assert axe(page) == []
    shoot(page, "agency-wrong")
    fill(page, "Tambahkan", id="solo")
    fill(
        page, "Tambahkan", title="Analis Kebijakan", id="analis", location="Surakarta", openings="3"
    )
    expect(page.get_by_role("row", name="Analis Kebijakan")).to_contain_text("3")
    page.goto("/plan/sites")
    fill(page, "Tambahkan", name="Gedung Manahan", id="manahan", address="Jl. Adi Sucipto 1")
    fill(page, "Tambahkan", name="Ruang Utama", id="utama", rows="3", columns="4",
         naming="rows", aisles="2", unusable="C4")  # fmt: skip
    expect(page.locator(".seat-map")).to_contain_text("11 dari 12 meja")
    assert axe(page) == []
    shoot(page, "site")


def import_bank(page: Page) -> None:
    """The shipped items, by the import page."""
    for name in ("twk", "tiu", "tkp"):
        page.goto("/bank/import")
        page.set_input_files("[name=file]", FOLDER / f"{name}.yaml")
        page.get_by_role("button", name="Baca").click()
        page.fill("[name=reason]", "bank contoh")
        if page.locator("[name=take_rest]").count():  # items whose pictures did not come along
            page.check("[name=take_rest]")
        page.locator("[name=act][value=store]").click()
        page.wait_for_url("**/bank")


def plan_exam(page: Page) -> None:
    """An exam, two sessions that stand too close, and what the calendar says of them."""
    page.goto("/plan/exams")
    fill(page, "Tambahkan", title="SKD Surakarta", exam="skd-solo", bank="skd-sample",
         blueprint="tryout", seed="4-2-6-1")  # fmt: skip
    page.get_by_label("Gedung Manahan, Ruang Utama").check()
    fill(page, "Tambahkan", date="2026-11-24", times="08.00 08.30")
    expect(page.get_by_role("link", name="Sesi 2")).to_be_visible()
    assert axe(page) == []
    shoot(page, "exam")
    page.get_by_role("link", name="Lihat di kalender").click()
    expect(page.locator(".booking.close")).to_have_count(2)
    assert axe(page) == []
    shoot(page, "calendar")
    page.goto("/plan/calendar?view=week&site=manahan")
    shoot(page, "week")


def import_roster(page: Page, folder: Path) -> None:
    """A profile, a roster with mistakes, then a sound one as a workbook."""
    page.goto("/plan/people")
    given = {"disability": "visual", "text_size": "large", "contrast": "high", "timer": "request"}
    fill(page, "Catat profil", person="P-1", break_minutes="15", source="surat dokter", **given)
    expect(page.get_by_role("row", name="P-1")).to_contain_text("jeda 15 menit")
    assert axe(page) == []
    shoot(page, "people")
    page.goto(f"/plan/sessions/{SESSION}")
    bad = folder / "bad.csv"
    bad.write_text("participant_no,name,room,seat\n1,Ani,utama,A1\n2,,utama,C4\n")
    page.set_input_files("[name=file]", bad)
    page.get_by_role("button", name="Baca dan periksa").click()
    expect(page.get_by_role("row", name="3 name kosong")).to_be_visible()
    expect(page.locator("main table")).to_contain_text("tidak punya meja C4 yang dapat dipakai")
    assert axe(page) == []
    shoot(page, "roster-bad")
    page.get_by_role("link", name="Unggah lagi").click()
    book = Workbook()
    assert book.active is not None
    book.active.append(["participant_no", "name", "room", "seat", "formation", "person"])
    book.active.append(["24-1", "Ani Lestari", "utama", "A1", "analis", "P-1"])
    book.active.append(["24-2", "Budi Santoso", "utama", "B2", "analis", ""])
    book.save(folder / "roster.xlsx")
    page.set_input_files("[name=file]", folder / "roster.xlsx")
    page.get_by_role("button", name="Baca dan periksa").click()
    assert axe(page) == []
    shoot(page, "roster-good")
    page.get_by_role("button", name="Daftarkan 2 peserta").click()


def take_papers(page: Page, folder: Path) -> list[dict[str, str]]:
    """PINs once as a table and once as slips; labels."""
    shoot(page, "session-pins")
    for name, file in (
        ("PIN sebagai tabel", "pins.csv"),
        ("Slip PIN", "slips.pdf"),
        ("Label meja", "labels.pdf"),
    ):
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        download.value.save_as(folder / file)
    page.reload()
    expect(page.get_by_role("link", name="PIN sebagai tabel")).to_have_count(0)
    assert all(
        (folder / name).read_bytes().startswith(b"%PDF") for name in ("slips.pdf", "labels.pdf")
    )
    return list(csv.DictReader((folder / "pins.csv").read_text().splitlines()))


def test_an_empty_database_becomes_an_exam_by_browser_alone(
    empty_hall: Hall, tmp_path: Path
) -> None:
    page = empty_hall.staff(DEWI)

    plan_places(page)
    import_bank(page)
    plan_exam(page)
    import_roster(page, tmp_path)
    pins = take_papers(page, tmp_path)
    page.get_by_role("button", name="Susun 2 naskah").click()
    expect(page.get_by_text("Semua naskah telah disusun")).to_be_visible(timeout=60_000)
    assert axe(page) == []
    shoot(page, "session-ready")
    page.goto("/plan/acts")
    expect(page.get_by_role("row", name="naskah disusun")).to_be_visible()
    shoot(page, "acts")

    assert ["24-1", "24-2"] == [slip["participant_no"] for slip in pins]
    database = empty_hall.server.database()
    with database.connect() as db:
        ani, budi = store.list_enrolments(db, SESSION)
        assert 2 == len(store.get_forms(db, SESSION))
        kinds = [act.kind for act in administration.read_all(db)]
    database.dispose()
    assert Accommodation("large", "high", "request", 15, 1) == from_text(ani.accommodation)
    assert ("visual", "", "") == (ani.disability, budi.disability, budi.accommodation)
    assert ["roster_imported", "pins_taken", "pins_taken", "forms_assembled"] == kinds[-4:]
