"""Checking somebody in: the draw of the seat, its form, the PIN, and the entries of all three."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from exam_sessions import door_store, events, form_draws
from exam_sessions.closing import check_arrivals, check_door
from exam_sessions.decide_acts import Signed
from exam_sessions.decide_door import (
    arrival_of,
    check_arrival,
    checked_in,
    choices_for,
    decide_door,
)
from exam_sessions.decide_pin import AT_CHECK_IN
from exam_sessions.door_commands import CheckIn, DoorCommand
from exam_sessions.engine import Engine
from exam_sessions.ground import Ground
from exam_sessions.journal import Draft
from exam_sessions.live_session import LiveSession, seated
from exam_sessions.refused import Refused
from exam_sessions.sitting import Sitting
from question_bank.form import form_from_json
from question_bank.seat_draw import Arrival, Dealt, Seat, chosen, draw_seat

Settled = tuple[Sequence[Draft], Mapping[str, Ground]]


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody gets: the seats dealt, the form of the one chosen, the number of a PIN."""

    dealt: Sequence[Dealt]
    document: str
    pin_no: int


GiveSeat = Callable[[Arrival, Sequence[Seat]], Given]


def check_in(engine: Engine, session_id: str, command: CheckIn, give: GiveSeat) -> Sitting:
    """Put a check-in through the road and return the sitting that it began.

    Check-ins of an exam session stand in one line: each draw depends on the one before.

    Args:
        engine: holds the exam session.
        session_id: of the exam session.
        command: who, by whom, and what the face check said.
        give: draws among the choices, and takes form and PIN out of the store (`give_seat`).

    Raises:
        Refused: with the stable code that says why not; nothing has happened.
    """

    def decide(live: LiveSession, now: int) -> Settled:
        return _decide(live, command, give, now=now, grace_ms=engine.grace_ms)

    engine.settle(session_id, decide)
    return engine.cell(session_id, command.participant_no).sitting


def act_at_door(engine: Engine, session_id: str, command: DoorCommand) -> None:
    """Put a command about the door itself through the road.

    Raises:
        Refused: with the stable code that says why not.
    """

    def decide(live: LiveSession, now: int) -> Settled:
        check_door(live)
        happened = decide_door(live.door, command, now)
        return [Draft(session_id, None, now, event) for event in happened], {}

    engine.settle(session_id, decide)


def give_seat(
    db: Connection, who: Arrival, choices: Sequence[Seat], *, bank: str, pin_hash: str, now: int
) -> Given:
    """Draw a seat; make its form the candidate's and keep the hash of the PIN.

    What is stored here opens nothing and shows nothing until the journal has the check-in.

    Raises:
        Refused: no form lies on the seat.
    """
    key = door_store.get_key(db, who.exam_session)
    assert key is not None, "check-in was opened with one"
    documents = form_draws.documents_elsewhere(db, who.participant_no, who.exam_session, bank)
    had = frozenset().union(*map(_items_of, documents))

    def seen_count(seat: Seat) -> int:
        form = door_store.get_seat_form(db, who.exam_session, seat.key) if had else None
        return len(had & _items_of(form.document)) if form else 0

    dealt = draw_seat(key, who, choices, seen_count)
    form = door_store.get_seat_form(db, who.exam_session, chosen(dealt).key)
    if form is None:
        raise Refused("no_forms")
    form_draws.take_form(db, form, who.participant_no)
    pin_no = door_store.add_pin(db, who.exam_session, who.participant_no, pin_hash, now=now)
    return Given(dealt, form.document, pin_no)


def _decide(
    live: LiveSession, command: CheckIn, give: GiveSeat, *, now: int, grace_ms: int
) -> Settled:
    check_arrivals(live)
    participant_no = command.participant_no
    enrolment = live.enrolments.get(participant_no)
    is_in = participant_no in live.cells
    is_late = check_arrival(live.door, command, enrolment, now, is_in=is_in)
    assert enrolment is not None, "whoever is not enrolled was refused"
    who = arrival_of(live.plan.id, live.door, enrolment)
    taken = [(one.sitting.seated.room, one.sitting.seated.seat) for one in live.cells.values()]
    given = give(who, choices_for(live.door, who, taken))
    form = form_from_json(given.document)
    ground = Ground(live.blueprint, form, live.items, grace_ms, live.late)
    room, seat = chosen(given.dealt).key
    act = command.act
    signed = Signed(act_id=f"{act.act_id}/pin", by=act.by, reason=AT_CHECK_IN, words="")
    happened: tuple[events.SittingEvent, ...] = (
        seated(live.blueprint, replace(enrolment, room=room, seat=seat), ground),
        checked_in(command, who, given.dealt, is_late=is_late),
        events.PinIssued(**signed, pin_no=given.pin_no),
    )
    drafts = [Draft(live.plan.id, participant_no, now, event) for event in happened]
    return drafts, {participant_no: ground}


def _items_of(document: str) -> frozenset[str]:
    form = form_from_json(document)
    return frozenset(slot.item_id for part in form.parts for slot in part.slots)
