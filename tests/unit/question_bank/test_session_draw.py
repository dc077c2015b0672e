"""Forms of a session (draw 2): every constraint holds, or the refusal is true."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from question_bank.blueprint import Blueprint, Section
from question_bank.constraints import ANCHOR, FIXED, Exposure, Named, Pretest, ScoreBound
from question_bank.form import CannotAssemble, verify_form
from question_bank.item import DIFFICULTIES, Item, Stimulus
from question_bank.item_statistics import ItemStatistics
from question_bank.seating import Place
from question_bank.session_draw import Drawn, SessionDraw, draw_forms
from tests.factories import get_item
from tests.unit.question_bank.bank import get_blueprint, get_section
from tests.unit.question_bank.brute import chosen_of, expected, faults, is_possible

Known = dict[tuple[str, int], ItemStatistics]


def _places(count: int) -> list[Place]:
    return [Place(f"P-{number:03}", "A", str(number)) for number in range(1, count + 1)]


def _asked(blueprint: Blueprint, items: list[Item], count: int = 3, **more: object) -> SessionDraw:
    values: dict[str, object] = {
        "exam_session": "pagi",
        "blueprint": replace(blueprint, draw=2),
        "items": items,
        "statistics": {},
        "seed": "benih",
        "places": _places(count),
    }
    return SessionDraw(**values | more)  # type: ignore[arg-type]


def _draw(asked: SessionDraw) -> list[Drawn]:
    return list(draw_forms(asked))


@st.composite
def _banks(draw: st.DrawFn) -> list[Item]:
    stimuli = [None, None, Stimulus("st-1", "Bacaan"), Stimulus("st-2", "Grafik")]
    return [
        get_item(
            section,
            number,
            topic=draw(st.sampled_from("ab")),
            difficulty=draw(st.sampled_from(DIFFICULTIES)),
            kind=draw(st.sampled_from(("choice", "choices"))),
            stimulus=draw(st.sampled_from(stimuli)),
        )
        for section in ("twk", "tiu")
        for number in range(draw(st.integers(2, 7)))
    ]


@st.composite
def _sections(draw: st.DrawFn, section: str, items: list[Item]) -> Section:
    """A section that some choice meets, unless one of its numbers is moved."""
    own = [item for item in items if item.section == section]
    pool = draw(st.lists(st.sampled_from([item.id for item in own]), max_size=1))
    loose = [item for item in own if item.id not in pool]
    picked = draw(st.permutations(loose))[: draw(st.integers(1, len(loose)))]
    count = len(picked)

    def quotas(attribute: str) -> dict[str, int]:
        values = sorted(getattr(item, attribute) for item in picked)
        counts = {value: values.count(value) for value in values}
        if len(counts) > 1 and draw(st.integers(0, 9)) == 0:
            counts[values[0]] -= 1
            counts[values[-1]] += 1
        return counts if draw(st.booleans()) else {}

    names = draw(st.lists(st.sampled_from(picked), max_size=2, unique_by=lambda item: item.id))
    target = sum((expected(item, {}) for item in picked), Fraction(draw(st.integers(-2, 2)), 2))
    within = Fraction(draw(st.integers(0, 3)), 2)
    return replace(
        get_section(
            section, count, topics=quotas("topic"), difficulties=quotas("difficulty")
        ),
        kinds=quotas("kind"),
        named=tuple(Named(one.id, draw(st.sampled_from((FIXED, ANCHOR)))) for one in names),
        pretest=Pretest(1, tuple(pool)) if pool else None,
        whole_stimuli=draw(st.integers(0, 3)) == 0,
        expected_score=ScoreBound(within, target) if draw(st.booleans()) else None,
    )


@st.composite
def _cases(draw: st.DrawFn) -> tuple[Blueprint, list[Item], Known]:
    items = draw(_banks())
    blueprint = get_blueprint(draw(_sections("twk", items)), draw(_sections("tiu", items)))
    ids = [item.id for item in items]
    group = st.lists(st.sampled_from(ids), min_size=2, max_size=3, unique=True).map(tuple)
    enemies = tuple(draw(st.lists(group, max_size=2)))
    known = {
        item.ref: ItemStatistics(item.id, 1, Fraction(draw(st.integers(0, 20)), 20))
        for item in items
        if draw(st.integers(0, 3)) == 0
    }
    return replace(blueprint, draw=2, enemies=enemies), items, known


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(_cases())
def test_every_constraint_holds_or_the_refusal_is_true(
    case: tuple[Blueprint, list[Item], Known],
) -> None:
    blueprint, items, known = case

    try:
        drawn = _draw(_asked(blueprint, items, statistics=known))
    except CannotAssemble as refusal:
        assert not is_possible(blueprint, items, known), str(refusal)
        return

    for one in drawn:
        assert [] == verify_form(one.form, blueprint, items)
        assert [] == list(
            faults(blueprint, items, chosen_of(blueprint, items, one.form), known)
        )
