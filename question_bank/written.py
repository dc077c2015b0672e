"""Delivered items as JSON text: written once for each item, put together for each form.

A thousand candidates begin at one instant, each with a hundred items of the same bank in orders of
their own. Nearly everything of an item is the same for all of them; only its number, and which
option stands behind which letter, are not. `deliver` says what is delivered; here is the same, ten
times as fast.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from question_bank.delivery import deliver_item
from question_bank.form import FormPart, Slot
from question_bank.item import Item
from question_bank.json_writer import make_writer
from question_bank.orders import LETTERS

_write_json = make_writer()
_ORDERED_TEXTS = frozenset({"composite", "gap_match", "hot_text"})
"""Kinds whose text names options or targets by their letters, so each order has another text."""


@dataclass(frozen=True, slots=True)
class Written:
    """JSON that is text already; `cat_engine.strict_json` puts it in its place."""

    text: str


@dataclass(frozen=True, slots=True)
class ItemText:
    """An item in pieces: behind its number, behind the letter of each option, behind the last."""

    head: str
    options: Mapping[str, str]
    tail: str


ItemTexts = dict[tuple[str, int], ItemText | None]
"""The pieces of every item that was delivered; None for one that has none."""


def write_items(part: FormPart, items: Mapping[tuple[str, int], Item], known: ItemTexts) -> Written:
    """What `deliver` gives for a part, as JSON.

    Args:
        part: of a form.
        items: of the exam.
        known: pieces made before for the same items; new ones are put in.
    """
    return Written(f"[{','.join(_write(slot, items, known) for slot in part.slots)}]")


def _write(slot: Slot, items: Mapping[tuple[str, int], Item], known: ItemTexts) -> str:
    ref = slot.item_id, slot.item_version
    if ref not in known:
        known[ref] = _pieces(slot, items[ref])
    pieces = known[ref]
    if pieces is None:
        return _write_json(deliver_item(slot, items[ref]))
    texts = pieces.options
    options = ",".join([
        f'{{"letter":"{letter}",{texts[name]}'
        for letter, name in zip(LETTERS, slot.option_order, strict=False)
    ])  # fmt: skip
    return f'{{"item_no":{slot.item_no},{pieces.head}{options}{pieces.tail}'


def _pieces(slot: Slot, item: Item) -> ItemText | None:
    """An item's pieces, taken from what is delivered of it, or None where letters are in its text.

    What is delivered has `item_no` first, and each option its `letter`.
    """
    if item.kind in _ORDERED_TEXTS or slot.target_order:
        return None
    delivered = deliver_item(slot, item)
    names = list(delivered)
    place = names.index("options")
    before = {name: delivered[name] for name in names[1:place]}
    behind = {name: delivered[name] for name in names[place + 1 :]}
    options = {
        name: _write_json({key: value for key, value in one.items() if key != "letter"})[1:]
        for name, one in zip(slot.option_order, delivered["options"], strict=True)
    }
    return ItemText(
        head=f'{_write_json(before)[1:-1]},"options":[',
        options=options,
        tail=f"],{_write_json(behind)[1:]}",
    )
