"""Whom of the enrolled a profile reaches: everybody of this person who has not begun.

An enrolment holds what applies in its exam session. A profile that is recorded after the roster was
imported changes it until the journal says that the person has begun; the acts on record say where.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from exam_sessions import accommodation, journal, store
from exam_sessions.profiles import Profile, newest_profiles
from exam_sessions.store import Enrolment

REACHED, BEGUN, CLOSED = "reached", "begun", "closed"


@dataclass(frozen=True, slots=True)
class Place:
    """A person's place in an exam session, and what became of a profile there.

    `state` is reached, begun (the clocks stand; more time is a proctor's act) or closed.
    """

    exam_session: str
    participant_no: str
    state: str
    revision: int
    """Of the profile that applies there; 0: none."""
    is_seated: bool = False
    newest: int = 0
    """The person's newest revision; greater than `revision`: it came too late here."""


def places_of(db: Connection, person: str) -> list[Place]:
    """Every place of a person, by exam session."""
    return _with_newest(db, store.find_person(db, person))


def places_in(db: Connection, exam_session: str) -> list[Place]:
    """The places of everybody in an exam session who has a profile, by participant number."""
    return _with_newest(db, store.list_enrolments(db, exam_session))


def reach(db: Connection, profile: Profile, before: Profile | None) -> list[Place]:
    """Let a profile that was just recorded apply to every enrolment that it can reach.

    Args:
        db: the transaction that recorded it.
        profile: the newest revision.
        before: the revision that held until then; a disability that came from it goes with it.

    Returns:
        Every place of the person as it stands now.
    """
    for enrolment in store.find_person(db, profile.person):
        if _place(db, enrolment).state != REACHED:
            continue
        was_given = before.disability if before is not None else ""
        own = "" if enrolment.disability == was_given else enrolment.disability
        changed = replace(
            enrolment,
            disability=profile.disability or own,
            accommodation=accommodation.to_text(profile.accommodation),
        )
        store.change_care(db, changed)
    return places_of(db, profile.person)


def _with_newest(db: Connection, enrolled: Sequence[Enrolment]) -> list[Place]:
    held = newest_profiles(db, (one.person or one.participant_no for one in enrolled))
    found = []
    for one in enrolled:
        profile = held.get(one.person or one.participant_no)
        if profile is not None:
            found.append(replace(_place(db, one), newest=profile.revision))
    return found


def _place(db: Connection, enrolment: Enrolment) -> Place:
    where = (enrolment.exam_session, enrolment.participant_no)
    state = REACHED
    if journal.has_entry(db, enrolment.exam_session, None, "SessionClosed"):
        state = CLOSED
    elif journal.has_entry(db, *where, "PartBegun"):
        state = BEGUN
    given = accommodation.from_text(enrolment.accommodation)
    return Place(*where, state, given.revision, is_seated=journal.has_entry(db, *where, "Seated"))
