"""Identifiers for items of formats that need none: from an id, a title, or a digest of the text.

An item keeps its name when others are put before it; therefore nothing is numbered by place.
"""

import hashlib
import unicodedata
from dataclasses import dataclass, field

from question_bank.importers.report import CannotTake

NAME_LIMIT = 60


def identifier_from(text: str) -> str:
    """A text as an identifier; empty where it has no Latin letter or digit."""
    latin = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = "".join(sign if sign.isalnum() else " " for sign in latin).split()
    return "-".join(words)[:NAME_LIMIT].strip("-")


def section_of(category: str, changes: set[str]) -> str:
    """The last part of a category's path as a section; `general` without one."""
    last = category.rstrip("/").rpartition("/")[2]
    name = identifier_from(last)
    if last and not name:
        changes.add(f"category {last[:40]!r} became section 'general'")
    return name or "general"


@dataclass(slots=True)
class Names:
    """The identifiers of one file so far, each with the place of its item."""

    places: dict[str, str] = field(default_factory=dict)

    def given(self, identifier: str) -> str:
        """The name for an item that has an identifier of its own.

        Raises:
            CannotTake: it has no Latin letter or digit, or another item has it.
        """
        name = identifier_from(identifier)
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
