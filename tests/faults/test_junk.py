"""Frames that no page of ours sends: no effect, few lines in the log, flat memory. Rows 21, 35."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from cat_engine.rehearsal.http import log_in
from exam_sessions.journal import head
from tests.cast import EXAM_SESSION, PIN
from tests.faults.hall import Hall
from tests.faults.raw import BINARY, CONTINUATION, HANDSHAKE, TEXT, RawSocket, resident_kb, tcp
from tests.faults.test_connections import answer_once
from tests.integration.fuzz.stage import attack
from tests.integration.server import ServerProcess

Say = Callable[[str], None]
LOG_BYTES_AN_OFFENCE = 200
OFFENCE_LIMIT = 5
GIVEN = '"item_no":1,"response":{"choice":"B"}'
JUNK: Mapping[str, str | bytes] = {
    "nan": '42/candidate,1["respond",{"client_seq":NaN,' + GIVEN + "}]",
    "infinity": '42/candidate,1["respond",{"client_seq":Infinity,' + GIVEN + "}]",
    "duplicate key": '42/candidate,1["respond",{"client_seq":1,"client_seq":100001,' + GIVEN + "}]",
    "deep": "42/candidate,1" + "[" * 7_000,
    "long number": '42/candidate,1["respond",{"client_seq":' + "9" * 5_000 + "," + GIVEN + "}]",
    "not json": "42/candidate,1{",
    "no event": "42/candidate,1[]",
    "event of a list": '42/candidate,1[["respond"],{}]',
    "unknown event": '42/candidate,1["no such event",{}]',
    "connect as an event": '42/candidate,1["connect",{"REMOTE_ADDR":"1.2.3.4"}]',
    "disconnect as an event": '42/candidate,1["disconnect"]',
    "unknown namespace": "40/nowhere,",
    "opened again": "40/candidate,",
    "acknowledgement": "43/candidate,1[]",
    "error packet": "44/candidate,{}",
    "binary event": '451-/candidate,["respond",{"_placeholder":true,"num":0}]',
    "binary frame": b"\x80\x04binary",
    "unknown packet": "49",
    "empty": "",
    "no packet": "x",
    "unknown engine packet": "9",
    "upgrade": "5",
    "ping from the page": "2probe",
    "long identifier": "42/candidate," + "1" * 200 + '["beat",{}]',
}
ENDING: Mapping[str, str | bytes] = {
    "oversize": "42/candidate," + "x" * 200_000,
    "not utf-8": b"42/candidate,1[\xff\xfe]",
}
"""Frames of which the first ends the connection."""


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    server = ServerProcess(tmp_path_factory.mktemp("junk") / "data")
    yield Hall.prepare(server, 4)
    server.stop()


@pytest.fixture(scope="module")
def cookie(hall: Hall) -> str:
    return cookie_of(hall)


def cookie_of(hall: Hall) -> str:
    """A login of the first candidate."""
    return asyncio.run(log_in(hall.server.url, participant_no=hall.participant_nos[0], pin=PIN))


def journal_length(hall: Hall) -> int:
    database = hall.server.database()
    with database.connect() as db:
        position = head(db, EXAM_SESSION).position
    database.dispose()
    return position


def is_ended_by(hall: Hall, cookie: str, junk: str | bytes, count: int) -> bool:
    """Send a frame so often; whether the server then ends the connection."""
    with RawSocket(hall.server.url, "/candidate", cookie=cookie) as one:
        opcode = TEXT if isinstance(junk, str) or b"candidate" in junk else BINARY
        try:
            for _ in range(count):
                one.send(junk, opcode=opcode)
        except ConnectionError:
            return True
        return one.is_ended()


@pytest.mark.parametrize("name", [*JUNK, *ENDING])
@pytest.mark.fault(21, bound="no effect; the connection ends; log <= 200 B an offence")
def test_junk_has_no_effect_and_ends_the_connection(
    hall: Hall, cookie: str, name: str, figure: Say
) -> None:
    log_bytes = len(hall.server.log())
    entries = journal_length(hall)
    junk = {**JUNK, **ENDING}[name]

    ended = is_ended_by(hall, cookie, junk, OFFENCE_LIMIT if name in JUNK else 1)

    written = len(hall.server.log()) - log_bytes
    assert ended
    assert entries == journal_length(hall)
    assert written <= LOG_BYTES_AN_OFFENCE * OFFENCE_LIMIT
    assert "Traceback" not in hall.server.log()
    figure(f"{written} B of log")


@pytest.mark.slow
@pytest.mark.fault(21, bound="planted: the library's own dispatch")
def test_junk_through_the_librarys_own_dispatch_is_found(tmp_path: Path) -> None:
    server = ServerProcess(
        tmp_path / "data",
        program=("-m", "tests.faults.planted"),
        environment={"CAT_PLANTED": "no_gate"},
    )
    hall = Hall.prepare(server, 1)
    cookie = asyncio.run(log_in(server.url, participant_no=hall.participant_nos[0], pin=PIN))
    with RawSocket(server.url, "/candidate", cookie=cookie) as one:
        for _ in range(OFFENCE_LIMIT):
            one.send(JUNK["connect as an event"])
        one.send('42/candidate,9["beat",{}]')
        answer = one.receive()
    server.stop()

    assert answer is not None, "the planted server goes on after every offence"


@pytest.mark.fault(21, bound="a message of many frames is bounded like one frame")
def test_a_message_of_many_frames_is_bounded(hall: Hall, cookie: str, figure: Say) -> None:
    process = hall.server.process
    assert process is not None
    with RawSocket(hall.server.url, "/candidate", cookie=cookie) as one:
        before_kb = resident_kb(process.pid)
        one.send("42/candidate,", is_final=False)
        with suppress(ConnectionError):
            for _ in range(1_000):
                one.send("x" * 10_000, opcode=CONTINUATION, is_final=False)
        ended, grown_kb = one.is_ended(), resident_kb(process.pid) - before_kb

    assert ended
    assert grown_kb < 2_048, "of 10 MB that were sent"
    figure(f"{grown_kb} kB of 10 MB kept")


@pytest.mark.fault(21, bound="websockets from before RFC 6455 are refused")
def test_websockets_of_old_protocols_are_refused(hall: Hall) -> None:
    head_text = HANDSHAKE.format(host="x", cookie="", version="")
    with tcp(hall.server.url) as one:
        one.sendall(head_text.encode())
        answer = one.recv(1_000)

    assert b" 400 " in answer.split(b"\r\n")[0]


@pytest.mark.fault(35, bound="<= 200 B of log for each connection that misbehaves; memory flat")
def test_a_flood_of_junk_fills_neither_log_nor_memory(hall: Hall, cookie: str, figure: Say) -> None:
    process = hall.server.process
    assert process is not None
    count = 100
    for _ in range(20):
        is_ended_by(hall, cookie, JUNK["not json"], OFFENCE_LIMIT)
    log_bytes, memory_kb = len(hall.server.log()), resident_kb(process.pid)

    for _ in range(count):
        assert is_ended_by(hall, cookie, JUNK["not json"], OFFENCE_LIMIT)

    written = len(hall.server.log()) - log_bytes
    grown_kb = resident_kb(process.pid) - memory_kb
    assert written <= LOG_BYTES_AN_OFFENCE * count, "log of an offence"
    assert grown_kb < 8_192
    assert answer_once(hall, 1)
    figure(f"{written / count:.0f} B of log and {grown_kb / count:.1f} kB a connection")


@pytest.mark.fault(35, bound="one that floods leaves others their turn")
def test_one_that_floods_leaves_others_their_turn(hall: Hall, cookie: str, figure: Say) -> None:
    with RawSocket(hall.server.url, "/candidate", cookie=cookie) as flood:
        flood.tcp.setblocking(False)  # noqa: FBT003 - the name is the library's
        sent = 0
        try:
            while sent < 20_000:
                flood.send(f'42/candidate,{sent}["beat",{{}}]')
                sent += 1
        except (BlockingIOError, ConnectionError):
            pass

        assert answer_once(hall, 2)

    figure(f"{sent} frames sent")


LEAKING = (
    "-c",
    """
from tests.faults import planted
planted.keep_every_offence()
planted.main()
""",
)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.fault(21, bound="planted: a hundred bytes kept of each bad packet")
def test_a_hundred_bytes_that_each_bad_packet_leaves_are_found(tmp_path: Path, figure: Say) -> None:
    report = attack(tmp_path, LEAKING, seed=1, count=200_000)

    assert ["memory grew"] == [problem[:11] for problem in report.problems()]
    figure(f"seen: {report.rss_growth:+.1%}")
