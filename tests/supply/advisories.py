"""Known vulnerabilities of what is locked, as far as the advisory services can be reached.

A build must not depend on a service, so what could not be asked about fails nothing here: it is
said in a frame, kept in build/audit.json, and shows as a skipped test at the end of `make test`.
`make audit ARGS=--strict`, to be run where the services can be reached, fails on it. What is known
to be vulnerable always fails.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.supply.bill import PYTHON_LOCK, ROOT

ASK_LIMIT_S = 60
NO_CONNECTION = "NOT AUDITED: no connection"
OUTCOME = ROOT / "build" / "audit.json"
FRAME = "!" * 78

Json = dict[str, Any]


@dataclass(slots=True)
class Finding:
    """What one service said about one lock."""

    lock: str
    audited_count: int = 0
    unaudited_count: int = 0
    vulnerable: list[str] = field(default_factory=list)
    reason: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether everything that is locked was asked about."""
        return self.audited_count > 0 and self.unaudited_count == 0

    def __str__(self) -> str:
        """One line for people."""
        if not self.audited_count:
            return f"{self.lock}: {NO_CONNECTION} to the advisory service ({self.reason})"
        rest = f", {self.unaudited_count} not audited" if self.unaudited_count else ""
        return f"{self.lock}: {self.audited_count} audited{rest}, {len(self.vulnerable)} vulnerable"


def warning(findings: Sequence[Finding]) -> str:
    """Say in a frame which locks nobody was asked about, whole or in part; empty: all were."""
    missed = [one for one in findings if not one.is_whole]
    if not missed:
        return ""
    advice = (
        "Run `make audit ARGS=--strict` where the services can be reached, before each release."
    )
    return "\n".join([FRAME, *map(str, missed), advice, FRAME])


def store_outcome(path: Path, findings: Sequence[Finding]) -> None:
    """Keep what was found for the tests that follow."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(one) for one in findings], indent=2) + "\n")


def read_outcome(path: Path) -> list[Finding]:
    """What was found last; nothing was asked where nothing was kept."""
    if not path.exists():
        return [Finding("every lock", reason="`make audit` has not run")]
    return [Finding(**one) for one in json.loads(path.read_text())]


def audit_python() -> Finding:
    """Ask about the locked packages of the server."""
    program = str(Path(sys.executable).with_name("pip-audit"))
    answer, error = _run(
        [program, "-r", str(PYTHON_LOCK), "--require-hashes", "--disable-pip",
         "--progress-spinner", "off", "--timeout", "5", "-f", "json"]
    )  # fmt: skip
    return read_pip_audit(answer, error)


def audit_front_end() -> Finding:
    """Ask about the locked packages that reach browsers."""
    answer, error = _run(
        [sys.executable, str(ROOT / "hatch_build.py"), "audit", "--json", "--omit=dev",
         "--fetch-retries=0", "--fetch-timeout=5000"]
    )  # fmt: skip
    return read_npm_audit(answer, error)


def read_pip_audit(answer: str, error: str) -> Finding:
    """Understand the JSON of pip-audit."""
    found = Finding("requirements/runtime.txt")
    try:
        dependencies: list[Json] = json.loads(answer)["dependencies"]
    except (ValueError, KeyError):
        found.reason = _last_line(error)
        return found
    for one in dependencies:
        if "skip_reason" in one:
            found.unaudited_count += 1
            found.reason = one["skip_reason"]
            continue
        found.audited_count += 1
        found.vulnerable += [f"{one['name']} {one['version']}: {v['id']}" for v in one["vulns"]]
    return found


def read_npm_audit(answer: str, error: str) -> Finding:
    """Understand the JSON of npm audit, which may stand among other lines."""
    found = Finding("cat_engine/frontend/package-lock.json")
    told: Json = {}
    try:
        told = json.loads(answer[answer.index("{") : answer.rindex("}") + 1])
        found.audited_count = told["metadata"]["dependencies"]["prod"]
    except (ValueError, KeyError):
        found.reason = str(told.get("message") or _last_line(error))
        return found
    found.vulnerable = [
        f"{name}: {one['severity']}" for name, one in sorted(told["vulnerabilities"].items())
    ]
    return found


def _run(command: list[str]) -> tuple[str, str]:
    try:
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, timeout=ASK_LIMIT_S
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return "", str(error)
    return done.stdout, done.stderr


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no answer"])[-1][:200]
