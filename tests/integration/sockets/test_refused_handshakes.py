"""Handshakes that are refused at the sockets' door are counted like refused requests."""

import asyncio

import pytest

from cat_engine.rehearsal.http import log_in
from cat_engine.rehearsal.line import LineDown, open_line
from tests.cast import ANI, PIN
from tests.integration.fuzz.attack import handshake
from tests.integration.server import ServerProcess
from tests.integration.sockets.hall import run

KINDS = ((400, "no_handshake"), (401, "not_signed_in"), (403, "foreign_origin"), (403, "forbidden"))


async def knock(port: int, request: bytes) -> bytes:
    """Send a request and read the first line of its answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    line = await reader.readline()
    writer.close()
    return line


def test_refused_handshakes_are_counted_by_kind(shared_hall: ServerProcess) -> None:
    before = [shared_hall.refused_count(*kind) for kind in KINDS]
    lines = shared_hall.log().count("request_refused")
    proper = handshake(shared_hall.port, "")

    async def story() -> None:
        foreign = proper.replace(b"\r\n\r\n", b"\r\nOrigin: https://evil.example\r\n\r\n")
        assert b"403" in await knock(shared_hall.port, foreign)
        assert b"400" in await knock(shared_hall.port, proper.replace(b"EIO=4", b"EIO=3"))
        with pytest.raises(LineDown):
            await open_line(shared_hall.url, "/proctor", "cat-login=guessed")
        cookie = await log_in(shared_hall.url, participant_no=ANI, pin=PIN)
        with pytest.raises(LineDown):
            await open_line(shared_hall.url, "/proctor", cookie)

    run(story)

    after = [shared_hall.refused_count(*kind) for kind in KINDS]
    assert [1, 1, 1, 1] == [now - then for now, then in zip(after, before, strict=True)]
    assert 3 == shared_hall.log().count("request_refused") - lines
    assert "evil.example" not in shared_hall.log()


def test_a_workstation_without_the_code_of_a_check_counts_as_refused(
    shared_hall: ServerProcess,
) -> None:
    before = shared_hall.refused_count(403, "forbidden")

    async def story() -> None:
        with pytest.raises(LineDown):
            await open_line(shared_hall.url, "/ready", "")

    run(story)
    assert 1 == shared_hall.refused_count(403, "forbidden") - before
