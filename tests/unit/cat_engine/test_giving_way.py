"""A process that gives way does so also where the kernel shares the processor among sessions."""

import subprocess
import sys
from pathlib import Path

import pytest

from cat_engine.runtime import NICENESS

GIVES_WAY = """
import os
from pathlib import Path
from cat_engine.runtime import give_way

give_way()
print(os.nice(0), Path("/proc/self/autogroup").read_text().split()[-1])
"""


def run(*, in_own_session: bool) -> list[int]:
    """The nice values of a process that gave way, and of its session."""
    said = subprocess.run(
        [sys.executable, "-c", GIVES_WAY],
        check=True,
        capture_output=True,
        text=True,
        start_new_session=in_own_session,
    )
    return [int(value) for value in said.stdout.split()]


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="no autogroup here")
def test_its_own_session_gives_way_and_a_session_with_others_is_left_alone() -> None:
    before = int(Path("/proc/self/autogroup").read_text().split()[-1])

    own, shared = run(in_own_session=True), run(in_own_session=False)

    assert NICENESS == own[1]
    assert before == shared[1]
    assert own[0] == shared[0] >= NICENESS
