"""Standing profiles of accommodation: they follow a person from exam session to exam session.

A profile is never changed; a new revision is recorded, and the greatest holds from then on.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, func, insert, select

from exam_sessions.accommodation import DISABILITIES, Accommodation
from exam_sessions.plan_tables import accommodation_profiles

READ_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Profile:
    """One revision of what a person is given, where it came from and who confirmed it.

    `person` is a stable identifier of the person, or their participant number where there is none.
    """

    person: str
    revision: int
    disability: str
    text_size: str
    contrast: str
    timer: str
    break_minutes: int
    source: str
    confirmed_by: str
    recorded_at: int

    def __post_init__(self) -> None:
        assert self.disability in DISABILITIES
        assert self.revision > 0

    @property
    def accommodation(self) -> Accommodation:
        """What of it applies in an exam session, beside the extra time of the disability."""
        return Accommodation(
            self.text_size, self.contrast, self.timer, self.break_minutes, self.revision
        )


def record_profile(db: Connection, profile: Profile) -> None:
    """Store the next revision of a person's profile; the database refuses a revision twice."""
    db.execute(insert(accommodation_profiles).values(**asdict(profile)))


def next_revision(db: Connection, person: str) -> int:
    """The revision that the person's next profile gets, from 1."""
    table = accommodation_profiles.c
    found = db.execute(select(func.max(table.revision)).where(table.person == person)).scalar()
    return (found or 0) + 1


def count_revisions(db: Connection) -> int:
    """How many revisions there are of all profiles; the number never falls."""
    return db.scalar(select(func.count()).select_from(accommodation_profiles)) or 0


def history_of(db: Connection, person: str) -> list[Profile]:
    """Every revision of a person's profile, the one that holds first."""
    table = accommodation_profiles
    rows = db.execute(
        select(table).where(table.c.person == person).order_by(table.c.revision.desc())
    )
    return [Profile(**row._mapping) for row in rows]


def newest_profiles(db: Connection, persons: Iterable[str]) -> dict[str, Profile]:
    """The profile that holds, for each of these persons who has one."""
    found: dict[str, Profile] = {}
    wanted = sorted(set(persons))
    table = accommodation_profiles
    for start in range(0, len(wanted), READ_LIMIT):
        rows = db.execute(
            select(table)
            .where(table.c.person.in_(wanted[start : start + READ_LIMIT]))
            .order_by(table.c.person, table.c.revision)
        )
        found.update({row.person: Profile(**row._mapping) for row in rows})
    return found


def list_profiles(db: Connection) -> list[Profile]:
    """The profile that holds, of everybody who has one, by person."""
    table = accommodation_profiles
    rows = db.execute(select(table).order_by(table.c.person, table.c.revision))
    newest = {row.person: Profile(**row._mapping) for row in rows}
    return list(newest.values())
