r"""Formulas in files of every format: shown as MathML, LaTeX again at an export, nothing lost."""

from pathlib import Path

import pytest

from question_bank.delivery import deliver
from question_bank.exporters import write
from question_bank.form import assemble
from question_bank.importers import read
from question_bank.importers.formulas import translated, with_sources
from question_bank.importers.report import CHANGED, ImportReport
from question_bank.item import Item, Option
from question_bank.rich_text import PLAIN, RICH, elements_of, nodes_of, plain_words, read_rich
from scoring.response import Choice
from scoring.rule import KeyRule
from tests.cast import ANI
from tests.unit.question_bank.bank import get_blueprint, get_section

MOODLE = r"""<quiz><question type="multichoice"><name><text>akar</text></name>
<questiontext format="html"><text><![CDATA[<p>Nilai \(x\) dari $$x^2 &lt; \frac{1}{4}$$
adalah</p>]]></text></questiontext><single>true</single><shuffleanswers>1</shuffleanswers>
<answer fraction="100"><text>\(\frac{1}{3}\)</text></answer>
<answer fraction="0"><text>\(\frac{1}{2}\)</text></answer>
</question></quiz>"""
GIFT = r"::akar:: Nilai \\(\\frac\{1\}\{2\}\\) adalah {=0,5 ~0,25 ~\\(x_1 * x_2 * 3\\)}"
YAML = r"""bank: m
items:
  - id: m1
    section: tiu
    stem: |
      Hitung \(a * b * c\) untuk **semua** \[\sum_{i=1}^{n} i\]
      baris kedua
    options: [{id: a, text: '\(\sqrt{2}\)'}, {id: b, text: dua}]
    key: a
"""
CSV = (
    "id,section,stem,option_a,option_b,key\n"
    r'm1,tiu,"Hitung \(\frac{1}{2}\)",\(x^2\),dua,a'
    "\n"
)
AIKEN = "Hitung \\(\\frac{1}{2}\\)\nA) \\(x^2\\)\nB) dua\nANSWER: A\n"
CANVAS = r"""<questestinterop xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2"><item ident="i1">
<itemmetadata><qtimetadata><qtimetadatafield><fieldlabel>question_type</fieldlabel>
<fieldentry>multiple_choice_question</fieldentry></qtimetadatafield><qtimetadatafield>
<fieldlabel>points_possible</fieldlabel><fieldentry>1</fieldentry></qtimetadatafield></qtimetadata></itemmetadata>
<presentation><material><mattext texttype="text/html">&lt;p&gt;Nilai &lt;img class="equation_image"
 title="\frac{1}{2}" src="/equation_images/%255Cfrac%257B1%257D%257B2%257D"
 alt="LaTeX: \frac{1}{2}" data-equation-content="\frac{1}{2}"/&gt; dan &lt;img
 class="equation_image" src="/equation_images/x" alt="LaTeX: x^2"/&gt;&lt;/p&gt;</mattext>
</material>
<response_lid ident="response1" rcardinality="Single"><render_choice>
<response_label ident="1"><material><mattext>a</mattext></material></response_label>
<response_label ident="2"><material><mattext>b</mattext></material></response_label>
</render_choice></response_lid></presentation>
<resprocessing><outcomes><decvar maxvalue="100" minvalue="0" varname="SCORE"/></outcomes>
<respcondition continue="No"><conditionvar><varequal respident="response1">1</varequal>
</conditionvar><setvar action="Set" varname="SCORE">100</setvar></respcondition>
</resprocessing></item></questestinterop>"""
QTI = r"""<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="q" title="t"
 adaptive="false" timeDependent="false"><responseDeclaration identifier="RESPONSE"
 cardinality="single" baseType="identifier"><correctResponse><value>A</value></correctResponse>
</responseDeclaration><itemBody><p>Nilai \(\frac{1}{2}\) dan
<math xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mrow><mi>x</mi></mrow>
<annotation encoding="latex">x</annotation></semantics></math></p>
<choiceInteraction responseIdentifier="RESPONSE" maxChoices="1">
<simpleChoice identifier="A">a</simpleChoice><simpleChoice identifier="B">b</simpleChoice>
</choiceInteraction></itemBody><responseProcessing
 template="http://www.imsglobal.org/question/qti_v2p2/rptemplates/match_correct"/>
</assessmentItem>"""
FILES = {
    "soal.yaml": (YAML, 3),
    "soal.csv": (CSV, 2),
    "soal.gift": (GIFT, 2),
    "soal.aiken": (AIKEN, 2),
    "moodle.xml": (MOODLE, 4),
    "canvas.xml": (CANVAS, 2),
    "qti.xml": (QTI, 2),
}


def _read(folder: Path, name: str, text: str) -> ImportReport:
    path = folder / name
    path.write_text(text)
    return read(path)


def _formulas(item: Item) -> int:
    texts = [item.stem, *(option.text for option in item.options)]
    return sum(len(list(elements_of(nodes_of(text, item.notation), "math"))) for text in texts)


@pytest.mark.parametrize("name", FILES)
def test_formulas_of_every_format_are_shown_as_mathml(tmp_path: Path, name: str) -> None:
    text, count = FILES[name]

    report = _read(tmp_path, name, text)

    (item,) = report.items
    assert count == _formulas(item)
    assert () == report.problems


@pytest.mark.parametrize("form", ["csv", "gift", "moodle-xml", "qti22", "qti30", "xlsx", "yaml"])
@pytest.mark.parametrize("name", FILES)
def test_import_after_export_gives_the_same_formulas(tmp_path: Path, name: str, form: str) -> None:
    (item,) = _read(tmp_path, name, FILES[name][0]).items

    export = write([item], {}, form)

    said = " ".join(problem.message for problem in export.problems)
    assert not export.refusals
    assert "stem" not in said


def test_an_export_writes_the_latex_as_it_came(tmp_path: Path) -> None:
    (item,) = _read(tmp_path, "moodle.xml", MOODLE).items

    moodle = write([item], {}, "moodle-xml").content.decode()
    table = write([item], {}, "csv").content.decode()

    assert r"\(\frac{1}{3}\)" in moodle
    assert r"\[x^2 &lt; \frac{1}{4}\]" in moodle
    assert r",\(\frac{1}{3}\)," in table
    assert "<m" not in moodle + table


def test_a_formula_that_cannot_be_translated_stays_and_is_reported(tmp_path: Path) -> None:
    text = CSV.replace(r"\(x^2\)", r"\(\foo x\)")

    report = _read(tmp_path, "soal.csv", text)

    (item,) = report.items
    (problem,) = report.problems
    assert r"\(\foo x\)" == plain_words(read_rich(item.options[0].text))
    assert (CHANGED, True) == (problem.severity, r"'\\foo x' is shown as text" in problem.message)
    assert "item m1" in problem.place


def test_a_text_in_money_and_code_has_no_formula() -> None:
    item = _item(PLAIN, "Harga $5 dan $10; \\(tidak ditutup")
    code = _item(RICH, r"<pre>\(x^2\)</pre> dan <code>$$y$$</code>")

    assert (item, []) == translated(item)
    assert (code, []) == translated(code)


def test_markdown_leaves_formulas_alone(tmp_path: Path) -> None:
    text = r"::m::[markdown]**Hitung** \\(a *b* c_1\\) {=1 ~2}"

    (item,) = _read(tmp_path, "soal.gift", text).items

    assert ["strong"] == [one.tag for one in elements_of(read_rich(item.stem), "strong", "em")]
    assert "Hitung a*b*c_1" == plain_words(read_rich(item.stem))


def test_lines_of_a_plain_text_stay_lines_beside_a_formula() -> None:
    item = _item(PLAIN, "satu\ndua \\(x\\)\n\ntiga")

    shown, _ = translated(item)

    assert RICH == shown.notation
    assert ["br"] == [one.tag for one in elements_of(read_rich(shown.stem), "br")]
    assert item == with_sources(shown)
    assert PLAIN == with_sources(shown).notation


def test_a_line_break_within_a_formula_is_none() -> None:
    shown, failures = translated(_item(RICH, r"Hitung \(x +<br/>1\) <em>ya</em>"))

    assert [] == failures
    assert "Hitung x+1 ya" == plain_words(read_rich(shown.stem))


def test_wiris_pictures_are_the_mathml_that_they_hold(tmp_path: Path) -> None:
    picture = (
        "<img class='Wirisformula' src='x.png' data-mathml='«math xmlns=¨http://w/M¨»«mfenced»"
        "«mrow»«mi»a«/mi»«mo»+«/mo»«mi»b«/mi»«/mrow»«/mfenced»«/math»'/>"
    )
    text = MOODLE.replace(r"\(x\)", picture)

    (item,) = _read(tmp_path, "moodle.xml", text).items

    assert "(a+b)" in plain_words(read_rich(item.stem))


def test_the_candidate_gets_the_formula_and_its_words_not_the_source() -> None:
    item, _ = translated(_item(PLAIN, r"Hitung \(\frac{1}{2}\)"))

    form = assemble(get_blueprint(get_section("tiu", 1)), [item], "s", ANI)
    (delivered,) = deliver(form.parts[0], {item.ref: item})

    math = delivered["stem"]["rich"][1]
    assert {"alttext": "1/2"} == math["attributes"]
    assert ["mfrac"] == [child["tag"] for child in math["children"]]
    assert "annotation" not in str(delivered)


def _item(notation: str, stem: str) -> Item:
    return Item(
        bank="b",
        id="a",
        version=1,
        section="tiu",
        topic="",
        difficulty="medium",
        kind="choice",
        stem=stem,
        options=(Option("a", "x"), Option("b", "y")),
        rule=KeyRule(Choice("a")),
        notation=notation,
    )
