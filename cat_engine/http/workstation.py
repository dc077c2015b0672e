"""Pinning a workstation to its seat, so that a PIN opens there and nowhere else.

Staff do it once, by hand or by a link that stands in the kiosk's configuration and is opened at
every start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from cat_engine.accounts.access import Act, Place
from cat_engine.db import reading
from cat_engine.http import exams, fields, pages, pinned, signing_in
from cat_engine.http.downloads import csv_download
from cat_engine.http.errors import STATUS_OF_CODE, Problem, message
from cat_engine.http.proctor import to_staff_login
from exam_sessions import door_store

if TYPE_CHECKING:
    from cat_engine.hall import Hall


def make_blueprint(hall: Hall) -> Blueprint:
    """Give /workstation."""
    blueprint = Blueprint("workstation", __name__)

    @blueprint.get("/workstation")
    def workstation() -> Response:
        if pages.current_login(hall) is None:
            return to_staff_login("/workstation")
        signing_in.require(hall, Act.LIST_EXAM_SESSIONS)
        return _page(hall)

    @blueprint.post("/workstation")
    def pin() -> Response:
        signing_in.require(hall, Act.LIST_EXAM_SESSIONS)
        given = fields.form_fields("room", "seat")
        try:
            room, seat = (fields.place(name, given[name]) for name in ("room", "seat"))
        except Problem as refusal:
            return _page(hall, refusal)
        # The next one at this browser is a candidate.
        response = signing_in.sign_out(hall, pages.redirect_to("/login"))
        return pinned.put_cookie(hall, response, pinned.seat_token(hall, room, seat))

    @blueprint.get("/workstation/<token>")
    def pin_by_link(token: str) -> Response:
        if not pinned.is_genuine(hall, token):
            raise Problem("not_found")
        return pinned.put_cookie(hall, pages.redirect_to("/login"), token)

    @blueprint.get("/admin/<exam_session>/workstations.csv")
    def links(exam_session: str) -> Response:
        signing_in.require(hall, Act.DOWNLOAD_RESULTS, Place(exam_session))
        exams.find_exam_session(hall, exam_session)
        seats = hall.run_blocking(_seats, hall, exam_session)
        base = hall.config.server.public_url.rstrip("/") or request.host_url.rstrip("/")
        rows = [
            {
                "room": room,
                "seat": seat,
                "address": f"{base}/workstation/{pinned.seat_token(hall, room, seat)}",
            }
            for room, seat in seats
        ]
        return csv_download(rows, f"workstations-{exam_session}")

    return blueprint


def _seats(hall: Hall, exam_session: str) -> list[tuple[str, str]]:
    with reading(hall.database).connect() as db:
        return [seat.key for seat in door_store.list_seats(db, exam_session)]


def _page(hall: Hall, refusal: Problem | None = None) -> Response:
    sentence, field, status = "", "", 200
    if refusal is not None:
        status = STATUS_OF_CODE[refusal.code]
        field = refusal.values.get("field", "")
        sentence = message(refusal.code, pages.language_of_request(hall), **refusal.values)
    return pages.render(
        hall,
        "workstation.html",
        status=status,
        message=sentence,
        field=field,
        pinned=pinned.pinned_seat(hall),
    )
