"""How fair the forms of an exam session are: difficulty, overlap of neighbours, exposure, quotas.

Computed from the stored forms, not from how they were drawn, so that it judges any draw.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from question_bank.blueprint import Blueprint, Section
from question_bank.constraints import BANDS
from question_bank.form import Form, verify_against
from question_bank.item import Item
from question_bank.item_statistics import (
    Statistics,
    expected_thousandths,
    information_thousandths,
)
from question_bank.pool import Pool, name_of
from question_bank.seating import Place, pairs

USUAL_ABILITIES = (Fraction(-1), Fraction(0), Fraction(1))
SCORED, PRETEST = "scored", "pretest"
Scope = tuple[str, Fraction | None]
"""A section ("" for the whole form), and an ability (None: the expected score)."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The forms of one draw with what they were drawn from.

    `targets` holds target and bound of every measure that binds, in thousandths; `seen` what each
    person had on a form before; `enemies` what the bank kept apart.
    """

    forms: Mapping[Place, Form]
    items: Sequence[Item]
    statistics: Statistics
    targets: Mapping[Scope, tuple[int, int]] = field(default_factory=dict)
    seen: Mapping[str, frozenset[str]] = field(default_factory=dict)
    enemies: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Spread:
    """One measure over all forms, in thousandths; target and bound are those of the first draw."""

    section: str
    ability: Fraction | None
    values: tuple[int, ...]
    target: int | None
    within: int | None
    outside: tuple[str, ...]
    """Participants whose form lies outside the bound of their draw."""

    @property
    def mean(self) -> int:
        """Rounded down."""
        return sum(self.values) // len(self.values)


@dataclass(frozen=True, slots=True)
class Overlap:
    """How many items neighbours share: shared → pairs of neighbours; and the least possible."""

    pair_counts: Mapping[int, int]
    least_possible: int

    @property
    def mean(self) -> Fraction:
        """Shared items of a pair, on average."""
        count = sum(self.pair_counts.values())
        return Fraction(sum(k * n for k, n in self.pair_counts.items()), max(count, 1))


@dataclass(frozen=True, slots=True)
class ItemExposure:
    """On how many forms an item stands, and what it is there."""

    item_id: str
    section: str
    role: str
    form_count: int


@dataclass(frozen=True, slots=True)
class Fairness:
    """Everything that a report says; `faults` by participant are what breaks a stated bound."""

    form_count: int
    spreads: tuple[Spread, ...]
    overlap: Overlap
    exposures: tuple[ItemExposure, ...]
    limit: int | None
    faults: tuple[tuple[str, str], ...]
    seen: Mapping[str, int]

    @property
    def overexposed(self) -> tuple[str, ...]:
        """Items on more forms than the limit allows."""
        return tuple(
            one.item_id
            for one in self.exposures
            if self.limit is not None
            and one.role in (SCORED, PRETEST)
            and one.form_count > self.limit
        )

    @property
    def broken(self) -> tuple[str, ...]:
        """Every stated bound that is broken, in words; empty when all hold."""
        found = [f"{number}: {fault}" for number, fault in self.faults]
        found += [
            f"{number}: {name_of(one.section, one.ability)} is out of its bound"
            for one in self.spreads
            for number in one.outside
        ]
        found += [
            f"item {item_id} is on more than {self.limit} forms" for item_id in self.overexposed
        ]
        return tuple(found)


def judge(blueprint: Blueprint, batches: Sequence[Batch]) -> Fairness:
    """Judge the forms of an exam session, all draws together."""
    forms = {place: form for batch in batches for place, form in batch.forms.items()}
    assert forms, "there is a form to judge"
    limit = blueprint.exposure.limit(len(forms)) if blueprint.exposure else None
    return Fairness(
        form_count=len(forms),
        spreads=tuple(_spreads(blueprint, batches)),
        overlap=Overlap(
            pair_counts=Counter(
                len(forms[one].item_ids & forms[other].item_ids) for one, other in _beside(forms)
            ),
            least_possible=sum(_least(one, batches[0].items) for one in blueprint.sections),
        ),
        exposures=tuple(_exposures(blueprint, batches)),
        limit=limit,
        faults=tuple(_faults(blueprint, batches)),
        seen={
            place.participant_no: count
            for batch in batches
            for place, form in batch.forms.items()
            if (count := len(batch.seen.get(place.participant_no, frozenset()) & form.item_ids))
        },
    )


def targets_of(pool: Pool) -> dict[Scope, tuple[int, int]]:
    """Target and bound of every measure that binds."""
    return {
        (one.section, one.ability): (one.target, one.within)
        for one in pool.bounds
        if one.target is not None and one.within is not None
    }


def _spreads(blueprint: Blueprint, batches: Sequence[Batch]) -> Iterable[Spread]:
    for scope in _scopes(blueprint, batches):
        values: list[int] = []
        outside: list[str] = []
        for batch in batches:
            by_ref = _values(blueprint, batch, scope[1])
            target = batch.targets.get(scope)
            for place, form in batch.forms.items():
                value = sum(
                    by_ref[slot.item_id, slot.item_version]
                    for part in form.parts
                    for slot in part.slots
                    if slot.is_scored and scope[0] in ("", slot.section)
                )
                values.append(value)
                if target is not None and abs(value - target[0]) > target[1]:
                    outside.append(place.participant_no)
        first = batches[0].targets.get(scope)
        yield Spread(
            section=scope[0],
            ability=scope[1],
            values=tuple(values),
            target=first[0] if first else None,
            within=first[1] if first else None,
            outside=tuple(outside),
        )


def _scopes(blueprint: Blueprint, batches: Sequence[Batch]) -> Iterable[Scope]:
    """Expected scores; information where it is bound, elsewhere if any parameters are known."""
    sections = [*blueprint.sections, None]
    is_known = any(one.a is not None for batch in batches for one in batch.statistics.values())
    for section in sections:
        name = section.id if section else ""
        yield name, None
        bound = section.information if section else blueprint.information
        if bound is not None:
            yield from ((name, ability) for ability in bound.abilities)
        elif is_known:
            yield from ((name, ability) for ability in USUAL_ABILITIES)


def _values(
    blueprint: Blueprint, batch: Batch, ability: Fraction | None
) -> Mapping[tuple[str, int], int]:
    known = batch.statistics
    if ability is not None:
        return {
            item.ref: information_thousandths(known.get(item.ref), ability) for item in batch.items
        }
    bands = blueprint.bands or BANDS
    return {
        item.ref: expected_thousandths(item, known.get(item.ref), bands) for item in batch.items
    }


def _beside(forms: Mapping[Place, Form]) -> list[tuple[Place, Place]]:
    by_number = {place.participant_no: place for place in forms}
    return [(by_number[one], by_number[other]) for one, other in pairs(forms)]


def _least(section: Section, items: Sequence[Item]) -> int:
    """The fewest items that two forms of a section must share, by the bank's size alone.

    Named items stand on both. Of the others, each kind of quota for itself gives a lower limit.
    """
    named = {one.item_id for one in section.named}
    pretest = set(section.pretest.of) if section.pretest else set()
    newest = {item.id: item for item in items if item.section == section.id}
    own = [item for item in newest.values() if item.id not in pretest]
    quotas = (
        ("section", {section.id: section.item_count}),
        ("topic", section.topics),
        ("difficulty", section.difficulties),
        ("kind", section.kinds),
    )
    least = len(named)
    for axis, wanted in quotas:
        fixed = Counter(getattr(item, axis) for item in own if item.id in named)
        loose = Counter(getattr(item, axis) for item in own if item.id not in named)
        shared = sum(max(0, 2 * (n - fixed[name]) - loose[name]) for name, n in wanted.items())
        least = max(least, len(named) + shared)
    count = section.pretest.item_count if section.pretest else 0
    return least + max(0, 2 * count - len(pretest))


def _exposures(blueprint: Blueprint, batches: Sequence[Batch]) -> Iterable[ItemExposure]:
    counts = Counter(
        slot.item_id
        for batch in batches
        for form in batch.forms.values()
        for part in form.parts
        for slot in part.slots
    )
    roles = {one.item_id: one.role for section in blueprint.sections for one in section.named}
    for section in blueprint.sections:
        roles |= dict.fromkeys(section.pretest.of if section.pretest else (), PRETEST)
    drawn_from = {section.id for section in blueprint.sections}
    section_of = {item.id: item.section for batch in batches for item in batch.items}
    for item_id in sorted(section_of):
        if section_of[item_id] in drawn_from:
            role = roles.get(item_id, SCORED)
            yield ItemExposure(item_id, section_of[item_id], role, counts[item_id])


def _faults(blueprint: Blueprint, batches: Sequence[Batch]) -> Iterable[tuple[str, str]]:
    for batch in batches:
        by_ref = {item.ref: item for item in batch.items}
        asked = blueprint.parting(batch.enemies)
        for place, form in batch.forms.items():
            for fault in verify_against(form, asked, by_ref):
                yield place.participant_no, fault
