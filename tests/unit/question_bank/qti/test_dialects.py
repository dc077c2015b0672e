"""What players write beside the standard: said in QTI's own words, or refused by its name."""

from fractions import Fraction
from pathlib import Path

import pytest

from question_bank.answers import response_from_qti
from question_bank.importers import ImportReport
from scoring import mark
from scoring.mark import awaits_people
from scoring.outcomes import outcomes
from scoring.response import Choice, Choices
from tests.unit.question_bank.qti.writing import (
    CHOICE,
    NAMESPACE,
    declared,
    item,
    package,
    read_item,
)

ENTRY = '<p>Berapa? <textEntryInteraction responseIdentifier="RESPONSE"/></p>'
RAW = (
    '<outcomeDeclaration identifier="RAW" cardinality="single" baseType="integer">'
    '<mapping defaultValue="0.25" upperBound="1"><mapEntry mapKey="1" mappedValue="0.5"/>'
    '<mapEntry mapKey="2" mappedValue="3"/></mapping></outcomeDeclaration>'
)
GIVEN = '<variable identifier="RESPONSE"/>'


def _base(value: str, type_name: str = "integer") -> str:
    return f'<baseValue baseType="{type_name}">{value}</baseValue>'


def _read(folder: Path, expression: str) -> ImportReport:
    """The report of an item whose SCORE is an expression over the whole number that was typed."""
    process = (
        f'<setOutcomeValue identifier="RAW">{GIVEN}</setOutcomeValue>'
        f'<setOutcomeValue identifier="SCORE">{expression}</setOutcomeValue>'
    )
    return read_item(
        folder,
        item(
            ENTRY,
            responses=declared("integer") + RAW,
            processing=f"<responseProcessing>{process}</responseProcessing>",
        ),
    )


def _score(folder: Path, expression: str, given: str | None) -> object:
    (made,) = _read(folder, expression).items
    return outcomes(made.rule, response_from_qti(made, {"RESPONSE": given}))["SCORE"]


@pytest.mark.parametrize(
    ("condition", "given", "is_true"),
    [
        (f"<isNotNull>{GIVEN}</isNotNull>", "0", True),
        (f"<isNotNull>{GIVEN}</isNotNull>", None, False),
        (f"<notEqual>{GIVEN}{_base('3')}</notEqual>", "4", True),
        (f"<notEqual>{GIVEN}{_base('3')}</notEqual>", "3", False),
        (f"<notEqual>{GIVEN}{_base('3')}</notEqual>", None, None),
        (f"<preCondition>{GIVEN}</preCondition>", "2", True),
        (f"<preCondition>{GIVEN}</preCondition>", "0", False),
        (f"<preCondition>{GIVEN}</preCondition>", None, False),
        (f'<allN max="1">{_base("true", "boolean")}{GIVEN}</allN>', "0", True),
        (f'<allN max="1">{_base("true", "boolean")}{GIVEN}</allN>', "1", False),
    ],
)
def test_condition_of_a_dialect_means_what_its_player_says(
    tmp_path: Path, condition: str, given: str | None, *, is_true: bool | None
) -> None:
    (made,) = _read_truth(tmp_path, condition).items

    assert is_true == outcomes(made.rule, response_from_qti(made, {"RESPONSE": given}))["TRUE"]


def _read_truth(folder: Path, condition: str) -> ImportReport:
    outcome = '<outcomeDeclaration identifier="TRUE" cardinality="single" baseType="boolean"/>'
    process = f'<setOutcomeValue identifier="TRUE">{condition}</setOutcomeValue>'
    return read_item(
        folder,
        item(
            ENTRY,
            responses=declared("integer") + outcome,
            processing=f"<responseProcessing>{process}</responseProcessing>",
        ),
    )


@pytest.mark.parametrize(
    ("given", "points"),
    [("1", Fraction(1, 2)), ("2", 1), ("7", Fraction(1, 4)), (None, 0)],
)
def test_mapping_of_an_outcome_is_bounded_as_one_of_a_response(
    tmp_path: Path, given: str | None, points: Fraction
) -> None:
    assert points == _score(tmp_path, '<mapOutcome identifier="RAW"/>', given)


def _table(method: str) -> str:
    return (
        f'<lookupTable>{GIVEN}<interpolationTable defaultValue="-1"{method}>'
        '<interpolationTableEntry sourceValue="10" targetValue="100"/>'
        '<interpolationTableEntry sourceValue="0" targetValue="0"/>'
        "</interpolationTable></lookupTable>"
    )


@pytest.mark.parametrize(
    ("method", "given", "points"),
    [
        ("", "5", 0),
        ("", "-5", -1),
        (' interpolationMethod="linear"', "5", 50),
        (' interpolationMethod="linear"', "1", 10),
        (' interpolationMethod="linear"', "10", 100),
        (' interpolationMethod="linear"', "12", 100),
        (' interpolationMethod="linear"', "-5", 0),
    ],
)
def test_line_between_entries_is_drawn_only_where_the_table_asks_for_it(
    tmp_path: Path, method: str, given: str, points: int
) -> None:
    assert points == _score(tmp_path, _table(method), given)


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        (_table(' interpolationMethod="spline"'), "interpolation 'spline' is not known"),
        (_table("").replace('"10"', '"ten"'), "'ten' in a table is no number"),
        (f"<sometimes>{GIVEN}</sometimes>", "<sometimes> is not run"),
    ],
)
def test_what_has_no_known_meaning_is_refused_by_its_name(
    tmp_path: Path, expression: str, why: str
) -> None:
    report = _read(tmp_path, expression)

    assert not report.items
    assert ["soal.xml (soal-1)"] == [one.place for one in report.refusals]
    assert why in report.refusals[0].message
    assert report.refusals[0].advice


MAXSCORE = (
    '<outcomeDeclaration identifier="MAXSCORE" cardinality="single" baseType="float">'
    "<defaultValue><value>4</value></defaultValue></outcomeDeclaration>"
)


@pytest.mark.parametrize(
    ("address", "points"),
    [
        ("https://www.imsglobal.org/question/qti_v3p0/rptemplates/CC2_match.xml", 1),
        ("http://www.imsglobal.org/question/qti_v2p1/rptemplates/CC2_match", 4),
        ("http://www.imsglobal.org/question/qti_v2p1/rptemplates/CC2_match_basic.xml", 4),
    ],
)
def test_template_of_common_cartridge_earns_what_its_version_says(
    tmp_path: Path, address: str, points: int
) -> None:
    responses = declared("identifier", "A") + MAXSCORE
    processing = f'<responseProcessing template="{address}"/>'

    (made,) = read_item(tmp_path, item(CHOICE, responses=responses, processing=processing)).storable

    assert points == mark(made.rule, Choice("A"))
    assert 0 == mark(made.rule, Choice("B"))


SEVERAL = CHOICE.replace(' maxChoices="1"', "")


def test_key_of_several_may_be_given_where_no_number_of_choices_is_said(tmp_path: Path) -> None:
    several = declared("identifier", "A", "B", cardinality="multiple")

    (made,) = read_item(tmp_path, item(SEVERAL, responses=several)).storable

    assert 0 == made.settings.most
    assert 1 == mark(made.rule, Choices(frozenset("AB")))


def test_key_that_nobody_could_give_is_refused(tmp_path: Path) -> None:
    several = declared("identifier", "A", "B", cardinality="multiple")

    report = read_item(tmp_path, item(CHOICE, responses=several))

    assert () == report.storable
    assert ["soal.xml (soal-1)"] == [one.place for one in report.refusals]
    assert "its key holds 2, and 1 may be chosen" in report.refusals[0].message


def test_essay_without_a_declared_response_is_judged(tmp_path: Path) -> None:
    body = '<p>Ceritakan.</p><extendedTextInteraction responseIdentifier="RESPONSE"/>'
    written = item(body, processing="").replace(declared("identifier", "A"), "")

    report = read_item(tmp_path, written)

    (made,) = report.storable
    assert "essay" == made.kind
    assert awaits_people(made.rule)
    assert ["response RESPONSE is not declared; it is a text"] == [
        one.message for one in report.problems
    ]


def test_choice_without_a_declared_response_is_refused(tmp_path: Path) -> None:
    written = item(CHOICE, processing="").replace(declared("identifier", "A"), "")

    report = read_item(tmp_path, written)

    assert ["line 1: response 'RESPONSE' is not declared"] == [
        one.message for one in report.refusals
    ]


def test_template_file_in_a_package_costs_no_item(tmp_path: Path) -> None:
    template = f"<responseProcessing {NAMESPACE}/>"

    report = package(tmp_path, {"a.xml": item(CHOICE), "rptemplates/match.xml": template})

    assert 1 == len(report.storable)
    assert not report.refusals


MENU = (
    '<p>Ibu kota: <inlineChoiceInteraction responseIdentifier="RESPONSE">'
    '<inlineChoice identifier="X"/><inlineChoice identifier="A">Solo</inlineChoice>'
    '<inlineChoice identifier="B">Tegal</inlineChoice></inlineChoiceInteraction></p>'
)


@pytest.mark.parametrize(("key", "options"), [("A", ["A", "B"]), ("X", [])])
def test_empty_option_of_a_menu_is_left_out_unless_it_is_the_key(
    tmp_path: Path, key: str, options: list[str]
) -> None:
    report = read_item(tmp_path, item(MENU, responses=declared("identifier", key)))

    asked = [each for made in report.storable for each in made.interactions]
    assert options == [option.id for each in asked for option in each.options]
    assert report.problems
