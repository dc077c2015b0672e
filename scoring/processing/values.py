"""Values of QTI's processing language: typed, single or in containers, or NULL (None).

Numbers are exact: an integer is an int, a float a Fraction. Only what mathematics itself makes
inexact (a sine, a root) passes through a machine float, and only infinities stay one.
"""

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

TYPES = frozenset(
    {"identifier", "boolean", "integer", "float", "string", "point", "pair", "directedPair",
     "duration", "file", "uri", "intOrIdentifier"}
)  # fmt: skip
CARDINALITIES = frozenset({"single", "multiple", "ordered", "record"})
CONTAINER_LIMIT = 1_000
BITS_LIMIT = 4_096
"""Beyond so many bits a number is rounded to a machine float, so that no power fills the memory."""

_INTEGER = re.compile(r"[+-]?[0-9]{1,300}", re.ASCII)
_FLOAT = re.compile(r"[+-]?([0-9]{1,300}(\.[0-9]{0,300})?|\.[0-9]{1,300})([eE][+-]?[0-9]{1,3})?")
_DURATION = re.compile(
    r"(-?)P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?"
)
_DURATION_S = (31_556_952, 2_629_746, 86_400, 3_600, 60, 1)

Real = int | Fraction | float
"""A float is an infinity here, and nothing else."""


@dataclass(frozen=True, slots=True)
class Value:
    """Something that is not NULL.

    `data` is a scalar; of multiple and ordered cardinality a tuple of scalars that is not empty;
    of a record a tuple of (name, single value or None).
    """

    type: str
    cardinality: str
    data: Any


Maybe = Value | None


def single(type_name: str, data: Any) -> Value:
    """One value."""
    return Value(type_name, "single", data)


def boolean(truth: bool | None) -> Maybe:  # noqa: FBT001 - the value itself, no switch
    """A truth value, or NULL."""
    return None if truth is None else single("boolean", truth)


def number(value: Real | None) -> Maybe:
    """An integer for an int, otherwise a float; NULL for what is no number."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, int):
        return single("integer", value) if value.bit_length() <= BITS_LIMIT else None
    return single("float", _bounded(value))


def real(value: float) -> Real | None:
    """A machine float as an exact number; infinities stay, NaN is NULL."""
    if math.isnan(value):
        return None
    return value if math.isinf(value) else Fraction(value)


def container(type_name: str, cardinality: str, data: tuple[Any, ...]) -> Maybe:
    """A container; without values it is NULL."""
    return Value(type_name, cardinality, data[:CONTAINER_LIMIT]) if data else None


def members(value: Maybe) -> tuple[Any, ...]:
    """The scalars in a value: one of a single one, none of NULL."""
    if value is None or value.cardinality == "record":
        return ()
    return tuple(value.data) if value.cardinality != "single" else (value.data,)


def scalar(type_name: str, text: str) -> Any:
    """The scalar that a text stands for, or None where it stands for none of this type."""
    plain = text.strip()
    match type_name:
        case "string":
            return text or None
        case "integer":
            return int(plain) if _INTEGER.fullmatch(plain) else None
        case "float":
            return _float(plain)
        case "boolean":
            return {"true": True, "1": True, "false": False, "0": False}.get(plain)
        case "pair" | "directedPair":
            names = plain.split()
            if len(names) != 2:
                return None
            return tuple(sorted(names) if type_name == "pair" else names)
        case "point":
            return _point(plain.split())
        case "duration":
            return _seconds(plain)
        case "intOrIdentifier":
            return int(plain) if _INTEGER.fullmatch(plain) else plain or None
        case _:
            return plain or None


def read(type_name: str, cardinality: str, texts: list[str]) -> Maybe:
    """The value of some texts: single of the first, otherwise a container; NULL for none."""
    scalars = [scalar(type_name, text) for text in texts]
    found = tuple(one for one in scalars if one is not None)
    if cardinality == "single":
        return single(type_name, found[0]) if len(texts) == 1 and found else None
    return container(type_name, cardinality, found)


def write(type_name: str, data: Any) -> str:
    """The text of one scalar, as `scalar` reads it."""
    if type_name == "boolean":
        return "true" if data else "false"
    if type_name in ("pair", "directedPair", "point"):
        return f"{data[0]} {data[1]}"
    if isinstance(data, Fraction):
        return decimal(data)
    if isinstance(data, float):
        return "INF" if data > 0 else "-INF"
    return str(data)


def decimal(value: Fraction) -> str:
    """A fraction as a decimal text: exact where it ends, otherwise to 17 digits."""
    denominator = value.denominator
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    if denominator == 1 and value.denominator < 10**40:
        places = 0
        while (value * 10**places).denominator != 1:
            places += 1
        digits = str(abs(value.numerator * 10**places // value.denominator)).rjust(places + 1, "0")
        whole, rest = (digits[:-places], digits[-places:]) if places else (digits, "")
        sign = "-" if value < 0 else ""
        return f"{sign}{whole}.{rest}" if rest else f"{sign}{whole}"
    return repr(float(value))


def plain(value: Maybe) -> Any:
    """The value in plain Python: None, bool, int, Fraction, text, or a list or dict of these."""
    if value is None:
        return None
    match value.cardinality:
        case "single":
            return _plain(value.type, value.data)
        case "record":
            return {name: plain(one) for name, one in value.data}
        case _:
            return [_plain(value.type, one) for one in value.data]


def _plain(type_name: str, data: Any) -> Any:
    if type_name in ("pair", "directedPair", "point"):
        return write(type_name, data)
    return data


def same(one: Maybe, other: Maybe) -> bool | None:
    """QTI's match: NULL if either is; containers without order are compared as bags."""
    if one is None or other is None:
        return None
    if one.cardinality != other.cardinality:
        # A container of one against a single value is what authors mean by it.
        return members(one) == members(other) if "record" not in _kinds(one, other) else False
    if one.cardinality == "record":
        return dict(one.data) == dict(other.data)
    left, right = members(one), members(other)
    if one.cardinality == "multiple":
        return sorted(map(repr, _keys(left))) == sorted(map(repr, _keys(right)))
    return left == right


def _kinds(one: Value, other: Value) -> tuple[str, str]:
    return one.cardinality, other.cardinality


def _keys(data: tuple[Any, ...]) -> list[Any]:
    """Numbers of either type alike, so that 1 and 1.0 are one."""
    return [Fraction(one) if type(one) is int else one for one in data]


def _float(text: str) -> Real | None:
    if text in ("INF", "+INF", "-INF"):
        return math.inf if text != "-INF" else -math.inf
    if not _FLOAT.fullmatch(text):
        return None
    exponent = text.lower().partition("e")[2]
    if exponent and abs(int(exponent)) > 330:
        return None
    return _bounded(Fraction(text))


def _bounded(value: Fraction | float) -> Real:
    if isinstance(value, float):
        return value
    if max(value.numerator.bit_length(), value.denominator.bit_length()) <= BITS_LIMIT:
        return value
    try:
        return Fraction(float(value))
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _point(numbers: list[str]) -> tuple[int, int] | None:
    """Two whole numbers; a fraction of a unit, as some players send, is rounded half up."""
    found = [_float(one) for one in numbers]
    if len(found) != 2 or not all(isinstance(one, Fraction) for one in found):
        return None
    x, y = (math.floor(one + Fraction(1, 2)) for one in found if isinstance(one, Fraction))
    return x, y


def _seconds(text: str) -> Real | None:
    """Seconds of a plain number, or of an ISO 8601 duration."""
    found = _DURATION.fullmatch(text)
    if found is None:
        return _float(text)
    if not any(found.groups()[1:]):
        return None
    parts = zip(found.groups()[1:], _DURATION_S, strict=True)
    total = sum((Fraction(count) * unit for count, unit in parts if count), Fraction(0))
    return -total if found[1] else total
