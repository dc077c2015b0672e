"""A scan says clean only when clamd looked at the whole file and said so."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from cat_engine import config
from cat_engine.config import BadConfig
from cat_engine.virus_scan import (
    CHUNK_BYTES,
    SCANS_AT_ONCE,
    NotScanned,
    Scanner,
    make_scanner,
)
from tests.clamd import EICAR, Clamd


def test_a_clean_file_is_sent_whole_and_an_infected_one_is_named(tmp_path: Path) -> None:
    pieces = [b"", b"a" * (2 * CHUNK_BYTES + 1), b"", b"z"]
    with Clamd(tmp_path / "clamd.ctl") as clamd:
        scanner = Scanner(str(clamd.path), 30)

        assert scanner.scan(pieces) is None
        assert scanner.scan([]) is None
        assert "Eicar-Test-Signature" == scanner.scan([EICAR[:20], EICAR[20:]])

    assert [b"".join(pieces), b"", EICAR] == clamd.files


@pytest.mark.parametrize("manner", ["hangs_up", "had_enough", "ok_too_soon", "junk", "endless"])
def test_whatever_else_a_scanner_does_is_no_scan(tmp_path: Path, manner: str) -> None:
    with Clamd(tmp_path / "clamd.ctl", manner) as clamd, pytest.raises(NotScanned):
        Scanner(str(clamd.path), 30).scan([b"x" * CHUNK_BYTES] * 100)


def test_a_scanner_that_is_silent_is_given_up_when_its_time_is_over(tmp_path: Path) -> None:
    with Clamd(tmp_path / "clamd.ctl", "silent") as clamd, pytest.raises(NotScanned, match="imed"):
        Scanner(str(clamd.path), 1).scan([b"x"])


def test_a_scanner_that_is_not_there_is_no_scan(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        for address in (str(tmp_path / "none.ctl"), ("127.0.0.1", free.getsockname()[1])):
            with pytest.raises(NotScanned):
                Scanner(address, 30).scan([b"x"])


def test_few_files_are_scanned_at_once_and_each_turn_is_given_back(tmp_path: Path) -> None:
    away = Scanner(str(tmp_path / "none.ctl"), 30)
    told: list[str] = []

    def file(depth: int) -> Iterator[bytes]:
        """A file during whose sending another one is sent, and so on."""
        with pytest.raises(NotScanned) as refused:
            scanners[depth + 1].scan(file(depth + 1))
        told.append(str(refused.value))
        yield b"x"

    with ExitStack() as peers:
        names = [tmp_path / f"{number}.ctl" for number in range(SCANS_AT_ONCE)]
        for name in names:
            peers.enter_context(Clamd(name, "junk"))
        scanners = [*(Scanner(str(name), 30) for name in names), away]
        for _ in range(2):
            with pytest.raises(NotScanned, match="answered"):
                scanners[0].scan(file(0))

    assert ["busy", "answered"] * 2 == [words.split()[0] for words in told]


@pytest.mark.parametrize(
    ("setting", "address"),
    [
        ("/run/clamav/clamd.ctl", "/run/clamav/clamd.ctl"),
        ("127.0.0.1:3310", ("127.0.0.1", 3310)),
        ("localhost:3310", ("localhost", 3310)),
        ("[::1]:3310", ("::1", 3310)),
    ],
)
def test_a_scanner_of_this_machine_is_taken(setting: str, address: object) -> None:
    scanner = make_scanner(setting, 5)

    assert scanner is not None
    assert (address, 5) == (scanner.address, scanner.timeout_s)
    assert make_scanner("", 5) is None


@pytest.mark.parametrize("setting", ["10.0.0.5:3310", "clam.example.go.id:3310", "clamd", ":3310"])
def test_a_scanner_elsewhere_stops_the_start(tmp_path: Path, setting: str) -> None:
    """Its protocol has no TLS, and files hold keys."""
    path = tmp_path / "mine.yaml"
    path.write_text(f'uploads:\n  scanner: "{setting}"\n')

    with pytest.raises(BadConfig, match="on this machine"):
        config.load(path)
