"""Agencies and the formations they fill: functions between rows and values."""

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, Table, insert, select, update

from exam_sessions.plan_tables import agencies, formations


@dataclass(frozen=True, slots=True)
class Agency:
    """Who hires."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Formation:
    """A post of an agency at a location, for one formation type, with so many openings."""

    id: str
    agency: str
    title: str
    location: str
    formation_type: str
    openings: int


def save_agency(db: Connection, agency: Agency) -> bool:
    """Insert the agency, or rename the one of this identifier; whether it is new."""
    return _save(db, agencies, asdict(agency))


def list_agencies(db: Connection) -> list[Agency]:
    """Every agency, by identifier."""
    rows = db.execute(select(agencies).order_by(agencies.c.id))
    return [Agency(**row._mapping) for row in rows]


def get_agency(db: Connection, agency_id: str) -> Agency | None:
    """The agency, or None."""
    row = db.execute(select(agencies).where(agencies.c.id == agency_id)).first()
    return Agency(**row._mapping) if row else None


def save_formation(db: Connection, formation: Formation) -> bool:
    """Insert the formation, or replace the one of this identifier; whether it is new."""
    return _save(db, formations, asdict(formation))


def list_formations(db: Connection, agency: str | None = None) -> list[Formation]:
    """Formations, of one agency or of all, by agency and identifier."""
    query = select(formations).order_by(formations.c.agency, formations.c.id)
    if agency is not None:
        query = query.where(formations.c.agency == agency)
    return [Formation(**row._mapping) for row in db.execute(query)]


def get_formation(db: Connection, formation_id: str) -> Formation | None:
    """The formation, or None; an enrolment's formation may be its identifier."""
    row = db.execute(select(formations).where(formations.c.id == formation_id)).first()
    return Formation(**row._mapping) if row else None


def _save(db: Connection, table: Table, values: dict[str, object]) -> bool:
    known = update(table).where(table.c.id == values["id"]).values(**values)
    if db.execute(known).rowcount:
        return False
    db.execute(insert(table).values(**values))
    return True
