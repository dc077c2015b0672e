"""A real server process, to be killed and started again."""

import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from urllib.request import urlopen

from sqlalchemy import Engine as Database

from cat_engine import db
from cat_engine.accounts import passwords
from cat_engine.accounts.store import save_staff
from cat_engine.accounts.user import EVERY_ROOM, Role, Rooms, Staff
from cat_engine.migrations import migrate
from tests.cast import PASSWORD
from tests.factories import STARTS_AT

START_LIMIT_S = 60


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True)
class ServerProcess:
    """`cat-engine serve`, or another command that serves, on a data directory."""

    folder: Path
    port: int = field(default_factory=free_port)
    options: tuple[str, ...] = ()
    config: Path | None = None
    program: tuple[str, ...] = ("-m", "cat_engine")
    command: str = "serve"
    tls: ssl.SSLContext | None = None
    database_url: str = ""
    """Empty: SQLite in the folder."""
    prefix: tuple[str, ...] = ()
    """A program that starts the server, with its arguments: prlimit, strace …"""
    environment: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def _log_path(self) -> Path:
        return self.folder / ("server.log" if self.command == "serve" else f"{self.command}.log")

    def database(self) -> Database:
        """The server's database, opened beside it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        opened = db.connect(self.database_url or f"sqlite:///{self.folder / 'cat-engine.db'}")
        migrate(opened)
        return db.writing(opened)

    def start(self) -> None:
        """Start and wait until it is ready."""
        self.launch()
        assert self.process is not None
        limit = time.monotonic() + START_LIMIT_S
        while time.monotonic() < limit:
            assert self.process.poll() is None, self.log()[-2_000:]
            if self.get("/readyz") == 200:
                return
            time.sleep(0.05)
        raise AssertionError(f"not ready: {self.log()[-2_000:]}")

    def launch(self) -> None:
        """Start and do not wait."""
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [*self.prefix, sys.executable, *self.program, "--data-dir", str(self.folder)]
        if self.config is not None:
            command += ["--config", str(self.config)]
        if self.database_url:
            command += ["--database-url", self.database_url]
        command += [self.command, "--host", "127.0.0.1", "--port", str(self.port), "--log-json"]
        with self._log_path.open("ab") as log:
            self.process = subprocess.Popen(
                command + list(self.options),
                stdout=log,
                stderr=log,
                env=os.environ | self.environment,
            )

    def get(self, path: str) -> int | None:
        """The status of a page, or None when nothing answers."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        if self.tls is not None:
            connection = HTTPSConnection("127.0.0.1", self.port, timeout=5, context=self.tls)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, HTTPException):
            return None
        finally:
            connection.close()

    def refused_count(self, status: int, code: str) -> float:
        """How many requests and handshakes it has refused with this status and code."""
        with urlopen(f"{self.url}/metrics", timeout=30) as answer:  # noqa: S310 - loopback
            lines = answer.read().decode().splitlines()
        wanted = f'cat_refused_requests_total{{code="{code}",status="{status}"}} '
        return sum(float(line.removeprefix(wanted)) for line in lines if line.startswith(wanted))

    def kill(self) -> None:
        """Kill -9: no chance to tidy up."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(30)

    def stop(self) -> int:
        """End it in order; its exit status."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def log(self) -> str:
        """What it has logged."""
        return self._log_path.read_text()


def add_staff(database: Database, username: str, role: Role, rooms: Rooms = EVERY_ROOM) -> None:
    """A member of staff with the cast's password."""
    member = Staff(username, username.title(), role, rooms, passwords.hash_password(PASSWORD))
    with database.begin() as connection:
        save_staff(connection, member, now=STARTS_AT)
