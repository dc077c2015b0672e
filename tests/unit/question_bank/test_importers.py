"""The door of the importers: whatever stands in a file, an answer comes, and nothing is lost."""

import json
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.importers import SIZE_LIMIT_BYTES, gift, native, read
from question_bank.importers.admission import faults
from question_bank.importers.report import ImportReport
from question_bank.item import Item, dump, load
from question_bank.rich_text import nodes_of, plain_words

YAML = """\
bank: soal
items:
  - id: x
    section: s
    stem: {stem}
    options: [{{id: a, text: {one}}}, {{id: b, text: lain}}]
    key: a
"""


def _check(report: ImportReport) -> None:
    """Something was taken or told, and what was taken can be stored."""
    assert report.items or report.problems
    for item in report.storable:
        assert [] == faults(item)
        assert item == load(dump(item))
        dump(item).encode("utf-8")


def _escape(text: str) -> str:
    """The text as GIFT, in one line, with nothing left to the grammar."""
    line = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", " ")
    for sign in "~=#{}:":
        line = line.replace(sign, f"\\{sign}")
    return line


@pytest.fixture(scope="module")
def naughty_strings(shared_data: Path) -> list[str]:
    """The big list of naughty strings."""
    text = (shared_data / "bad-input" / "blns" / "blns.json").read_text(encoding="utf-8")
    strings = json.loads(text)
    assert len(strings) > 400
    return list(strings)


def _shown(item: Item) -> list[str]:
    return [item.stem, *(option.text for option in item.options)]


def test_naughty_strings_are_kept_or_refused_in_our_format(naughty_strings: list[str]) -> None:
    taken = 0
    for string in naughty_strings:
        quoted = json.dumps(string)

        report = native.read(Path("soal.yaml"), YAML.format(stem=quoted, one=quoted))

        _check(report)
        if report.items:
            taken += 1
            assert [string.strip()] * 2 == _shown(report.items[0])[:2]
    assert taken > 450


def test_naughty_strings_are_kept_or_refused_in_gift(
    naughty_strings: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "soal.gift"
    taken = 0
    for string in naughty_strings:
        for mark, written in (("", string), ("", _escape(string)), ("[plain]", _escape(string))):
            path.write_text(f"{mark}Q {written}{{={written} ~lain}}", encoding="utf-8")

            report = read(path)

            _check(report)
            taken += len(report.items)
    assert taken > 1_000


def test_plain_gift_keeps_naughty_strings_word_for_word(naughty_strings: list[str]) -> None:
    for string in naughty_strings:
        text = f"[plain]Q {_escape(string)}{{=a ~b}}"

        for item in gift.read(Path("soal.gift"), text).items:
            nodes = nodes_of(item.stem, item.notation)
            words = " ".join(plain_words(nodes).split()) if item.notation == "rich" else item.stem

            assert f"Q {string}".replace("\r", " ").strip() == words


@given(st.text(max_size=80))
def test_any_text_gets_an_answer(text: str) -> None:
    gift.read(Path("soal.gift"), text)
    native.read(Path("soal.yaml"), text)


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_stem_and_option_get_an_answer(stem: str, option: str) -> None:
    for text in (f"[html]{stem}{{={option} ~lain}}", f"{stem}{{={option} ~lain}}"):
        for item in gift.read(Path("soal.gift"), text).items:
            assert [] == faults(item)
    quoted = YAML.format(stem=json.dumps(stem), one=json.dumps(option))
    _check(native.read(Path("soal.yaml"), quoted))


@pytest.mark.parametrize(
    ("name", "content", "place", "message"),
    [
        ("a.docx", b"PK", "a.docx", "unknown ending '.docx'"),
        ("a.gift", b"Q{T}\n\nQ\0{T}", "a.gift:3", "holds a NUL byte"),
        ("a.yaml", b"bank: a\nx: \xff\xfe", "a.yaml:2", "is not UTF-8"),
        ("a.txt", "Q{T}".encode("utf-16"), "a.txt", "is UTF-16, not UTF-8"),
        ("a.txt", "é{T}".encode("latin-1"), "a.txt:1", "is not UTF-8"),
        ("a.gift", b" " * (SIZE_LIMIT_BYTES + 1), "a.gift", "larger than 20 MB"),
        ("a.yaml", b"", "a.yaml:0", "the file is empty"),
    ],
)
def test_unreadable_file_is_refused_whole(
    tmp_path: Path, name: str, content: bytes, place: str, message: str
) -> None:
    (tmp_path / name).write_bytes(content)

    report = read(tmp_path / name)

    assert () == report.items
    (problem,) = report.problems
    assert (place, "refused", message) == (problem.place, problem.severity, problem.message)
    assert problem.advice


@pytest.mark.parametrize(
    ("encoding", "message"),
    [
        ("utf-8", "is not UTF-8"),
        ("ascii", "is not ASCII"),
        ("base64", "is not BASE64"),
        ("klingon", "unknown encoding 'klingon'"),
    ],
)
def test_encoding_is_named_and_never_guessed(tmp_path: Path, encoding: str, message: str) -> None:
    path = tmp_path / "soal.gift"
    path.write_bytes("Café?{T}".encode("cp1252"))

    taken = read(path, encoding="cp1252")
    refused = read(path, encoding=encoding)

    assert ["Café?"] == [item.stem for item in taken.items]
    assert [message] == [problem.message for problem in refused.problems]


def test_missing_file_and_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.gift").mkdir()

    for name in ("folder.gift", "nowhere.gift", "x" * 500 + ".gift"):
        (problem,) = read(tmp_path / name).refusals
        assert problem.advice


def test_signature_of_utf8_is_no_part_of_the_text(tmp_path: Path) -> None:
    (tmp_path / "a.gift").write_bytes("\ufeffSiapa?{T}".encode())

    assert ["Siapa?"] == [item.stem for item in read(tmp_path / "a.gift").items]


def test_hostile_lengths_take_bounded_time(tmp_path: Path) -> None:
    """Each of these took minutes with a reader that looks back at every sign."""
    path = tmp_path / "a.gift"
    count = 300_000
    for text in ("\\" * count, "{" * count, "Q{" + "=a~" * count, "[html]" + "<a " * count + "{T}"):
        path.write_text(text)

        assert read(path).refusals


def test_ten_thousand_items_are_read_at_once(tmp_path: Path) -> None:
    path = tmp_path / "a.gift"
    path.write_text("".join(f"::Nomor {n}::Soal {n}{{=a ~b ~c ~d}}\n\n" for n in range(10_000)))

    assert 10_000 == len(read(path).items)


def test_bad_input_of_all_sets_gets_an_answer_in_every_format(
    shared_data: Path, tmp_path: Path
) -> None:
    """Bombs, broken zips and JSON, payloads of attackers: each under every ending that is read."""
    files = [path for path in sorted((shared_data / "bad-input").rglob("*")) if path.is_file()]
    endings = ("aiken", "csv", "gift", "imscc", "txt", "xlsx", "xml", "yaml", "zip")
    refused = taken = 0
    for path in files:
        content = path.read_bytes()[:200_000]
        for ending in endings:
            (tmp_path / f"soal.{ending}").write_bytes(content)

            report = read(tmp_path / f"soal.{ending}")

            _check(report)
            refused += bool(report.refusals)
            taken += len(report.items)
    assert sorted(tmp_path.iterdir()) == sorted(tmp_path / f"soal.{one}" for one in endings)
    sys.stdout.write(
        f"{len(files)} files as {len(endings)} formats: {refused} refused, {taken} items\n"
    )
    assert refused > 0.9 * len(files) * len(endings)
