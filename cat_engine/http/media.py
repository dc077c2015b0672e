"""Pictures and recordings of items, by the digest of their content."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from flask import Blueprint, Response

from cat_engine.db import reading
from cat_engine.http import signing_in
from cat_engine.http.errors import Problem
from question_bank.store import get_picture

if TYPE_CHECKING:
    from cat_engine.hall import Hall

REMEMBERED_LIMIT = 512
MEDIA_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "svg": "image/svg+xml",
        "png": "image/png",
        "jpg": "image/jpeg",
        "mp3": "audio/mpeg",
        "ogg": "audio/ogg",
        "wav": "audio/wav",
        "m4a": "audio/mp4",
    }
)

# An SVG opened by itself is a document; here it may draw, with its own styles, and nothing else.
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"

_DIGEST = re.compile(r"[0-9a-f]{16,64}")


def make_blueprint(hall: Hall) -> Blueprint:
    """Give /media/<digest>.<extension>.

    Only for people who are signed in, and kept by no browser: a picture is part of an item, and
    the next person at this workstation has other items. A page that shows it twice asks once. Its
    name is known only to whoever was given the item.
    """
    blueprint = Blueprint("media", __name__)

    @lru_cache(maxsize=REMEMBERED_LIMIT)
    def read(digest: str, extension: str) -> bytes:
        with reading(hall.database).connect() as db:
            content = get_picture(db, digest, extension)
        if content is None:
            content = hall.vault.picture(f"{digest}.{extension}")
        if content is None:
            raise Problem("not_found")  # not remembered: errors are not cached
        return content

    @blueprint.get("/media/<digest>.<extension>")
    def picture(digest: str, extension: str) -> Response:
        signing_in.require_login(hall)
        if extension not in MEDIA_TYPES or not _DIGEST.fullmatch(digest):
            raise Problem("not_found")
        response = Response(read(digest, extension), mimetype=MEDIA_TYPES[extension])
        response.headers["Cache-Control"] = "no-store"
        response.headers["Content-Security-Policy"] = PICTURE_POLICY
        return response

    return blueprint
