"""Fields of forms and JSON bodies: bounded, readable text, or a clear refusal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from flask import request

from cat_engine import strict_json
from cat_engine.http.errors import Problem

PARTICIPANT_NO = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_-]{0,39}")
PIN = re.compile(r"[A-Za-z0-9]{4,16}")
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
PASSWORD_LIMIT = 256
WORDS_LIMIT = 500
CODE_LIMIT = 40
NAME_LIMIT = 200
PLACE_LIMIT = 60
SEAT_LIMIT = 20

Fields = Mapping[str, str]

# They reorder what is read, so a reason could say one thing and look like another.
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNREADABLE = frozenset({"Cc", "Cs", "Cn", "Co"})


def participant_no(value: object) -> str:
    """Give a participant number, or refuse."""
    return _matching("participant_no", _text("participant_no", value).strip(), PARTICIPANT_NO)


def pin(value: object) -> str:
    """Give a PIN without the spaces people put into it, or refuse."""
    return _matching("pin", _text("pin", value).replace(" ", ""), PIN)


def place(name: str, value: object) -> str:
    """Give a room or a seat as it is named on rosters and labels, or refuse."""
    typed = _text(name, value).strip()
    if len(typed) > PLACE_LIMIT or not _is_readable(typed):
        raise Problem("bad_field", field=name)
    return typed


def username(value: object) -> str:
    """Give a username in small letters, or refuse."""
    return _matching("username", _text("username", value).strip().lower(), USERNAME)


def password(value: object, *, field: str = "password") -> str:
    """Give a password as it was typed, or refuse one that is too long or not text."""
    typed = _text(field, value)
    if not typed or len(typed) > PASSWORD_LIMIT or not _is_readable(typed):
        raise Problem("bad_field", field=field)
    return unicodedata.normalize("NFC", typed)


def code(value: object) -> str:
    """Give a code of a second factor, or refuse what none can be."""
    typed = _text("code", value).strip()
    if len(typed) > CODE_LIMIT or not typed.isascii():
        raise Problem("bad_field", field="code")
    return typed


def name(value: object) -> str:
    """Give a person's name, or refuse."""
    typed = " ".join(unicodedata.normalize("NFC", _text("person_name", value)).split())
    if len(typed) > NAME_LIMIT or not _is_readable(typed):
        raise Problem("bad_field", field="person_name")
    return typed


def words(value: object) -> str:
    """Give a reason in somebody's own words, or refuse."""
    typed = unicodedata.normalize("NFC", _text("reason", value)).strip()
    if not typed or len(typed) > WORDS_LIMIT or not _is_readable(typed.replace("\n", " ")):
        raise Problem("bad_field", field="reason")
    return typed


def one_of(name: str, value: object, known: frozenset[str]) -> str:
    """Give one of the known words, or refuse."""
    typed = _text(name, value)
    if typed not in known:
        raise Problem("bad_field", field=name)
    return typed


def counter(name: str, value: object, *, limit: int) -> int:
    """Give a whole number from 0 to the limit, or refuse."""
    typed = _text(name, value)
    if not re.fullmatch(r"[0-9]{1,15}", typed) or int(typed) > limit:
        raise Problem("bad_field", field=name)
    return int(typed)


def identifier(name: str, value: object) -> str:
    """Give an identifier of letters, digits and . _ -, or refuse."""
    return _matching(name, _text(name, value).strip(), IDENTIFIER)


def form_fields(*names: str) -> Mapping[str, str]:
    """Give exactly these fields of the posted form; line ends as one character."""
    known = {*names, "csrf_token", "next"}
    if any(name not in known for name in request.form):
        raise Problem("unknown_field")
    return {name: request.form.get(name, "").replace("\r\n", "\n") for name in names}


def json_fields(*names: str, optional: tuple[str, ...] = ()) -> Mapping[str, Any]:
    """Give exactly these fields of the posted JSON object, none missing and none more."""
    if request.mimetype != "application/json":
        raise Problem("unsupported_type")
    body = parse_json(request.get_data())
    if not isinstance(body, dict):
        raise Problem("malformed")
    if any(name not in names + optional for name in body):
        raise Problem("unknown_field")
    missing = [name for name in names if name not in body]
    if missing:
        raise Problem("missing_field", field=missing[0])
    return body


def parse_json(data: bytes) -> object:
    """Read strict JSON in UTF-8."""
    try:
        return strict_json.loads(data.decode("utf-8"))
    except ValueError as broken:
        raise Problem("malformed") from broken


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise Problem("bad_field", field=name)
    if not value.strip():
        raise Problem("missing_field", field=name)
    return value


def _matching(name: str, value: str, pattern: re.Pattern[str]) -> str:
    if not pattern.fullmatch(value):
        raise Problem("bad_field", field=name)
    return value


def _is_readable(value: str) -> bool:
    return not any(
        unicodedata.category(letter) in _UNREADABLE or letter in _BIDI_CONTROLS for letter in value
    )
