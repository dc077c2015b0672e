"""The door: who comes is found by a scan, checked in with one key, and goes on with seat and PIN.

Server-drawn and complete without script: a scanner types a number and Enter into the field that has
the focus; the page shows the person with the focus on "check in"; Enter again gives seat and PIN,
with the focus back in the field for the next one. A PIN is on the page that answers, and nowhere
else.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, jsonify, request

from cat_engine.accounts import passwords
from cat_engine.accounts.access import Act, Place
from cat_engine.db import reading, writing
from cat_engine.face_check import FaceCheck, make_face_check
from cat_engine.http import assets, door_acts, door_state, fields, pages, signing_in
from cat_engine.http.door_state import EXPECTED, FILTERS, Visitor, find_visitor, live_of
from cat_engine.http.downloads import pdf_response
from cat_engine.http.errors import REFUSED_STATUS, STATUS_OF_CODE, Problem, message
from cat_engine.http.proctor import to_staff_login
from exam_sessions import checking_in, commands, door_store
from exam_sessions.commands import Act as SignedAct
from exam_sessions.decide_pin import AT_CHECK_IN
from exam_sessions.door_commands import SURE, CheckIn, Face
from exam_sessions.live_session import LiveSession
from exam_sessions.refused import Refused
from question_bank.seat_draw import Arrival, Seat

if TYPE_CHECKING:
    from cat_engine.hall import Hall
    from exam_sessions.engine import Engine

REMEMBERED_FACES = 5_000
CAMERA = "camera=(self), microphone=(), geolocation=(), display-capture=(), usb=(), payment=()"


@dataclass(frozen=True, slots=True)
class Issued:
    """A PIN that has just been made, for the one page that shows it."""

    visitor: Visitor
    pin: str
    is_new: bool


def make_blueprint(hall: Hall) -> Blueprint:
    """Give /door/<exam_session> with check-in, PINs, acts, list and slips."""
    blueprint = Blueprint("door", __name__)
    desk = Desk(hall)

    @blueprint.get("/door/<exam_session>")
    def door(exam_session: str) -> Response:
        if pages.current_login(hall) is None:
            return to_staff_login(f"/door/{exam_session}")
        live = desk.enter(exam_session)
        return desk.page(live, request.args.get("no", ""))

    @blueprint.post("/door/<exam_session>/check-in")
    def check_in(exam_session: str) -> Response:
        live = desk.enter(exam_session)
        given = fields.form_fields("participant_no", "act_id", "by_eye")
        return desk.answer(live, given["participant_no"], partial(desk.check_in, live, given))

    @blueprint.post("/door/<exam_session>/pin")
    def new_pin(exam_session: str) -> Response:
        live = desk.enter(exam_session)
        given = fields.form_fields("participant_no", "act_id", "words")
        return desk.answer(live, given["participant_no"], partial(desk.reissue, live, given))

    @blueprint.post("/door/<exam_session>/acts")
    def act(exam_session: str) -> Response:
        live = desk.enter(exam_session)
        given = fields.form_fields(*door_acts.FIELDS)

        def carry_out() -> Response:
            done = door_acts.carry_out(hall, live, given, by=desk.user())
            return pages.redirect_to(f"/door/{live.plan.id}?done={done}")

        return desk.answer(live, given["participant_no"], carry_out)

    _add_papers(hall, blueprint, desk)
    return blueprint


def _add_papers(hall: Hall, blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/door/<exam_session>/counts")
    def counts(exam_session: str) -> Response:
        return jsonify(door_state.counts_of(desk.enter(exam_session), hall.clock()))

    @blueprint.get("/door/<exam_session>/list")
    def door_list(exam_session: str) -> Response:
        live = desk.enter(exam_session)
        chosen = request.args.get("show", "all")
        shown = chosen if chosen in FILTERS else "all"
        return pages.render(
            hall,
            "door_list.html",
            people=door_state.everybody(live, shown),
            shown=shown,
            filters=FILTERS,
            **desk.common(live),
        )

    @blueprint.get("/door/<exam_session>/list.pdf")
    def door_list_file(exam_session: str) -> Response:
        from cat_engine.papers.door_list import Line, door_list_pdf  # noqa: PLC0415 - large

        live = desk.enter(exam_session)
        people = [
            Line(
                one.participant_no,
                one.name,
                one.formation,
                one.status,
                f"{one.room}-{one.seat}" if one.seat else "",
                one.checked_in_at,
            )
            for one in door_state.everybody(live, "all")
        ]
        language = pages.language_of_request(hall)
        zone = hall.config.language.time_zone
        made = partial(door_list_pdf, live, people, language, zone=zone, made_at=hall.clock())
        return pdf_response(hall.run_blocking(made), f"door-{exam_session}")

    @blueprint.post("/door/<exam_session>/slip.pdf")
    def slip_file(exam_session: str) -> Response:
        from cat_engine.papers.slips import Slip, slips_pdf  # noqa: PLC0415 - large

        live = desk.enter(exam_session)
        given = fields.form_fields("participant_no", "pin")
        number, pin = fields.participant_no(given["participant_no"]), fields.pin(given["pin"])
        visitor = find_visitor(hall, live, number)
        if not hall.run_blocking(_is_its_pin, hall, live.plan.id, visitor, pin):
            raise Problem("not_found")
        title = f"{live.exam.title}, {live.plan.title}"
        slip = Slip(title, number, visitor.name, visitor.room, visitor.seat, pin)
        language = pages.language_of_request(hall)
        content = hall.run_blocking(partial(slips_pdf, [slip], language, made_at=hall.clock()))
        return pdf_response(content, f"slip-{number}")


class Desk:
    """What all routes of the door share: the adapter, and what it said while a person decides."""

    def __init__(self, hall: Hall) -> None:
        """Stand ready."""
        setting = hall.config.check_in
        self._hall = hall
        self._adapter: FaceCheck = make_face_check(setting.face_check, setting.face_timeout_s)
        self._faces = hall.faces

    def enter(self, exam_session: str) -> LiveSession:
        """Give the exam session, to staff who may check people in."""
        signing_in.require(self._hall, Act.CHECK_IN, Place(exam_session))
        return live_of(self._hall, exam_session)

    def user(self) -> str:
        """Give who acts."""
        return signing_in.require_login(self._hall).user

    def answer(self, live: LiveSession, number: str, work: Any) -> Response:
        """Give what the work gives, or the page with the sentence that says why not."""
        try:
            result = work()
        except (Problem, Refused) as refusal:
            return self.page(live, number, refusal=refusal)
        return self.page(live, "", issued=result) if isinstance(result, Issued) else result

    def check_in(self, live: LiveSession, given: fields.Fields) -> Issued:
        """Check somebody in; raises Refused."""
        hall, session_id = self._hall, live.plan.id
        number = fields.participant_no(given["participant_no"])
        is_by_eye = bool(given["by_eye"])
        if find_visitor(hall, live, number).status != EXPECTED:
            raise Refused("checked_in_already" if number in live.cells else "not_enrolled")
        face = self._face(session_id, number, is_by_eye=is_by_eye)
        pin, pin_hash = hall.run_blocking(make_pin)
        act = SignedAct(fields.identifier("act_id", given["act_id"]), self.user(), AT_CHECK_IN)
        command = CheckIn(act, number, face, is_by_eye)
        give = partial(self._give, live.exam.bank, pin_hash)
        checking_in.check_in(self._engine(), session_id, command, give)
        self._faces.pop((session_id, number), None)
        return Issued(find_visitor(hall, live, number), pin, is_new=True)

    def reissue(self, live: LiveSession, given: fields.Fields) -> Issued:
        """Replace a PIN; raises Refused."""
        hall, session_id = self._hall, live.plan.id
        number = fields.participant_no(given["participant_no"])
        words = fields.words(given["words"])
        act_id = fields.identifier("act_id", given["act_id"])
        if number not in live.cells:
            raise Refused("not_checked_in")
        pin, pin_hash = hall.run_blocking(make_pin)
        pin_no = hall.run_blocking(_keep_pin, hall, session_id, number, pin_hash)
        act = SignedAct(act_id, self.user(), "other", words)
        after = self._engine().handle(session_id, number, commands.IssuePin(act, pin_no))
        if after.entrance.pin_no != pin_no:  # this form was sent twice
            raise Refused("pin_replaced")
        return Issued(find_visitor(hall, live, number), pin, is_new=False)

    def face_of(self, live: LiveSession, number: str) -> Face | None:
        """Give what the adapter said of somebody for whom a person has to decide."""
        face = self._faces.get((live.plan.id, number))
        return face if face and face.decision not in SURE else None

    def page(
        self,
        live: LiveSession,
        number: str,
        *,
        issued: Issued | None = None,
        refusal: Problem | Refused | None = None,
    ) -> Response:
        """Draw the door with whoever was scanned."""
        hall = self._hall
        visitor = None
        try:
            typed = fields.participant_no(number) if number.strip() else ""
            visitor = find_visitor(hall, live, typed) if typed else None
        except Problem as problem:
            refusal = refusal or problem
        face = self.face_of(live, visitor.participant_no) if visitor else None
        status, sentence = 200, ""
        if refusal is not None:
            values = refusal.values if isinstance(refusal, Problem) else {}
            status = STATUS_OF_CODE.get(refusal.code, REFUSED_STATUS)
            sentence = message(refusal.code, pages.language_of_request(hall), **values)
        done = request.args.get("done", "")
        response = pages.render(
            hall,
            "door.html",
            status=status,
            visitor=visitor,
            issued=issued,
            face=face,
            message=sentence,
            done=done if done in door_acts.ACTS else "",
            act_id=secrets.token_hex(8),
            tags=assets.asset_tags("door"),
            **self.common(live),
        )
        response.headers["Permissions-Policy"] = CAMERA
        return response

    def common(self, live: LiveSession) -> dict[str, Any]:
        """Give what door and list both show."""
        now = self._hall.clock()
        return {
            "plan": live.plan,
            "exam_title": live.exam.title,
            "door": live.door,
            "counts": door_state.counts_of(live, now),
            "is_closed": live.door.is_opened and live.door.is_closed(now),
            "room_names": door_state.room_names(live),
            "people_names": {
                one.participant_no: live.enrolments[one.participant_no].name
                for one in live.door.proposals.values()
                if one.participant_no in live.enrolments
            },
        }

    def _face(self, session_id: str, number: str, *, is_by_eye: bool) -> Face:
        """What the adapter says, or said before a person was asked to decide."""
        key = (session_id, number)
        if is_by_eye and key in self._faces:
            return self._faces[key]
        face: Face = self._hall.run_blocking(self._adapter.check, session_id, number)
        self._faces[key] = face
        while len(self._faces) > REMEMBERED_FACES:
            self._faces.popitem(last=False)
        return face

    def _give(
        self, bank: str, pin_hash: str, who: Arrival, choices: list[Seat]
    ) -> checking_in.Given:
        given: checking_in.Given = self._hall.run_blocking(
            _give_seat, self._hall, who, choices, (bank, pin_hash)
        )
        return given

    def _engine(self) -> Engine:
        engine = self._hall.engine
        assert engine is not None, "the door has an engine"
        return engine


def make_pin() -> tuple[str, str]:
    """Give a new PIN and its hash."""
    pin = passwords.new_pin()
    return pin, passwords.hash_pin(pin)


def _give_seat(
    hall: Hall, who: Arrival, choices: list[Seat], given: tuple[str, str]
) -> checking_in.Given:
    bank, pin_hash = given
    with writing(hall.database).begin() as db:
        return checking_in.give_seat(
            db, who, choices, bank=bank, pin_hash=pin_hash, now=hall.clock()
        )


def _keep_pin(hall: Hall, session_id: str, number: str, pin_hash: str) -> int:
    with writing(hall.database).begin() as db:
        return door_store.add_pin(db, session_id, number, pin_hash, now=hall.clock())


def _is_its_pin(hall: Hall, session_id: str, visitor: Visitor, pin: str) -> bool:
    with reading(hall.database).connect() as db:
        issued = door_store.list_pins(db, visitor.participant_no, [session_id])
    hashes = dict(issued.get(session_id, ()))
    return passwords.verify(hashes.get(visitor.pin_no, ""), pin)
