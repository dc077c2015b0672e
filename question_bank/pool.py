"""The bank as one exam draws from it: blocks of units with their quotas, enemies and measures.

A *unit* is what is taken or left as a whole: one item, or all items of a stimulus where the section
says `whole_stimuli`. A *block* is the scored or the pretest part of one section. Units are numbered
over the whole form: blocks in order, inside a block by identifier. Everything is whole numbers, so
that arithmetic is the same on every machine.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from question_bank.blueprint import Blueprint, Section
from question_bank.constraints import InformationBound, ScoreBound
from question_bank.item import Item, Stimulus
from question_bank.item_statistics import (
    THOUSANDTHS,
    Statistics,
    expected_thousandths,
    information_thousandths,
)

Integers = NDArray[np.int64]
Row = tuple[str, str]
"""What a quota counts: ("items", ""), ("topic", name), ("difficulty", band), ("kind", name)."""
Need = tuple[tuple[int, int], ...]
"""How many places of which rows, by index, a unit takes."""


@dataclass(frozen=True)
class Block:
    """Scored or pretest units of one section with the quotas they fill."""

    section: Section
    is_scored: bool
    units: tuple[tuple[Item, ...], ...]
    first: int
    rows: tuple[Row, ...]
    wanted: tuple[int, ...]
    types: tuple[int, ...]
    needs: tuple[Need, ...]
    required: tuple[int, ...]
    """Units of named items, numbered over the form like all units."""

    @property
    def numbers(self) -> range:
        """The numbers of its units."""
        return range(self.first, self.first + len(self.units))

    @cached_property
    def largest(self) -> int:
        """The most places of one row that a unit takes."""
        return max((count for need in self.needs for _, count in need), default=0)

    @cached_property
    def types_of_row(self) -> tuple[tuple[int, ...], ...]:
        """Of each row the types that take places of it."""
        return tuple(
            tuple(kind for kind, need in enumerate(self.needs) if row in dict(need))
            for row in range(len(self.rows))
        )

    @property
    def name(self) -> str:
        """Section, and whether the items count."""
        return self.section.id if self.is_scored else f"pretest of {self.section.id}"


@dataclass(frozen=True)
class Measure:
    """Something that the forms of a session should have in common, in thousandths.

    `section` is "" for the whole form; `ability` is None for the expected score, else the measure
    is the information there. Without `within` it is reported and binds nothing.
    """

    section: str
    ability: Fraction | None
    weights: Integers
    within: int | None
    target: int | None

    @property
    def name(self) -> str:
        """As a report calls it."""
        return name_of(self.section, self.ability)


def name_of(section: str, ability: Fraction | None) -> str:
    """What a measure is called."""
    what = "expected score" if ability is None else f"information at {float(ability):g}"
    return f"{what} of {'section ' + section if section else 'the form'}"


@dataclass(frozen=True)
class Swaps:
    """The units of a block by type.

    `types` is by unit, from the block's first; `members` is (types, n), units in ascending order,
    filled up with -1; `bounds` says of each bound whether the block counts in it.
    """

    types: Integers
    members: Integers
    bounds: NDArray[np.bool_]


@dataclass(frozen=True)
class Pool:
    """All blocks of a form."""

    blocks: tuple[Block, ...]
    enemies: Mapping[int, frozenset[int]]
    measures: tuple[Measure, ...]

    @cached_property
    def units(self) -> tuple[tuple[Item, ...], ...]:
        """Every unit by its number."""
        return tuple(unit for block in self.blocks for unit in block.units)

    @cached_property
    def block_of(self) -> tuple[Block, ...]:
        """The block of every unit."""
        return tuple(block for block in self.blocks for _ in block.units)

    @cached_property
    def unit_of(self) -> Mapping[str, int]:
        """The unit of an item."""
        return {item.id: number for number, unit in enumerate(self.units) for item in unit}

    @cached_property
    def swaps(self) -> "tuple[Swaps, ...]":
        """What swaps need to know of each block, in order."""
        return tuple(_swaps(block, self.weights) for block in self.blocks)

    @cached_property
    def bounds(self) -> tuple[Measure, ...]:
        """The measures that bind."""
        return tuple(one for one in self.measures if one.within is not None)

    @cached_property
    def weights(self) -> Integers:
        """(units, bounds): what each unit weighs in each bound."""
        columns = [one.weights for one in self.bounds]
        return np.stack(columns, axis=1) if columns else np.zeros((len(self.units), 0), np.int64)

    @cached_property
    def targets(self) -> Integers:
        """The target of each bound, all of which have one by now."""
        return np.array([_known(one.target) for one in self.bounds], dtype=np.int64)

    @cached_property
    def within(self) -> Integers:
        """How far a form may lie from the target of each bound."""
        return np.array([_known(one.within) for one in self.bounds], dtype=np.int64)

    @cached_property
    def required(self) -> frozenset[int]:
        """The units of named items."""
        return frozenset(number for block in self.blocks for number in block.required)


def make_pool(blueprint: Blueprint, items: Iterable[Item], statistics: Statistics) -> Pool:
    """Sort the bank for a blueprint.

    Args:
        blueprint: that was checked against the bank.
        items: each in one version.
        statistics: of these versions, where known.
    """
    by_section: dict[str, list[Item]] = {}
    for item in sorted(items, key=lambda item: item.ref):
        by_section.setdefault(item.section, []).append(item)
    blocks: list[Block] = []
    for section in blueprint.sections:
        unscored = set(section.pretest.of) if section.pretest else set()
        listed = by_section.get(section.id, [])
        scored = [item for item in listed if item.id not in unscored]
        blocks.append(_scored_block(section, scored, blueprint.enemies, first=_end(blocks)))
        if section.pretest:
            trial = [item for item in listed if item.id in unscored]
            blocks.append(_pretest_block(section, trial, _end(blocks)))
    pool = Pool(tuple(blocks), _enemies(blueprint, blocks), ())
    return Pool(pool.blocks, pool.enemies, tuple(_measures(blueprint, pool, statistics)))


def _swaps(block: Block, weights: Integers) -> Swaps:
    types = np.array(block.types, dtype=np.int64)
    listed = [np.flatnonzero(types == kind) + block.first for kind in range(len(block.needs))]
    members = np.full((len(listed), max(map(len, listed), default=0)), -1, dtype=np.int64)
    for kind, numbers in enumerate(listed):
        members[kind, : len(numbers)] = numbers
    units = slice(block.numbers.start, block.numbers.stop)
    return Swaps(types, members, np.asarray(weights[units].any(axis=0), dtype=np.bool_))


def _end(blocks: Sequence[Block]) -> int:
    return blocks[-1].numbers.stop if blocks else 0


def _scored_block(
    section: Section, items: Sequence[Item], enemies: Sequence[Sequence[str]], *, first: int
) -> Block:
    rows: dict[Row, int] = {("items", ""): section.item_count}
    quotas = (
        ("topic", section.topics),
        ("difficulty", section.difficulties),
        ("kind", section.kinds),
    )
    for axis, counts in quotas:
        rows |= {(axis, name): counts[name] for name in sorted(counts)}
    index = {row: place for place, row in enumerate(rows)}
    axes = [axis for axis, counts in quotas if counts]
    units, types, needs = [], [], dict[Need, int]()
    for unit in _units(section, items):
        counted: Counter[Row] = Counter()
        for item in unit:
            counted["items", ""] += 1
            counted.update((axis, getattr(item, axis)) for axis in axes)
        if not counted.keys() <= index.keys() or _is_at_war(unit, enemies):
            continue
        need = tuple(sorted((index[row], count) for row, count in counted.items()))
        units.append(unit)
        types.append(needs.setdefault(need, len(needs)))
    named = {one.item_id for one in section.named}
    required = [
        first + place for place, unit in enumerate(units) if named & {item.id for item in unit}
    ]
    return Block(
        section=section,
        is_scored=True,
        units=tuple(units),
        first=first,
        rows=tuple(rows),
        wanted=tuple(rows.values()),
        types=tuple(types),
        needs=tuple(needs),
        required=tuple(required),
    )


def _pretest_block(section: Section, items: Sequence[Item], first: int) -> Block:
    assert section.pretest is not None
    return Block(
        section=section,
        is_scored=False,
        units=tuple((item,) for item in items),
        first=first,
        rows=(("items", ""),),
        wanted=(section.pretest.item_count,),
        types=(0,) * len(items),
        needs=(((0, 1),),),
        required=(),
    )


def _units(section: Section, items: Sequence[Item]) -> list[tuple[Item, ...]]:
    if not section.whole_stimuli:
        return [(item,) for item in items]
    grouped: dict[Stimulus | str, list[Item]] = {}
    for item in items:
        grouped.setdefault(item.stimulus or item.id, []).append(item)
    return [tuple(unit) for unit in grouped.values()]


def _is_at_war(unit: Sequence[Item], enemies: Sequence[Sequence[str]]) -> bool:
    """Whether two items of one stimulus are enemies, so that it can never be taken as a whole."""
    ids = {item.id for item in unit}
    return len(ids) > 1 and any(len(ids & set(group)) > 1 for group in enemies)


def _enemies(blueprint: Blueprint, blocks: Sequence[Block]) -> dict[int, frozenset[int]]:
    unit_of = {
        item.id: number
        for block in blocks
        for number, unit in zip(block.numbers, block.units, strict=True)
        for item in unit
    }
    enemies: dict[int, set[int]] = {}
    for group in blueprint.enemies:
        numbers = {unit_of[item_id] for item_id in group if item_id in unit_of}
        for number in numbers:
            enemies.setdefault(number, set()).update(numbers - {number})
    return {number: frozenset(others) for number, others in enemies.items() if others}


def _measures(blueprint: Blueprint, pool: Pool, statistics: Statistics) -> Iterable[Measure]:
    scopes: list[tuple[str, ScoreBound | None, InformationBound | None]] = [
        (section.id, section.expected_score, section.information) for section in blueprint.sections
    ]
    scopes.append(("", blueprint.expected_score, blueprint.information))

    def points(item: Item) -> int:
        return expected_thousandths(item, statistics.get(item.ref), blueprint.bands)

    for section, score, information in scopes:
        yield Measure(
            section=section,
            ability=None,
            weights=_weights(pool, section, points),
            within=None if score is None else _thousandths(score.within),
            target=_thousandths(score.target) if score and score.target is not None else None,
        )
        if information is not None:
            yield from _information(pool, section, information, statistics)


def _information(
    pool: Pool, section: str, bound: InformationBound, statistics: Statistics
) -> Iterable[Measure]:
    for place, ability in enumerate(bound.abilities):

        def value(item: Item, ability: Fraction = ability) -> int:
            return information_thousandths(statistics.get(item.ref), ability)

        yield Measure(
            section=section,
            ability=ability,
            weights=_weights(pool, section, value),
            within=_thousandths(bound.within),
            target=_thousandths(bound.targets[place]) if bound.targets else None,
        )


def _weights(pool: Pool, section: str, value: Callable[[Item], int]) -> Integers:
    weights = np.zeros(len(pool.units), dtype=np.int64)
    for block in pool.blocks:
        if block.is_scored and section in ("", block.section.id):
            for number, unit in zip(block.numbers, block.units, strict=True):
                weights[number] = sum(map(value, unit))
    return weights


def _known(value: int | None) -> int:
    assert value is not None, "a bound has a target by now"
    return value


def _thousandths(value: Fraction) -> int:
    return int(value * THOUSANDTHS)
