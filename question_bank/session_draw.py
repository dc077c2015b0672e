"""Drawing the forms of an exam session (version 2), one after another in the order of the seats.

Forms depend on each other: a form prefers items that its neighbours' forms and the forms before it
do not hold. Everything that the forms depend on is in `SessionDraw`; the same value gives the same
forms on any machine (docs/algorithms/draw.md).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from question_bank.blueprint import Blueprint
from question_bank.form import CannotAssemble, Form, FormPart, make_slot, seal
from question_bank.item import Item
from question_bank.item_statistics import Statistics
from question_bank.pool import Measure, Pool, make_pool
from question_bank.seating import Place, neighbours, seat_order
from question_bank.section_order import TornApart, put_in_order
from question_bank.selection import Draw, Standing, sample
from question_bank.shortage import explain, exposure_shortages
from question_bank.solved import select

ATTEMPT_COUNT = 20
PILOT_COUNT = 100
VERSION = 2

NO_ITEMS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SessionDraw:
    """Everything that the forms of one assembly depend on.

    Args:
        exam_session: names the session in every purpose.
        blueprint: asks for version 2.
        items: the bank, each item in one version.
        statistics: of these versions, where known.
        seed: public.
        places: of those who get a form.
        seen: items that such a person had on a form before, in another exam session.
        present: everybody who has a form of this session already, with its items.
        exposure: on how many forms of the exam each item stands already.
        enemies: pairs that the bank keeps apart; the blueprint has them among its own.
    """

    exam_session: str
    blueprint: Blueprint
    items: Sequence[Item]
    statistics: Statistics
    seed: str
    places: Sequence[Place]
    seen: Mapping[str, frozenset[str]] = field(default_factory=dict)
    present: Mapping[Place, frozenset[str]] = field(default_factory=dict)
    exposure: Mapping[str, int] = field(default_factory=dict)
    enemies: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Chosen:
    """The items of one form, before they are put in order.

    `unscored` are its pretest items, `seen` those that this person had before all the same.
    """

    participant_no: str
    items: frozenset[str]
    unscored: frozenset[str]
    seen: frozenset[str]
    is_solved: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """One form, how it was found, and the items that this person has seen before all the same."""

    participant_no: str
    form: Form
    is_solved: bool
    seen: frozenset[str]


def draw_forms(asked: SessionDraw) -> Iterator[Drawn]:
    """The forms, in the order of the seats.

    Raises:
        CannotAssemble: naming the constraint that cannot be met, and by how many items.
    """
    by_id = {item.id: item for item in asked.items}
    for chosen in choose_items(asked):
        form = lay_out(asked, by_id, chosen)
        yield Drawn(chosen.participant_no, form, chosen.is_solved, chosen.seen)


def choose_items(asked: SessionDraw) -> Iterator[Chosen]:
    """The items of every form, in the order of the seats: the part where forms depend on others.

    Raises:
        CannotAssemble: naming the constraint that cannot be met, and by how many items.
    """
    pool = make_pool(asked.blueprint, asked.items, asked.statistics)
    lost = [
        f"the {one.role} item {one.item_id} can stand on no form: it fits no quota of section "
        f"{section.id}, or an item of its stimulus is its enemy"
        for section in asked.blueprint.sections
        for one in section.named
        if one.item_id not in pool.unit_of
    ]
    if lost:
        raise CannotAssemble("\n".join(lost))
    pool = with_targets(pool, asked.seed)
    forms = _Forms(asked, pool)
    forms.check_exposure()
    for place in seat_order(asked.places):
        yield forms.choose(place.participant_no)


def with_targets(pool: Pool, seed: str | bytes) -> Pool:
    """The pool with a target wherever a bound has none: the mean of the pilot forms.

    Raises:
        CannotAssemble: not one pilot form can be drawn.
    """
    if all(one.within is None or one.target is not None for one in pool.measures):
        return pool
    free = Pool(pool.blocks, pool.enemies, ())
    zeros = np.zeros(len(pool.units), dtype=np.int64)
    standing = Standing(zeros, zeros.copy(), np.zeros(len(pool.units), dtype=np.bool_))
    pilots = []
    for number in range(1, PILOT_COUNT + 1):
        chosen = sample(free, Draw(seed, f"pilot-{number}", 0), standing)
        if chosen is not None:
            pilots.append(chosen)
            standing.exposure[chosen] += 1
    if not pilots:
        raise CannotAssemble(explain(free, standing.closed))
    return replace(pool, measures=tuple(_aimed(one, pilots) for one in pool.measures))


def _aimed(measure: Measure, pilots: Sequence[Sequence[int]]) -> Measure:
    if measure.target is not None:
        return measure
    total = sum(int(measure.weights[chosen].sum()) for chosen in pilots)
    return replace(measure, target=(2 * total + len(pilots)) // (2 * len(pilots)))


class _Forms:
    """Forms drawn so far, as far as the next one depends on them."""

    def __init__(self, asked: SessionDraw, pool: Pool) -> None:
        self._asked = asked
        self._pool = pool
        self._limit = _limit(asked)
        self._holding = {one.participant_no: items for one, items in asked.present.items()}
        self._beside = neighbours([*asked.present, *asked.places])
        self._exposure = self._count(asked.exposure)
        here: dict[str, int] = {}
        for items in asked.present.values():
            for item_id in items:
                here[item_id] = here.get(item_id, 0) + 1
        self._exposure_here = self._count(here)

    def check_exposure(self) -> None:
        """Refuse before the first form what the exposure limit makes impossible for all of them."""
        if self._asked.blueprint.exposure is None:
            return
        used = self._exposure_here.tolist()
        count = len(self._asked.places)
        shortages = exposure_shortages(self._pool, used, limit=self._limit, form_count=count)
        if shortages:
            raise CannotAssemble("\n".join(shortages))

    def choose(self, participant_no: str) -> Chosen:
        """The items of one candidate: without items seen before, or if there is none, with some."""
        seen = self._asked.seen.get(participant_no, NO_ITEMS)
        closed = self._exposure_here >= self._limit
        closed[list(self._pool.required)] = False
        avoided = closed.copy()
        avoided[self._numbers(seen)] = True
        avoided[list(self._pool.required)] = False
        standing = self._standing(participant_no, avoided)
        found = self._find(participant_no, standing)
        if found is None and seen:
            shared = standing.shared.copy()
            shared[avoided & ~closed] += len(self._pool.units)
            found = self._find(participant_no, Standing(shared, standing.exposure, closed))
        if found is None:
            raise CannotAssemble(self._refusal(participant_no, closed))
        chosen, is_solved = found
        return self._keep(participant_no, chosen, is_solved=is_solved)

    def _find(self, participant_no: str, standing: Standing) -> tuple[list[int], bool] | None:
        key = f"{self._asked.exam_session}/{participant_no}"
        for attempt in range(ATTEMPT_COUNT):
            chosen = sample(self._pool, Draw(self._asked.seed, key, attempt), standing)
            if chosen is not None:
                return chosen, False
        chosen = select(self._pool, self._asked.seed, key, standing)
        return None if chosen is None else (chosen, True)

    def _keep(self, participant_no: str, chosen: list[int], *, is_solved: bool) -> Chosen:
        self._exposure[chosen] += 1
        self._exposure_here[chosen] += 1
        pool = self._pool
        items = frozenset(item.id for number in chosen for item in pool.units[number])
        self._holding[participant_no] = items
        unscored = frozenset(
            item.id
            for number in chosen
            if not pool.block_of[number].is_scored
            for item in pool.units[number]
        )
        seen = self._asked.seen.get(participant_no, NO_ITEMS) & items
        return Chosen(participant_no, items, unscored, seen, is_solved)

    def _standing(self, participant_no: str, closed: np.ndarray) -> Standing:
        shared = np.zeros(len(self._pool.units), dtype=np.int64)
        for other in self._beside.get(participant_no, ()):
            numbers = self._numbers(self._holding.get(other, NO_ITEMS))
            shared[numbers] += 1
        return Standing(shared, self._exposure, closed)

    def _numbers(self, items: frozenset[str]) -> list[int]:
        unit_of = self._pool.unit_of
        return sorted({unit_of[item_id] for item_id in items if item_id in unit_of})

    def _count(self, by_item: Mapping[str, int]) -> np.ndarray:
        """By unit: the most that any of its items counts."""
        counted = [
            max((by_item.get(item.id, 0) for item in unit), default=0) for unit in self._pool.units
        ]
        return np.array(counted, dtype=np.int64)

    def _refusal(self, participant_no: str, closed: np.ndarray) -> str:
        reason = explain(self._pool, closed)
        return f"no form for {participant_no}: {reason}"


def _limit(asked: SessionDraw) -> int:
    count = len(asked.places) + len(asked.present)
    exposure = asked.blueprint.exposure
    return count if exposure is None else exposure.limit(count)


def lay_out(asked: SessionDraw, by_id: Mapping[str, Item], chosen: Chosen) -> Form:
    """The form of these items: their order and that of their options.

    Raises:
        CannotAssemble: given places leave no room for the items of a stimulus.
    """
    key = f"{asked.exam_session}/{chosen.participant_no}"
    items: dict[str, list[Item]] = {section.id: [] for section in asked.blueprint.sections}
    for item_id in sorted(chosen.items):
        items[by_id[item_id].section].append(by_id[item_id])
    parts = []
    item_no = 1
    for part in asked.blueprint.parts:
        slots = []
        for section in part.sections:
            try:
                ordered = put_in_order(section, items[section.id], asked.seed, key)
            except TornApart as torn:
                raise CannotAssemble(str(torn)) from torn
            for item in ordered:
                slot = make_slot(item_no, item, asked.seed, key)
                is_scored = item.id not in chosen.unscored
                slots.append(slot if is_scored else replace(slot, is_scored=False))
                item_no += 1
        parts.append(FormPart(part.id, tuple(slots)))
    return seal(asked.blueprint.id, tuple(parts), VERSION)
