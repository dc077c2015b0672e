"""Nothing of a sealed item is seen too early: on disk, in logs, on the line, by any role.

Every text of every item holds a canary. Everything the server keeps and gives is searched for it
before the custodians open the seal, and afterwards.
"""

import base64
import shutil
from typing import Any

import pytest
from sqlalchemy import select

from cat_engine.accounts.user import Role
from cat_engine.cli import seal_client
from cat_engine.clock import wall_now
from cat_engine.rehearsal.http import log_in, log_in_staff
from cat_engine.rehearsal.line import open_line
from question_bank import sealing, shares, store
from question_bank.tables import metadata
from tests.cast import ANI, BUDI, CITRA, DEWI, EXAM_SESSION, PASSWORD, PIN, ROOM
from tests.integration.sealed_hall import (
    CANARIES,
    DAY_MS,
    IN_DELIVERIES,
    PICTURE,
    SVG,
    Sealed,
    canaries_in,
    canaries_on_disk,
    plan_session,
    seal_canaries,
)
from tests.integration.server import ServerProcess, add_staff
from tests.integration.sockets.hall import act_message, run
from tests.integration.sockets.walk import as_bytes, every_path, fetch

ROLES = ("public", "candidate", "proctor", "author", "reviewer", "administrator")


def prepare(server: ServerProcess, sealed: Sealed) -> None:
    database = server.database()
    plan_session(database, sealed.package)
    for username, role in ((DEWI, Role.ADMINISTRATOR), ("eka", Role.AUTHOR),
                           ("fajar", Role.REVIEWER)):  # fmt: skip
        add_staff(database, username, role)
    add_staff(database, CITRA, Role.PROCTOR, frozenset({(EXAM_SESSION, ROOM)}))
    database.dispose()
    (server.folder / "kept.seal").write_text(sealing.to_text(sealed.package), encoding="utf-8")


@pytest.fixture
def early(server: ServerProcess) -> tuple[ServerProcess, Sealed]:
    """A server with a seal whose window opens tomorrow."""
    now = wall_now()
    sealed = seal_canaries(opens_at=now + DAY_MS, closes_at=now + 2 * DAY_MS)
    prepare(server, sealed)
    return server, sealed


@pytest.fixture
def today(server: ServerProcess) -> tuple[ServerProcess, Sealed]:
    """A server with a seal whose window is open."""
    now = wall_now()
    sealed = seal_canaries(opens_at=now - 1_000, closes_at=now + DAY_MS)
    prepare(server, sealed)
    return server, sealed


async def cookies_of(url: str) -> dict[str, str]:
    async def staff(username: str) -> str:
        return await log_in_staff(url, username=username, password=PASSWORD)

    return {
        "public": "",
        "candidate": await log_in(url, participant_no=ANI, pin=PIN),
        "proctor": await staff(CITRA),
        "author": await staff("eka"),
        "reviewer": await staff("fajar"),
        "administrator": await staff(DEWI),
    }


async def open_rooms(url: str, *acts: str) -> list[Any]:
    cookie = await log_in_staff(url, username=DEWI, password=PASSWORD)
    line = await open_line(url, "/proctor", cookie)
    replies = [await line.call("act", act_message(act, {"room": ROOM})) for act in acts]
    replies.append(await line.call("watch", {"exam_session": EXAM_SESSION}))
    await line.close()
    return replies


def give(server: ServerProcess, sealed: Sealed, *indices: int) -> list[seal_client.Reply]:
    with seal_client.signed_in(server.url, DEWI, PASSWORD) as client:
        return [
            client.give(sealed.package.seal, shares.to_text(sealed.shares[index]))
            for index in indices
        ]


async def walk(server: ServerProcess, *, skip: tuple[str, ...] = ()) -> dict[str, bytes]:
    """Everything that every role can fetch, by role."""
    cookies = await cookies_of(server.url)
    seen = {}
    for role in ROLES:
        if role not in skip:
            paths = [*every_path(), f"/media/{PICTURE.name}", "/bank/items/small/twk-001"]
            seen[role] = b"".join([fetch(server, path, cookies[role]) for path in paths])
    return seen


def test_before_the_window_nothing_of_an_item_is_anywhere(
    early: tuple[ServerProcess, Sealed],
) -> None:
    server, sealed = early

    async def story() -> None:
        replies = await open_rooms(server.url, "open", "start")
        assert [True, False] == [reply["ok"] for reply in replies[:2]]
        assert "sealed" == replies[1]["code"]
        refused = give(server, sealed, 0, 1)
        assert all(reply.refusal and not reply.is_open for reply in refused)
        cookie = await log_in(server.url, participant_no=ANI, pin=PIN)
        line = await open_line(server.url, "/candidate", cookie)
        seen = [as_bytes(await line.call("enter", {"station": "pc"})), as_bytes(replies)]
        seen += [as_bytes(await line.call(e, {})) for e in ("beat", "begin", "view_sitting")]
        await line.close()
        seen += (await walk(server)).values()

        assert set() == canaries_in(b"".join(seen))
        _assert_nothing_on_disk(server, sealed)

    run(story)


def test_after_the_opening_only_candidates_deliveries_hold_it_and_still_no_disk(
    today: tuple[ServerProcess, Sealed],
) -> None:
    server, sealed = today

    async def story() -> None:
        await open_rooms(server.url, "open")
        assert set() == canaries_in(b"".join((await walk(server)).values()))
        first, second = give(server, sealed, 2, 0)
        assert (1, 2, False) == (first.given, first.needed, first.is_open)
        assert second.is_open
        replies = await open_rooms(server.url, "start")
        assert replies[0]["ok"]
        cookie = await log_in(server.url, participant_no=BUDI, pin=PIN)
        line = await open_line(server.url, "/candidate", cookie)
        entered = await line.call("enter", {"station": "pc"})
        begun = await line.call("begin", {})
        delivered = as_bytes([entered, begun])
        for number, item in enumerate(begun["items"], start=1):
            response = {"text": "salah"} if item["kind"] == "text" else {"choice": "A"}
            given = {"client_seq": entered["seq_base"] + number, "response": response}
            reply = await line.call("respond", given | {"item_no": item["item_no"]})
            assert reply["ok"], reply
        assert set(IN_DELIVERIES) == canaries_in(delivered)
        assert SVG in fetch(server, f"/media/{PICTURE.name}", cookie)
        await line.close()

        seen = await walk(server, skip=("candidate",))
        others = b"".join(seen.values()).replace(SVG, b"")
        assert set() == canaries_in(others), "staff and public see no item"
        assert set() == canaries_in(as_bytes(replies))
        _assert_nothing_on_disk(server, sealed)

    run(story)


def test_the_search_finds_what_was_not_sealed(server: ServerProcess) -> None:
    """The same search over an installation that holds the items in clear: it must find them."""
    sealed = seal_canaries(opens_at=0, closes_at=DAY_MS)
    database = server.database()
    with database.begin() as db:
        store.add_items(db, sealed.items, {PICTURE.name: SVG})
    database.dispose()
    log = server.folder / "server.log"
    log.write_text(f"{log.read_text()}\nshare {shares.to_text(sealed.shares[0])}\n")

    found = set().union(*canaries_on_disk(server.folder).values())

    assert set(CANARIES) == found
    with pytest.raises(AssertionError):
        _assert_nothing_on_disk(server, sealed)


def _assert_nothing_on_disk(server: ServerProcess, sealed: Sealed) -> None:
    """Database, WAL, log, kept package, a dump: no canary, no share, no key."""
    database = server.database()
    with database.connect() as db:
        dump = "\n".join(
            repr(tuple(row))
            for table in metadata.sorted_tables
            for row in db.execute(select(table))
        )
    database.dispose()
    copy = server.folder / "dump"
    copy.mkdir(exist_ok=True)
    (copy / "dump.sql").write_text(dump, encoding="utf-8")
    assert {} == canaries_on_disk(server.folder)
    key = shares.combine(sealed.shares)
    secrets = [key, *(share.value for share in sealed.shares)]
    for path in server.folder.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        for secret in secrets:
            forms = (secret, secret.hex().encode(), base64.b64encode(secret))
            assert not any(form in data for form in forms), path
        for share in sealed.shares:
            rows = shares.to_text(share).encode().split(b"\n")
            assert not any(row in data for row in rows), path
    shutil.rmtree(copy)
