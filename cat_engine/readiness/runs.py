"""A rehearsal beside the server: the command of the same name, in a process of its own.

The virtual candidates come over real sockets to this very server and sit an exam session made for
them alone. Bounded in number and in time; what it did last stands in a file that it keeps writing.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from cat_engine.config import Config

State = Literal["running", "done", "failed", "too_long"]
ANYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 - compared with, not listened on
MS_PER_MINUTE = 60_000
ERROR_LIMIT = 400


@dataclass(slots=True)
class Run:
    """A rehearsal that was started."""

    folder: Path
    count: int
    started_at: int
    deadline_at: int
    process: subprocess.Popen[bytes]
    is_late: bool = False

    def state(self, now: int) -> State:
        """Where it stands; what takes too long is ended here."""
        status = self.process.poll()
        if status is None and now > self.deadline_at:
            self.process.kill()
            self.is_late = True
            return "too_long"
        if status is None:
            return "running"
        if self.is_late:
            return "too_long"
        return "done" if self.report() is not None else "failed"

    def progress(self) -> dict[str, Any]:
        """The step it is at, how many of how many."""
        return _read(self.folder / "progress.json") or {"step": "enrolling", "done": 0, "total": 0}

    def report(self) -> dict[str, Any] | None:
        """Its report, when there is one."""
        return _read(self.folder / "report.json")

    def problem(self) -> str:
        """The last it said on standard error."""
        try:
            said = (self.folder / "errors.txt").read_text("utf-8", "replace").strip()
        except OSError:
            return ""
        return said.splitlines()[-1][:ERROR_LIMIT] if said else ""


def start(config: Config, folder: Path, *, count: int, speed: int, now: int) -> Run:
    """Start a rehearsal of `count` virtual candidates on this server."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "cat_engine", "--data-dir", config.storage.data_dir]
    if config.storage.database_url:
        command += ["--database-url", config.storage.database_url]
    command += ["rehearse", "--url", address(config), "--count", str(count)]
    command += ["--speed", str(speed), "--report", str(folder / "report.json")]
    command += ["--progress", str(folder / "progress.json")]
    with (folder / "errors.txt").open("wb") as errors:
        process = subprocess.Popen(  # noqa: S603 - our own program, no shell
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors
        )
    deadline_at = now + config.readiness.run_minutes * MS_PER_MINUTE
    return Run(folder, count, now, deadline_at, process)


def address(config: Config) -> str:
    """Where virtual candidates on this machine find the server."""
    if config.readiness.url:
        return config.readiness.url
    host = "127.0.0.1" if config.server.host in ANYWHERE else config.server.host
    scheme = "https" if config.server.tls_certificate_file else "http"
    return f"{scheme}://{host}:{config.server.port}"


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
