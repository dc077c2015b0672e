"""Rows, bounds and figures of the fault matrix; `make faults` prints it at the end.

A test carries `@pytest.mark.fault(ROW, bound="what must hold")` and says its figure by the fixture
`figure`. `planted=True` marks a test that plants the fault in the program and sees the check fail.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.faults.matrix import FAULTS, Line, table

Say = Callable[[str], None]


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Say:
    """Write down what was measured, for the matrix."""

    def say(text: str) -> None:
        request.node.user_properties.append(("figure", text))

    return say


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Let every report carry its row and bound."""
    mark = item.get_closest_marker("fault")
    if mark is not None and not any(name == "row" for name, _ in item.user_properties):
        assert mark.args[0] in FAULTS, f"no row {mark.args[0]}"
        item.user_properties.append(("row", mark.args[0]))
        item.user_properties.append(("bound", mark.kwargs["bound"]))
    yield


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print the matrix, when the whole of it was asked for."""
    if config.option.markexpr == "not slow":
        return
    lines = [
        _line(report, result)
        for result in ("passed", "failed", "error", "skipped")
        for report in terminalreporter.stats.get(result, [])
        if dict(report.user_properties).get("row") is not None
    ]
    if lines:
        terminalreporter.section("fault matrix")
        for text in table(lines):
            terminalreporter.write_line(text)


def _line(report: pytest.TestReport, result: str) -> Line:
    said: dict[str, Any] = dict(report.user_properties)
    figure = str(report.longrepr[2]) if result == "skipped" else said.get("figure", "")  # type: ignore[index]
    return Line(
        row=said["row"],
        test=report.nodeid.rpartition("::")[2],
        bound=said["bound"],
        result={"passed": "holds", "skipped": "skipped"}.get(result, "BROKEN"),
        figure=figure,
        duration_s=report.duration,
    )
