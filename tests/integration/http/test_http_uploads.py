"""What is infected, and what the virus scanner did not look at, is refused and not stored."""

import base64
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from cat_engine.app import PAGES_FOR_ALL, PAGES_OF_THE_HALL
from cat_engine.config import UploadsConfig
from cat_engine.db import reading
from cat_engine.hall import Hall
from cat_engine.http.openapi import ROUTES
from question_bank.tables import metadata
from tests.clamd import EICAR, Clamd
from tests.integration.http.conftest import Browser, make_app

GOOD = b"""\
bank: impor
items:
  - id: satu
    section: twk
    stem: Apakah langit biru?
    options: [{id: a, text: ya}, {id: b, text: tidak}]
    key: a
"""
NO_FORMS = ("/api/", "/csp-report")
"""What is sent there is read as JSON or as below, never as a form."""
ROSTER = "/api/v1/plan/sessions/pagi/roster"


@pytest.fixture
def clamd(tmp_path: Path) -> Iterator[Clamd]:
    with Clamd(tmp_path / "clamd.ctl") as peer:
        yield peer


@pytest.fixture
def scanned(hall: Hall, tmp_path: Path) -> Flask:
    """Every page of the program, with a scanner at `clamd.ctl`."""
    uploads = UploadsConfig(str(tmp_path / "clamd.ctl"), 30)
    guarded = replace(hall, config=replace(hall.config, uploads=uploads))
    return make_app(guarded, (*PAGES_FOR_ALL, *PAGES_OF_THE_HALL))


@pytest.fixture
def dewi(scanned: Flask) -> Browser:
    own = Browser(scanned.test_client())
    assert own.sign_in_staff("dewi").status_code == 303
    return own


def send(browser: Browser, path: str, content: bytes, *, token: str, name: str = "file") -> Any:
    given = {"csrf_token": token, name: (io.BytesIO(content), "soal.yaml")}
    return browser.client.post(path, data=given, content_type="multipart/form-data")


def send_roster(browser: Browser, content: bytes) -> Any:
    headers = {"X-Requested-With": "cat-engine"}
    return browser.client.post(ROSTER, data=content, content_type="text/csv", headers=headers)


def row_counts(hall: Hall) -> dict[str, int]:
    with reading(hall.database).connect() as db:
        return {
            table.name: db.scalar(select(func.count()).select_from(table)) or 0
            for table in metadata.sorted_tables
        }


def outcomes(hall: Hall) -> list[float]:
    name = "cat_uploads_scanned_total"
    kinds = ("clean", "infected", "not_scanned")
    return [hall.metrics.get_sample_value(name, {"outcome": one}) or 0 for one in kinds]


def test_a_clean_file_is_seen_whole_by_scanner_and_route(
    dewi: Browser, hall: Hall, clamd: Clamd
) -> None:
    taken = send(dewi, "/bank/import", GOOD, token=dewi.token("/bank/import"))

    assert 303 == taken.status_code
    assert "Apakah langit biru?" in dewi.get(taken.location).text
    assert [GOOD] == clamd.files
    assert [1, 0, 0] == outcomes(hall)


def test_an_infected_file_is_refused_by_every_route_whatever_it_expects(
    dewi: Browser, scanned: Flask, hall: Hall, clamd: Clamd
) -> None:
    """The routes are the program's own: a new one is guarded before anybody thinks of it."""
    token, before = dewi.token("/bank/import"), row_counts(hall)
    rules = [
        rule.rule
        for rule in scanned.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and not rule.rule.startswith(NO_FORMS)
    ]

    for rule in rules:
        path = re.sub(r"<[^>]*>", "1", rule)
        refused = send(dewi, f"{path}?lang=en", GOOD + EICAR, token=token, name="whatever")
        assert (rule, 400) == (rule, refused.status_code)
        assert "the virus scanner found Eicar-Test-Signature" in refused.text

    assert {"/bank/import", "/plan/sessions/<exam_session>/roster"} <= set(rules)
    assert [0, len(rules), 0] == outcomes(hall)
    assert before == row_counts(hall)
    lines = [line for line in hall.log.lines if line["event"] == "upload_infected"]
    assert len(rules) == len(lines)
    assert "Eicar-Test-Signature" == lines[0]["found"]


def test_the_api_scans_rosters_and_media_as_they_will_be_read(
    dewi: Browser, hall: Hall, clamd: Clamd
) -> None:
    before = row_counts(hall)
    roster = send_roster(dewi, EICAR)
    medium = {"name": "a.png", "content": base64.b64encode(EICAR).decode()}
    picture = dewi.post_json("/api/v1/bank/media", medium)

    for refused in (roster, picture):
        assert (400, "infected") == (refused.status_code, refused.json["error"]["code"])
    assert [EICAR, EICAR] == clamd.files
    assert before == row_counts(hall)


def test_no_other_route_of_the_api_takes_a_file() -> None:
    taking = {route.name for route in ROUTES if route.body_files}

    assert {"import_roster"} == taking


def test_without_an_answer_of_the_scanner_nothing_is_stored(
    dewi: Browser, scanned: Flask, hall: Hall
) -> None:
    """There is no scanner at the configured place."""
    before, token = row_counts(hall), dewi.token("/bank/import")
    page = send(dewi, "/bank/import?lang=en", GOOD, token=token)
    roster = send_roster(dewi, GOOD)

    assert (503, 503) == (page.status_code, roster.status_code)
    assert "the virus scanner could not look at it" in page.text
    assert "not_scanned" == roster.json["error"]["code"]
    assert [0, 0, 2] == outcomes(hall)
    assert 2 == sum(line["event"] == "upload_not_scanned" for line in hall.log.lines)
    assert before == row_counts(hall)


def test_only_staff_keep_the_scanner_busy(scanned: Flask, hall: Hall, clamd: Clamd) -> None:
    ani = Browser(scanned.test_client())
    token = ani.token("/login")
    stranger = send(ani, "/bank/import", EICAR, token=token)
    assert ani.sign_in().status_code == 303
    candidate = send(ani, "/bank/import", EICAR, token=ani.token("/login"))

    assert (401, 403) == (stranger.status_code, candidate.status_code)
    assert [] == clamd.files


def test_forms_without_files_are_not_scanned(dewi: Browser, hall: Hall) -> None:
    token = dewi.token("/bank/import")
    empty = {"csrf_token": token, "file": (io.BytesIO(b""), "")}
    answer = dewi.client.post("/bank/import", data=empty, content_type="multipart/form-data")

    assert 400 == answer.status_code
    assert [0, 0, 0] == outcomes(hall)
