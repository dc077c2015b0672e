"""The facts of one sitting that stand on the printed result sheet, read from the journal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cat_engine.accounts.user import Login
from cat_engine.db import reading
from exam_sessions import events, journal, views
from exam_sessions.decide import Refused
from exam_sessions.journal import Entry

if TYPE_CHECKING:
    from cat_engine.hall import Hall

MS_PER_MINUTE = 60_000


@dataclass(frozen=True, slots=True)
class SittingFacts:
    """What happened to the time of a sitting, and where its end stands in the journal."""

    started_at: int | None
    pause_count: int
    line_lost_count: int
    extension_count: int
    extension_minutes: int
    position: int | None
    entry_hash: str | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything on a result sheet."""

    exam: dict[str, Any]
    candidate: dict[str, Any]
    result: dict[str, Any]
    facts: SittingFacts


def own_sheet(hall: Hall, login: Login, language: str) -> Sheet | None:
    """Give the candidate's own result sheet; None while the sitting is not finished."""
    if hall.engine is None or login.exam_session is None or login.participant_no is None:
        return None
    try:
        live = hall.engine.live(login.exam_session)
        cell = hall.engine.cell(login.exam_session, login.participant_no)
    except Refused:
        return None
    if cell.sitting.finished is None:
        return None
    view = views.candidate_view(live, cell, hall.clock(), practice=(), language=language)
    facts: SittingFacts = hall.run_blocking(
        _read_facts, hall, login.exam_session, login.participant_no
    )
    return Sheet(view["exam"], view["candidate"], view["result"], facts)


def facts_of(entries: Iterable[Entry]) -> SittingFacts:
    """Fold one sitting's journal into the facts of its time."""
    started_at: int | None = None
    counts: Counter[type] = Counter()
    line_lost_count = extension_ms = 0
    end: Entry | None = None
    has_ended = False
    for entry in entries:
        counts[type(entry.event)] += 1
        match entry.event:
            case events.PartBegun():
                started_at = entry.at if started_at is None else started_at
            # Leaving the page before the first item or after the last is no loss.
            case events.LineLost() if started_at is not None and not has_ended:
                line_lost_count += 1
            case events.Readmitted():
                has_ended = False
            case events.Extended(extension_ms=more_ms):
                extension_ms += more_ms
            case events.Finished():
                end, has_ended = entry, True
            case _:
                pass
    return SittingFacts(
        started_at=started_at,
        pause_count=counts[events.Paused],
        line_lost_count=line_lost_count,
        extension_count=counts[events.Extended],
        extension_minutes=-(-extension_ms // MS_PER_MINUTE),
        position=end.position if end else None,
        entry_hash=end.hash if end else None,
    )


def _read_facts(hall: Hall, exam_session: str, participant_no: str) -> SittingFacts:
    with reading(hall.database).connect() as db:
        return facts_of(journal.read_sitting(db, exam_session, participant_no))
