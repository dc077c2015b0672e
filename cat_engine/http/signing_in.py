"""Logging in and out over HTTP: what forms and API share."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from flask import Response, g, request

from cat_engine.accounts import login as door
from cat_engine.accounts import second_step
from cat_engine.accounts.access import Act, Target, may
from cat_engine.accounts.login import HalfLogin, SignedIn, TooManyTries, WrongLogin
from cat_engine.accounts.second_step import WrongCode
from cat_engine.accounts.user import Login, Need, Role
from cat_engine.http import exams, fields, pinned
from cat_engine.http.errors import Problem
from cat_engine.http.pages import current_login
from cat_engine.visitor import limited_as
from exam_sessions.commands import UsePin
from exam_sessions.refused import Refused

if TYPE_CHECKING:
    from cat_engine.hall import Hall

_OWN_PAGE = re.compile(r"/(proctor|admin|door)(/[A-Za-z0-9._-]{1,100})?|/workstation")


def candidate(hall: Hall, participant_no: object, pin: object, seat: str = "") -> SignedIn:
    """Sign a candidate in; what is malformed never reaches the check of the PIN.

    `seat` is what the candidate says, for a PIN that was issued at the door; the word of a
    workstation that is pinned to a seat comes before it.
    """
    typed = fields.place("seat", seat) if seat.strip() else ""
    signed_in = door.sign_in_candidate(
        hall,
        fields.participant_no(participant_no),
        fields.pin(pin),
        address=address(),
        open_rooms=exams.open_rooms(hall),
        closed=exams.closed_sessions(hall),
        admit=partial(_admit, hall, typed),
    )
    return _rotate(hall, signed_in)


def _admit(hall: Hall, typed: str, login: Login, pin_no: int) -> None:
    """Let a PIN from the door open, on record, or say where to go instead."""
    exam_session, participant_no = login.exam_session, login.participant_no
    assert hall.engine is not None, "a board process signs nobody in"
    assert exam_session is not None
    assert participant_no is not None
    own = pinned.pinned_seat(hall)
    try:
        live = hall.engine.live(exam_session)
        seated = hall.engine.cell(exam_session, participant_no).sitting.seated
        names = {seated.seat.casefold(), f"{seated.room}-{seated.seat}".casefold()}
        said = (seated.room, seated.seat) if typed.casefold() in names else ("", typed)
        command = UsePin(pin_no, *(own or said), is_pinned=own is not None)
        hall.engine.handle(exam_session, participant_no, command)
    except Refused as refusal:
        if refusal.code not in ("wrong_seat", "pin_used", "pin_replaced", "seat_needed"):
            raise WrongLogin from refusal  # the PIN never reached the journal
        room = next((one.name for one in live.rooms if one.id == seated.room), seated.room)
        raise Problem(refusal.code, room=room, seat=seated.seat) from refusal


def staff(hall: Hall, username: object, password: object) -> SignedIn:
    """Sign a member of staff in, or half in (`SignedIn.need`)."""
    signed_in = door.sign_in_staff(
        hall, fields.username(username), fields.password(password), address=address()
    )
    return _rotate(hall, signed_in)


def staff_at_once(hall: Hall, username: object, password: object, code: object) -> SignedIn:
    """Sign a member of staff in with all they have in one request, as programs do.

    Raises:
        Problem: something is lacking; nobody is signed in then, and its code says what.
    """
    signed_in = door.sign_in_staff(
        hall, fields.username(username), fields.password(password), address=address()
    )
    try:
        if signed_in.need is Need.CODE and code is not None:
            typed = fields.code(code)
            signed_in = second_step.pass_code(
                hall, signed_in.token, signed_in.login, typed, address=address()
            )
    except (Problem, TooManyTries, WrongCode):
        door.drop(hall, signed_in.token)
        raise
    if signed_in.need is not None:
        door.drop(hall, signed_in.token)
        raise Problem(f"{signed_in.need.value}_needed")
    return _rotate(hall, signed_in)


def continue_with(signed_in: SignedIn) -> SignedIn:
    """Let the rest of this request be of the login that has just begun."""
    g.login = None if signed_in.need is not None else signed_in.login
    return signed_in


def current_half(hall: Hall) -> HalfLogin | None:
    """Give who is half signed in; None for the public and for whoever is wholly signed in."""
    if current_login(hall) is not None:
        return None
    return door.half_of(hall, request.environ)


def page_of(need: Need) -> str:
    """Give the page where somebody gives what their login lacks."""
    return "/staff/code" if need is Need.CODE else "/staff/account"


def put_cookie(hall: Hall, response: Response, signed_in: SignedIn) -> Response:
    """Give the browser its login."""
    response.set_cookie(
        door.cookie_name(hall),
        signed_in.token,
        max_age=hall.config.server.login_hours * 3600,
        httponly=True,
        samesite="Strict",
        secure=hall.config.server.cookie_secure,
    )
    return response


def sign_out(hall: Hall, response: Response) -> Response:
    """End the login here and in the browser; an exam page's outbox stays: it may hold answers."""
    door.sign_out(hall, request.environ)
    g.login = None
    # Not "storage": the outbox may hold responses that have not arrived.
    response.headers["Clear-Site-Data"] = '"cache"'
    response.delete_cookie(
        door.cookie_name(hall),
        httponly=True,
        samesite="Strict",
        secure=hall.config.server.cookie_secure,
    )
    return response


def require(hall: Hall, act: Act, target: Target = None) -> Login:
    """Give who asks, if they may do this; the problem that says why not otherwise."""
    login = require_login(hall)
    if not may(login, act, target):
        raise Problem("forbidden")
    return login


def require_login(hall: Hall) -> Login:
    """Give who asks, or the problem that they are not signed in."""
    login = current_login(hall)
    if login is None:
        raise Problem("not_signed_in")
    return login


def home_of(login: Login) -> str:
    """Give the page where this person's work begins."""
    return {
        Role.CANDIDATE: "/exam",
        Role.PROCTOR: "/proctor",
        Role.ADMINISTRATOR: "/admin",
        Role.AUTHOR: "/bank",
        Role.REVIEWER: "/bank",
    }.get(login.role, "/")


def is_own_page(asked: str) -> bool:
    """Say whether a login may lead on to this address: to our own pages of staff alone."""
    return _OWN_PAGE.fullmatch(asked) is not None


def landing(login: Login, asked: str) -> str:
    """Give the page that a login leads to."""
    return asked if is_own_page(asked) else home_of(login)


def _rotate(hall: Hall, signed_in: SignedIn) -> SignedIn:
    """End the login the browser came with: a login never outlives the next one."""
    door.sign_out(hall, request.environ)
    return continue_with(signed_in)


def address() -> str:
    """Give whom the failures of this request are counted against."""
    return limited_as(request.remote_addr or "")
