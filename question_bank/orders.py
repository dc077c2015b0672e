"""In which order a candidate sees the options, and by which letters; names stay on the server."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from question_bank.draw import Stream
from question_bank.item import Interaction, Item, Option
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


def asked_by(item: Item) -> Sequence[Interaction | Item]:
    """What an item asks, as far as orders go: an item that asks one thing stands for itself.

    `interactions_of` says the same and more; it makes an object each time, and forms hold millions.
    """
    return item.interactions if item.kind == "composite" else (item,)


def draw_orders(item: Item, seed: str | bytes, key: str) -> tuple[Orders, ...]:
    """The orders of each interaction of an item for one candidate's form.

    An item that asks one thing draws from the stream of its own; each interaction of a composite
    one from a stream that its name is part of, so that equal lists are shuffled differently.
    """
    name = f"options/{key}/{item.id}"
    if item.kind != "composite":
        return (_drawn(item, Stream(seed, name)),)
    return tuple(_drawn(one, Stream(seed, f"{name}/{one.name}")) for one in item.interactions)


def order_faults(orders: Orders, asked: Interaction | Item) -> Iterator[str]:
    """What is wrong with the orders of one interaction; nothing when they fit."""
    keeps_options = not asked.shuffle or asked.kind in _IN_ORDER_OF_TEXT
    keeps_targets = not asked.shuffle or asked.kind in _TARGETS_IN_ORDER_OF_TEXT
    shown = (
        (orders.options, asked.options, keeps_options),
        (orders.targets, asked.targets, keeps_targets),
    )
    for order, listed, keeps in shown:
        if not order and not listed:
            continue
        names = _names(listed)
        if sorted(order) != sorted(names):
            yield "has other options than the bank's"
        elif keeps and order != names:
            yield "must keep its options in the bank's order"
        elif [1 for i, option in enumerate(listed) if option.fixed and order[i] != option.id]:
            yield "moves an option that is fixed"


def _drawn(asked: Interaction | Item, stream: Stream) -> Orders:
    is_shuffled = asked.shuffle and asked.kind not in _IN_ORDER_OF_TEXT
    options = _shuffled(asked.options, stream) if is_shuffled else _names(asked.options)
    is_shuffled = asked.shuffle and asked.kind not in _TARGETS_IN_ORDER_OF_TEXT
    targets = _shuffled(asked.targets, stream) if is_shuffled else _names(asked.targets)
    return Orders(options, targets)


def _names(options: Sequence[Option]) -> tuple[str, ...]:
    return tuple([option.id for option in options])


def _shuffled(options: Sequence[Option], stream: Stream) -> tuple[str, ...]:
    """The names in a drawn order; those that are fixed keep their places."""
    if not options:
        return ()
    if not [option for option in options if option.fixed]:
        return tuple(stream.shuffle([option.id for option in options]))
    loose = iter(stream.shuffle([option.id for option in options if not option.fixed]))
    return tuple(option.id if option.fixed else next(loose) for option in options)
