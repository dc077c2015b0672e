"""The sockets of a real server: who may speak, what is refused, what never goes out."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from flask import Flask
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from cat_engine.accounts import passwords
from cat_engine.accounts.user import Role
from cat_engine.hall import Hall
from cat_engine.http import admin, api, candidate, health, media, proctor, public
from cat_engine.rehearsal.http import LoginRefused, get_json, log_in, log_in_staff
from cat_engine.rehearsal.line import Line, LineDown, open_line
from exam_sessions import store
from question_bank.item import Option
from scoring.response import Choice
from scoring.rule import KeyRule
from tests.cast import ANI, BUDI, CITRA, DEWI, EXAM_SESSION, PASSWORD, PIN, ROOM
from tests.factories import add_exam_session, get_bank, get_enrolment
from tests.integration.server import ServerProcess, add_staff

CANARY = "kenari-rahasia"
Json = dict[str, Any]


@pytest.fixture
def hall(server: ServerProcess) -> ServerProcess:
    """A server of this test's own, with an exam session opened and started."""
    return _prepare(server)


@pytest.fixture(scope="module")
def shared_hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """The same for tests that leave no trace but what they must not."""
    folder = tmp_path_factory.mktemp("hall")
    config = folder / "config.yaml"
    config.write_text("line:\n  message_rate_per_s: 2000\n")
    process = ServerProcess(folder / "data", config=config)
    process.start()
    yield _prepare(process)
    process.stop()


def _prepare(server: ServerProcess) -> ServerProcess:
    """Store an exam session whose secrets carry a canary; open and start its room."""
    database = server.database()
    pin_hash = passwords.hash_pin(PIN)
    people = [
        get_enrolment(ANI, "1", pin_hash=pin_hash),
        get_enrolment(BUDI, "2", pin_hash=pin_hash),
    ]
    add_exam_session(database, people, items=[_with_canary(item) for item in get_bank()])
    with database.begin() as db:
        store.add_session(
            db,
            store.SessionPlan("other", f"exam-{EXAM_SESSION}", "Lain", 0, 0, "none", "live"),
            [store.Room("other", "B", "Ruang B", 5)],
        )
    add_staff(database, DEWI, Role.ADMINISTRATOR)
    add_staff(database, CITRA, Role.PROCTOR, frozenset({(EXAM_SESSION, ROOM)}))
    asyncio.run(_open_and_start(server.url))
    database.dispose()
    return server


def _with_canary(item: Any) -> Any:
    """Option names, item names and explanations that must never be seen outside."""
    options = tuple(Option(f"{CANARY}-{one.id}", one.text) for one in item.options)
    return replace(
        item,
        id=f"{item.id}-{CANARY}",
        topic=CANARY,
        options=options,
        rule=KeyRule(Choice(f"{CANARY}-a")),
        explanation=f"{CANARY} {item.id}",
    )


async def _open_and_start(url: str) -> None:
    async with proctor_line(url, DEWI) as line:
        for act in ("open", "start"):
            reply = await line.call("act", act_message(act, {"room": ROOM}))
            assert reply["ok"], reply


def act_message(act: str, targets: Json, **changes: Any) -> Json:
    message = {
        "act_id": f"{act}-{json.dumps(targets, sort_keys=True)}",
        "exam_session": EXAM_SESSION,
        "act": act,
        "targets": targets,
        "reason": "technical",
    }
    return message | changes


@asynccontextmanager
async def candidate_line(url: str, participant_no: str = ANI) -> AsyncIterator[Line]:
    cookie = await log_in(url, participant_no=participant_no, pin=PIN)
    line = await open_line(url, "/candidate", cookie)
    try:
        yield line
    finally:
        await line.close()


@asynccontextmanager
async def proctor_line(url: str, username: str = CITRA) -> AsyncIterator[Line]:
    cookie = await log_in_staff(url, username=username, password=PASSWORD)
    line = await open_line(url, "/proctor", cookie)
    try:
        yield line
    finally:
        await line.close()


def run(work: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(cast("Any", work()), 60))


def test_an_answer_is_saved_and_comes_back_at_another_workstation(hall: ServerProcess) -> None:
    async def story() -> None:
        async with candidate_line(hall.url) as first:
            entered = await first.call("enter", {"station": "pc-1"})
            begun = await first.call("begin", {})
            seq = entered["seq_base"] + 1
            saved = await first.call(
                "respond", {"client_seq": seq, "item_no": 1, "response": {"choice": "C"}}
            )
            flagged = await first.call(
                "flag", {"client_seq": seq + 1, "item_no": 2, "flagged": True}
            )
        cookie = await log_in(hall.url, participant_no=ANI, pin=PIN)
        second = await open_line(hall.url, "/candidate", cookie)
        again = await second.call("enter", {"station": "pc-2"})
        await second.close()

        assert (True, seq) == (saved["ok"], saved["saved"])
        assert flagged["ok"]
        assert begun["items"] == again["items"]
        assert ({"1": {"choice": "C"}}, [2]) == (again["responses"], again["flags"])
        assert again["time_left_ms"] <= begun["time_left_ms"]

    run(story)


def test_the_newer_connection_takes_over_and_the_older_is_told_and_closed(
    hall: ServerProcess,
) -> None:
    async def story() -> None:
        cookie = await log_in(hall.url, participant_no=ANI, pin=PIN)
        older = await open_line(hall.url, "/candidate", cookie)
        newer = await open_line(hall.url, "/candidate", cookie)
        await older.call("enter", {"station": "pc-1"})

        await newer.call("enter", {"station": "pc-2"})

        name, _ = await asyncio.wait_for(older.pushes.get(), 5)
        reply = await newer.call("begin", {})
        assert ("taken_over", "working") == (name, reply["status"])
        await newer.close()
        await older.close()

    run(story)


def test_a_proctor_pauses_extends_and_resumes_and_the_candidate_learns_it(
    hall: ServerProcess,
) -> None:
    async def story() -> None:
        async with candidate_line(hall.url) as ani, proctor_line(hall.url) as citra:
            await ani.call("enter", {"station": "pc"})
            begun = await ani.call("begin", {})
            watching = await citra.call("watch", {"exam_session": EXAM_SESSION})
            mine = {"participants": [ANI]}

            await citra.call("act", act_message("pause", mine))
            hint, _ = await asyncio.wait_for(ani.pushes.get(), 5)
            paused = await ani.call("view_sitting", {})
            await citra.call("act", act_message("extend", mine, minutes=5))
            await citra.call("act", act_message("extend", mine, minutes=5))
            await citra.call("act", act_message("resume", mine))
            resumed = await ani.call("beat", {})

            assert {ANI, BUDI} == {row["participant_no"] for row in watching["rows"]}
            assert ("changed", "paused", []) == (hint, paused["status"], paused["items"])
            assert ("working", 300_000) == (resumed["status"], resumed["extra_ms"])
            assert resumed["time_left_ms"] > begun["time_left_ms"] + 200_000

    run(story)


def test_the_proctor_screen_follows_by_deltas(hall: ServerProcess) -> None:
    async def story() -> None:
        async with candidate_line(hall.url) as ani, proctor_line(hall.url) as citra:
            watching = await citra.call("watch", {"exam_session": EXAM_SESSION})
            await ani.call("enter", {"station": "pc"})
            await ani.call("begin", {})

            version, seen = watching["version"], {}
            while seen.get("status") != "working":
                name, delta = await asyncio.wait_for(citra.pushes.get(), 10)
                assert ("delta", version + 1) == (name, delta["version"])
                version = delta["version"]
                seen = next((r for r in delta["rows"] if r["participant_no"] == ANI), seen)
            assert seen["line"] is True

    run(story)


def test_a_board_reader_gets_deltas_that_make_the_snapshot(hall: ServerProcess) -> None:
    async def story() -> None:
        reader = await open_line(hall.url, "/board", "")
        try:
            async with candidate_line(hall.url) as ani:
                entered = await ani.call("enter", {"station": "pc"})
                await ani.call("begin", {})
                snapshot = await _board_with(hall, lambda rows: len(rows) == 2)
                watching = await reader.call("watch", {"board": EXAM_SESSION})
                given = {"item_no": 1, "response": {"choice": "A"}}
                await ani.call("respond", {"client_seq": entered["seq_base"] + 1} | given)
                rows = snapshot["rows"]
                while not any(row["answered"] for row in rows):
                    name, delta = await asyncio.wait_for(reader.pushes.get(), 10)
                    assert name == "delta"
                    rows = _apply(rows, delta)
                newest = await _board_with(hall, lambda rows: any(r["answered"] for r in rows))
            assert watching["ok"]
            assert newest["rows"] == rows
        finally:
            await reader.close()

    run(story)


async def _board_with(server: ServerProcess, is_there: Callable[[list[Json]], bool]) -> Json:
    for _ in range(100):
        snapshot: Json = await get_json(server.url, f"/api/v1/boards/{EXAM_SESSION}")
        if is_there(snapshot.get("rows", [])):
            return snapshot
        await asyncio.sleep(0.1)
    raise AssertionError("the board did not follow")


def _apply(rows: list[Json], delta: Json) -> list[Json]:
    """What a page does with a delta."""
    named = {row["id"] for _, row in delta["rows"]} | set(delta["removed"])
    kept = [row for row in rows if row["id"] not in named]
    for position, row in delta["rows"]:
        kept.insert(position, row)
    return kept


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
                for _ in range(3):
                    await asyncio.wait_for(ani.call("beat", {"x": 1}), 5)

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
            with pytest.raises(ConnectionClosed):
                await socket.send("42/candidate," + "x" * 200_000)
                for _ in range(20):
                    await asyncio.wait_for(socket.recv(), 5)

    run(story)


def test_a_flood_from_one_connection_is_slowed_down(hall: ServerProcess) -> None:
    async def story() -> None:
        async with candidate_line(hall.url) as ani:
            await ani.call("enter", {"station": "pc"})
            replies = await asyncio.gather(*(ani.call("beat", {}) for _ in range(300)))

        assert any(reply.get("code") == "slow_down" for reply in replies)
        assert replies[0]["ok"]

    run(story)


def test_no_key_leaves_the_server_by_any_route_or_event_for_any_role(
    hall: ServerProcess,
) -> None:
    """A canary stands in every item's name, topic, option names, key and explanation."""

    async def story() -> None:
        seen: list[bytes] = []
        cookies = {
            "public": "",
            "candidate": await log_in(hall.url, participant_no=ANI, pin=PIN),
            "proctor": await log_in_staff(hall.url, username=CITRA, password=PASSWORD),
            "administrator": await log_in_staff(hall.url, username=DEWI, password=PASSWORD),
        }
        line = await open_line(hall.url, "/candidate", cookies["candidate"])
        seen += await _whole_sitting(line)
        for cookie in cookies.values():
            seen += [_get(hall, path, cookie) for path in _paths()]
        citra = await open_line(hall.url, "/proctor", cookies["proctor"])
        seen.append(_bytes(await citra.call("watch", {"exam_session": EXAM_SESSION})))
        await citra.close()
        await line.close()

        assert any(b"Soal twk" in body for body in seen), "the walk saw items"
        assert [] == [body[:300] for body in seen if CANARY.encode() in body]

    run(story)


async def _whole_sitting(line: Line) -> list[bytes]:
    seen = [await line.call("enter", {"station": "pc"}), await line.call("beat", {})]
    seq = seen[0]["seq_base"]
    while seen[-1].get("status") != "finished":
        begun = await line.call("begin", {})
        for item in begun["items"]:
            seq += 3
            place = {"item_no": item["item_no"]}
            seen.append(await line.call("view", {"client_seq": seq - 2} | place))
            seen.append(await line.call("flag", {"client_seq": seq - 1, "flagged": True} | place))
            given = {"client_seq": seq, "response": {"choice": "B"}}
            seen.append(await line.call("respond", given | place))
        seen.append(begun)
        seen.append(await line.call("view_sitting", {}))
        seq += 1
        seen.append(await line.call("end_part", {"client_seq": seq}))
    return [_bytes(one) for one in seen]


def _paths() -> list[str]:
    """Every address of the program, so that a new route cannot be forgotten."""
    app = Flask("walk")
    for module in (public, api, health, candidate, proctor, admin, media):
        app.register_blueprint(
            module.make_blueprint(cast("Hall", SimpleNamespace(engine=object())))
        )
    values = {
        "exam_session": EXAM_SESSION,
        "digest": "0" * 64,
        "extension": "svg",
        "kind": "json",
        "filename": "pages.css",
        "path": "pages.css",
    }
    paths = []
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()):
            paths.append(rule.build({name: values[name] for name in rule.arguments})[1])  # type: ignore[index]
    assert len(paths) > 20
    return paths


def _get(server: ServerProcess, path: str, cookie: str) -> bytes:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        response = connection.getresponse()
        assert response.status < 500, path
        return response.read() + str(response.headers).encode()
    finally:
        connection.close()


def _bytes(message: object) -> bytes:
    return json.dumps(message, ensure_ascii=False).encode()


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
