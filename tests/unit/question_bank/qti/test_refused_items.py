"""QTI items that are refused whole or held with their scoring, and pages beside them."""

from pathlib import Path

import pytest

from tests.unit.question_bank.qti.writing import CHOICE, item, read_item

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
