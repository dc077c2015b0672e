"""Too many connections, too slow ones, readers that never read: rows 6, 19, 20, 23."""

import asyncio
import resource
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from cat_engine.rehearsal.http import log_in
from tests.cast import PIN
from tests.faults.hall import Hall, await_until
from tests.faults.raw import RawSocket, descriptor_count, frame, resident_kb, tcp
from tests.integration.server import ServerProcess

Say = Callable[[str], None]
SLOW_COUNT = 300
NOT_SIGNED_IN = b"44/candidate,"
"""What an answer of a working server to somebody without a login begins with."""
DRIPPING_POST = (
    b"POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    b"X-Requested-With: cat-engine\r\nContent-Length: 60000\r\n\r\n"
)


@pytest.fixture
def few_descriptors(tmp_path: Path) -> Iterator[ServerProcess]:
    """A server that may open 256 descriptors."""
    process = ServerProcess(tmp_path / "data", prefix=("prlimit", "--nofile=256:256"))
    process.start()
    yield process
    process.stop()


@pytest.fixture
def hall(server: ServerProcess) -> Hall:
    return Hall.prepare(server, 4)


def answer_once(hall: Hall, number: int = 0) -> bool:
    """Whether a candidate can log in, enter and have an answer stored."""

    async def story() -> bool:
        line = await hall.line(hall.participant_nos[number])
        try:
            entered = await line.call("enter", {"station": "pc"})
            begun = await line.call("begin", {})
            seq = max(entered["seq_base"], entered["last_seq"]) + 1
            message = {"client_seq": seq, "item_no": 1, "response": {"choice": "B"}}
            saved = await line.call("respond", message)
            return bool(entered["ok"] and begun["ok"] and saved["ok"])
        finally:
            await line.close()

    return asyncio.run(asyncio.wait_for(story(), 30))


@pytest.mark.fault(6, bound="accepting goes on; <= 5 s after release everybody is served")
def test_without_descriptors_the_server_goes_on_and_serves_again_after(
    hall: Hall, figure: Say
) -> None:
    process = hall.server.process
    assert process is not None
    _, most = resource.prlimit(process.pid, resource.RLIMIT_NOFILE)
    with ExitStack() as held:
        ani = held.enter_context(RawSocket(hall.server.url))
        used = descriptor_count(process.pid)
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (used, most))
        waiting = [held.enter_context(tcp(hall.server.url)) for _ in range(20)]
        await_until(lambda: "EMFILE" in hall.server.log(), "the alarm in the log")
        answer = ani.ask("40/candidate,")

        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (most, most))
        took_s = await_until(lambda: hall.server.get("/healthz") == 200, "an answer", limit_s=5)
        assert len(waiting) == 20

    assert answer.startswith(NOT_SIGNED_IN)
    assert answer_once(hall)
    assert hall.server.log().count("EMFILE") <= 20
    figure(f"{took_s:.2f} s after release")


@pytest.mark.slow
@pytest.mark.fault(6, bound="planted: a loop of accepting that ends at its first error")
def test_without_descriptors_a_loop_that_ends_is_found(tmp_path: Path) -> None:
    server = ServerProcess(
        tmp_path / "data",
        program=("-m", "tests.faults.planted"),
        environment={"CAT_PLANTED": "accept_once_failed"},
    )
    server.start()
    assert server.process is not None
    _, most = resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE)
    try:
        used = descriptor_count(server.process.pid)
        resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (used, most))
        assert server.get("/healthz") is None
        resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (most, most))
        with pytest.raises(AssertionError, match="an answer"):
            await_until(lambda: server.get("/healthz") == 200, "an answer", limit_s=2)
    finally:
        server.kill()


@pytest.mark.fault(23, bound="beyond the limit: told to come again at once, nobody hangs")
def test_a_connection_beyond_the_limit_is_told_to_come_again(
    few_descriptors: ServerProcess, figure: Say
) -> None:
    with ExitStack() as held:
        inside = [held.enter_context(RawSocket(few_descriptors.url)) for _ in range(128)]

        refused = few_descriptors.get("/healthz")
        held.close()
        await_until(lambda: few_descriptors.get("/healthz") == 200, "an answer", limit_s=5)

    assert 503 == refused
    assert few_descriptors.refused_count(503, "full") >= 1
    figure(f"{len(inside)} of {len(inside)} inside, the next got 503")


@pytest.mark.fault(23, bound="1,025 and more in one process, everybody answered")
def test_connection_1025_is_served_like_the_first(server: ServerProcess, figure: Say) -> None:
    with ExitStack() as held:
        sockets = [held.enter_context(RawSocket(server.url)) for _ in range(1_100)]

        for one in (sockets[0], sockets[1_024], sockets[-1]):
            assert one.ask("40/candidate,").startswith(NOT_SIGNED_IN)
        assert 200 == server.get("/healthz")

    figure(f"{len(sockets):,} connections")


@pytest.mark.fault(19, bound="<= 1 MB a connection; others unaffected")
def test_a_reader_that_never_reads_costs_little_and_is_let_go(hall: Hall, figure: Say) -> None:
    process = hall.server.process
    assert process is not None
    before_kb = resident_kb(process.pid)
    cookie = asyncio.run(log_in(hall.server.url, participant_no=hall.participant_nos[0], pin=PIN))
    with ExitStack() as held:
        greedy = [
            held.enter_context(
                RawSocket(hall.server.url, "/candidate", cookie=cookie, receive_bytes=4_096)
            )
            for _ in range(10)
        ]
        for one in greedy:
            one.send('42/candidate,1["enter",{"station":"pc"}]')
            for number in range(400):
                one.tcp.setblocking(False)  # noqa: FBT003 - the name is the library's
                try:
                    one.tcp.send(frame(f'42/candidate,{number}["view_sitting",{{}}]'))
                except BlockingIOError:
                    break
        answered = answer_once(hall, 1)
        most_kb = resident_kb(process.pid)

    assert answered
    assert most_kb - before_kb < 10 * 1_024 + 8_192, "10 readers, and what a login costs"
    figure(f"{(most_kb - before_kb) / 10:.0f} kB a reader")


@pytest.mark.fault(20, bound="real clients answered beside 300 slow heads")
def test_heads_that_never_end_leave_the_server_to_others(hall: Hall, figure: Say) -> None:
    with ExitStack() as held:
        slow: list[socket.socket] = []
        for _ in range(SLOW_COUNT):
            one = held.enter_context(tcp(hall.server.url))
            one.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
            slow.append(one)

        assert answer_once(hall)
        for one in slow:
            one.sendall(b"z")

    figure(f"{SLOW_COUNT} slow heads, others answered")


@pytest.mark.slow
@pytest.mark.parametrize(
    "opening",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ",
        DRIPPING_POST,
    ],
    ids=["head", "body"],
)
@pytest.mark.fault(20, bound="a connection that drips ends within 30 s and some")
def test_a_request_that_drips_is_ended(server: ServerProcess, opening: bytes, figure: Say) -> None:
    with tcp(server.url) as slow:
        slow.sendall(opening)
        slow.settimeout(0.5)
        ended: list[bytes] = []

        def drip() -> bool:
            try:
                slow.sendall(b"z")
                ended.append(slow.recv(1_000))
            except TimeoutError:
                return False
            except OSError:
                ended.append(b"")
            return True

        took_s = await_until(drip, "the end of the connection", limit_s=45)

    assert ended
    figure(f"ended after {took_s:.0f} s")
