"""Blueprints: read whole or refused with every problem, its line and what to do."""

import re
from fractions import Fraction
from pathlib import Path

import pytest

from question_bank.blueprint import BadBlueprint, Blueprint, check, minutes_for, read
from question_bank.constraints import (
    ANCHOR,
    FIXED,
    Exposure,
    InformationBound,
    Named,
    Pretest,
    ScoreBound,
)
from question_bank.importers import read as read_items
from question_bank.samples import bank_files, blueprint_path
from scoring.tally import Threshold
from tests.factories import get_blueprint_text
from tests.unit.question_bank.bank import get_blueprint, get_items, get_section

SOUND = get_blueprint_text()


def _shipped(name: str) -> Blueprint:
    path = blueprint_path(name)
    assert path is not None
    return read(path.read_text(encoding="utf-8"), path.name)


def _problems(text: str) -> tuple[str, ...]:
    with pytest.raises(BadBlueprint) as refusal:
        read(text, "ujian.yaml")
    return refusal.value.problems


def test_skd_2024_is_as_the_decree_says() -> None:
    skd = _shipped("skd-2024")

    assert [("twk", 30), ("tiu", 35), ("tkp", 45)] == [(s.id, s.item_count) for s in skd.sections]
    assert ("total", "tkp", "tiu", "twk") == skd.rank_by
    assert (
        Threshold("twk", Fraction(65)),
        Threshold("tiu", Fraction(80)),
        Threshold("tkp", Fraction(166)),
    ) == skd.thresholds["general"]
    special = {
        kind: tuple(int(one.least) for one in listed)
        for kind, listed in skd.thresholds.items()
        if kind != "general"
    }
    assert {
        "cumlaude": (311, 85),
        "diaspora": (311, 85),
        "disability": (286, 60),
        "papua": (286, 60),
        "remote": (286, 60),
        "doctor": (311, 80),
        "rescuer": (286, 70),
    } == special


@pytest.mark.parametrize(
    ("disability", "formation_type", "minutes"),
    [
        ("", "general", 100),
        ("visual", "general", 100),
        ("hearing", "disability", 100),
        ("visual", "disability", 130),
    ],
)
def test_more_time_needs_the_disability_and_the_formation(
    disability: str, formation_type: str, minutes: int
) -> None:
    (part,) = _shipped("skd-2024").parts

    assert minutes == minutes_for(part, disability, formation_type)


def test_pppk_2024_has_two_clocks_and_no_thresholds() -> None:
    pppk = _shipped("pppk-2024")

    assert [120, 10] == [part.minutes for part in pppk.parts]
    assert [150, 15] == [minutes_for(part, "visual", "disability") for part in pppk.parts]
    assert [90, 25, 20, 10] == [section.item_count for section in pppk.sections]
    assert {} == pppk.thresholds
    assert ("total", "technical", ("managerial", "sociocultural"), "interview") == pppk.rank_by


def test_tryout_lasts_ten_minutes_and_has_twenty_items() -> None:
    tryout = _shipped("tryout")

    assert [10] == [part.minutes for part in tryout.parts]
    assert [6, 7, 7] == [section.item_count for section in tryout.sections]


@pytest.mark.parametrize("name", ["skd-2024", "tryout"])
def test_shipped_bank_meets_the_shipped_blueprint(name: str) -> None:
    items = [item for path in bank_files() for item in read_items(path).items]

    assert [] == check(_shipped(name), items)


def test_what_the_bank_lacks_is_told_for_every_section() -> None:
    blueprint = get_blueprint(
        get_section("twk", 4, topics={"a": 2, "b": 2}, difficulties={"easy": 2, "hard": 2}),
        get_section("tiu", 3),
    )
    items = get_items("twk", {("a", "easy"): 4, ("b", "easy"): 4, ("b", "hard"): 1})

    assert [
        "section twk needs 2 hard items, the bank has 1: 1 are missing",
        "section tiu needs 3 items, the bank has 0: 3 are missing",
    ] == check(blueprint, items)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("minutes: 10", "minutes: ten", "line 6: 'minutes' cannot be 'ten'; a whole number from 1"),
        ("minutes: 10", "minutes: 0", "line 6: 'minutes' cannot be '0'; a whole number from 1"),
        ("minutes: 10", "minutes: 99999999999999", "line 6: 'minutes' cannot be"),
        ("minutes: 10", "minutes: [10]", "line 6: 'minutes' must be text"),
        ("minutes: 13", "minutes: 9", "line 8: 9 minutes are less than everybody has"),
        ("minutes: 10", "minutes: 10\n    minutes: 12", "line 7: 'minutes' stands twice"),
        ("minutes: 10", "minute: 10", "line 6: unknown key 'minute'; known here: id, title, min"),
        ("items: 3", "items: 3\n        topics: {a: 1, b: 1}", "line 13: topics add up to 2, but"),
        ("items: 3", "items: 3\n        difficulties: {eazy: 3}", "line 13: unknown key 'eazy'"),
        ("id: twk\n", "id: tw k\n", "line 10: 'id' cannot be 'tw k'; use A-Z"),
        ("id: tkp\n", "id: twk\n", "line 4: section 'twk' stands twice; rename or delete one"),
        ("id: tkp\n", "id: total\n", "line 4: a section is called 'total'"),
        ("least: 5}, {", "least: few}, {", "'least' cannot be 'few'"),
        ("section: twk, least", "section: tw, least", "there is no section 'tw'; name one of inte"),
        ("general:", "generl:", "'general' is missing, which holds for everybody else"),
        ("rank_by: [total", "rank_by: [tota", "there is no section 'tota'; name one of interview"),
        ("rank_by: [total, tkp", "rank_by: [total, total", "key of rank_by 'total' stands twice"),
        ("[twk, interview]", "[twk, twk]", "this counts a section twice"),
        ("[twk, interview]", "[]", "the list is empty; name at least one"),
        ("[twk, interview]", "{a: b}", "each must be text"),
        ("id: Kecil, ", "", "line 2: 'id' is missing; add `id: ...`"),
        ("en: Small", "en: null", "line 2: 'en' is 'null', which means nothing; put it in quotes"),
        ("en: Small", 'en: "\\0"', "line 2: 'en' holds U+0000; delete this control character"),
    ],
)
def test_problem_is_told_with_its_line_and_advice(old: str, new: str, problem: str) -> None:
    assert old in SOUND

    found = _problems(SOUND.replace(old, new, 1))

    assert any(f"ujian.yaml, {problem}" in one or problem in one for one in found), found
    assert all("; " in one for one in found), "a problem without advice"


def _fair_text() -> str:
    """The example of docs/exam-plan.md."""
    page = (Path(__file__).parents[3] / "docs" / "exam-plan.md").read_text(encoding="utf-8")
    examples: list[str] = re.findall("```yaml\n(.*?)```", page, re.DOTALL)
    return next(one for one in examples if "draw: 2" in one)


def test_fair_blueprint_of_the_documentation_is_read_whole() -> None:
    fair = read(_fair_text())
    twk, tkp = fair.sections

    assert 2 == fair.draw
    assert ScoreBound(Fraction(2)) == fair.expected_score
    assert Exposure(None, Fraction(1, 5)) == fair.exposure
    assert (("twk-014", "twk-027"), ("twk-031", "tkp-008", "tkp-009")) == fair.enemies
    assert {"choice": 28, "choices": 2} == twk.kinds
    assert {
        Named("twk-001", ANCHOR),
        Named("twk-002", ANCHOR, 10),
        Named("twk-003", FIXED, 1),
    } == set(twk.named)
    assert Pretest(2, ("twk-901", "twk-902", "twk-903")) == twk.pretest
    assert (30, 32) == (twk.item_count, twk.place_count)
    assert ScoreBound(Fraction(1), Fraction(90)) == twk.expected_score
    assert tkp.whole_stimuli
    assert InformationBound(Fraction(1, 2), (Fraction(-1), Fraction(0), Fraction(1))) == (
        tkp.information
    )


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("draw: 2", "draw: 3", "line 3: there is no draw 3; write draw: 2"),
        ("draw: 2", "draw: 0", "line 3: 'draw' cannot be '0'; a whole number from 1"),
        ("draw: 2\n", "", "line 19: 'anchors' needs version 2 of the draw; add `draw: 2`"),
        ("{within: 2}", "{within: -2}", "line 4: 'within' cannot be '-2'; a number like 0.5"),
        ("{within: 2}", "{target: 2}", "line 4: 'within' is missing"),
        ("0.2}", "0}", "line 5: no share; write more than 0 and at most 1"),
        ("{most_share: 0.2}", "{}", "line 5: no limit is given"),
        ("[twk-014, twk-027]", "[twk-014]", "line 7: an item alone has no enemy"),
        ("[twk-014, twk-027]", "[a, a]", "line 7: item 'a' stands twice"),
        ("choices: 2}", "choices: 3}", "line 19: kinds add up to 31, but"),
        ("choices: 2}", "chioces: 2}", "line 19: unknown key 'chioces'"),
        ("place: 1}", "place: 10}", "place '10' stands twice"),
        ("place: 1}", "place: 0}", "'place' cannot be '0'; a whole number from 1"),
        ("item: twk-003,", "item: twk-001,", "item 'twk-001' stands twice"),
        ("items: 2, of", "items: 4, of", "line 22: 4 items are asked for, but 3 are named"),
        ("whole_stimuli: true", "whole_stimuli: yes", "'whole_stimuli' must be true or false"),
        ("within: 0.5}", "within: 0.5, targets: [1]}", "1 targets; write one target for each"),
        ("abilities: [-1, 0, 1]", "abilities: [low]", "'abilities' cannot be 'low'"),
    ],
)
def test_problem_of_a_fair_blueprint_is_told_with_its_line(
    old: str, new: str, problem: str
) -> None:
    text = _fair_text()
    assert old in text

    found = _problems(text.replace(old, new, 1))

    assert any(problem in one for one in found), found


def test_all_problems_are_told_at_once() -> None:
    broken = SOUND.replace("minutes: 10", "minutes: ten").replace("items: 2", "items: two")

    assert 2 == len(_problems(broken))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\0",
        "[" * 100_000,
        "{a: " * 500,
        "a: &x [1]\nb: *x",
        "!!python/object/apply:os.system [ls]",
        "a: !include secret.yaml",
        "- a\n- b",
        "a: 1\n---\nb: 2",
        "a: \x01",
        "a: \ud800",
        "{[a]: b}",
        "%YAML 9.9\n---\na: b",
        "\ufeff",
    ],
    ids=range(14),
)
def test_what_is_no_plain_yaml_is_refused(text: str) -> None:
    assert _problems(text)
