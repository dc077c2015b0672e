"""Forms: the exact items, their order and the order of options that one candidate gets.

`assemble` depends on blueprint, items, seed and key alone; anybody with these gets the same form
(docs/algorithms/draw.md). Candidates see options by the letters A, B, C of their place; an
option's own name stays on the server, because an author who always writes the key first would
give it away.
"""

import hashlib
import json
from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from question_bank.blueprint import Blueprint, Part, Section
from question_bank.draw import Stream
from question_bank.item import Item
from scoring.response import Choice, Choices, MalformedResponse, Match, Order, Response

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
Cell = tuple[str, str]


class CannotAssemble(Exception):
    """The bank cannot meet the blueprint; the message names the section and what is missing."""

    code = "cannot_assemble"


@dataclass(frozen=True, slots=True)
class Slot:
    """One numbered place of a form. Numbers run from 1 over the whole form."""

    item_no: int
    section: str
    item_id: str
    item_version: int
    option_order: tuple[str, ...]
    target_order: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FormPart:
    """The slots of one part."""

    id: str
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """One candidate's form; `digest` is the SHA-256 of its canonical JSON without the digest."""

    blueprint_id: str
    parts: tuple[FormPart, ...]
    digest: str


def assemble(blueprint: Blueprint, items: Iterable[Item], seed: str, key: str) -> Form:
    """Draw one form.

    Args:
        blueprint: what the form looks like.
        items: the bank; sorted here, so their order means nothing.
        seed: public seed of the exam.
        key: tells this candidate's form from the others.

    Raises:
        CannotAssemble: naming what is missing.
    """
    bank: dict[str, list[Item]] = {}
    for item in sorted(items, key=lambda item: item.ref):
        bank.setdefault(item.section, []).append(item)
    parts = []
    item_no = 1
    for part in blueprint.parts:
        slots = []
        for section in part.sections:
            stream = Stream(seed, f"form/{key}/{section.id}")
            for item in _draw_section(section, bank.get(section.id, []), stream):
                slots.append(_slot(item_no, item, seed, key))
                item_no += 1
        parts.append(FormPart(part.id, tuple(slots)))
    return _sealed(blueprint.id, tuple(parts))


def verify_form(form: Form, blueprint: Blueprint, items: Iterable[Item]) -> list[str]:
    """What is wrong with a form; empty when it meets the blueprint."""
    by_ref = {item.ref: item for item in items}
    faults = []
    if form.digest != _sealed(form.blueprint_id, form.parts).digest:
        faults.append("the digest does not fit the form")
    numbers = [slot.item_no for part in form.parts for slot in part.slots]
    if numbers != list(range(1, len(numbers) + 1)):
        faults.append("item numbers do not run from 1")
    refs = [(slot.item_id, slot.item_version) for part in form.parts for slot in part.slots]
    if len({item_id for item_id, _ in refs}) != len(refs):
        faults.append("an item stands twice")
    unknown = [ref for ref in refs if ref not in by_ref]
    if unknown or [part.id for part in form.parts] != [part.id for part in blueprint.parts]:
        return [*faults, f"parts or items are not of this exam: {unknown[:3]}"]
    for part, planned in zip(form.parts, blueprint.parts, strict=True):
        faults += _verify_part(part, planned, by_ref)
    return faults


def to_canonical(slot: Slot, shown: Response) -> Response:
    """A response in shown letters, as a response in the bank's own names.

    Raises:
        MalformedResponse: a letter that the item does not have.
    """
    options = dict(zip(LETTERS, slot.option_order, strict=False))
    targets = dict(zip(LETTERS, slot.target_order, strict=False))
    return _rename(shown, options, targets)


def to_shown(slot: Slot, canonical: Response) -> Response:
    """A response in the bank's names, as the candidate sees it."""
    options = dict(zip(slot.option_order, LETTERS, strict=False))
    targets = dict(zip(slot.target_order, LETTERS, strict=False))
    return _rename(canonical, options, targets)


def form_to_json(form: Form) -> str:
    """The form as JSON text."""
    return _dump(_document(form.blueprint_id, form.parts) | {"digest": form.digest})


def form_from_json(text: str) -> Form:
    """The form of a text that `form_to_json` wrote."""
    value = json.loads(text)
    parts = tuple(
        FormPart(
            part["id"],
            tuple(
                Slot(
                    item_no=slot["item_no"],
                    section=slot["section"],
                    item_id=slot["item"],
                    item_version=slot["version"],
                    option_order=tuple(slot["options"]),
                    target_order=tuple(slot["targets"]),
                )
                for slot in part["slots"]
            ),
        )
        for part in value["parts"]
    )
    return Form(value["blueprint"], parts, value["digest"])


# --- drawing ---


def _draw_section(section: Section, items: Sequence[Item], stream: Stream) -> list[Item]:
    cells: dict[Cell, list[Item]] = {}
    for item in items:
        cells.setdefault(_cell(section, item), []).append(item)
    rows = section.topics or {"": section.item_count}
    columns = section.difficulties or {"": section.item_count}
    available = {cell: len(found) for cell, found in cells.items()}
    counts = allocate(rows, columns, available, stream, section=section.id)
    chosen: list[Item] = []
    for cell in sorted(counts):
        chosen += stream.choose(cells.get(cell, []), counts[cell])
    ordered = stream.shuffle(chosen) if section.shuffle else sorted(chosen, key=_by_id)
    return _together(ordered)


def _cell(section: Section, item: Item) -> Cell:
    topic = item.topic if section.topics else ""
    return topic, item.difficulty if section.difficulties else ""


def _by_id(item: Item) -> tuple[str, int]:
    return item.ref


def _together(items: Sequence[Item]) -> list[Item]:
    """Items of one stimulus follow the first of them, in the order of their identifiers."""
    ordered: list[Item] = []
    for item in items:
        if item in ordered:
            continue
        ordered.append(item)
        if item.stimulus is not None:
            mates = [one for one in items if one.stimulus == item.stimulus and one != item]
            ordered += sorted(mates, key=_by_id)
    return ordered


def allocate(
    rows: Mapping[str, int],
    columns: Mapping[str, int],
    available: Mapping[Cell, int],
    stream: Stream,
    *,
    section: str,
) -> dict[Cell, int]:
    """How many items to take of each (topic, difficulty) so that all quotas are met exactly.

    A small transport problem: units are placed one by one in a drawn order; where a unit finds no
    free place, others are moved along an augmenting path. So it succeeds whenever it is possible.

    Raises:
        CannotAssemble: no choice of items meets the quotas.
    """
    taken: dict[Cell, int] = {}
    units = [row for row in sorted(rows) for _ in range(rows[row])]
    for row in stream.shuffle(units):
        path = _augmenting_path(row, stream.shuffle(sorted(columns)), rows, columns, available, taken)
        if path is None:
            raise CannotAssemble(_lack(section, row, rows, columns, available))
        for index, cell in enumerate(path):
            taken[cell] = taken.get(cell, 0) + (1 if index % 2 == 0 else -1)
    return {cell: count for cell, count in taken.items() if count}


def _augmenting_path(
    row: str,
    column_order: Sequence[str],
    rows: Mapping[str, int],
    columns: Mapping[str, int],
    available: Mapping[Cell, int],
    taken: Mapping[Cell, int],
) -> list[Cell] | None:
    """Cells to take from and to give back, in turn, that place one more unit of `row`."""
    used = {column: 0 for column in columns}
    for (_, column), count in taken.items():
        used[column] += count
    waiting: deque[tuple[str, list[Cell]]] = deque([(row, [])])
    seen_rows = {row}
    while waiting:
        current, path = waiting.popleft()
        for column in column_order:
            cell = (current, column)
            if taken.get(cell, 0) >= available.get(cell, 0):
                continue
            if used[column] < columns[column]:
                return [*path, cell]
            for other in sorted(rows.keys() - seen_rows):
                if taken.get((other, column), 0) > 0:
                    seen_rows.add(other)
                    waiting.append((other, [*path, cell, (other, column)]))
    return None


def _lack(
    section: str,
    row: str,
    rows: Mapping[str, int],
    columns: Mapping[str, int],
    available: Mapping[Cell, int],
) -> str:
    there = sum(count for (topic, _), count in available.items() if topic == row)
    if there < rows[row]:
        topic = f" on {row}" if row else ""
        return (
            f"section {section} needs {rows[row]} items{topic}, the bank has {there}: "
            f"{rows[row] - there} are missing"
        )
    by_band = {
        column: sum(count for (_, band), count in available.items() if band == column)
        for column in columns
    }
    return (
        f"section {section}: no choice of items meets the quotas by topic {dict(rows)} and by "
        f"difficulty {dict(columns)} at once; the bank has {by_band} by difficulty"
    )


def _slot(item_no: int, item: Item, seed: str, key: str) -> Slot:
    stream = Stream(seed, f"options/{key}/{item.id}")
    options = [option.id for option in item.options]
    targets = [target.id for target in item.targets]
    return Slot(
        item_no=item_no,
        section=item.section,
        item_id=item.id,
        item_version=item.version,
        option_order=tuple(stream.shuffle(options) if item.shuffle else options),
        target_order=tuple(stream.shuffle(targets) if item.shuffle else targets),
    )


def _verify_part(
    part: FormPart, planned: Part, by_ref: Mapping[tuple[str, int], Item]
) -> list[str]:
    faults = []
    chosen = [(slot, by_ref[slot.item_id, slot.item_version]) for slot in part.slots]
    for section in planned.sections:
        items = [item for slot, item in chosen if slot.section == section.id == item.section]
        if len(items) != section.item_count:
            faults.append(f"section {section.id} has {len(items)} items, not {section.item_count}")
        topics = Counter(item.topic for item in items)
        bands = Counter(item.difficulty for item in items)
        if section.topics and topics != Counter(section.topics):
            faults.append(f"section {section.id} misses its quotas by topic")
        if section.difficulties and bands != Counter(section.difficulties):
            faults.append(f"section {section.id} misses its quotas by difficulty")
    for slot, item in chosen:
        if sorted(slot.option_order) != sorted(option.id for option in item.options):
            faults.append(f"item {slot.item_no} has other options than the bank's")
    if len(chosen) != sum(section.item_count for section in planned.sections):
        faults.append(f"part {part.id} has items of no section")
    return faults


# --- canonical text ---


def _sealed(blueprint_id: str, parts: tuple[FormPart, ...]) -> Form:
    text = _dump(_document(blueprint_id, parts))
    return Form(blueprint_id, parts, hashlib.sha256(text.encode()).hexdigest())


def _document(blueprint_id: str, parts: Sequence[FormPart]) -> dict[str, Any]:
    return {
        "blueprint": blueprint_id,
        "parts": [
            {
                "id": part.id,
                "slots": [
                    {
                        "item_no": slot.item_no,
                        "section": slot.section,
                        "item": slot.item_id,
                        "version": slot.item_version,
                        "options": list(slot.option_order),
                        "targets": list(slot.target_order),
                    }
                    for slot in part.slots
                ],
            }
            for part in parts
        ],
    }


def _dump(document: Mapping[str, Any]) -> str:
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _rename(
    response: Response, options: Mapping[str, str], targets: Mapping[str, str]
) -> Response:
    try:
        match response:
            case Choice(option):
                return Choice(options[option])
            case Choices(chosen):
                return Choices(frozenset(options[option] for option in chosen))
            case Order(ordered):
                return Order(tuple(options[option] for option in ordered))
            case Match(pairs):
                return Match(frozenset((options[one], targets[other]) for one, other in pairs))
            case _:
                return response
    except KeyError as error:
        raise MalformedResponse(f"the item has no option {error}") from error
