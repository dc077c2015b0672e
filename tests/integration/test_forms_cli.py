"""forms report, check and bank statistics from the command line: what they say and how they end."""

import json
from pathlib import Path

import pytest
from sqlalchemy import update

from cat_engine import db
from exam_sessions import tables
from tests.integration.test_cli import EXAM, ROSTER, SESSION, cat_engine

pytestmark = pytest.mark.timeout(240)
SHIPPED = Path(__file__).parents[2] / "question_bank" / "samples" / "blueprints" / "tryout.yaml"
STATISTICS = "item,expected,a,b\ntwk-001,0.7,1.1,0\n"


def _prepare(folder: Path) -> Path:
    fair = SHIPPED.read_text("utf-8").replace(
        "parts:", "draw: 2\nexpected_score: {within: 3}\nparts:", 1
    )
    (folder / "fair.yaml").write_text(fair)
    (folder / "exam.yaml").write_text(EXAM.replace("blueprint: tryout", "blueprint: fair.yaml"))
    pins = ROSTER.replace("seat\n", "seat,pin\n").replace("A,1\n", "A,1,271828\n")
    (folder / "roster.csv").write_text(pins.replace("A,2\n", "A,2,314159\n"))
    (folder / "statistics.csv").write_text(STATISTICS)
    data = folder / "data"
    for words in (
        ["migrate"],
        ["bank", "import", "samples"],
        ["bank", "statistics", "import", str(folder / "statistics.csv"), "--bank", "skd-sample"],
        ["exam", "create", str(folder / "exam.yaml")],
        ["candidates", "import", str(folder / "roster.csv"), *SESSION],
        ["forms", "assemble", *SESSION],
    ):
        done = cat_engine(data, *words)
        assert done.returncode == 0, (words, done.stdout, done.stderr)
    return data


def test_report_draws_the_forms_and_fails_when_one_was_exchanged(tmp_path: Path) -> None:
    data = _prepare(tmp_path)
    out = tmp_path / "out"

    report = cat_engine(data, "--json", "forms", "report", *SESSION, "--out", str(out))
    check = cat_engine(data, "forms", "check", *SESSION)
    known = cat_engine(data, "--json", "bank", "statistics", "list", "--bank", "skd-sample")
    database = db.writing(db.connect(f"sqlite:///{data / 'cat-engine.db'}"))
    with database.begin() as opened:
        document = tables.forms.c.document
        opened.execute(update(tables.forms).values(document=document.op("||")(" ")))
    database.dispose()
    exchanged = cat_engine(data, "forms", "check", *SESSION)

    assert (0, True) == (report.returncode, json.loads(report.stdout)["is_fair"]), report.stderr
    assert json.loads(report.stdout) == json.loads((out / "report.json").read_text("utf-8"))
    assert {"report.html", "report.json", "neighbours.svg", "exposure.svg"} < {
        path.name for path in out.iterdir()
    }
    assert (0, "2 forms, 0 differ from the draw\n") == (check.returncode, check.stdout)
    rows = {row["item"]: row for row in json.loads(known.stdout)}
    assert ("0.700", "1.100") == (rows["twk-001"]["expected"], rows["twk-001"]["a"])
    assert 2 * 20 == sum(row["forms"] for row in rows.values())
    assert 1 == exchanged.returncode
    assert "1 has another form than the draw gives\n" in exchanged.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["forms", "report", *SESSION], "there is no exam session ujian-pagi"),
        (["forms", "check", *SESSION], "there is no exam session ujian-pagi"),
        (["bank", "statistics", "import", "none.csv", "--bank", "x"], "none.csv"),
    ],
)
def test_what_cannot_be_reported_is_said_in_a_sentence(
    tmp_path: Path, words: list[str], sentence: str
) -> None:
    assert cat_engine(tmp_path, "migrate").returncode == 0

    done = cat_engine(tmp_path, *words)

    assert 1 == done.returncode
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
