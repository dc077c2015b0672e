"""The key of a seat draw, forms on seats, issued PINs, and the seats of an exam session.

Functions between rows and values; the caller owns the transaction.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, func, insert, select

from exam_sessions import sites, store
from exam_sessions.door_tables import issued_pins, seat_forms, seat_keys
from exam_sessions.store import StoredForm
from question_bank.seat_draw import Seat
from question_bank.seating import UNPLANNED, Place


def place_of(seat: Seat) -> Place:
    """The place for which a seat's form is drawn; no participant number looks like its name."""
    return Place(f"seat/{seat.room}/{seat.name}", seat.room, seat.name, seat.row, seat.column)


def list_seats(db: Connection, exam_session: str) -> list[Seat]:
    """The usable seats of every room's plan; of a room without a plan, its seats by number."""
    found: list[Seat] = []
    for room in store.list_rooms(db, exam_session):
        planned = sites.get_site_room(db, room.site, room.site_room) if room.site else None
        if planned is None:
            found += [
                Seat(room.id, str(number), UNPLANNED, UNPLANNED)
                for number in range(1, room.seat_count + 1)
            ]
            continue
        found += [
            Seat(room.id, one.name, one.row_index, one.column_index, one.is_accessible)
            for one in planned.plan.usable
        ]
    return found


def get_key(db: Connection, exam_session: str) -> str | None:
    """The key of the seat draw, or None before check-in was opened."""
    table = seat_keys.c
    return db.scalar(select(table.key).where(table.exam_session == exam_session))


def keep_key(db: Connection, exam_session: str, key: str) -> str:
    """Keep a key, unless there is one: a draw has one key for ever; the one that holds."""
    present = get_key(db, exam_session)
    if present is None:
        db.execute(insert(seat_keys).values(exam_session=exam_session, key=key))
    return present or key


def add_seat_forms(db: Connection, forms: Mapping[Seat, StoredForm]) -> None:
    """Store the forms that lie on seats."""
    rows = [
        {
            "exam_session": form.exam_session,
            "room": seat.room,
            "seat": seat.name,
            "digest": form.digest,
            "document": form.document,
        }
        for seat, form in forms.items()
    ]
    if rows:
        db.execute(insert(seat_forms), rows)


def get_seat_forms(db: Connection, exam_session: str) -> dict[tuple[str, str], StoredForm]:
    """The forms on the seats of an exam session, by room and seat; named like `place_of`."""
    rows = db.execute(select(seat_forms).where(seat_forms.c.exam_session == exam_session))
    return {
        (row.room, row.seat): StoredForm(
            exam_session, f"seat/{row.room}/{row.seat}", row.digest, row.document
        )
        for row in rows
    }


def count_forms(db: Connection, exam_session: str) -> tuple[int, int]:
    """How many forms are wanted, for people or for seats, and how many there are."""
    plan = store.get_session(db, exam_session)
    if plan is not None and plan.seats_drawn:
        seats = list_seats(db, exam_session)
        return len(seats), _count_seat_forms(db, exam_session)
    enrolled = store.count_enrolments(db).get(exam_session, 0)
    return enrolled, store.count_forms(db).get(exam_session, 0)


def get_seat_form(db: Connection, exam_session: str, seat: tuple[str, str]) -> StoredForm | None:
    """The form on one seat, or None when none was assembled for it."""
    table = seat_forms.c
    room, name = seat
    row = db.execute(
        select(seat_forms).where(
            table.exam_session == exam_session, table.room == room, table.seat == name
        )
    ).first()
    if row is None:
        return None
    return StoredForm(exam_session, f"seat/{room}/{name}", row.digest, row.document)


def add_pin(
    db: Connection, exam_session: str, participant_no: str, pin_hash: str, *, now: int
) -> int:
    """Keep the hash of a new PIN; its number, from 1. It opens once the journal says so."""
    table = issued_pins.c
    newest = db.scalar(
        select(func.max(table.pin_no)).where(
            table.exam_session == exam_session, table.participant_no == participant_no
        )
    )
    pin_no = (newest or 0) + 1
    db.execute(
        insert(issued_pins).values(
            exam_session=exam_session,
            participant_no=participant_no,
            pin_no=pin_no,
            pin_hash=pin_hash,
            issued_at=now,
        )
    )
    return pin_no


def list_pins(
    db: Connection, participant_no: str, sessions: Sequence[str]
) -> dict[str, list[tuple[int, str]]]:
    """Numbers and hashes of somebody's PINs by exam session, the newest first."""
    table = issued_pins.c
    rows = db.execute(
        select(table.exam_session, table.pin_no, table.pin_hash)
        .where(table.participant_no == participant_no, table.exam_session.in_(sessions))
        .order_by(table.exam_session, table.pin_no.desc())
    )
    found: dict[str, list[tuple[int, str]]] = {}
    for row in rows:
        found.setdefault(row.exam_session, []).append((row.pin_no, row.pin_hash))
    return found


def _count_seat_forms(db: Connection, exam_session: str) -> int:
    rows = select(func.count()).where(seat_forms.c.exam_session == exam_session)
    return db.scalar(rows) or 0
