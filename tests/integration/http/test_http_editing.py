"""Writing items on a page: preview, pictures, next versions, and nobody else's names."""

import io
import re
from typing import Any

import pytest

from cat_engine import db
from cat_engine.hall import Hall
from question_bank import custody, store
from question_bank.custody import Provenance
from tests.factories import STARTS_AT, get_item

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h9v9z"/></svg>'
NEW = {
    "is_new": "yes", "bank": "tulis", "item": "satu", "kind": "choice", "section": "twk",
    "difficulty": "easy", "stem": "Langit **biru**?", "option_0": "ya", "points_0": "5",
    "option_1": "tidak", "reason": "soal baru",
}  # fmt: skip


@pytest.fixture(autouse=True)
def stored(hall: Hall) -> None:
    with db.writing(hall.database).begin() as connection:
        for author, item in (("eka", get_item("twk", 1)), ("fajar", get_item("twk", 2))):
            provenance = Provenance("dewi", author, "impor")
            custody.take_in(connection, [item], {}, provenance, now=STARTS_AT)


def send(browser: Any, act: str, **values: Any) -> Any:
    token = browser.token("/bank/edit")
    data = {"csrf_token": token, "act": act, **values}
    return browser.client.post("/bank/edit", data=data, content_type="multipart/form-data")


def versions(hall: Hall, bank: str) -> list[Any]:
    with db.reading(hall.database).connect() as connection:
        return store.list_versions(connection, bank)


def test_an_author_previews_and_stores_an_item_with_a_picture(
    hall: Hall, author_browser: Any
) -> None:
    picture = {"file": (io.BytesIO(SVG), "gambar.svg"), "alt": "Segitiga"}
    shown = send(author_browser, "preview", **NEW, **picture)

    assert shown.status_code == 200
    assert "data-item=" in shown.text
    assert [] == versions(hall, "tulis")
    name = re.search(r'name="picture" value="([0-9a-f]+\.svg)"', shown.text)
    assert name
    done = send(author_browser, "store", **NEW, picture=name[1], alt="Segitiga")
    assert done.status_code == 303
    [item] = versions(hall, "tulis")
    assert ("satu", 1, "Segitiga") == (item.id, item.version, item.image.alt)
    assert "konsep" in author_browser.get(done.headers["Location"]).text
    assert author_browser.get(f"/media/{name[1]}").data == SVG


def test_to_change_an_item_is_to_write_its_next_version(hall: Hall, author_browser: Any) -> None:
    page = author_browser.get("/bank/edit?bank=small&item=twk-001").text
    values = dict(re.findall(r'name="((?:option|points)_\d)" value="([^"]*)"', page))
    base = {"bank": "small", "item": "twk-001", "kind": "choice", "section": "twk",
            "difficulty": "hard", "stem": "Soal yang lebih baik"}  # fmt: skip

    done = send(author_browser, "store", **base, **values, reason="lebih jelas")

    assert done.status_code == 303
    old, new, *_ = versions(hall, "small")
    assert get_item("twk", 1) == old
    assert (2, "Soal yang lebih baik", old.options, old.rule) == (
        new.version, new.stem, new.options, new.rule,
    )  # fmt: skip


def test_a_name_that_is_taken_is_refused_even_if_its_owner_is_hidden(
    hall: Hall, author_browser: Any
) -> None:
    taken = NEW | {"bank": "small", "item": "twk-002"}

    assert send(author_browser, "store", **taken).status_code == 409
    assert send(author_browser, "store", **(taken | {"is_new": ""})).status_code == 404
    assert 2 == len(versions(hall, "small"))


def test_what_is_wrong_is_told_and_nothing_of_it_is_stored(hall: Hall, author_browser: Any) -> None:
    for changes, told in (
        ({"points_0": "lima"}, "points_0"),
        ({"file": (io.BytesIO(b"<svg onload='x'/>"), "a.svg")}, "a.svg"),
        ({"reason": ""}, "Alasan"),
    ):
        answer = send(author_browser, "store", **(NEW | changes))
        assert answer.status_code == 400
        assert told in answer.text
        assert "Langit **biru**?" in answer.text, "what was typed is kept"
    assert [] == versions(hall, "tulis")


def test_every_kind_of_the_form_has_its_page(author_browser: Any) -> None:
    for kind in ("choice", "choices", "number", "text", "order", "match", "slider", "essay"):
        page = author_browser.get(f"/bank/edit?kind={kind}")
        assert page.status_code == 200
        assert f'name="kind" value="{kind}"' in page.text
    assert author_browser.get("/bank/edit?kind=gap_match").status_code == 400


def test_proctors_and_candidates_write_nothing(
    proctor_browser: Any, candidate_browser: Any
) -> None:
    for browser in (proctor_browser, candidate_browser):
        assert browser.get("/bank/edit").status_code == 403
