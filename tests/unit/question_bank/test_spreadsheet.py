"""Spreadsheets: one item a row; what is wrong is told with row and column."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from question_bank.importers import read, spreadsheet, table_rows
from question_bank.importers.admission import faults
from question_bank.importers.report import ImportReport
from question_bank.item import Image, Item, Option, Stimulus
from scoring.response import Choice, Choices, Match, Order
from scoring.rule import KeyRule, MappingRule, NumberRule, OptionPoints, Rule, TextRule
from tests.unit.question_bank.bank import get_png

HEADER = "id,section,kind,stem,option_a,option_b,option_c,key"
GOOD = "x-1,twk,,Siapa?,Ani,Budi,,b"
FIVE = Fraction(5)


def _csv(*rows: str, header: str = HEADER) -> ImportReport:
    return spreadsheet.read_csv(Path("soal.csv"), "\n".join([header, *rows]))


def _xlsx(rows: Sequence[Sequence[object]], title: str = "items") -> bytes:
    book = Workbook()
    book.create_sheet(title, 0)
    for row in rows:
        book.worksheets[0].append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def test_row_becomes_an_item() -> None:
    (item,) = _csv(GOOD).items

    assert (
        Item(
            bank="soal",
            id="x-1",
            version=1,
            section="twk",
            topic="",
            difficulty="medium",
            kind="choice",
            stem="Siapa?",
            options=(Option("a", "Ani"), Option("b", "Budi")),
            rule=KeyRule(Choice("b"), right=FIVE),
        )
        == item
    )


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ("x,s,choices,Q,1,2,3,a c", KeyRule(Choices(frozenset("ac")), right=FIVE)),
        ('x,s,order,Q,1,2,3,"c, b, a"', KeyRule(Order(("c", "b", "a")), right=FIVE)),
        ("x,s,number,Q,,,,160/3", NumberRule(Fraction(160, 3), right=FIVE)),
        ("x,s,text,Q,,,,Solo | Kota Solo", TextRule((("Solo", FIVE), ("Kota Solo", FIVE)))),
    ],
)
def test_key_is_written_by_kind(row: str, rule: Rule) -> None:
    (item,) = _csv(row).items

    assert rule == item.rule


def test_points_targets_and_rules_have_their_columns() -> None:
    header = (
        "id,section,kind,stem,option_a,option_b,target_a,target_b,option_a_points,"
        "option_b_points,key,right,wrong,rule"
    )
    mapping = (
        '"{""kind"":""mapping"",""entries"":{""a"":""1""},""default"":""0"",'
        '""lower_bound"":""0"",""upper_bound"":null,""blank"":""0""}"'
    )

    report = _csv(
        "x,s,,Q,1,2,,,5,1/2,,,,",
        'y,s,match,Q,1,2,p,q,,,"a=b, b=a",2,-1,',
        f"z,s,choices,Q,1,2,,,,,,,,{mapping}",
        header=header,
    )

    pairs = frozenset({("a", "b"), ("b", "a")})
    assert [
        OptionPoints({"a": FIVE, "b": Fraction(1, 2)}),
        KeyRule(Match(pairs), right=Fraction(2), wrong=Fraction(-1)),
        MappingRule({"a": Fraction(1)}, lower_bound=Fraction(0)),
    ] == [item.rule for item in report.items]


def test_stimulus_is_written_once_and_named_again() -> None:
    header = "id,section,stem,option_a,option_b,key,stimulus,stimulus_text"
    report = _csv(
        "x,s,Q,1,2,a,t,Teks bersama", "y,s,Q,1,2,a,t,", "z,s,Q,1,2,a,t,Lain", header=header
    )

    assert [Stimulus("t", "Teks bersama")] * 2 == [item.stimulus for item in report.items]
    assert ["soal.csv, row 4, column stimulus"] == [one.place for one in report.refusals]


def test_pictures_lie_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(get_png())
    path = tmp_path / "soal.csv"
    path.write_text(
        "id,section,stem,image,image_alt,option_a,option_b,option_b_image,option_b_image_alt,key\n"
        "x,s,Q,a.png,segitiga,1,,a.png,kotak,a\n"
        "y,s,Q,../a.png,segitiga,1,2,,,a\n"
    )

    report = read(path)

    (item,) = report.items
    assert isinstance(item.image, Image)
    assert ("segitiga", "kotak") == (item.image.alt, item.options[1].image and "kotak")
    assert {item.image.name} == report.pictures.keys()
    assert ["soal.csv, row 3, column image"] == [one.place for one in report.refusals]


@pytest.mark.parametrize(
    ("row", "place", "message"),
    [
        ("x 1,twk,,Q,1,2,,a", "row 3, column id", "'x 1' is no identifier"),
        ("x-1,twk,,Q,1,2,,a", "row 3, column id", "the item stands on row 2 already"),
        (",twk,,Q,1,2,,a", "row 3, column id", "'' is no identifier"),
        ("x,twk,esai,Q,1,2,,a", "row 3, column kind", "'esai' is not known"),
        ("x,twk,,Q,1,2,,", "row 3, column key", "there is neither a key nor points"),
        ("x,twk,,Q,1,2,,a b", "row 3, column key", "a choice has one key"),
        ("x,twk,,Q,1,2,,c", "row 3", "the rule does not fit"),
        ("x,twk,,,1,2,,a", "row 3", "the item has no text"),
        ("x,twk,number,Q,,,,dua", "row 3, column key", "'dua' is no number"),
        ("x,twk,match,Q,1,2,,a", "row 3, column key", "is no list of pairs"),
        ("x,twk,,Q,1,2,,a,sisa", "row 3", "a cell stands beside the last column"),
    ],
)
def test_what_is_wrong_is_told_with_row_and_column(row: str, place: str, message: str) -> None:
    report = _csv(GOOD, row)

    assert 1 == len(report.items)
    assert f"soal.csv, {place}" == report.refusals[0].place
    assert message in report.refusals[0].message
    assert all(problem.advice for problem in report.refusals)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no column 'id'"),
        ("id,section,key\n", "no column 'stem'"),
        (HEADER + ",kunci\n", "unknown column 'kunci'"),
        (HEADER + ",key\n", "the column 'key' stands twice"),
        (HEADER + "\n", "holds no item"),
        (HEADER + '\nx,"y\n', "is no CSV"),
        (HEADER + "\n\n" * 25_000 + "x" + "," * 250, "more than"),
    ],
)
def test_what_is_no_table_is_refused_whole(text: str, message: str) -> None:
    report = spreadsheet.read_csv(Path("soal.csv"), text)

    assert () == report.items
    assert message in report.refusals[0].message


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_header_decides_what_separates_cells(delimiter: str) -> None:
    header, row = (text.replace(",", delimiter) for text in (HEADER, GOOD))

    assert ["x-1"] == [item.id for item in _csv(row, header=header).items]


def test_apostrophe_keeps_a_text_from_being_a_formula() -> None:
    (item,) = _csv("x,s,,'=1+1?,'-2,2,'''s,a").items

    assert ("=1+1?", ["-2", "2", "''s"]) == (item.stem, [one.text for one in item.options])


def test_workbook_gives_the_same_items_as_text() -> None:
    number: list[object] = ["x-2", "tiu", "number", "Q", None, None, None, 2.5]
    rows: list[Sequence[object]] = [HEADER.split(","), GOOD.split(","), [], number]

    report = spreadsheet.read_xlsx(Path("soal.xlsx"), _xlsx(rows))

    assert _csv(GOOD).items[0] == report.items[0]
    assert NumberRule(Fraction(5, 2), right=FIVE) == report.items[1].rule


def test_first_sheet_is_read_when_none_is_named_items() -> None:
    raw = _xlsx([HEADER.split(","), GOOD.split(",")], title="Lembar1")

    assert 1 == len(spreadsheet.read_xlsx(Path("soal.xlsx"), raw).items)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (date(2026, 2, 1), "the spreadsheet made a date or time of this"),
        ("=1+1", "a formula"),
        ("#REF!", "an error of the spreadsheet"),
    ],
)
def test_cells_that_cannot_be_trusted_are_refused(value: object, message: str) -> None:
    raw = _xlsx([HEADER.split(","), [*"xs", "number", "Q", "", "", "", value]])

    report = spreadsheet.read_xlsx(Path("soal.xlsx"), raw)

    assert "soal.xlsx, row 2, column key" == report.refusals[0].place
    assert message in report.refusals[0].message


def _repacked(raw: bytes, name: str, content: bytes) -> bytes:
    """The workbook with one part replaced or added."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(written, "w") as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part, old.read(part))
        new.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return written.getvalue()


BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("xl/worksheets/sheet1.xml", BOMB, "holds XML that no spreadsheet writes"),
        ("xl/extra.xml", BOMB.decode().encode("utf-16"), "holds XML that no spreadsheet writes"),
        (
            "xl/extra.xml",
            b'<?xml version="1.0" encoding="cp037"?><x/>',
            "holds XML that no spreadsheet writes",
        ),
        ("xl/workbook.xml", b"<workbook/>", "has no sheet"),
        ("xl/media/a.bin", b"\0" * 70_000_000, "unpacks to more than a workbook holds"),
    ],
)
def test_hostile_workbook_is_refused(name: str, content: bytes, message: str) -> None:
    raw = _repacked(_xlsx([HEADER.split(","), GOOD.split(",")]), name, content)

    report = spreadsheet.read_xlsx(Path("soal.xlsx"), raw)

    assert [message] == [problem.message for problem in report.problems]


def test_malformed_zips_are_no_workbooks(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "bad-input"
    files = [*folder.glob("zip-malformed-yauzl/*.zip"), *folder.glob("zip-valid-yauzl/*.zip")]

    for path in files:
        report = spreadsheet.read_xlsx(path, path.read_bytes())

        assert () == report.items
        assert report.refusals
    assert len(files) > 20


def test_rows_and_columns_far_away_take_bounded_time() -> None:
    raw = _xlsx([HEADER.split(","), GOOD.split(",")])
    far = b'<sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        + far
        + b"</worksheet>"
    )

    report = spreadsheet.read_xlsx(
        Path("soal.xlsx"), _repacked(raw, "xl/worksheets/sheet1.xml", sheet)
    )

    assert report.refusals


@given(st.binary(max_size=60))
def test_any_bytes_get_an_answer(content: bytes) -> None:
    assert spreadsheet.read_xlsx(Path("soal.xlsx"), b"PK" + content).refusals


@given(st.lists(st.text(alphabet="abx\"\n,;='| 5/", max_size=12), max_size=8))
def test_any_cells_get_an_answer(cells: list[str]) -> None:
    report = _csv(",".join(cells))

    assert report.items or report.refusals
    assert all(faults(item) == [] for item in report.items)


def test_limits_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_rows, "ROW_LIMIT", 2)

    assert ["more than 2 rows"] == [one.message for one in _csv(GOOD, GOOD).problems]


def test_numbers_may_have_a_decimal_comma(tmp_path: Path) -> None:
    path = tmp_path / "angka.csv"
    path.write_text("id;section;stem;kind;key;tolerance\nq1;tiu;Pi?;number;3,14;0,01\n")

    (item,) = read(path).items

    assert NumberRule(Fraction(157, 50), Fraction(1, 100), Fraction(5)) == item.rule
