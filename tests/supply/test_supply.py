"""The bills list everything that is locked, and an audit says plainly what it could not ask."""

import json
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests.supply.advisories import (
    NO_CONNECTION,
    OUTCOME,
    Finding,
    read_npm_audit,
    read_outcome,
    read_pip_audit,
    store_outcome,
    warning,
)
from tests.supply.bill import (
    FRONT_END_LOCK,
    PYTHON_LOCK,
    front_end_locked,
    gaps,
    python_locked,
    write_bills,
)

Json = dict[str, Any]
CLEAN: Json = {"metadata": {"dependencies": {"prod": 9}}, "vulnerabilities": {}}


@pytest.fixture(scope="module")
def bills(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Both bills, freshly written."""
    return write_bills(tmp_path_factory.mktemp("bills"))


def test_the_bill_of_the_server_lists_every_locked_package(bills: list[Path]) -> None:
    locked = python_locked(PYTHON_LOCK.read_text())

    assert len(locked) > 30
    assert [] == gaps(json.loads(bills[0].read_text()), locked)


def test_the_bill_of_the_front_end_lists_every_locked_package(bills: list[Path]) -> None:
    locked = front_end_locked(json.loads(FRONT_END_LOCK.read_text()))

    assert len(locked) > 50
    assert [] == gaps(json.loads(bills[1].read_text()), locked)


def test_both_bills_are_valid_cyclonedx(bills: list[Path]) -> None:
    validator = JsonStrictValidator(SchemaVersion.V1_6)

    assert [None, None] == [validator.validate_str(path.read_text()) for path in bills]


def test_a_gap_in_a_bill_is_named() -> None:
    bill = {
        "components": [
            {"name": "a", "version": "1", "hashes": [{"alg": "SHA-256", "content": "0"}]},
            {"name": "b", "version": "2"},
        ]
    }

    assert ["c 3 is missing", "b has no hash"] == gaps(bill, {("a", "1"), ("b", "2"), ("c", "3")})
    assert ["b 2 is not locked", "b has no hash"] == gaps(bill, {("a", "1")})


@pytest.mark.parametrize(
    ("answer", "words", "vulnerable"),
    [
        ("", NO_CONNECTION, []),
        ("<html>", NO_CONNECTION, []),
        ({"dependencies": [{"name": "a", "skip_reason": "not found"}]}, NO_CONNECTION, []),
        ({"dependencies": [{"name": "a", "version": "1", "vulns": []}]}, "1 audited, 0", []),
        (
            {
                "dependencies": [
                    {"name": "a", "version": "1", "vulns": [{"id": "PYSEC-1"}]},
                    {"name": "b", "skip_reason": "not found"},
                ]
            },
            "1 audited, 1 not audited, 1 vulnerable",
            ["a 1: PYSEC-1"],
        ),
    ],
)
def test_an_audit_of_the_server_is_read(
    answer: str | Json, words: str, vulnerable: list[str]
) -> None:
    text = answer if isinstance(answer, str) else json.dumps(answer)

    found = read_pip_audit(text, "ConnectionError")

    assert words in str(found)
    assert vulnerable == found.vulnerable


@pytest.mark.parametrize(
    ("answer", "words", "vulnerable"),
    [
        ("", NO_CONNECTION, []),
        ('npm warn\n{"message": "405", "statusCode": 405}', "advisory service (405)", []),
        (
            json.dumps(CLEAN),
            "9 audited, 0 vulnerable",
            [],
        ),
        (
            json.dumps(CLEAN | {"vulnerabilities": {"a": {"severity": "b"}}}),
            "9 audited, 1 vulnerable",
            ["a: b"],
        ),
    ],
)
def test_an_audit_of_the_front_end_is_read(answer: str, words: str, vulnerable: list[str]) -> None:
    found = read_npm_audit(answer, "a wrapper failed")

    assert words in str(found)
    assert vulnerable == found.vulnerable


def test_nothing_locked_is_known_to_be_vulnerable() -> None:
    """As the last `make audit` found; what it could not ask about shows as skipped."""
    findings = read_outcome(OUTCOME)

    assert [] == [one for finding in findings for one in finding.vulnerable]
    if missed := [str(one) for one in findings if not one.is_whole]:
        pytest.skip("; ".join(missed))


def test_what_was_not_asked_about_stands_in_a_frame(tmp_path: Path) -> None:
    whole = Finding("a.txt", audited_count=9)
    silent = Finding("b.txt", reason="405")
    partly = Finding("c.txt", audited_count=1, unaudited_count=2)

    store_outcome(tmp_path / "build" / "audit.json", [whole, silent, partly])
    kept = read_outcome(tmp_path / "build" / "audit.json")

    assert [whole, silent, partly] == kept
    assert "" == warning([whole])
    assert "b.txt: NOT AUDITED: no connection" in warning(kept)
    assert "c.txt: 1 audited, 2 not audited" in warning(kept)
    assert "a.txt" not in warning(kept)
    assert "make audit ARGS=--strict" in warning(kept)
    assert not read_outcome(tmp_path / "none.json")[0].is_whole
