"""Items as a candidate sees them, for authors and reviewers: the same delivery, no sitting."""

from __future__ import annotations

from typing import Any

from question_bank.delivery import deliver_item
from question_bank.form import Slot
from question_bank.item import Item, interactions_of
from question_bank.orders import Orders
from question_bank.sealing import is_sealed

Json = dict[str, Any]


def preview(item: Item, *, number: int = 1, media: str = "/media/") -> Json | None:
    """Give the delivery of an item with its options in the author's order; None while sealed.

    Args:
        item: whose rule stays here.
        number: shown above it.
        media: where its pictures are fetched from, instead of /media/.
    """
    if is_sealed(item):
        return None
    orders = [
        Orders(
            tuple(option.id for option in one.options), tuple(target.id for target in one.targets)
        )
        for one in interactions_of(item)
    ]
    slot = Slot(
        item_no=number,
        section=item.section,
        item_id=item.id,
        item_version=item.version,
        option_order=() if item.kind == "composite" else orders[0].options,
        target_order=() if item.kind == "composite" else orders[0].targets,
        interactions=tuple(zip((one.name for one in item.interactions), orders, strict=False)),
    )
    delivered = deliver_item(slot, item)
    moved: Json = _moved(delivered, media)
    return moved


def plain_text(text: object) -> str:
    """Give a delivered text without its marks, for pages without script."""
    if isinstance(text, str):
        return text
    if isinstance(text, dict):
        if text.get("tag") == "math":
            return str(text["attributes"]["alttext"])
        nodes = text.get("rich") or text.get("children") or []
        return "".join(map(plain_text, nodes))
    return ""


def _moved(value: Any, media: str) -> Any:
    """The same with other addresses of pictures."""
    if isinstance(value, dict):
        return {
            key: media + inner.removeprefix("/media/")
            if key in ("url", "src") and isinstance(inner, str)
            else _moved(inner, media)
            for key, inner in value.items()
        }
    return [_moved(one, media) for one in value] if isinstance(value, list) else value
