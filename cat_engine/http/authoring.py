"""What the page for authors asks of the server: check an item, store its next version, take media.

Every version that is stored is new: to change an item is to write its next version, as a draft of
whoever is signed in, through custody like every other.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Response, jsonify
from sqlalchemy import Connection

from cat_engine.accounts.access import Act
from cat_engine.accounts.user import Login
from cat_engine.db import writing
from cat_engine.http import banks, fields, signing_in, uploads
from cat_engine.http.errors import Problem
from cat_engine.http.preview import Json, preview
from question_bank import authored, custody, store
from question_bank.authored import Authored
from question_bank.custody import Provenance
from question_bank.importers.picture_size import size_of
from question_bank.importers.pictures import BadPicture, checked
from question_bank.importers.recordings import BadRecording, checked_recording
from question_bank.item import Item, digest
from question_bank.life import ActRefused
from question_bank.rich_text import BadRichText, write_rich
from question_bank.store import PictureMissing

if TYPE_CHECKING:
    from cat_engine.hall import Hall

VERSION_LIMIT = 1_000_000
MEDIUM_TEXT_LIMIT = 12 * 1024 * 1024
"""Of a recording of 8 MB as base64, with room."""
NAME_LIMIT = 200
UNNAMED = "item"

Handler = Callable[..., Response]


def handlers(hall: Hall) -> dict[str, Handler]:
    """Give the handlers of the API's routes for writing items."""

    def check_item() -> Response:
        signing_in.require(hall, Act.WRITE_ITEMS)
        given = fields.json_fields("bank", "item", "document")
        found = _read(given["document"], _named(given["bank"]), _named(given["item"]), version=1)
        return jsonify(_checked(found))

    def write_item(bank: str, item: str) -> Response:
        login = signing_in.require(hall, Act.WRITE_ITEMS)
        given = fields.json_fields("document", "base_version", "reason")
        bank, item = fields.identifier("bank", bank), fields.identifier("item", item)
        based_on = given["base_version"]
        if type(based_on) is not int or not 0 <= based_on < VERSION_LIMIT:
            raise Problem("bad_field", field="version")
        found = _read(given["document"], bank, item, version=based_on + 1)
        reason = fields.words(given["reason"])
        if found.faults:
            raise Problem("item_has_faults")
        _store(hall, login, found.item, reason)
        return jsonify({"version": found.item.version, "digest": digest(found.item)})

    def add_medium() -> Response:
        signing_in.require(hall, Act.WRITE_ITEMS)
        given = fields.json_fields("name", "content")
        return jsonify(_take_medium(hall, given["name"], given["content"]))

    def typeset_formula() -> Response:
        signing_in.require(hall, Act.WRITE_ITEMS)
        return jsonify({"math": _typeset(fields.json_fields("latex")["latex"])})

    return {
        "check_item": check_item,
        "write_item": write_item,
        "add_medium": add_medium,
        "typeset_formula": typeset_formula,
    }


def _typeset(value: object) -> str:
    """Give a LaTeX formula as rich text, with its LaTeX kept inside."""
    if not isinstance(value, str) or not value.strip():
        raise Problem("malformed")
    # A running exam does without the library behind this.
    from question_bank.importers import latex  # noqa: PLC0415

    try:
        return write_rich([latex.translate(value)])
    except latex.BadLatex as bad:
        raise Problem("bad_formula", text=str(bad)) from bad


def _named(value: object) -> str:
    if not isinstance(value, str) or len(value) > NAME_LIMIT:
        raise Problem("malformed")
    return value.strip()


def _read(document: object, bank: str, item: str, *, version: int) -> Authored:
    try:
        return authored.read(document, bank=bank, item_id=item, version=version)
    except authored.Malformed as broken:
        raise Problem("malformed") from broken


def _checked(found: Authored) -> Json:
    return {
        "faults": [
            {"place": one.place, "code": one.code, "values": dict(one.values)}
            for one in found.faults
        ],
        "preview": _preview(found.item),
    }


def _preview(item: Item) -> Json | None:
    """Give the item as a candidate would see it; None while a text of it cannot be read."""
    try:
        return preview(item)
    except (BadRichText, KeyError):  # a gap or a place that has no name yet
        return None


def _store(hall: Hall, login: Login, item: Item, reason: str) -> None:
    """Store a version after the one it was based on, or say that another came between."""
    if item.version > 1:
        banks.read_item(hall, login, item.bank, item.id)  # whoever may not see it has none of it

    def work() -> None:
        with writing(hall.database).begin() as db:
            _check_base(db, item)
            provenance = Provenance(login.user, login.user, reason)
            custody.take_in(db, [item], {}, provenance, now=hall.clock())

    try:
        hall.run_blocking(work)
    except PictureMissing as missing:
        raise Problem(missing.code) from missing
    except ActRefused as refused:
        raise Problem("conflict") from refused


def _check_base(db: Connection, item: Item) -> None:
    newest = max((one.version for one in store.list_versions(db, item.bank, item.id)), default=0)
    if newest and item.version == 1:
        raise Problem("name_taken")
    if newest != item.version - 1:
        raise Problem("newer_version")


def _take_medium(hall: Hall, name: object, content: object) -> dict[str, Any]:
    """Store a picture or a recording under its content: one that is not used hurts nobody."""
    if not isinstance(name, str) or not 0 < len(name) <= NAME_LIMIT:
        raise Problem("bad_field", field="file")
    if not isinstance(content, str) or len(content) > MEDIUM_TEXT_LIMIT:
        raise Problem("bad_field", field="file")
    try:
        raw = base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError) as broken:
        raise Problem("malformed") from broken
    uploads.check_content(hall, raw)
    kind, (found, extension, checked_content) = _medium(name, raw)
    medium = f"{found}.{extension}"

    def work() -> None:
        with writing(hall.database).begin() as db:
            store.add_media(db, {medium: checked_content})

    hall.run_blocking(work)
    width, height = size_of(checked_content) or (0, 0)
    return {
        "kind": kind,
        "digest": found,
        "extension": extension,
        "width": width,
        "height": height,
    }


def _medium(name: str, raw: bytes) -> tuple[str, tuple[str, str, bytes]]:
    try:
        return "audio", checked_recording(name, raw)
    except BadRecording:
        pass
    try:
        return "image", checked(name, raw)
    except BadPicture as bad:
        raise Problem("bad_medium") from bad
