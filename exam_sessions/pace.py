"""How fast somebody goes from item to item, as an indicator for proctors and never a verdict."""

from dataclasses import dataclass, field

WINDOW = 10
"""Items over which the pace is taken; fewer say nothing about a person."""


@dataclass(slots=True)
class Pace:
    """The instants at which the last items were answered for the first time."""

    _answered: set[int] = field(default_factory=set)
    _instants: list[int] = field(default_factory=list)

    def note(self, item_no: int, at: int) -> None:
        """An item was answered; a change of an earlier response says nothing about the pace."""
        if item_no in self._answered:
            return
        self._answered = {*self._answered, item_no}  # copies of this pace keep theirs
        self._instants = [*self._instants[-WINDOW:], at]

    @property
    def item_ms(self) -> int | None:
        """Milliseconds for each of the last ten items, or None before that many."""
        if len(self._instants) <= WINDOW:
            return None
        return (self._instants[-1] - self._instants[0]) // WINDOW
