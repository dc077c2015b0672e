"""Forms: the exact items, their order and the order of options that one candidate gets.

`assemble` depends on blueprint, items, seed and key alone; anybody with these gets the same form
(docs/algorithms/draw.md). Which letters candidates see for the options is for `shown` to say.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from sys import intern
from typing import Any

from question_bank.blueprint import Blueprint, Part, Section, cell_of, quotas_of
from question_bank.chain import canonical
from question_bank.draw import Stream
from question_bank.item import Item
from question_bank.orders import LETTERS, Orders, asked_by, draw_orders, order_faults
from question_bank.quotas import Cell, Shortage, fill
from question_bank.section_order import together, verify_enemies, verify_section, verify_whole

ORDER_LIMIT = 50_000
"""Orders of options that are kept once for all forms."""


class CannotAssemble(Exception):
    """The bank cannot meet the blueprint; the message names the section and what is missing."""

    code = "cannot_assemble"


@dataclass(frozen=True, slots=True)
class Slot:
    """One numbered place of a form. Numbers run from 1 over the whole form.

    Of a composite item `interactions` holds the name and the orders of each interaction, and the
    two orders of the slot itself are empty.
    """

    item_no: int
    section: str
    item_id: str
    item_version: int
    option_order: tuple[str, ...]
    target_order: tuple[str, ...] = ()
    interactions: tuple[tuple[str, Orders], ...] = ()
    is_scored: bool = True

    @property
    def orders(self) -> Orders:
        """The orders of the one interaction of an item that is not composite."""
        return Orders(self.option_order, self.target_order)


@dataclass(frozen=True, slots=True)
class FormPart:
    """The slots of one part."""

    id: str
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """One candidate's form; `digest` is the SHA-256 of its canonical JSON without the digest.

    `draw` is the version of the procedure that drew it.
    """

    blueprint_id: str
    parts: tuple[FormPart, ...]
    digest: str
    draw: int = 1

    @property
    def item_ids(self) -> frozenset[str]:
        """The items that stand on it."""
        return frozenset(slot.item_id for part in self.parts for slot in part.slots)


def assemble(blueprint: Blueprint, items: Iterable[Item], seed: str | bytes, key: str) -> Form:
    """Draw one form.

    Args:
        blueprint: what the form looks like.
        items: the bank, each item in one version; sorted here, so their order means nothing.
        seed: public seed of the exam.
        key: tells this candidate's form from the others.

    Raises:
        CannotAssemble: naming section, topic, difficulty, and how many items are missing.
    """
    bank: dict[str, list[Item]] = {}
    for item in sorted(items, key=_by_ref):
        listed = bank.setdefault(item.section, [])
        if listed and listed[-1].id == item.id:
            raise CannotAssemble(f"the bank gives item {item.id} in two versions")
        listed.append(item)
    parts = []
    item_no = 1
    for part in blueprint.parts:
        slots = []
        for section in part.sections:
            stream = Stream(seed, f"form/{key}/{section.id}")
            for item in _draw(section, bank.get(section.id, []), stream):
                slots.append(make_slot(item_no, item, seed, key))
                item_no += 1
        parts.append(FormPart(part.id, tuple(slots)))
    return seal(blueprint.id, tuple(parts))


def verify_form(form: Form, blueprint: Blueprint, items: Iterable[Item]) -> list[str]:
    """What is wrong with a form; empty when it meets the blueprint."""
    return verify_against(form, blueprint, {item.ref: item for item in items})


def verify_against(
    form: Form, blueprint: Blueprint, by_ref: Mapping[tuple[str, int], Item]
) -> list[str]:
    """The same with the items by identifier and version, for many forms."""
    faults = []
    if form.digest != seal(form.blueprint_id, form.parts, form.draw).digest:
        faults.append("the digest does not fit the form")
    return [*faults, *verify_content(form, blueprint, by_ref)]


def verify_content(
    form: Form, blueprint: Blueprint, by_ref: Mapping[tuple[str, int], Item]
) -> list[str]:
    """The same for a form that was sealed just now."""
    faults = []
    if form.blueprint_id != blueprint.id:
        faults.append("the form is of another blueprint")
    if form.draw != blueprint.draw:
        faults.append(f"the form is of draw {form.draw}, the blueprint asks for {blueprint.draw}")
    slots = [slot for part in form.parts for slot in part.slots]
    if [slot.item_no for slot in slots] != list(range(1, len(slots) + 1)):
        faults.append("item numbers do not run from 1")
    if len({slot.item_id for slot in slots}) != len(slots):
        faults.append("an item stands twice")
    unknown = sorted({slot.item_id for slot in slots if _ref(slot) not in by_ref})
    if unknown:
        return [*faults, f"the bank does not have {', '.join(unknown[:3])} in this version"]
    if [part.id for part in form.parts] != [part.id for part in blueprint.parts]:
        return [*faults, "the parts are not those of the blueprint"]
    for part, planned in zip(form.parts, blueprint.parts, strict=True):
        faults += _verify_part(part, planned, by_ref)
    faults += verify_enemies(blueprint.enemies, {slot.item_id for slot in slots})
    return faults


def form_to_json(form: Form) -> str:
    """The form as JSON text."""
    return canonical(_document(form.blueprint_id, form.parts, form.draw) | {"digest": form.digest})


def form_from_json(text: str) -> Form:
    """The form of a text that `form_to_json` wrote."""
    value = json.loads(text)
    parts = tuple(
        FormPart(
            part["id"],
            tuple(
                Slot(
                    item_no=slot["item_no"],
                    section=intern(slot["section"]),
                    item_id=intern(slot["item"]),
                    item_version=slot["version"],
                    option_order=_shared(tuple(slot["options"])),
                    target_order=_shared(tuple(slot["targets"])),
                    interactions=tuple(
                        (one["name"], Orders(tuple(one["options"]), tuple(one["targets"])))
                        for one in slot.get("interactions", ())
                    ),
                    is_scored=slot.get("scored", True),
                )
                for slot in part["slots"]
            ),
        )
        for part in value["parts"]
    )
    return Form(value["blueprint"], parts, value["digest"], value.get("draw", 1))


@lru_cache(maxsize=ORDER_LIMIT)
def _shared(order: tuple[str, ...]) -> tuple[str, ...]:
    """The same order, once in memory for all forms: thousands of them are kept for a whole day."""
    return tuple(map(intern, order))


# --- drawing ---


def _draw(section: Section, items: Sequence[Item], stream: Stream) -> list[Item]:
    """The items of one section, in the order in which they stand on the form.

    1. Deal the items in a drawn order; take each whose topic and difficulty are still wanted.
    2. Where the last places cannot be filled so, move as few as needed to other cells.
    3. Of each cell, the items dealt first stand on the form, in the order dealt.
    """
    quotas = quotas_of(section)
    topics, difficulties = dict(quotas.topics), dict(quotas.difficulties)
    dealt: list[Item] = []
    taken: Counter[Cell] = Counter()
    for item in stream.deal(items):
        dealt.append(item)
        topic, difficulty = cell_of(section, item)
        if topics.get(topic, 0) and difficulties.get(difficulty, 0):
            topics[topic] -= 1
            difficulties[difficulty] -= 1
            taken[topic, difficulty] += 1
            if taken.total() == section.item_count:
                break
    wanted: Mapping[Cell, int] | Shortage = taken
    if taken.total() < section.item_count:
        wanted = fill(quotas, Counter(cell_of(section, item) for item in items), taken)
    if isinstance(wanted, Shortage):
        raise CannotAssemble(wanted.describe(section.id))
    chosen = _first_of_each_cell(section, dealt, wanted)
    return together(chosen if section.shuffle else sorted(chosen, key=_by_ref))


def _first_of_each_cell(
    section: Section, dealt: Sequence[Item], wanted: Mapping[Cell, int]
) -> list[Item]:
    left = Counter(wanted)
    chosen = []
    for item in dealt:
        cell = cell_of(section, item)
        if left[cell] > 0:
            left[cell] -= 1
            chosen.append(item)
    assert len(chosen) == section.item_count, "quotas are met by items that were dealt"
    return chosen


def _ref(slot: Slot) -> tuple[str, int]:
    return slot.item_id, slot.item_version


def _by_ref(item: Item) -> tuple[str, int]:
    return item.ref


def make_slot(item_no: int, item: Item, seed: str | bytes, key: str) -> Slot:
    """A place with the options in drawn order."""
    for one in asked_by(item):
        most = max(len(one.options), len(one.targets))
        assert most <= len(LETTERS), "options have letters"
    drawn = draw_orders(item, seed, key)
    only = drawn[0]
    named: tuple[tuple[str, Orders], ...] = ()
    if item.kind == "composite":
        names = [one.name for one in item.interactions]
        only = Orders(())
        named = tuple(zip(names, drawn, strict=True))
    return Slot(
        item_no=item_no,
        section=item.section,
        item_id=item.id,
        item_version=item.version,
        option_order=only.options,
        target_order=only.targets,
        interactions=named,
    )


# --- verifying ---


def _verify_part(
    part: FormPart, planned: Part, by_ref: Mapping[tuple[str, int], Item]
) -> Iterator[str]:
    wanted = [section.id for section in planned.sections for _ in range(section.place_count)]
    if [slot.section for slot in part.slots] != wanted:
        yield f"part {part.id} does not hold its sections in order, each with its item count"
    for section in planned.sections:
        slots = [slot for slot in part.slots if slot.section == section.id]
        placed = [(by_ref[_ref(slot)], slot.is_scored) for slot in slots]
        yield from verify_section(section, placed)
        if section.whole_stimuli:
            yield from verify_whole(section, placed, by_ref.values())
    for slot in part.slots:
        yield from _verify_slot(slot, by_ref[_ref(slot)])


def _verify_slot(slot: Slot, item: Item) -> Iterator[str]:
    if slot.section != item.section:
        yield f"item {slot.item_no} is of another section in the bank"
    given = [slot.orders]
    if item.kind == "composite":
        if [name for name, _ in slot.interactions] != [one.name for one in item.interactions]:
            yield f"item {slot.item_no} has other interactions than the bank's"
            return
        given = [orders for _, orders in slot.interactions]
    for orders, one in zip(given, asked_by(item), strict=True):
        for fault in order_faults(orders, one):
            yield f"item {slot.item_no} {fault}"


# --- canonical text ---


def seal(blueprint_id: str, parts: tuple[FormPart, ...], draw: int = 1) -> Form:
    """The form of these parts under its digest."""
    text = canonical(_document(blueprint_id, parts, draw))
    return Form(blueprint_id, parts, hashlib.sha256(text.encode()).hexdigest(), draw)


def _document(blueprint_id: str, parts: Sequence[FormPart], draw: int) -> dict[str, Any]:
    # What version 1 does not know is left out of its text, so that old digests stay.
    return ({"draw": draw} if draw > 1 else {}) | {
        "blueprint": blueprint_id,
        "parts": [
            {
                "id": part.id,
                "slots": [_slot_document(slot) for slot in part.slots],
            }
            for part in parts
        ],
    }


def _slot_document(slot: Slot) -> dict[str, Any]:
    """One slot; what only some slots have is left out of others, so that old digests stay."""
    document: dict[str, Any] = {
        "item_no": slot.item_no,
        "section": slot.section,
        "item": slot.item_id,
        "version": slot.item_version,
        "options": slot.option_order,
        "targets": slot.target_order,
    }
    if slot.interactions:
        document["interactions"] = _interactions(slot)
    if not slot.is_scored:
        document["scored"] = False
    return document


def _interactions(slot: Slot) -> list[dict[str, Any]]:
    return [
        {"name": name, "options": orders.options, "targets": orders.targets}
        for name, orders in slot.interactions
    ]
