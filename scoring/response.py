"""What a candidate can give: one option, several, a number, text, an order, pairs, or nothing.

The JSON form is canonical: the same response has one text, which the journal hashes, and whatever
was read can be written and read again. Numbers are exact: read from text, never from a float.
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

TEXT_LIMIT = 10_000
OPTION_LIMIT = 200
IDENTIFIER_LIMIT = 200
NUMBER_LIMIT = 50
EXPONENT_LIMIT = 30

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_NUMBER = re.compile(r"[+-]?(\d+/\d+|(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?)", re.ASCII)


class MalformedResponse(ValueError):
    """JSON that is no response."""

    code = "malformed_response"


@dataclass(frozen=True, slots=True)
class Nothing:
    """Blank: nothing was given, or what was given was cleared."""


@dataclass(frozen=True, slots=True)
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


Response = Nothing | Choice | Choices | Number | Text | Order | Match


def is_blank(response: Response) -> bool:
    """Whether a response holds nothing: none was given, or an empty list, or only white space."""
    match response:
        case Nothing():
            return True
        case Choices(given) | Order(given) | Match(given):
            return not given
        case Text(text):
            return not text.strip()
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


def from_json(value: object) -> Response:
    """Read a response strictly.

    Raises:
        MalformedResponse: for everything that is not exactly one of the known forms.
    """
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


def _identifiers(value: object) -> list[str]:
    if not isinstance(value, list) or len(value) > OPTION_LIMIT:
        raise MalformedResponse(f"a list of at most {OPTION_LIMIT} options expected")
    options = [_identifier(one) for one in value]
    if len(set(options)) != len(options):
        raise MalformedResponse("an option stands twice")
    return options


def _pairs(value: object) -> frozenset[tuple[str, str]]:
    if not isinstance(value, list) or len(value) > OPTION_LIMIT:
        raise MalformedResponse(f"a list of at most {OPTION_LIMIT} pairs expected")
    pairs = []
    for pair in value:
        if not isinstance(pair, list) or len(pair) != 2:
            raise MalformedResponse("a pair has two names")
        pairs.append((_identifier(pair[0]), _identifier(pair[1])))
    if len(set(pairs)) != len(pairs):
        raise MalformedResponse("a pair stands twice")
    return frozenset(pairs)
