"""Blueprints and banks for the tests of this package, with few arguments."""

from collections.abc import Mapping
from typing import Any

from question_bank.blueprint import Blueprint, Part, Section
from question_bank.item import Item
from tests.factories import get_item

TITLE = {"id": "Judul", "en": "Title"}


def get_section(
    section: str = "twk",
    count: int = 4,
    *,
    topics: Mapping[str, int] | None = None,
    difficulties: Mapping[str, int] | None = None,
    shuffle: bool = True,
) -> Section:
    """A section; without quotas unless they are given."""
    return Section(section, TITLE, count, topics or {}, difficulties or {}, shuffle)


def get_blueprint(*sections: Section) -> Blueprint:
    """One part of ten minutes."""
    part = Part("main", TITLE, 10, sections or (get_section(),), ())
    return Blueprint("small", TITLE, "", (part,), {}, ("total",))


def get_items(section: str, cells: Mapping[tuple[str, str], int], **changes: Any) -> list[Item]:
    """So many items of every (topic, difficulty)."""
    listed = [cell for cell, count in cells.items() for _ in range(count)]
    return [
        get_item(section, number, topic=topic, difficulty=difficulty, **changes)
        for number, (topic, difficulty) in enumerate(listed)
    ]


def get_png(width: int = 4, height: int = 3) -> bytes:
    """The beginning of a PNG, which says how large it is; no picture follows."""
    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + size + b"\x08\x06\0\0\0"


def get_jpeg(width: int = 4, height: int = 3) -> bytes:
    """The beginning of a JPEG with a segment before its frame."""
    size = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return b"\xff\xd8\xff\xe0\0\x04ab\xff\xff\xc2\0\x0b\x08" + size + b"\x01"
