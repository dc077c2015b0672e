"""An exam session whose seats are drawn at the door, for tests of every kind."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from sqlalchemy import Engine as Database

from cat_engine.preparation.assembly import assemble_forms
from exam_sessions import checking_in, door_store, sites, store
from exam_sessions.commands import Act
from exam_sessions.door_commands import CheckIn, EndCheckIn, Face, OpenCheckIn
from exam_sessions.engine import Engine
from exam_sessions.seat_plan import Seat, SeatPlan
from exam_sessions.sitting import Sitting
from question_bank import store as bank_store
from question_bank.seat_draw import commitment
from tests.cast import ANI, BUDI, CITRA, DEWI, EXAM_SESSION, JOURNAL_KEY, ROOM
from tests.factories import STARTS_AT, get_bank, get_blueprint_text, get_enrolment

MINUTE = 60_000
CLOSES_AT = STARTS_AT - 5 * MINUTE
EKO = "24-5521-0019"
FITRI = "24-5521-0020"
KEY = "5e" * 32
SITE = "balai-kota"


def get_visitor(participant_no: str, **changes: Any) -> store.Enrolment:
    """Somebody whose seat is drawn at check-in."""
    return get_enrolment(participant_no, "", **{"room": ""} | changes)


def add_door_session(
    db: Connection,
    people: list[store.Enrolment] | None = None,
    *,
    rows: int = 2,
    columns: int = 3,
    starts_at: int = STARTS_AT,
    blueprint: str | None = None,
    bank: list[Any] | None = None,
) -> None:
    """One room by a seat plan whose first seat is accessible; forms lie on every seat."""
    plan = SeatPlan(
        rows,
        columns,
        tuple(
            Seat(f"{row}-{column}", row, column, is_accessible=row == column == 0)
            for row in range(rows)
            for column in range(columns)
        ),
    )
    sites.save_site(db, sites.Site(SITE, "Balai Kota", "Jalan Slamet Riyadi", 420))
    sites.save_site_room(db, sites.SiteRoom(SITE, "aula", "Aula", plan))
    bank_store.add_items(db, bank or get_bank(), {})
    store.add_exam(
        db, store.Exam("exam", "SKD CPNS 2026", "small", blueprint or get_blueprint_text(), "seed")
    )
    store.add_session(
        db,
        store.SessionPlan(
            EXAM_SESSION, "exam", "Sesi pagi", starts_at, 0, "masked", "live", seats_drawn=True
        ),
        [store.Room(EXAM_SESSION, ROOM, "Ruang A", rows * columns, SITE, "aula")],
        journal_key=JOURNAL_KEY,
    )
    everybody = people or [get_visitor(no) for no in (ANI, BUDI, EKO, FITRI)]
    store.add_enrolments(db, everybody)
    assemble_forms(db, EXAM_SESSION)


@dataclass
class DoorHall:
    """An engine with check-in, driven as the page drives it."""

    engine: Engine
    database: Database

    def open(self) -> None:
        """Commit to the key and the seats."""
        with self.database.begin() as db:
            seats = door_store.list_seats(db, EXAM_SESSION)
            door_store.keep_key(db, EXAM_SESSION, KEY)
        command = OpenCheckIn(
            DEWI,
            commitment(KEY),
            CLOSES_AT,
            tuple((s.room, s.name, s.row, s.column, int(s.is_accessible)) for s in seats),
        )
        checking_in.act_at_door(self.engine, EXAM_SESSION, command)

    def check_in(
        self, participant_no: str, face: Face | None = None, *, is_by_eye: bool = False
    ) -> Sitting:
        """Check somebody in, by Citra."""

        def give(who: Any, choices: Any) -> checking_in.Given:
            with self.database.begin() as db:
                return checking_in.give_seat(
                    db, who, choices, bank="small", pin_hash="hash", now=STARTS_AT
                )

        act = Act(f"in-{participant_no}", CITRA, "check_in")
        command = CheckIn(act, participant_no, face or Face(), is_by_eye)
        return checking_in.check_in(self.engine, EXAM_SESSION, command, give)

    def end(self) -> None:
        """End check-in and publish the key."""
        checking_in.act_at_door(self.engine, EXAM_SESSION, EndCheckIn(DEWI, KEY))
