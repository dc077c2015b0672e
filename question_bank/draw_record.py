"""Everything that the forms of one draw depend on, as a document that can be kept and published.

It names items by identifier, version and the digest of their outline (all that a draw looks at, and
the same while items are sealed and after), and holds the blueprint's digest; who has the bank, the
blueprint and this document can draw the same forms again.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from question_bank.blueprint import Blueprint
from question_bank.chain import canonical
from question_bank.item import Item, digest
from question_bank.item_statistics import ItemStatistics
from question_bank.sealing import outline
from question_bank.seating import UNPLANNED, Place
from question_bank.session_draw import VERSION, SessionDraw

Ref = tuple[str, int]


class OtherInputs(Exception):
    """The bank or the blueprint is not the one that the forms were drawn from."""

    code = "other_inputs"


def dump(asked: SessionDraw, blueprint_text: str) -> str:
    """The document as canonical JSON text."""
    document = {
        "draw": VERSION,
        "exam_session": asked.exam_session,
        "seed": asked.seed,
        "blueprint": _sha256(blueprint_text),
        "items": [[*item.ref, digest(outline(item))] for item in _by_ref(asked.items)],
        "statistics": [
            [*ref, *map(_text, (one.expected, one.a, one.b, one.c))]
            for ref, one in sorted(asked.statistics.items())
        ],
        "places": [_place(place) for place in asked.places],
        "seen": {number: sorted(seen) for number, seen in asked.seen.items() if seen},
        "present": [[*_place(place), sorted(items)] for place, items in asked.present.items()],
        "exposure": {item_id: count for item_id, count in asked.exposure.items() if count},
    }
    if asked.enemies:
        document["enemies"] = [list(pair) for pair in asked.enemies]
    return canonical(document)


def load(
    text: str, blueprint: Blueprint, blueprint_text: str, items: Mapping[Ref, Item]
) -> SessionDraw:
    """What the document asks for.

    Raises:
        OtherInputs: naming what differs.
    """
    value: Mapping[str, Any] = json.loads(text)
    if value["blueprint"] != _sha256(blueprint_text):
        raise OtherInputs("the blueprint is another one than that of the draw")
    enemies = tuple((one, other) for one, other in value.get("enemies", ()))
    chosen = []
    for item_id, version, its_digest in value["items"]:
        item = items.get((item_id, version))
        if item is None or digest(outline(item)) != its_digest:
            raise OtherInputs(f"item {item_id} version {version} is not as it was at the draw")
        chosen.append(item)
    return SessionDraw(
        exam_session=value["exam_session"],
        blueprint=blueprint.parting(enemies),
        items=chosen,
        statistics={
            (item_id, version): ItemStatistics(
                item_id=item_id,
                version=version,
                expected=_exact(expected),
                a=_exact(a),
                b=_exact(b),
                c=Fraction(c),
            )
            for item_id, version, expected, a, b, c in value["statistics"]
        },
        seed=value["seed"],
        places=[Place(*one) for one in value["places"]],
        seen={number: frozenset(seen) for number, seen in value["seen"].items()},
        present={Place(*one[:-1]): frozenset(one[-1]) for one in value["present"]},
        exposure=value["exposure"],
        enemies=enemies,
    )


def digest_of(document: str) -> str:
    """SHA-256 of the document."""
    return _sha256(document)


def _by_ref(items: Sequence[Item]) -> list[Item]:
    return sorted(items, key=lambda item: item.ref)


def _place(place: Place) -> list[str | int]:
    known: list[str | int] = [place.participant_no, place.room, place.seat]
    return known if place.row == UNPLANNED else [*known, place.row, place.column]


def _text(value: Fraction | None) -> str | None:
    return None if value is None else str(value)


def _exact(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
