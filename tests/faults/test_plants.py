"""Every row can fail: its own test is run on a program without what the row rests on.

The defects stand in `planted.py`; rows whose planted test needs the row's own fixtures have it in
the row's file.
"""

import functools
import gc
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import DatabaseError

from cat_engine.rehearsal import http, virtual
from cat_engine.rehearsal.http import LoginRefused
from cat_engine.rehearsal.line import LineDown
from tests.faults import hall as halls
from tests.faults import (
    test_clock,
    test_connections,
    test_disk,
    test_junk,
    test_network,
    test_people,
    test_record,
)
from tests.faults.hall import Hall, end_of
from tests.integration.server import ServerProcess

Test = Callable[..., None]
SHORT_S = 8
LEFT_OPEN = (
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
)
"""A check that breaks off leaves its connections to whoever collects them."""
SOON = pytest.mark.usefixtures("soon")


def plant(
    row: int,
    defect: str,
    *,
    bound: str,
    error: str | None,
    kind: type[Exception] | tuple[type[Exception], ...] = AssertionError,
    people: int = 2,
    marks: tuple[Any, ...] = (),
) -> Callable[[Test], Test]:
    """Run what is decorated on a program with a defect; it passes when the check in it fails.

    Args:
        row: of the matrix.
        defect: a function of `planted.py`; empty: the test itself plants one.
        bound: what is planted, in words.
        error: what the check says, as a pattern; None where the server itself ends.
        kind: of the exception.
        people: in the hall, where the test has one.
        marks: more marks of the test.
    """

    def decorate(test: Test) -> Test:
        @functools.wraps(test)
        def turns_red(**given: Any) -> None:
            with pytest.raises(kind, match=error):
                test(**given)
            gc.collect()  # the connections of a check that broke off, here and not in another test

        marked: Test = turns_red
        own = pytest.mark.fault(row, bound=bound), pytest.mark.planted(defect, people)
        for mark in (*own, pytest.mark.slow, *LEFT_OPEN, *marks):
            marked = mark(marked)
        return marked

    return decorate


def quiet(_figure: str) -> None:
    """The figure of a row that is meant to break says nothing."""


@pytest.fixture
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ServerProcess]:
    """A server with the defect, not yet started."""
    defect, _ = request.node.get_closest_marker("planted").args
    program = ("-m", "tests.faults.planted") if defect else ("-m", "cat_engine")
    config = tmp_path / "settings.yaml"
    config.write_text("{}\n")
    made = ServerProcess(
        tmp_path / "data", program=program, environment={"CAT_PLANTED": defect}, config=config
    )
    yield made
    if made.process is not None and made.process.poll() is None:
        made.kill()


@pytest.fixture
def running(server: ServerProcess) -> ServerProcess:
    """The same, started, with an empty database."""
    server.start()
    return server


@pytest.fixture
def hall(request: pytest.FixtureRequest, server: ServerProcess) -> Hall:
    """The same with people who may begin."""
    _, people = request.node.get_closest_marker("planted").args
    return Hall.prepare(server, people)


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long for what will not come."""
    monkeypatch.setattr(virtual, "GIVE_UP_S", SHORT_S)
    monkeypatch.setattr(http, "TIMEOUT_S", SHORT_S)
    monkeypatch.setattr(halls, "DAY_LIMIT_S", 4 * SHORT_S)


# --- what was acknowledged is on disk: 3, 4, 7; others at the database: 10 ---


@plant(3, "try_again", bound="planted: a failed commit is tried again",
       error="waited 30 s for the end")  # fmt: skip
def test_a_server_that_goes_on_after_a_failed_synchronisation_is_found(
    hall: Hall, tmp_path: Path
) -> None:
    test_disk.test_a_failed_synchronisation_stops_the_server_and_a_new_start_has_everything(
        hall, tmp_path, quiet
    )


@plant(3, "acknowledge_early", people=10, error="lost",
       bound="planted: acknowledged before the synchronisation that fails")  # fmt: skip
def test_an_acknowledgement_before_a_failed_synchronisation_is_found(
    hall: Hall, tmp_path: Path
) -> None:
    test_disk.test_a_failed_synchronisation_stops_the_server_and_a_new_start_has_everything(
        hall, tmp_path, quiet
    )


@plant(4, "end_after_a_slow_commit", bound="planted: a slow commit ends the server",
       error="waited", marks=(SOON,))  # fmt: skip
def test_a_server_without_patience_for_its_disk_is_found(hall: Hall) -> None:
    test_disk.test_a_synchronisation_that_takes_2_seconds_delays_and_loses_nothing(hall, quiet)


@plant(7, "acknowledge_long_before", error="lost",
       bound="planted: acknowledged half a second before the commit")  # fmt: skip
def test_a_kernel_that_kills_shows_an_early_acknowledgement(running: ServerProcess) -> None:
    test_people.test_a_server_that_the_kernel_kills_loses_nothing_acknowledged(running, quiet)


@plant(10, "impatient", bound="planted: a commit that does not wait",
       error="pages are served meanwhile", marks=(SOON,))  # fmt: skip
def test_a_commit_that_does_not_wait_for_a_lock_is_found(hall: Hall) -> None:
    test_disk.test_a_lock_by_another_program_delays_answers_and_nothing_else(hall, quiet)


# --- networks and stations: 14, 15, 16, 17, 18, 31 ---


@plant(14, "", bound="planted: pages that do not connect again",
       error="waited 15 s for an answer", marks=(SOON,))  # fmt: skip
def test_pages_that_do_not_connect_again_are_found(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def give_up(_self: object) -> None:
        raise LineDown("no second try")

    monkeypatch.setattr(virtual.VirtualCandidate, "_reconnect", give_up)

    test_network.test_a_room_whose_network_is_cut_goes_on_after(hall, quiet)


@plant(15, "drop_lines", people=4, bound="planted: lines that end now and then",
       error="everybody kept")  # fmt: skip
def test_a_server_that_ends_lines_now_and_then_is_found(hall: Hall) -> None:
    test_network.test_a_slow_and_uneven_network_loses_nothing(hall, quiet)


@plant(15, "shorten_heartbeats", people=8, bound="planted: a heartbeat must be answered in 100 ms",
       error="lines that only wait")  # fmt: skip
def test_a_server_that_gives_a_slow_line_no_time_is_found(hall: Hall) -> None:
    test_network.test_a_slow_and_uneven_network_loses_nothing(hall, quiet)


@pytest.mark.parametrize(
    "check",
    [
        test_network.test_a_seat_whose_cable_is_pulled_is_taken_over_at_once,
        test_network.test_a_seat_that_never_reads_is_taken_over_at_once,
    ],
    ids=["pulled", "never reads"],
)
@plant(16, "first_come", bound="planted: the seat that is gone keeps the sitting",
       error="conflict")  # fmt: skip
def test_a_sitting_that_its_lost_seat_keeps_is_found(hall: Hall, check: Test) -> None:
    check(hall, quiet)


@plant(17, "both_speak", people=3, bound="planted: both stations speak",
       error="the older station is refused")  # fmt: skip
def test_two_stations_that_both_speak_are_found(hall: Hall) -> None:
    test_network.test_of_two_stations_on_one_sitting_the_newer_speaks(hall)


@plant(18, "no_memory_of_numbers", people=4, error=None, kind=(LineDown, LoginRefused),
       bound="planted: numbers are not remembered; the database still refuses")  # fmt: skip
def test_a_server_that_takes_a_message_twice_is_found(hall: Hall) -> None:
    test_network.test_messages_doubled_reordered_and_dropped_across_reconnects(hall)


@plant(31, "nothing_shown_again", people=5, error="what was saved is shown",
       bound="planted: a later workstation is shown no earlier answer")  # fmt: skip
def test_a_workstation_that_is_shown_nothing_of_before_is_found(hall: Hall) -> None:
    test_network.test_a_workstation_changed_in_the_middle_of_an_item_keeps_what_was_saved(hall)


# --- many and rude connections: 19, 20, 22, 23, 35 ---


@plant(19, "keep_all_that_is_sent", bound="planted: what is sent is kept without bound",
       error="10 readers")  # fmt: skip
def test_a_server_that_keeps_what_nobody_reads_is_found(hall: Hall) -> None:
    test_connections.test_a_reader_that_never_reads_costs_little_and_is_let_go(hall, quiet)


@plant(20, "no_time_limits", bound="planted: a request may take for ever",
       error="waited 45 s")  # fmt: skip
def test_a_request_that_may_drip_for_ever_is_found(running: ServerProcess) -> None:
    test_connections.test_a_request_that_drips_is_ended(
        running, test_connections.DRIPPING_POST, quiet
    )


@plant(22, "one_hall_is_one_guesser", bound="planted: a whole hall counted as one guesser",
       error="429", kind=LoginRefused, marks=(SOON,))  # fmt: skip
def test_a_hall_that_is_taken_for_one_guesser_is_found(running: ServerProcess) -> None:
    test_people.test_a_hall_that_logs_in_at_one_instant_gets_in(running, quiet)


@plant(23, "as_many_as_eventlet", bound="planted: eventlet's 1,024 connections at once",
       error="503")  # fmt: skip
def test_a_server_that_ends_at_connection_1024_is_found(running: ServerProcess) -> None:
    test_connections.test_connection_1025_is_served_like_the_first(running, quiet)


@plant(35, "log_every_offence", bound="planted: a line of log for every offence",
       error="log of an offence")  # fmt: skip
def test_a_log_that_offenders_can_fill_is_found(hall: Hall) -> None:
    cookie = test_junk.cookie_of(hall)
    test_junk.test_a_flood_of_junk_fills_neither_log_nor_memory(hall, cookie, quiet)


# --- time: 25, 26, 27 ---


@plant(25, "end_after_a_gap", bound="planted: a watchdog that ends a server that was away",
       error="==", marks=(SOON,))  # fmt: skip
def test_a_server_that_ends_after_a_stop_is_found(running: ServerProcess) -> None:
    test_clock.test_a_server_that_is_stopped_for_a_while_goes_on(running, quiet)


@plant(26, "local_clock", bound="planted: server time is that of the machine's zone",
       error="times of the journal")  # fmt: skip
def test_a_server_that_lives_by_the_machines_zone_is_found(running: ServerProcess) -> None:
    test_clock.restart_in_another_zone(running, "America/New_York")


@plant(27, "believe_the_page", bound="planted: the page's word moves the server's clock",
       error="< 30000")  # fmt: skip
def test_a_server_that_believes_a_page_about_time_is_found(running: ServerProcess) -> None:
    test_clock.test_a_workstation_whose_clock_is_wrong_by_days_changes_nothing(running)


# --- threads, settings, copies: 36, 37, 38 ---


@plant(36, "log_waits_for_ever", bound="planted: a log that waits for ever",
       error="does not answer", kind=LoginRefused, marks=(SOON,))  # fmt: skip
def test_a_log_that_waits_for_ever_is_found(running: ServerProcess) -> None:
    Hall.prepare(running, 2)


@plant(37, "forgive_settings", bound="planted: unknown settings are passed over",
       error="waited")  # fmt: skip
def test_a_start_that_passes_over_a_wrong_setting_is_found(
    server: ServerProcess, tmp_path: Path
) -> None:
    (tmp_path / "settings.yaml").write_text("exam:\n  grace_seconds: 5\n")
    server.launch()

    end_of(server, SHORT_S)


@pytest.mark.slow
@pytest.mark.planted("no_settling", 2)
@pytest.mark.fault(38, bound="planted: a stop that leaves a part in SQLite's log")
def test_a_stop_that_leaves_a_part_elsewhere_is_found(
    server: ServerProcess, tmp_path: Path
) -> None:
    day = Hall.prepare(server, 2, items=5).day()
    assert [] == day.violations()
    server.stop()
    path, copy = server.folder / "cat-engine.db", tmp_path / "copy.db"
    shutil.copyfile(path, copy)

    assert test_record.entries(path)
    with pytest.raises(DatabaseError, match="no such table"):
        test_record.entries(copy)
