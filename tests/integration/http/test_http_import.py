"""The import page: nothing is stored before somebody has seen it and said so."""

import io
import json
import re
from typing import Any

import pytest
from sqlalchemy import select

from cat_engine import db
from cat_engine.hall import Hall
from cat_engine.http import imports
from question_bank import acts, custody, store, tables

GOOD = """\
bank: impor
items:
  - id: satu
    section: twk
    stem: Apakah langit biru?
    options: [{id: a, text: ya}, {id: b, text: tidak}]
    key: a
"""
BAD = GOOD + "  - {id: dua, section: twk, stem: Tanpa kunci?}\n"


def upload(browser: Any, text: str, name: str = "soal.yaml") -> Any:
    return browser.client.post(
        "/bank/import",
        data={
            "csrf_token": browser.token("/bank/import"),
            "file": (io.BytesIO(text.encode()), name),
        },
        content_type="multipart/form-data",
    )


def stored_count(hall: Hall) -> int:
    with db.reading(hall.database).connect() as connection:
        tables_of_bank = (tables.items, tables.media, tables.bank_acts)
        return sum(len(connection.execute(select(one)).all()) for one in tables_of_bank)


def decide(browser: Any, page: str, act: str = "store", **more: str) -> Any:
    given = {"act": act, "author": "eka", "reason": "naskah final", **more}
    return browser.submit(page, given, page=page)


def test_a_file_is_seen_before_it_is_stored_and_then_begins_as_drafts(
    hall: Hall, admin_browser: Any
) -> None:
    page = upload(admin_browser, GOOD).headers["Location"]
    shown = admin_browser.get(page).text

    assert "Apakah langit biru?" in shown
    assert "data-item=" in shown
    assert 0 == stored_count(hall)
    assert not (hall.config.data_dir / "imports").exists()
    assert decide(admin_browser, page).status_code == 303
    with db.reading(hall.database).connect() as connection:
        assert ["satu"] == [item.id for item in store.list_items(connection, "impor")]
        standing = custody.standings_of(connection, "impor")["satu", 1]
        [imported, _] = acts.read_bank(connection, "impor")
    assert ("draft", "eka") == (standing.state, standing.author)
    assert ("dewi", "soal.yaml") == (imported.person, imported.details["file"])
    [kept] = (hall.config.data_dir / "imports").glob("*.yaml")
    [report] = (hall.config.data_dir / "imports").glob("*.report.json")
    assert kept.name == f"{imported.details['sha256']}.yaml"
    assert kept.read_text() == GOOD
    told = json.loads(report.read_text())
    assert (kept.name, "dewi") == (told["kept_as"], told["by"])
    assert ["satu"] == [item["id"] for item in told["items"]]
    assert admin_browser.get(page).status_code == 404


@pytest.mark.parametrize(
    ("name", "bank"), [("aljabar-1.gift", "aljabar-1"), ("..\\Soal TWK.gift", "soal-twk")]
)
def test_a_file_that_names_no_bank_is_the_bank_of_its_own_name(
    hall: Hall, admin_browser: Any, name: str, bank: str
) -> None:
    page = upload(admin_browser, "::a:: Langit biru? {T}\n\n::b:: \\\\(1+1=2\\\\)? {T}", name)

    shown = admin_browser.get(page.headers["Location"]).text
    assert "<dd>2</dd>" in shown
    assert "upload" not in shown
    assert decide(admin_browser, page.headers["Location"]).status_code == 303
    with db.reading(hall.database).connect() as connection:
        assert ["a", "b"] == [item.id for item in store.list_items(connection, bank)]


def test_a_file_that_is_discarded_leaves_nothing(hall: Hall, admin_browser: Any) -> None:
    page = upload(admin_browser, GOOD).headers["Location"]

    assert decide(admin_browser, page, "discard", reason="").status_code == 303

    assert 0 == stored_count(hall)
    assert admin_browser.get(page).status_code == 404


def test_refused_items_are_told_and_the_rest_is_stored_only_when_asked_for(
    hall: Hall, admin_browser: Any
) -> None:
    page = upload(admin_browser, BAD).headers["Location"]
    shown = admin_browser.get(page).text
    refused = decide(admin_browser, page)

    assert "ditolak" in shown
    assert refused.status_code == 409
    assert "naskah final" in refused.text
    assert 0 == stored_count(hall)
    assert decide(admin_browser, page, take_rest="yes").status_code == 303


@pytest.mark.parametrize("given", [("x", "a.exe"), ("\0", "a.yaml"), ("{{{", "a.yaml")])
def test_a_file_that_cannot_be_read_ends_in_a_report(
    hall: Hall, admin_browser: Any, given: tuple[str, str]
) -> None:
    page = upload(admin_browser, *given).headers["Location"]
    shown = admin_browser.get(page)

    assert shown.status_code == 200
    assert "ditolak" in shown.text
    assert 'value="store"' not in shown.text
    assert 0 == stored_count(hall)


def test_a_waiting_file_is_its_owners_alone_and_for_an_hour(
    hall: Hall, admin_browser: Any, reviewer_browser: Any, clock: Any
) -> None:
    page = upload(admin_browser, GOOD).headers["Location"]

    assert reviewer_browser.get(page).status_code == 403
    clock.now += imports.PENDING_MS
    assert admin_browser.get(page).status_code == 200
    clock.now += 1
    assert admin_browser.get(page).status_code == 404


def test_only_whoever_may_import_may_send_a_large_body(
    admin_browser: Any, reviewer_browser: Any
) -> None:
    large = "# " + "x" * 200_000 + "\n" + GOOD

    assert upload(admin_browser, large).status_code == 303
    token = reviewer_browser.token("/staff")
    body = {"csrf_token": token, "file": (io.BytesIO(large.encode()), "a.yaml")}
    answer = reviewer_browser.client.post(
        "/bank/import", data=body, content_type="multipart/form-data"
    )
    assert answer.status_code == 413


def test_names_of_files_are_no_paths(admin_browser: Any) -> None:
    page = upload(admin_browser, GOOD, "../../etc/<b>.yaml").headers["Location"]

    shown = admin_browser.get(page).text

    assert re.search(r"<h1>&lt;b&gt;\.yaml</h1>", shown)
