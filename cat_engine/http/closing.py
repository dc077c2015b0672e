"""The end of an exam session: what must be settled, who closes it, the room made ready again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, jsonify, request

from cat_engine.accounts.access import Act, Place
from cat_engine.accounts.user import Login
from cat_engine.http import exams, fields, pages, signing_in
from cat_engine.http.errors import STATUS_OF_CODE, Problem, message
from cat_engine.http.proctor import to_staff_login
from exam_sessions.closing import unsettled_in
from exam_sessions.commands import CloseSession, OpenRoom, WithdrawClosing
from exam_sessions.decide import Refused
from exam_sessions.exam_session import BOARD_FINAL
from exam_sessions.live_session import LiveSession

if TYPE_CHECKING:
    from cat_engine.hall import Hall

CLOSE, WITHDRAW = "close", "withdraw"
ACTS = frozenset({CLOSE, WITHDRAW})


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
        enter(hall, exam_session)
        given = fields.form_fields("act", "reason", "proposed_by")
        try:
            carry_out(hall, exam_session, {**given, "act": given["act"] or CLOSE})
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


def handlers(hall: Hall) -> dict[str, Callable[..., Response]]:
    """Give the handlers of the API's routes about the closing: the same road as the page."""

    def closing(exam_session: str) -> Response:
        _login, live = enter(hall, exam_session)
        return jsonify(_described(live))

    def act_on_closing(exam_session: str) -> Response:
        _login, live = enter(hall, exam_session)
        given = fields.json_fields("act", "reason", optional=("proposed_by",))
        carry_out(hall, exam_session, given)
        return jsonify(_described(live))

    return {"closing": closing, "act_on_closing": act_on_closing}


def enter(hall: Hall, exam_session: str) -> tuple[Login, LiveSession]:
    """Give who is here, and the exam session, to staff who look after one of its rooms."""
    login = signing_in.require(hall, Act.WATCH_ROOM, Place(exam_session))
    return login, _live(hall, exam_session)


def carry_out(hall: Hall, exam_session: str, given: Mapping[str, Any]) -> None:
    """Propose the closing, close, or take a proposed closing back.

    Whoever may close may withdraw: the proposer, or the second person in place of closing.

    Raises:
        Problem, Refused: with the stable code that says why not.
    """
    login, live = enter(hall, exam_session)
    act = fields.one_of("act", given["act"], ACTS)
    proposed = live.state.closing
    if act == CLOSE and proposed is None:  # the first of the two is an administrator
        signing_in.require(hall, Act.MANAGE_BOARD, Place(exam_session))
    reason = fields.words(given["reason"])
    if act == CLOSE:
        exams.handle_hall(hall, exam_session, CloseSession(exam_session, login.user, reason))
        return
    meant = given.get("proposed_by") or (proposed.by if proposed else login.user)
    command = WithdrawClosing(exam_session, login.user, reason, fields.username(meant))
    exams.handle_hall(hall, exam_session, command)


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


def _described(live: LiveSession) -> dict[str, Any]:
    """The closing as the API gives it."""
    closing, closed = live.state.closing, live.state.closed
    return {
        "id": live.plan.id,
        "is_closed": live.state.is_closed,
        "open": {check.name: check.count for check in before_closing(live) if not check.is_done},
        "proposed": {"by": closing.by, "reason": closing.reason} if closing else None,
        "closed": {
            "by": closed.by,
            "proposed_by": closed.proposed_by,
            "reason": closed.reason,
            "head_position": closed.head_position,
            "head_hash": closed.head_hash,
        }
        if closed
        else None,
    }


def _live(hall: Hall, exam_session: str) -> LiveSession:
    exams.find_exam_session(hall, exam_session)
    return exams.live_session(hall, exam_session)


def _page(hall: Hall, exam_session: str, refusal: Problem | Refused | None = None) -> Response:
    login, live = enter(hall, exam_session)
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
        withdraws=refusal is not None and request.form.get("act") == WITHDRAW,
        typed_reason=request.form.get("reason", "")[: fields.WORDS_LIMIT] if refusal else "",
    )
