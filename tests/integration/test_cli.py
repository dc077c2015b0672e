"""The command line as a newcomer uses it, and its checks, which must be able to fail."""

import csv
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from http.client import HTTPConnection
from pathlib import Path

import pytest
from sqlalchemy import update

from cat_engine import db
from cat_engine.cli.demo import EXAM_SESSION as DEMO_SESSION
from cat_engine.rehearsal.audit import audit
from cat_engine.rehearsal.virtual import Story
from exam_sessions import journal, tables
from exam_sessions.events import Responded
from tests.integration.server import ServerProcess, free_port

pytestmark = pytest.mark.timeout(240)
EXAM = """\
exam: ujian
title: Ujian percobaan
bank: skd-sample
blueprint: tryout
seed: "1-6-2-2-5"
board: {delay_s: 0}
sessions:
  - id: pagi
    title: Sesi pagi
    starts_at: 2026-11-24T08:00+07:00
    rooms: [{id: A, name: Ruang A, seats: 3}]
"""
ROSTER = "participant_no,name,room,seat\n1,Ani Lestari,A,1\n2,Budi Santoso,A,2\n"
SESSION = ["--exam-session", "ujian-pagi"]


def cat_engine(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run one command on a data directory."""
    command = [sys.executable, "-m", "cat_engine", "--data-dir", str(folder), *words]
    environ = {**os.environ, "COLUMNS": "200"}
    return subprocess.run(
        command, capture_output=True, text=True, timeout=200, check=False, env=environ
    )


def prepare(folder: Path) -> Path:
    """From nothing to an exam session whose candidates have forms."""
    (folder / "exam.yaml").write_text(EXAM)
    (folder / "roster.csv").write_text(ROSTER)
    data = folder / "data"
    for words in (
        ["migrate"],
        ["bank", "import", "samples"],
        ["exam", "create", str(folder / "exam.yaml")],
        [
            "candidates",
            "import",
            str(folder / "roster.csv"),
            *SESSION,
            "--pins",
            str(folder / "pins.csv"),
        ],
        ["forms", "assemble", *SESSION],
    ):
        done = cat_engine(data, *words)
        assert done.returncode == 0, (words, done.stdout, done.stderr)
    return data


def test_a_first_exam_goes_from_nothing_to_results(tmp_path: Path) -> None:
    data = prepare(tmp_path)

    pins = list(csv.DictReader((tmp_path / "pins.csv").read_text("utf-8").splitlines()))
    new = tmp_path / "new.csv"
    made = cat_engine(
        data, "candidates", "pins", *SESSION, "--pins", str(new), "--reason", "printer macet"
    )
    results = cat_engine(data, "results", "export", *SESSION, "--format", "json")
    check = cat_engine(data, "--json", "journal", "check")
    again = cat_engine(data, "exam", "create", str(tmp_path / "exam.yaml"))

    assert ["1", "2"] == [slip["participant_no"] for slip in pins]
    assert all(len(slip["pin"]) == 6 for slip in pins)
    assert (tmp_path / "pins.csv").stat().st_mode & 0o077 == 0
    assert 0 == made.returncode, made.stderr
    replaced = list(csv.DictReader(new.read_text("utf-8").splitlines()))
    assert [one["participant_no"] for one in pins] == [one["participant_no"] for one in replaced]
    assert new.stat().st_mode & 0o077 == 0
    assert ["absent", "absent"] == [row["status"] for row in json.loads(results.stdout)]
    listed = json.loads(cat_engine(data, "--json", "exam", "list").stdout)
    assert [("ujian-pagi", 2, 2)] == [
        (one["exam_session"], one["enrolled"], one["forms"]) for one in listed
    ]
    assert ("holds", 0) == (json.loads(check.stdout)[0]["verdict"], check.returncode)
    assert 1 == again.returncode
    assert "ujian is there already and is not changed any more" in again.stderr


def test_a_roster_with_a_bad_row_is_refused_whole(tmp_path: Path) -> None:
    data = prepare(tmp_path)
    (tmp_path / "more.csv").write_text(
        "participant_no,name,room,seat\n3,Eko,A,3\n4,,A,9\n2,B,A,4\n"
    )
    more = ["candidates", "import", str(tmp_path / "more.csv"), *SESSION]

    refused = cat_engine(data, *more, "--pins", str(tmp_path / "more-pins.csv"))
    results = cat_engine(data, "results", "export", *SESSION, "--format", "json")

    assert refused.returncode == 1
    assert "line 3, column name: is empty" in refused.stderr
    assert "line 4, column participant_no: 2 is already enrolled" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert len(json.loads(results.stdout)) == 2
    assert not (tmp_path / "more-pins.csv").exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--config", "none.yaml", "serve"], "none.yaml cannot be read"),
        (["bank", "list"], "cat-engine migrate"),
        (["exam", "create", "none.yaml"], "none.yaml cannot be read"),
        (["journal", "check", "--exam-session", "x"], "cat-engine migrate"),
        (["rehearse", "--url", "http://127.0.0.1:1"], "there is no database at"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    tmp_path: Path, words: list[str], sentence: str
) -> None:
    done = cat_engine(tmp_path / "data", *words)

    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "data").exists(), "looking for a database makes none"


def test_a_port_that_is_taken_is_named_with_what_to_do(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        done = cat_engine(tmp_path, "serve", "--host", "127.0.0.1", "--port", str(port))

    assert 1 == done.returncode
    assert "cat-engine staff add NAME --role administrator" in done.stderr
    assert f"port {port} at 127.0.0.1 cannot be taken: Address already in use; " in done.stderr
    assert "Traceback" not in done.stderr


def test_every_command_explains_itself(tmp_path: Path) -> None:
    top = cat_engine(tmp_path, "--help")

    assert top.returncode == 0
    for name in ("demo", "serve", "serve-board", "migrate", "bank", "exam", "candidates", "forms",
                 "rehearse", "replay", "results", "journal", "seb", "sheet"):  # fmt: skip
        assert f"  {name} " in top.stdout
        assert len(cat_engine(tmp_path, name, "--help").stdout.splitlines()) > 3


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_demo_that_is_ended_leaves_no_server_behind(tmp_path: Path, ending: int) -> None:
    port = free_port()
    as_background_job = ["sh", "-c", 'trap "" INT; exec "$0" "$@"']
    with subprocess.Popen(
        [*as_background_job, sys.executable, "-m", "cat_engine", "demo", "--port", str(port),
         "--count", "3", "--speed", "1", "--folder", str(tmp_path / "demo")],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as demo:  # fmt: skip
        assert demo.stdout is not None
        said = ""
        for line in demo.stdout:
            said += line
            if "virtual candidates answer now" in line:
                break
        wait_for_work(port)
        demo.send_signal(ending)
        said += demo.communicate(timeout=60)[0]

    assert demo.returncode == 130
    assert "the server has ended" in said
    assert "Traceback" not in said
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def wait_for_work(port: int) -> None:
    """Wait until somebody's sitting runs."""
    for _ in range(300):
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", f"/api/v1/boards/{DEMO_SESSION}")
        shown = connection.getresponse().read()
        connection.close()
        if b'"status":"working"' in shown:
            return
        threading.Event().wait(0.1)
    raise AssertionError("nobody began")


def test_a_rehearsal_finds_every_acknowledgement_in_the_journal(
    server: ServerProcess, tmp_path: Path
) -> None:
    assert cat_engine(server.folder, "bank", "import", "samples").returncode == 0
    report = tmp_path / "report.json"
    assert cat_engine(server.folder, "keys", "make", str(server.folder / "day.key")).returncode == 0

    done = cat_engine(
        server.folder, "rehearse", "--url", server.url, "--count", "6", "--speed", "400",
        "--report", str(report), "--sheet", str(tmp_path), "--site", "SMKN 1",
    )  # fmt: skip

    found = json.loads(report.read_text())
    assert (found["is_clean"], found["finished_count"], found["lost"]) == (True, 6, [])
    assert found["acknowledged_count"] == found["journaled_count"] > 100
    # Clean, but six are fewer than a sheet must stand on.
    assert done.returncode == 1, done.stderr
    (sheet,) = tmp_path.glob("readiness-*.json")
    assert sheet.with_suffix(".pdf").read_bytes().startswith(b"%PDF")
    check_sheet(server.folder, sheet)


def check_sheet(folder: Path, sheet: Path) -> None:
    """The command says what was signed, and finds what was changed and who else signed."""
    signer = json.loads(sheet.read_text())["signer"]
    right = cat_engine(folder, "sheet", "check", str(sheet), "--signer", signer)
    other = cat_engine(folder, "sheet", "check", str(sheet), "--signer", "0" * 64)
    sheet.write_text(sheet.read_text().replace('"is_fit": false', '"is_fit": true'))
    changed = cat_engine(folder, "sheet", "check", str(sheet))

    assert "NOT FIT" in right.stdout
    assert "SMKN 1" in right.stdout
    assert (1, 1, 1) == (right.returncode, other.returncode, changed.returncode)
    assert "another key" in other.stderr
    assert "does not fit" in changed.stderr


def test_the_comparison_names_what_is_lost_doubled_or_changed(
    server: ServerProcess, tmp_path: Path
) -> None:
    assert cat_engine(server.folder, "bank", "import", "samples").returncode == 0
    report = tmp_path / "report.json"
    rehearse = ["rehearse", "--url", server.url, "--count", "1", "--speed", "900"]
    assert cat_engine(server.folder, *rehearse, "--report", str(report)).returncode == 0
    database = server.database()
    exam_session = json.loads(report.read_text())["exam_session"]
    with database.connect() as opened:
        entries = list(journal.read_all(opened, exam_session))
    given = next(entry for entry in entries if isinstance(entry.event, Responded))
    assert given.participant_no is not None
    assert isinstance(given.event, Responded)
    story = Story(given.participant_no)
    story.acknowledged[99_999_999] = (1, {"choice": "A"})
    story.acknowledged[given.event.client_seq] = (given.event.item_no, None)

    found = audit(database, exam_session, [story])

    assert [f"{given.participant_no} message 99999999, item 1"] == found.lost
    assert len(found.changed) == 1
    assert not found.is_clean
    database.dispose()


def test_a_journal_changed_by_hand_is_named_by_the_check_and_stops_the_start(
    server: ServerProcess,
) -> None:
    assert cat_engine(server.folder, "bank", "import", "samples").returncode == 0
    rehearse = ["rehearse", "--url", server.url, "--count", "1", "--speed", "900"]
    assert cat_engine(server.folder, *rehearse).returncode == 0
    server.stop()
    database = server.database()
    table = tables.journal_entries
    with db.writing(database).begin() as opened:
        opened.execute(update(table).where(table.c.position == 9).values(body=table.c.body + " "))
    database.dispose()

    check = cat_engine(server.folder, "journal", "check")
    start = cat_engine(server.folder, "serve", "--port", str(server.port))

    for done in (check, start):
        assert done.returncode == 1
        assert "entry 9: its content does not fit its hash" in done.stderr
    assert "go on from a backup" in start.stderr


def test_real_people_of_a_recorded_exam_get_their_real_scores(
    server: ServerProcess, shared_data: Path, tmp_path: Path
) -> None:
    """The whole file, with ranks compared, is `cat-engine replay … --expect`: README."""
    responses = shared_data / "responses"

    done = cat_engine(
        server.folder, "replay", str(responses / "credential_choices.csv"),
        "--key", str(responses / "credential_choices.reference.json"),
        "--durations", str(shared_data / "traces/credential_item_durations.csv"),
        "--url", server.url, "--limit", "8", "--speed", "2000",
        "--report", str(tmp_path / "report.json"),
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    exam_session = json.loads((tmp_path / "report.json").read_text())["exam_session"]
    words = ["results", "export", "--exam-session", exam_session, "--format", "json"]
    rows = json.loads(cat_engine(server.folder, *words).stdout)
    with (shared_data / "ranking/credential_rank.csv").open() as file:
        known = {row["candidate"]: row["total"] for row in csv.DictReader(file)}
    assert {row["participant_no"]: row["total"] for row in rows} == {
        row["participant_no"]: known[row["participant_no"]] for row in rows
    }
    assert Counter(row["status"] for row in rows) == {"finished": 8}
