"""The judgement on forms: figures worked by hand, and every bound shown to break."""

from dataclasses import replace
from fractions import Fraction

from question_bank.blueprint import Blueprint
from question_bank.constraints import FIXED, Exposure, Named
from question_bank.fairness import Batch, Fairness, judge
from question_bank.form import Form, FormPart, Slot, seal
from question_bank.item import Item
from question_bank.item_statistics import ItemStatistics
from question_bank.seating import Place
from tests.factories import get_item
from tests.unit.question_bank.bank import get_blueprint, get_section

ITEMS = [get_item("twk", n, topic="a", difficulty="easy", shuffle=False) for n in range(6)]
SCORE = ("", None)


def _form(*numbers: int, items: list[Item] = ITEMS) -> Form:
    slots = tuple(
        Slot(place, "twk", items[n].id, 1, tuple("abcde")) for place, n in enumerate(numbers, 1)
    )
    return seal("small", (FormPart("main", slots),), 2)


def _judge(
    blueprint: Blueprint | None = None,
    *,
    forms: tuple[Form, ...] = (_form(0, 1), _form(1, 2), _form(2, 1)),
    targets: dict[tuple[str, Fraction | None], tuple[int, int]] | None = None,
    **more: object,
) -> Fairness:
    places = [Place(f"P-{n}", "A", str(n)) for n in range(1, 10)]
    batch = Batch(
        dict(zip(places, forms, strict=False)),
        ITEMS,
        {},
        targets or {},
        **more,  # type: ignore[arg-type]
    )
    plain = replace(get_blueprint(get_section("twk", 2)), draw=2)
    return judge(blueprint or plain, [batch])


def test_figures_are_those_worked_by_hand() -> None:
    fairness = _judge(seen={"P-1": frozenset({"twk-000", "twk-005"}), "P-2": frozenset()})

    assert 3 == fairness.form_count
    assert {1: 1, 2: 1} == fairness.overlap.pair_counts
    assert Fraction(3, 2) == fairness.overlap.mean
    assert 0 == fairness.overlap.least_possible
    assert [1, 3, 2, 0, 0, 0] == [one.form_count for one in fairness.exposures]
    assert [(8_000, 8_000, 8_000)] * 2 == [one.values for one in fairness.spreads]
    assert {"P-1": 1} == fairness.seen
    assert () == fairness.broken


def test_expected_score_of_every_form_is_summed_from_statistics() -> None:
    known = {item.ref: ItemStatistics(item.id, 1, Fraction(n, 10)) for n, item in enumerate(ITEMS)}
    places = [Place("P-1", "A", "1"), Place("P-2", "A", "2")]
    batch = Batch(dict(zip(places, (_form(0, 1), _form(4, 5)), strict=True)), ITEMS, known)

    fairness = judge(replace(get_blueprint(get_section("twk", 2)), draw=2), [batch])

    assert [(500, 4_500)] * 2 == [one.values for one in fairness.spreads]
    assert 2_500 == fairness.spreads[0].mean


def test_form_at_the_edge_of_its_bound_holds_and_one_beyond_breaks_it() -> None:
    held = _judge(targets={SCORE: (9_000, 1_000)})
    broken = _judge(targets={SCORE: (9_001, 1_000)})

    assert () == held.broken
    assert ("P-1", "P-2", "P-3") == broken.spreads[-1].outside
    assert "P-1: expected score of the form is out of its bound" == broken.broken[0]


def test_item_on_more_forms_than_the_limit_breaks_it_unless_it_is_named() -> None:
    section = get_section("twk", 2)
    limited = replace(get_blueprint(section), draw=2, exposure=Exposure(most_forms=2))
    named = replace(section, named=(Named("twk-001", FIXED),))
    exempt = replace(get_blueprint(named), draw=2, exposure=Exposure(most_forms=2))

    assert ("item twk-001 is on more than 2 forms",) == _judge(limited).broken
    assert () == _judge(exempt).broken


def test_missed_quota_is_named_with_the_person() -> None:
    section = get_section("twk", 2, difficulties={"easy": 1, "hard": 1})

    broken = _judge(replace(get_blueprint(section), draw=2)).broken

    assert "P-1: section twk misses its quotas by difficulty" == broken[0]
    assert 3 == len(broken)


def test_least_possible_overlap_follows_from_the_scarcest_quota() -> None:
    items = [*ITEMS, *(get_item("twk", n, topic="b") for n in range(6, 9))]
    section = get_section("twk", 4, topics={"a": 2, "b": 2})
    form = _form(0, 1, 6, 7, items=items)
    batch = Batch({Place("P-1", "A", "1"): form}, items, {})

    fairness = judge(replace(get_blueprint(section), draw=2), [batch])

    assert 1 == fairness.overlap.least_possible  # of topic b: 2 + 2 places, 3 items
