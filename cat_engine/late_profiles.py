"""Profiles that were recorded after a roster: the exam sessions in memory take them up.

The database has them from whoever recorded them: a page, the API, or a command in another process.
Pages ask at once; a look every few seconds, at one number, finds what commands recorded.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from cat_engine.db import reading
from exam_sessions import profiles, store
from exam_sessions.accommodating import take_enrolments
from exam_sessions.refused import Refused

if TYPE_CHECKING:
    from cat_engine.hall import Hall


class LateProfiles:
    """Remembers how many revisions there were when it looked last."""

    def __init__(self, hall: Hall) -> None:
        """Stand ready; the first look takes up whatever was recorded while the server was away."""
        self._hall = hall
        self._seen_count = 0

    def look(self) -> None:
        """Take up what was recorded since the last look."""
        count: int = self._hall.run_blocking(_count, self._hall)
        if count == self._seen_count:
            return
        engine = self._hall.engine
        assert engine is not None, "only the exam server looks"
        take_up(
            self._hall, [live.plan.id for live in engine.sessions() if not live.state.is_closed]
        )
        self._seen_count = count


def take_up(hall: Hall, session_ids: Iterable[str]) -> list[tuple[str, str]]:
    """Let enrolments as they are stored apply in these exam sessions.

    Returns:
        Exam session and participant number of everybody seated whom it reached.
    """
    engine = hall.engine
    if engine is None:
        return []
    reached = []
    for session_id in sorted(set(session_ids)):
        try:
            live = engine.live(session_id)
        except Refused:  # planned in this very moment, and not to be loaded yet
            continue
        enrolled = hall.run_blocking(_enrolled, hall, session_id)
        reached += [(session_id, no) for no in take_enrolments(engine, live, enrolled)]
    return reached


def _count(hall: Hall) -> int:
    with reading(hall.database).connect() as db:
        return profiles.count_revisions(db)


def _enrolled(hall: Hall, session_id: str) -> list[store.Enrolment]:
    with reading(hall.database).connect() as db:
        return store.list_enrolments(db, session_id)
