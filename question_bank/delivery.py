"""What a candidate may see of an item: built field by field, so that nothing else can slip out.

Not among it: the rule, points, key, explanation, the item's and the options' own names, topic and
difficulty.
"""

from collections.abc import Mapping
from typing import Any

from question_bank.form import LETTERS, FormPart, Slot
from question_bank.item import Image, Item, Option

Json = dict[str, Any]


def deliver(part: FormPart, items: Mapping[tuple[str, int], Item]) -> list[Json]:
    """The items of one part of a form, in order, as the candidate's page draws them."""
    return [deliver_item(slot, items[slot.item_id, slot.item_version]) for slot in part.slots]


def deliver_item(slot: Slot, item: Item) -> Json:
    """One item under its number, its options by the letters of their place."""
    options = {option.id: option for option in item.options}
    targets = {target.id: target for target in item.targets}
    delivered: Json = {
        "item_no": slot.item_no,
        "section": slot.section,
        "kind": item.kind,
        "stem": item.stem,
        "image": _image(item.image),
        "stimulus": item.stimulus
        and {"text": item.stimulus.text, "image": _image(item.stimulus.image)},
        "options": [
            _option(letter, options[option_id])
            for letter, option_id in zip(LETTERS, slot.option_order, strict=False)
        ],
    }
    if item.targets:
        delivered["targets"] = [
            _option(letter, targets[target_id])
            for letter, target_id in zip(LETTERS, slot.target_order, strict=False)
        ]
    return delivered


def _option(letter: str, option: Option) -> Json:
    return {"letter": letter, "text": option.text, "image": _image(option.image)}


def _image(image: Image | None) -> Json | None:
    if image is None:
        return None
    return {"url": f"/media/{image.name}", "alt": image.alt}
