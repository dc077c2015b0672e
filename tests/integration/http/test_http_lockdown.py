"""Safe Exam Browser over HTTP: rules, file, start address, and the challenge of the exam page."""

import hashlib
import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from cat_engine.hall import Hall
from cat_engine.http import candidate, lockdown, public
from cat_engine.lockdown import proof, seb
from tests.integration.http.conftest import Browser, Clock, make_app

ADDRESS = "https://cat.example.go.id"
PAGE = "/admin/pagi/lockdown"


@pytest.fixture
def dewi(app: Flask) -> Browser:
    """An administrator."""
    browser = Browser(app.test_client())
    browser.sign_in_staff("dewi")
    return browser


@pytest.fixture
def ani(app: Flask) -> Browser:
    """A candidate."""
    browser = Browser(app.test_client())
    browser.sign_in()
    return browser


def ask_for(browser: Browser, mode: str, **more: Any) -> Any:
    return browser.submit(PAGE, {"seb": mode, "exam_keys": "", **more})


def headers(url: str, key: str) -> dict[str, str]:
    return {seb.CONFIG_KEY_HEADER: hashlib.sha256(f"{url}{key}".encode()).hexdigest()}


def data(page: Any, name: str) -> str | None:
    found = re.search(rf'data-{name}="([^"]*)"', page.text)
    return found[1] if found else None


def test_without_rules_the_exam_page_asks_for_nothing(ani: Browser) -> None:
    page = ani.get("/exam")

    assert 200 == page.status_code
    assert data(page, "seb-challenge") is None


def test_the_file_that_is_downloaded_has_the_key_that_the_page_shows(dewi: Browser) -> None:
    assert 404 == dewi.get("/admin/pagi/lockdown.seb").status_code
    assert 303 == ask_for(dewi, "require").status_code

    file = dewi.get("/admin/pagi/lockdown.seb")

    assert 'filename="pagi.seb"' in file.headers["Content-Disposition"]
    chosen = seb.read_file(file.data)
    assert seb.config_key(chosen) in dewi.get(PAGE).text
    start = chosen["startURL"].removeprefix("http://localhost")
    assert "/login" == Browser(dewi.client.application.test_client()).get(start).location


def test_a_renewal_makes_older_files_outdated(dewi: Browser) -> None:
    ask_for(dewi, "indicate")
    first = seb.read_file(dewi.get("/admin/pagi/lockdown.seb").data)["startURL"]
    ask_for(dewi, "require")
    kept = seb.read_file(dewi.get("/admin/pagi/lockdown.seb").data)["startURL"]
    ask_for(dewi, "require", renew="yes")

    assert first == kept
    assert 404 == dewi.get(first.removeprefix("http://localhost")).status_code


@pytest.mark.parametrize(
    "given", [{"seb": "maybe"}, {"seb": "require", "exam_keys": "abc"}, {"seb": ""}]
)
def test_rules_that_say_nothing_are_refused_and_what_was_typed_stays(
    dewi: Browser, given: dict[str, str]
) -> None:
    answer = dewi.submit(PAGE, {"exam_keys": "", **given})

    assert 400 == answer.status_code
    assert given.get("exam_keys", "") in answer.text


def test_the_exam_page_gives_each_login_its_own_challenge_and_checks_the_headers(
    dewi: Browser, ani: Browser, clock: Clock
) -> None:
    ask_for(dewi, "require")
    key = seb.config_key(seb.read_file(dewi.get("/admin/pagi/lockdown.seb").data))
    place = ani.get("/exam").location
    url = f"http://localhost{place}"

    assert data(ani.get(place), "seb-ticket") == ""
    assert data(ani.get(place, headers=headers(url, "0" * 64)), "seb-ticket") == ""
    proven = ani.get(place, headers=headers(url, key))
    assert data(proven, "seb-ticket")
    assert data(proven, "seb") == "require"
    clock.now += proof.FRESH_MS + 1
    again = ani.get(place, headers=headers(url, key))
    assert 303 == again.status_code
    assert place != again.location


def test_behind_a_proxy_the_configured_address_is_hashed(hall: Hall) -> None:
    server = replace(hall.config.server, public_url=f"{ADDRESS}/")
    inside = replace(hall, config=replace(hall.config, server=server))
    app = make_app(inside, (public, candidate, lockdown))
    dewi, ani = Browser(app.test_client()), Browser(app.test_client())
    dewi.sign_in_staff("dewi")
    ani.sign_in()
    ask_for(dewi, "require")
    chosen = seb.read_file(dewi.get("/admin/pagi/lockdown.seb").data)
    place = ani.get("/exam").location
    key = seb.config_key(chosen)

    assert chosen["startURL"].startswith(f"{ADDRESS}/seb/pagi/")
    assert data(ani.get(place, headers=headers(f"{ADDRESS}{place}", key)), "seb-ticket")
    seen_inside = ani.get(place, headers=headers(f"http://localhost{place}", key))
    assert data(seen_inside, "seb-ticket") == ""
