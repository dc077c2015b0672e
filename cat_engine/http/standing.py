"""Looking up what stands before exams, and recording profiles: once, for pages and API alike."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection

from cat_engine import late_profiles
from cat_engine.accounts.access import Act
from cat_engine.http import planner, signing_in
from cat_engine.http.errors import Problem
from cat_engine.preparation import entries, planning
from exam_sessions import administration, agencies, profile_reach, profiles, sites
from exam_sessions.agencies import Agency, Formation
from exam_sessions.profile_reach import Place
from exam_sessions.profiles import Profile
from exam_sessions.sites import Site, SiteRoom

if TYPE_CHECKING:
    from cat_engine.hall import Hall

PERSON_LIMIT = 60

Thing = TypeVar("Thing")


def named(identifier: str) -> str:
    """An identifier of an address that something may have; else there is no such thing."""
    if not identifier.isprintable():
        raise Problem("not_found")
    return identifier


def find_agency(hall: Hall, agency_id: str) -> tuple[Agency, list[Formation]]:
    """An agency with its formations, or the problem "not found"."""

    def look(db: Connection) -> tuple[Agency, list[Formation]] | None:
        found = agencies.get_agency(db, named(agency_id))
        return (found, agencies.list_formations(db, agency_id)) if found else None

    return _found(planner.read(hall, look))


def find_formation(hall: Hall, formation_id: str) -> Formation:
    """A formation, or the problem "not found"."""
    return _found(planner.read(hall, lambda db: agencies.get_formation(db, named(formation_id))))


def find_site(hall: Hall, site_id: str) -> tuple[Site, list[SiteRoom]]:
    """A site with its rooms, or the problem "not found"."""

    def look(db: Connection) -> tuple[Site, list[SiteRoom]] | None:
        found = sites.get_site(db, named(site_id))
        return (found, sites.list_site_rooms(db, site_id)) if found else None

    return _found(planner.read(hall, look))


def find_room(hall: Hall, site_id: str, room_id: str) -> SiteRoom:
    """A room of a site, or the problem "not found"."""
    where = named(site_id), named(room_id)
    return _found(planner.read(hall, lambda db: sites.get_site_room(db, *where)))


def list_profiles(hall: Hall) -> list[Profile]:
    """The profile that holds, of everybody who has one."""
    return planner.read(hall, profiles.list_profiles)


def profile_of(hall: Hall, person: str) -> tuple[list[Profile], list[Place]]:
    """Every revision of a person's profile, the newest first, and their places in exam sessions.

    Raises:
        Problem: nobody can be called so.
    """
    if len(person) > PERSON_LIMIT or not person.isprintable():
        raise Problem("bad_field", field="person")
    return planner.read(
        hall, lambda db: (profiles.history_of(db, person), profile_reach.places_of(db, person))
    )


def record_profile(hall: Hall, given: dict[str, str]) -> tuple[Profile, list[Place]]:
    """Record the next revision of a profile and let it apply to whoever has not begun.

    Raises:
        Faulty: with every mistake; nothing was stored.
    """
    signed = planner.signature(hall, signing_in.require(hall, Act.PLAN_EXAMS))
    read = entries.read_profile(given, revision=1, recorded_at=signed.now)

    def keep(db: Connection) -> tuple[Profile, list[Place]]:
        profile = replace(read, revision=profiles.next_revision(db, read.person))
        return profile, planning.keep_profile(db, profile, signed)

    profile, places = planner.write(hall, keep)
    late_profiles.take_up(hall, [one.exam_session for one in places])
    return profile, places


def newest_acts(
    hall: Hall, *, limit: int = 100, before: int | None = None
) -> list[administration.AdministrationAct]:
    """What administrators did, the latest first."""
    return planner.read(hall, lambda db: administration.read_newest(db, limit=limit, before=before))


def _found(thing: Thing | None) -> Thing:
    if thing is None:
        raise Problem("not_found")
    return thing
