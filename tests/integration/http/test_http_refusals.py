"""Refused requests are counted by kind, and nobody fills the log with them."""

from typing import Any

from prometheus_client import generate_latest

from cat_engine.hall import Hall
from cat_engine.refusals import MANY, refusals_of
from tests.integration.http.conftest import Browser


def counted(hall: Hall, status: int, code: str) -> float:
    labels = {"status": str(status), "code": code}
    return hall.metrics.get_sample_value("cat_refused_requests_total", labels) or 0.0


def test_refused_requests_are_counted_by_kind(
    browser: Browser, proctor_browser: Browser, hall: Hall
) -> None:
    proctor_browser.get("/admin")
    proctor_browser.get("/api/v1/exam-sessions/pagi/results")
    browser.get("/api/v1/me")
    browser.client.post("/login", data={"participant_no": "1", "pin": "2"})
    browser.sign_in(pin="000000")
    for _ in range(12):
        browser.sign_in(pin="000000")

    assert 2 == counted(hall, 403, "forbidden")
    assert 1 == counted(hall, 401, "not_signed_in")
    assert 1 == counted(hall, 403, "form_expired")
    assert 13 == counted(hall, 401, "wrong_login") + counted(hall, 429, "slow_down")
    assert b"cat_refused_requests_total" in generate_latest(hall.metrics)


def test_a_flood_of_refusals_leaves_few_lines_in_the_log(
    proctor_browser: Browser, hall: Hall, clock: Any
) -> None:
    for _ in range(MANY):
        proctor_browser.get("/admin")
    clock.now += 10_000
    proctor_browser.get("/admin")

    lines = [line for line in hall.log.lines if line["event"] == "request_refused"]
    assert 11 == len(lines)
    assert MANY - 10 == lines[-1]["left_out"]
    assert ("/admin", 403, "forbidden") == tuple(lines[0][k] for k in ("rule", "status", "refusal"))


def test_many_of_late_are_an_alarm_for_the_administrator(
    admin_browser: Browser, proctor_browser: Browser, hall: Hall, clock: Any
) -> None:
    figure = "<dt>Requests refused, last 10 minutes</dt><dd>{}</dd>"
    quiet = admin_browser.get("/admin?lang=en").text
    for _ in range(MANY):
        proctor_browser.get("/admin")

    loud = admin_browser.get("/admin?lang=en").text
    clock.now += 11 * 60_000

    assert figure.format(0) in quiet
    assert f'<div class="bad">{figure.format(MANY)}' in loud
    assert 0 == refusals_of(hall).lately(clock.now)


def test_that_nobody_is_signed_in_is_no_news(browser: Browser, hall: Hall, clock: Any) -> None:
    browser.get("/api/v1/me")

    assert 0 == refusals_of(hall).lately(clock.now)
    assert [] == hall.log.lines
