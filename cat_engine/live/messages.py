"""Every message a page may send over a socket, as a dataclass, and the strict parser of them.

A field that is missing, unknown, of the wrong type or out of bounds makes the whole message
malformed; nothing is guessed or ignored. The front end's types are written from here by
`python -m cat_engine.live.describe`; a test holds them and docs/messages.md to it.
"""

import math
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from functools import cache, partial
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from exam_sessions.notices import COUNT_LIMIT, LASTED_LIMIT_MS
from scoring.response import MalformedResponse, from_json
from scoring.value import value

JSON_INTEGER_LIMIT = 2**53 - 1
TEXT_LIMIT = 200
LIST_LIMIT = 10_000

Message = TypeVar("Message")


class Malformed(Exception):
    """A message that is not of its declared form."""

    code = "malformed"


class ResponseJson:
    """Marks a field that holds a response in the JSON form of `scoring.response`."""


class TargetsJson:
    """Marks a field that names sittings: participants, a room, or all."""


@dataclass(frozen=True, slots=True)
class Limit:
    """Bounds of a number (its value) or of text (its length)."""

    least: int
    most: int


ShortText = Annotated[str, Limit(0, TEXT_LIMIT)]
Identifier = Annotated[str, Limit(1, 100)]
Sequence_ = Annotated[int, Limit(1, JSON_INTEGER_LIMIT)]
ItemNo = Annotated[int, Limit(1, 10_000)]


# --- /candidate ---


@dataclass(frozen=True, slots=True)
class EnterIn:
    """`enter`: attach this connection to the sitting of the login."""

    station: ShortText = ""


@dataclass(frozen=True, slots=True)
class NothingIn:
    """`begin`, `start_break`, `end_break`, `beat`, `view_sitting`: no fields."""


@value
class RespondIn:
    """`respond`: give, change or clear a response."""

    client_seq: Sequence_
    item_no: ItemNo
    response: Annotated[Any, ResponseJson]
    held_ms: Annotated[int, Limit(0, JSON_INTEGER_LIMIT)] = 0
    ack_at: Annotated[int, Limit(0, JSON_INTEGER_LIMIT)] | None = None
    since_ack_ms: Annotated[int, Limit(0, JSON_INTEGER_LIMIT)] = 0


@value
class FlagIn:
    """`flag`: mark an item as doubtful, or unmark it."""

    client_seq: Sequence_
    item_no: ItemNo
    flagged: bool


@value
class ViewIn:
    """`view`: an item came to the screen."""

    client_seq: Sequence_
    item_no: ItemNo


@dataclass(frozen=True, slots=True)
class EndPartIn:
    """`end_part`: close the current part for good."""

    client_seq: Sequence_


@dataclass(frozen=True, slots=True)
class CallIn:
    """`call`: ask a proctor to come."""

    client_seq: Sequence_
    topic: Identifier


@dataclass(frozen=True, slots=True)
class ReadIn:
    """`read`: the first `count` messages have been read."""

    client_seq: Sequence_
    count: Annotated[int, Limit(1, 1_000)]


@dataclass(frozen=True, slots=True)
class NoticeIn:
    """`notice`: something beside the work was noticed `count` times, `lasted_ms` together."""

    client_seq: Sequence_
    kind: Identifier
    count: Annotated[int, Limit(1, COUNT_LIMIT)]
    lasted_ms: Annotated[int, Limit(0, LASTED_LIMIT_MS)] = 0
    held_ms: Annotated[int, Limit(0, JSON_INTEGER_LIMIT)] = 0


# --- /proctor ---


@dataclass(frozen=True, slots=True)
class WatchIn:
    """`watch`: follow the rooms of an exam session."""

    exam_session: Identifier


@dataclass(frozen=True, slots=True)
class ActIn:
    """`act`: do something to rooms or sittings, with a reason."""

    act_id: Identifier
    exam_session: Identifier
    act: Identifier
    targets: Annotated[Any, TargetsJson]
    reason: Identifier
    words: Annotated[str, Limit(0, 500)] = ""
    minutes: Annotated[int, Limit(1, 600)] | None = None
    text: Annotated[str, Limit(0, 500)] = ""
    room: Annotated[str, Limit(0, 100)] = ""
    seat: Annotated[str, Limit(0, 20)] = ""
    proposal: Annotated[str, Limit(0, 120)] = ""
    of: Annotated[str, Limit(0, 120)] = ""


# --- /ready ---


@dataclass(frozen=True, slots=True)
class EchoIn:
    """`echo`: how long a message to the server and back takes."""

    number: Annotated[int, Limit(0, 10_000)]


@dataclass(frozen=True, slots=True)
class ReportIn:
    """`report`: what a workstation found out about itself."""

    browser: Annotated[str, Limit(1, 80)]
    screen_width: Annotated[int, Limit(0, 100_000)]
    screen_height: Annotated[int, Limit(0, 100_000)]
    offset_ms: Annotated[int, Limit(-JSON_INTEGER_LIMIT, JSON_INTEGER_LIMIT)]
    round_trip_p50_ms: Annotated[int, Limit(0, 1_000_000)]
    round_trip_p95_ms: Annotated[int, Limit(0, 1_000_000)]
    sent_count: Annotated[int, Limit(0, 10_000)]
    lost_count: Annotated[int, Limit(0, 10_000)]
    has_storage: bool
    has_full_screen: bool


INCOMING: Mapping[str, Mapping[str, type]] = {
    "/candidate": {
        "enter": EnterIn,
        "begin": NothingIn,
        "respond": RespondIn,
        "flag": FlagIn,
        "view": ViewIn,
        "end_part": EndPartIn,
        "call": CallIn,
        "read": ReadIn,
        "notice": NoticeIn,
        "start_break": NothingIn,
        "end_break": NothingIn,
        "beat": NothingIn,
        "view_sitting": NothingIn,
    },
    "/proctor": {"watch": WatchIn, "act": ActIn},
    "/ready": {"echo": EchoIn, "report": ReportIn},
}
"""By namespace: each message's name and its type."""


def parse(message_type: type[Message], value: object) -> Message:
    """Build a message from what came over the wire.

    Raises:
        Malformed: anything is not as declared.
    """
    if not isinstance(value, dict):
        raise Malformed("a message is an object")
    parsed: dict[str, Any] = {}
    for name, check, is_required in _fields(message_type):  # type: ignore[arg-type]
        if name in value:
            parsed[name] = check(value[name])
        elif is_required:
            raise Malformed(f"{name} is missing")
    if len(parsed) != len(value):
        raise Malformed(f"{len(value) - len(parsed)} unknown fields")
    return message_type(**parsed)


@cache
def _fields(message_type: type) -> Sequence[tuple[str, Callable[[object], object], bool]]:
    """Each field's name, its check, and whether it must be there; reading hints is slow."""
    hints = get_type_hints(message_type, include_extras=True)
    return tuple(
        (field.name, _checker(hints[field.name]), field.default is MISSING)
        for field in fields(message_type)
    )


def _checker(kind: Any) -> Callable[[object], object]:
    """What checks a field of this kind: numbers, of which every answer has some, at once."""
    if get_origin(kind) is Annotated:
        base, mark = get_args(kind)
        if mark is ResponseJson:
            return _response
        if base is int and isinstance(mark, Limit):
            return partial(_number, mark.least, mark.most)
    return partial(_check, kind)


def _number(least: int, most: int, value: object) -> object:
    if type(value) is int and least <= value <= most:
        return value
    return _bounded(int, Limit(least, most), value)


def _check(kind: Any, value: object) -> object:
    if get_origin(kind) in (Union, types.UnionType):
        return None if value is None else _check(get_args(kind)[0], value)
    if get_origin(kind) is Annotated:
        base, mark = get_args(kind)
        if mark is ResponseJson:
            return _response(value)
        if mark is TargetsJson:
            return _targets(value)
        return _bounded(base, mark, value)
    if type(value) is not kind:
        raise Malformed(f"{kind.__name__} expected")
    return value


def _bounded(base: type, limit: Limit, value: object) -> object:
    if type(value) is not base:
        # A whole number may arrive as a float from a page; nothing else is bent.
        is_whole = base is int and isinstance(value, float) and math.isfinite(value)
        if not is_whole or value != int(value):  # type: ignore[call-overload]
            raise Malformed(f"{base.__name__} expected")
        value = int(value)  # type: ignore[call-overload]
    size = len(value) if isinstance(value, str) else value
    assert isinstance(size, int)
    if not limit.least <= size <= limit.most:
        raise Malformed("out of bounds")
    if isinstance(value, str) and not _is_plain(value):
        raise Malformed("text holds characters that cannot be stored")
    return value


def _is_plain(text: str) -> bool:
    """Whether text can be stored everywhere: no NUL, no lone surrogates."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _response(value: object) -> object:
    try:
        return from_json(value)
    except MalformedResponse as error:
        raise Malformed("not a response") from error


def _targets(value: object) -> object:
    if not isinstance(value, dict) or len(value) != 1:
        raise Malformed("targets name participants, a room, or all")
    ((name, given),) = value.items()
    if name == "all" and given is True:
        return value
    if name == "room" and isinstance(given, str) and len(given) <= TEXT_LIMIT:
        return value
    if (
        name == "participants"
        and isinstance(given, list)
        and 0 < len(given) <= LIST_LIMIT
        and all(isinstance(no, str) and len(no) <= TEXT_LIMIT for no in given)
    ):
        return value
    raise Malformed("targets name participants, a room, or all")
