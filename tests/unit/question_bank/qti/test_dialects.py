"""What players write beside the standard: said in QTI's own words, or refused by its name."""

from fractions import Fraction
from pathlib import Path

import pytest

from question_bank.answers import response_from_qti
from question_bank.importers import ImportReport
from scoring.outcomes import outcomes
from tests.unit.question_bank.qti.writing import declared, item, read_item

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
