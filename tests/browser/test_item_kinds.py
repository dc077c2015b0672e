"""Every kind of item in a real browser: answered by keys and pointer, saved, marked, accessible."""

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from hashlib import sha256

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from cat_engine.accounts import passwords
from cat_engine.accounts.user import Role
from exam_sessions import journal
from exam_sessions.events import Responded
from question_bank.importers.formulas import translated
from question_bank.item import Audio, Image, Item
from scoring import mark
from scoring.mark import highest
from tests.browser.conftest import PHONE, Hall, axe
from tests.cast import ANI, DEWI, EXAM_SESSION, PIN
from tests.factories import add_exam_session, get_enrolment
from tests.integration.server import ServerProcess, add_staff
from tests.unit.question_bank.kinds import IMAGE, items_of_every_kind

pytestmark = pytest.mark.timeout(240)
BLUEPRINT = """\
blueprint: kinds
title: {{id: Semua, en: All}}
parts:
  - id: main
    title: {{id: Semua, en: All}}
    minutes: 60
    sections:
      - id: twk
        title: {{id: Semua jenis, en: All kinds}}
        items: {count}
        shuffle: false
rank_by: [total]
"""
FORMULA = r"<p>Hitunglah \(\frac{1}{2}+x^2\)</p><table><tr><th>x</th><td>1</td></tr></table>"


def picture(width: int = 200, height: int = 160) -> bytes:
    """A plain PNG."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    rows = b"".join(b"\0" + b"\xdd\xe6\xf0" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def recording() -> bytes:
    """A tenth of a second of silence as WAV."""
    samples = b"\x80" * 800
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(samples), b"WAVE", b"fmt ", 16, 1, 1,
                       8000, 8000, 1, 8, b"data", len(samples))  # fmt: skip
    return head + samples


PICTURE, SOUND = picture(), recording()
SHOWN = Image(sha256(PICTURE).hexdigest(), "png", "Peta")
HEARD = Audio(sha256(SOUND).hexdigest(), "wav", "Hening")


def bank() -> dict[str, Item]:
    """One item of every kind, with a real picture, a recording and a formula."""
    items = {}
    for kind, (item, _) in items_of_every_kind().items():
        shown = SHOWN if item.image == IMAGE else item.image
        items[kind] = replace(item, id=f"item-{kind.replace('_', '-')}", section="twk", image=shown)
    items["choice"] = replace(items["choice"], audio=HEARD)
    items["number"], _ = translated(replace(items["number"], notation="rich", stem=FORMULA))
    return items


@pytest.fixture
def kinds(server: ServerProcess, browser: Browser) -> Iterator[Hall]:
    """A started exam session in which Ani has one item of every kind."""
    database = server.database()
    items = bank()
    add_exam_session(
        database,
        [get_enrolment(ANI, "1", pin_hash=passwords.hash_pin(PIN))],
        blueprint=BLUEPRINT.format(count=len(items)),
        items=list(items.values()),
        media={SHOWN.name: PICTURE, HEARD.name: SOUND},
    )
    add_staff(database, DEWI, Role.ADMINISTRATOR)
    database.dispose()
    made = Hall(server, browser)
    made.open_and_start()
    yield made
    for context in browser.contexts:
        context.close()


def pick(page: Page, words: str) -> None:
    """Choose the option that says this, wherever it stands."""
    options = page.get_by_role("radio", name=words).or_(page.get_by_role("checkbox", name=words))
    options.check()


def fill_gap(select: Locator, words: str) -> None:
    select.select_option(label=words)


def answer_choices(page: Page) -> None:
    pick(page, "Ani")
    pick(page, "Budi")


def answer_order(page: Page) -> None:
    """Citra, Ani, Budi: by the buttons that move an option up."""
    for place, name in enumerate(("Citra", "Ani", "Budi")):
        while page.locator(".ordering li").nth(place).inner_text().split()[0] != name:
            page.get_by_role("button", name=f"Naikkan {name}").click()
    keep = page.get_by_role("button", name="Urutan ini sudah benar")
    if keep.count():
        keep.click()


def answer_match(page: Page) -> None:
    page.get_by_label(re.compile("Ani")).select_option(label="X")
    page.get_by_label(re.compile("Budi")).select_option(label="Y")


def answer_associate(page: Page) -> None:
    page.get_by_label("Pilihan pertama").select_option(label="Ani")
    page.get_by_label("Pilihan kedua").select_option(label="Budi")
    page.get_by_role("button", name="Pasangkan").click()


def answer_gaps(page: Page) -> None:
    fill_gap(page.get_by_label("Isian 1"), "Ani")
    fill_gap(page.get_by_label("Isian 2"), "Budi")


def answer_composite(page: Page) -> None:
    page.get_by_label("Pilih satu jawaban").select_option(label="Budi")
    answer_gaps(page)


def answer_points(page: Page) -> None:
    """By keys alone: from the middle to (10, 10) of 100 by 80."""
    page.locator("button.on-picture").focus()
    for _ in range(40):
        page.keyboard.press("ArrowLeft")
    for _ in range(38):
        page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")


def answer_slider(page: Page) -> None:
    page.get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")


def answer_hotspot(page: Page) -> None:
    """One area by the pointer, the other by its checkbox."""
    page.locator(".area").first.click()
    page.get_by_role("checkbox").nth(1).check()


ANSWERS: dict[str, Callable[[Page], None]] = {
    "choice": lambda page: pick(page, "Ani"),
    "choices": answer_choices,
    "number": lambda page: page.get_by_label("Ketik bilangan").fill("1"),
    "text": lambda page: page.get_by_label("Ketik jawaban singkat").fill("A"),
    "order": answer_order,
    "match": answer_match,
    "associate": answer_associate,
    "gap_match": answer_gaps,
    "inline_choice": lambda page: fill_gap(page.get_by_label("Pilih satu jawaban"), "Budi"),
    "hot_text": lambda page: page.get_by_label("Budi").check(),
    "hotspot": answer_hotspot,
    "points": answer_points,
    "slider": answer_slider,
    "essay": lambda page: page.get_by_label("Tulis jawaban Anda").fill(
        "Saya akan mendengarkan dulu."
    ),
    "composite": answer_composite,
}


def see_the_formula(page: Page) -> None:
    """A fraction is drawn as one, and whoever hears the page gets its words."""
    formula = page.get_by_role("math", name="1/2+x^2")
    expect(formula).to_be_visible()
    above, below = (formula.locator("mn").nth(place).bounding_box() for place in (0, 1))
    assert above is not None
    assert below is not None
    assert above["y"] + above["height"] <= below["y"] + 1
    assert "frac" not in page.locator(".item-body").inner_text()


def test_every_kind_is_answered_saved_and_earns_what_it_can(kinds: Hall) -> None:
    items = bank()
    by_place = sorted(items, key=lambda kind: items[kind].id)
    page = kinds.candidate()
    page.get_by_role("button", name="Ya, ini saya").click()
    page.get_by_role("button", name="Lewati latihan").click()
    page.get_by_role("button", name="Mulai mengerjakan").click()

    for number, kind in enumerate(by_place, start=1):
        page.locator(".grid").get_by_role("button", name=re.compile(f"^Soal {number},")).click()
        expect(page.get_by_role("heading", name=re.compile(f"^Soal {number}$"))).to_be_visible()
        ANSWERS[kind](page)
        if kind == "number":
            see_the_formula(page)
        expect(page.get_by_text("✓ Tersimpan")).to_be_visible(timeout=10_000)
        assert axe(page) == [], kind
    page.reload()
    expect(page.get_by_text(f"{len(items)}/{len(items)}")).to_be_visible(timeout=15_000)

    database = kinds.server.database()
    with database.connect() as db:
        given = {
            entry.event.item_no: entry.event
            for entry in journal.read_all(db, EXAM_SESSION)
            if isinstance(entry.event, Responded)
        }
    database.dispose()
    earned = {kind: Fraction(given[n].points) for n, kind in enumerate(by_place, start=1)}
    most = {kind: highest(items[kind].rule) for kind in by_place} | {"essay": Fraction(0)}
    assert most == earned


def test_every_kind_is_shown_again_as_it_was_answered_and_fits_a_phone(kinds: Hall) -> None:
    items = bank()
    by_place = sorted(items, key=lambda kind: items[kind].id)
    page = kinds.candidate(size=PHONE)
    page.get_by_role("button", name="Ya, ini saya").click()
    page.get_by_role("button", name="Lewati latihan").click()
    page.get_by_role("button", name="Mulai mengerjakan").click()

    for number, kind in enumerate(by_place, start=1):
        page.locator(".grid").get_by_role("button", name=re.compile(f"^Soal {number},")).click()
        ANSWERS[kind](page)
        expect(page.get_by_text("✓ Tersimpan")).to_be_visible(timeout=10_000)
        before = page.locator(".item-body").evaluate(STATE)
        page.reload()
        expect(page.locator(".grid").first).to_be_visible(timeout=15_000)
        page.locator(".grid").get_by_role("button", name=re.compile(f"^Soal {number},")).click()

        wait_for_state(page, before, kind)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), kind


def wait_for_state(page: Page, state: object, kind: str) -> None:
    """Wait until the item shows these controls; its text and picture may come after the grid."""
    shown = None
    for _ in range(50):
        shown = page.locator(".item-body").evaluate(STATE)
        if shown == state:
            return
        page.wait_for_timeout(100)
    assert state == shown, kind


STATE = """(body) => [...body.querySelectorAll('input, select, textarea, .ordering li')].map(
    (one) => ['radio', 'checkbox'].includes(one.type) ? one.checked : one.value ?? one.innerText)"""


def test_a_response_that_the_server_would_mark_is_what_the_item_keeps() -> None:
    """The answers above are those that earn the most, by the bank's own rule."""
    for kind, (item, response) in items_of_every_kind().items():
        if kind != "essay":
            assert highest(item.rule) == mark(item.rule, response), kind
