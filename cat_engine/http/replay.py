"""The replay of an exam session: a time line, and the rooms as they were at any instant of it."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request

from cat_engine import strict_json
from cat_engine.accounts.access import Act, Place
from cat_engine.http import assets, exams, fields, pages, signing_in
from cat_engine.http.proctor import to_staff_login
from cat_engine.i18n import Language, text
from exam_sessions.events import LateDecided
from exam_sessions.replay import Replay

if TYPE_CHECKING:
    from cat_engine.hall import Hall

KEPT_LIMIT = 2
"""Exam sessions whose journals are kept in memory; the one not looked at for longest gives way."""
INSTANT_LIMIT = 10**14


def make_blueprint(hall: Hall) -> Blueprint:
    """Give /admin/<exam_session>/replay and what its page asks for."""
    blueprint = Blueprint("replay", __name__)
    kept: OrderedDict[str, Replay] = OrderedDict()

    def found(exam_session: str) -> Replay:
        signing_in.require(hall, Act.DOWNLOAD_RESULTS, Place(exam_session))
        exams.find_exam_session(hall, exam_session)
        replay = kept.get(exam_session)
        if replay is None:
            replay = Replay(exams.live_session(hall, exam_session), hall.database)
            kept[exam_session] = replay
        kept.move_to_end(exam_session)
        while len(kept) > KEPT_LIMIT:
            kept.popitem(last=False)
        hall.run_blocking(replay.catch_up)
        return replay

    @blueprint.get("/admin/<exam_session>/replay")
    def page(exam_session: str) -> Response:
        if pages.current_login(hall) is None:
            return to_staff_login(f"/admin/{exam_session}/replay")
        signing_in.require(hall, Act.DOWNLOAD_RESULTS, Place(exam_session))
        title = exams.find_exam_session(hall, exam_session).title
        return pages.render(
            hall,
            "live.html",
            entry="replay",
            tags=assets.asset_tags("replay"),
            data={"exam-session": exam_session, "time-zone": hall.config.language.time_zone},
            title=title,
            static_url="",
        )

    @blueprint.get("/admin/<exam_session>/replay/line")
    def line(exam_session: str) -> Response:
        replay = found(exam_session)
        told = hall.run_blocking(replay.line)
        language = pages.language_of_request(hall)
        return _json(told | {"incidents": [_named(one, language) for one in told["incidents"]]})

    @blueprint.get("/admin/<exam_session>/replay/rooms")
    def rooms(exam_session: str) -> Response:
        replay = found(exam_session)
        instant = fields.counter("at", request.args.get("at", "0"), limit=INSTANT_LIMIT)
        return _json(hall.run_blocking(replay.at, instant))

    return blueprint


def _named(one: dict[str, Any], language: Language) -> dict[str, Any]:
    """An incident with its words from the catalogue."""
    is_late = one["kind"] == LateDecided.__name__
    key = f"minutes.late.{one['detail']}" if is_late else f"minutes.kind.{one['kind']}"
    return one | {"what": text(key, language, detail=one["detail"], count=one["count"])}


def _json(value: object) -> Response:
    return Response(strict_json.dumps(value), mimetype="application/json")
