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
from exam_sessions import store
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
    signed = planner.signature(hall, login)
    people = planner.read(hall, lambda db: planning.who_gets_pins(db, plan, participant_no))
    if not people:
        raise Problem("not_found")

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
