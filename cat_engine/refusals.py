"""What was refused to whoever asked, by pages and at sockets: counted, with few lines of log.

One refused request is a mistake; hundreds in ten minutes are somebody who tries doors. The counts
stand in /metrics (`cat_refused_requests_total`) and, of late, on the administrator's page. Failed
logins have their own line in the log already; that nobody is signed in is no news at all.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from prometheus_client import CollectorRegistry, Counter

from cat_engine.log import Sparse

if TYPE_CHECKING:
    from cat_engine.hall import Hall

COUNTED = frozenset({401, 403, 429})
"""Of pages; of sockets every handshake that is refused counts."""
LOGGED = frozenset({400, 403, 429})
NO_NEWS = "not_signed_in"
MS_PER_MINUTE = 60_000
LATELY_MINUTES = 10
MANY = 100
"""So many in ten minutes are shown as an alarm."""


class Refusals:
    """What one server has refused: by kind since the start, and how many of late."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Begin with none."""
        self._counter = Counter(
            "cat_refused_requests",
            "Requests and handshakes refused to their sender, by status and code.",
            ["status", "code"],
            registry=registry,
        )
        self._minutes: deque[tuple[int, int]] = deque(maxlen=LATELY_MINUTES)
        self._sparse = Sparse()

    def note(self, status: int, code: str, *, now: int) -> None:
        """Count one."""
        self._counter.labels(str(status), code).inc()
        if code == NO_NEWS:
            return
        minute = now // MS_PER_MINUTE
        if self._minutes and self._minutes[-1][0] == minute:
            minute, count = self._minutes.pop()
            self._minutes.append((minute, count + 1))
        else:
            self._minutes.append((minute, 1))

    def lately(self, now: int) -> int:
        """How many there were in the last ten minutes, that nobody is signed in left out."""
        first = now // MS_PER_MINUTE - LATELY_MINUTES
        return sum(count for minute, count in self._minutes if minute > first)

    def let_pass(self, now: int) -> int | None:
        """Whether a line may be written: how many were left out before it, or None."""
        return self._sparse.let_pass(now)


_REFUSALS: WeakKeyDictionary[CollectorRegistry, Refusals] = WeakKeyDictionary()


def refusals_of(hall: Hall) -> Refusals:
    """Give the counts of this server."""
    found = _REFUSALS.get(hall.metrics)
    if found is None:
        found = _REFUSALS[hall.metrics] = Refusals(hall.metrics)
    return found


def note_refusal(hall: Hall, status: int, code: str, *, rule: str) -> None:
    """Count a refusal, and write a line for it unless there were many or it is no news.

    Args:
        hall: of this server.
        status: of HTTP, as it was or would have been answered.
        code: the stable code of why.
        rule: the route, as the program knows it; never what a stranger sent.
    """
    now = hall.clock()
    refusals = refusals_of(hall)
    refusals.note(status, code, now=now)
    left_out = refusals.let_pass(now) if status in LOGGED else None
    if left_out is not None:
        hall.log.warning(
            "request_refused", status=status, refusal=code, rule=rule, left_out=left_out
        )
