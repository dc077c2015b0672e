"""What pages and API need of the plans: reading and writing them beside the hub."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from cat_engine.accounts.user import Login
from cat_engine.db import reading, writing
from cat_engine.http.errors import Problem
from cat_engine.i18n import ZONES
from cat_engine.preparation import exam_plan, planning
from cat_engine.preparation.exam_plan import Board, Late
from cat_engine.preparation.planning import Signature
from cat_engine.preparation.schedule import Booking
from exam_sessions import sites, store
from question_bank.blueprint import read as read_blueprint

if TYPE_CHECKING:
    from cat_engine.hall import Hall

T = TypeVar("T")
MINUTES_PER_HOUR = 60


@dataclass(frozen=True, slots=True)
class ExamRow:
    """An exam as lists show it."""

    id: str
    title: str
    bank: str
    seed: str
    approved_only: bool
    minutes: int
    sessions: tuple[store.SessionPlan, ...]


def read(hall: Hall, work: Callable[[Connection], T]) -> T:
    """Do this on a connection that only reads, beside the hub."""

    def beside() -> T:
        with reading(hall.database).connect() as db:
            return work(db)

    found: T = hall.run_blocking(beside)
    return found


def write(hall: Hall, work: Callable[[Connection], T]) -> T:
    """Do this in one transaction for writing, beside the hub; what two did at once is refused."""

    def beside() -> T:
        with writing(hall.database).begin() as db:
            return work(db)

    try:
        done: T = hall.run_blocking(beside)
    except IntegrityError as error:
        raise Problem("conflict") from error
    return done


def signature(hall: Hall, login: Login) -> Signature:
    """Who acts, and when."""
    return Signature(login.user, hall.clock())


def usual_board(hall: Hall) -> Board:
    """How boards behave unless an exam says otherwise."""
    usual = hall.config.exam
    return Board(usual.board_delay_s, usual.board_names, usual.board_reveal)


def plan_ground(
    hall: Hall, db: Connection, blueprints: Mapping[str, str] | None = None
) -> exam_plan.Ground:
    """What a plan of an exam is read against on this server."""
    late = usual_late(hall)
    return planning.plan_ground(db, usual_board(hall), late, blueprints=blueprints)


def usual_late(hall: Hall) -> Late:
    """Who decides on late answers unless an exam says otherwise."""
    usual = hall.config.exam
    return Late(usual.late_answers, usual.late_within_s)


def usual_offset(hall: Hall) -> int:
    """Minutes from UTC of the server's own zone, for what belongs to no site."""
    return ZONES[hall.config.language.time_zone] * MINUTES_PER_HOUR


def list_exams(db: Connection) -> list[ExamRow]:
    """Every exam with its sessions, by identifier."""
    by_exam: dict[str, list[store.SessionPlan]] = {}
    for plan in store.list_sessions(db):
        by_exam.setdefault(plan.exam, []).append(plan)
    return [
        ExamRow(
            id=exam.id,
            title=exam.title,
            bank=exam.bank,
            seed=exam.seed,
            approved_only=exam.approved_only,
            minutes=sum(part.minutes for part in read_blueprint(exam.blueprint).parts),
            sessions=tuple(by_exam.get(exam.id, ())),
        )
        for exam in store.list_exams(db)
    ]


def list_bookings(db: Connection, usual_offset_minutes: int) -> list[Booking]:
    """Every exam session as the calendar shows it."""
    offsets = {site.id: site.utc_offset_minutes for site in sites.list_sites(db)}
    rooms, counts = store.list_all_rooms(db), store.count_enrolments(db)
    found = []
    for exam in list_exams(db):
        for plan in exam.sessions:
            own = rooms.get(plan.id, [])
            at = sorted({room.site for room in own if room.site})
            found.append(
                Booking(
                    exam_session=plan.id,
                    title=plan.title,
                    exam_title=exam.title,
                    starts_at=plan.starts_at,
                    minutes=exam.minutes,
                    utc_offset_minutes=offsets[at[0]] if at else usual_offset_minutes,
                    rooms=tuple((room.site, room.site_room) for room in own if room.site),
                    seat_count=sum(room.seat_count for room in own),
                    enrolled_count=counts.get(plan.id, 0),
                )
            )
    return found
