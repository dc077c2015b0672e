"""Files into the bank and out of it by command: all or nothing, and the original is kept."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cat_engine.cli.main import group

GOOD = "Siapa presiden pertama?\nA) Soekarno\nB) Hatta\nANSWER: A\n"
BAD = "Kapan merdeka?\nA) 1945\nANSWER: C\n"

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs a command on a new data directory."""

    def command(*words: str | Path) -> Result:
        arguments = ["--json", "--data-dir", str(tmp_path / "data"), *map(str, words)]
        return CliRunner().invoke(group, arguments)

    assert command("migrate").exit_code == 0
    return command


def _banks(run: Run) -> dict[str, int]:
    return {one["bank"]: one["items"] for one in json.loads(run("bank", "list").stdout)}


def test_original_and_report_are_kept(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "soal.txt"
    path.write_text(GOOD)

    assert run("bank", "import", path, "--by", "dewi").exit_code == 0

    kept = tmp_path / "data" / "imports" / f"{hashlib.sha256(GOOD.encode()).hexdigest()}.txt"
    (told,) = kept.parent.glob(f"{kept.stem}.*.report.json")
    report = json.loads(told.read_text())
    assert GOOD == kept.read_text()
    assert ("soal.txt", "dewi", 1, []) == (
        report["file"],
        report["by"],
        len(report["items"]),
        report["problems"],
    )
    assert 0o600 == kept.stat().st_mode & 0o777 == told.stat().st_mode & 0o777


def test_file_with_a_refused_item_is_stored_only_when_the_rest_is_asked_for(
    run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "soal.txt"
    path.write_text(GOOD + "\n" + BAD)

    refused = run("bank", "import", path)
    before = _banks(run)
    taken = run("bank", "import", path, "--take-rest")

    assert (1, {}) == (refused.exit_code, before)
    assert "there is no option C" in refused.stderr
    assert (0, {"soal": 1}) == (taken.exit_code, _banks(run))


def test_encoding_is_named_by_option(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "soal.txt"
    path.write_bytes("Où?\nA) ici\nB) là\nANSWER: A\n".encode("cp1252"))

    unnamed, named = (run("bank", "import", path, *more) for more in ((), ("--encoding", "cp1252")))

    assert (1, 0) == (unnamed.exit_code, named.exit_code)
    assert "is not UTF-8" in unnamed.stderr


def test_samples_go_out_and_come_in_again_without_a_change(run: Run, tmp_path: Path) -> None:
    assert run("bank", "import", "samples").exit_code == 0
    for form, ending in (("yaml", "yaml"), ("csv", "csv"), ("xlsx", "xlsx")):
        path = tmp_path / form / f"skd-sample.{ending}"
        path.parent.mkdir()

        written = run("bank", "export", "--bank", "skd-sample", "--format", form, "--out", path)
        (row,) = json.loads(run("bank", "import", path).stdout)

        assert 0 == written.exit_code, written.output
        assert (225, 0, 225, 0) == (
            row["items"],
            row["added"],
            row["already there"],
            row["refused"],
        )
        assert 0o600 == path.stat().st_mode & 0o777


def test_template_is_written_once(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "templat.xlsx"

    first, second = run("bank", "template", path), run("bank", "template", path)
    (row,) = json.loads(run("bank", "import", path, "--check-only").stdout)

    assert (0, 1) == (first.exit_code, second.exit_code)
    assert (7, 0, 0) == (row["items"], row["added"], row["refused"])
