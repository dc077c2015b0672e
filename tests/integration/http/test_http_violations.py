"""Reports of the content security policy are counted in words of ours, whatever is sent."""

import json
from typing import Any

import pytest

from cat_engine.hall import Hall
from cat_engine.http.violations import PATH
from tests.integration.http.conftest import Browser

REPORT = {
    "document-uri": "http://localhost/admin/pagi?secret=1",
    "violated-directive": "script-src-elem",
    "effective-directive": "script-src-elem",
    "blocked-uri": "https://evil.example/x.js?stolen=1",
    "original-policy": "default-src 'none'",
}


def report(browser: Browser, content: bytes, kind: str = "application/csp-report") -> Any:
    return browser.client.post(PATH, data=content, content_type=kind)


def counted(hall: Hall, directive: str) -> float:
    labels = {"directive": directive}
    return hall.metrics.get_sample_value("cat_csp_violations_total", labels) or 0.0


def lines(hall: Hall) -> list[dict[str, Any]]:
    return [line for line in hall.log.lines if line["event"] == "csp_violation"]


def test_every_page_names_the_place_for_reports(browser: Browser) -> None:
    policy = browser.get("/").headers["Content-Security-Policy"]

    assert policy.endswith(f"; report-uri {PATH}")


def test_a_report_is_counted_and_told_in_our_own_words(browser: Browser, hall: Hall) -> None:
    old = report(browser, json.dumps({"csp-report": REPORT}).encode())
    new = {
        "type": "csp-violation",
        "body": {
            "documentURL": "http://localhost/login",
            "effectiveDirective": "style-src-attr",
            "blockedURL": "inline",
        },
    }
    also = report(browser, json.dumps([new]).encode(), "application/reports+json")

    assert (204, 204) == (old.status_code, also.status_code)
    assert (1, 1) == (counted(hall, "script-src-elem"), counted(hall, "style-src-attr"))
    assert [
        ("script-src-elem", "elsewhere", "/admin/<exam_session>"),
        ("style-src-attr", "inline", "/login"),
    ] == [(line["directive"], line["blocked"], line["rule"]) for line in lines(hall)]
    assert not any(word in str(lines(hall)) for word in ("evil", "secret", "stolen"))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"null",
        b"[1, [], {}]",
        b'{"csp-report": 1}',
        b'{"csp-report": {"effective-directive": NaN}}',
    ],
)
def test_junk_is_no_report(browser: Browser, hall: Hall, content: bytes) -> None:
    assert 204 == report(browser, content).status_code
    assert [] == lines(hall)


def test_what_a_stranger_makes_up_stays_out_of_figures_and_log(
    browser: Browser, hall: Hall
) -> None:
    forged = {
        "effective-directive": "made-up",
        "blocked-uri": "http://[",
        "document-uri": "http://[/no/such/page",
    }

    report(browser, json.dumps({"csp-report": forged}).encode())

    assert 1 == counted(hall, "other")
    assert [("other", "other", "")] == [
        (line["directive"], line["blocked"], line["rule"]) for line in lines(hall)
    ]


def test_a_flood_of_reports_leaves_few_lines_and_long_ones_none(
    browser: Browser, hall: Hall
) -> None:
    one = json.dumps({"csp-report": REPORT}).encode()
    for _ in range(50):
        report(browser, one)
    many = report(browser, json.dumps([{"body": REPORT}] * 20).encode(), "application/reports+json")
    long = report(browser, b"[" + b" " * 8 * 1024 + b"]")

    assert (204, 413) == (many.status_code, long.status_code)
    assert 60 == counted(hall, "script-src-elem")
    assert 10 == len(lines(hall))
