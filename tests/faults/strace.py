"""Faults of system calls by strace: into a running server, or into a traced run of the journal."""

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from tests.faults.trace import Planted

ATTACH_LIMIT_S = 20


def need_strace() -> None:
    """Skip, in plain words, where system calls cannot be made to fail."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed: no system call can be made to fail")
    trial = subprocess.run(["strace", "-o", "/dev/null", "true"], check=False, capture_output=True)
    if trial.returncode != 0:
        pytest.skip("strace may not trace here: no system call can be made to fail")


@contextmanager
def injected(process: int, *faults: str, calls: str = "all") -> Iterator[None]:
    """Let system calls of a running process, all its threads, fail as said.

    Each fault reads as in strace's `--inject`: "fsync:error=EIO:when=1".
    """
    command = ["strace", "-f", "-qq", "-o", "/dev/null", "-p", str(process), "-e", f"trace={calls}"]
    for fault in faults:
        command += ["-e", f"inject={fault}"]
    strace = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        _await_attached(process, strace)
        yield
    finally:
        strace.terminate()
        strace.wait(30)


def _await_attached(process: int, strace: "subprocess.Popen[bytes]") -> None:
    limit = time.monotonic() + ATTACH_LIMIT_S
    while True:
        assert strace.poll() is None, "strace ended before it was attached"
        tasks = list(Path(f"/proc/{process}/task").iterdir())
        if all("TracerPid:\t0\n" not in (task / "status").read_text() for task in tasks):
            return
        assert time.monotonic() < limit, "strace did not attach"
        time.sleep(0.01)


class Tracer:
    """Runs the trace of 200 events again and again; see `trace_driver`."""

    def __init__(self, folder: Path) -> None:
        self.log = folder / "strace.log"
        self._driver = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.trace_driver"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(
        self,
        database: Path,
        *,
        inject: str = "",
        options: tuple[str, ...] = (),
        before: Path | None = None,
        planted: Planted | None = None,
    ) -> Mapping[str, Any]:
        """Run once; how many entries were acknowledged (`told`), and how it ended (`killed`)."""
        request = {
            "path": str(database),
            "inject": inject,
            "log": str(self.log),
            "options": options,
            "before": str(before or ""),
            "planted": asdict(planted or Planted()),
        }
        assert self._driver.stdin is not None
        assert self._driver.stdout is not None
        self._driver.stdin.write(json.dumps(request) + "\n")
        self._driver.stdin.flush()
        answer: Mapping[str, Any] = json.loads(self._driver.stdout.readline())
        return answer

    def close(self) -> None:
        """End the driver."""
        assert self._driver.stdin is not None
        assert self._driver.stdout is not None
        self._driver.stdin.close()
        self._driver.stdout.close()
        self._driver.wait(30)


def count_calls(log: Path) -> Mapping[str, int]:
    """How often each system call that strace wrote down was made."""
    counts: dict[str, int] = {}
    for name in re.findall(r"^\d+ +(\w+)\(", log.read_text(), re.MULTILINE):
        counts[name] = counts.get(name, 0) + 1
    return counts
