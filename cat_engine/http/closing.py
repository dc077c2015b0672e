"""The end of an exam session: what must be settled, who closes it, the room made ready again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from cat_engine.accounts.access import Act, Place
from cat_engine.http import exams, fields, pages, signing_in
from cat_engine.http.errors import STATUS_OF_CODE, Problem, message
from cat_engine.http.proctor import to_staff_login
from exam_sessions.closing import unsettled_in
from exam_sessions.commands import CloseSession, OpenRoom
from exam_sessions.decide import Refused
from exam_sessions.exam_session import BOARD_FINAL
from exam_sessions.live_session import LiveSession

if TYPE_CHECKING:
    from cat_engine.hall import Hall


@dataclass(frozen=True, slots=True)
class Check:
    """A line of a checklist: its text, how much is missing, and where to settle it."""

    name: str
    count: int
    link: str = ""

    @property
    def is_done(self) -> bool:
        """Whether nothing is missing."""
        return self.count == 0


def make_blueprint(hall: Hall) -> Blueprint:
    """Give /closing/<exam_session>: propose, close, and open the rooms of the next session."""
    blueprint = Blueprint("closing", __name__)

    @blueprint.get("/closing/<exam_session>")
    def closing(exam_session: str) -> Response:
        if pages.current_login(hall) is None:
            return to_staff_login(f"/closing/{exam_session}")
        return _page(hall, exam_session)

    @blueprint.post("/closing/<exam_session>")
    def close(exam_session: str) -> Response:
        login = signing_in.require(hall, Act.WATCH_ROOM, Place(exam_session))
        live = _live(hall, exam_session)
        if live.state.closing is None:  # the first of the two is an administrator
            signing_in.require(hall, Act.MANAGE_BOARD, Place(exam_session))
        given = fields.form_fields("reason")
        try:
            reason = fields.words(given["reason"])
            exams.handle_hall(hall, exam_session, CloseSession(exam_session, login.user, reason))
        except (Problem, Refused) as refusal:
            return _page(hall, exam_session, refusal)
        return pages.redirect_to(f"/closing/{exam_session}")

    @blueprint.post("/closing/<exam_session>/next")
    def open_next(exam_session: str) -> Response:
        login = signing_in.require(hall, Act.MANAGE_BOARD, Place(exam_session))
        live = _live(hall, exam_session)
        following = next_session(hall, live)
        if not live.state.is_closed or following is None:
            return _page(hall, exam_session, Refused("not_closed"))
        try:
            for room in sorted(following.state.rooms.keys() & live.state.rooms.keys()):
                exams.handle_hall(hall, following.plan.id, OpenRoom(room, login.user))
        except Refused as refusal:
            return _page(hall, exam_session, refusal)
        return pages.redirect_to(f"/closing/{exam_session}")

    return blueprint


def next_session(hall: Hall, live: LiveSession) -> LiveSession | None:
    """The first session after this one that uses one of its rooms and is not closed."""
    later = [
        other
        for other in exams.live_sessions(hall)
        if other.plan.starts_at > live.plan.starts_at
        and not other.state.is_closed
        and other.state.rooms.keys() & live.state.rooms.keys()
    ]
    return min(later, key=lambda one: (one.plan.starts_at, one.plan.id), default=None)


def before_closing(live: LiveSession) -> list[Check]:
    """What must be settled before an exam session is closed."""
    unsettled = unsettled_in(live)
    console = f"/proctor/{live.plan.id}"
    return [
        Check("ended", unsettled.unfinished_count, console),
        Check("held", unsettled.held_count, console),
        Check("calls", unsettled.call_count, console),
        Check("proposals", unsettled.proposal_count, console),
        Check("door", unsettled.open_door_count, f"/door/{live.plan.id}"),
        Check("board", int(live.state.board_state != BOARD_FINAL), f"/admin/{live.plan.id}"),
    ]


def after_closing(live: LiveSession, following: LiveSession | None) -> list[Check]:
    """What makes the rooms ready for the next session; the closing itself did the first two."""
    checks = [Check("stations", 0), Check("pins", 0)]
    if following is None:
        return checks
    shared = following.state.rooms.keys() & live.state.rooms.keys()
    shut = sum(1 for room in shared if following.state.rooms[room] == "closed")
    return [*checks, Check("people", int(not following.enrolments)), Check("rooms", shut)]


def _live(hall: Hall, exam_session: str) -> LiveSession:
    exams.find_exam_session(hall, exam_session)
    return exams.live_session(hall, exam_session)


def _page(hall: Hall, exam_session: str, refusal: Problem | Refused | None = None) -> Response:
    login = signing_in.require(hall, Act.WATCH_ROOM, Place(exam_session))
    live = _live(hall, exam_session)
    following = next_session(hall, live)
    status, sentence = 200, ""
    if refusal is not None:
        values = refusal.values if isinstance(refusal, Problem) else {}
        status = STATUS_OF_CODE.get(refusal.code, 409)
        sentence = message(refusal.code, pages.language_of_request(hall), **values)
    checks = before_closing(live)
    return pages.render(
        hall,
        "closing.html",
        status=status,
        message=sentence,
        live=live,
        following=following,
        checks=checks,
        ready=after_closing(live, following),
        may_close=all(check.is_done for check in checks),
        is_second=live.state.closing is not None and live.state.closing.by != login.user,
        may_manage=pages.may_now(hall, Act.MANAGE_BOARD, Place(exam_session)),
        typed_reason=request.form.get("reason", "")[: fields.WORDS_LIMIT] if refusal else "",
    )
