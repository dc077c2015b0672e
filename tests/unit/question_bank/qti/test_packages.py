"""Packages: tests, stimuli and pictures together; and what a hostile package cannot do."""

from fractions import Fraction
from pathlib import Path

import pytest

from question_bank.importers import read
from scoring.response import Choice
from scoring.whole_test import item_result, whole_outcomes
from tests.unit.question_bank.qti.sets import SHARED
from tests.unit.question_bank.qti.writing import CHOICE, NAMESPACE, item, package, png

TEST = f"""<assessmentTest {NAMESPACE} identifier="ujian" title="Ujian">
  <outcomeDeclaration identifier="TOTAL" cardinality="single" baseType="float"/>
  <testPart identifier="bagian" navigationMode="linear" submissionMode="individual">
    <timeLimits maxTime="60"/>
    <assessmentSection identifier="s1" title="Tes Satu" visible="true">
      <rubricBlock view="candidate"><p>Bacaan bersama</p></rubricBlock>
      <assessmentItemRef identifier="i1" href="soal/satu.xml" category="geografi">
        <weight identifier="W" value="2"/>
      </assessmentItemRef>
      <assessmentItemRef identifier="i2" href="soal/dua.xml"/>
    </assessmentSection>
  </testPart>
  <outcomeProcessing><setOutcomeValue identifier="TOTAL"><sum>
    <testVariables variableIdentifier="SCORE" weightIdentifier="W"/>
  </sum></setOutcomeValue></outcomeProcessing>
</assessmentTest>"""


def test_package_is_taken_whole(tmp_path: Path) -> None:
    pictured = item(f'<p><img src="../gambar/a.png" alt="Peta"/></p>{CHOICE}', identifier="satu")

    report = package(
        tmp_path,
        {
            "ujian.xml": TEST,
            "soal/satu.xml": pictured,
            "soal/dua.xml": item(CHOICE, identifier="dua"),
            "gambar/a.png": png(),
        },
    )

    first, second = report.storable
    assert ("satu", "tes-satu", "geografi") == (first.id, first.section, first.topic)
    assert first.stimulus is not None
    assert first.stimulus == second.stimulus
    assert "Bacaan bersama" in first.stimulus.text
    assert 1 == len(report.pictures)
    assert [] == list(report.refusals)
    assert ["time limits is not taken"] == [one.message for one in report.problems]
    (test,) = report.tests
    results = [
        item_result(place, one.rule, Choice("A"))
        for place, one in zip(test.places, report.items, strict=True)
    ]
    assert {"TOTAL": Fraction(3)} == whole_outcomes(test, results)


def test_items_that_share_a_stimulus_share_it(tmp_path: Path) -> None:
    stimulus = (
        f'<assessmentStimulus {NAMESPACE} identifier="teks" title="Teks"><stimulusBody>'
        "<p>Bacaan</p></stimulusBody></assessmentStimulus>"
    )
    reference = '<assessmentStimulusRef identifier="teks" href="teks.xml"/><itemBody>'
    items = {
        f"{name}.xml": item(CHOICE, identifier=name).replace("<itemBody>", reference)
        for name in ("a", "b")
    }

    report = package(tmp_path, items | {"teks.xml": stimulus})

    first, second = report.storable
    assert first.stimulus is not None
    assert ("teks", "<p>Bacaan</p>") == (first.stimulus.id, first.stimulus.text)
    assert first.stimulus == second.stimulus


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"imsmanifest.xml": "<a/>"}, "no manifest"),
        ({"imsmanifest.xml": "<manifest/>"}, "names no item"),
        ({"imsmanifest.xml": '<!DOCTYPE a [<!ENTITY b "c">]><manifest>&b;</manifest>'}, "document"),
        ({"../soal.xml": item(CHOICE)}, "leads out"),
        ({"soal.xml": item(CHOICE), "SOAL.XML": item(CHOICE)}, "twice"),
        ({"soal.xml": "<assessmentItem>"}, "well-formed"),
        ({"soal.xml": "<a>" * 200 + "</a>" * 200}, "deeper"),
        ({"soal.xml": item(CHOICE), "besar.png": bytes(30_000_000)}, "a bomb"),
    ],
)
def test_hostile_package_ends_in_a_refusal(
    tmp_path: Path, files: dict[str, str | bytes], why: str
) -> None:
    before = sorted(tmp_path.parent.iterdir())

    report = package(tmp_path, files)

    assert () == report.items
    assert any(why in one.message for one in report.refusals), report.problems
    assert ["paket.zip"] == [one.name for one in tmp_path.iterdir()]
    assert before == sorted(tmp_path.parent.iterdir())


def test_picture_of_too_many_pixels_is_refused(tmp_path: Path) -> None:
    text = item(f'<p><img src="a.png" alt="Peta"/></p>{CHOICE}')

    report = package(tmp_path, {"soal.xml": text, "a.png": png(60_000, 60_000)})

    assert () == report.storable
    assert len(report.refusals) == 1


def test_damaged_package_is_refused_whole(tmp_path: Path) -> None:
    package(tmp_path, {"a.xml": item(CHOICE), "b.xml": item(CHOICE, identifier="b")})
    path = tmp_path / "paket.zip"
    raw = bytearray(path.read_bytes())
    place = raw.rindex(b"b.xml", 0, raw.index(b"PK\x01\x02")) + len("b.xml") + 20
    raw[place] ^= 0xFF
    path.write_bytes(bytes(raw))

    report = read(path)

    assert () == report.items
    assert "damaged" in report.refusals[0].message or "ends too early" in report.refusals[0].message


@pytest.mark.skipif(not SHARED.is_dir(), reason="the packages lie beside the project")
@pytest.mark.parametrize(
    ("path", "count", "test_count"),
    [
        ("qti22-packages-pie/assessment-test/imsmanifest.xml", 4, 1),
        ("qti22-packages-pie/math-assessment/imsmanifest.xml", 4, 1),
        ("qti22-packages-pie/with-passages/imsmanifest.xml", 2, 0),
        ("qti12-canvas-instructure/packages/test_qti_1.2.zip", 3, 0),
        ("qti12-canvas-instructure/packages/test_qti_1.2_canvas/imsmanifest.xml", 4, 0),
        ("qti12-canvas-instructure/packages/test_imscc_canvas/imsmanifest.xml", 4, 0),
        ("qti12-canvas-instructure/packages/with_banks/imsmanifest.xml", 7, 0),
        ("qti12-canvas-instructure/canvas_cartridge/imsmanifest.xml", 20, 0),
        ("qti12-canvas-instructure/packages/unsupported_version/imsmanifest.xml", 0, 0),
    ],
)
def test_packages_of_others_are_taken(path: str, count: int, test_count: int) -> None:
    report = read(SHARED / path)

    assert (count, test_count) == (len(report.storable), len(report.tests))


@pytest.mark.skipif(not SHARED.is_dir(), reason="the files lie beside the project")
def test_every_file_of_the_sets_ends_in_a_report() -> None:
    files = [one for one in sorted(SHARED.rglob("*.xml")) if one.name != "cases.xml"]

    reports = [read(file) for file in files]

    assert len(files) > 200
    assert [] == [
        file.name
        for file, report in zip(files, reports, strict=True)
        if not report.items and not report.problems and not report.tests
    ]
