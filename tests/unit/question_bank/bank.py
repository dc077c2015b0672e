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
