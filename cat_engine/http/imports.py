"""The administrator's import page: upload, see every item as candidates will, then store or not.

Between upload and decision a file is in the memory of the server alone; nothing of it is stored
before somebody has seen it and said so.
"""

from __future__ import annotations

import re
import secrets
import tempfile
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request
from werkzeug.datastructures import FileStorage

from cat_engine.accounts.access import Act
from cat_engine.accounts.user import Login
from cat_engine.db import writing
from cat_engine.http import assets, fields, media, pages, signing_in
from cat_engine.http.errors import STATUS_OF_CODE, Problem, message
from cat_engine.http.preview import plain_text, preview
from cat_engine.http.proctor import to_staff_login
from cat_engine.preparation import originals
from question_bank import custody
from question_bank.custody import Provenance
from question_bank.importers import ImportReport, read
from question_bank.life import ActRefused
from question_bank.store import ItemChanged, PictureMissing

if TYPE_CHECKING:
    from cat_engine.hall import Hall

PENDING_LIMIT = 4
PENDING_MS = 3_600_000
PAGE_SIZE = 25
PROBLEM_LIMIT = 200
NAME_LIMIT = 120
_UNSAFE = re.compile(r"^\.+|[\x00-\x1f\x7f/\\]")


@dataclass(frozen=True, slots=True)
class Pending:
    """An uploaded file that waits for a decision of who uploaded it."""

    user: str
    name: str
    content: bytes
    report: ImportReport
    read_at: int


@dataclass(slots=True)
class Desk:
    """The files that wait, at most a few; the oldest gives way."""

    _waiting: OrderedDict[str, Pending] = field(default_factory=OrderedDict)

    def put(self, pending: Pending) -> str:
        """Lay a file down; the token by which its owner finds it."""
        token = secrets.token_urlsafe(16)
        self._waiting[token] = pending
        while len(self._waiting) > PENDING_LIMIT:
            self._waiting.popitem(last=False)
        return token

    def find(self, token: str, login: Login, now: int) -> Pending:
        """The file of this token, if it is this person's and waits still."""
        pending = self._waiting.get(token)
        if pending is None or pending.user != login.user or now - pending.read_at > PENDING_MS:
            raise Problem("not_found")
        return pending

    def drop(self, token: str) -> None:
        """Forget a file."""
        self._waiting.pop(token, None)


def make_blueprint(hall: Hall) -> Blueprint:
    """Give the pages below /bank/import."""
    blueprint = Blueprint("imports", __name__)
    desk = Desk()

    @blueprint.get("/bank/import")
    def upload_form() -> Response:
        if pages.current_login(hall) is None:
            return to_staff_login("/bank/import")
        signing_in.require(hall, Act.IMPORT_ITEMS)
        return pages.render(hall, "import.html", message="")

    @blueprint.post("/bank/import")
    def upload() -> Response:
        login = signing_in.require(hall, Act.IMPORT_ITEMS)
        file = request.files.get("file")
        if file is None or not file.filename:
            sentence = message("missing_field", pages.language_of_request(hall), field="file")
            return pages.render(hall, "import.html", status=400, message=sentence)
        pending = _read(hall, login, file)
        return pages.redirect_to(f"/bank/import/{desk.put(pending)}")

    @blueprint.get("/bank/import/<token>")
    def decide(token: str) -> Response:
        if pages.current_login(hall) is None:
            return to_staff_login("/bank/import")
        login = signing_in.require(hall, Act.IMPORT_ITEMS)
        return _preview_page(hall, token, desk.find(token, login, hall.clock()))

    @blueprint.post("/bank/import/<token>")
    def decided(token: str) -> Response:
        login = signing_in.require(hall, Act.IMPORT_ITEMS)
        pending = desk.find(token, login, hall.clock())
        given = fields.form_fields("act", "author", "reason", "take_rest")
        try:
            if fields.one_of("act", given["act"], frozenset({"store", "discard"})) == "store":
                _store(hall, login, pending, given)
        except Problem as problem:
            return _preview_page(hall, token, pending, problem)
        desk.drop(token)
        return pages.redirect_to("/bank")

    @blueprint.get("/bank/import/<token>/media/<name>")
    def picture(token: str, name: str) -> Response:
        login = signing_in.require(hall, Act.IMPORT_ITEMS)
        content = desk.find(token, login, hall.clock()).report.pictures.get(name)
        extension = name.rpartition(".")[2]
        if content is None or extension not in media.MEDIA_TYPES:
            raise Problem("not_found")
        response = Response(content, mimetype=media.MEDIA_TYPES[extension])
        response.headers["Content-Security-Policy"] = media.PICTURE_POLICY
        return response

    return blueprint


def _read(hall: Hall, login: Login, file: FileStorage) -> Pending:
    """Read a file with the importers, which want a path, in a directory that is gone afterwards."""
    name = PurePath((file.filename or "").replace("\\", "/")).name[-NAME_LIMIT:] or "file"
    content = file.read()

    def work() -> ImportReport:
        with tempfile.TemporaryDirectory() as folder:
            # Under its own name: files that name no bank are the bank of this name.
            path = Path(folder) / _UNSAFE.sub("-", name)
            path.write_bytes(content)
            return read(path)

    report: ImportReport = hall.run_blocking(work)
    return Pending(login.user, name, content, report, hall.clock())


def _preview_page(
    hall: Hall, token: str, pending: Pending, problem: Problem | None = None
) -> Response:
    page = fields.counter("page", request.args.get("page", "1"), limit=10**6)
    report = pending.report
    page_count = max(1, -(-len(report.storable) // PAGE_SIZE))
    start = (min(max(page, 1), page_count) - 1) * PAGE_SIZE
    sentence = ""
    if problem is not None:
        sentence = message(problem.code, pages.language_of_request(hall), **problem.values)
    own = f"/bank/import/{token}/media/"
    shown = [
        (item, preview(item, number=number, media=own))
        for number, item in enumerate(report.storable[start : start + PAGE_SIZE], start=start + 1)
    ]
    return pages.render(
        hall,
        "import_preview.html",
        status=STATUS_OF_CODE[problem.code] if problem else 200,
        token=token,
        name=pending.name,
        shown=shown,
        problems=report.problems[:PROBLEM_LIMIT],
        counts={
            "items": len(report.storable),
            "refused": len(report.refusals),
            "changed": len(report.problems) - len(report.refusals),
        },
        page=start // PAGE_SIZE + 1,
        page_count=page_count,
        message=sentence,
        plain=plain_text,
        tags=assets.preview_tags(),
        typed={name: request.form.get(name, "") for name in ("author", "reason")},
    )


def _store(hall: Hall, login: Login, pending: Pending, given: fields.Fields) -> None:
    """Store what was seen: all of it, or the good part if that is what was asked for."""
    report = pending.report
    reason = fields.words(given["reason"])
    author = fields.username(given["author"]) if given["author"].strip() else login.user
    if not report.storable or (report.refusals and given["take_rest"] != "yes"):
        raise Problem("has_refusals")
    source = {"file": pending.name, "sha256": originals.digest_of(pending.content)}
    provenance = Provenance(login.user, author, reason, source=source)

    def work() -> None:
        kept = originals.keep(hall.config.data_dir, pending.name, pending.content)
        now = hall.clock()
        originals.keep_report(kept, report, name=pending.name, by=login.user, now=now)
        with writing(hall.database).begin() as db:
            custody.take_in(
                db,
                report.storable,
                report.pictures,
                provenance,
                now=now,
                apart=report.enemies,
            )

    try:
        hall.run_blocking(work)
    except (ItemChanged, PictureMissing) as refused:
        raise Problem(refused.code) from refused
    except ActRefused as refused:
        raise Problem("conflict") from refused
