"""The pages and the API of the bank: finding, preview, acts with four eyes, comments."""

import json
import re
from dataclasses import replace
from fractions import Fraction
from html import unescape
from typing import Any

import pytest

from cat_engine import db
from cat_engine.hall import Hall
from question_bank import custody, statistics_store
from question_bank.custody import Provenance
from question_bank.delivery import deliver_item
from question_bank.form import Slot
from question_bank.item_statistics import ItemStatistics
from tests.factories import STARTS_AT, get_item
from tests.unit.question_bank.kinds import IMAGE, items_of_every_kind

ITEM = "/bank/items/small/twk-001"


@pytest.fixture(autouse=True)
def stored(hall: Hall) -> None:
    """An item by Eka, one by Fajar, and one of every kind in a bank of their own."""
    with db.writing(hall.database).begin() as connection:
        for author, items in (
            ("eka", [get_item("twk", 1, explanation="karena begitu")]),
            ("fajar", [get_item("tkp", 2, stem='Kata "kunci" & lainnya')]),
        ):
            provenance = Provenance("dewi", author, "impor")
            custody.take_in(connection, items, {}, provenance, now=STARTS_AT)
        named = [replace(item, bank="semua") for item, _ in items_of_every_kind().values()]
        provenance = Provenance("dewi", "eka", "impor")
        custody.take_in(connection, named, {IMAGE.name: b"png"}, provenance, now=STARTS_AT)


def act(browser: Any, kind: str, reason: str = "alasan", page: str = ITEM) -> Any:
    return browser.submit(f"{page}/1/act", {"act": kind, "reason": reason}, page=page)


def test_an_item_goes_from_its_author_over_a_reviewer_to_approved(
    author_browser: Any, reviewer_browser: Any
) -> None:
    assert act(author_browser, "submitted", "siap").status_code == 303
    assert act(reviewer_browser, "returned", "opsi B keliru").status_code == 303
    assert act(author_browser, "submitted", "diperbaiki").status_code == 303
    assert act(reviewer_browser, "approved", "baik").status_code == 303

    page = reviewer_browser.get(ITEM).text
    assert "disetujui" in page
    for reason in ("siap", "opsi B keliru", "diperbaiki", "baik"):
        assert reason in page


def test_nobody_approves_the_own_item_whatever_their_role(
    reviewer_browser: Any, admin_browser: Any
) -> None:
    own = "/bank/items/small/tkp-002"
    assert act(reviewer_browser, "submitted", page=own).status_code == 303

    refused = act(reviewer_browser, "approved", page=own)

    assert refused.status_code == 409
    assert "orang lain" in refused.text.lower()
    assert 'value="approved"' not in reviewer_browser.get(own).text
    assert act(admin_browser, "approved", page=own).status_code == 303


def test_authors_see_their_own_items_alone_and_approve_nothing(author_browser: Any) -> None:
    assert "twk-001" in author_browser.get("/bank/items/small").text
    assert "tkp-002" not in author_browser.get("/bank/items/small?author=fajar").text
    assert author_browser.get("/bank/items/small/tkp-002").status_code == 404
    assert act(author_browser, "approved").status_code == 403
    for path in ("/bank/seals", "/admin", "/proctor"):
        assert author_browser.get(path).status_code == 403


def test_two_items_are_kept_apart_with_who_and_why_and_brought_together_again(
    author_browser: Any, reviewer_browser: Any
) -> None:
    def say(browser: Any, kind: str, other: str, why: str = "sama isinya") -> Any:
        given = {"act": kind, "other": other, "why": why}
        return browser.submit(f"{ITEM}/1/enemies", given, page=ITEM)

    assert say(author_browser, "parted", "tkp-002").status_code == 303
    told = reviewer_browser.get("/bank/items/small/tkp-002").text
    assert 'href="/bank/items/small/twk-001"' in told
    assert "sama isinya" in told
    refused = say(author_browser, "parted", "twk-999")
    assert refused.status_code == 409
    assert "tidak mempunyai soal" in refused.text
    assert 'value="twk-999"' in refused.text
    listed = reviewer_browser.get("/api/v1/bank/items/small/twk-001").get_json()["enemies"]
    assert [("tkp-002", "eka", "sama isinya")] == [
        (one["item"], one["person"], one["reason"]) for one in listed
    ]

    assert say(reviewer_browser, "reconciled", "tkp-002", "ditulis ulang").status_code == 303

    assert "/twk-001" not in reviewer_browser.get("/bank/items/small/tkp-002").text
    assert say(reviewer_browser, "reconciled", "tkp-002").status_code == 409


def test_lists_are_found_by_words_and_filters(reviewer_browser: Any) -> None:
    def ids(query: str) -> list[str]:
        page = reviewer_browser.get(f"/bank/items/small?{query}").text
        return re.findall(r'href="/bank/items/small/([a-z]+-\d+)"', page)

    assert ids("") == ["tkp-002", "twk-001"]
    assert ids("text=%22kunci%22+%26") == ["tkp-002"]
    assert ids("author=eka") == ["twk-001"]
    assert ids("state=approved") == []
    assert ids("section=twk&difficulty=medium&kind=choice") == ["twk-001"]


def test_the_preview_is_what_a_candidate_is_given(reviewer_browser: Any) -> None:
    page = reviewer_browser.get(ITEM).text
    found = re.search(r'data-item="([^"]+)"', page)
    assert found
    slot = Slot(1, "twk", "twk-001", 1, tuple("abcde"))

    assert deliver_item(slot, get_item("twk", 1)) == json.loads(unescape(found[1]))
    assert "karena begitu" in page


def test_items_of_every_kind_have_their_page(reviewer_browser: Any) -> None:
    for kind, (item, _) in items_of_every_kind().items():
        answer = reviewer_browser.get(f"/bank/items/semua/{item.id}")
        assert answer.status_code == 200, kind
        assert "data-item=" in answer.text


def test_statistics_stand_beside_the_item_when_there_are_any(
    hall: Hall, reviewer_browser: Any
) -> None:
    assert "Statistik" not in reviewer_browser.get(ITEM).text
    known = ItemStatistics("twk-001", 1, expected=Fraction(5, 8), b=Fraction(-1, 2), people=240)
    with db.writing(hall.database).begin() as connection:
        statistics_store.add_statistics(connection, "small", [known])

    page = reviewer_browser.get(ITEM).text

    assert "p 0.625, b -0.500, c 0.000; dari 240 peserta" in page


def test_comments_are_answered_in_threads(author_browser: Any, reviewer_browser: Any) -> None:
    def say(browser: Any, words: str, reply_to: str = "") -> Any:
        given = {"text": words, "reply_to": reply_to}
        return browser.submit(f"{ITEM}/1/comment", given, page=ITEM)

    assert say(reviewer_browser, "Opsi <b> ganda?").status_code == 303
    number = re.findall(r'id="comment-(\d+)"', author_browser.get(ITEM).text)[0]
    assert say(author_browser, "Sudah diganti", number).status_code == 303

    page = author_browser.get(ITEM).text
    assert "Opsi &lt;b&gt; ganda?" in page
    assert "depth-1" in page
    assert say(author_browser, "", number).status_code == 400
    assert say(author_browser, "siapa?", "999").status_code == 409


def test_a_refused_act_keeps_what_was_typed(reviewer_browser: Any) -> None:
    refused = act(reviewer_browser, "approved", "sudah saya baca")

    assert refused.status_code == 409
    assert "sudah saya baca" in refused.text


def test_the_api_finds_reads_and_acts(author_browser: Any, reviewer_browser: Any) -> None:
    api = "/api/v1/bank"
    listed = reviewer_browser.get(f"{api}/items/small?text=kunci").json
    own = author_browser.get(api).json["banks"]
    done = author_browser.post_json(
        f"{api}/items/small/twk-001/acts", {"version": 1, "act": "submitted", "reason": "siap"}
    )
    refused = author_browser.post_json(
        f"{api}/items/small/twk-001/acts", {"version": 1, "act": "submitted", "reason": "siap"}
    )
    said = reviewer_browser.post_json(
        f"{api}/items/small/twk-001/comments", {"version": 1, "text": "baik", "reply_to": None}
    )

    assert [one["id"] for one in listed["items"]] == ["tkp-002"]
    assert {one["id"]: one["counts"]["draft"] for one in own}["small"] == 1
    assert (done.json["state"], done.json["possible"]) == ("review", [])
    assert done.json["item"]["rule"]["kind"] == "key"
    assert "rule" not in done.json["preview"]
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "wrong_state")
    assert [one["kind"] for one in said.json["history"]] == ["written", "submitted", "commented"]


@pytest.mark.parametrize(
    "body",
    [
        {"version": 0, "act": "submitted", "reason": "x"},
        {"version": True, "act": "submitted", "reason": "x"},
        {"version": 1, "act": "used", "reason": "x"},
        {"version": 1, "act": "submitted", "reason": " "},
    ],
)
def test_the_api_refuses_what_is_no_act(author_browser: Any, body: dict[str, Any]) -> None:
    answer = author_browser.post_json("/api/v1/bank/items/small/twk-001/acts", body)

    assert answer.status_code == 400
