"""The page for authors in a real browser: areas, gaps, several questions, and drafts."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from cat_engine.accounts.user import Role
from question_bank import custody, store
from question_bank.custody import Provenance
from question_bank.item import Item
from tests.browser.conftest import PHONE, Hall, axe
from tests.cast import PASSWORD
from tests.factories import STARTS_AT
from tests.integration.server import ServerProcess, add_staff
from tests.unit.question_bank.kinds import IMAGE, items_of_every_kind

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="400" height="300" viewBox="0 0 400 300">'
    b'<rect x="20" y="20" width="120" height="120"/><circle cx="280" cy="180" r="70"/></svg>'
)
PICTURE: Any = {"name": "peta.svg", "mimeType": "image/svg+xml", "buffer": SVG}


@pytest.fixture(scope="module")
def bank(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """One server for all tests here, whose items do not meet: it knows Eka, and no exam."""
    process = ServerProcess(tmp_path_factory.mktemp("authors") / "data")
    database = process.database()
    add_staff(database, "eka", Role.AUTHOR, frozenset())
    database.dispose()
    process.start()
    yield Hall(process, browser)
    process.stop()


@pytest.fixture
def author(bank: Hall) -> Iterator[Page]:
    """Eka, who has signed in."""
    page = bank.staff("eka")
    yield page
    page.context.close()


def begin(page: Page, kind: str, item: str) -> None:
    page.goto(f"/bank/edit?bank=baru&kind={kind}")
    page.get_by_label("Nomor soal").fill(item)
    page.get_by_label("Bagian").fill("tiu")


def write(page: Page, name: str, words: str) -> None:
    """Write into a text that looks as candidates see it."""
    page.get_by_role("textbox", name=name, exact=True).focus()
    page.keyboard.type(words)


def keep(page: Page, item: str) -> None:
    page.get_by_label("Alasan atau ringkasan perubahan").fill("soal baru")
    page.get_by_role("button", name="Simpan sebagai konsep").click()
    page.wait_for_url(f"**/bank/items/*/{item}?done=act")


def stored(hall: Hall, bank: str, item: str) -> list[Item]:
    database = hall.server.database()
    with database.connect() as db:
        versions = store.list_versions(db, bank, item)
    database.dispose()
    return versions


@pytest.mark.parametrize("kind", ["choice", "match"])
def test_nothing_in_the_preview_of_an_item_not_yet_written_is_nameless(
    author: Page, kind: str
) -> None:
    author.goto(f"/bank/edit?bank=baru&kind={kind}")
    expect(author.locator(".preview").get_by_text("belum ditulis").first).to_be_visible()

    assert axe(author) == []


def test_areas_are_drawn_by_pointer_and_set_by_keyboard(bank: Hall, author: Page) -> None:
    page = author
    begin(page, "hotspot", "peta-1")
    write(page, "Teks soal", "Mana lingkarannya?")
    page.get_by_label("Gambar soal").last.set_input_files([PICTURE])
    page.get_by_label("Teks pengganti gambar").fill("Persegi dan lingkaran")
    canvas = page.locator(".canvas svg")
    expect(canvas).to_have_attribute("viewBox", "0 0 400 300")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    unit = box["width"] / 400
    page.mouse.move(box["x"] + 20 * unit, box["y"] + 20 * unit)
    page.mouse.down()
    page.mouse.move(box["x"] + 140 * unit, box["y"] + 140 * unit, steps=3)
    page.mouse.up()
    page.get_by_role("combobox", name="Bentuk").first.select_option("circle")
    page.get_by_role("button", name="Tambah bidang").press("Enter")
    page.get_by_role("button", name="Bidang B;").focus()
    for key in ("ArrowRight", "ArrowDown", "Shift+ArrowDown", "+"):
        page.keyboard.press(key)
    moved = page.get_by_role("group", name="Bidang B").get_by_label("tengah")
    assert ["204", "155"] == [moved.nth(i).input_value() for i in (0, 1)]
    for name, value in (("tengah x", "280"), ("tengah y", "180"), ("jari-jari", "70")):
        page.get_by_role("group", name="Bidang B").get_by_label(name).fill(value)
    page.get_by_label("benar: B").check()
    expect(page.locator(".shown .area")).to_have_count(2)
    assert axe(page) == []
    keep(page, "peta-1")

    [item] = stored(bank, "baru", "peta-1")
    drawn, typed = (option.area for option in item.options)
    assert drawn is not None
    assert all(
        abs(one - wanted) <= 1 for one, wanted in zip(drawn.coords, (20, 20, 140, 140), strict=True)
    )
    assert typed is not None
    assert ("circle", (280, 180, 70)) == (typed.shape, typed.coords)


def test_gaps_are_written_into_a_text_and_nothing_typed_is_lost(bank: Hall, author: Page) -> None:
    page = author
    begin(page, "gap_match", "rumpang-1")
    write(page, "Teks soal", "Ibu kota Bali adalah ")
    page.get_by_role("button", name="Sisipkan rumpang").press("Enter")
    page.keyboard.type("dan Jateng ")
    page.get_by_role("button", name="Sisipkan rumpang").press("Enter")
    for letter, word in zip("ABC", ("Denpasar", "Semarang", "Serang"), strict=True):
        write(page, f"Kata {letter}", word)
    address = page.url
    page.close()

    again = page.context.new_page()
    again.goto(address)
    expect(again.get_by_text("dibuka kembali dari komputer ini")).to_be_visible()
    again.get_by_label("Alasan atau ringkasan perubahan").fill("soal baru")
    again.get_by_role("button", name="Simpan sebagai konsep").click()
    problem = again.locator("#editor-faults")
    problem.get_by_role("link", name="Tandai jawaban yang benar").click()
    assert axe(again) == []
    again.get_by_label("Rumpang 1").first.select_option(label="A Denpasar")
    again.get_by_label("Rumpang 2").first.select_option(label="B Semarang")
    again.context.clear_cookies()
    again.get_by_role("button", name="Simpan sebagai konsep").click()
    expect(problem).to_contain_text("Anda sudah keluar")
    with again.context.expect_page() as opened:
        problem.get_by_role("link", name="Masuk di tab baru").click()
    login = opened.value
    sign_in(login)
    keep(again, "rumpang-1")

    [item] = stored(bank, "baru", "rumpang-1")
    assert '<p>Ibu kota Bali adalah <gap name="g1"/> dan Jateng <gap name="g2"/></p>' == item.stem
    assert {("a", "g1"), ("b", "g2")} == item.rule.key.pairs  # type: ignore[union-attr]


def sign_in(page: Page) -> None:
    page.fill("[name=username]", "eka")
    page.fill("[name=password]", PASSWORD)
    page.click("main [type=submit]")
    page.wait_for_load_state()


def test_several_questions_stand_in_one_text(bank: Hall, author: Page) -> None:
    page = author
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    begin(page, "composite", "banyak-1")
    write(page, "Teks bersama", "Ibu kota Bali ")
    page.get_by_role("button", name="Sisipkan di kursor").click()
    page.get_by_label("Jenis pertanyaan berikutnya").select_option("number")
    page.get_by_role("button", name="Tambah pertanyaan").click()
    menu, number = page.locator(".question").all()
    for letter, word in zip("ABC", ("Solo", "Denpasar", "Tegal"), strict=True):
        menu.get_by_role("textbox", name=f"Opsi {letter}").focus()
        page.keyboard.type(word)
    menu.get_by_label("benar: B").check()
    number.get_by_label("Kunci").fill("5/2")
    shown = page.locator(".shown .item")
    expect(shown.get_by_role("combobox")).to_have_count(1)
    expect(shown.get_by_role("textbox")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert axe(page) == []
    keep(page, "banyak-1")

    [item] = stored(bank, "baru", "banyak-1")
    assert ["inline_choice", "number"] == [one.kind for one in item.interactions]


def test_every_kind_is_opened_and_stored_without_a_change(bank: Hall, author: Page) -> None:
    items = [replace(item, bank="semua") for item, _ in items_of_every_kind().values()]
    database = bank.server.database()
    with database.begin() as db:
        provenance = Provenance("dewi", "eka", "impor")
        custody.take_in(db, items, {IMAGE.name: SVG}, provenance, now=STARTS_AT)
    database.dispose()

    for item in items:
        author.goto(f"/bank/edit?bank=semua&item={item.id}")
        expect(author.locator(".shown .item")).to_be_visible()
        keep(author, item.id)

    for item in items:
        assert [item, replace(item, version=2)] == stored(bank, "semua", item.id)
