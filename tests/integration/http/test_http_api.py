"""The API: one table of routes, one shape of errors, rights checked everywhere."""

import csv
import gzip
import io
import json
import re
from typing import Any

import pytest

from cat_engine.http import openapi
from cat_engine.http.downloads import csv_download
from cat_engine.http.route import Route

ANI = "24-5521-0017"
ROLES = ("public", "candidate", "proctor", "author", "reviewer", "administrator")
ALLOWED: dict[str, frozenset[str]] = {
    "public": frozenset(ROLES),
    "signed_in": frozenset(ROLES[1:]),
    "candidate": frozenset({"candidate"}),
    "staff": frozenset({"proctor", "administrator"}),
    "administrator": frozenset({"administrator"}),
    "bank": frozenset({"author", "reviewer", "administrator"}),
    "reviewer": frozenset({"reviewer", "administrator"}),
}


def address_of(route: Route) -> str:
    return openapi.PREFIX + re.sub(r"<[a-z_]+>", "pagi", route.rule)


def test_every_rule_of_the_api_is_described_and_nothing_more(app: Any) -> None:
    description = openapi.describe("1", "")

    served = {
        (re.sub(r"<([a-z_]+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in rule.methods or ()
        if method in ("GET", "POST", "PUT", "PATCH", "DELETE")
    }
    described = {
        (path, method) for path, operations in description["paths"].items() for method in operations
    }

    assert served == described


def test_the_description_is_served(browser: Any) -> None:
    answer = browser.get("/api/v1/openapi.json")

    assert answer.status_code == 200
    assert answer.json["openapi"] == "3.1.0"
    operations = [one for path in answer.json["paths"].values() for one in path.values()]
    assert len({one["operationId"] for one in operations}) == len(operations) == len(openapi.ROUTES)


@pytest.mark.parametrize("route", openapi.ROUTES, ids=lambda route: route.name)
@pytest.mark.parametrize("role", ROLES)
def test_every_route_lets_in_whom_the_table_says(
    request: pytest.FixtureRequest, route: Route, role: str
) -> None:
    name = {"public": "browser", "administrator": "admin_browser"}.get(role, f"{role}_browser")
    own = request.getfixturevalue(name)
    if route.name == "results":
        pytest.importorskip("question_bank.blueprint")

    if route.method == "GET":
        answer = own.get(address_of(route))
    else:
        answer = own.post_json(address_of(route), {"nothing": 1})

    if role in ALLOWED[route.right]:
        assert answer.status_code in (200, 400, 404, 422)
    else:
        assert answer.status_code == (401 if role == "public" else 403)
        assert set(answer.json) == {"error"}
        assert set(answer.json["error"]) == {"code", "message"}


def test_board_is_sent_packed_and_only_when_it_changed(browser: Any) -> None:
    first = browser.get("/api/v1/boards/pagi", headers={"Accept-Encoding": "gzip"})
    plain = browser.get("/api/v1/boards/pagi")
    again = browser.get("/api/v1/boards/pagi", headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(first.data)) == plain.json
    assert again.status_code == 304
    assert again.data == b""


def test_boards_and_deltas_are_public(browser: Any) -> None:
    assert [one["id"] for one in browser.get("/api/v1/boards").json["boards"]] == ["pagi"]
    assert browser.get("/api/v1/boards/pagi/deltas?after=3").json["version"] == 3
    assert browser.get("/api/v1/boards/x").status_code == 404
    assert browser.get("/api/v1/boards/x/deltas").status_code == 404


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "9" * 30, "١", ""])
def test_a_version_that_is_no_number_is_refused(browser: Any, after: str) -> None:
    answer = browser.get("/api/v1/boards/pagi/deltas", query_string={"after": after})

    assert answer.status_code == 400
    assert answer.json["error"]["code"] in ("bad_field", "missing_field")


def test_proctor_sees_the_own_rooms_alone(proctor_browser: Any, admin_browser: Any) -> None:
    own = proctor_browser.get("/api/v1/exam-sessions").json["exam_sessions"]
    every = admin_browser.get("/api/v1/exam-sessions").json["exam_sessions"]

    assert [one["rooms"] for one in own] == [{"a": "open"}]
    assert [one["rooms"] for one in every] == [{"a": "open", "b": "closed"}]


def test_administrator_freezes_the_board(admin_browser: Any) -> None:
    answer = admin_browser.post_json(
        "/api/v1/exam-sessions/pagi/board", {"act": "freeze", "reason": "keberatan"}
    )

    assert answer.json == {"id": "pagi", "board_state": "frozen"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"act": "freeze"}, "missing_field"),
        ({"act": "erase", "reason": "x"}, "bad_field"),
        ({"act": "freeze", "reason": "x", "extra": 1}, "unknown_field"),
        ({"act": "freeze", "reason": 7}, "bad_field"),
        ({"act": ["freeze"], "reason": "x"}, "bad_field"),
        ({"act": "freeze", "reason": "x" * 501}, "bad_field"),
        ({"act": "freeze", "reason": "a\u202eb"}, "bad_field"),
        (["freeze"], "malformed"),
    ],
)
def test_bad_bodies_are_refused_by_name(
    admin_browser: Any, engine: Any, body: Any, code: str
) -> None:
    answer = admin_browser.post_json("/api/v1/exam-sessions/pagi/board", body)

    assert answer.status_code == 400
    assert answer.json["error"]["code"] == code
    assert engine.commands == []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"participant_no": "a", "participant_no": "b", "pin": "1234"}',
        b'{"participant_no": NaN, "pin": "1234"}',
        b"[" * 30_000,
    ],
)
def test_what_is_not_strict_json_is_malformed(browser: Any, data: bytes) -> None:
    answer = browser.client.post(
        "/api/v1/login",
        data=data,
        headers={"X-Requested-With": "cat-engine", "Content-Type": "application/json"},
    )

    assert answer.status_code == 400
    assert answer.json["error"]["code"] == "malformed"


def test_unknown_query_parameters_are_refused(browser: Any) -> None:
    assert browser.get("/api/v1/boards?x=1").json["error"]["code"] == "unknown_field"


def test_errors_speak_the_language_of_the_page(browser: Any) -> None:
    assert "does not exist" in browser.get("/api/v1/nothing?lang=en").json["error"]["message"]
    assert "tidak ada" in browser.get("/api/v1/nothing?lang=id").json["error"]["message"]


def test_csv_cells_that_spreadsheets_would_run_are_made_harmless(app: Any) -> None:
    rows: list[dict[str, Any]] = [
        {"name": '=HYPERLINK("x")', "total": "-5", "sections": {"twk": "125"}, "passed": True},
        {"name": "Budi, S.H.", "total": None, "sections": {"twk": "-1.5"}, "passed": None},
    ]

    response = csv_download(rows, "results-pagi")

    text = response.get_data(as_text=True).removeprefix("\ufeff")
    assert list(csv.reader(io.StringIO(text))) == [
        ["name", "total", "sections.twk", "passed"],
        ['\'=HYPERLINK("x")', "-5", "125", "true"],
        ["Budi, S.H.", "", "-1.5", ""],
    ]
    assert response.headers["Content-Disposition"] == 'attachment; filename="results-pagi.csv"'
