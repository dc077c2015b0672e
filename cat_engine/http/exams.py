"""What pages and API need of the engine, as plain values: the only place here that asks it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from cat_engine.db import reading
from cat_engine.http.errors import Problem
from exam_sessions import store
from exam_sessions.commands import (
    FinalizeBoard,
    FreezeBoard,
    HallCommand,
    ResumeBoard,
    SittingCommand,
)
from exam_sessions.decide import Refused
from exam_sessions.live_session import LiveSession
from exam_sessions.results import export_rows

if TYPE_CHECKING:
    from cat_engine.hall import Hall
    from exam_sessions.engine import ActOutcome, Engine

BOARD_ACTS = frozenset({"freeze", "resume", "finalize"})


@dataclass(frozen=True, slots=True)
class ExamSessionSummary:
    """One exam session as lists show it."""

    id: str
    title: str
    exam_title: str
    starts_at: int
    rooms: Mapping[str, str]
    """Status by room: closed, open or started."""
    room_names: Mapping[str, str]
    board_state: str
    enrolled_count: int
    sitting_count: int
    finished_count: int
    has_door: bool = False
    """Seats are drawn at check-in."""

    def count_rooms(self, status: str) -> int:
        """Count the rooms that are in this state."""
        return sum(1 for one in self.rooms.values() if one == status)


def list_exam_sessions(hall: Hall) -> list[ExamSessionSummary]:
    """Give every exam session, the latest start first."""
    engine = _engine(hall)
    planned: list[str] = hall.run_blocking(_planned, hall)
    summaries = [_summarize(engine.live(exam_session)) for exam_session in planned]
    return sorted(summaries, key=lambda one: (-one.starts_at, one.id))


def find_exam_session(hall: Hall, exam_session: str) -> ExamSessionSummary:
    """Give one exam session, or the problem "not found"."""
    try:
        return _summarize(_engine(hall).live(exam_session))
    except Refused as refusal:
        raise Problem("not_found") from refusal


def open_rooms(hall: Hall) -> Mapping[tuple[str, str], int]:
    """Give the rooms that let candidates in, with the start of their exam session.

    Asks memory only, because a hall logs in at one instant; a room that was ever opened is there.
    """
    return {
        (live.plan.id, room): live.plan.starts_at
        for live in _engine(hall).sessions()
        for room, status in live.state.rooms.items()
        if status != "closed"
    }


def live_session(hall: Hall, exam_session: str) -> LiveSession:
    """Give an exam session in memory, to be read."""
    return _engine(hall).live(exam_session)


def live_sessions(hall: Hall) -> list[LiveSession]:
    """Give every exam session, to be read."""
    planned: list[str] = hall.run_blocking(_planned, hall)
    return [_engine(hall).live(exam_session) for exam_session in planned]


def closed_sessions(hall: Hall) -> frozenset[str]:
    """Give the exam sessions that are over for good; asks memory only."""
    return frozenset(live.plan.id for live in _engine(hall).sessions() if live.state.is_closed)


def handle_hall(hall: Hall, exam_session: str, command: HallCommand) -> None:
    """Put a command about an exam session through the road; raises Refused with its reason."""
    _engine(hall).handle_hall(exam_session, command)


def has_door(hall: Hall) -> bool:
    """Say whether any exam session draws its seats at check-in."""
    return any(live.plan.seats_drawn for live in _engine(hall).sessions())


def act(hall: Hall, exam_session: str, participant_no: str, command: SittingCommand) -> ActOutcome:
    """Put one act of staff on one sitting through the road."""
    return _engine(hall).act(exam_session, [participant_no], command)


def act_on_board(hall: Hall, act: str, exam_session: str, *, by: str, reason: str) -> None:
    """Freeze, resume or finalize a board; raises Refused with the engine's reason."""
    assert act in BOARD_ACTS
    commands: dict[str, type[FreezeBoard | ResumeBoard | FinalizeBoard]] = {
        "freeze": FreezeBoard,
        "resume": ResumeBoard,
        "finalize": FinalizeBoard,
    }
    _engine(hall).handle_hall(exam_session, commands[act](exam_session, by, reason))


def take_enrolled(hall: Hall, exam_session: str, enrolled: Iterable[store.Enrolment]) -> None:
    """Let the exam session in memory know who was enrolled since it was read."""
    live = _engine(hall).live(exam_session)
    live.enrolments.update({one.participant_no: one for one in enrolled})


def results(hall: Hall, exam_session: str) -> list[dict[str, Any]]:
    """Give the ranked rows of an exam session."""
    live = _engine(hall).live(exam_session)
    # Ranking thousands takes a while; beside the hub, on copies that seating cannot change.
    still = replace(live, cells=dict(live.cells), enrolments=dict(live.enrolments))
    rows: list[dict[str, Any]] = hall.run_blocking(export_rows, still)
    return rows


def exam_title(hall: Hall, exam_session: str) -> str:
    """Give the title of the exam of a session."""
    return _engine(hall).live(exam_session).exam.title


def is_accepting(hall: Hall) -> bool:
    """Say whether this process can do its work: its database answers.

    An engine whose writer has stopped does not run on: its process ends and starts anew.
    """
    answers: bool = hall.run_blocking(_database_answers, hall)
    return answers


def _engine(hall: Hall) -> Engine:
    if hall.engine is None:
        raise Problem("unavailable")
    return hall.engine


def _summarize(live: LiveSession) -> ExamSessionSummary:
    return ExamSessionSummary(
        id=live.plan.id,
        title=live.plan.title,
        exam_title=live.exam.title,
        starts_at=live.plan.starts_at,
        rooms=live.state.rooms,
        room_names={room.id: room.name for room in live.rooms},
        board_state=live.state.board_state,
        enrolled_count=len(live.enrolments),
        sitting_count=len(live.cells),
        finished_count=sum(1 for cell in live.cells.values() if cell.sitting.finished),
        has_door=live.plan.seats_drawn,
    )


def _planned(hall: Hall) -> list[str]:
    with reading(hall.database).connect() as db:
        return [plan.id for plan in store.list_sessions(db)]


def _database_answers(hall: Hall) -> bool:
    try:
        with reading(hall.database).connect() as db:
            return bool(db.execute(select(1)).scalar_one() == 1)
    except SQLAlchemyError:
        return False
