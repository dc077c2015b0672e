"""Running the benchmark: rows that are compared take turns within one run, and medians count."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cat_engine.bench import facts
from cat_engine.bench.children import last_words, measurement
from cat_engine.bench.row import Figures, Plan, Row, Setting, Unsound, medians


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished run."""

    facts: Mapping[str, str | int | float]
    rows: Sequence[Row]

    @property
    def is_reached(self) -> bool:
        """Whether no row missed its target."""
        return all(row.reached is not False for row in self.rows)

    def as_json(self) -> dict[str, Any]:
        """The run for machines."""
        return {"facts": dict(self.facts), "rows": [row.as_json() for row in self.rows]}


def run(
    plans: Sequence[Plan],
    *,
    repeats: int,
    quick: bool,
    on_step: Callable[[str], None] = lambda _name: None,
) -> Outcome:
    """Measure every row `repeats` times, the rows taking turns, and judge the medians.

    So that whatever else the machine does meets all of them alike. A measurement that was not
    sound, that failed or took too long ends its row: no figure of it is shown, its target counts
    as missed, and the other rows go on.
    """
    found: dict[str, list[Figures]] = {plan.name: [] for plan in plans}
    broken: dict[str, str] = {}
    with _folder() as folder:
        machine = facts.gather(folder)
    for _ in range(repeats):
        for plan in plans:
            on_step(plan.name)
            if plan.name not in broken:
                figures = _measure(plan, quick=quick)
                if isinstance(figures, str):
                    broken[plan.name] = figures
                else:
                    found[plan.name].append(figures)
    return Outcome(machine, judge(plans, found, broken))


def judge(
    plans: Sequence[Plan], found: Mapping[str, Sequence[Figures]], broken: Mapping[str, str]
) -> list[Row]:
    """The rows of the table, from what was measured."""
    figures = {plan.name: medians(found[plan.name]) for plan in plans if plan.name not in broken}
    known = {name: {one.name: one.value for one in row} for name, row in figures.items()}
    rows = []
    for plan in plans:
        if plan.name in broken:
            note = broken[plan.name]
            failed = Row(plan.name, plan.what, (), plan.target, reached=False, note=note)
            rows.append(replace(failed, is_measured=False))
            continue
        reached, note = plan.is_reached(known), plan.note(known)
        row = Row(plan.name, plan.what, figures[plan.name], plan.target, reached, note)
        rows.append(row)
    return rows


def _measure(plan: Plan, *, quick: bool) -> Figures | str:
    """Its figures, or why there are none."""
    with _folder() as folder:
        words = ""
        try:
            with measurement(plan.limit_s):
                try:
                    return plan.measure(Setting(folder, quick))
                finally:
                    words = last_words()
        except Unsound as problem:
            return str(problem)
        except Exception as error:  # noqa: BLE001 - whatever broke this row, the others go on
            reason = f"row {plan.name} could not be measured: {type(error).__name__}: {error}"
            return f"{reason}\nits servers said last:\n{words}" if words else reason


@contextmanager
def _folder() -> Iterator[Path]:
    # In the working directory: the system's directory for such files may be memory, not a disk.
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=Path.cwd()))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
