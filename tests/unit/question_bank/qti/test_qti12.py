"""QTI 1.2 of Canvas: what its kinds become."""

from fractions import Fraction
from pathlib import Path

import pytest

from question_bank.answers import response_from_qti
from question_bank.importers import read
from scoring import mark
from scoring.mark import highest
from scoring.rule import KeyRule, MappingRule, NumberRule
from tests.unit.question_bank.qti.sets import SHARED
from tests.unit.question_bank.qti.writing import read_item

ITEMS = SHARED / "qti12-canvas-instructure" / "items_1.2"

needs_shared = pytest.mark.skipif(not ITEMS.is_dir(), reason="the items lie beside the project")


@needs_shared
@pytest.mark.parametrize(
    ("name", "kind", "given", "points"),
    [
        ("mc_feedback", "choice", {"response1": "5706"}, 1),
        ("mc_feedback", "choice", {"response1": "2408"}, 0),
        ("multiple_answer_canvas", "choices", {"response1": ["4155", "6991", "1939"]}, 1),
        ("multiple_answer_canvas", "choices", {"response1": ["4155", "6991"]}, 0),
        ("matching", "match", {"R": ["question_1 8440", "question_2 5653"]}, 1),
        ("matching", "match", {"R": ["question_1 8440"]}, 0),
        ("numeric_margin_error_percent", "number", {"response1": "160"}, 1),
        ("numeric_margin_error_percent", "number", {"response1": "159"}, 0),
        ("numeric_precision_decimals", "number", {"response1": "1"}, 0),
        ("formula", "number", {"response1": "9"}, 1),
        ("single_fib", "text", {"response1": "ILLINOIS"}, 1),
        ("ordering.row", "order", {"OB01": ["A", "B", "E", "D", "C"]}, 5),
        ("canvas_multiple_fib", "composite", {"response_color1": "red"}, Fraction(1, 2)),
        (
            "canvas_multiple_dropdowns",
            "composite",
            {"response_color1": "6548", "response_color2": "4500"},
            Fraction(1, 2),
        ),
    ],
)
def test_item_of_canvas_is_marked(
    name: str, kind: str, given: dict[str, object], points: object
) -> None:
    (item,) = read(ITEMS / f"{name}.xml").storable

    assert kind == item.kind
    assert points == mark(item.rule, response_from_qti(item, given))


@needs_shared
def test_several_accepted_numbers_become_a_program() -> None:
    first, second = read(ITEMS / "numeric_exact_match.xml").storable

    assert NumberRule(Fraction(1234), Fraction(0), Fraction(1)) == first.rule
    earned = [
        mark(second.rule, response_from_qti(second, {"response1": given}))
        for given in ("4321", "1111.0", "1112", None)
    ]
    assert [1, 1, 0, 0] == earned


@needs_shared
def test_points_of_single_options_are_bounded() -> None:
    items = {item.id: item for item in read(ITEMS / "choice.xml").items}

    assert isinstance(items["QUE_1022"].rule, MappingRule)
    assert 10 == highest(items["QUE_1022"].rule)
    assert isinstance(items["QUE_1003"].rule, KeyRule)


@needs_shared
def test_file_that_is_not_well_formed_is_refused_politely() -> None:
    report = read(ITEMS / "choice_vary_points_by_answer_zero_points.xml")

    assert () == report.items
    (problem,) = report.problems
    assert "not well-formed" in problem.message
    assert problem.advice


def _quiz(presentation: str, processing: str) -> str:
    return (
        '<questestinterop><assessment title="Kuis"><section ident="root_section"><item ident="a" '
        f'title="Soal"><presentation>{presentation}</presentation><resprocessing><outcomes>'
        f'<decvar maxvalue="100" varname="SCORE"/></outcomes>{processing}</resprocessing></item>'
        "</section></assessment></questestinterop>"
    )


CHOICE = (
    '<material><mattext texttype="text/html">{}</mattext></material><response_lid ident="r" '
    'rcardinality="Single"><render_choice><response_label ident="x"><material><mattext>Ani'
    '</mattext></material></response_label><response_label ident="y"><material><mattext>Budi'
    "</mattext></material></response_label></render_choice></response_lid>"
)
RIGHT = (
    '<respcondition><conditionvar><varequal respident="r">x</varequal></conditionvar>'
    '<setvar action="Set">100</setvar></respcondition>'
)


def test_quiz_is_the_section_of_its_items(tmp_path: Path) -> None:
    (item,) = read_item(tmp_path, _quiz(CHOICE.format("Siapa?"), RIGHT)).storable

    assert ("kuis", "Siapa?", "choice") == (item.section, item.stem, item.kind)
    assert Fraction(1) == highest(item.rule)


@pytest.mark.parametrize(
    "html",
    [
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "&lt;img src=x onerror=alert(1)&gt;",
        "&lt;a href='javascript:alert(1)'&gt;a&lt;/a&gt;",
        "&lt;img src='http://example.org/a.png'&gt;",
        "&lt;iframe src='a'&gt;",
        "&lt;div&gt;" * 200,
    ],
)
def test_what_must_not_be_in_an_item_refuses_it(tmp_path: Path, html: str) -> None:
    report = read_item(tmp_path, _quiz(CHOICE.format(html), RIGHT))

    assert () == report.items
    assert len(report.refusals) == 1


@pytest.mark.parametrize(
    "test",
    ["<durequal respident='r'>5</durequal>", "<varequal respident='z'>x</varequal>"],
)
def test_condition_that_cannot_be_run_refuses_the_item(tmp_path: Path, test: str) -> None:
    processing = RIGHT.replace('<varequal respident="r">x</varequal>', test)

    report = read_item(tmp_path, _quiz(CHOICE.format("Siapa?"), processing))

    assert () == report.items
    assert "<" in report.refusals[0].message


def _blanks(*blanks: tuple[str, str, str], said: str = "33.33") -> str:
    """A quiz of typed blanks: name, accepted text, how it is compared."""
    text = " ".join(f"[{name}]" for name, _, _ in blanks)
    asked = "".join(
        f'<response_lid ident="response_{name}"><render_choice><response_label ident="{name}-0" '
        f'answer_type="openEntry"{how}><material><mattext>{word}</mattext></material>'
        "</response_label></render_choice></response_lid>"
        for name, word, how in blanks
    )
    earned = "".join(
        f'<respcondition><conditionvar><varequal respident="response_{name}">{name}-0</varequal>'
        f'</conditionvar><setvar action="Add">{said}</setvar></respcondition>'
        for name, _, _ in blanks
    )
    return _quiz(f"<material><mattext>{text}</mattext></material>{asked}", earned)


CONTAINS = ' scoring_algorithm="TextContainsAnswer"'


@pytest.mark.parametrize(
    ("given", "points"),
    [
        ({"response_a": "merah", "response_b": "hijau tua", "response_c": "biru"}, 1),
        ({"response_a": "merah tua", "response_b": "hijau", "response_c": "x"}, Fraction(1, 3)),
    ],
)
def test_blanks_are_compared_as_they_say_and_earn_whole_parts(
    tmp_path: Path, given: dict[str, object], points: Fraction
) -> None:
    quiz = _blanks(("a", "merah", ""), ("b", "hijau", CONTAINS), ("c", "biru", ""))

    (item,) = read_item(tmp_path, quiz).storable

    assert points == mark(item.rule, response_from_qti(item, given))


@pytest.mark.parametrize(
    ("word", "how", "why"),
    [
        ("^me.*$", ' scoring_algorithm="TextRegex"', "compares by TextRegex"),
        ("merah", ' scoring_algorithm="TextCloseEnough"', "compares by TextCloseEnough"),
        ("2*3", "", "stands for any text"),
    ],
)
def test_blank_that_would_be_compared_otherwise_is_refused(
    tmp_path: Path, word: str, how: str, why: str
) -> None:
    report = read_item(tmp_path, _blanks(("a", word, how)))

    assert () == report.items
    assert why in report.refusals[0].message


def test_only_blank_is_scored_under_whatever_name(tmp_path: Path) -> None:
    quiz = _blanks(("a", "merah", ""), said="100").replace(
        'varequal respident="response_a"', 'varequal respident="response_kata"'
    )

    (item,) = read_item(tmp_path, quiz).storable

    assert 1 == mark(item.rule, response_from_qti(item, {"response_a": "Merah"}))
