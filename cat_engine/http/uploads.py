"""Every file that somebody sends goes by the virus scanner, where one is configured.

Files of forms are looked at before any route sees them (`security.install` calls `check_files`), so
that a new route cannot forget it; the two routes that take a file in another shape, a roster as
the body and a medium in base64, call `check_content`. What is infected, and what nobody could look
at, is refused, logged and counted, and nothing of it is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import IO, TYPE_CHECKING

from flask import request

from cat_engine.accounts.user import STAFF
from cat_engine.http import pages
from cat_engine.http.errors import Problem
from cat_engine.metrics import counter_of
from cat_engine.virus_scan import CHUNK_BYTES, NotScanned, Scanner, make_scanner

if TYPE_CHECKING:
    from cat_engine.hall import Hall

FORM_WITH_FILES = "multipart/form-data"


def check_files(hall: Hall) -> None:
    """Refuse this request if it brings a file that is infected or that nobody could look at.

    Only staff bring files: a stranger's are refused unseen, so that nobody keeps the scanner busy.
    """
    scanner = _scanner_of(hall)
    if scanner is None or request.mimetype != FORM_WITH_FILES:
        return
    for file in chain.from_iterable(request.files.listvalues()):
        if not file.filename:
            continue
        login = pages.current_login(hall)
        if login is None or login.role not in STAFF:
            raise Problem("not_signed_in" if login is None else "forbidden")
        _check(hall, scanner, _pieces(file.stream))
        file.stream.seek(0)


def check_content(hall: Hall, content: bytes) -> None:
    """The same for a file that came in another shape than a form's."""
    scanner = _scanner_of(hall)
    if scanner is not None:
        _check(hall, scanner, [content])


def _scanner_of(hall: Hall) -> Scanner | None:
    return make_scanner(hall.config.uploads.scanner, hall.config.uploads.scanner_timeout_s)


def _check(hall: Hall, scanner: Scanner, chunks: Iterable[bytes]) -> None:
    rule = request.url_rule.rule if request.url_rule is not None else ""
    try:
        found = hall.run_blocking(scanner.scan, chunks)
    except NotScanned as reason:
        _count(hall, "not_scanned")
        hall.log.warning("upload_not_scanned", rule=rule, reason=str(reason))
        raise Problem("not_scanned") from reason
    if found is not None:
        _count(hall, "infected")
        hall.log.warning("upload_infected", rule=rule, found=found)
        raise Problem("infected", found=found)
    _count(hall, "clean")


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    stream.seek(0)
    while piece := stream.read(CHUNK_BYTES):
        yield piece


def _count(hall: Hall, outcome: str) -> None:
    counter = counter_of(
        hall.metrics,
        "cat_uploads_scanned",
        "Uploaded files by what the virus scanner said: clean, infected, not_scanned.",
        "outcome",
    )
    counter.labels(outcome).inc()
