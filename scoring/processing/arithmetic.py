"""Operators on numbers. Exact; NULL where mathematics says nothing, as in a division by zero."""

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from scoring.processing.values import Maybe, Real, members, number, real

NUMERIC = frozenset({"integer", "float", "intOrIdentifier", "duration"})
POWER_LIMIT = 10_000

Attributes = Mapping[str, Any]


def numbers(values: Sequence[Maybe]) -> list[Real] | None:
    """All the numbers in some values; None where one is NULL or no number."""
    found: list[Real] = []
    for value in values:
        if value is None or value.type not in NUMERIC or value.cardinality == "record":
            return None
        found += [one for one in members(value) if not isinstance(one, str)]
    return found


def two(values: Sequence[Maybe]) -> tuple[Real, Real] | None:
    """Two single numbers, or None."""
    found = numbers(values)
    return (found[0], found[1]) if found is not None and len(found) == 2 else None


def total(_: Attributes, values: Sequence[Maybe]) -> Maybe:
    """Sum; NULL where one is NULL."""
    found = numbers(values)
    return None if found is None else number(_reduced(lambda a, b: a + b, found, 0))


def product(_: Attributes, values: Sequence[Maybe]) -> Maybe:
    """Product; NULL where one is NULL."""
    found = numbers(values)
    return None if found is None else number(_reduced(lambda a, b: a * b, found, 1))


def subtract(_: Attributes, values: Sequence[Maybe]) -> Maybe:
    """The first less the second."""
    pair = two(values)
    return None if pair is None else number(pair[0] - pair[1])


def divide(_: Attributes, values: Sequence[Maybe]) -> Maybe:
    """The first by the second, a float; by zero NULL."""
    pair = two(values)
    if pair is None or pair[1] == 0:
        return None
    if any(isinstance(one, float) for one in pair):
        return number(_floated(lambda: float(pair[0]) / float(pair[1])))
    return number(_exact(pair[0]) / _exact(pair[1]))


def integer_divide(_: Attributes, values: Sequence[Maybe]) -> Maybe:
    """The largest integer not above the quotient; by zero NULL."""
    pair = two(values)
    if pair is None or pair[1] == 0 or any(isinstance(one, float) for one in pair):
        return None
    return number(math.floor(_exact(pair[0]) / _exact(pair[1])))


def modulus(_: Attributes, values: Sequence[Maybe]) -> Maybe:
    """What the integer division leaves; by zero NULL."""
    pair = two(values)
    if pair is None or pair[1] == 0 or any(isinstance(one, float) for one in pair):
        return None
    return number(pair[0] - pair[1] * math.floor(_exact(pair[0]) / _exact(pair[1])))


def power(_: Attributes, values: Sequence[Maybe]) -> Maybe:
    """The first to the power of the second: exact for small whole powers; NULL where undefined."""
    pair = two(values)
    if pair is None:
        return None
    base, exponent = pair
    is_finite = not isinstance(exponent, float) and not isinstance(base, float)
    if is_finite and exponent == int(exponent) and abs(int(exponent)) <= POWER_LIMIT:
        bits = max(_exact(base).numerator.bit_length(), _exact(base).denominator.bit_length())
        if bits * abs(int(exponent)) <= 100_000:
            if base == 0 and exponent < 0:
                return None
            return number(Fraction(_exact(base) ** int(exponent)))
    return number(_floated(lambda: math.pow(float(base), float(exponent))))


def least(_: Attributes, values: Sequence[Maybe]) -> Maybe:
    """The smallest number."""
    found = numbers(values)
    return number(min(found)) if found else None


def most(_: Attributes, values: Sequence[Maybe]) -> Maybe:
    """The greatest number."""
    found = numbers(values)
    return number(max(found)) if found else None


def common_divisor(_: Attributes, values: Sequence[Maybe]) -> Maybe:
    """The greatest common divisor of integers."""
    found = _integers(values)
    return None if found is None else number(math.gcd(*found))


def common_multiple(_: Attributes, values: Sequence[Maybe]) -> Maybe:
    """The lowest common multiple of integers; 0 where one is 0."""
    found = _integers(values)
    return None if found is None else number(math.lcm(*found))


def truncate(_: Attributes, values: Sequence[Maybe]) -> Maybe:
    """The integer towards zero."""
    return _whole(values, math.trunc)


def rounded(_: Attributes, values: Sequence[Maybe]) -> Maybe:
    """The nearest integer; a half goes up, so that 6.5 is 7 and -6.5 is -6."""
    return _whole(values, lambda one: math.floor(one + Fraction(1, 2)))


def to_float(_: Attributes, values: Sequence[Maybe]) -> Maybe:
    """An integer as a float."""
    found = numbers(values)
    if not found or len(found) != 1:
        return None
    return number(found[0] if isinstance(found[0], float) else Fraction(found[0]))


def round_to(attributes: Attributes, values: Sequence[Maybe]) -> Maybe:
    """A number rounded to decimal places or significant figures."""
    found = numbers(values)
    if not found or len(found) != 1:
        return None
    return number(to_figures(attributes, found[0]))


def to_figures(attributes: Attributes, value: Real) -> Real | None:
    """Rounded as `roundingMode` and `figures` say, halves away from zero; None where they err."""
    figures = attributes.get("figures")
    if not isinstance(figures, int) or abs(figures) > 300:
        return None
    if isinstance(value, float) or value == 0:
        return value if isinstance(value, float) else Fraction(0)
    if str(attributes.get("roundingMode", "significantFigures")).startswith("significant"):
        if figures < 1:
            return None
        figures -= 1 + _magnitude(abs(_exact(value)))
    elif figures < 0:
        return None
    scaled = abs(_exact(value)) * Fraction(10) ** figures
    kept = Fraction(math.floor(scaled + Fraction(1, 2))) / Fraction(10) ** figures
    return kept if value > 0 else -kept


def mathematics(attributes: Attributes, values: Sequence[Maybe]) -> Maybe:
    """A function of mathematics by its name; NULL where it has no value."""
    name = str(attributes.get("name"))
    found = numbers(values)
    if not found or len(found) != (2 if name == "atan2" else 1):
        return None
    if name in _EXACT:
        if isinstance(found[0], float) and name != "abs":
            return None if name != "signum" else number(1 if found[0] > 0 else -1)
        return number(_EXACT[name](found[0]))
    return number(_floated(lambda: _FUNCTIONS[name](*map(float, found))))


def constant(attributes: Attributes, _: Sequence[Maybe]) -> Maybe:
    """Pi or e."""
    named = {"pi": math.pi, "e": math.e}
    found = named.get(str(attributes.get("name")))
    return None if found is None else number(Fraction(found))


def statistic(attributes: Attributes, values: Sequence[Maybe]) -> Maybe:
    """Mean, variance or standard deviation of a container; a sample needs two values."""
    found = numbers(values)
    name = str(attributes.get("name"))
    if not found or any(isinstance(one, float) for one in found):
        return None
    exact = [_exact(one) for one in found]
    mean = sum(exact, Fraction(0)) / len(exact)
    if name == "mean":
        return number(mean)
    degrees = len(exact) - (1 if name.startswith("sample") else 0)
    if degrees < 1:
        return None
    variance = sum(((one - mean) ** 2 for one in exact), Fraction(0)) / degrees
    return number(variance if name.endswith("Variance") else root(variance))


def root(value: Fraction) -> Real | None:
    """The square root: exact where there is an exact one."""
    top, bottom = math.isqrt(value.numerator), math.isqrt(value.denominator)
    if top * top == value.numerator and bottom * bottom == value.denominator:
        return Fraction(top, bottom)
    return _floated(lambda: math.sqrt(value))


def is_function(name: str) -> bool:
    """Whether `mathematics` knows the name."""
    return name in _FUNCTIONS or name in _EXACT


def _exact(value: Real) -> Fraction:
    return Fraction(value)


def _reduced(step: Callable[[Any, Any], Any], found: Sequence[Real], start: int) -> Real | None:
    """The numbers joined one by one; infinities make machine floats of all."""
    if any(isinstance(one, float) for one in found):
        return _floated(lambda: _joined(step, [float(one) for one in found], float(start)))
    result: Real = start
    for one in found:
        bounded = number(step(result, one))
        if bounded is None:
            return None
        result = bounded.data
    return result


def _joined(step: Callable[[Any, Any], Any], found: Sequence[float], start: float) -> float:
    for one in found:
        start = step(start, one)
    return start


def _floated(work: Callable[[], float]) -> Real | None:
    """What a machine float can tell: NULL where it is undefined or too large to write."""
    try:
        return real(work())
    except (ValueError, OverflowError, ZeroDivisionError):
        return None


def _integers(values: Sequence[Maybe]) -> list[int] | None:
    found = numbers(values)
    if not found or not all(isinstance(one, int) for one in found):
        return None
    return [one for one in found if isinstance(one, int)]


def _whole(values: Sequence[Maybe], step: Callable[[Any], int]) -> Maybe:
    found = numbers(values)
    if not found or len(found) != 1 or isinstance(found[0], float):
        return None
    return number(step(found[0]))


def _magnitude(value: Fraction) -> int:
    """The power of ten of the first figure: 2 of 314, -2 of 0.0314."""
    guess = len(str(value.numerator)) - len(str(value.denominator))
    return guess if value >= Fraction(10) ** guess else guess - 1


_EXACT: Mapping[str, Callable[[Any], Real]] = {
    "abs": abs,
    "floor": math.floor,
    "ceil": math.ceil,
    "signum": lambda one: (one > 0) - (one < 0),
}
_FUNCTIONS: Mapping[str, Callable[..., float]] = {
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "sec": lambda one: 1 / math.cos(one),
    "csc": lambda one: 1 / math.sin(one),
    "cot": lambda one: 1 / math.tan(one),
    "asin": math.asin,
    "acos": math.acos,
    "atan": math.atan,
    "atan2": math.atan2,
    "asec": lambda one: math.acos(1 / one),
    "acsc": lambda one: math.asin(1 / one),
    "acot": lambda one: math.pi / 2 if one == 0 else math.atan(1 / one),
    "sinh": math.sinh,
    "cosh": math.cosh,
    "tanh": math.tanh,
    "sech": lambda one: 1 / math.cosh(one),
    "csch": lambda one: 1 / math.sinh(one),
    "coth": lambda one: 1 / math.tanh(one),
    "log": lambda one: -math.inf if one == 0 else math.log10(one),
    "ln": lambda one: -math.inf if one == 0 else math.log(one),
    "exp": math.exp,
    "toDegrees": math.degrees,
    "toRadians": math.radians,
}
