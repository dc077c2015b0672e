"""What a candidate can give: one option, several, a number, text, an order, pairs, or nothing.

An item of several interactions has a record: one of these for each, by name. The JSON form is
canonical: the same response has one text, which the journal hashes, and whatever was read can be
written and read again. Numbers are exact: read from text, never from a float.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from scoring.value import value

TEXT_LIMIT = 10_000
OPTION_LIMIT = 200
IDENTIFIER_LIMIT = 200
NUMBER_LIMIT = 50
EXPONENT_LIMIT = 30
POINT_LIMIT = 100_000
RECORD_LIMIT = 50

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_NUMBER = re.compile(r"[+-]?(\d+/\d+|(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?)", re.ASCII)


class MalformedResponse(ValueError):
    """JSON that is no response."""

    code = "malformed_response"


@value
class Nothing:
    """Blank: nothing was given, or what was given was cleared."""


@value
class Choice:
    """One option."""

    option: str


@dataclass(frozen=True, slots=True)
class Choices:
    """Several options; their order means nothing."""

    options: frozenset[str]


@dataclass(frozen=True, slots=True)
class Number:
    """An exact number."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Text:
    """A short text, as typed."""

    text: str


@dataclass(frozen=True, slots=True)
class Order:
    """Options in an order."""

    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """Pairs of an option and a target."""

    pairs: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of two options, in which neither is first; each pair is kept in sorted order."""

    pairs: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Points:
    """Places on a picture, in its own whole units from the upper left corner."""

    points: frozenset[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Texts:
    """Several short texts, as typed, one under the other; the same may stand twice."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """One response for each interaction of an item, by name; those not answered are left out."""

    responses: tuple[tuple[str, "SingleResponse"], ...]

    def get(self, name: str) -> "SingleResponse":
        """What was given under a name; `Nothing` where nothing was."""
        return dict(self.responses).get(name, Nothing())


SingleResponse = Nothing | Choice | Choices | Number | Text | Order | Match | Pairs | Points | Texts
Response = SingleResponse | Record


def record(responses: Mapping[str, SingleResponse]) -> Record:
    """The record of some responses, in the one form that equal records share."""
    given = {name: one for name, one in responses.items() if not isinstance(one, Nothing)}
    return Record(tuple(sorted(given.items(), key=lambda entry: entry[0])))


def is_blank(response: Response) -> bool:
    """Whether a response holds nothing: none was given, or an empty list, or only white space."""
    match response:
        case Nothing():
            return True
        case Choices(given) | Order(given) | Match(given) | Pairs(given) | Points(given):
            return not given
        case Text(text):
            return not text.strip()
        case Texts(texts):
            return not any(text.strip() for text in texts)
        case Record(responses):
            return all(is_blank(one) for _, one in responses)
        case _:
            return False


def to_json(response: Response) -> Any:
    """The response's canonical JSON value; None for `Nothing`."""
    match response:
        case Nothing():
            return None
        case Choice(option):
            return {"choice": option}
        case Choices(options):
            return {"choices": sorted(options)}
        case Number(value):
            return {"number": str(value)}
        case Text(text):
            return {"text": text}
        case Order(options):
            return {"order": list(options)}
        case Match(pairs):
            return {"match": [list(pair) for pair in sorted(pairs)]}
        case Pairs(pairs):
            return {"pairs": [list(pair) for pair in sorted(pairs)]}
        case Points(points):
            return {"points": [list(point) for point in sorted(points)]}
        case Texts(texts):
            return {"texts": list(texts)}
        case Record(responses):
            return {"record": {name: to_json(one) for name, one in responses}}


def from_json(value: object) -> Response:
    """Read a response strictly.

    Raises:
        MalformedResponse: for everything that is not exactly one of the known forms.
    """
    if isinstance(value, dict) and value.keys() == {"record"}:
        return _record(value["record"])
    return _single(value)


def _single(value: object) -> SingleResponse:
    if value is None:
        return Nothing()
    if not isinstance(value, dict) or len(value) != 1:
        raise MalformedResponse("a response is null or an object with one known key")
    ((kind, given),) = value.items()
    match kind:
        case "choice":
            return Choice(_identifier(given))
        case "choices":
            return Choices(frozenset(_identifiers(given)))
        case "number":
            return Number(parse_number(given))
        case "text":
            return Text(_text(given, TEXT_LIMIT))
        case "order":
            return Order(tuple(_identifiers(given)))
        case "match":
            return Match(_pairs(given))
        case "pairs":
            return Pairs(_unordered(given))
        case "points":
            return Points(_points(given))
        case "texts":
            return Texts(tuple(_text(one, TEXT_LIMIT) for one in _list(given, "texts")))
        case _:
            raise MalformedResponse("unknown kind of response")


def parse_number(text: object, *, limit: int = NUMBER_LIMIT) -> Fraction:
    """Read a number from text such as "3", "-2.50", "1e3" or "7/2".

    Args:
        text: what was typed or stored; anything but text is refused.
        limit: the most characters, as given and as a fraction in lowest terms, so that every
            number that can be read can also be read back from the journal.

    Raises:
        MalformedResponse: the text is no number, or too long.
    """
    plain = _text(text, limit).strip()
    if not _NUMBER.fullmatch(plain):
        raise MalformedResponse("not a number")
    exponent = plain.lower().partition("e")[2]
    if exponent and abs(int(exponent)) > EXPONENT_LIMIT:
        raise MalformedResponse("exponent out of bounds")
    try:
        value = Fraction(plain)
    except ZeroDivisionError as error:
        raise MalformedResponse("not a number") from error
    if len(str(value)) > limit:
        raise MalformedResponse("too many digits")
    return value


def _text(value: object, limit: int) -> str:
    if not isinstance(value, str) or len(value) > limit:
        raise MalformedResponse(f"text of at most {limit} characters expected")
    if _UNSTORABLE.search(value):
        raise MalformedResponse("text holds characters that cannot be stored")
    return value


def _identifier(value: object) -> str:
    text = _text(value, IDENTIFIER_LIMIT)
    if not text:
        raise MalformedResponse("an option has a name")
    return text


def _list(value: object, what: str) -> list[Any]:
    if not isinstance(value, list) or len(value) > OPTION_LIMIT:
        raise MalformedResponse(f"a list of at most {OPTION_LIMIT} {what} expected")
    return value


def _identifiers(value: object) -> list[str]:
    options = [_identifier(one) for one in _list(value, "options")]
    if len(set(options)) != len(options):
        raise MalformedResponse("an option stands twice")
    return options


def _pairs(value: object) -> frozenset[tuple[str, str]]:
    pairs = []
    for pair in _list(value, "pairs"):
        if not isinstance(pair, list) or len(pair) != 2:
            raise MalformedResponse("a pair has two names")
        pairs.append((_identifier(pair[0]), _identifier(pair[1])))
    if len(set(pairs)) != len(pairs):
        raise MalformedResponse("a pair stands twice")
    return frozenset(pairs)


def _unordered(value: object) -> frozenset[tuple[str, str]]:
    pairs = _pairs(value)
    if any(one > other for one, other in pairs):
        raise MalformedResponse("the names of a pair without order are sorted")
    return pairs


def _points(value: object) -> frozenset[tuple[int, int]]:
    points = []
    for point in _list(value, "points"):
        if not isinstance(point, list) or len(point) != 2:
            raise MalformedResponse("a point has two numbers")
        points.append((_coordinate(point[0]), _coordinate(point[1])))
    if len(set(points)) != len(points):
        raise MalformedResponse("a point stands twice")
    return frozenset(points)


def _coordinate(value: object) -> int:
    # A truth value is an integer to Python, and 3.0 equals 3; neither is how a point is written.
    if type(value) is not int or abs(value) > POINT_LIMIT:
        raise MalformedResponse("a coordinate is a whole number")
    return value


def _record(value: object) -> Record:
    if not isinstance(value, dict) or len(value) > RECORD_LIMIT:
        raise MalformedResponse(f"a record of at most {RECORD_LIMIT} responses expected")
    return record({_identifier(name): _single(one) for name, one in value.items()})
