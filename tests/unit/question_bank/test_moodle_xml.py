"""Moodle XML: every kind of question taken as Moodle marks it, or refused for a reason."""

import base64
from fractions import Fraction
from pathlib import Path

import pytest

from question_bank.exporters import write
from question_bank.importers import read
from question_bank.importers.report import ImportReport
from question_bank.item import Item
from question_bank.rich_text import elements_of, read_rich
from scoring import mark
from scoring.response import Choice, Choices, Match, Number, Order, Response, Text, record
from scoring.rule import JudgedRule
from tests.unit.question_bank.bank import get_png

PNG = base64.b64encode(get_png()).decode()


def _read(folder: Path, *questions: str, head: str = "") -> ImportReport:
    path = folder / "soal.xml"
    path.write_text(f"<?xml version='1.0'?>{head}<quiz>{''.join(questions)}</quiz>")
    return read(path)


def _question(kind: str, text: str = "Q", inside: str = "") -> str:
    return (
        f'<question type="{kind}"><name><text>n</text></name><questiontext format="html">'
        f"<text><![CDATA[{text}]]></text></questiontext>{inside}</question>"
    )


def _answers(*answers: tuple[str, str], more: str = "") -> str:
    return "".join(
        f'<answer fraction="{fraction}"><text><![CDATA[{text}]]></text>{more}</answer>'
        for fraction, text in answers
    )


def _item(folder: Path, question: str) -> Item:
    report = _read(folder, question)
    assert not report.refusals, report.refusals
    (item,) = report.items
    return item


CHOICES = _answers(("50", "a"), ("50", "b"), ("-100", "c"))
PAIRS = "".join(
    f"<subquestion><text>{one}</text><answer><text>{two}</text></answer></subquestion>"
    for one, two in (("Bali", "Denpasar"), ("Aceh", "Banda Aceh"), ("", "Serang"))
)
CLOZE = (
    "Ibu kota Bali {2:SA:=Denpasar#ya~%50%denpasar*} dan {1:MC:=Aceh~Riau}, {1:NM:=3.5:0.1~%0%4},"
    " {:MCV:x~=y}, {1:MR:=a~=b~%-100%c}"
)

BOXES = "Pilih dua {3:MULTIRESPONSE_S:=a#ya~=b~c#bukan~d}"
NEAR = "Air mendidih pada {3:NUMERICAL:=212:0~%66.66667%212:10#dekat} derajat"


@pytest.mark.parametrize(
    ("question", "response", "points"),
    [
        (_question("multichoice", inside=_answers(("100", "a"), ("0", "b"))), Choice("a"), "1"),
        (
            _question("multichoice", inside="<single>false</single>" + CHOICES),
            Choices(frozenset("ac")),
            "0",
        ),
        (
            _question(
                "multichoice",
                inside="<single>0</single><defaultgrade>4</defaultgrade>" + CHOICES,
            ),
            Choices(frozenset("a")),
            "2",
        ),
        (
            _question("truefalse", inside=_answers(("0", "true"), ("100", "false"))),
            Choice("b"),
            "1",
        ),
        (
            _question("shortanswer", inside=_answers(("100", "Ani"), ("50", "B*"))),
            Text("budi"),
            "1/2",
        ),
        (
            _question("shortanswer", inside="<usecase>1</usecase>" + _answers(("100", "Ani"))),
            Text("ani"),
            "0",
        ),
        (
            _question(
                "numerical",
                inside=_answers(("100", "3.5"), more="<tolerance>0.1</tolerance>")
                + _answers(("0", "*")),
            ),
            Number(Fraction("3.6")),
            "1",
        ),
        (_question("matching", inside=PAIRS), Match(frozenset({("a", "a"), ("b", "c")})), "1/2"),
        (
            _question("ordering", inside=_answers(("1", "satu"), ("1", "dua"))),
            Order(("a", "b")),
            "1",
        ),
        (
            _question("cloze", CLOZE),
            record(
                {
                    "p1": Text("Denpasar"),
                    "p2": Choice("b"),
                    "p3": Number(Fraction("3.45")),
                    "p4": Choice("b"),
                    "p5": Choices(frozenset("ab")),
                }
            ),
            "5",
        ),
        (_question("cloze", CLOZE), record({"p1": Text("denpasar kota")}), "1"),
        (_question("cloze", CLOZE), record({"p5": Choices(frozenset("a"))}), "1/2"),
        (_question("cloze", CLOZE), record({"p5": Choices(frozenset("abc"))}), "0"),
        (_question("cloze", BOXES), record({"p1": Choices(frozenset("a"))}), "3/2"),
        (_question("cloze", BOXES), record({"p1": Choices(frozenset("ab"))}), "3"),
        (_question("cloze", BOXES), record({"p1": Choices(frozenset("abc"))}), "3/2"),
        (_question("cloze", BOXES), record({"p1": Choices(frozenset("abcd"))}), "0"),
        (_question("cloze", NEAR), record({"p1": Number(Fraction(212))}), "3"),
        (_question("cloze", NEAR), record({"p1": Number(Fraction(215))}), "2"),
        (_question("cloze", NEAR), record({"p1": Number(Fraction(240))}), "0"),
        (
            _question(
                "gapselect",
                "A [[1]] B [[3]]",
                "".join(
                    f"<selectoption><text>{text}</text><group>{group}</group></selectoption>"
                    for text, group in (("x", 1), ("y", 1), ("z", 2), ("w", 2))
                ),
            ),
            record({"p1": Choice("a"), "p2": Choice("a")}),
            "1",
        ),
        (
            _question(
                "ddwtos",
                "A [[2]] B [[1]]",
                "".join(f"<dragbox><text>{one}</text></dragbox>" for one in "xyz"),
            ),
            Match(frozenset({("b", "p1"), ("c", "p2")})),
            "1/2",
        ),
    ],
)
def test_response_earns_what_moodle_gives(
    tmp_path: Path, question: str, response: Response, points: str
) -> None:
    assert Fraction(points) == mark(_item(tmp_path, question).rule, response)


def test_essay_keeps_what_graders_are_told(tmp_path: Path) -> None:
    inside = "<graderinfo format='html'><text>&lt;p>Tiga pokok&lt;/p></text></graderinfo>"

    assert (
        JudgedRule(criteria="Tiga pokok") == _item(tmp_path, _question("essay", "Q", inside)).rule
    )


def test_places_stand_in_the_text(tmp_path: Path) -> None:
    item = _item(tmp_path, _question("cloze", f"<p>{CLOZE}</p>"))

    placed = [one.get("name") for one in elements_of(read_rich(item.stem), "place")]
    assert ["p1", "p2", "p3", "p4", "p5"] == placed
    assert ["text", "inline_choice", "number", "choice", "choices"] == [
        one.kind for one in item.interactions
    ]


def test_category_tags_and_numbers_become_names(tmp_path: Path) -> None:
    category = (
        '<question type="category"><category><text>$course$/top/TIU//Angka</text></category>'
        "</question>"
    )
    inside = (
        "<idnumber>T &amp; F</idnumber><tags><tag><text>deret</text></tag>"
        "<tag><text>difficulty:hard</text></tag></tags>" + _answers(("100", "true"))
    )

    (item,) = _read(tmp_path, category, _question("truefalse", "Q", inside)).items

    assert ("t-f", "tiu-angka", "deret", "hard") == (
        item.id,
        item.section,
        item.topic,
        item.difficulty,
    )


def _with_picture(source: str, name: str = "a%20b.png", content: str = PNG) -> str:
    file = f'<file name="{name}" path="/" encoding="base64">{content}</file>'
    return (
        '<question type="truefalse"><name><text>n</text></name><questiontext format="html">'
        f'<text><![CDATA[<p>Q <img src="{source}" alt="x"></p>]]></text>{file}</questiontext>'
        f"{_answers(('100', 'true'), ('0', 'false'))}</question>"
    )


@pytest.mark.parametrize(
    "source", ["@@PLUGINFILE@@/a%20b.png", "@@PLUGINFILE@@/a b.png", f"data:image/png;base64,{PNG}"]
)
def test_picture_of_the_file_is_taken(tmp_path: Path, source: str) -> None:
    report = _read(tmp_path, _with_picture(source, name="a b.png"))

    (image,) = elements_of(read_rich(report.items[0].stem), "img")
    assert {image.get("src"): get_png()} == report.pictures


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (_with_picture("http://x/a.png"), "lies elsewhere"),
        (_with_picture("//x/a.png"), "lies elsewhere"),
        (_with_picture("@@PLUGINFILE@@/b.png"), "is not in the export"),
        (_with_picture("@@PLUGINFILE@@/a.png", "a.png", "%%%"), "is no base64"),
        (_with_picture("@@PLUGINFILE@@/a.png", "a.png", "R0lGODlh"), "is no SVG, PNG or JPEG"),
        (
            _with_picture(
                "@@PLUGINFILE@@/a.png", "a.png", base64.b64encode(get_png(60_000, 60_000)).decode()
            ),
            "60000 x 60000 pixels",
        ),
        (_with_picture("@@PLUGINFILE@@/a.png", "a.png", PNG * 60_000), "larger than 512 KB"),
        (_question("essay", "<script>x</script>"), "<script> cannot be taken"),
        (_question("essay", "<p onclick=x>Q</p>"), "event handler onclick"),
        (_question("essay", "<a href='java&#9;script:x'>Q</a>"), "holds a script in href"),
        (_question("essay", "<b>" * 60 + "Q"), "nests deeper"),
        (_question("description"), "a text without a question is no item"),
        (_question("calculated"), "its numbers are drawn by chance"),
        (_question("stack"), "the kind 'stack' is not known"),
        (_question("multichoice"), "no answer earns anything"),
        (_question("multichoice", inside=_answers(("x", "a"), ("0", "b"))), "'x' is no fraction"),
        (_question("truefalse", inside=_answers(("0", "true"))), "no answer earns the whole mark"),
        (_question("numerical", inside=_answers(("100", "3,5"))), "'3,5' with tolerance '0'"),
        (
            _question(
                "numerical",
                inside=_answers(("100", "3")) + "<unitgradingtype>1</unitgradingtype>",
            ),
            "a wrong unit costs points",
        ),
        (_question("essay", inside="<defaultgrade>0</defaultgrade>"), "earns nothing"),
        (_question("gapselect", "A [[9]]"), "gap [[9]] has no answer"),
        (_question("ddwtos", "A"), "the text holds no gap"),
        (_question("cloze", "{1:MC:=a~b"), "is not closed"),
        (_question("cloze", "{1:XX:=a}"), "XX is no kind of place"),
        ("<question type='essay'><questiontext><text><b>Q</b></text></questiontext></question>",
         "<b> stands in a <text>"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_refused_with_place_and_advice(
    tmp_path: Path, question: str, reason: str
) -> None:
    good = _question("truefalse", "Baik", _answers(("100", "true"), ("0", "false")))

    report = _read(tmp_path, good, "\n", question)

    (refusal,) = report.refusals
    assert reason in refusal.message
    assert ("soal.xml:2", True) == (refusal.place, refusal.advice != "")
    assert ["Baik"] == [item.stem for item in report.items]


@pytest.mark.parametrize(
    ("question", "change"),
    [
        (
            _question(
                "numerical",
                inside=_answers(("100", "3"))
                + "<units><unit><multiplier>1</multiplier><unit_name>cm</unit_name></unit></units>",
            ),
            "the number alone is asked, in cm; units are not typed",
        ),
        (_question("essay", inside="<hint><text>h</text></hint>"), "hints are not kept"),
        (_question("essay", inside="<attachments>2</attachments>"), "files cannot be handed in"),
        (_question("essay", "<p style='color:red'>Q</p>"), "colours, sizes"),
        (_question("ordering", inside=_answers(("1", "a"), ("1", "b"))), "the whole order is"),
        (
            _question("truefalse", inside=_answers(("100", "Benar"), ("0", "Salah"))),
            "the first answer was taken for true",
        ),
    ],
)
def test_what_is_changed_is_told(tmp_path: Path, question: str, change: str) -> None:
    report = _read(tmp_path, question)

    assert not report.refusals
    assert any(problem.message.startswith(change) for problem in report.problems), report.problems


@pytest.mark.parametrize("name", ["xmlbomb.xml", "external.xml", "dtd.xml"])
def test_hostile_xml_is_refused_whole(shared_data: Path, name: str) -> None:
    report = read(shared_data / "bad-input" / "xml-defusedxml" / name)

    assert () == report.items
    assert ["declares a document type; remove it"] == [one.message for one in report.problems]


def test_exports_of_moodle_and_amc2moodle_have_their_counts(shared_data: Path) -> None:
    """Items taken and refused, by file; what is refused is what no item of ours can be."""
    folder = shared_data / "moodle-gift-aiken"
    found = {}

    for path in sorted(folder.glob("moodle*/*.xml")):
        report = read(path)
        found[path.name] = (len(report.items), len(report.refusals))

    assert {
        "broken_cloze_questions.xml": (0, 5),
        "html_chars_in_idnumbers.xml": (1, 0),
        "QCM_wo-tikz.xml": (9, 3),
        "cleaning.xml": (1, 0),
        "numerical.xml": (5, 0),
    } == found


def test_a_tilde_before_the_first_answer_of_a_place_separates_nothing(tmp_path: Path) -> None:
    (item,) = _read(tmp_path, _question("cloze", "Q {1:MC:~a~=b~%50%c}")).items

    assert ["a", "b", "c"] == [option.text for option in item.interactions[0].options]


def test_ordering_is_known_by_moodles_words_for_it(tmp_path: Path) -> None:
    whole = "<selecttype>ALL</selecttype><gradingtype>ALL_OR_NOTHING</gradingtype>"
    answers = _answers(("1.0", "a"), ("2.0", "b"))

    report = _read(tmp_path, _question("ordering", "Q", whole + answers))

    assert ("order", ()) == (report.items[0].kind, report.problems)


OLD = (
    '<question type="truefalse"><name><text>n</text></name>'
    "<questiontext{format}><text>a &lt;b&gt;</text></questiontext>"
    "<image>peta kota.png</image><image_base64>{content}</image_base64>"
    '<answer fraction="100"><text>true</text></answer>'
    '<answer fraction="0"><text>false</text></answer></question>'
)


@pytest.mark.parametrize("form", ["", ' format="html"', ' format="plain_text"'])
def test_picture_beside_the_text_of_an_old_export_comes_into_it(tmp_path: Path, form: str) -> None:
    report = _read(tmp_path, OLD.format(format=form, content=PNG))

    (item,) = report.items
    assert 1 == len(list(elements_of(read_rich(item.stem), "img")))
    assert ("&lt;b&gt;" in item.stem) == ("plain" in form)
    assert 1 == len(report.pictures)


@pytest.mark.parametrize(
    ("content", "why"), [("", "is not in the export"), ("R0lGODlh", "no SVG, PNG or JPEG")]
)
def test_question_never_loses_its_old_picture_in_silence(
    tmp_path: Path, content: str, why: str
) -> None:
    report = _read(tmp_path, OLD.format(format="", content=content))

    assert () == report.items
    assert why in report.refusals[0].message


def test_picture_that_only_explains_may_be_missed(tmp_path: Path) -> None:
    told = '<generalfeedback><text><![CDATA[<img src="x.gif"> sebab]]></text></generalfeedback>'

    report = _read(tmp_path, _question("shortanswer", inside=told + _answers(("100", "a"))))

    assert ["sebab"] == [item.explanation for item in report.items]
    assert ["a picture of the explanation is not kept"] == [one.message for one in report.problems]


def test_boxes_and_near_numbers_of_a_cloze_are_exported_as_they_are_marked(
    tmp_path: Path,
) -> None:
    boxes = _read(tmp_path, _question("cloze", BOXES + " {1:MR:=a~%0%b}"))

    export = write(boxes.items, {}, "moodle-xml")
    (tmp_path / "again.xml").write_bytes(export.content)

    assert not export.refusals
    assert boxes.items[0].rule == read(tmp_path / "again.xml").items[0].rule
    near = _read(tmp_path, _question("cloze", NEAR))
    for form in ("yaml", "xlsx"):
        assert not write(near.items, {}, form).refusals, form
