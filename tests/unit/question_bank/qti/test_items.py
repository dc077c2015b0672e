"""QTI items of every interaction: what they become, and by which rule they are marked."""

from fractions import Fraction
from pathlib import Path

import pytest

from question_bank.importers.admission import faults
from question_bank.item import dump, load
from scoring import mark
from scoring.mark import awaits_people, highest
from scoring.outcomes import outcomes
from scoring.response import (
    Choice,
    Choices,
    Match,
    Nothing,
    Number,
    Order,
    Pairs,
    Points,
    SingleResponse,
    Text,
    record,
)
from scoring.rule import (
    AreaRule,
    JudgedRule,
    KeyRule,
    MappingRule,
    NumberRule,
    OptionPoints,
    SumRule,
)
from tests.unit.question_bank.qti.writing import CHOICE, CHOICES, declared, item, png, read_item

OBJECT = '<object data="peta.png" type="image/png" width="100" height="80">Peta</object>'
AREAS = (
    '<{0} identifier="A" shape="circle" coords="10,10,5" matchMax="1"/>'
    '<{0} identifier="B" shape="rect" coords="20,20,40,40" matchMax="1"/>'
)
PAIRS = (
    '<simpleAssociableChoice identifier="A" matchMax="1">Ani</simpleAssociableChoice>'
    '<simpleAssociableChoice identifier="B" matchMax="1">Budi</simpleAssociableChoice>'
)
MATCH_SETS = (
    f"<simpleMatchSet>{PAIRS}</simpleMatchSet><simpleMatchSet>"
    '<simpleAssociableChoice identifier="X" matchMax="0">X</simpleAssociableChoice>'
    "</simpleMatchSet>"
)
MAP_RESPONSE = (
    '<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/'
    'map_response"/>'
)
ASKED = 'responseIdentifier="RESPONSE"'

KINDS: list[tuple[str, str, str, type, SingleResponse]] = [
    ("choice", CHOICE, declared("identifier", "A"), KeyRule, Choice("A")),
    (
        "choices",
        f'<choiceInteraction {ASKED} maxChoices="0">{CHOICES}</choiceInteraction>',
        declared("identifier", "A", "B", cardinality="multiple"),
        KeyRule,
        Choices(frozenset("AB")),
    ),
    (
        "order",
        f"<orderInteraction {ASKED}>{CHOICES}</orderInteraction>",
        declared("identifier", "B", "A", cardinality="ordered"),
        KeyRule,
        Order(("B", "A")),
    ),
    (
        "associate",
        f'<associateInteraction {ASKED} maxAssociations="1">{PAIRS}</associateInteraction>',
        declared("pair", "B A", cardinality="multiple"),
        KeyRule,
        Pairs(frozenset({("A", "B")})),
    ),
    (
        "match",
        f'<matchInteraction {ASKED} maxAssociations="2">{MATCH_SETS}</matchInteraction>',
        declared("directedPair", "A X", "B X", cardinality="multiple"),
        KeyRule,
        Match(frozenset({("A", "X"), ("B", "X")})),
    ),
    (
        "gap_match",
        (
            f'<gapMatchInteraction {ASKED}><gapText identifier="A" matchMax="1">Ani</gapText>'
            '<gapText identifier="B" matchMax="1">Budi</gapText>'
            '<p>Yang <gap identifier="G"/> itu.</p></gapMatchInteraction>'
        ),
        declared("directedPair", "A G", cardinality="multiple"),
        KeyRule,
        Match(frozenset({("A", "G")})),
    ),
    (
        "hot_text",
        (
            f'<hottextInteraction {ASKED} maxChoices="1"><p>'
            '<hottext identifier="A">Ani</hottext> dan '
            '<hottext identifier="B">Budi</hottext></p></hottextInteraction>'
        ),
        declared("identifier", "A"),
        KeyRule,
        Choice("A"),
    ),
    (
        "hotspot",
        (
            f'<hotspotInteraction {ASKED} maxChoices="2">{OBJECT}{AREAS.format("hotspotChoice")}'
            "</hotspotInteraction>"
        ),
        declared("identifier", "A", "B", cardinality="multiple"),
        KeyRule,
        Choices(frozenset("AB")),
    ),
    (
        "order",
        (
            f"<graphicOrderInteraction {ASKED}>{OBJECT}{AREAS.format('hotspotChoice')}"
            "</graphicOrderInteraction>"
        ),
        declared("identifier", "B", "A", cardinality="ordered"),
        KeyRule,
        Order(("B", "A")),
    ),
    (
        "associate",
        (
            f'<graphicAssociateInteraction {ASKED} maxAssociations="1">{OBJECT}'
            f"{AREAS.format('associableHotspot')}</graphicAssociateInteraction>"
        ),
        declared("pair", "A B", cardinality="multiple"),
        KeyRule,
        Pairs(frozenset({("A", "B")})),
    ),
    (
        "gap_match",
        (
            f'<graphicGapMatchInteraction {ASKED}>{OBJECT}<gapImg identifier="W" matchMax="1">'
            '<object data="peta.png" type="image/png">W</object></gapImg>'
            f"{AREAS.format('associableHotspot')}</graphicGapMatchInteraction>"
        ),
        declared("directedPair", "W A", cardinality="multiple"),
        KeyRule,
        Match(frozenset({("W", "A")})),
    ),
    (
        "slider",
        f'<sliderInteraction {ASKED} lowerBound="0" upperBound="10" step="2"/>',
        declared("integer", "4"),
        NumberRule,
        Number(Fraction(4)),
    ),
    (
        "number",
        f"<p>Berapa?</p><textEntryInteraction {ASKED}/>",
        declared("float", "2.5"),
        NumberRule,
        Number(Fraction(5, 2)),
    ),
]


@pytest.mark.parametrize(("kind", "body", "responses", "rule", "right"), KINDS)
def test_interaction_becomes_its_kind(
    tmp_path: Path, kind: str, body: str, responses: str, rule: type, right: SingleResponse
) -> None:
    report = read_item(tmp_path, item(f"<p>Soal</p>{body}", responses=responses), peta_png=png())

    (found,) = report.storable
    assert [] == list(report.refusals)
    assert (kind, rule) == (found.kind, type(found.rule))
    assert [] == faults(found)
    assert found == load(dump(found))
    assert (Fraction(1), Fraction(0)) == (mark(found.rule, right), mark(found.rule, Nothing()))


def test_simple_item_stays_simple(tmp_path: Path) -> None:
    (found,) = read_item(tmp_path, item(f"<p>Pilih <b>satu</b>.</p>{CHOICE}")).items

    assert "plain" == found.notation
    assert "Pilih **satu**.\n\nSiapa?" == found.stem
    assert [("A", "Ani"), ("B", "Budi")] == [(one.id, one.text) for one in found.options]
    assert found.shuffle


def test_mapping_becomes_points_of_options(tmp_path: Path) -> None:
    mapping = (
        '<mapping defaultValue="-1" lowerBound="0"><mapEntry mapKey="A" mappedValue="2.5"/>'
        "</mapping>"
    )
    responses = declared("identifier", more=mapping)

    (found,) = read_item(tmp_path, item(CHOICE, responses=responses, processing=MAP_RESPONSE)).items

    assert OptionPoints({"A": Fraction(5, 2), "B": Fraction(0)}) == found.rule


def test_mapping_of_several_keeps_its_bounds(tmp_path: Path) -> None:
    mapping = (
        '<mapping defaultValue="-1" lowerBound="0" upperBound="2">'
        '<mapEntry mapKey="A" mappedValue="2.5"/></mapping>'
    )
    responses = declared("identifier", cardinality="multiple", more=mapping)
    body = CHOICE.replace('maxChoices="1"', 'maxChoices="0"')

    (found,) = read_item(tmp_path, item(body, responses=responses, processing=MAP_RESPONSE)).items

    rule = MappingRule({"A": Fraction(5, 2)}, Fraction(-1), Fraction(0), Fraction(2))
    assert rule == found.rule


def test_areas_become_an_area_rule(tmp_path: Path) -> None:
    areas = (
        '<areaMapping defaultValue="0"><areaMapEntry shape="circle" coords="10,10,5" '
        'mappedValue="3"/></areaMapping>'
    )
    body = f"<selectPointInteraction {ASKED} maxChoices='1'>{OBJECT}</selectPointInteraction>"
    processing = MAP_RESPONSE.replace("map_response", "map_response_point")
    text = item(
        f"<p>Tunjuk</p>{body}", responses=declared("point", more=areas), processing=processing
    )

    (found,) = read_item(tmp_path, text, peta_png=png()).storable

    assert isinstance(found.rule, AreaRule)
    assert (100, 80) == (found.settings.width, found.settings.height)
    assert 3 == mark(found.rule, Points(frozenset({(12, 11)})))


def test_several_interactions_become_a_composite_item(tmp_path: Path) -> None:
    body = (
        '<p>Satu <inlineChoiceInteraction responseIdentifier="R1"><inlineChoice identifier="A">a'
        '</inlineChoice><inlineChoice identifier="B">b</inlineChoice></inlineChoiceInteraction>, '
        'dua <textEntryInteraction responseIdentifier="R2"/>.</p>'
    )
    score = '<variable identifier="SCORE"/>'
    one = '<baseValue baseType="float">1</baseValue>'
    processing = "".join(
        f'<responseCondition><responseIf><match><variable identifier="{name}"/><correct '
        f'identifier="{name}"/></match><setOutcomeValue identifier="SCORE"><sum>{score}{one}</sum>'
        "</setOutcomeValue></responseIf></responseCondition>"
        for name in ("R1", "R2")
    )
    responses = declared("identifier", "A", name="R1") + declared("string", "dua", name="R2")
    text = item(
        body,
        responses=responses,
        processing=f"<responseProcessing>{processing}</responseProcessing>",
    )

    (found,) = read_item(tmp_path, text).storable

    assert '<p>Satu <place name="R1"/>, dua <place name="R2"/>.</p>' == found.stem
    assert ["inline_choice", "text"] == [one.kind for one in found.interactions]
    whole = record({"R1": Choice("A"), "R2": Text("dua")})
    assert 2 == mark(found.rule, whole)
    assert 1 == mark(found.rule, record({"R2": Text("dua")}))
    assert {"SCORE": Fraction(2)} == outcomes(found.rule, whole)


ADDING = (
    '<responseCondition><responseIf><match><variable identifier="{0}"/><correct identifier="{0}"/>'
    '</match><setOutcomeValue identifier="SCORE"><sum><variable identifier="SCORE"/><baseValue '
    'baseType="integer">{1}</baseValue></sum></setOutcomeValue></responseIf></responseCondition>'
)


def test_points_that_each_response_adds_become_a_sum_of_rules(tmp_path: Path) -> None:
    body = "".join(
        f'<p>{name}</p><choiceInteraction responseIdentifier="{name}" maxChoices="1">{CHOICES}'
        "</choiceInteraction>"
        for name in ("R1", "R2")
    )
    responses = declared("identifier", "A", name="R1") + declared("identifier", "B", name="R2")
    processing = ADDING.format("R1", 1) + ADDING.format("R2", 3)
    text = item(
        body,
        responses=responses,
        processing=f"<responseProcessing>{processing}</responseProcessing>",
    )

    (found,) = read_item(tmp_path, text).storable

    parts = {"R1": KeyRule(Choice("A")), "R2": KeyRule(Choice("B"), right=Fraction(3))}
    assert SumRule(parts) == found.rule
    assert 4 == mark(found.rule, record({"R1": Choice("A"), "R2": Choice("B")}))


def test_points_for_right_and_wrong_become_a_key(tmp_path: Path) -> None:
    processing = (
        '<responseProcessing><responseCondition><responseIf><match><correct identifier="RESPONSE"/>'
        '<variable identifier="RESPONSE"/></match><setOutcomeValue identifier="SCORE"><baseValue '
        'baseType="float">5</baseValue></setOutcomeValue></responseIf><responseElse>'
        '<setOutcomeValue identifier="SCORE"><baseValue baseType="float">-1</baseValue>'
        "</setOutcomeValue></responseElse></responseCondition></responseProcessing>"
    )

    (found,) = read_item(tmp_path, item(CHOICE, processing=processing)).storable

    assert KeyRule(Choice("A"), Fraction(5), Fraction(-1), Fraction(-1)) == found.rule


def test_declared_bounds_and_built_in_outcomes_are_known(tmp_path: Path) -> None:
    processing = (
        '<responseProcessing><setOutcomeValue identifier="completionStatus"><baseValue '
        'baseType="identifier">completed</baseValue></setOutcomeValue></responseProcessing>'
    )
    text = item(CHOICE, processing=processing).replace(
        'identifier="SCORE"', 'identifier="SCORE" normalMaximum="4"', 1
    )

    (found,) = read_item(tmp_path, text).items

    assert 4 == highest(found.rule)
    assert "completed" == outcomes(found.rule, Choice("A"))["completionStatus"]


def test_essay_is_judged_by_people(tmp_path: Path) -> None:
    body = (
        '<rubricBlock view="scorer"><p>Isi 5, bahasa 5</p></rubricBlock>'
        f"<extendedTextInteraction {ASKED}><prompt>Jelaskan.</prompt></extendedTextInteraction>"
    )

    (found,) = read_item(tmp_path, item(body, responses=declared("string"), processing="")).storable

    assert isinstance(found.rule, JudgedRule)
    assert awaits_people(found.rule)
    assert "Isi 5, bahasa 5" in found.rule.criteria
    assert "Isi 5" not in found.stem


def test_mathematics_and_tables_are_kept_and_looks_dropped(tmp_path: Path) -> None:
    body = (
        '<p class="big">Hitung <math xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mfrac>'
        "<mn>1</mn><mn>2</mn></mfrac><annotation>1/2</annotation></semantics></math></p>"
        "<table><tr><td>a</td></tr></table>"
    )

    report = read_item(tmp_path, item(body + CHOICE))

    (found,) = report.storable
    assert "<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math>" in found.stem
    assert "<table><tr><td>a</td></tr></table>" in found.stem
    assert any("styles, classes" in one.message for one in report.problems)


def test_templates_are_drawn_once_and_printed(tmp_path: Path) -> None:
    template = (
        '<templateDeclaration identifier="A" cardinality="single" baseType="integer"/>'
        '<templateProcessing><setTemplateValue identifier="A"><randomInteger min="3" max="9"/>'
        '</setTemplateValue><setCorrectResponse identifier="RESPONSE"><sum><variable '
        'identifier="A"/><baseValue baseType="integer">1</baseValue></sum></setCorrectResponse>'
        "</templateProcessing>"
    )
    body = f'<p>Sesudah <printedVariable identifier="A"/>?</p><textEntryInteraction {ASKED}/>'
    text = item(body, responses=declared("integer") + template)

    first, again = (read_item(tmp_path, text) for _ in range(2))

    (found,) = first.storable
    assert first.items == again.items
    shown = int(found.stem.removeprefix("Sesudah ").removesuffix("?"))
    assert 1 == mark(found.rule, Number(Fraction(shown + 1)))
    assert any("drawn once" in one.message for one in first.problems)


def test_qti_3_is_read_as_qti_2(tmp_path: Path) -> None:
    text = """<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
        identifier="tiga" title="Tiga" adaptive="false" time-dependent="false">
      <qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="identifier">
        <qti-correct-response><qti-value>B</qti-value></qti-correct-response>
      </qti-response-declaration>
      <qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"/>
      <qti-item-body><qti-choice-interaction response-identifier="RESPONSE" max-choices="1">
        <qti-prompt>Siapa?</qti-prompt>
        <qti-simple-choice identifier="A">Ani</qti-simple-choice>
        <qti-simple-choice identifier="B">Budi</qti-simple-choice>
      </qti-choice-interaction></qti-item-body>
      <qti-response-processing
        template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml"/>
    </qti-assessment-item>"""

    (found,) = read_item(tmp_path, text).storable

    assert ("choice", "Siapa?", KeyRule(Choice("B"))) == (found.kind, found.stem, found.rule)
