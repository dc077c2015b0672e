"""The page of the matrix names every row and every test, and no test that is not there."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.faults.matrix import FAULTS, Line, table

ROOT = Path(__file__).parent.parent.parent
ROW = re.compile(r"^\| (\d+) \| ([^|]*) \| ([^|]*) \|.*$", re.MULTILINE)
ROW_COUNT = 39


def marks() -> Iterator[tuple[str, int, str]]:
    """Every test of a row, as it stands in the files: its name, row and bound."""
    for path in Path(__file__).parent.glob("test_*.py"):
        for node in ast.parse(path.read_text()).body:
            if not isinstance(node, ast.FunctionDef):
                continue
            for decorator in node.decorator_list:
                if ast.unparse(decorator).startswith(("pytest.mark.fault(", "plant(")):
                    assert isinstance(decorator, ast.Call)
                    (bound,) = [one.value for one in decorator.keywords if one.arg == "bound"]
                    row = ast.literal_eval(decorator.args[0])
                    yield node.name, row, ast.literal_eval(bound)


def marked() -> dict[str, int]:
    """The row of every test."""
    return {name: row for name, row, _ in marks()}


def unplanted(found: Iterable[tuple[str, int, str]]) -> list[int]:
    """Rows that no planted fault has shown to be able to fail."""
    return sorted(set(FAULTS) - {row for _, row, bound in found if bound.startswith("planted")})


def differences(page: str, tests: dict[str, int]) -> list[str]:
    """Where the page and the tests say different things."""
    rows = {int(match[1]): match for match in ROW.finditer(page)}
    named = {name for match in rows.values() for name in re.findall(r"`(test_\w+)`", match[0])}
    missing = [f"row {n} is missing" for n in range(1, ROW_COUNT + 1) if n not in rows]
    unnamed = [f"{name} is not on the page" for name in tests if name not in named]
    unknown = [f"{name} is no test" for name in named if name not in tests]
    untested = [
        f"row {number} applies and has no test"
        for number, match in rows.items()
        if match[3].startswith("yes") and not re.search(r"`test_\w+|`tests/", match[0])
    ]
    unlike = [
        f"row {number} is said to apply differently"
        for number, match in rows.items()
        if match[3].startswith("yes") != (number in FAULTS)
    ]
    return missing + unnamed + unknown + untested + unlike


def test_every_row_has_a_planted_fault() -> None:
    assert [] == unplanted(marks())


def test_a_row_without_a_planted_fault_is_named() -> None:
    assert [23] == unplanted(mark for mark in marks() if mark[1] != 23)


def test_the_page_names_every_row_and_every_test() -> None:
    page = (ROOT / "docs" / "faults.md").read_text()

    assert [] == differences(page, marked())


def test_a_page_that_leaves_out_a_test_is_found() -> None:
    page = (ROOT / "docs" / "faults.md").read_text()
    one = "test_connection_1025_is_served_like_the_first"

    found = differences(page.replace(f"`{one}`", "`test_nobody_wrote`"), marked())

    assert {f"{one} is not on the page", "test_nobody_wrote is no test"} == set(found)


def test_the_printed_matrix_says_what_broke() -> None:
    lines = [
        Line(23, "test_b", "served", "BROKEN", "", 1.25),
        Line(3, "test_a", "0 lost", "holds", "0.8 s", 2.0),
    ]

    printed = table(lines)

    assert ["row", "3", "23"] == [text.split()[0] for text in printed]
    assert "BROKEN" in printed[2]
    assert "1.2 s" in printed[2]
