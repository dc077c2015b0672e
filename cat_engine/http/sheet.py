"""The facts of one sitting that stand on the printed result sheet, read from the journal."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from cat_engine.accounts.user import Login
from cat_engine.db import reading
from exam_sessions import views
from exam_sessions.decide import Refused
from exam_sessions.tables import journal_entries

if TYPE_CHECKING:
    from cat_engine.hall import Hall

MS_PER_MINUTE = 60_000
_KINDS = ("PartBegun", "Paused", "Extended", "LineLost", "Finished")


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


def read_facts(db: Connection, exam_session: str, participant_no: str) -> SittingFacts:
    """Read one sitting's time from the journal; some hundred indexed rows at most."""
    table = journal_entries.c
    rows = db.execute(
        select(table.position, table.at, table.kind, table.body, table.hash)
        .where(
            table.exam_session == exam_session,
            table.participant_no == participant_no,
            table.kind.in_(_KINDS),
        )
        .order_by(table.position)
    ).all()
    begun = [row.at for row in rows if row.kind == "PartBegun"]
    extensions = [json.loads(row.body)["extension_ms"] for row in rows if row.kind == "Extended"]
    ends = [row for row in rows if row.kind == "Finished"]
    return SittingFacts(
        started_at=begun[0] if begun else None,
        pause_count=sum(1 for row in rows if row.kind == "Paused"),
        line_lost_count=sum(1 for row in rows if row.kind == "LineLost"),
        extension_count=len(extensions),
        extension_minutes=-(-sum(extensions) // MS_PER_MINUTE),
        position=ends[-1].position if ends else None,
        entry_hash=ends[-1].hash if ends else None,
    )


def _read_facts(hall: Hall, exam_session: str, participant_no: str) -> SittingFacts:
    with reading(hall.database).connect() as db:
        return read_facts(db, exam_session, participant_no)
