"""One place within a sentence: an item that asks in its text, marked as a sum of one part."""

from fractions import Fraction
from pathlib import Path

import pytest

from question_bank.importers import read
from scoring import mark
from scoring.response import Choice, Nothing, Number, record
from tests.unit.question_bank.qti.writing import declared, item

MENU = (
    '<inlineChoiceInteraction responseIdentifier="RESPONSE" shuffle="false">'
    '<inlineChoice identifier="A">Ani</inlineChoice>'
    '<inlineChoice identifier="B">Budi</inlineChoice></inlineChoiceInteraction>'
)


@pytest.mark.parametrize(
    ("asked", "base_type", "right"),
    [
        (MENU, "identifier", Choice("A")),
        ('<textEntryInteraction responseIdentifier="RESPONSE"/>', "float", Number(Fraction(3))),
    ],
)
def test_one_place_within_a_sentence_is_taken(
    tmp_path: Path, asked: str, base_type: str, right: Choice | Number
) -> None:
    key = "3" if base_type == "float" else "A"
    body = f"<p>Yang benar {asked} saja.</p>"
    (tmp_path / "soal.xml").write_text(item(body, responses=declared(base_type, key)))

    report = read(tmp_path / "soal.xml")

    (found,) = report.storable
    assert "composite" == found.kind
    assert 1 == mark(found.rule, record({"RESPONSE": right}))
    assert 0 == mark(found.rule, Nothing())
