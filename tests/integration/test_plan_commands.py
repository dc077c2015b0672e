"""What stands before an exam, by command line: the same checks, the same record."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cat_engine.cli.main import group
from cat_engine.preparation.fault import Faulty

ROOM = ["site", "room", "manahan", "utama", "--name", "Utama", "--rows", "2", "--columns", "3"]
FORMATION = ["formation", "set", "analis", "--agency", "solo", "--title", "Analis", "--location"]
FORMATION += ["Solo", "--openings", "3"]
PROFILE = ["profiles", "set", "P-1", "--timer", "request", "--source", "surat"]


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(group, ["--data-dir", str(folder), "--json", *words])


def test_places_and_profiles_are_kept_by_command(tmp_path: Path) -> None:
    for words in (
        ["migrate"],
        ["agency", "set", "solo", "--name", "Kota Surakarta", "--by", "dewi"],
        FORMATION,
        ["site", "set", "manahan", "--name", "Manahan", "--zone", "WITA"],
        [*ROOM, "--unusable", "3"],
        [*PROFILE, "--confirmed-by", "dewi"],
    ):  # fmt: skip
        done = run(tmp_path, *words)
        assert done.exit_code == 0, (words, done.output, done.exception)

    (site,) = json.loads(run(tmp_path, "site", "list").output)
    (formation,) = json.loads(run(tmp_path, "formation", "list").output)
    (profile,) = json.loads(run(tmp_path, "profiles", "list").output)
    (agency,) = json.loads(run(tmp_path, "agency", "list").output)
    assert ("WITA", "utama", 5) == (site["zone"], site["room"], site["seats"])
    assert (3, "Kota Surakarta") == (formation["openings"], agency["name"])
    assert ("request", 1) == (profile["timer"], profile["revision"])


def test_a_mistake_is_said_and_nothing_is_kept(tmp_path: Path) -> None:
    run(tmp_path, "migrate")

    nowhere = run(tmp_path, *ROOM)
    bad = run(tmp_path, *PROFILE, "--break-minutes", "999", "--confirmed-by", "dewi")

    assert "there is no site manahan" in nowhere.output
    assert isinstance(bad.exception, Faulty)
    assert "break_minutes: must be a whole number from 0 to 240" in str(bad.exception)
    assert [] == json.loads(run(tmp_path, "profiles", "list").output)


PLAN = """\
exam: {exam}
title: SKD
bank: small
blueprint: tryout
seed: dadu
sessions:
  - id: {id}
    title: Sesi 1
    starts_at: 2026-11-24T08:00+07:00
    rooms: [{{id: A, seats: 4}}]
"""


@pytest.mark.parametrize(
    ("exam", "own", "told"),
    [("upload", "sesi-1", "'upload'"), ("staff", "record", "'staff-record'")],
)
def test_nothing_is_called_as_a_page_is(tmp_path: Path, exam: str, own: str, told: str) -> None:
    run(tmp_path, "migrate")
    plan = tmp_path / "exam.yaml"
    plan.write_text(PLAN.format(exam=exam, id=own))

    refused = run(tmp_path, "exam", "create", str(plan))

    assert isinstance(refused.exception, Faulty)
    assert f"{told} is the address of a page" in str(refused.exception)
    plan.write_text(PLAN.format(exam="skd", id="sesi-1"))
    assert 0 == run(tmp_path, "exam", "create", str(plan)).exit_code


def test_a_session_has_its_own_rule_for_late_answers_and_it_is_on_record(tmp_path: Path) -> None:
    run(tmp_path, "migrate")
    plan = tmp_path / "exam.yaml"
    plan.write_text(PLAN.format(exam="skd", id="sesi-1") + "    late: {answers: hand}\n")

    assert 0 == run(tmp_path, "exam", "create", str(plan)).exit_code

    with closing(sqlite3.connect(next(tmp_path.glob("*.db")))) as db:
        stored = db.execute("SELECT late_answers, late_within_s FROM exam_sessions").fetchall()
        acts = db.execute(
            "SELECT body FROM administration_acts WHERE kind = 'exam_session_planned'"
        ).fetchall()
    assert [("hand", 900)] == stored
    assert ("hand", 900) == tuple(
        json.loads(acts[0][0])[name] for name in ("late_answers", "late_within_s")
    )
