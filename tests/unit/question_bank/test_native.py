"""Our own format: items come out as written; whatever is wrong is told by line."""

from fractions import Fraction
from pathlib import Path

import pytest

from question_bank.importers import native
from question_bank.importers.report import ImportReport
from question_bank.item import Option
from question_bank.samples import bank_files, practice_file
from scoring.response import Choice, Choices, Match, Order
from scoring.rule import KeyRule, NumberRule, OptionPoints, Rule, TextRule

SVG = '<svg xmlns="http://www.w3.org/2000/svg"><circle r="4"/></svg>'
ITEM = """\
bank: soal
items:
  - id: twk-001
    section: twk
    topic: integritas
    difficulty: hard
    stem: Siapa?
    options:
      - {id: a, text: Ani}
      - {id: b, text: Budi}
    key: b
    explanation: sebab
"""
OPTIONS = "options: [{id: a, text: Ani}, {id: b, text: Budi}]"
TARGETS = "targets: [{id: x, text: 1}, {id: y, text: 2}]"
FIVE = {"right": Fraction(5)}


def _read(text: str, folder: Path = Path()) -> ImportReport:
    return native.read(folder / "soal.yaml", text)


def _kind(lines: str) -> str:
    """The file with an item of another kind, whose lines are given."""
    return "bank: soal\nitems:\n  - id: x\n    section: s\n    stem: Q\n" + "".join(
        f"    {line}\n" for line in lines.split("\n")
    )


def test_item_comes_out_as_written() -> None:
    (item,) = _read(ITEM).items

    assert ("soal", "twk-001", 1, "twk", "integritas", "hard", "choice") == (
        item.bank,
        *item.ref,
        item.section,
        item.topic,
        item.difficulty,
        item.kind,
    )
    assert (Option("a", "Ani"), Option("b", "Budi")) == item.options
    assert KeyRule(Choice("b"), right=Fraction(5)) == item.rule
    assert ("Siapa?", "sebab", True) == (item.stem, item.explanation, item.shuffle)


@pytest.mark.parametrize(
    ("lines", "rule"),
    [
        (f"{OPTIONS}\nkey: a", KeyRule(Choice("a"), **FIVE)),
        (f"{OPTIONS}\nkey: a\npoints: {{right: 1/3, wrong: -1}}",
         KeyRule(Choice("a"), Fraction(1, 3), Fraction(-1))),
        ("options: [{id: a, text: x, points: 5}, {id: b, text: y, points: 1}]",
         OptionPoints({"a": Fraction(5), "b": Fraction(1)})),
        (f"kind: choices\n{OPTIONS}\nkey: [a, b]", KeyRule(Choices(frozenset("ab")), **FIVE)),
        (f"kind: order\n{OPTIONS}\nkey: [b, a]", KeyRule(Order(("b", "a")), **FIVE)),
        ("kind: number\nkey: 3.5\ntolerance: 1/2",
         NumberRule(Fraction(7, 2), Fraction(1, 2), **FIVE)),
        ("kind: text\nkey: [Ani, Budi]",
         TextRule((("Ani", Fraction(5)), ("Budi", Fraction(5))))),
        (f"kind: match\n{OPTIONS}\n{TARGETS}\nkey: {{a: y, b: x}}",
         KeyRule(Match(frozenset({("a", "y"), ("b", "x")})), **FIVE)),
    ],
)  # fmt: skip
def test_every_kind_gets_its_rule(lines: str, rule: Rule) -> None:
    report = _read(_kind(lines))

    assert () == report.problems
    assert [rule] == [item.rule for item in report.items]


def test_points_of_the_file_hold_for_all_its_items() -> None:
    text = ITEM.replace("items:", "rules: {right: 4, wrong: -1, blank: 0}\nitems:")

    (item,) = _read(text).items

    assert KeyRule(Choice("b"), Fraction(4), Fraction(-1)) == item.rule


def test_stimulus_and_pictures_come_along(tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_text(SVG)
    (tmp_path / "b.svg").write_text(SVG.replace("4", "5"))
    text = ITEM.replace(
        "items:",
        "stimuli:\n"
        "  - {id: st-1, text: Bacaan, image: {file: a.svg, alt: Lingkaran}}\n"
        "  - {id: st-2, image: {file: b.svg, alt: Lingkaran}}\n"
        "items:",
    ).replace("    section: twk", "    section: twk\n    stimulus: st-1")

    report = _read(text, tmp_path)

    assert () == report.problems
    stimulus = report.items[0].stimulus
    assert stimulus is not None
    assert stimulus.image is not None
    assert "Lingkaran" == stimulus.image.alt
    # The picture that no item shows is left out.
    assert {stimulus.image.name: SVG.encode()} == report.pictures


@pytest.mark.parametrize(
    ("old", "new", "place", "problem"),
    [
        ("key: b", "key: c", 11, "key 'c' is none of the options"),
        ("key: b", "key: [a, b]", 11, "the key names too many options"),
        ("key: b", "keys: b", 11, "unknown key 'keys'"),
        ("    key: b\n", "", 3, "'key' is missing"),
        ("section: twk", "section: t w k", 4, "'section' cannot be 't w k'"),
        ("id: twk-001", "id: ../../x", 3, "'id' cannot be '../../x'"),
        (
            "id: b, text: Budi}\n    key: b",
            "id: a, text: Budi}\n    key: a",
            3,
            "identifier of its own",
        ),
        ("text: Budi", "text: Ani", 3, "two options look the same"),
        ("text: Budi", 'text: ""', 10, "'text' must be text"),
        ("text: Budi", "text: Budi, points: 3", 3, "points and key do not fit together"),
        ("      - {id: a, text: Ani}\n", "", 3, "2 to 26 options"),
        ("difficulty: hard", "difficulty: sulit", 6, "difficulty 'sulit' is not known"),
        ("topic: integritas", "kind: riddle", 5, "kind 'riddle' is not known"),
        ("topic: integritas", "version: 0", 5, "'version' cannot be '0'"),
        ("topic: integritas", "stimulus: st-9", 5, "there is no stimulus 'st-9'"),
        ("topic: integritas", "tolerance: 1", 5, "only a number has a tolerance"),
        ("topic: integritas", "shuffle: ya", 5, "'shuffle' must be true or false"),
        ("topic: integritas", "points: {right: 0}", 3, "every response earns the same"),
        ("topic: integritas", "points: {right: five}", 5, "a number was expected"),
        ("topic: integritas", "image: {file: no.svg, alt: x}", 5, "there is no file no.svg"),
        ("topic: integritas", "image: {file: ../x.svg, alt: x}", 5, "outside the folder"),
        ("topic: integritas", "image: {file: no.svg}", 5, "'alt' is missing"),
        ("stem: Siapa?", 'stem: "a\\u0007b"', 7, "'stem' holds U+0007"),
        ("stem: Siapa?", "stem: {a: b}", 7, "'stem' must be text"),
    ],
)
def test_broken_item_is_refused_with_line_and_advice(
    old: str, new: str, place: int, problem: str
) -> None:
    assert old in ITEM

    report = _read(ITEM.replace(old, new, 1))

    assert () == report.items
    found = {(one.place, one.message) for one in report.refusals}
    assert any(at == f"soal.yaml:{place}" and problem in message for at, message in found), found
    assert all(one.advice for one in report.problems)


def test_one_broken_item_leaves_the_others() -> None:
    second = ITEM.partition("items:\n")[2].replace("twk-001", "twk-002")

    report = _read(ITEM.replace("key: b", "key: z") + second)

    assert ["twk-002"] == [item.id for item in report.items]
    assert ["soal.yaml:11"] == [one.place for one in report.refusals]


def test_same_identifier_twice_is_refused() -> None:
    report = _read(ITEM + ITEM.partition("items:\n")[2])

    assert ["item 'twk-001' stands on line 3 already"] == [one.message for one in report.refusals]


@pytest.mark.parametrize(
    ("old", "new"),
    [("bank: soal", "bank: s/o"), ("bank: soal", "x: 1"), ("items:", "rules: {r: 1}\nitems:")],
)
def test_nothing_is_taken_when_the_head_of_the_file_is_wrong(old: str, new: str) -> None:
    report = _read(ITEM.replace(old, new))

    assert () == report.items
    assert report.refusals


def test_item_of_a_broken_stimulus_is_refused(tmp_path: Path) -> None:
    text = ITEM.replace(
        "items:", "stimuli: [{id: st-1, text: B, image: {file: no.svg, alt: x}}]\nitems:"
    ).replace("    section: twk", "    section: twk\n    stimulus: st-1")

    report = _read(text, tmp_path)

    assert () == report.items
    assert 2 == len(report.refusals)


@pytest.mark.parametrize("path", [*bank_files(), practice_file()], ids=lambda path: path.name)
def test_shipped_files_are_read_without_a_problem(path: Path) -> None:
    report = native.read(path, path.read_text(encoding="utf-8"))

    assert () == report.problems
    assert report.items
