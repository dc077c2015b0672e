"""What is printed before the day: a card for everybody enrolled, a label for every seat."""

from sqlalchemy import Connection

from cat_engine.hints import no_session
from cat_engine.i18n import Language, instant
from cat_engine.papers import slips
from cat_engine.papers.cards import Card
from cat_engine.papers.slips import Slip
from exam_sessions import door_store, sites, store


class NoSession(Exception):
    """There is no such exam session."""

    code = "no_session"


def cards_of(
    db: Connection, exam_session: str, language: Language, zone: str
) -> tuple[list[Card], bool]:
    """Everybody's card, by participant number; and whether seats are drawn at check-in."""
    plan = _plan(db, exam_session)
    exam = store.get_exam(db, plan.exam)
    assert exam is not None, "the foreign key holds"
    places = {room.id: _place(db, room) for room in store.list_rooms(db, exam_session)}
    anywhere = "; ".join(dict.fromkeys(places.values()))
    starts = instant(plan.starts_at, language, zone)
    cards = [
        Card(
            exam_title=exam.title,
            session_title=plan.title,
            starts=f"{plan.title}, {starts}",
            place=places.get(one.room, anywhere),
            participant_no=one.participant_no,
            name=one.name,
            formation=one.formation,
        )
        for one in store.list_enrolments(db, exam_session)
    ]
    return cards, plan.seats_drawn


def labels_of(db: Connection, exam_session: str) -> list[Slip]:
    """The labels of an exam session's seats: with who sits there, unless seats are drawn."""
    plan = _plan(db, exam_session)
    if plan.seats_drawn:
        return [
            Slip(plan.title, "", "", seat.room, seat.name)
            for seat in door_store.list_seats(db, exam_session)
        ]
    return slips.labels_of(plan.title, store.list_enrolments(db, exam_session))


def _place(db: Connection, room: store.Room) -> str:
    site = sites.get_site(db, room.site) if room.site else None
    return room.name if site is None else f"{site.name}, {site.address}, {room.name}"


def _plan(db: Connection, exam_session: str) -> store.SessionPlan:
    plan = store.get_session(db, exam_session)
    if plan is None:
        raise NoSession(no_session(exam_session))
    return plan
