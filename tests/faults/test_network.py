"""Networks that break, stations that change: rows 14, 15, 16, 17, 18 and 31."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from cat_engine.rehearsal.line import Line, LineDown
from tests.faults.hall import Hall, await_until
from tests.faults.proxy import Network
from tests.faults.raw import RawSocket, frame
from tests.integration.server import ServerProcess

Say = Callable[[str], None]
PEOPLE = 8
TAKEOVER_LIMIT_S = 2
IDLE_S = 12
"""Two heartbeats as shipped."""


@pytest.fixture
def hall(server: ServerProcess) -> Hall:
    return Hall.prepare(server, PEOPLE)


@pytest.fixture(scope="module")
def shared_hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """A hall for tests of one candidate each."""
    server = ServerProcess(tmp_path_factory.mktemp("network") / "data")
    yield Hall.prepare(server, PEOPLE)
    server.stop()


def run(work: Awaitable[Any]) -> Any:
    """Run a story; none may take longer than a minute."""
    return asyncio.run(asyncio.wait_for(work, 60))


def response(seq: int, item_no: int = 1, letter: str = "B") -> dict[str, Any]:
    return {"client_seq": seq, "item_no": item_no, "response": {"choice": letter}}


async def begin(hall: Hall, number: int = 0, station: str = "pc") -> tuple[Line, int]:
    """A connection whose candidate works, and the first number for its messages."""
    line = await hall.line(hall.participant_nos[number])
    entered = await line.call("enter", {"station": station})
    assert entered["ok"], entered
    await line.call("begin", {})
    return line, int(entered["seq_base"]) + 1


# --- 14, 15 ---


@pytest.mark.fault(14, bound="cut 3 s: 0 lost, everybody goes on")
def test_a_room_whose_network_is_cut_goes_on_after(hall: Hall, figure: Say) -> None:
    with Network(hall.server.port) as network:
        day = hall.day(network.url)
        day.wait_for(0.3)
        network.cut()
        time.sleep(3)
        before = day.answered
        network.mend()
        took_s = await_until(lambda: day.answered > before, "an answer", limit_s=15)

        assert [] == day.violations()
    assert day.reconnects >= PEOPLE
    figure(f"first answer {took_s:.1f} s after the network")


@pytest.mark.slow
@pytest.mark.fault(15, bound="200 to 400 ms each way: 0 lost, 0 connections ended, idle or not")
def test_a_slow_and_uneven_network_loses_nothing(hall: Hall, figure: Say) -> None:
    """Half of the people answer all the time; the others only wait, so heartbeats keep them."""
    half = len(hall.participant_nos) // 2
    working = replace(hall, participant_nos=hall.participant_nos[:half])
    with Network(hall.server.port) as network:
        network.delay_s, network.jitter_s = 0.2, 0.2
        day = working.day(network.url)
        ended = run(_ended_while_idle(hall.behind(network.url), hall.participant_nos[half:]))
        broken = day.violations()

    assert 0 == day.reconnects, "everybody kept their line"
    assert [] == broken
    assert [] == ended, "lines that only wait are kept"
    figure(f"p99 {day.latency_ms(0.99):.0f} ms; {half} idle for {IDLE_S} s kept their line")


async def _ended_while_idle(hall: Hall, participant_nos: Sequence[str]) -> list[str]:
    """Whose line does not outlast some heartbeats."""

    async def wait(participant_no: str) -> bool:
        try:
            line = await hall.line(participant_no)
            await asyncio.sleep(IDLE_S)
            await line.call("enter", {"station": "pc"})
            await line.close()
        except LineDown:
            return False
        return True

    kept = await asyncio.gather(*map(wait, participant_nos))
    return [no for no, is_kept in zip(participant_nos, kept, strict=True) if not is_kept]


# --- 16, 17, 31 ---


@pytest.mark.fault(16, bound="the other seat is in <= 2 s while the old one hangs")
def test_a_seat_whose_cable_is_pulled_is_taken_over_at_once(shared_hall: Hall, figure: Say) -> None:
    async def story(network: Network) -> tuple[float, dict[str, Any]]:
        old, seq = await begin(shared_hall.behind(network.url), 0, station="old")
        assert (await old.call("respond", response(seq)))["ok"]
        network.is_stalled = True
        began_at = time.monotonic()
        new, _ = await begin(shared_hall, 0, station="new")
        took_s = time.monotonic() - began_at
        whole = await new.call("view_sitting", {})
        network.mend()
        late = await _refused(old, response(seq + 1, 2))
        await new.close()
        await old.close()
        assert late
        return took_s, whole

    with Network(shared_hall.server.port) as network:
        took_s, whole = run(story(network))

    assert {"1": {"choice": "B"}} == whole["responses"]
    assert took_s <= TAKEOVER_LIMIT_S
    figure(f"taken over in {took_s:.2f} s")


async def _refused(line: Line, message: dict[str, Any]) -> bool:
    """Whether an answer is refused, or the connection gone."""
    try:
        return not (await line.call("respond", message))["ok"]
    except LineDown:
        return True


@pytest.mark.fault(16, bound="the other seat is in <= 2 s while the old one never reads")
def test_a_seat_that_never_reads_is_taken_over_at_once(shared_hall: Hall, figure: Say) -> None:
    async def story() -> float:
        cookie = await shared_hall.cookie(shared_hall.participant_nos[1])
        with RawSocket(
            shared_hall.server.url, "/candidate", cookie=cookie, receive_bytes=4_096
        ) as old:
            old.send('42/candidate,1["enter",{"station":"old"}]')
            old.tcp.setblocking(False)  # noqa: FBT003 - the name is the library's
            for number in range(90):
                try:
                    old.tcp.send(frame(f'42/candidate,{number}["view_sitting",{{}}]'))
                except BlockingIOError:
                    break
            began_at = time.monotonic()
            new, _ = await begin(shared_hall, 1, station="new")
            took_s = time.monotonic() - began_at
            await new.close()
        return took_s

    took_s = run(story())

    assert took_s <= TAKEOVER_LIMIT_S
    figure(f"taken over in {took_s:.2f} s")


@pytest.mark.fault(17, bound="at most one speaks; the journal has nothing of the other")
def test_of_two_stations_on_one_sitting_the_newer_speaks(shared_hall: Hall) -> None:
    async def story() -> tuple[bool, dict[str, Any], dict[str, Any]]:
        cookie = await shared_hall.cookie(shared_hall.participant_nos[2])
        first, seq = await begin_with(shared_hall, cookie, "first")
        second, newer_seq = await begin_with(shared_hall, cookie, "second")
        refused = await _refused(first, response(seq, 1, "C"))
        saved = await second.call("respond", response(newer_seq, 2))
        whole = await second.call("view_sitting", {})
        await first.close()
        await second.close()
        return refused, saved, whole

    refused, saved, whole = run(story())

    assert refused, "the older station is refused"
    assert saved["ok"]
    assert {"2": {"choice": "B"}} == whole["responses"]


async def begin_with(hall: Hall, cookie: str, station: str) -> tuple[Line, int]:
    """Another connection of the same login."""
    line = await hall.line_with(cookie)
    entered = await line.call("enter", {"station": station})
    await line.call("begin", {})
    return line, int(entered["seq_base"]) + 1


# --- 18 ---


@pytest.mark.fault(18, bound="one entry each; the later answer counts; the same reply again")
def test_messages_doubled_reordered_and_dropped_across_reconnects(shared_hall: Hall) -> None:
    async def story() -> tuple[list[bool], dict[str, Any], int]:
        line, seq = await begin(shared_hall, 3)
        oks = [
            (await line.call("respond", response(seq + 2, 1, "C")))["ok"],
            (await line.call("respond", response(seq, 1, "A")))["ok"],  # overtaken on its way
            (await line.call("respond", response(seq + 2, 1, "C")))["ok"],  # doubled
        ]
        await line.close()  # seq + 1 was dropped with the connection
        line, _ = await begin(shared_hall, 3)
        oks.append((await line.call("respond", response(seq + 1, 2, "D")))["ok"])
        oks.append((await line.call("respond", response(seq + 2, 1, "C")))["ok"])
        oks.append(not (await line.call("respond", response(seq + 2, 1, "E")))["ok"])
        whole = await line.call("view_sitting", {})
        await line.close()
        return oks, whole, seq

    oks, whole, _ = run(story())

    assert all(oks)
    assert {"1": {"choice": "C"}, "2": {"choice": "D"}} == whole["responses"]
    assert [] == shared_hall.findings()


@pytest.mark.fault(31, bound="at most the answer under way is unsaved, and its page knows")
def test_a_workstation_changed_in_the_middle_of_an_item_keeps_what_was_saved(
    shared_hall: Hall,
) -> None:
    async def story() -> tuple[dict[str, Any], bool, bool]:
        old, seq = await begin(shared_hall, 4, station="old")
        for item_no in (1, 2, 3):
            await old.call("respond", response(seq + item_no, item_no))
        await old.close()
        new, newer_seq = await begin(shared_hall, 4, station="new")
        whole = await new.call("view_sitting", {})
        saved = (await new.call("respond", response(newer_seq, 4)))["ok"]
        # The old machine comes back with an answer in its outbox: its login has ended.
        again = await _refused(old, response(seq + 9, 5))
        await new.close()
        return whole, saved, again

    whole, saved, again = run(story())

    assert {"1", "2", "3"} == set(whole["responses"]), "what was saved is shown"
    assert saved
    assert again
