"""Writing, previewing and approving an item in a real browser, by keyboard and with pictures."""

from pathlib import Path

from playwright.sync_api import Page, expect

from cat_engine.accounts.user import Role
from tests.browser.conftest import Hall, axe
from tests.browser.test_journeys import begin
from tests.integration.server import add_staff

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'


def type_on(page: Page, words: str, *, tabs: int = 1) -> None:
    """Go on by the tabulator and type, as somebody without a mouse does."""
    for _ in range(tabs):
        page.keyboard.press("Tab")
    page.keyboard.type(words)


def test_an_item_is_written_by_keyboard_previewed_and_approved_by_another(
    hall: Hall, tmp_path: Path
) -> None:
    database = hall.server.database()
    add_staff(database, "eka", Role.AUTHOR, frozenset())
    add_staff(database, "fajar", Role.REVIEWER, frozenset())
    database.dispose()
    picture = tmp_path / "segitiga.svg"
    picture.write_text(SVG)
    page = hall.staff("eka")
    page.goto("/bank/edit?kind=choice")
    assert axe(page) == []

    page.focus("[name=bank]")
    page.keyboard.type("baru")
    for words, tabs in (("soal-1", 1), ("twk", 1), ("bentuk", 1), ("Bentuk apakah ini?", 2)):
        type_on(page, words, tabs=tabs)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # opens the field for the picture
    page.set_input_files("[name=file]", picture)
    page.fill("[name=alt]", "Segitiga hitam")
    page.focus("[name=option_0]")
    page.keyboard.type("segitiga")
    type_on(page, "5")
    page.fill("[name=option_1]", "lingkaran")
    page.keyboard.press("Enter")  # the first button: preview

    shown = page.locator(".preview main.item")
    expect(shown.get_by_role("radio")).to_have_count(2)
    expect(shown.get_by_role("img", name="Segitiga hitam")).to_be_visible()
    shown.get_by_role("radio").first.press("Space")
    expect(shown.get_by_role("radio").first).to_be_checked()
    assert axe(page) == []
    page.fill("[name=reason]", "soal baru")
    page.get_by_role("button", name="Simpan sebagai konsep").press("Enter")
    page.wait_for_url("**/bank/items/baru/soal-1?done=act")
    page.get_by_label("Serahkan untuk ditelaah").check()
    page.fill("[name=reason]", "siap")
    page.get_by_role("button", name="Catat tindakan").click()

    review = hall.staff("fajar")
    review.goto("/bank/items/baru?state=review")
    review.get_by_role("link", name="soal-1").click()
    assert axe(review) == []
    review.get_by_label("Setujui").check()
    review.fill("[name=reason]", "gambar jelas")
    review.get_by_role("button", name="Catat tindakan").click()
    expect(review.locator("h1 .state")).to_have_text("disetujui")


def test_the_preview_is_drawn_as_the_candidates_page_draws_it(hall: Hall) -> None:
    hall.open_and_start()
    candidate = hall.candidate()
    begin(candidate)
    stem = candidate.locator("main.item .stem").inner_text()
    number = stem.rsplit(" ", 1)[1]
    section = stem.split(" ")[1]
    staff = hall.staff("dewi")
    staff.goto(f"/bank/items/small/{section}-{int(number):03}")
    shown = staff.locator(".preview main.item")
    expect(shown).to_be_visible()

    def style(page: Page, place: str) -> dict[str, str]:
        found: dict[str, str] = page.locator(place).first.evaluate(
            "(one) => { const s = getComputedStyle(one); return Object.fromEntries(['fontFamily',"
            "'fontSize','lineHeight','color','padding','borderTopWidth','borderTopColor','display',"
            "'minHeight','backgroundColor'].map((name) => [name, s[name]])); }"
        )
        return found

    assert stem == shown.locator(".stem").inner_text()
    for place in (".stem", ".option", ".option input", ".letter"):
        assert style(candidate, f"main.item {place}") == style(staff, f".preview main.item {place}")
