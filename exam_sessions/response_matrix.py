"""What everybody earned on every item, as a matrix for item analysis."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from exam_sessions.deeds import Answer
from exam_sessions.live_session import Cell, LiveSession
from question_bank.item import Item
from scoring.mark import highest, mark
from scoring.response import Nothing, from_json
from scoring.rule import JudgedRule

PERSON = "participant_no"
NOT_ON_FORM = ""
Ref = tuple[str, int]


@dataclass(frozen=True, slots=True)
class ResponseMatrix:
    """The names of the columns, the first that of the person, and a row for each who finished."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


def response_matrix(live: LiveSession, *, as_right: bool) -> ResponseMatrix:
    """Points, or 1 and 0, of everybody who has finished and is not void, on every item of a form.

    Empty where an item was not on the form, and where people judge it. What was not answered earns
    what the item's rule says for nothing given. Pretest items are marked like all others.

    Args:
        live: whose items are in clear.
        as_right: 1 for the highest points of the item, 0 for less.
    """
    assert not live.sealed, "the caller has seen that no item is sealed"
    cells = {
        no: cell
        for no, cell in sorted(live.cells.items())
        if cell.sitting.finished and not cell.sitting.care.void_kind
    }
    refs = sorted({ref for cell in cells.values() for ref in _refs(cell).values()})
    rows = []
    for no, cell in cells.items():
        earned = {
            ref: _shown(live.items[ref], cell.sitting.answers.get(item_no), as_right=as_right)
            for item_no, ref in _refs(cell).items()
        }
        rows.append([no, *(earned.get(ref, NOT_ON_FORM) for ref in refs)])
    return ResponseMatrix([PERSON, *_names(refs)], rows)


def _refs(cell: Cell) -> dict[int, Ref]:
    slots = cell.ground.slots
    return {item_no: (slot.item_id, slot.item_version) for item_no, slot in slots.items()}


def _names(refs: Sequence[Ref]) -> list[str]:
    """The item's identifier, with its version where two versions were given."""
    ids = [item_id for item_id, _ in refs]
    return [one if ids.count(one) == 1 else f"{one}@{version}" for one, version in refs]


def _shown(item: Item, answer: Answer | None, *, as_right: bool) -> str:
    if isinstance(item.rule, JudgedRule):
        return NOT_ON_FORM
    given = None if answer is None else answer.response
    points = mark(item.rule, Nothing() if given is None else from_json(given))
    if as_right:
        return "1" if points == highest(item.rule) else "0"
    return _text(points)


def _text(points: Fraction) -> str:
    """A decimal where it is exact, else to 12 places; analysis counts in floating point anyway."""
    return f"{float(points):.12g}"
