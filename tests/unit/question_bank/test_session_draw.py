"""Forms of a session (draw 2): every constraint holds, or the refusal is true."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
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
from tests.unit.question_bank.brute import chosen_of, every_choice, expected, faults, is_possible

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
        get_section(section, count, topics=quotas("topic"), difficulties=quotas("difficulty")),
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


@settings(max_examples=60)
@given(_cases())
def test_every_constraint_holds_or_the_refusal_is_true(
    case: tuple[Blueprint, list[Item], Known],
) -> None:
    blueprint, items, known = case

    asked = _asked(blueprint, items, statistics=known)
    if not is_possible(blueprint, items, known):
        with pytest.raises(CannotAssemble):
            _draw(asked)
        return

    for one in _draw(asked):
        assert [] == verify_form(one.form, blueprint, items)
        assert [] == list(faults(blueprint, items, chosen_of(blueprint, items, one.form), known))


def _items_of(one: Drawn) -> frozenset[str]:
    return frozenset(slot.item_id for part in one.form.parts for slot in part.slots)


def _plain(count: int, section: str = "twk", **changes: object) -> list[Item]:
    return [
        get_item(section, number, topic="a", difficulty="easy", **changes)
        for number in range(count)
    ]


def test_neighbours_share_nothing_while_the_bank_has_two_forms() -> None:
    drawn = _draw(_asked(get_blueprint(get_section("twk", 5)), _plain(10), 20))

    assert all(not _items_of(one) & _items_of(other) for one, other in pairwise(drawn))


def test_neighbours_share_no_more_than_a_scarce_bank_forces() -> None:
    drawn = _draw(_asked(get_blueprint(get_section("twk", 5)), _plain(7), 20))

    assert {3} == {len(_items_of(one) & _items_of(other)) for one, other in pairwise(drawn)}


def test_exposure_is_even_where_nothing_else_binds() -> None:
    drawn = _draw(_asked(get_blueprint(get_section("twk", 5)), _plain(15), 30))

    counts = Counter(item_id for one in drawn for item_id in _items_of(one))

    assert {10} == set(counts.values())


def test_exposure_limit_is_kept_at_its_edge_and_refused_beyond() -> None:
    blueprint = get_blueprint(get_section("twk", 5))
    kept = replace(blueprint, exposure=Exposure(most_forms=10))
    broken = replace(blueprint, exposure=Exposure(most_forms=9))

    counts = Counter(i for one in _draw(_asked(kept, _plain(15), 30)) for i in _items_of(one))
    with pytest.raises(CannotAssemble) as refusal:
        _draw(_asked(broken, _plain(15), 30))

    assert 10 == max(counts.values())
    assert (
        "section twk needs 150 places for items on 30 forms; with an item on at most 9 forms the "
        "bank gives 135; write 2 items" == str(refusal.value)
    )


def test_items_seen_before_are_avoided_while_others_suffice() -> None:
    seen = {"P-001": frozenset(f"twk-{number:03}" for number in range(5))}
    blueprint = get_blueprint(get_section("twk", 5))

    (enough,) = _draw(_asked(blueprint, _plain(10), 1, seen=seen))
    (scarce,) = _draw(_asked(blueprint, _plain(8), 1, seen=seen))

    assert frozenset() == enough.seen
    assert 2 == len(scarce.seen)
    assert scarce.seen <= seen["P-001"] & _items_of(scarce)


def test_named_items_stand_on_every_form_at_their_places() -> None:
    named = (Named("twk-003", ANCHOR, 2), Named("twk-004", FIXED))
    blueprint = get_blueprint(replace(get_section("twk", 4), named=named))

    drawn = _draw(_asked(blueprint, _plain(12), 20))

    assert {"twk-003"} == {one.form.parts[0].slots[1].item_id for one in drawn}
    assert all("twk-004" in _items_of(one) for one in drawn)
    assert 1 < len({[s.item_id for s in one.form.parts[0].slots].index("twk-004") for one in drawn})


def test_stimulus_stays_whole_around_a_given_place() -> None:
    mates = [get_item("twk", n, topic="a", stimulus=Stimulus("st", "Bacaan")) for n in range(3)]
    items = [*mates, *(get_item("twk", n, topic="a") for n in range(3, 9))]
    named = (Named("twk-008", ANCHOR, 3), Named("twk-000", FIXED))
    section = replace(get_section("twk", 6), named=named, whole_stimuli=True)

    drawn = _draw(_asked(get_blueprint(section), items, 20))

    for one in drawn:
        ids = [slot.item_id for slot in one.form.parts[0].slots]
        assert "twk-008" == ids[2]
        assert "twk-000 twk-001 twk-002" in " ".join(ids)


def test_places_that_tear_a_stimulus_apart_are_refused() -> None:
    mates = [get_item("twk", n, topic="a", stimulus=Stimulus("st", "Bacaan")) for n in range(3)]
    items = [*mates, get_item("twk", 8, topic="a")]
    section = replace(get_section("twk", 4), named=(Named("twk-008", ANCHOR, 3),))

    with pytest.raises(CannotAssemble) as refusal:
        _draw(_asked(get_blueprint(section), items, 1))

    assert "leave no room for items of one stimulus" in str(refusal.value)


def test_pretest_items_are_extra_and_do_not_count() -> None:
    pool = ("twk-000", "twk-001", "twk-002")
    blueprint = get_blueprint(replace(get_section("twk", 4), pretest=Pretest(2, pool)))

    drawn = _draw(_asked(blueprint, _plain(12), 9))

    for one in drawn:
        unscored = {slot.item_id for slot in one.form.parts[0].slots if not slot.is_scored}
        assert 6 == len(_items_of(one))
        assert 2 == len(unscored)
        assert unscored <= set(pool)
        assert unscored == _items_of(one) & set(pool)


def test_every_form_lies_within_the_bound_of_the_pilots() -> None:
    items = [get_item("twk", n, topic="a") for n in range(40)]
    known = {i.ref: ItemStatistics(i.id, 1, Fraction(n % 20, 20)) for n, i in enumerate(items)}
    free = get_blueprint(get_section("twk", 10))
    bound = replace(free, expected_score=ScoreBound(Fraction(1, 2)))

    spread = [
        [sum(expected(i, known) for i in items if i.id in _items_of(one)) for one in drawn]
        for drawn in (
            _draw(_asked(free, items, 40, statistics=known)),
            _draw(_asked(bound, items, 40, statistics=known)),
        )
    ]

    assert max(spread[0]) - min(spread[0]) > 2
    assert max(spread[1]) - min(spread[1]) <= 1


def test_order_of_inputs_means_nothing() -> None:
    blueprint = get_blueprint(get_section("twk", 5))
    asked = _asked(blueprint, _plain(12), 9)

    again = replace(asked, items=asked.items[::-1], places=asked.places[::-1])

    assert _draw(asked) == _draw(again)


def test_late_candidates_get_distant_forms_and_change_no_other() -> None:
    blueprint = get_blueprint(get_section("twk", 5))
    first = _draw(_asked(blueprint, _plain(15), 2))
    present = {place: _items_of(one) for place, one in zip(_places(2), first, strict=True)}

    (late,) = _draw(_asked(blueprint, _plain(15), places=_places(3)[2:], present=present))

    assert not _items_of(late) & _items_of(first[1])


@settings(max_examples=60)
@given(st.integers(1, 6), st.integers(0, 6), st.integers(1, 12), st.integers(1, 12))
def test_exposure_limit_holds_whenever_the_bank_is_large_enough(
    count: int, spare: int, people: int, limit: int
) -> None:
    """Without other quotas the limit can be kept exactly if there are places enough."""
    items = _plain(count + spare)
    blueprint = replace(
        get_blueprint(get_section("twk", count)), exposure=Exposure(most_forms=limit)
    )
    is_enough = len(items) * min(limit, people) >= count * people

    if not is_enough:
        with pytest.raises(CannotAssemble, match="an item on at most"):
            _draw(_asked(blueprint, items, people))
        return
    counts = Counter(i for one in _draw(_asked(blueprint, items, people)) for i in _items_of(one))

    assert max(counts.values()) <= limit


@settings(max_examples=40)
@given(_cases(), st.data())
def test_items_seen_before_are_met_only_where_no_form_does_without(
    case: tuple[Blueprint, list[Item], Known], data: st.DataObject
) -> None:
    blueprint, items, known = case
    named = {one.item_id for section in blueprint.sections for one in section.named}
    ids = [item.id for item in items if item.id not in named]
    seen = frozenset(data.draw(st.lists(st.sampled_from(ids), max_size=4)) if ids else ())
    assume(is_possible(blueprint, items, known))

    (drawn,) = _draw(_asked(blueprint, items, 1, statistics=known, seen={"P-001": seen}))

    others = [item for item in items if item.id not in seen]
    can_avoid = any(
        not list(faults(blueprint, items, chosen, known))
        for chosen in every_choice(blueprint, others)
    )
    assert can_avoid == (not drawn.seen)


def test_shortage_names_the_constraint_and_the_fewest_items_that_help() -> None:
    items = [*_plain(4), *(get_item("twk", n, topic="b", difficulty="hard") for n in (4, 5))]
    section = get_section("twk", 5, topics={"a": 2, "b": 3})
    quota = get_blueprint(section)
    three = replace(section, item_count=4, topics={"a": 2, "b": 2})
    enemies = replace(get_blueprint(three), enemies=(("twk-004", "twk-005"),))
    bound = get_blueprint(replace(three, expected_score=ScoreBound(Fraction(1), Fraction(15))))
    named = get_blueprint(
        replace(
            get_section("twk", 3, topics={"a": 1, "b": 2}),
            named=(Named("twk-000", FIXED), Named("twk-001", FIXED)),
        )
    )

    def refusal(blueprint: Blueprint) -> str:
        with pytest.raises(CannotAssemble) as refused:
            _draw(_asked(blueprint, items, 1))
        return str(refused.value).removeprefix("no form for P-001: ")

    assert "section twk lacks 1 item, such as 1 b" == refusal(quota)
    assert "section twk with enemies kept apart lacks 1 item, such as 1 b" == refusal(enemies)
    assert (
        "expected score of section twk should be 15 ± 1, but no selection comes nearer than 3; "
        "1 item of other difficulty would help"
    ) == refusal(bound)
    assert "section twk names 2 items for topic a, but wants 1: 1 are too many" == refusal(named)


def test_stimulus_held_in_part_is_found() -> None:
    mates = [get_item("twk", n, topic="a", stimulus=Stimulus("st", "Bacaan")) for n in range(3)]
    items = [*mates, *(get_item("twk", n, topic="a") for n in range(3, 9))]
    whole = replace(get_section("twk", 5), whole_stimuli=True)
    blueprint = replace(get_blueprint(whole), draw=2)
    torn = replace(get_section("twk", 5), named=(Named("twk-000", FIXED),))
    drawn = _draw(_asked(get_blueprint(torn), items, 30))

    found = {fault for one in drawn for fault in verify_form(one.form, blueprint, items)}

    assert {"section twk holds stimulus st in part"} == found
