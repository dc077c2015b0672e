"""A second opinion on forms: every selection of a small bank, tried one by one. Shares no code."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain, combinations, product

from question_bank.blueprint import Blueprint, Section
from question_bank.form import Form
from question_bank.item import Item
from question_bank.item_statistics import ItemStatistics

Chosen = dict[str, tuple[tuple[Item, ...], tuple[Item, ...]]]
"""By section: scored and unscored items."""


def expected(item: Item, known: dict[tuple[str, int], ItemStatistics]) -> Fraction:
    """Points of an item that earns 5 or 0, rounded to thousandths, half up."""
    share = {"easy": Fraction(4, 5), "medium": Fraction(3, 5), "hard": Fraction(2, 5)}[
        item.difficulty
    ]
    if item.ref in known:
        share = known[item.ref].expected or Fraction(0)
    return Fraction(int(share * 5 * 1000 + Fraction(1, 2)), 1000)


def faults(
    blueprint: Blueprint,
    items: list[Item],
    chosen: Chosen,
    known: dict[tuple[str, int], ItemStatistics],
) -> Iterator[str]:
    """What a choice breaks."""
    everything = [item for scored, unscored in chosen.values() for item in (*scored, *unscored)]
    ids = {item.id for item in everything}
    if len(ids) < len(everything):
        yield "an item twice"
    for group in blueprint.enemies:
        if len(ids & set(group)) > 1:
            yield "enemies"
    total = Fraction(0)
    for section in blueprint.sections:
        scored, unscored = chosen[section.id]
        yield from _section_faults(section, items, scored, unscored)
        points = sum((expected(item, known) for item in scored), Fraction(0))
        total += points
        bound = section.expected_score
        if bound and bound.target is not None and abs(points - bound.target) > bound.within:
            yield "expected score"
    bound = blueprint.expected_score
    if bound and bound.target is not None and abs(total - bound.target) > bound.within:
        yield "expected score"


def _section_faults(
    section: Section, items: list[Item], scored: tuple[Item, ...], unscored: tuple[Item, ...]
) -> Iterator[str]:
    pool = set(section.pretest.of) if section.pretest else set()
    if len(scored) != section.item_count:
        yield "count"
    if len(unscored) != (section.pretest.item_count if section.pretest else 0):
        yield "pretest count"
    if any(item.id in pool for item in scored) or any(item.id not in pool for item in unscored):
        yield "pretest pool"
    for attribute, wanted in (
        ("topic", section.topics),
        ("difficulty", section.difficulties),
        ("kind", section.kinds),
    ):
        values = [getattr(item, attribute) for item in scored]
        if wanted and any(values.count(v) != wanted.get(v, 0) for v in {*values, *wanted}):
            yield attribute
    if any(one.item_id not in {item.id for item in scored} for one in section.named):
        yield "named"
    if section.whole_stimuli:
        for mate in items:
            here = {item.stimulus.id for item in scored if item.stimulus}
            is_mate = mate.section == section.id and mate.stimulus and mate.stimulus.id in here
            if is_mate and mate.id not in pool and mate not in scored:
                yield "torn stimulus"


def every_choice(blueprint: Blueprint, items: list[Item]) -> Iterator[Chosen]:
    """All choices of the right sizes."""
    by_section = []
    for section in blueprint.sections:
        pool = set(section.pretest.of) if section.pretest else set()
        own = [item for item in items if item.section == section.id]
        scored = combinations([i for i in own if i.id not in pool], section.item_count)
        count = section.pretest.item_count if section.pretest else 0
        unscored = combinations([i for i in own if i.id in pool], count)
        by_section.append([(section.id, pair) for pair in product(scored, list(unscored))])
    return (dict(picked) for picked in product(*by_section))


def is_possible(
    blueprint: Blueprint, items: list[Item], known: dict[tuple[str, int], ItemStatistics]
) -> bool:
    """Whether any choice is without fault."""
    return any(
        not list(faults(blueprint, items, chosen, known))
        for chosen in every_choice(blueprint, items)
    )


def chosen_of(blueprint: Blueprint, items: list[Item], form: Form) -> Chosen:
    """What a form holds."""
    by_id = {item.id: item for item in items}
    slots = list(chain.from_iterable(part.slots for part in form.parts))
    return {
        section.id: (
            tuple(by_id[s.item_id] for s in slots if s.section == section.id and s.is_scored),
            tuple(by_id[s.item_id] for s in slots if s.section == section.id and not s.is_scored),
        )
        for section in blueprint.sections
    }
