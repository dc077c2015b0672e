"""Who may not speak, what is refused, and junk that must not harm anybody."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from cat_engine.rehearsal.http import LoginRefused, log_in, log_in_staff
from cat_engine.rehearsal.line import LineDown, open_line
from tests.cast import ANI, BUDI, CITRA, DEWI, PASSWORD, PIN
from tests.integration.server import ServerProcess
from tests.integration.sockets.hall import (
    act_message,
    candidate_line,
    proctor_line,
    repeat,
    run,
)


@pytest.mark.parametrize("namespace", ["/candidate", "/proctor"])
def test_nobody_connects_without_a_login(shared_hall: ServerProcess, namespace: str) -> None:
    async def story() -> None:
        with pytest.raises(LineDown):
            await open_line(shared_hall.url, namespace, "cat-login=guessed")

    run(story)


def test_a_candidate_cannot_be_a_proctor_nor_a_proctor_a_candidate(
    shared_hall: ServerProcess,
) -> None:
    async def story() -> None:
        cookie = await log_in(shared_hall.url, participant_no=ANI, pin=PIN)
        with pytest.raises(LineDown):
            await open_line(shared_hall.url, "/proctor", cookie)
        cookie = await log_in_staff(shared_hall.url, username=CITRA, password=PASSWORD)
        with pytest.raises(LineDown):
            await open_line(shared_hall.url, "/candidate", cookie)

    run(story)


def test_a_proctor_acts_in_the_own_rooms_only(shared_hall: ServerProcess) -> None:
    async def story() -> None:
        async with proctor_line(shared_hall.url, CITRA) as citra:
            other = await citra.call("watch", {"exam_session": "other"})
            act = await citra.call("act", act_message("open", {"room": "B"}, exam_session="other"))
            unknown = await citra.call("watch", {"exam_session": "nowhere"})

        assert ["forbidden", "forbidden", "unknown_session"] == [
            reply["code"] for reply in (other, act, unknown)
        ]

    run(story)


def test_a_wrong_pin_is_refused(shared_hall: ServerProcess) -> None:
    async def story() -> None:
        with pytest.raises(LoginRefused, match="401"):
            await log_in(shared_hall.url, participant_no=ANI, pin="000000")

    run(story)


MALFORMED = [
    ("respond", {"client_seq": 1, "item_no": 1}),
    ("respond", {"client_seq": 1, "item_no": 1, "response": None, "sitting": BUDI}),
    ("respond", {"client_seq": "1", "item_no": 1, "response": None}),
    ("respond", {"client_seq": 1, "item_no": 10**9, "response": None}),
    ("respond", {"client_seq": 1, "item_no": 1, "response": {"choice": 5}}),
    ("respond", {"client_seq": True, "item_no": 1, "response": None}),
    ("respond", {"client_seq": 1.5, "item_no": 1, "response": None}),
    ("enter", {"station": "a" * 201}),
    ("enter", {"station": "nul \0"}),
    ("begin", {"epoch": 1}),
    ("beat", []),
    ("beat", None),
]


@pytest.mark.parametrize(("name", "message"), MALFORMED)
def test_a_malformed_message_is_refused_and_changes_nothing(
    shared_hall: ServerProcess, name: str, message: Any
) -> None:
    async def story() -> None:
        async with candidate_line(shared_hall.url) as ani:
            await ani.call("enter", {"station": "pc"})

            refused = await ani.call(name, message)

            assert (False, "malformed") == (refused["ok"], refused["code"])
            assert refused["message"]
            assert "waiting" != (await ani.call("beat", {}))["status"]

    run(story)


def test_a_connection_that_goes_on_being_malformed_is_closed(shared_hall: ServerProcess) -> None:
    async def story() -> None:
        async with candidate_line(shared_hall.url) as ani:
            for _ in range(4):
                await ani.call("beat", {"x": 1})
            with pytest.raises(LineDown):
                await repeat(3, lambda: ani.call("beat", {"x": 1}))

    run(story)


@pytest.mark.parametrize(
    "frame",
    [
        '42/candidate,1["respond",{"client_seq":NaN,"item_no":1,"response":null}]',
        '42/candidate,1["beat",{"a":1,"a":2}]',
        "42/candidate,1" + "[" * 7_000,
        "42/candidate,1{}",
        '42/candidate,1["no such message",{}]',
        "49",
        "9",
        "",
        "4" + "2" * 5_000,
        '42/nowhere,1["beat",{}]',
        '451-/candidate,[{"_placeholder":true,"num":0}]',
        b"\x80\x04binary",
    ],
)
def test_junk_frames_leave_the_server_well_and_others_unharmed(
    shared_hall: ServerProcess, frame: str | bytes
) -> None:
    async def story() -> None:
        cookie = await log_in(shared_hall.url, participant_no=BUDI, pin=PIN)
        address = shared_hall.url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
        async with connect(address, additional_headers={"Cookie": cookie}) as socket:
            await socket.recv()
            await socket.send("40/candidate,")
            await socket.recv()
            for _ in range(5):
                try:
                    await socket.send(frame)
                except ConnectionClosed:
                    break
        async with candidate_line(shared_hall.url) as ani:
            assert (await ani.call("enter", {"station": "pc"}))["ok"]

    run(story)
    assert "Traceback" not in shared_hall.log()


def test_an_oversize_frame_closes_the_connection_that_sent_it(shared_hall: ServerProcess) -> None:
    async def story() -> None:
        cookie = await log_in(shared_hall.url, participant_no=BUDI, pin=PIN)
        address = shared_hall.url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
        async with connect(address, additional_headers={"Cookie": cookie}) as socket:
            await socket.recv()
            await socket.send("40/candidate,")
            await socket.recv()
            await socket.send("42/candidate," + "x" * 200_000)
            with pytest.raises(ConnectionClosed):
                await repeat(20, socket.recv)

    run(story)


def test_a_flood_from_one_connection_is_slowed_down(hall: ServerProcess) -> None:
    async def story() -> None:
        async with candidate_line(hall.url) as ani:
            await ani.call("enter", {"station": "pc"})
            replies = await asyncio.gather(*(ani.call("beat", {}) for _ in range(300)))

        assert any(reply.get("code") == "slow_down" for reply in replies)
        assert replies[0]["ok"]

    run(story)


def test_naughty_strings_through_every_text_field_of_the_sockets(
    shared_hall: ServerProcess, shared_data: Path
) -> None:
    strings = json.loads((shared_data / "bad-input/blns/blns.json").read_text("utf-8"))

    async def story() -> None:
        codes: set[str] = set()
        for start in range(0, len(strings), 4):  # fewer than the offences that close a connection
            async with proctor_line(shared_hall.url, DEWI) as dewi:
                for text in strings[start : start + 4]:
                    message = act_message("pause", {"participants": [text]}, words=text[:500])
                    for name, sent in (("watch", {"exam_session": text}), ("act", message)):
                        reply = await dewi.call(name, sent)
                        codes.add(reply.get("code", "ok"))
                        if reply.get("code") == "malformed":
                            break
        assert codes <= {"ok", "malformed", "unknown_session"}

    run(story)
    assert "Traceback" not in shared_hall.log()
