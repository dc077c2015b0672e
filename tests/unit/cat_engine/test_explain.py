"""Failures of commands that are expected end in a sentence that says what to do."""

from pathlib import Path

import pytest

from cat_engine import db
from cat_engine.cli.console import explain
from cat_engine.migrations import check_schema


def failure_of(url: str) -> Exception:
    with pytest.raises(Exception) as failed:  # noqa: PT011 - which one is the question
        check_schema(db.connect(url))
    return failed.value


def test_a_file_that_is_no_database_asks_for_a_backup(tmp_path: Path) -> None:
    path = tmp_path / "cat-engine.db"
    path.write_bytes(b"no database" * 500)

    sentence = explain(failure_of(f"sqlite:///{path}"))

    assert "the database cannot be read: file is not a database; put a backup" in str(sentence)


def test_an_address_of_no_kind_is_told_what_kinds_there_are() -> None:
    sentence = explain(failure_of("oracel://db.example/cat"))

    assert "storage.database_url is no address" in str(sentence)
    assert "postgresql+psycopg://USER@HOST/DATABASE" in str(sentence)


def test_a_file_in_place_of_the_directory_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")

    sentence = explain(failure_of(f"sqlite:///{tmp_path}/data/cat-engine.db"))

    assert f"{tmp_path}/data is a file; a directory is needed in its place" == sentence


def test_what_nobody_expected_keeps_its_trace() -> None:
    assert explain(KeyError("rooms")) is None
