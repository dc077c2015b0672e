"""Writing, previewing and approving an item in a real browser, by keyboard alone."""

from playwright.sync_api import Page, expect

from cat_engine.accounts.user import Role
from tests.browser.conftest import Hall, axe
from tests.browser.test_journeys import begin
from tests.integration.server import add_staff


def type_on(page: Page, words: str, *, tabs: int = 1) -> None:
    """Go on by the tabulator and type, as somebody without a mouse does."""
    for _ in range(tabs):
        page.keyboard.press("Tab")
    page.keyboard.type(words)


def test_an_item_is_written_by_keyboard_previewed_and_approved_by_another(hall: Hall) -> None:
    database = hall.server.database()
    add_staff(database, "eka", Role.AUTHOR, frozenset())
    add_staff(database, "fajar", Role.REVIEWER, frozenset())
    database.dispose()
    page = hall.staff("eka")
    page.goto("/bank/edit?kind=choice")

    page.get_by_label("Bank", exact=True).focus()
    page.keyboard.type("baru")
    for words, tabs in (("soal-1", 1), ("twk", 1), ("bentuk", 1)):
        type_on(page, words, tabs=tabs)
    # Over difficulty, shared text, recording and the toolbar, which is one stop.
    type_on(page, "Bentuk apakah ini?", tabs=5)
    for words, name in (("segitiga", "Opsi A"), ("lingkaran", "Opsi B")):
        page.get_by_role("textbox", name=name).focus()
        page.keyboard.type(words)
    page.get_by_label("benar: A").press("Space")
    for letter in "DC":
        page.get_by_role("button", name=f"Hapus Opsi {letter}").press("Enter")

    shown = page.locator(".shown .item")
    expect(shown.get_by_role("radio")).to_have_count(2)
    expect(shown.get_by_text("Bentuk apakah ini?")).to_be_visible()
    shown.get_by_role("radio").first.press("Space")
    expect(shown.get_by_role("radio").first).to_be_checked()
    assert axe(page) == []
    page.get_by_label("Alasan atau ringkasan perubahan").focus()
    page.keyboard.type("soal baru")
    page.keyboard.press("Enter")
    page.wait_for_url("**/bank/items/baru/soal-1?done=act")
    page.get_by_label("Serahkan untuk ditelaah").check()
    page.fill("[name=reason]", "siap")
    page.get_by_role("button", name="Catat tindakan").click()

    review = hall.staff("fajar")
    review.goto("/bank/items/baru?state=review")
    review.get_by_role("link", name="soal-1").click()
    assert axe(review) == []
    review.get_by_label("Setujui").check()
    review.fill("[name=reason]", "soal jelas")
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
