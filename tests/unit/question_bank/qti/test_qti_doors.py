"""The documented doors: what docs/qti.md shows is what happens."""

import doctest

import pytest

import scoring.outcomes
import scoring.whole_test
from tests.unit.question_bank.qti.sets import ROOT


def test_examples_of_the_document_are_true(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)

    result = doctest.testfile(str(ROOT / "docs" / "qti.md"), module_relative=False)

    assert (0, 14) == (result.failed, result.attempted)


@pytest.mark.parametrize("module", [scoring.outcomes, scoring.whole_test])
def test_examples_in_the_modules_are_true(module: object) -> None:
    result = doctest.testmod(module)  # type: ignore[arg-type]

    assert result.attempted > 0
    assert 0 == result.failed
