"""Defences: headers, forgery, size, and every naughty string through every text field."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from cat_engine.http import assets, security
from cat_engine.http.errors import PAGE_STATUSES, answer_code

ANI, PIN = "24-5521-0017", "271828"
SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "bad-input"
OWN_NAUGHTY = [
    "",
    " ",
    "\0",
    "a\0b",
    "\ud800",
    "\r\nSet-Cookie: x=1",
    "\u202etxt.exe",
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "{{ 7 * 7 }}",
    "%s%n",
    "../../etc/passwd",
    "\uffff",
    "💥" * 200,
    "a" * 10_000,
    "١٢٣٤٥٦",
    "İ",
    "𝟙𝟚𝟛𝟜",
]


def naughty_strings() -> list[str]:
    listed = SHARED / "blns" / "blns.json"
    found: list[str] = json.loads(listed.read_text("utf-8")) if listed.exists() else []
    return [*OWN_NAUGHTY, *found]


@pytest.mark.parametrize(
    "path", ["/", "/login", "/nothing", "/api/v1/boards", "/healthz", "/static/pages.css"]
)
def test_every_answer_carries_the_headers(browser: Any, path: str) -> None:
    headers = browser.get(path).headers

    assert {name: headers.get(name) for name in security.HEADERS} == dict(security.HEADERS)
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "require-trusted-types-for 'script'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/exam", "/result", "/api/v1/me", "/logout", "/login"])
def test_personal_pages_are_kept_by_nobody(candidate_browser: Any, path: str) -> None:
    assert candidate_browser.get(path).headers["Cache-Control"] == "no-store"


def test_what_is_named_after_its_content_is_kept_for_ever(browser: Any) -> None:
    named = browser.get(assets.asset_url("pages.css"))
    unnamed = browser.get("/static/pages.css")
    misnamed = browser.get("/static/pages.css?v=0000")

    assert named.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert unnamed.headers["Cache-Control"] == misnamed.headers["Cache-Control"] == "no-cache"


def test_templates_have_no_inline_script_or_style() -> None:
    folder = Path(assets.STATIC).parent / "templates"

    for template in folder.glob("*.html"):
        text = template.read_text("utf-8")
        assert "<style" not in text
        assert " style=" not in text
        assert " on" + "click" not in text
        assert "javascript:" not in text
        assert "<script>" not in text


@pytest.mark.parametrize("path", ["/login", "/staff", "/logout", "/admin/pagi/board"])
def test_forms_without_the_own_token_are_refused(admin_browser: Any, path: str) -> None:
    for token in ({}, {"csrf_token": ""}, {"csrf_token": "0" * 64}, {"csrf_token": "\udcff"}):
        data = {name: value.encode("utf-8", "surrogateescape") for name, value in token.items()}
        response = admin_browser.client.post(path, data=data)

        assert response.status_code == 403
        assert "kedaluwarsa" in response.text


def test_the_token_of_another_visitor_is_worth_nothing(browse: Any) -> None:
    ani, budi = browse(), browse()
    budi.token("/login")

    response = budi.client.post(
        "/login", data={"csrf_token": ani.token("/login"), "participant_no": ANI, "pin": PIN}
    )

    assert response.status_code == 403


def test_the_token_of_a_visitor_ends_with_the_login(browser: Any) -> None:
    before = browser.token("/login")
    browser.sign_in()

    assert browser.client.post("/logout", data={"csrf_token": before}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://["},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_changes_from_other_sites_are_refused(browser: Any, headers: dict[str, str]) -> None:
    given = {"participant_no": ANI, "pin": PIN}

    answer = browser.post_json("/api/v1/login", given, headers=headers)
    page = browser.client.post(
        "/login", data={"csrf_token": browser.token("/login"), **given}, headers=headers
    )

    assert answer.json["error"]["code"] == "cross_site"
    assert page.status_code == 403


def test_changes_from_the_own_site_pass(browser: Any) -> None:
    headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}

    answer = browser.post_json(
        "/api/v1/login", {"participant_no": ANI, "pin": PIN}, headers=headers
    )

    assert answer.status_code == 200


def test_api_changes_need_the_header_that_forms_cannot_send(browser: Any) -> None:
    answer = browser.client.post("/api/v1/login", json={"participant_no": ANI, "pin": PIN})

    assert answer.status_code == 403
    assert answer.json["error"]["code"] == "header_missing"


def test_large_bodies_are_refused(browser: Any) -> None:
    large = "a" * (security.BODY_LIMIT_BYTES + 1)

    answer = browser.post_json("/api/v1/login", {"participant_no": large, "pin": PIN})
    page = browser.client.post("/login", data={"csrf_token": "x", "participant_no": large})

    assert answer.status_code == page.status_code == 413
    assert answer.json["error"]["code"] == "too_large"
    assert "terlalu besar" in page.text


def test_other_kinds_of_requests_are_refused_in_words(browser: Any) -> None:
    answer = browser.client.delete("/api/v1/boards")

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert answer.json["error"]["code"] == "method_not_allowed"


@pytest.mark.parametrize("status", PAGE_STATUSES)
@pytest.mark.parametrize("language", ["id", "en"])
def test_every_error_page_is_drawn(app: Any, hall: Any, status: int, language: str) -> None:
    with app.test_request_context(f"/?lang={language}"):
        response = answer_code(hall, "internal", status)

    assert response.status_code == status
    assert f'lang="{language}"' in response.get_data(as_text=True)


def test_a_fault_of_ours_tells_nothing_and_says_what_to_do(app: Any, browser: Any) -> None:
    def fail() -> str:
        raise RuntimeError("secret detail")

    app.add_url_rule("/fault", view_func=fail)

    page = browser.get("/fault")

    assert page.status_code == 500
    assert "secret detail" not in page.text
    assert "Jawaban yang sudah tersimpan tetap aman" in page.text


def test_health_and_metrics(browser: Any) -> None:
    assert browser.get("/healthz").text == "alive\n"
    assert browser.get("/readyz").text == "ready\n"
    assert browser.get("/metrics").status_code == 200
    far = {"REMOTE_ADDR": "10.0.0.9"}
    assert browser.get("/metrics", environ_base=far).status_code == 404
    assert browser.get("/metrics", headers={"X-Forwarded-For": "10.0.0.9"}).status_code == 404


def text_fields() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every text field of every form and body: where it is, its name, and the other fields."""
    yield "form /login", "participant_no", {"pin": PIN}
    yield "form /login", "pin", {"participant_no": ANI}
    yield "form /staff", "username", {"password": "x"}
    yield "form /staff", "password", {"username": "nobody"}
    yield "form /staff", "next", {"username": "nobody", "password": "x"}
    yield "form /admin/pagi/board", "reason", {"act": "freeze"}
    yield "form /admin/pagi/board", "act", {"reason": "x"}
    yield "json /api/v1/login", "participant_no", {"pin": PIN}
    yield "json /api/v1/login", "pin", {"participant_no": ANI}
    yield "json /api/v1/staff/login", "username", {"password": "x"}
    yield "json /api/v1/staff/login", "password", {"username": "nobody"}
    yield "json /api/v1/exam-sessions/pagi/board", "reason", {"act": "freeze"}
    yield "json /api/v1/exam-sessions/pagi/board", "act", {"reason": "x"}


@pytest.mark.parametrize(("place", "name", "others"), list(text_fields()))
def test_no_text_breaks_a_field(
    admin_browser: Any, monkeypatch: pytest.MonkeyPatch, place: str, name: str, others: Any
) -> None:
    # Thousands of wrong passwords: the checks have tests of their own, the time is spent here.
    monkeypatch.setattr("cat_engine.accounts.passwords.verify", lambda _hash, _secret: False)
    monkeypatch.setattr("cat_engine.accounts.token_bucket.TokenBuckets.take", lambda *_, **__: 0)
    kind, path = place.split()
    token = admin_browser.token("/admin/pagi")

    for naughty in naughty_strings():
        if kind == "form":
            sent = naughty.encode("utf-8", "surrogatepass")
            data = {"csrf_token": token, **others, name: sent}
            response = admin_browser.client.post(path, data=data)
        else:
            response = admin_browser.client.post(
                path,
                data=json.dumps({**others, name: naughty}),
                headers={"X-Requested-With": "cat-engine", "Content-Type": "application/json"},
            )
        assert response.status_code in (200, 303, 400, 401, 409), (naughty, response.status_code)
        assert "<script>" not in response.text


@pytest.mark.parametrize("path", ["/board/{}", "/board/{}/table", "/api/v1/boards/{}",
                                  "/proctor/{}", "/admin/{}", "/?lang={}", "/staff?next={}",
                                  "/board/pagi/table?page={}", "/?x={}"])  # fmt: skip
def test_no_text_breaks_an_address(admin_browser: Any, path: str) -> None:
    for naughty in naughty_strings():
        sent = quote(naughty.encode("utf-8", "surrogatepass"), safe="")
        response = admin_browser.get(path.format(sent))

        assert response.status_code in (200, 303, 308, 400, 404), (naughty, response.status_code)
        assert "<script>" not in response.text
