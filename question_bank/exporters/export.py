"""What an export gives: a file, what lies beside it, and what of the items it could not hold."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import TypeVar

from question_bank.exporters.marking import is_same_marking
from question_bank.importers.formulas import with_formulas
from question_bank.importers.report import CHANGED, REFUSED, ImportReport, Problem
from question_bank.item import Item

SHORT = 60
SHOWN_AS = "export"
Pictures = Mapping[str, bytes]
Piece = TypeVar("Piece")


class CannotWrite(Exception):
    """An item that a format cannot hold; the message says why."""

    code = "cannot_write"


@dataclass(frozen=True, slots=True)
class Export:
    """A file's content, the files beside it by their relative name, and every loss."""

    content: bytes
    beside: Mapping[str, bytes] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def refusals(self) -> tuple[Problem, ...]:
        """What was not written."""
        return tuple(problem for problem in self.problems if problem.severity == REFUSED)


@dataclass(frozen=True, slots=True)
class Written:
    """A file, the items that an import of it gives by their identifier, and why others miss."""

    content: bytes
    items: Mapping[str, Item]
    reasons: Mapping[str, str]


def written(
    items: Sequence[Item],
    piece_of: Callable[[Item], Piece],
    join: Callable[[Sequence[Piece]], bytes],
    read: Callable[[bytes], ImportReport],
) -> Written:
    """Write items, read them again, and leave out those that would be marked otherwise.

    Args:
        items: to be written.
        piece_of: an item in the format; raises `CannotWrite`.
        join: the file of some pieces.
        read: its import.
    """
    pieces: dict[str, tuple[Item, Piece]] = {}
    reasons: dict[str, str] = {}
    for item in items:
        try:
            pieces[item.id] = item, piece_of(item)
        except CannotWrite as error:
            reasons[item.id] = str(error)
    while True:
        content = join([piece for _, piece in pieces.values()])
        report = with_formulas(read(content), SHOWN_AS) if pieces else ImportReport()
        back = {item.id: item for item in report.items}
        lost = {name for name, (item, _) in pieces.items() if not _is_sound(item, back.get(name))}
        if not lost:
            return Written(content, {name: back[name] for name in pieces}, reasons)
        for name in lost:
            del pieces[name]
            reasons[name] = _why(report, is_back=name in back)


def losses(items: Iterable[Item], made: Written) -> Iterator[Problem]:
    """What is not as it was: items that are missing, and fields that come back otherwise."""
    for item in items:
        place = f"{item.id} version {item.version}"
        if item.id in made.reasons:
            yield Problem(
                place, REFUSED, f"not written: {made.reasons[item.id]}", "choose another format"
            )
        elif made.items[item.id] != item:
            yield Problem(place, CHANGED, "; ".join(_differences(item, made.items[item.id])))


def _is_sound(item: Item, again: Item | None) -> bool:
    return again is not None and is_same_marking(item, again)


def _why(report: ImportReport, *, is_back: bool) -> str:
    if is_back:
        return "it would be marked in another way"
    return "an import of it would refuse it" if report.refusals else "it would not come back"


def _differences(item: Item, again: Item) -> Iterator[str]:
    for one in fields(Item):
        before, after = getattr(item, one.name), getattr(again, one.name)
        if before == after:
            continue
        if isinstance(before, str | int) and len(f"{before}{after}") <= SHORT:
            yield f"{one.name} {before!r} becomes {after!r}"
        else:
            yield f"{one.name} is written another way"
