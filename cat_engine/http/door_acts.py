"""What staff do with the door itself: open, end, and what takes two people."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from cat_engine.db import writing
from cat_engine.http import fields
from exam_sessions import checking_in, door_store
from exam_sessions.commands import Act
from exam_sessions.door_commands import (
    ConfirmAtDoor,
    DoorCommand,
    EndCheckIn,
    OpenCheckIn,
    ProposeClosing,
    ProposeLate,
    WithdrawAtDoor,
)
from exam_sessions.live_session import LiveSession
from exam_sessions.refused import Refused
from question_bank.seat_draw import Seat, commitment

if TYPE_CHECKING:
    from cat_engine.hall import Hall

ACTS = frozenset({"open", "end", "late", "closing", "confirm", "withdraw"})
FIELDS = ("act", "act_id", "participant_no", "proposal", "minutes", "reason", "words")
REASONS = frozenset({"candidate_request", "technical", "power", "health", "procedure", "other"})
MINUTES_LIMIT = 600
MS_PER_MINUTE = 60_000
KEY_BYTES = 32


def carry_out(hall: Hall, live: LiveSession, given: fields.Fields, *, by: str) -> str:
    """Carry an act out and give its name.

    Raises:
        Problem, Refused: with the stable code that says why not.
    """
    act = fields.one_of("act", given["act"], ACTS)
    command: DoorCommand
    if act == "open":
        command = _open(hall, live, by)
    elif act == "end":
        command = _end(hall, live, by)
    else:
        command = _of_two(hall, live, act, given, by=by)
    assert hall.engine is not None, "the door has an engine"
    checking_in.act_at_door(hall.engine, live.plan.id, command)
    return act


def _of_two(
    hall: Hall, live: LiveSession, name: str, given: fields.Fields, *, by: str
) -> DoorCommand:
    act_id = fields.identifier("act_id", given["act_id"])
    if name in ("confirm", "withdraw"):
        proposal = fields.identifier("proposal", given["proposal"])
        act = Act(act_id, by, "procedure")
        if name == "confirm":
            return ConfirmAtDoor(act, proposal)
        return WithdrawAtDoor(act, proposal)
    reason = fields.one_of("reason", given["reason"], REASONS)
    act = Act(act_id, by, reason, fields.words(given["words"]))
    if name == "late":
        number = fields.participant_no(given["participant_no"])
        if number not in live.enrolments:
            raise Refused("not_enrolled")
        return ProposeLate(act, number)
    minutes = fields.counter("minutes", given["minutes"], limit=MINUTES_LIMIT)
    start = max(hall.clock(), live.door.closes_at)
    return ProposeClosing(act, start + minutes * MS_PER_MINUTE)


def _open(hall: Hall, live: LiveSession, by: str) -> OpenCheckIn:
    seats, key = hall.run_blocking(_prepare, hall, live.plan.id)
    before_ms = hall.config.check_in.closes_before_start_min * MS_PER_MINUTE
    return OpenCheckIn(
        by,
        commitment(key),
        live.plan.starts_at - before_ms,
        tuple((s.room, s.name, s.row, s.column, int(s.is_accessible)) for s in seats),
    )


def _end(hall: Hall, live: LiveSession, by: str) -> EndCheckIn:
    return EndCheckIn(by, hall.run_blocking(_key, hall, live.plan.id))


def _prepare(hall: Hall, session_id: str) -> tuple[list[Seat], str]:
    """The seats on which a form lies, and the key of the draw, which is made once."""
    with writing(hall.database).begin() as db:
        forms = door_store.get_seat_forms(db, session_id)
        seats = [seat for seat in door_store.list_seats(db, session_id) if seat.key in forms]
        if not seats:
            raise Refused("no_forms")
        return seats, door_store.keep_key(db, session_id, secrets.token_hex(KEY_BYTES))


def _key(hall: Hall, session_id: str) -> str:
    with writing(hall.database).begin() as db:
        return door_store.get_key(db, session_id) or ""
