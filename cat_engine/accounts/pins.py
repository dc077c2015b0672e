"""Which of somebody's exam sessions a PIN may open: PINs of the roster, and those of the door."""

from __future__ import annotations

from collections.abc import Mapping

from cat_engine.accounts import passwords
from exam_sessions.store import Enrolment

OpenRooms = Mapping[tuple[str, str], int]
PIN_LIMIT = 5
"""PINs of one person that are tried, the newest first: an old one is told from a wrong one."""


def matching_pins(
    enrolments: list[Enrolment], issued: Mapping[str, list[tuple[int, str]]], pin: str
) -> list[tuple[Enrolment, int]]:
    """The places that a PIN may open, with its number; 0: it came with the roster."""
    hashes = [
        (one, number, pin_hash)
        for one in enrolments
        for number, pin_hash in (
            issued.get(one.exam_session, ())[:PIN_LIMIT] or [(0, one.pin_hash)]
        )
        if pin_hash
    ]
    if not hashes:
        passwords.verify_nobody(pin, is_pin=True)
    return [(one, no) for one, no, pin_hash in hashes if passwords.verify(pin_hash, pin)]


def preference(enrolment: Enrolment, open_rooms: OpenRooms) -> tuple[int, str]:
    """Prefer the enrolment whose room is open, and of those the latest exam session.

    Where seats are drawn the roster need not name a room: then any open one counts.
    """
    starts = [
        starts_at
        for (exam_session, room), starts_at in open_rooms.items()
        if exam_session == enrolment.exam_session and enrolment.room in ("", room)
    ]
    return max(starts, default=-1), enrolment.exam_session
