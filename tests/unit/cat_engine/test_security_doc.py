"""Every test that docs/security.md names exists, and every chapter of the standard is there."""

import re
from pathlib import Path

from tests.conftest import ROOT

DOCUMENT = ROOT / "docs" / "security.md"
CHAPTERS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16)
_NAMED = re.compile(r"`((?:[\w/]+/)?test_\w+\.py)?(?:::(test_\w+))?`")


def missing_tests(text: str, folder: Path) -> list[str]:
    """Tests that a text names in backticks and that are not there; `::name`: of the file before."""
    found: list[str] = []
    file = ""
    for named, test in _NAMED.findall(text):
        if not named and not test:
            continue
        file = named or file
        path = folder / re.sub(r"^http/", "integration/http/", file)
        source = path.read_text() if path.is_file() else ""
        if not source or (test and f"def {test}(" not in source):
            found.append(f"{file}::{test}" if test else file)
    return found


def test_every_test_that_the_document_names_exists() -> None:
    text = DOCUMENT.read_text()

    assert len(_NAMED.findall(text)) > 80
    assert [] == missing_tests(text, ROOT / "tests")


def test_a_test_that_does_not_exist_is_named() -> None:
    text = (
        "`unit/cat_engine/test_security_doc.py::test_a_test_that_does_not_exist_is_named`, "
        "`::test_gone`, `unit/test_gone.py`, `http/test_http_login.py`"
    )

    assert [
        "unit/cat_engine/test_security_doc.py::test_gone",
        "unit/test_gone.py",
    ] == missing_tests(text, ROOT / "tests")


def test_every_chapter_that_applies_is_worked_through() -> None:
    headings = re.findall(r"^### V(\d+) ", DOCUMENT.read_text(), re.MULTILINE)

    assert list(CHAPTERS) == [int(number) for number in headings]
