"""Bringing the file of a workstation that did not come back: look at every answer, then take it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request
from werkzeug.datastructures import FileStorage

from cat_engine.accounts.access import Act, Place
from cat_engine.http import exams, fields, pages, signing_in
from cat_engine.http.errors import STATUS_OF_CODE, Problem, message
from cat_engine.http.proctor import to_staff_login
from exam_sessions import commands
from exam_sessions.bringing import Fate, bring
from exam_sessions.decide import Refused
from exam_sessions.live_session import Cell
from exam_sessions.outbox_file import SIZE_LIMIT_BYTES, BadOutbox, OutboxFile, open_file

if TYPE_CHECKING:
    from cat_engine.hall import Hall

REASONS = ("technical", "power", "procedure", "other")
"""Why a workstation did not come back."""


def make_blueprint(hall: Hall) -> Blueprint:
    """Give /proctor/<exam_session>/outbox."""
    blueprint = Blueprint("outboxes", __name__)

    @blueprint.get("/proctor/<exam_session>/outbox")
    def choose(exam_session: str) -> Response:
        if pages.current_login(hall) is None:
            return to_staff_login(f"/proctor/{exam_session}/outbox")
        signing_in.require(hall, Act.WATCH_ROOM, Place(exam_session))
        return _page(hall, exam_session)

    @blueprint.post("/proctor/<exam_session>/outbox")
    def bring_file(exam_session: str) -> Response:
        login = signing_in.require(hall, Act.WATCH_ROOM, Place(exam_session))
        exams.find_exam_session(hall, exam_session)
        try:
            text = _text()
            opened = _open(hall, exam_session, text)
            cell = _cell_of(hall, opened)
            command = _command(opened, login.user)
            if request.form.get("confirm"):
                outcome = exams.act(hall, exam_session, opened.participant_no, command)
                if outcome.refused:
                    return _page(
                        hall, exam_session, Refused(outcome.refused[opened.participant_no])
                    )
                return _page(hall, exam_session, opened=opened, cell=cell, is_done=True)
            fates = _fates(hall, cell, command)
        except (Problem, Refused, BadOutbox) as refusal:
            return _page(hall, exam_session, refusal)
        return _page(hall, exam_session, opened=opened, cell=cell, fates=fates, text=text)

    return blueprint


def _text() -> str:
    """The file that was chosen, or the one that was looked at and is now confirmed."""
    chosen = request.files.get("file")
    if isinstance(chosen, FileStorage) and chosen.filename:
        content = chosen.stream.read(SIZE_LIMIT_BYTES + 1)
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadOutbox("outbox_unreadable") from error
    given = request.form.get("content", "")
    if not given:
        raise Problem("missing_field", field="file")
    return given


def _open(hall: Hall, exam_session: str, text: str) -> OutboxFile:
    # A form sends line ends of its own; the file has one, at its end.
    opened: OutboxFile = hall.run_blocking(
        open_file, text.replace("\r\n", "\n"), hall.secret_key, exam_session
    )
    return opened


def _cell_of(hall: Hall, opened: OutboxFile) -> Cell:
    live = exams.live_session(hall, opened.exam_session)
    cell = live.cells.get(opened.participant_no)
    if cell is None:
        raise Refused("unknown_candidate")
    room = cell.sitting.seated.room
    signing_in.require(hall, Act.ACT_ON_ROOM, Place(opened.exam_session, room))
    return cell


def _command(opened: OutboxFile, by: str) -> commands.BringOutbox:
    """The same file is the same act, whoever brings it and however often."""
    reason, words = request.form.get("reason", "technical"), request.form.get("words", "").strip()
    if reason not in REASONS:
        raise Refused("unknown_reason")
    if words:
        words = fields.words(words)
    act = commands.Act(f"outbox-{opened.digest[:32]}", by, reason, words)
    return commands.BringOutbox(act, opened.epoch, opened.digest, opened.made_at, opened.answers)


def _fates(hall: Hall, cell: Cell, command: commands.BringOutbox) -> tuple[Fate, ...]:
    """What would happen to every answer; nothing is stored."""
    if command.act.act_id in cell.sitting.acts:
        return tuple(Fate(one.client_seq, one.item_no, "already", None) for one in command.answers)
    return bring(cell.sitting, command, cell.ground, hall.clock())[1]


def _page(
    hall: Hall,
    exam_session: str,
    refusal: Problem | Refused | BadOutbox | None = None,
    **shown: Any,
) -> Response:
    found = exams.find_exam_session(hall, exam_session)
    status, sentence = 200, ""
    if refusal is not None:
        values = refusal.values if isinstance(refusal, Problem) else {}
        status = STATUS_OF_CODE.get(refusal.code, 409)
        sentence = message(refusal.code, pages.language_of_request(hall), **values)
    cell = shown.pop("cell", None)
    name = ""
    if cell is not None:
        enrolment = exams.live_session(hall, exam_session).enrolments.get(
            cell.sitting.participant_no
        )
        name = enrolment.name if enrolment else ""
    return pages.render(
        hall,
        "outbox.html",
        status=status,
        message=sentence,
        exam_session=found,
        sitting=cell.sitting if cell else None,
        name=name,
        reasons=REASONS,
        field_id=secrets.token_hex(4),
        **({"opened": None, "fates": (), "text": "", "is_done": False} | shown),
    )
