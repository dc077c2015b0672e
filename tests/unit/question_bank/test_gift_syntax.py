"""GIFT as a grammar: what is written is read, and the 26 trees of another parser agree."""

import json
import re
import sys
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.importers.gift_syntax import (
    Answer,
    BadGift,
    Marked,
    Question,
    Source,
    parse,
    split,
)

CASE_COUNT = 26
VECTORS = Path(__file__).parents[2] / "vectors" / "gift"
KINDS = {
    "MC": "choice",
    "Short": "text",
    "Matching": "match",
    "Numerical": "number",
    "TF": "truefalse",
    "Essay": "essay",
    "Description": "description",
}


def _is_essence_equal(expected: str, got: str) -> bool:
    """Whether two texts differ in white space alone."""
    return " ".join(expected.split()) == " ".join(got.split())


def _number_text(expected: dict[str, Any]) -> str:
    match expected["type"]:
        case "simple":
            return str(expected["number"])
        case "range":
            return f"{expected['number']}:{expected['range']}"
        case _:
            return f"{expected['numberLow']}..{expected['numberHigh']}"


def _differences(expected: dict[str, Any], source: Source, got: Question) -> list[str]:
    """Where a question differs from the expected tree in what matters for scoring or showing."""
    found = []
    stem = expected["stem"]
    if KINDS[expected["type"]] != got.kind:
        found.append(f"kind {got.kind}")
    if stem["format"] != got.stem.format or not _is_essence_equal(stem["text"], got.stem.text):
        found.append(f"stem {got.stem}")
    if not _is_essence_equal(expected["title"] or "", got.title):
        found.append(f"title {got.title}")
    if (expected["id"] or "", tuple(expected["tags"] or ())) != (source.identifier, source.tags):
        found.append(f"labels {source.identifier} {source.tags}")
    general = (expected.get("globalFeedback") or {"text": ""})["text"]
    if not _is_essence_equal(general, got.general_feedback.text):
        found.append(f"general feedback {got.general_feedback}")
    return found + _answer_differences(expected, got)


def _answer_differences(expected: dict[str, Any], got: Question) -> list[str]:
    if expected["type"] == "TF":
        words = [str(expected["isTrue"])]
        return [] if words == [one.text.text for one in got.answers] else [f"{got.answers}"]
    if expected["type"] == "Matching":
        pairs = [(one["subquestion"]["text"], one["subanswer"]) for one in expected["matchPairs"]]
        return [] if pairs == [(one.text.text, one.target) for one in got.answers] else ["pairs"]
    choices = expected.get("choices") or []
    if isinstance(choices, dict):  # one plain number
        choices = [{"isCorrect": True, "weight": None, "text": choices, "feedback": None}]
    if len(choices) != len(got.answers):
        return [f"{len(got.answers)} answers"]
    return [
        f"answer {answer}"
        for choice, answer in zip(choices, got.answers, strict=True)
        if not _is_answer(choice, answer)
    ]


def _is_answer(choice: dict[str, Any], answer: Answer) -> bool:
    text = choice["text"]
    is_number = "type" in text
    weight = None if choice["weight"] is None else Fraction(str(choice["weight"]))
    feedback = choice["feedback"]["text"] if choice["feedback"] else ""
    return (
        choice["isCorrect"] == answer.is_right
        and weight == answer.weight
        and _is_essence_equal(_number_text(text) if is_number else text["text"], answer.text.text)
        and (is_number or text["format"] == answer.text.format)
        and _is_essence_equal(feedback, answer.feedback)
    )


def test_trees_of_another_parser_agree(shared_data: Path) -> None:
    """Every file of the set, by kind: kinds, stems, formats, answers, weights, feedback, labels."""
    files = sorted((shared_data / "moodle-gift-aiken" / "gift-with-expected").glob("*.gift"))

    counts, failures = _compared(files)

    sys.stdout.write(
        f"GIFT: {sum(counts.values()) - len(failures)}/{sum(counts.values())}, {counts}\n"
    )
    assert CASE_COUNT == len(files)
    assert KINDS.keys() == counts.keys()
    assert [] == failures


def test_trees_that_are_shipped_agree() -> None:
    """The samples in tests/vectors/gift, whose README names their source and licence."""
    files = sorted(VECTORS.glob("*.gift"))

    counts, failures = _compared(files)

    assert 8 == len(files)
    assert KINDS.keys() == counts.keys()
    assert [] == failures


def _compared(files: Sequence[Path]) -> tuple[dict[str, int], list[str]]:
    """Questions by kind, and every difference from the expected trees."""
    failures: list[str] = []
    counts: dict[str, int] = {}
    for path in files:
        tree = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        text = path.read_text(encoding="utf-8")
        sources = list(split(text))
        expected = [one for one in tree if one["type"] != "Category"]
        categories = re.findall(r"^\$CATEGORY:\s*(.*?)\s*$", text, re.MULTILINE)
        assert [one["title"] for one in tree if one["type"] == "Category"] == categories
        assert len(expected) == len(sources), path.name
        for one, source in zip(expected, sources, strict=True):
            counts[one["type"]] = counts.get(one["type"], 0) + 1
            failures += [
                f"{path.name}:{source.line}: {difference}"
                for difference in _differences(one, source, parse(source.text))
            ]
    return counts, failures


def test_questions_are_separated_by_empty_lines_and_categories() -> None:
    text = "$CATEGORY: a\n// [id:7] [tag:x]\nSatu{T}\r\n\r\nDua\n{F}\n$CATEGORY: b/c\nTiga{T}\n"

    assert [
        Source(3, "a", "Satu{T}", "7", ("x",)),
        Source(5, "a", "Dua\n{F}"),
        Source(8, "b/c", "Tiga{T}"),
    ] == list(split(text))


def test_labels_of_a_lone_comment_belong_to_nobody() -> None:
    assert [Source(3, "", "Satu{T}")] == list(split("// [id:7]\n\nSatu{T}"))


def test_unclosed_question_does_not_swallow_the_next() -> None:
    sources = list(split("Satu{=a ~b\n\nDua{T}"))

    assert ["Satu{=a ~b", "Dua{T}"] == [source.text for source in sources]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Q{T}", "truefalse"),
        ("Q{ false # salah }", "truefalse"),
        ("Q{TRUE#a#b####c}", "truefalse"),
        ("Q{Tidak}", ""),
        ("Q{=a ~b}", "choice"),
        ("Q{~%50%a ~%50%b ~c}", "choice"),
        ("Q{=a =%50%b}", "text"),
        ("Q{=a->x =b->y}", "match"),
        ("Q{=a\\->x}", "match"),
        ("Q{#3}", "number"),
        ("Q{#=3:0.1 =%50%4}", "number"),
        ("Q{}", "essay"),
        ("Q{####umpan balik}", "essay"),
        ("Q", "description"),
        ("Q\\{T\\}", "description"),
    ],
)
def test_kind_follows_from_the_block(text: str, kind: str) -> None:
    if kind:
        assert kind == parse(text).kind
    else:
        with pytest.raises(BadGift):
            parse(text)


@pytest.mark.parametrize(
    "text",
    ["Q{=a", "Q}", "}Q{=a}", "::judul Q{T}", "A {=a} B {=b}", "Q{a =b}", "Q{=a->x =b}", "Q{T}}"],
)
def test_what_is_no_gift_is_refused(text: str) -> None:
    with pytest.raises(BadGift):
        parse(text)


def test_backslash_takes_the_meaning_from_signs() -> None:
    question = parse(r"a\{b\}\:\:\# \\ \n \x {=\=x\~y->\#z ~w}")

    assert "a{b}::# \\ \n \\x" == question.stem.text
    assert [Marked("=x~y->#z", "moodle"), Marked("w", "moodle")] == [
        answer.text for answer in question.answers
    ]


def test_formats_are_inherited_and_overridden() -> None:
    question = parse("::j::[html]<p>Q</p>{=[plain]a ~b####[markdown]c}")

    assert ("html", ["plain", "html"], "markdown") == (
        question.stem.format,
        [answer.text.format for answer in question.answers],
        question.general_feedback.format,
    )


@given(st.text(alphabet="abc ~=#{}:\\%0->n[]/$\n", max_size=60))
def test_any_text_is_read_or_refused_by_name(text: str) -> None:
    for source in split(text):
        try:
            question = parse(source.text)
        except BadGift:
            continue
        assert question.kind in KINDS.values()


@given(st.text(max_size=40).filter(lambda text: text.strip() and "\\n" not in text))
def test_escaped_text_is_read_back(text: str) -> None:
    words = " ".join(text.split())
    escaped = re.sub(r"([~=#{}:\\])", r"\\\1", words)

    question = parse(f"Q{{={escaped} ~z}}")

    if not escaped.lstrip().startswith(("%", "[")):
        assert words == question.answers[0].text.text
