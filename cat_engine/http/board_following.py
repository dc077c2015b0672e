"""A public board over HTTP: the snapshot, the changes after a version, and the stream of events."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask import Response, request

from cat_engine.hall import FOLLOWING, Following
from cat_engine.http import fields
from cat_engine.http.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cat_engine.hall import Hall

VERSION_LIMIT = 10**12
_VERSION = re.compile(r"\d{1,12}", re.ASCII)


def snapshot(hall: Hall, exam_session: str) -> Response:
    """Give a board's snapshot as it lies in memory, packed already, or "not changed"."""
    # What is made once a version may take long with thousands of rows: not on the hub.
    found = hall.boards.made_snapshot(exam_session) or hall.run_blocking(
        hall.boards.snapshot, exam_session
    )
    if found is None:
        raise Problem("not_found")
    wants_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    response = Response(found.gzip if wants_gzip else found.body, mimetype="application/json")
    if wants_gzip:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = "public, no-cache"
    # Weak, because the packed and the plain body are the same board in different bytes.
    response.set_etag(found.etag.strip('"'), weak=True)
    response.make_conditional(request)
    return response


def deltas(hall: Hall, exam_session: str) -> Response:
    """Give the deltas behind a version as they lie in memory, or say that there is a gap."""
    after = fields.counter("after", request.args.get("after", "0"), limit=VERSION_LIMIT)
    found = hall.boards.deltas(exam_session, after)
    if found is None:
        raise Problem("not_found")
    response = Response(found, mimetype="application/json")
    response.headers["Cache-Control"] = "no-cache"
    return response


def events(hall: Hall, exam_session: str) -> Response:
    """Begin a stream: the web server hands the socket on, or sends what there is and ends."""
    version = _held_version()
    if hall.boards.bulletin(exam_session) is None:
        raise Problem("not_found")
    if not hall.readers.has_place():
        raise Problem("unavailable")

    def once() -> Iterator[bytes]:
        yield hall.readers.answer(exam_session, version=version)

    request.environ.get(FOLLOWING, []).append(Following(exam_session, version))
    response = Response(once(), mimetype="text/event-stream")
    response.headers["Cache-Control"] = "no-cache"
    # nginx passes events on at once.
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _held_version() -> int | None:
    """Say which version the reader holds: the last event's, else the address's, else none."""
    last = request.headers.get("Last-Event-ID", "")
    if _VERSION.fullmatch(last):
        return int(last)
    after = request.args.get("after")
    return None if after is None else fields.counter("after", after, limit=VERSION_LIMIT)
