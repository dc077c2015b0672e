"""A process that gives way does so also where the kernel shares the processor among sessions."""

import subprocess
import sys
from pathlib import Path

import pytest

from cat_engine.runtime import NICENESS

AUTOGROUP = Path("/proc/self/autogroup")
TELLS = f"""
import os
from pathlib import Path
from cat_engine.runtime import give_way

ACT
print(os.nice(0), Path({str(AUTOGROUP)!r}).read_text())
"""


def run(act: str, *, in_own_session: bool) -> list[str]:
    """The nice value of a process after an act; what the kernel says of its session, in words.

    It says nothing of the session that the machine started with.
    """
    said = subprocess.run(
        [sys.executable, "-c", TELLS.replace("ACT", act)],
        check=True,
        capture_output=True,
        text=True,
        start_new_session=in_own_session,
    )
    return said.stdout.split()


@pytest.mark.skipif(not AUTOGROUP.exists(), reason="no autogroup here")
def test_its_own_session_gives_way_and_a_session_with_others_is_left_alone() -> None:
    before = AUTOGROUP.read_text().split()
    if not run("", in_own_session=True)[1:]:
        pytest.skip("no autogroup for new sessions here")

    nice, *own = run("give_way()", in_own_session=True)
    also_nice, *shared = run("give_way()", in_own_session=False)

    assert ["nice", str(NICENESS)] == own[1:]
    assert before == shared
    assert int(nice) == int(also_nice) >= NICENESS
