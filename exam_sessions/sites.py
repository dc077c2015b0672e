"""Sites and their rooms with seat plans: functions between rows and values."""

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, delete, insert, select, update

from exam_sessions.plan_tables import site_rooms, site_seats, sites
from exam_sessions.seat_plan import Seat, SeatPlan


@dataclass(frozen=True, slots=True)
class Site:
    """A place where exams are held; its clocks show UTC and so many minutes."""

    id: str
    name: str
    address: str
    utc_offset_minutes: int


@dataclass(frozen=True, slots=True)
class SiteRoom:
    """A room of a site with its seats."""

    site: str
    id: str
    name: str
    plan: SeatPlan


def save_site(db: Connection, site: Site) -> bool:
    """Insert the site, or replace the one of this identifier; whether it is new."""
    known = update(sites).where(sites.c.id == site.id).values(**asdict(site))
    if db.execute(known).rowcount:
        return False
    db.execute(insert(sites).values(**asdict(site)))
    return True


def list_sites(db: Connection) -> list[Site]:
    """Every site, by identifier."""
    return [Site(**row._mapping) for row in db.execute(select(sites).order_by(sites.c.id))]


def get_site(db: Connection, site_id: str) -> Site | None:
    """The site, or None."""
    row = db.execute(select(sites).where(sites.c.id == site_id)).first()
    return Site(**row._mapping) if row else None


def save_site_room(db: Connection, room: SiteRoom) -> bool:
    """Insert the room with its seats, or replace name and seats; whether it is new."""
    table = site_rooms
    key = (table.c.site == room.site) & (table.c.id == room.id)
    values = {
        "name": room.name,
        "row_count": room.plan.row_count,
        "column_count": room.plan.column_count,
    }
    is_new = db.execute(update(table).where(key).values(**values)).rowcount == 0
    if is_new:
        db.execute(insert(table).values(site=room.site, id=room.id, **values))
    seats = site_seats.c
    db.execute(delete(site_seats).where(seats.site == room.site, seats.room == room.id))
    rows = [asdict(seat) | {"site": room.site, "room": room.id} for seat in room.plan.seats]
    if rows:
        db.execute(insert(site_seats), rows)
    return is_new


def list_site_rooms(db: Connection, site: str) -> list[SiteRoom]:
    """The rooms of a site with their seats, by identifier."""
    seats = site_seats.c
    by_room: dict[str, list[Seat]] = {}
    for row in db.execute(
        select(site_seats)
        .where(seats.site == site)
        .order_by(seats.room, seats.row_index, seats.column_index)
    ):
        seat = Seat(
            row.name,
            row.row_index,
            row.column_index,
            is_usable=row.is_usable,
            is_accessible=row.is_accessible,
        )
        by_room.setdefault(row.room, []).append(seat)
    table = site_rooms
    rows = db.execute(select(table).where(table.c.site == site).order_by(table.c.id))
    return [
        SiteRoom(
            row.site,
            row.id,
            row.name,
            SeatPlan(row.row_count, row.column_count, tuple(by_room.get(row.id, ()))),
        )
        for row in rows
    ]


def get_site_room(db: Connection, site: str, room: str) -> SiteRoom | None:
    """The room of a site with its seats, or None."""
    return next((one for one in list_site_rooms(db, site) if one.id == room), None)
