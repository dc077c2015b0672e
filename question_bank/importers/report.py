"""The report of an import: what was taken, what was changed and how, what was refused and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from question_bank.item import Item, media_of
from scoring.whole_test import WholeTest

CHANGED, REFUSED = "changed", "refused"


class CannotTake(Exception):
    """Something that our items cannot hold; `advice` says what to do."""

    code = "cannot_take"

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(message)
        self.advice = advice


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was not plain: where, how grave, what, and what to do."""

    place: str
    severity: str
    message: str
    advice: str = ""

    def __str__(self) -> str:
        """One line for people."""
        advice = f" ({self.advice})" if self.advice else ""
        return f"{self.place}: {self.severity}: {self.message}{advice}"


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Items that were read, their pictures and recordings by "digest.extension", every problem.

    Args of the kind:
        held: identifiers of items whose scoring was read but which must not enter a bank, because
            nothing is asked in them or a file is missing; each is refused among the problems.
        tests: of QTI, their outcome processing and how their items weigh in it.
        enemies: groups of items of which a form holds at most one.
    """

    items: tuple[Item, ...] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    held: frozenset[str] = frozenset()
    tests: tuple[WholeTest, ...] = ()
    enemies: tuple[tuple[str, ...], ...] = ()

    @property
    def storable(self) -> tuple[Item, ...]:
        """The items that can be stored."""
        return tuple(item for item in self.items if item.id not in self.held)

    @property
    def refusals(self) -> tuple[Problem, ...]:
        """What was not taken."""
        return tuple(problem for problem in self.problems if problem.severity == REFUSED)


def refused(place: str, message: str, advice: str) -> ImportReport:
    """The report of a file of which nothing was taken."""
    return ImportReport(problems=(Problem(place, REFUSED, message, advice),))


def pictures_of(items: Iterable[Item], pictures: Mapping[str, bytes]) -> dict[str, bytes]:
    """The pictures and recordings that these items need."""
    shown = {name for item in items for name in media_of(item)}
    return {name: content for name, content in pictures.items() if name in shown}
