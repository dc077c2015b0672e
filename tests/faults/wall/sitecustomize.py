"""A wall clock that a test can move: the time of this process is that many seconds off.

Python imports this file at its start when its directory is on PYTHONPATH. The machine's clock is
never set. Moved are the ways in which Python code reads the wall clock; the monotonic clock is not.
"""

import datetime as dt
import os
import time
from pathlib import Path

_OFFSET_FILE = Path(os.environ["CAT_WALL_OFFSET_FILE"])
_time, _time_ns = time.time, time.time_ns


def _offset_s() -> float:
    return float(_OFFSET_FILE.read_text() or 0)


class _MovedDatetime(dt.datetime):
    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:  # type: ignore[override]
        """The moved instant."""
        return super().now(tz) + dt.timedelta(seconds=_offset_s())


time.time = lambda: _time() + _offset_s()
time.time_ns = lambda: _time_ns() + int(_offset_s() * 1_000_000_000)
dt.datetime = _MovedDatetime  # type: ignore[misc]
