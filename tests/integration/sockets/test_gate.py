"""The gate of the sockets on a real server: forged events, broken packets, locks that must open."""

import asyncio
from contextlib import AsyncExitStack
from random import Random

import pytest

from cat_engine.live import gate
from cat_engine.rehearsal.http import log_in
from tests.cast import ANI, PIN
from tests.integration.fuzz.attack import handshake
from tests.integration.fuzz.frames import TEXT, frame
from tests.integration.server import ServerProcess
from tests.integration.sockets.hall import act_message, candidate_line, proctor_line, run, stations

RNG = Random(1)


async def send_raw(server: ServerProcess, *sent: bytes) -> bytes:
    """Open a socket as Ani, send these frames, and read until the server closes."""
    cookie = await log_in(server.url, participant_no=ANI, pin=PIN)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(handshake(server.port, cookie))
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"".join(sent))
    seen = await reader.read()
    writer.close()
    return seen


def text(packet: str) -> bytes:
    return frame(RNG, packet.encode())


END = text("1")
"""An Engine.IO packet that ends the connection."""


def test_a_page_cannot_forge_the_environment_of_its_connection(hall: ServerProcess) -> None:
    """The library would call the handler of connections with whatever a page emits as `connect`."""
    forged = text('42/candidate,1["connect",{"HTTP_COOKIE":"x","REMOTE_ADDR":{"evil":1}}]')

    async def story() -> None:
        await send_raw(hall, text("40/candidate,"), forged, text('42/candidate,2["enter",{}]'), END)

    run(story)
    assert "127.0.0.1" in stations(hall)
    assert "evil" not in stations(hall)


def test_a_page_cannot_end_its_connection_and_keep_it(shared_hall: ServerProcess) -> None:
    async def story() -> None:
        seen = await send_raw(
            shared_hall,
            text("40/candidate,"),
            text('42/candidate,1["disconnect","x"]'),
            text('42/candidate,2["beat",{}]'),
            END,
        )
        assert b'43/candidate,2[{"ok":true' in seen

    run(story)


@pytest.mark.parametrize(
    "sent",
    [b"", b"x", b"0", b"2", b"5", b"6", b"b4", "４2".encode(), b"451-/candidate,[{}]"],
)
def test_the_third_bad_packet_closes_the_connection(
    shared_hall: ServerProcess, sent: bytes
) -> None:
    """Without waiting for a missed heartbeat; `send_raw` returns when the server has closed."""
    bad = frame(RNG, sent) * gate.OFFENCE_LIMIT

    async def story() -> None:
        seen = await send_raw(
            shared_hall, text("40/candidate,"), bad, text('42/candidate,9["beat",{}]')
        )
        assert b"43/candidate,9" not in seen

    run(story)


def test_two_bad_packets_are_forgiven(shared_hall: ServerProcess) -> None:
    bad = frame(RNG, b"x") * (gate.OFFENCE_LIMIT - 1)

    async def story() -> None:
        beat = text('42/candidate,9["beat",{}]')
        seen = await send_raw(shared_hall, text("40/candidate,"), bad, beat, END)
        assert b'43/candidate,9[{"ok":true' in seen

    run(story)


@pytest.mark.parametrize("piece", [b"", b"x" * 8_000])
def test_a_message_of_endless_fragments_is_cut_off(
    shared_hall: ServerProcess, piece: bytes
) -> None:
    first = frame(RNG, b"4", first=TEXT)
    count = 70_000 if not piece else 10

    async def story() -> None:
        seen = await send_raw(shared_hall, first, frame(RNG, piece, first=0) * count)
        assert b"\x03\xf1" in seen, "closed with 1009, message too large"

    run(story)


def test_an_unknown_message_is_an_offence(shared_hall: ServerProcess) -> None:
    async def story() -> None:
        async with candidate_line(shared_hall.url) as ani:
            reply = await ani.call("no_such_message", {})
            assert (False, "malformed") == (reply["ok"], reply["code"])

    run(story)


def test_a_proctor_releases_a_workstation_that_is_connected(hall: ServerProcess) -> None:
    """The end of the line is itself a command to the sitting that the act has locked."""

    async def story() -> None:
        async with AsyncExitStack() as lines:
            ani = await lines.enter_async_context(candidate_line(hall.url))
            citra = await lines.enter_async_context(proctor_line(hall.url))
            await ani.call("enter", {"station": "pc-1"})

            reply = await citra.call("act", act_message("release", {"participants": [ANI]}))
            pushed, _ = await asyncio.wait_for(ani.pushes.get(), 5)

            assert (1, "taken_over") == (reply["done"], pushed)
        async with candidate_line(hall.url) as ani:
            assert (await ani.call("enter", {"station": "pc-2"}))["ok"]

    run(story)


@pytest.mark.parametrize(
    ("origin", "status"), [("http://127.0.0.1:{port}", 101), ("https://evil.example", 403)]
)
def test_a_socket_opens_for_our_own_pages_alone(
    shared_hall: ServerProcess, origin: str, status: int
) -> None:
    """A browser sends its cookies along from any site: the origin tells them apart."""
    line = f"\r\nOrigin: {origin.format(port=shared_hall.port)}\r\n\r\n".encode()
    request = handshake(shared_hall.port, "").replace(b"\r\n\r\n", line)

    async def story() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", shared_hall.port)
        writer.write(request)
        assert f"HTTP/1.1 {status}".encode() in await reader.readline()
        writer.close()

    run(story)
