"""What a row of the benchmark is: figures with units, a target, and whether it was reached."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number."""

    name: str
    value: float
    unit: str


Figures = Sequence[Figure]
Known = Mapping[str, Mapping[str, float]]
"""Medians by row and figure, of every row of the run."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `reached` is None for a row that is only a reference."""

    name: str
    what: str
    figures: tuple[Figure, ...]
    target: str
    reached: bool | None
    note: str = ""
    is_measured: bool = True
    """Whether there are figures that count; `note` says why not."""

    def as_json(self) -> dict[str, Any]:
        """The row for machines."""
        return {
            "name": self.name,
            "what": self.what,
            "figures": [
                {"name": one.name, "value": one.value, "unit": one.unit} for one in self.figures
            ],
            "target": self.target,
            "measured": self.is_measured,
            "reached": self.reached,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Setting:
    """Under which circumstances a row is measured."""

    folder: Path
    """An empty directory for this measurement; it is removed afterwards."""
    quick: bool
    """Short and small: shows that the row works, and says little about the machine."""

    def choose(self, whole: int, quick: int) -> int:
        """A count or a duration of this setting."""
        return quick if self.quick else whole


@dataclass(frozen=True, slots=True)
class Plan:
    """A row as it is planned: how it is measured and when its target is reached."""

    name: str
    what: str
    target: str
    measure: Callable[[Setting], Figures]
    """Measures once; raises `Unsound` when what was measured was not right."""
    is_reached: Callable[[Known], bool | None]
    note: Callable[[Known], str] = lambda _known: ""
    limit_s: float = 600
    """How long one measurement may take; several times what it takes on a busy machine."""


class Unsound(Exception):
    """A measurement that does not count: an acknowledgement without its entry, a lost client."""

    code = "unsound_measurement"


def medians(repeats: Sequence[Figures]) -> tuple[Figure, ...]:
    """Each figure's median over the repeats, in the order of the first."""
    values: dict[tuple[str, str], list[float]] = {}
    for figures in repeats:
        for figure in figures:
            values.setdefault((figure.name, figure.unit), []).append(figure.value)
    return tuple(Figure(name, median(found), unit) for (name, unit), found in values.items())
