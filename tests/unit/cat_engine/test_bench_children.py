"""A measurement whose server never answers: its time ends, and everything it started with it."""

import os
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

from cat_engine.bench import children, registry
from cat_engine.bench.children import quieter_half, start_child
from cat_engine.bench.closed import measure_closed
from cat_engine.bench.row import Figure, Figures, Plan, Setting
from cat_engine.bench.run import run
from cat_engine.bench.server import Server, start, started
from cat_engine.cli.main import group

SILENT = """
import os, signal, socket, sys
listener = socket.create_server(("127.0.0.1", 0))
print(f"ready at http://127.0.0.1:{listener.getsockname()[1]}", file=sys.stderr)
print("the disk does not answer", file=sys.stderr, flush=True)
connection, _ = listener.accept()
os.kill(os.getppid(), signal.SIGALRM)  # as when the time is over: no test waits for that
signal.pause()
"""
LONG_S = 600


def ask_the_silent(servers: list[Server]) -> Plan:
    """A row as the others are, on a server that takes connections and says nothing."""

    def measure(setting: Setting) -> Figures:
        with started(start(["-c", SILENT])) as server:
            servers.append(server)
            people = [("B-000001", "cat-login=x")]
            return measure_closed(setting, server, kind="exam", people=people)[1]

    return Plan("silent", "what", "target", measure, lambda _known: True, limit_s=LONG_S)


def good() -> Plan:
    """A row that is measured."""
    return Plan(
        "good", "what", "target", lambda _setting: [Figure("rate", 1, "/s")], lambda _: True
    )


def test_a_server_that_never_answers_ends_its_row_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    servers: list[Server] = []
    monkeypatch.chdir(tmp_path)

    outcome = run([ask_the_silent(servers), good()], repeats=2, quick=True)

    silent, other = outcome.rows
    assert (False, False, ()) == (silent.is_measured, silent.reached, silent.figures)
    assert "row silent could not be measured: Overdue: it took longer than 600 s" in silent.note
    assert "the disk does not answer" in silent.note
    assert (True, True) == (other.is_measured, other.reached)
    assert [] == list(tmp_path.iterdir())
    with pytest.raises(ProcessLookupError):
        os.kill(servers[0].process.pid, 0)


def test_the_command_shows_the_row_as_not_measured_and_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(registry, "PLANS", {"silent": ask_the_silent([]), "good": good()})

    result = CliRunner().invoke(group, ["bench", "--repeats", "1"], env={"COLUMNS": "200"})

    assert 1 == result.exit_code
    assert "NOT MEASURED" in result.output
    assert "the disk does not answer" in result.output
    assert "reached" in result.output


def test_the_time_of_a_measurement_ends() -> None:
    started_too: list[int] = []

    def wait_for_ever(_setting: Setting) -> Figures:
        started_too.append(start_child(["-c", "import signal; signal.pause()"]).process.pid)
        threading.Event().wait()
        return []

    plan = Plan("row", "what", "target", wait_for_ever, lambda _known: True, limit_s=0.2)

    outcome = run([plan], repeats=1, quick=True)

    assert ["row row could not be measured: Overdue: it took longer than 0.2 s"] == [
        row.note for row in outcome.rows
    ]
    assert [] == children._children  # noqa: SLF001 - nothing is left to end
    with pytest.raises(ProcessLookupError):
        os.kill(started_too[0], 0)


def test_what_breaks_one_row_lets_the_others_go_on() -> None:
    def break_off(_setting: Setting) -> Figures:
        raise ConnectionResetError("gone")

    broken = Plan("broken", "what", "target", break_off, lambda _known: True)

    outcome = run([broken, good()], repeats=1, quick=True)

    assert [False, True] == [row.is_measured for row in outcome.rows]
    assert "ConnectionResetError: gone" in outcome.rows[0].note


INTERRUPTS = """\
           CPU0       CPU1       CPU2       CPU3
 36:          0    9290955          0          7   PCI-MSIX-0000:00:02.0   1-edge      virtio1-req.0
 40:         12          0        300          0   PCI-MSIX-0000:00:03.0   1-edge      virtio2-rx
LOC:   90000000          1          1          1   Local timer interrupts
ERR:          0
"""


@pytest.mark.parametrize(
    ("processors", "half"),
    [({0, 1}, [0]), ({1, 2}, [2]), ({1}, [1]), ({0, 1, 2, 3}, [3, 0]), ({7, 8}, [7])],
)
def test_others_keep_to_the_processors_that_devices_interrupt_least(
    processors: set[int], half: list[int]
) -> None:
    assert half == quieter_half(processors, INTERRUPTS)
