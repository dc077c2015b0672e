"""How far a rehearsal is, in a file that somebody else looks at."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cat_engine.clock import wall_now

PERIOD_MS = 500


class ProgressFile:
    """Keeps a file up to date: the step, how many are done and how many there are."""

    def __init__(self, path: Path | None) -> None:
        """Write to this file; None: to nobody."""
        self._path = path

    @contextmanager
    def step(self, name: str, total: int, bar: Callable[[], None]) -> Iterator[Callable[[], None]]:
        """One step: give the function that counts, for the file and for the bar beside it."""
        done, told_at = 0, 0
        self._write(name, done, total)

        def count() -> None:
            nonlocal done, told_at
            done += 1
            bar()
            if wall_now() - told_at >= PERIOD_MS:
                told_at = wall_now()
                self._write(name, done, total)

        yield count
        self._write(name, done, total)

    def _write(self, name: str, done: int, total: int) -> None:
        if self._path is None:
            return
        # Whole or not at all, for whoever reads at this instant.
        beside = self._path.with_suffix(".new")
        beside.write_text(json.dumps({"step": name, "done": done, "total": total}))
        beside.replace(self._path)
