"""Every route and every event as every role against everybody's objects.

What is expected stands in routes.txt and events.txt. The routes and events themselves are asked of
a wired server, so a new one cannot be forgotten: without a row it fails the first test.
"""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from cat_engine.accounts.user import Role
from cat_engine.reserved_names import RESERVED, shadowed
from exam_sessions.tables import journal_entries
from tests.cast import ANI, BUDI, CITRA, PASSWORD, PIN
from tests.integration.access.building import ROLES, Building, enter, listing
from tests.integration.access.walk import LOGIN_ROUTES, try_event, try_route

HERE = Path(__file__).parent
LIBRARY_EVENTS = ("*", "connect", "disconnect")
"""No page can send these; unknown ones land at "*"."""

Row = tuple[str, str, tuple[str, ...]]


def read_table(name: str) -> list[Row]:
    """Rows of a table: what, of whom, and what each role gets."""
    rows: list[Row] = []
    for line in (HERE / name).read_text().splitlines():
        if line and not line.startswith("#"):
            first, second, target, *outcomes = line.split()
            assert len(outcomes) == len(ROLES), line
            rows.append((f"{first} {second}", target, tuple(outcomes)))
    return rows


def unlisted(found: list[str], rows: list[Row]) -> list[str]:
    """What stands on one side alone."""
    return sorted(set(found) ^ {what for what, _, _ in rows})


ROUTES, EVENTS = read_table("routes.txt"), read_table("events.txt")


@pytest.fixture(scope="module")
def building(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Building]:
    """A server with everybody in it."""
    built = enter(tmp_path_factory.mktemp("building") / "data")
    yield built
    built.server.stop()


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """All routes and events that a wired server answers to."""
    return listing(tmp_path_factory.mktemp("listing") / "data")


def test_every_route_and_event_has_its_row(found: dict[str, list[str]]) -> None:
    events = [event for event in found["events"] if event.split()[1] not in LIBRARY_EVENTS]

    assert [] == unlisted(found["routes"], ROUTES), "add rows to routes.txt"
    assert [] == unlisted(events, EVENTS), "add rows to events.txt"
    assert set(ROLES) == {role.value for role in Role}, "a new role needs a column"


def test_no_name_hides_a_page_or_is_hidden_by_one(found: dict[str, list[str]]) -> None:
    rules = [route.split(" ", 1)[1] for route in found["routes"]]

    assert dict(RESERVED) == shadowed(rules), "put what the right side has into reserved_names.py"
    assert {"exam_session": frozenset({"new"})} == shadowed(["/a/<exam_session>/b", "/a/new"])
    assert {} == shadowed(["/a/<exam_session>/b", "/b/new", "/a/<username>"])


def test_a_route_without_a_row_is_noticed() -> None:
    routes = [route for route, _, _ in ROUTES]

    assert ["GET /new"] == unlisted([*routes, "GET /new"], ROUTES)
    assert ["GET /old"] == unlisted(routes, [*ROUTES, ("GET /old", "-", ())])


@pytest.mark.parametrize(("route", "target", "outcomes"), ROUTES)
def test_a_route_gives_each_role_what_the_table_says(
    building: Building, route: str, target: str, outcomes: tuple[str, ...]
) -> None:
    happened = tuple(try_route(building, route, target, role) for role in ROLES)

    assert dict(zip(ROLES, outcomes, strict=True)) == dict(zip(ROLES, happened, strict=True))


def test_half_a_login_is_the_public_everywhere_but_where_it_goes_on(building: Building) -> None:
    """Whoever gave a password alone, and lacks more, gets what nobody gets."""
    happened = {
        (route, target): try_route(building, route, target, "half")
        for route, target, _ in ROUTES
        if not LOGIN_ROUTES.match(route)
    }

    public = {(route, target): outcomes[0] for route, target, outcomes in ROUTES}
    more = {route for route, target in happened if happened[route, target] != public[route, target]}
    assert more == {"GET /staff/account", "POST /staff/account/password"}


def test_every_event_gives_each_role_what_the_table_says_and_touches_nobody_else(
    building: Building,
) -> None:
    async def walk() -> list[Row]:
        return [
            (event, target, tuple([await try_event(building, event, target, r) for r in ROLES]))
            for event, target, _ in EVENTS
        ]

    happened = asyncio.run(walk())

    assert EVENTS == happened
    entries = journal(building)
    assert {ANI} == {who for kind, who, _ in entries if kind in ("Attached", "Responded", "Viewed")}
    assert {ANI, BUDI} == {who for kind, who, by in entries if kind == "Extended" and by == CITRA}


def test_the_log_holds_no_secret_whoever_walks(building: Building) -> None:
    for route in ("GET /exam", "POST /login", "POST /staff", "POST /api/v1/login"):
        for role in ROLES:
            try_route(building, route, "-", role)
    data = building.server.folder
    tokens = [cookie.split("=")[-1] for cookie in building.cookies.values() if cookie]
    secrets = [PIN, PASSWORD, (data / "secret.key").read_text().strip(), *tokens]
    people = [ANI, BUDI, "Ani Lestari", "Budi Santoso"]

    log = building.server.log()

    assert "server_ready" in log
    assert [] == [word for word in [*secrets, *people] if word in log]


def journal(building: Building) -> list[tuple[str, str, str]]:
    """Kind, sitting and actor of every entry about a sitting."""
    database = building.server.database()
    table = journal_entries.c
    with database.connect() as db:
        rows = db.execute(
            select(table.kind, table.participant_no, table.body).where(
                table.participant_no.is_not(None)
            )
        ).all()
    database.dispose()
    return [(row.kind, row.participant_no, json.loads(row.body).get("by", "")) for row in rows]
