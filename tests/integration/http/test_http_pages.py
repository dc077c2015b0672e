"""Pages: what each says to whom, in both languages."""

from typing import Any

import pytest

from cat_engine.hall import Hall
from cat_engine.http import pages, public
from cat_engine.http.sheet import Sheet, SittingFacts
from tests.integration.http.conftest import BOARD

ANI = "24-5521-0017"
SHEET = Sheet(
    exam={
        "id": "pagi",
        "title": "SKD CPNS 2026",
        "session_title": "Sesi pagi",
        "room": "Ruang A",
        "seat": "A-01",
    },
    candidate={
        "participant_no": ANI,
        "name": "Ani <Lestari>",
        "formation": "Analis",
        "formation_type": "general",
    },
    result={
        "sections": [
            {
                "id": "twk",
                "title": "Wawasan Kebangsaan",
                "points": "125",
                "highest": "150",
                "threshold": {"of": "twk", "least": "65", "got": "125", "passed": True},
            },
            {"id": "x", "title": "Lain", "points": "1", "highest": "2", "threshold": None},
        ],
        "total": "126",
        "highest_total": "152",
        "thresholds": [{"of": "total", "least": "120", "got": "126", "passed": True}],
        "passed": True,
        "rank": 2,
        "rank_of": 40,
        "provisional": True,
        "finished_at": 1_795_482_300_000,
        "cause": "candidate",
        "answered": 30,
        "item_count": 31,
        "receipt": "3f9a-77c1",
    },
    facts=SittingFacts(1_795_482_000_000, 1, 2, 1, 5, 4711, "ab" * 32),
)


def test_home_lists_boards_and_ways_in(browser: Any) -> None:
    page = browser.get("/")

    assert page.status_code == 200
    for part in ('href="/board/pagi"', 'href="/login"', 'href="/staff"', 'href="/verify"'):
        assert part in page.text
    assert "Langsung, sementara" in page.text


def test_language_is_asked_for_once_and_kept(browser: Any) -> None:
    first = browser.get("/?lang=en")
    second = browser.get("/")
    unknown = browser.get("/?lang=xx")

    assert '<html lang="en">' in first.text
    assert '<html lang="en">' in second.text
    assert '<html lang="en">' in unknown.text
    assert 'href="/?lang=id"' in second.text


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "id"),
        ({"QUERY_STRING": "EIO=4&lang=en"}, "en"),
        ({"HTTP_COOKIE": "cat-language=en"}, "en"),
        ({"QUERY_STRING": "lang=id", "HTTP_COOKIE": "cat-language=en"}, "id"),
        ({"QUERY_STRING": "lang=%ff%00", "HTTP_COOKIE": "cat-language=\xff"}, "id"),
    ],
)
def test_sockets_learn_the_language_from_their_handshake(
    hall: Hall, environ: dict[str, str], language: str
) -> None:
    assert pages.language_of_environ(hall, environ) == language


def test_language_switch_keeps_the_rest_of_the_address(browser: Any) -> None:
    page = browser.get("/board/pagi/table?page=1")

    assert 'href="/board/pagi/table?page=1&amp;lang=en"' in page.text


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize(
    "path", ["/", "/login", "/staff", "/verify", "/board/pagi", "/board/pagi/table"]
)
def test_public_pages_are_drawn_in_both_languages(browser: Any, path: str, language: str) -> None:
    page = browser.get(f"{path}?lang={language}")

    assert page.status_code == 200
    assert f'<html lang="{language}">' in page.text


@pytest.mark.parametrize("language", ["id", "en"])
def test_result_sheet_says_everything_that_counts(app: Any, hall: Hall, language: str) -> None:
    with app.test_request_context(f"/result?lang={language}"):
        text = pages.render(hall, "result.html", sheet=SHEET).get_data(as_text=True)

    for part in (ANI, "125", "150", "65", "126", "152", "3f9a-77c1", "4711", "ab" * 32, "A-01"):
        assert part in text
    assert "Ani &lt;Lestari&gt;" in text
    assert ("Sementara" if language == "id" else "Provisional") in text


def test_result_page_before_the_end_says_so(candidate_browser: Any) -> None:
    page = candidate_browser.get("/result")

    assert page.status_code == 404
    assert "Hasil belum ada" in page.text
    answer = candidate_browser.get("/api/v1/me/result")
    assert answer.status_code == 404
    assert answer.json["error"]["code"] == "no_result_yet"


@pytest.mark.parametrize("path", ["/exam", "/result"])
def test_candidate_pages_send_strangers_to_the_login(browser: Any, path: str) -> None:
    assert browser.get(path).location == "/login"


@pytest.mark.parametrize("path", ["/proctor", "/proctor/pagi", "/admin", "/admin/pagi"])
def test_staff_pages_send_strangers_to_the_staff_login_and_back(browser: Any, path: str) -> None:
    response = browser.get(path)

    assert response.location == f"/staff?next={path}"
    assert f'name="next" value="{path}"' in browser.get(response.location).text


def test_live_page_without_a_build_says_what_to_do(
    browser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cat_engine.http.assets.read_manifest", dict)

    page = browser.get("/board/pagi")

    assert "belum dibangun" in page.text
    assert "<script" not in page.text


def test_live_page_loads_what_the_manifest_names(
    browser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = {
        "src/board/main.ts": {
            "file": "assets/board-1.js",
            "isEntry": True,
            "imports": ["_lib.js"],
            "css": ["assets/board-2.css"],
        },
        "_lib.js": {"file": "assets/lib-3.js", "css": ["assets/lib-4.css"]},
    }
    monkeypatch.setattr("cat_engine.http.assets.read_manifest", lambda: manifest)

    page = browser.get("/board/pagi?screen=1").text

    assert '<script type="module" src="/static/built/assets/board-1.js"></script>' in page
    assert '<link rel="modulepreload" href="/static/built/assets/lib-3.js">' in page
    assert page.index("lib-4.css") < page.index("board-2.css")
    assert 'data-board="pagi"' in page
    assert 'data-screen="1"' in page
    assert "<noscript>" in page


def test_board_table_needs_no_script(browser: Any) -> None:
    page = browser.get("/board/pagi/table").text

    assert "<script" not in page
    assert ANI in page
    assert "Memenuhi ambang batas" in page
    assert "Wawasan" in page


@pytest.mark.parametrize(
    ("status", "passed", "words"),
    [
        ("waiting", False, "belum mulai"),
        ("working", False, "sedang mengerjakan"),
        ("working", True, "sudah memenuhi"),
        ("finished", False, "Belum memenuhi ambang batas"),
        ("finished", None, "selesai"),
    ],
)
def test_board_table_says_of_nobody_at_work_that_they_have_failed(
    browser: Any, monkeypatch: pytest.MonkeyPatch, status: str, passed: object, words: str
) -> None:
    monkeypatch.setitem(BOARD["rows"][0], "status", status)
    monkeypatch.setitem(BOARD["rows"][0], "passed", passed)
    public._read_snapshot.cache_clear()  # noqa: SLF001 - the boards here are all of one version

    page = browser.get("/board/pagi/table").text

    public._read_snapshot.cache_clear()  # noqa: SLF001
    assert f"<td>{words}</td>" in page


@pytest.mark.parametrize("path", ["/board/x", "/board/x/table", "/nothing", "/board/pagi/table/x"])
def test_what_does_not_exist_is_said_in_words(browser: Any, path: str) -> None:
    page = browser.get(path)

    assert page.status_code == 404
    assert "Tidak ditemukan" in page.text
    assert "beranda" in page.text


def test_proctor_sees_own_sessions_and_not_others(proctor_browser: Any) -> None:
    assert "Sesi pagi" in proctor_browser.get("/proctor").text
    assert proctor_browser.get("/proctor/pagi").status_code == 200
    assert proctor_browser.get("/proctor/siang").status_code == 404


@pytest.mark.parametrize("path", ["/admin", "/admin/pagi", "/admin/pagi/results.csv", "/exam"])
def test_proctor_may_not_open_other_peoples_pages(proctor_browser: Any, path: str) -> None:
    assert proctor_browser.get(path).status_code == 403


@pytest.mark.parametrize("path", ["/admin", "/admin/pagi", "/proctor", "/proctor/pagi"])
def test_candidate_may_not_open_staff_pages(candidate_browser: Any, path: str) -> None:
    assert candidate_browser.get(path).status_code == 403


def test_administrator_sees_readiness_and_rooms(admin_browser: Any) -> None:
    overview = admin_browser.get("/admin").text
    exam_session = admin_browser.get("/admin/pagi").text

    assert "Kesiapan" in overview
    assert "Sesi pagi" in overview
    assert "Ruang A" in exam_session
    assert "dibuka" in exam_session
    assert admin_browser.get("/admin/x").status_code == 404


def test_administrator_freezes_and_resumes_with_a_reason(admin_browser: Any, engine: Any) -> None:
    frozen = admin_browser.submit(
        "/admin/pagi/board", {"act": "freeze", "reason": "keberatan"}, page="/admin/pagi"
    )
    page = admin_browser.get(frozen.location).text
    admin_browser.submit(
        "/admin/pagi/board", {"act": "resume", "reason": "selesai"}, page="/admin/pagi"
    )

    assert "Papan sudah dibekukan." in page
    assert "Dibekukan, sementara" in page
    assert [(one.by, one.reason) for one in engine.commands] == [
        ("dewi", "keberatan"),
        ("dewi", "selesai"),
    ]
    assert engine.live("pagi").state.board_state == "live"


def test_board_act_without_a_reason_is_refused_in_words(admin_browser: Any, engine: Any) -> None:
    page = admin_browser.submit(
        "/admin/pagi/board", {"act": "freeze", "reason": "  "}, page="/admin/pagi"
    )

    assert page.status_code == 400
    assert "Kolom Alasan belum diisi" in page.text
    assert engine.commands == []


def test_final_board_stays_final(admin_browser: Any) -> None:
    path = "/api/v1/exam-sessions/pagi/board"
    admin_browser.post_json(path, {"act": "finalize", "reason": "selesai"})

    again = admin_browser.post_json(path, {"act": "freeze", "reason": "x"})

    assert again.status_code == 409
    assert again.json["error"]["code"] == "board_final"
    assert "Papan sudah final" in admin_browser.get("/admin/pagi").text


def test_board_process_shows_boards_and_signs_nobody_in(board_browser: Any) -> None:
    home = board_browser.get("/")

    assert home.status_code == 200
    assert 'href="/board/pagi"' in home.text
    assert 'href="/login"' not in home.text
    for path in ("/board/pagi", "/board/pagi/table", "/api/v1/boards/pagi", "/verify", "/readyz"):
        assert board_browser.get(path).status_code == 200
    for path in ("/login", "/staff", "/exam", "/admin"):
        assert board_browser.get(path).status_code == 404
    answer = board_browser.post_json("/api/v1/login", {"participant_no": ANI, "pin": "271828"})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "1"
