"""New PINs in place of those on paper: the printer jammed, a slip was lost or seen.

A PIN is kept as a hash alone, so nothing can print one again. A new one is made, the one before
opens nothing any more, and who did it and why is on record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection

from cat_engine.accounts import passwords
from cat_engine.accounts.user import Login
from cat_engine.http import exams, planner
from cat_engine.http.errors import Problem
from cat_engine.preparation import planning, roster
from exam_sessions import journal, store
from exam_sessions.refused import Refused
from exam_sessions.store import Enrolment

if TYPE_CHECKING:
    from cat_engine.hall import Hall

Slip = dict[str, str]


def replace_pins(
    hall: Hall, login: Login, plan: store.SessionPlan, *, participant_no: str, reason: str
) -> list[Slip]:
    """Make new PINs for one person, or with "" for everybody who has not come in yet.

    Returns:
        The slips; nobody can show them again.

    Raises:
        Problem: there is no such person.
        Refused: PINs of this session come from the door, it is closed, or nobody is left.
    """
    if plan.seats_drawn:
        raise Refused("pins_at_door")
    signed = planner.signature(hall, login)

    def look(db: Connection) -> list[Enrolment]:
        if journal.has_entry(db, plan.id, None, "SessionClosed"):
            raise Refused("session_closed")
        enrolled = store.list_enrolments(db, plan.id)
        if participant_no:
            return [one for one in enrolled if one.participant_no == participant_no]
        came = journal.with_entry(db, plan.id, "Attached")
        return [one for one in enrolled if one.participant_no not in came]

    people = planner.read(hall, look)
    if not people:
        raise Problem("not_found") if participant_no else Refused("nobody_left")

    def hash_all() -> list[tuple[Enrolment, str, str]]:
        pins = [roster.make_pin() for _ in people]
        return [(one, pin, passwords.hash_pin(pin)) for one, pin in zip(people, pins, strict=True)]

    made: list[tuple[Enrolment, str, str]] = hall.run_blocking(hash_all)
    hashes = {one.participant_no: pin_hash for one, _, pin_hash in made}

    def keep(db: Connection) -> list[Enrolment]:
        planning.replace_pins(db, plan.id, hashes, signed, reason=reason)
        return store.list_enrolments(db, plan.id)

    exams.take_enrolled(hall, plan.id, planner.write(hall, keep))
    return [roster.slip_of(one, pin) for one, pin, _ in made]
