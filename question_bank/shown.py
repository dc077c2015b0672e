"""Responses between the letters that a candidate sees and the names that the bank keeps.

Candidates see options by letters of their place, and the interactions of a composite item by
numbers: an author who always writes the key first, or calls an interaction after it, would give it
away.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from question_bank.form import Slot
from question_bank.orders import LETTERS, Orders
from scoring.response import (
    Choice,
    Choices,
    MalformedResponse,
    Match,
    Order,
    Pairs,
    Record,
    Response,
    SingleResponse,
    record,
)

_INDEX_OF_LETTER: Mapping[str, int] = {letter: index for index, letter in enumerate(LETTERS)}


@dataclass(frozen=True, slots=True)
class _Names:
    """New names of the options and targets of one interaction."""

    options: Mapping[str, str]
    targets: Mapping[str, str]


def to_canonical(slot: Slot, shown: Response) -> Response:
    """A response in shown letters, as a response in the bank's own names.

    Raises:
        MalformedResponse: a letter or a number that the item does not have.
    """
    if isinstance(shown, Choice):  # nearly every response there is: no table is made for one
        index = _INDEX_OF_LETTER.get(shown.option, len(slot.option_order))
        if index >= len(slot.option_order):
            raise MalformedResponse(f"the item has no option {shown.option!r}")
        return Choice(slot.option_order[index])
    if not isinstance(shown, Record):
        return _rename(shown, _to_bank(slot.orders))
    bank = {
        str(number): (name, _to_bank(orders))
        for number, (name, orders) in enumerate(slot.interactions, start=1)
    }
    renamed = {}
    for number, response in shown.responses:
        if number not in bank:
            raise MalformedResponse(f"the item has no interaction {number}")
        name, names = bank[number]
        renamed[name] = _rename(response, names)
    return record(renamed)


def to_shown(slot: Slot, canonical: Response) -> Response:
    """A response in the bank's names, as the candidate sees it."""
    if isinstance(canonical, Choice):
        if canonical.option not in slot.option_order:
            raise MalformedResponse(f"the item has no option {canonical.option!r}")
        return Choice(LETTERS[slot.option_order.index(canonical.option)])
    if not isinstance(canonical, Record):
        return _rename(canonical, _to_letters(slot.orders))
    shown = {
        name: (str(number), _to_letters(orders))
        for number, (name, orders) in enumerate(slot.interactions, start=1)
    }
    renamed = {}
    for name, response in canonical.responses:
        if name not in shown:
            raise MalformedResponse(f"the item has no interaction {name}")
        number, names = shown[name]
        renamed[number] = _rename(response, names)
    return record(renamed)


def _to_bank(orders: Orders) -> _Names:
    return _Names(
        dict(zip(LETTERS, orders.options, strict=False)),
        dict(zip(LETTERS, orders.targets, strict=False)),
    )


def _to_letters(orders: Orders) -> _Names:
    return _Names(
        dict(zip(orders.options, LETTERS, strict=False)),
        dict(zip(orders.targets, LETTERS, strict=False)),
    )


def _rename(response: SingleResponse, names: _Names) -> SingleResponse:
    options, targets = names.options, names.targets
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
            case Pairs(pairs):
                return Pairs(frozenset(_pair(options[one], options[two]) for one, two in pairs))
            case _:
                return response
    except KeyError as error:
        raise MalformedResponse(f"the item has no option {error}") from error


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one <= other else (other, one)
