"""The sample units start commands that exist, with a configuration that is right."""

import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cat_engine import config
from tests.conftest import ROOT

SAMPLES = ROOT / "docs" / "deploy"
UNITS = ("cat-engine.service", "cat-engine-board.service")


def command_of(unit: str) -> list[str]:
    """What the unit starts, as words."""
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(SAMPLES / unit)
    return parser["Service"]["ExecStart"].split()


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_starts_a_command_that_exists(unit: str) -> None:
    program, *words = command_of(unit)

    done = subprocess.run(
        [sys.executable, "-m", "cat_engine", *words, "--help"],
        check=False,
        capture_output=True,
        text=True,
    )

    assert program.endswith("/.venv/bin/cat-engine")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("unit", UNITS)
def test_systemd_understands_a_unit(unit: str, tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd is not installed: the sample units are not verified")
    program = command_of(unit)[0]
    text = (SAMPLES / unit).read_text().replace(program, sys.executable)
    (tmp_path / unit).write_text(re.sub(r"cat-engine\.service", "basic.target", text))

    done = subprocess.run(
        [analyze, "verify", "--man=no", str(tmp_path / unit)],
        check=False,
        capture_output=True,
        text=True,
    )

    assert (0, "") == (done.returncode, done.stderr)


def test_the_sample_configuration_is_right_and_behind_one_proxy() -> None:
    loaded = config.load(SAMPLES / "config.yaml")

    assert ("127.0.0.1", 1, True) == (
        loaded.server.host,
        loaded.server.trusted_proxies,
        loaded.server.cookie_secure,
    )
