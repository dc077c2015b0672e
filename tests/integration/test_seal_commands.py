"""Sealing by command: from the bank where items are written to a site, and published afterwards."""

import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cat_engine.cli.main import group
from cat_engine.clock import wall_now
from question_bank import sealing, store
from tests.integration.server import ServerProcess

BANK_FILE = """\
bank: uji
items:
  - id: satu
    section: twk
    stem: Rahasia besar?
    options: [{id: a, text: ya}, {id: b, text: tidak}]
    key: a
"""
HOUR_MS = 3_600_000


def cat(folder: Path, *words: str, given: str = "", fails: bool = False) -> str:
    """Run a command on the installation in a folder."""
    called = ["--data-dir", str(folder), *words]
    result = CliRunner().invoke(group, called, input=given, catch_exceptions=True)
    assert (result.exit_code != 0) == fails, f"{result.output}\n{result.exception}"
    return f"{result.output}\n{result.exception or ''}"


def at(now_ms: int) -> str:
    return datetime.fromtimestamp(now_ms / 1_000, UTC).isoformat()


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """An installation where one approved item was written."""
    folder = tmp_path / "written"
    (tmp_path / "uji.yaml").write_text(BANK_FILE)
    cat(folder, "migrate")
    cat(
        folder, "bank", "import", str(tmp_path / "uji.yaml"), "--by", "ani", "--approved-by", "budi"
    )
    return folder


def seal(written: Path, out: Path, *, opens_at: int, closes_at: int) -> list[str]:
    """Seal, and the rows of each slip."""
    cat(
        written, "bank", "seal", "--bank", "uji", "--title", "Uji", "--opens-at", at(opens_at),
        "--closes-at", at(closes_at), "--threshold", "2", "--custodians", "3",
        "--out", str(out), "--slips", str(out.parent / f"{out.stem}-slips"),
        "--by", "dewi", "--reason", "rapat",
    )  # fmt: skip
    slips = sorted((out.parent / f"{out.stem}-slips").iterdir())
    assert [0o600] * 3 == [stat.S_IMODE(slip.stat().st_mode) for slip in slips]
    return ["\n".join(_rows(slip)) for slip in slips]


def _rows(slip: Path) -> list[str]:
    indented = [line.strip() for line in slip.read_text().splitlines() if line.startswith("    ")]
    return indented[:6]


def test_a_package_goes_from_writing_to_the_site_and_is_published_there(
    written: Path, tmp_path: Path
) -> None:
    now = wall_now()
    package, site = tmp_path / "uji.seal", tmp_path / "site"
    slips = seal(written, package, opens_at=now - HOUR_MS, closes_at=now + HOUR_MS)
    shown = cat(written, "bank", "inspect", str(package))
    signer = sealing.from_text(package.read_text()).header["signer"]
    seal_id = sealing.from_text(package.read_text()).seal
    cat(site, "migrate")

    assert "2 of 3" in shown
    assert "Rahasia" not in package.read_text()
    receive = ("bank", "receive", str(package), "--by", "rini", "--reason", "naskah", "--signer")
    assert "another key" in cat(site, *receive, "00" * 32, fails=True)
    cat(site, *receive, signer)
    assert "approved" in cat(site, "--json", "bank", "list", "--bank", "uji")
    publish = ("bank", "publish", seal_id, "--by", "rini", "--reason", "selesai")
    mistyped = slips[0].replace(slips[0][0], "A" if slips[0][0] != "A" else "B", 1)
    told = cat(site, *publish, given=f"{mistyped}\n{slips[0]}\n{slips[2]}\n")

    assert "mistyped" in told
    assert not any(row in told for slip in slips for row in slip.split("\n"))
    with ServerProcess(site).database().connect() as db:
        [item] = store.list_versions(db, "uji")
    assert "Rahasia besar?" == item.stem
    history = cat(site, "--json", "bank", "history", "--bank", "uji")
    assert all(kind in history for kind in ("received", "published"))


def test_outside_the_window_the_command_refuses_before_it_asks(
    written: Path, tmp_path: Path
) -> None:
    now = wall_now()
    site = tmp_path / "site"
    cat(site, "migrate")
    for name, opens_at, told in (
        ("early", now + HOUR_MS, "not open yet"),
        ("late", now - 2 * HOUR_MS, "not open any more"),
    ):
        package = tmp_path / f"{name}.seal"
        slips = seal(written, package, opens_at=opens_at, closes_at=opens_at + HOUR_MS)
        read = sealing.from_text(package.read_text())
        signer = read.header["signer"]
        cat(site, "bank", "receive", str(package), "--signer", signer, "--reason", "x")
        given = "\n".join(slips)
        publish = ("bank", "publish", read.seal, "--reason", "x")
        assert told in cat(site, *publish, given=given, fails=True)


def test_nothing_is_written_over_and_unapproved_items_are_not_sealed(
    written: Path, tmp_path: Path
) -> None:
    (tmp_path / "dua.yaml").write_text(BANK_FILE.replace("uji", "draf"))
    cat(written, "bank", "import", str(tmp_path / "dua.yaml"), "--by", "ani")
    out = tmp_path / "a.seal"
    common: tuple[Any, ...] = (
        "bank", "seal", "--title", "x", "--opens-at", "2026-11-24T08:00+07:00", "--closes-at",
        "2026-11-24T09:00+07:00", "--threshold", "2", "--custodians", "2", "--out", str(out),
        "--slips", str(tmp_path / "s"), "--reason", "x",
    )  # fmt: skip

    assert "there must be items" in cat(written, *common, "--bank", "draf", fails=True)
    assert not out.exists()
    out.write_text("kept")
    assert "must be new" in cat(written, *common, "--bank", "uji", fails=True)
    assert "kept" == out.read_text()
