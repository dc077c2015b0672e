"""Moodle's questions on a picture: marked as Moodle marks them, and written as it writes them."""

import base64
from fractions import Fraction
from pathlib import Path

import pytest

from question_bank.exporters import write
from question_bank.importers import read
from question_bank.importers.report import ImportReport
from scoring import mark
from scoring.area import Area
from scoring.response import Match, Points, record
from tests.unit.question_bank.bank import get_png

PNG = base64.b64encode(get_png(400, 300)).decode()
SMALL = base64.b64encode(get_png(50, 40)).decode()
HEAD = (
    "<name><text>peta</text></name><questiontext format='html'><text>Lihat peta</text>"
    "</questiontext><defaultgrade>2</defaultgrade>"
)
FILE = f'<file name="peta.png" encoding="base64">{PNG}</file>'
WORDS = (
    f'<question type="ddimageortext">{HEAD}<shuffleanswers>1</shuffleanswers>{FILE}'
    "<drag><no>1</no><text>Bali</text><draggroup>1</draggroup></drag>"
    f"<drag><no>2</no><text>Jawa</text><draggroup>1</draggroup><infinite/>"
    f'<file name="j.png" encoding="base64">{SMALL}</file></drag>'
    "<drop><no>1</no><text></text><choice>2</choice><xleft>10</xleft><ytop>20</ytop></drop>"
    "<drop><no>2</no><text></text><choice>1</choice><xleft>90</xleft><ytop>80</ytop></drop>"
    "</question>"
)
MARKERS = (
    f'<question type="ddmarker">{HEAD}{FILE}'
    "<drag><no>1</no><text>Ibu &lt; kota</text><noofdrags>1</noofdrags></drag>"
    "<drag><no>2</no><text>Danau</text><noofdrags>3</noofdrags></drag>"
    "<drag><no>3</no><text>Gurun</text><infinite/></drag>"
    "<drop><no>1</no><shape>circle</shape><coords>100,50;20</coords><choice>1</choice></drop>"
    "<drop><no>2</no><shape>rectangle</shape><coords>10,20;30,40</coords><choice>2</choice></drop>"
    "<drop><no>3</no><shape>polygon</shape><coords>200,200;250,200;250,250</coords>"
    "<choice>2</choice></drop></question>"
)


def _read(folder: Path, question: str) -> ImportReport:
    path = folder / "soal.xml"
    path.write_text(f"<quiz>{question}</quiz>")
    return read(path)


def test_words_and_pictures_are_put_on_the_places_of_a_picture(tmp_path: Path) -> None:
    report = _read(tmp_path, WORDS)

    (item,) = report.items
    assert "gap_match" == item.kind
    assert (400, 300) == (item.settings.width, item.settings.height)
    assert Area("rect", (10, 20, 60, 60)) == item.targets[0].area
    assert ("", "Jawa", 0) == (
        item.options[1].text,
        item.options[1].image and item.options[1].image.alt,
        item.options[1].most,
    )
    assert 2 == mark(item.rule, Match(frozenset({("b", "p1"), ("a", "p2")})))
    assert 1 == mark(item.rule, Match(frozenset({("b", "p1"), ("b", "p2")})))
    assert 2 == len(report.pictures)


def test_markers_are_put_on_areas_that_are_not_seen(tmp_path: Path) -> None:
    report = _read(tmp_path, MARKERS)

    (item,) = report.items
    first, second = item.interactions
    assert ("points", "Ibu &lt; kota", 1) == (first.kind, first.prompt, first.settings.most)
    assert 2 == second.settings.most
    assert any("'Gurun', which fits nowhere" in one.message for one in report.problems)
    third = Fraction(2, 3)
    one = Points(frozenset({(105, 52)}))
    both = Points(frozenset({(20, 30), (240, 210)}))
    assert third == mark(item.rule, record({"p1": one}))
    assert 2 == mark(item.rule, record({"p1": one, "p2": both}))
    assert 0 == mark(item.rule, record({"p1": Points(frozenset({(0, 0)}))}))


@pytest.mark.parametrize("question", [WORDS, MARKERS])
def test_they_come_back_from_an_export_as_they_were(tmp_path: Path, question: str) -> None:
    report = _read(tmp_path, question)

    export = write(report.items, report.pictures, "moodle-xml")
    (tmp_path / "again.xml").write_bytes(export.content)
    again = read(tmp_path / "again.xml")

    assert not export.refusals
    assert report.items[0].rule == again.items[0].rule
    assert report.items[0].interactions == again.items[0].interactions
    assert report.items[0].targets == again.items[0].targets


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (WORDS.replace(FILE, ""), "the picture is not in the file"),
        (WORDS.replace(PNG, "R0lGODlh"), "no SVG, PNG or JPEG"),
        (WORDS.replace("<choice>2</choice>", "<choice>9</choice>"), "a place has no answer"),
        (WORDS.replace("<xleft>10<", "<xleft>x<"), "'x' is no place"),
        (MARKERS.replace("<choice>1<", "<choice>7<"), "an area has no marker"),
        (MARKERS.replace("100,50;20", "a,b"), "are no coordinates"),
        (MARKERS.replace("100,50;20", "100,50"), "circle has 3 numbers"),
        (MARKERS.replace("circle", "star"), "no area: 'star'"),
    ],
)
def test_what_is_not_whole_is_refused_with_the_reason(
    tmp_path: Path, question: str, reason: str
) -> None:
    report = _read(tmp_path, question)

    assert () == report.items
    assert reason in report.refusals[0].message
