"""Names for items of formats that need none: from an id, a title, or a digest of the text.

An item keeps its name when others are put before it; therefore nothing is numbered by place.
"""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from question_bank.importers.report import CannotTake
from question_bank.item import DIFFICULTIES
from question_bank.yaml_nodes import IDENTIFIER

NAME_LIMIT = 60
TOP_PARTS = 2
_POINTS = re.compile(r"[1-9][0-9]{0,5}(?:/[1-9][0-9]{0,5})?", re.ASCII)


def identifier_from(text: str) -> str:
    """A text as an identifier; empty where it has no Latin letter or digit."""
    latin = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = "".join(sign if sign.isalnum() else " " for sign in latin).split()
    return "-".join(words)[:NAME_LIMIT].strip("-")


def bank_of(path: Path, default: str) -> str:
    """The bank of a file that does not name one: the file's name."""
    return path.stem if IDENTIFIER.fullmatch(path.stem) else identifier_from(path.stem) or default


def section_of(category: str, changes: set[str]) -> str:
    """The last part of a category's path as a section; `general` without one."""
    # Moodle writes a / inside a name as //.
    parts = category.replace("//", "\0").rstrip("/").split("/")
    last = parts[-1].replace("\0", "/")
    if len(parts) <= TOP_PARTS and last in ("", "top", "$course$", "$system$", "$module$"):
        return "general"
    name = identifier_from(last)
    if last and not name:
        changes.add(f"category {last[:40]!r} became section 'general'")
    return name or "general"


@dataclass(frozen=True, slots=True)
class Labels:
    """What the tags of a question say: one topic, and what our exporters keep in tags."""

    topic: str = ""
    difficulty: str = "medium"
    version: int = 1
    points: Fraction = Fraction(1)
    shuffle: bool = True


def labels_of(tags: Sequence[str], changes: set[str]) -> Labels:
    """The labels of some tags; those that say nothing to us are told in `changes`."""
    topics = []
    values: dict[str, Any] = {}
    for tag in tags:
        name, _, value = tag.partition(":")
        if name == "difficulty" and value in DIFFICULTIES:
            values["difficulty"] = value
        elif name == "version" and value.isascii() and value.isdigit() and 0 < len(value) < 9:
            values["version"] = max(int(value), 1)
        elif name == "points" and _POINTS.fullmatch(value):
            values["points"] = Fraction(value)
        elif tag == "shuffle:false":
            values["shuffle"] = False
        else:
            topics.append(tag)
    if len(topics) > 1:
        changes.add(f"the first tag became the topic; not kept: {', '.join(topics[1:])}")
    return Labels(topics[0] if topics else "", **values)


@dataclass(slots=True)
class Names:
    """The identifiers of one file so far, each with the place of its item."""

    places: dict[str, str] = field(default_factory=dict)

    def given(self, identifier: str) -> str:
        """The name for an item that has an identifier of its own.

        Raises:
            CannotTake: it has no Latin letter or digit, or another item has it.
        """
        is_plain = IDENTIFIER.fullmatch(identifier)
        name = identifier if is_plain else identifier_from(identifier)
        if not name or name in self.places:
            advice = "give every question an identifier of its own"
            raise CannotTake(f"the identifier {identifier[:40]!r} cannot be used", advice)
        return name

    def titled(self, title: str, content: str) -> str:
        """The name for an item by its title, or by its content where that gives none.

        Raises:
            CannotTake: an item without a title stands in the file already.
        """
        name = identifier_from(title)
        if not name:
            name = "q-" + hashlib.sha256(" ".join(content.split()).encode()).hexdigest()[:12]
            if name in self.places:
                message = f"the same question stands on {self.places[name]}"
                raise CannotTake(message, "delete one, or give them titles")
        number, unique = 1, name
        while unique in self.places:
            number += 1
            unique = f"{name}-{number}"
        return unique
