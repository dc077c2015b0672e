"""Forks one traced run after another, each killed where strace is told to; `python -m` this.

Reads one JSON object a line: the database, what to inject ("" for nothing), where strace writes,
where to copy the database as it is before the trace ("" for nowhere), and what is planted. Answers
with how many entries were acknowledged, and how the run ended. A fork saves the second that imports
take, and strace is attached when everything is ready, so that calls are counted from the first
entry of the trace.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.faults.trace import Planted, copy, open_for_trace, run

CALLS = "pwrite64,write,fsync,fdatasync,ftruncate,unlink,rename"
ATTACH_LIMIT_S = 20


def main() -> None:
    """Serve the requests on standard input."""
    for line in sys.stdin:
        print(json.dumps(_answer(json.loads(line))), flush=True)  # noqa: T201 - the protocol


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    ready_reader, ready = os.pipe()
    go, go_writer = os.pipe()
    told_reader, told = os.pipe()
    child = os.fork()
    if child == 0:
        _child(request, ready, go, told)
    for descriptor in (ready, go, told):
        os.close(descriptor)
    assert os.read(ready_reader, 1) == b"r"
    if request["before"]:
        copy(Path(request["path"]), Path(request["before"]))
    strace = _attach(child, request)
    os.write(go_writer, b"g")
    counts = b""
    while piece := os.read(told_reader, 65_536):
        counts += piece
    _, status = os.waitpid(child, 0)
    strace.wait(30)
    for descriptor in (ready_reader, go_writer, told_reader):
        os.close(descriptor)
    told_count = int(counts.split()[-1]) if counts else 0
    return {"told": told_count, "killed": os.WIFSIGNALED(status), "status": status}


def _child(request: dict[str, Any], ready: int, go: int, told: int) -> None:
    running, clock = open_for_trace(Path(request["path"]), Planted(**request["planted"]))
    os.write(ready, b"r")
    os.read(go, 1)
    run(running, clock, lambda count: os.write(told, b"%d\n" % count))
    os.kill(os.getpid(), signal.SIGTERM)  # no tidying: nothing after the trace is written


def _attach(child: int, request: dict[str, Any]) -> "subprocess.Popen[bytes]":
    command = ["strace", "-f", "-p", str(child), "-o", request["log"], "-e", f"trace={CALLS}"]
    command += request["options"]
    if request["inject"]:
        command += ["-e", f"inject={request['inject']}"]
    strace = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    limit = time.monotonic() + ATTACH_LIMIT_S
    while not _is_traced(child):
        assert strace.poll() is None, "strace could not attach"
        assert time.monotonic() < limit, "strace did not attach"
        time.sleep(0.002)
    return strace


def _is_traced(process: int) -> bool:
    return all(
        "TracerPid:\t0" not in (task / "status").read_text()
        for task in Path(f"/proc/{process}/task").iterdir()
    )


if __name__ == "__main__":
    main()
