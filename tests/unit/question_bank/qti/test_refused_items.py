"""QTI items that are refused whole or held with their scoring, and pages beside them."""

from pathlib import Path

import pytest

from question_bank.answers import fits, response_from_qti
from scoring import mark
from tests.unit.question_bank.qti.writing import CHOICE, declared, item, read_item

ASKED = 'responseIdentifier="RESPONSE"'


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("<p><script>alert(1)</script></p>", "<script> cannot be taken"),
        ('<p onclick="x()">a</p>', "event handler"),
        ('<p><a href="java script:alert(1)">a</a></p>', "script in href"),
        ('<p><img src="https://example.org/a.png" alt="a"/></p>', "not part of the package"),
        ('<p><img src="//example.org/a.png" alt="a"/></p>', "not part of the package"),
        ('<p><img src="file:///etc/passwd" alt="a"/></p>', "not part of the package"),
        ('<p><iframe src="a.html"/></p>', "<iframe> cannot be taken"),
        ("<p><form/></p>", "<form> cannot be taken"),
        ('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>', "includes"),
    ],
)
def test_what_must_not_be_in_an_item_refuses_it_whole(tmp_path: Path, body: str, why: str) -> None:
    report = read_item(tmp_path, item(body + CHOICE))

    assert () == report.items
    assert any(why in one.message for one in report.refusals), report.problems


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (item("<p>Soal</p>"), "nothing is asked"),
        (item(f"<uploadInteraction {ASKED}/>"), "candidates cannot send files"),
        (item(f"<customInteraction {ASKED}/>"), "another system"),
        (item(f'<p><video src="a.mp4"/></p>{CHOICE}'), "<video> cannot be shown"),
        (
            item(f'<p><textEntryInteraction {ASKED} base="7"/></p>').replace(
                'identifier">', 'integer">'
            ),
            "another base",
        ),
        (item(f'<p><img src="tidak-ada.png" alt="a"/></p>{CHOICE}'), "is not there"),
        (item(f'<p><img src="../../etc/passwd" alt="a"/></p>{CHOICE}'), "lies outside"),
        (item(CHOICE).replace('adaptive="false"', 'adaptive="true"'), "adaptive"),
    ],
)
def test_item_that_cannot_be_shown_is_held_with_its_scoring(
    tmp_path: Path, text: str, why: str
) -> None:
    report = read_item(tmp_path, text)

    (found,) = report.items
    assert () == report.storable
    assert frozenset({found.id}) == report.held
    assert any(why in one.message for one in report.refusals)


def test_custom_operator_is_not_run(tmp_path: Path) -> None:
    processing = (
        '<responseProcessing><setOutcomeValue identifier="SCORE"><customOperator '
        'class="org.example.Run"/></setOutcomeValue></responseProcessing>'
    )

    report = read_item(tmp_path, item(CHOICE, processing=processing))

    assert () == report.items
    assert "another system" in report.refusals[0].message


def test_page_in_an_item_becomes_its_text(tmp_path: Path) -> None:
    body = f'<object type="text/html" data="teks.html"/>{CHOICE}'
    page = b"<!DOCTYPE html><html><head><title>T</title></head><body><p>Bacaan</body></html>"

    (found,) = read_item(tmp_path, item(body), teks_html=page).storable

    assert found.stem.startswith("Bacaan")


def test_stimulus_that_is_not_there_holds_the_item(tmp_path: Path) -> None:
    reference = '<assessmentStimulusRef identifier="teks" href="teks.xml"/><itemBody>'

    report = read_item(tmp_path, item(CHOICE).replace("<itemBody>", reference))

    assert () == report.storable
    assert "the stimulus teks.xml is not there" in report.refusals[0].message


SLIDER = '<sliderInteraction responseIdentifier="RESPONSE" lowerBound="0" upperBound="10"/>'
GAPS = (
    '<gapMatchInteraction responseIdentifier="RESPONSE"><gapText identifier="T" matchMax="1">t'
    '</gapText><gapText identifier="U" matchMax="1">u</gapText><p>a <gap identifier="G"/> b</p>'
    "</gapMatchInteraction>"
)
MAXSCORE = (
    '<outcomeDeclaration identifier="MAXSCORE" cardinality="single" baseType="float">'
    "<defaultValue><value>4</value></defaultValue></outcomeDeclaration>"
)

SETS_ANOTHER = '<setOutcomeValue identifier="MAXSCORE"><null/></setOutcomeValue>'


def _template(name: str) -> str:
    return f'<responseProcessing template="https://example.org/rptemplates/{name}.xml"/>'


def _mapped(*keys: str) -> str:
    entries = "".join(f'<mapEntry mapKey="{key}" mappedValue="1"/>' for key in keys)
    return f"<mapping>{entries}</mapping>"


@pytest.mark.parametrize(
    ("body", "responses", "processing", "why"),
    [
        (CHOICE, declared("identifier", "A") + MAXSCORE, "", "no processing sets SCORE"),
        (
            CHOICE,
            declared("identifier", "A"),
            f"<responseProcessing>{SETS_ANOTHER}</responseProcessing>",
            "no processing sets SCORE",
        ),
        (SLIDER, declared("integer", "7"), _template("map_response"), "which has no mapping"),
        (SLIDER, declared("integer"), _template("match_correct"), "which has no key"),
        (CHOICE, declared("identifier", "C"), _template("match_correct"), "key 'C' of RESPONSE"),
        (
            '<p>a <textEntryInteraction responseIdentifier="RESPONSE"/></p>',
            declared("float", "1", cardinality="record"),
            _template("match_correct"),
            "which has no key",
        ),
        (
            GAPS,
            declared("directedPair", "G T", cardinality="multiple"),
            _template("match_correct"),
            "key 'G T' of RESPONSE is none of its options",
        ),
        (
            GAPS,
            declared("directedPair", cardinality="multiple", more=_mapped("G T", "G U")),
            _template("map_response"),
            "key 'G T' of RESPONSE is none of its options",
        ),
    ],
)
def test_item_that_nobody_could_answer_is_held(
    tmp_path: Path, body: str, responses: str, processing: str, why: str
) -> None:
    """Such items were stored, and everybody earned nothing on them."""
    report = read_item(
        tmp_path, item(f"<p>Soal</p>{body}", responses=responses, processing=processing)
    )

    assert 1 == len(report.items)
    assert () == report.storable
    assert why in report.refusals[0].message
    assert "soal-1" in report.refusals[0].place
    assert report.refusals[0].advice


def test_key_that_is_not_looked_at_holds_nothing(tmp_path: Path) -> None:
    mapped = declared("directedPair", "", cardinality="multiple", more=_mapped("T G"))

    report = read_item(
        tmp_path,
        item(f"<p>Soal</p>{GAPS}", responses=mapped, processing=_template("map_response")),
    )

    assert 1 == len(report.storable)


def test_values_of_a_file_laid_out_over_lines_are_meant_without_its_spaces(
    tmp_path: Path,
) -> None:
    body = '<p>Ibu kota? <textEntryInteraction responseIdentifier="RESPONSE"/></p>'

    (made,) = read_item(
        tmp_path, item(body, responses=declared("string", "\n    Semarang\n  "))
    ).storable

    given = response_from_qti(made, {"RESPONSE": "Semarang"})
    assert 1 == mark(made.rule, given)
    assert fits(made, given)
