"""Writing items: the page, checking, next versions, media, and nobody else's names."""

import base64
import json
import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest

from cat_engine import db
from cat_engine.hall import Hall
from question_bank import custody, store
from question_bank.custody import Provenance
from question_bank.item import Stimulus, digest, item_to_json
from tests.factories import STARTS_AT, get_item
from tests.unit.question_bank.kinds import IMAGE, items_of_every_kind

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h9v9z"/></svg>'
WAVE = b"RIFF\x00\x00\x00\x00WAVEfmt "
KINDS = {kind: replace(item, bank="semua") for kind, (item, _) in items_of_every_kind().items()}
NEW = item_to_json(get_item("twk", 9, stem="Langit **biru**?"))


@pytest.fixture(autouse=True)
def stored(hall: Hall) -> None:
    with db.writing(hall.database).begin() as connection:
        for author, items in (
            ("eka", [get_item("twk", 1, stimulus=Stimulus("peta", "Bacaan Eka")), *KINDS.values()]),
            ("fajar", [get_item("twk", 2, stimulus=Stimulus("grafik", "Bacaan Fajar"))]),
        ):
            provenance = Provenance("dewi", author, "impor")
            pictures = {IMAGE.name: b"png"}
            custody.take_in(connection, items, pictures, provenance, now=STARTS_AT)


def post(browser: Any, path: str, **values: Any) -> Any:
    headers = {"X-Requested-With": "cat-engine"}
    return browser.client.post(f"/api/v1/bank/{path}", json=values, headers=headers)


def write(browser: Any, bank: str, item: str, document: Any, *, base: int = 0) -> Any:
    values = {"document": document, "base_version": base, "reason": "alasan"}
    return post(browser, f"items/{bank}/{item}/versions", **values)


def begun(browser: Any, query: str) -> Any:
    """What the page is given to begin with."""
    page = browser.get(f"/bank/edit?{query}").text
    found = re.search(r'data-begin="([^"]*)"', page)
    assert found, page[:2_000]
    return json.loads(unescape(found[1]))


def versions(hall: Hall, bank: str, item: str) -> list[Any]:
    with db.reading(hall.database).connect() as connection:
        return store.list_versions(connection, bank, item)


def test_an_item_of_every_kind_is_opened_and_stored_unchanged(
    hall: Hall, author_browser: Any
) -> None:
    for kind, item in KINDS.items():
        begin = begun(author_browser, f"bank=semua&item={item.id}")
        sent = {"bank": "semua", "item": item.id, "document": begin["document"]}
        checked = post(author_browser, "check", **sent).json

        done = write(author_browser, "semua", item.id, begin["document"], base=begin["version"])

        assert [] == checked["faults"]
        assert kind == checked["preview"]["kind"]
        assert 200 == done.status_code, done.text
        old, new = versions(hall, "semua", item.id)
        assert replace(old, version=2) == new
        assert digest(new) == done.json["digest"]


def test_a_new_item_is_a_draft_of_whoever_wrote_it(hall: Hall, author_browser: Any) -> None:
    done = write(author_browser, "tulis", "satu", NEW)

    assert 200 == done.status_code
    [item] = versions(hall, "tulis", "satu")
    assert ("satu", 1, "Langit **biru**?") == (item.id, item.version, item.stem)
    page = author_browser.get("/bank/items/tulis/satu").text
    assert "konsep" in page
    assert "alasan" in page


def test_what_comes_between_is_said_and_nothing_is_overwritten(
    hall: Hall, author_browser: Any
) -> None:
    assert 200 == write(author_browser, "small", "twk-001", NEW, base=1).status_code

    late = write(author_browser, "small", "twk-001", NEW, base=1)

    assert (409, "newer_version") == (late.status_code, late.json["error"]["code"])
    assert 2 == len(versions(hall, "small", "twk-001"))


def test_a_name_that_is_taken_is_refused_even_if_its_owner_is_hidden(
    hall: Hall, author_browser: Any
) -> None:
    taken = write(author_browser, "small", "twk-002", NEW)

    assert (409, "name_taken") == (taken.status_code, taken.json["error"]["code"])
    assert 404 == write(author_browser, "small", "twk-002", NEW, base=1).status_code
    assert 1 == len(versions(hall, "small", "twk-002"))


def test_an_author_is_offered_the_stimuli_of_the_own_items_alone(
    author_browser: Any, admin_browser: Any
) -> None:
    assert ["peta"] == [one["id"] for one in begun(author_browser, "bank=small")["stimuli"]]
    assert ["grafik", "peta"] == [
        one["id"] for one in begun(admin_browser, "bank=small")["stimuli"]
    ]


def test_what_is_wrong_is_told_and_nothing_of_it_is_stored(hall: Hall, author_browser: Any) -> None:
    wrong = NEW | {"stem": " "}
    checked = post(author_browser, "check", bank="b b", item="i", document=wrong).json

    assert {("stem", "needed"), ("bank", "no_identifier")} == {
        (fault["place"], fault["code"]) for fault in checked["faults"]
    }
    assert 409 == write(author_browser, "tulis", "satu", wrong).status_code
    assert 400 == write(author_browser, "tulis", "satu", {"stem": "x"}).status_code
    unsigned = {"document": NEW, "base_version": 0, "reason": " "}
    assert 400 == post(author_browser, "items/tulis/satu/versions", **unsigned).status_code
    shown = NEW | {"image": {"digest": "ab" * 32, "extension": "svg", "alt": "Tiada"}}
    lost = write(author_browser, "tulis", "satu", shown)
    assert (409, "picture_missing") == (lost.status_code, lost.json["error"]["code"])
    assert [] == versions(hall, "tulis", "satu")


def test_what_cannot_be_drawn_yet_has_no_preview(author_browser: Any) -> None:
    half = item_to_json(KINDS["gap_match"]) | {"targets": []}

    checked = post(author_browser, "check", bank="b", item="i", document=half).json

    assert checked["preview"] is None
    assert "no_gaps" in [fault["code"] for fault in checked["faults"]]


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [("gambar.svg", SVG, "image"), ("suara.wav", WAVE, "audio")],
)
def test_media_are_stored_under_their_content(
    author_browser: Any, name: str, content: bytes, kind: str
) -> None:
    sent = base64.b64encode(content).decode()

    taken = post(author_browser, "media", name=name, content=sent).json

    assert kind == taken["kind"]
    kept = author_browser.get(f"/media/{taken['digest']}.{taken['extension']}")
    assert content == kept.data


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("jahat.svg", base64.b64encode(b"<svg onload='x'/>").decode(), "bad_medium"),
        ("teks.png", base64.b64encode(b"teks").decode(), "bad_medium"),
        ("gambar.svg", "bukan base64!", "malformed"),
        ("", "", "bad_field"),
    ],
)
def test_media_that_no_item_may_show_are_refused(
    author_browser: Any, name: str, content: str, code: str
) -> None:
    answer = post(author_browser, "media", name=name, content=content)

    assert (400, code) == (answer.status_code, answer.json["error"]["code"])


def test_a_formula_is_drawn_and_keeps_its_latex(author_browser: Any) -> None:
    drawn = post(author_browser, "formula", latex=r"\frac{1}{2}").json
    refused = post(author_browser, "formula", latex=r"\def\x{y}")

    assert "<mfrac>" in drawn["math"]
    assert r"\frac{1}{2}</annotation>" in drawn["math"]
    assert (400, "bad_formula") == (refused.status_code, refused.json["error"]["code"])
    checked = post(
        author_browser, "check", bank="b", item="i",
        document=NEW | {"notation": "rich", "stem": f"<p>{drawn['math']}</p>"},
    ).json  # fmt: skip
    assert [] == checked["faults"]


def test_a_large_recording_fits_and_only_for_authors(
    author_browser: Any, proctor_browser: Any
) -> None:
    sent = base64.b64encode(WAVE + bytes(200_000)).decode()

    assert 200 == post(author_browser, "media", name="a.wav", content=sent).status_code
    assert post(proctor_browser, "media", name="a.wav", content=sent).status_code in (403, 413)


def test_the_page_says_what_it_needs_without_script(author_browser: Any) -> None:
    page = author_browser.get("/bank/edit?kind=gap_match").text

    assert "<noscript>" in page
    assert "JavaScript" in page


def test_proctors_and_candidates_write_nothing(
    proctor_browser: Any, candidate_browser: Any
) -> None:
    for browser in (proctor_browser, candidate_browser):
        assert browser.get("/bank/edit").status_code == 403
        assert write(browser, "tulis", "satu", NEW).status_code == 403
        assert post(browser, "check", bank="", item="", document=NEW).status_code == 403
