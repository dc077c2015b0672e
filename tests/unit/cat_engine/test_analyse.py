"""`cat-engine analyse` on files of one's own: what it prints, writes and refuses."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cat_engine.cli.main import group
from question_bank.item_statistics import read

CHOSEN = "peserta;q1;q2;q3;jk\n" + "".join(
    f"p{at};{'AB'[at % 2]};{'AB'[at // 2 % 2]};{'ABC'[at % 3]};{'LP'[at % 5 < 2]}\n"
    for at in range(40)
)


def analyse(folder: Path, text: str | bytes, *words: str, key: str = "") -> Result:
    content = text if isinstance(text, bytes) else text.encode()
    (folder / "jawaban.csv").write_bytes(content)
    (folder / "key.json").write_text(key)
    given = ["--key", str(folder / "key.json")] if key else []
    command = ["analyse", str(folder / "jawaban.csv"), *given, *words]
    return CliRunner().invoke(group, command)


def test_a_matrix_with_a_key_gives_every_figure(tmp_path: Path) -> None:
    out, statistics = tmp_path / "out.json", tmp_path / "statistics.csv"

    result = analyse(
        tmp_path, CHOSEN, "--person", "peserta", "--group", "jk", "--model", "marginal-rasch",
        "--out", str(out), "--statistics", str(statistics), key='["A", "A", "A"]',
    )  # fmt: skip

    assert 0 == result.exit_code, result.output
    found = json.loads(out.read_text())
    assert 40 == found["test"]["complete_count"]
    assert found["model"]["is_converged"]
    first = found["items"][0]
    assert ("q1", 0.5, 1.0) == (first["item"], first["mean"], first["slope"])
    assert ["A", "B"] == [one["option"] for one in first["options"]]
    assert "odds_ratio" in first["differential"]
    kept = read(statistics.read_text(), {name: [1] for name in ("q1", "q2", "q3")})
    assert [40, 40, 40] == [one.people for one in kept]


def test_json_for_machines_has_null_where_nothing_can_be_said(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("q\n1\n1\n")

    result = CliRunner().invoke(group, ["--json", "analyse", str(tmp_path / "a.csv")])

    found = json.loads(result.stdout)
    assert None is found["test"]["alpha"]
    assert None is found["items"][0]["item_rest"]
    assert ["items on which all earn the same, without correlations: q"] == found["notes"]


def test_a_workbooks_unicode_text_is_read(tmp_path: Path) -> None:
    result = analyse(tmp_path, "q1\tq2\n1\t0\n0\t1\n".encode("utf-16"))

    assert 0 == result.exit_code, result.output


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        (CHOSEN, ["--person", "peserta"], "line 2, column q1: 'A' is no number of points"),
        (CHOSEN, ["--person", "Peserta"], "there is no column 'Peserta'"),
        ("q1,q2\n1,2\n0,1\n", ["--model", "rasch"], "line 2, column q2: the model takes whole"),
        ("q1,q2,g\n1,0,a\n0,1,a\n", ["--group", "g"], "two groups are compared, here are a"),
        ("q1,q2,g\n1,0,a\n0,1,b\n", ["--group", "g", "--focal", "c"], "here are a, b"),
        ("q1,q2,g\n1,0,a\n0,2,b\n", ["--group", "g"], "line 3, column q2: groups are compared"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(
    text: str, words: list[str], said: str, tmp_path: Path
) -> None:
    result = analyse(tmp_path, text, *words)

    assert result.exception is not None
    assert said in str(result.exception)


def test_a_file_in_another_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    result = analyse(tmp_path, "q1,q2\n1,0\nsoal caf\xe9,1\n".encode("latin-1"))

    assert "line 3: not utf-8-sig; save the file as UTF-8" in result.output


def test_an_item_that_able_people_fail_is_pointed_out(tmp_path: Path) -> None:
    rows = ["q1,q2,q3,q4"] + [f"{n > 3:d},{n > 5:d},{n < 4:d},{n > 2:d}" for n in range(10)]

    result = analyse(tmp_path, "\n".join(rows))

    assert "is the key right?): q3\n" in result.stderr
