"""The pages on which administrators plan exams say what is wrong, where they typed it."""

import io
from typing import Any

from tests.factories import get_blueprint_text
from tests.integration.http.test_http_plan_api import EXAM, plan_until_exam

EXAM_YAML = """\
exam: {exam}
title: SKD Boyolali
bank: small
blueprint: kecil.yaml
seed: "1-2-3"
{more}"""


def upload(browser: Any, text: str) -> Any:
    files = {
        "file": (io.BytesIO(text.encode()), "exam.yaml"),
        "blueprint_file": (io.BytesIO(get_blueprint_text().encode()), "kecil.yaml"),
    }
    return browser.submit("/plan/exams/upload", files, page="/plan/exams")


def test_a_start_that_is_none_is_told_at_the_field_that_has_it(admin_browser: Any) -> None:
    plan_until_exam(admin_browser)
    page = f"/plan/exams/{EXAM['exam']}"
    given = {"rooms": "manahan/a", "date": "2026-11-24", "times": "08.00"}

    bad_clock = admin_browser.submit(f"{page}/sessions", given | {"times": "25.99"}, page=page)
    bad_date = admin_browser.submit(f"{page}/sessions", given | {"date": "besok"}, page=page)

    assert (400, 400) == (bad_clock.status_code, bad_date.status_code)
    assert "Jam mulai&#34; berisi sesuatu yang bukan jam. Tulis dengan dua angka" in bad_clock.text
    assert "Tanggal&#34; belum berisi tanggal" in bad_date.text
    assert "selisih dari UTC" not in bad_clock.text + bad_date.text


def test_an_uploaded_exam_is_refused_with_lines_and_shown_once_stored(admin_browser: Any) -> None:
    plan_until_exam(admin_browser)

    refused = upload(admin_browser, EXAM_YAML.format(exam="boyolali", more="sesions: []\n"))
    stored = upload(admin_browser, EXAM_YAML.format(exam="boyolali", more=""))

    assert 400 == refused.status_code
    assert "Baris 6: Kunci &#34;sesions&#34; tidak dikenal" in refused.text
    assert 303 == stored.status_code, stored.text
    assert "/plan/exams/boyolali?done=yes" == stored.headers["Location"]
