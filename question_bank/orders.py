"""In which order a candidate sees the options, and by which letters; names stay on the server."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from question_bank.draw import Stream
from question_bank.item import Interaction, Item, Option, interactions_of
from scoring.response import OPTION_LIMIT

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_IN_ORDER_OF_TEXT = frozenset({"hot_text"})
_TARGETS_IN_ORDER_OF_TEXT = frozenset({"gap_match"})


def _letters() -> Iterator[str]:
    """A to Z, then AA to AZ, BA and so on, as spreadsheets name their columns."""
    yield from _ALPHABET
    for first in _ALPHABET:
        yield from (first + second for second in _ALPHABET)


LETTERS: Sequence[str] = tuple(_letters())[:OPTION_LIMIT]


@dataclass(frozen=True, slots=True)
class Orders:
    """The options and targets of one interaction, by name, in the order shown."""

    options: tuple[str, ...]
    targets: tuple[str, ...] = ()


def draw_orders(item: Item, seed: str | bytes, key: str) -> tuple[Orders, ...]:
    """The orders of each interaction of an item for one candidate's form.

    An item that asks one thing draws from the stream of its own; each interaction of a composite
    one from a stream that its name is part of, so that equal lists are shuffled differently.
    """
    drawn = []
    for one in interactions_of(item):
        stream_name = f"options/{key}/{item.id}"
        if item.kind == "composite":
            stream_name += f"/{one.name}"
        stream = Stream(seed, stream_name)
        is_shuffled = one.shuffle and one.kind not in _IN_ORDER_OF_TEXT
        options = _shuffled(one.options, stream) if is_shuffled else _names(one.options)
        is_shuffled = one.shuffle and one.kind not in _TARGETS_IN_ORDER_OF_TEXT
        targets = _shuffled(one.targets, stream) if is_shuffled else _names(one.targets)
        drawn.append(Orders(options, targets))
    return tuple(drawn)


def order_faults(orders: Orders, interaction: Interaction) -> Iterator[str]:
    """What is wrong with the orders of one interaction; nothing when they fit."""
    keeps_options = not interaction.shuffle or interaction.kind in _IN_ORDER_OF_TEXT
    keeps_targets = not interaction.shuffle or interaction.kind in _TARGETS_IN_ORDER_OF_TEXT
    shown = (
        (orders.options, interaction.options, keeps_options),
        (orders.targets, interaction.targets, keeps_targets),
    )
    for order, listed, keeps in shown:
        names = _names(listed)
        if sorted(order) != sorted(names):
            yield "has other options than the bank's"
        elif keeps and order != names:
            yield "must keep its options in the bank's order"
        elif any(option.fixed and order[i] != option.id for i, option in enumerate(listed)):
            yield "moves an option that is fixed"


def _names(options: Sequence[Option]) -> tuple[str, ...]:
    return tuple(option.id for option in options)


def _shuffled(options: Sequence[Option], stream: Stream) -> tuple[str, ...]:
    """The names in a drawn order; those that are fixed keep their places."""
    if not any(option.fixed for option in options):
        return tuple(stream.shuffle([option.id for option in options]))
    loose = iter(stream.shuffle([option.id for option in options if not option.fixed]))
    return tuple(option.id if option.fixed else next(loose) for option in options)
