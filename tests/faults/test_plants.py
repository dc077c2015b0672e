"""Every row can fail: its own test is run on a program without what the row rests on.

The defects stand in `planted.py`; rows whose planted test needs the row's own fixtures have it in
the row's file.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

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

Make = Callable[..., ServerProcess]
SHORT_S = 8


def quiet(_figure: str) -> None:
    """The figure of a row that is meant to break says nothing."""


@pytest.fixture
def planted(tmp_path: Path) -> Iterator[Make]:
    """Give a server with a defect, or with settings that take a protection away."""
    made: list[ServerProcess] = []

    def make(defect: str = "", settings: str = "") -> ServerProcess:
        config = tmp_path / "settings.yaml"
        config.write_text(settings or "{}\n")
        server = ServerProcess(
            tmp_path / "data",
            program=("-m", "tests.faults.planted") if defect else ("-m", "cat_engine"),
            environment={"CAT_PLANTED": defect},
            config=config if settings else None,
        )
        made.append(server)
        return server

    yield make
    for server in made:
        if server.process is not None and server.process.poll() is None:
            server.kill()


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long for what will not come."""
    monkeypatch.setattr(virtual, "GIVE_UP_S", SHORT_S)
    monkeypatch.setattr(http, "TIMEOUT_S", SHORT_S)
    monkeypatch.setattr(halls, "DAY_LIMIT_S", 4 * SHORT_S)


# --- what was acknowledged is on disk: 3, 4, 7 ---


@pytest.mark.slow
@pytest.mark.fault(3, bound="planted: a failed commit is tried again")
def test_a_server_that_goes_on_after_a_failed_synchronisation_is_found(
    planted: Make, tmp_path: Path
) -> None:
    hall = Hall.prepare(planted("try_again"), 2)

    with pytest.raises(AssertionError, match="waited 30 s for the end"):
        test_disk.test_a_failed_synchronisation_stops_the_server_and_a_new_start_has_everything(
            hall, tmp_path, quiet
        )


@pytest.mark.slow
@pytest.mark.fault(3, bound="planted: acknowledged before the synchronisation that fails")
def test_an_acknowledgement_before_a_failed_synchronisation_is_found(
    planted: Make, tmp_path: Path
) -> None:
    hall = Hall.prepare(planted("acknowledge_early"), 10)

    with pytest.raises(AssertionError, match="lost"):
        test_disk.test_a_failed_synchronisation_stops_the_server_and_a_new_start_has_everything(
            hall, tmp_path, quiet
        )


@pytest.mark.slow
@pytest.mark.usefixtures("soon")
@pytest.mark.fault(4, bound="planted: a slow commit ends the server")
def test_a_server_without_patience_for_its_disk_is_found(planted: Make) -> None:
    hall = Hall.prepare(planted("end_after_a_slow_commit"), 2)

    with pytest.raises(AssertionError, match="waited"):
        test_disk.test_a_synchronisation_that_takes_2_seconds_delays_and_loses_nothing(hall, quiet)


@pytest.mark.slow
@pytest.mark.fault(7, bound="planted: acknowledged half a second before the commit")
def test_a_kernel_that_kills_shows_an_early_acknowledgement(planted: Make) -> None:
    server = planted("acknowledge_long_before")
    server.start()

    with pytest.raises(AssertionError, match="lost"):
        test_people.test_a_server_that_the_kernel_kills_loses_nothing_acknowledged(server, quiet)


# --- others at the database: 10 ---


@pytest.mark.slow
@pytest.mark.usefixtures("soon")
@pytest.mark.fault(10, bound="planted: a commit that does not wait")
def test_a_commit_that_does_not_wait_for_a_lock_is_found(planted: Make) -> None:
    hall = Hall.prepare(planted("impatient"), 2)

    with pytest.raises(AssertionError, match="pages are served meanwhile"):
        test_disk.test_a_lock_by_another_program_delays_answers_and_nothing_else(hall, quiet)


# --- networks and stations: 14, 15, 16, 17, 18, 31 ---


@pytest.mark.slow
@pytest.mark.usefixtures("soon")
@pytest.mark.fault(14, bound="planted: pages that do not connect again")
def test_pages_that_do_not_connect_again_are_found(
    planted: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall = Hall.prepare(planted(), 2)

    async def give_up(_self: object) -> None:
        raise LineDown("no second try")

    monkeypatch.setattr(virtual.VirtualCandidate, "_reconnect", give_up)

    with pytest.raises(AssertionError, match="waited 15 s for an answer"):
        test_network.test_a_room_whose_network_is_cut_goes_on_after(hall, quiet)


@pytest.mark.slow
@pytest.mark.fault(15, bound="planted: lines that end now and then")
def test_a_server_that_ends_lines_now_and_then_is_found(planted: Make) -> None:
    hall = Hall.prepare(planted("drop_lines"), 2)

    with pytest.raises(AssertionError, match="0 =="):
        test_network.test_a_slow_and_uneven_network_loses_nothing(hall, quiet)


@pytest.mark.slow
@pytest.mark.fault(16, bound="planted: the seat that is gone keeps the sitting")
def test_a_sitting_that_its_lost_seat_keeps_is_found(planted: Make) -> None:
    hall = Hall.prepare(planted("first_come"), 2)

    with pytest.raises(AssertionError, match="conflict"):
        test_network.test_a_seat_whose_cable_is_pulled_is_taken_over_at_once(hall, quiet)
    with pytest.raises(AssertionError, match="conflict"):
        test_network.test_a_seat_that_never_reads_is_taken_over_at_once(hall, quiet)


@pytest.mark.slow
@pytest.mark.fault(17, bound="planted: both stations speak")
def test_two_stations_that_both_speak_are_found(planted: Make) -> None:
    hall = Hall.prepare(planted("both_speak"), 3)

    with pytest.raises(AssertionError, match="assert False"):
        test_network.test_of_two_stations_on_one_sitting_the_newer_speaks(hall)


@pytest.mark.slow
@pytest.mark.fault(18, bound="planted: numbers are not remembered; the database still refuses")
def test_a_server_that_takes_a_message_twice_is_found(planted: Make) -> None:
    hall = Hall.prepare(planted("no_memory_of_numbers"), 4)

    with pytest.raises((LineDown, LoginRefused)):
        test_network.test_messages_doubled_reordered_and_dropped_across_reconnects(hall)


@pytest.mark.slow
@pytest.mark.fault(31, bound="planted: a later workstation is shown no earlier answer")
def test_a_workstation_that_is_shown_nothing_of_before_is_found(planted: Make) -> None:
    hall = Hall.prepare(planted("nothing_shown_again"), 5)

    with pytest.raises(AssertionError, match="set"):
        test_network.test_a_workstation_changed_in_the_middle_of_an_item_keeps_what_was_saved(hall)


# --- many and rude connections: 19, 20, 22, 23, 35 ---


@pytest.mark.slow
@pytest.mark.fault(19, bound="planted: what is sent is kept without bound")
def test_a_server_that_keeps_what_nobody_reads_is_found(planted: Make) -> None:
    hall = Hall.prepare(planted("keep_all_that_is_sent"), 2)

    with pytest.raises(AssertionError, match="<"):
        test_connections.test_a_reader_that_never_reads_costs_little_and_is_let_go(hall, quiet)


@pytest.mark.slow
@pytest.mark.fault(20, bound="planted: a request may take for ever")
def test_a_request_that_may_drip_for_ever_is_found(planted: Make) -> None:
    server = planted("no_time_limits")
    server.start()

    with pytest.raises(AssertionError, match="waited 45 s"):
        test_connections.test_a_request_that_drips_is_ended(
            server, test_connections.DRIPPING_POST, quiet
        )


@pytest.mark.slow
@pytest.mark.usefixtures("soon")
@pytest.mark.fault(22, bound="planted: a whole hall counted as one guesser")
def test_a_hall_that_is_taken_for_one_guesser_is_found(planted: Make) -> None:
    server = planted("one_hall_is_one_guesser")
    server.start()

    with pytest.raises(LoginRefused, match="429"):
        test_people.test_a_hall_that_logs_in_at_one_instant_gets_in(server, quiet)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.fault(23, bound="planted: eventlet's 1,024 connections at once")
def test_a_server_that_ends_at_connection_1024_is_found(planted: Make) -> None:
    server = planted("as_many_as_eventlet")
    server.start()

    with pytest.raises(AssertionError, match="503"):
        test_connections.test_connection_1025_is_served_like_the_first(server, quiet)


@pytest.mark.slow
@pytest.mark.fault(35, bound="planted: a line of log for every offence")
def test_a_log_that_offenders_can_fill_is_found(planted: Make) -> None:
    hall = Hall.prepare(planted("log_every_offence"), 2)
    cookie = test_junk.cookie_of(hall)

    with pytest.raises(AssertionError, match="<="):
        test_junk.test_a_flood_of_junk_fills_neither_log_nor_memory(hall, cookie, quiet)


# --- time: 25, 26, 27 ---


@pytest.mark.slow
@pytest.mark.usefixtures("soon")
@pytest.mark.fault(25, bound="planted: a watchdog that ends a server that was away")
def test_a_server_that_ends_after_a_stop_is_found(planted: Make) -> None:
    server = planted("end_after_a_gap")
    server.start()

    with pytest.raises(AssertionError, match="=="):
        test_clock.test_a_server_that_is_stopped_for_a_while_goes_on(server, quiet)


@pytest.mark.slow
@pytest.mark.fault(26, bound="planted: server time is that of the machine's zone")
def test_a_server_that_lives_by_the_machines_zone_is_found(planted: Make) -> None:
    server = planted("local_clock")
    server.start()

    with pytest.raises(AssertionError, match="times of the journal"):
        test_clock.restart_in_another_zone(server, "America/New_York")


@pytest.mark.slow
@pytest.mark.fault(27, bound="planted: the page's word moves the server's clock")
def test_a_server_that_believes_a_page_about_time_is_found(planted: Make) -> None:
    server = planted("believe_the_page")
    server.start()

    with pytest.raises(AssertionError, match="< 30000"):
        test_clock.test_a_workstation_whose_clock_is_wrong_by_days_changes_nothing(server)


# --- threads, settings, copies: 36, 37, 38 ---


@pytest.mark.slow
@pytest.mark.usefixtures("soon")
@pytest.mark.fault(36, bound="planted: a log that waits for ever")
def test_a_log_that_waits_for_ever_is_found(planted: Make) -> None:
    server = planted("log_waits_for_ever")
    server.start()

    with pytest.raises(LoginRefused, match="does not answer"):
        Hall.prepare(server, 2)


@pytest.mark.slow
@pytest.mark.fault(37, bound="planted: unknown settings are passed over")
def test_a_start_that_passes_over_a_wrong_setting_is_found(planted: Make) -> None:
    server = planted("forgive_settings", "exam:\n  grace_seconds: 5\n")
    server.launch()

    with pytest.raises(AssertionError, match="waited"):
        end_of(server, SHORT_S)


@pytest.mark.slow
@pytest.mark.fault(38, bound="planted: a stop that leaves a part in SQLite's log")
def test_a_stop_that_leaves_a_part_elsewhere_is_found(planted: Make, tmp_path: Path) -> None:
    server = planted("no_settling")
    day = Hall.prepare(server, 2, items=5).day()
    assert [] == day.violations()
    server.stop()
    path, copy = server.folder / "cat-engine.db", tmp_path / "copy.db"
    shutil.copyfile(path, copy)

    assert test_record.entries(path)
    with pytest.raises(DatabaseError, match="no such table"):
        test_record.entries(copy)
