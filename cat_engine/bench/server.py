"""Servers under measurement: real processes; their CPU time and memory come from the kernel."""

import os
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from cat_engine.bench.children import start_child
from cat_engine.bench.row import Unsound

READY = "ready at "
END_LIMIT_S = 20
TICKS_PER_S = os.sysconf("SC_CLK_TCK")
KIB = 1_024


@dataclass(slots=True)
class Server:
    """A running server."""

    process: subprocess.Popen[str]
    port: int
    log: deque[str]

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def cpu_s(self) -> float:
        """Seconds of CPU that all its threads have used."""
        stat = Path(f"/proc/{self.process.pid}/stat").read_text()
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_S

    def resident_bytes(self) -> int:
        """Memory that it holds now."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * KIB
        raise Unsound("the server has ended")

    def metric(self, name: str) -> float:
        """What the server counts under this name."""
        line = HTTPConnection("127.0.0.1", self.port, timeout=END_LIMIT_S)
        try:
            line.request("GET", "/metrics")
            told = line.getresponse().read().decode()
        finally:
            line.close()
        for one in told.splitlines():
            if one.startswith(f"{name} "):
                return float(one.rpartition(" ")[2])
        raise Unsound(f"the server does not count {name}")

    def kill(self) -> None:
        """Kill -9: no chance to tidy up."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(END_LIMIT_S)


@contextmanager
def serve_exam(
    folder: Path, *, options: Sequence[str] = (), settings: str = ""
) -> Iterator[Server]:
    """`cat-engine serve` on the database in a directory, on a free port.

    Args:
        folder: the data directory.
        options: more options of `serve`.
        settings: configuration in YAML, beside the defaults.
    """
    with started(start_exam(folder, options=options, settings=settings)) as server:
        yield server


def start_exam(folder: Path, *, options: Sequence[str] = (), settings: str = "") -> Server:
    """The same, for a measurement that ends it by itself."""
    config = folder / "bench.yaml"
    config.write_text(settings)
    return start([
        "-m", "cat_engine", "--data-dir", str(folder), "--config", str(config),
        "serve", "--host", "127.0.0.1", "--port", "0", "--log-json", *options,
    ])  # fmt: skip


@contextmanager
def started(server: Server) -> Iterator[Server]:
    """A server that is ended with the block."""
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.process.send_signal(signal.SIGTERM)
            try:
                server.process.wait(END_LIMIT_S)
            except subprocess.TimeoutExpired:
                server.kill()


def start(arguments: Sequence[str]) -> Server:
    """Start a Python program that says on standard error where it is ready; wait for that.

    Raises:
        Unsound: it ended before it was ready.
    """
    child = start_child(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    process = child.process
    server = Server(process, 0, child.log)
    assert process.stderr is not None
    for line in process.stderr:
        server.log.append(line)
        if READY in line:
            server.port = int(line.rsplit(":", 1)[1].strip().rstrip("/"))
            # Its log must go on being read, or it would stand still when the pipe is full.
            threading.Thread(target=_drain, args=(server,), daemon=True).start()
            return server
    process.wait(END_LIMIT_S)
    raise Unsound(f"the server did not start: {''.join(server.log)[-1_000:]}")


def _drain(server: Server) -> None:
    assert server.process.stderr is not None
    # Whoever ends the measurement closes it under our hands.
    with suppress(ValueError), server.process.stderr as lines:
        for line in lines:
            server.log.append(line)
