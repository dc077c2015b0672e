"""The engine's time, as a process beside it can know it: from its signs of life in the database.

The engine reads the system's clock once, at its start. A board process that read it for itself,
later, would count its delay by another clock wherever the system's had been set between the two;
a board that shows answers too early tells a helper in the hall which answer was right.
"""

from collections.abc import Callable

from sqlalchemy import Engine

from cat_engine.clock import monotonic_s, wall_now
from cat_engine.db import reading
from exam_sessions.journal import last_sign_of_life


class EngineClock:
    """Follows the engine's clock; a moment behind it at most, never ahead, never backwards.

    A sign of life is some milliseconds old when it is seen, so the least old of all counts. Where
    there never was an engine it is the system's time.
    """

    def __init__(self, database: Engine, monotonic: Callable[[], float] = monotonic_s) -> None:
        self._database = database
        self._monotonic = monotonic
        self._began_at: float | None = None
        """What the engine's clock showed when the monotonic one began, by the best sign so far."""
        self.look()

    def look(self) -> None:
        """Read the newest sign of life."""
        with reading(self._database).connect() as db:
            seen = last_sign_of_life(db)
        if seen is None:
            return
        began_at = seen - self._monotonic() * 1_000
        self._began_at = max(began_at, began_at if self._began_at is None else self._began_at)

    def __call__(self) -> int:
        """Now, in milliseconds since the epoch."""
        if self._began_at is None:
            return wall_now()
        return int(self._began_at + self._monotonic() * 1_000)
