"""Operators of truth and comparison: three-valued, because NULL is neither true nor false."""

import unicodedata
from collections.abc import Sequence
from fractions import Fraction

from scoring.area import Area, BadArea, area, holds
from scoring.processing.arithmetic import NUMERIC, Attributes, numbers, to_figures, two
from scoring.processing.patterns import BadPattern, fits
from scoring.processing.values import (
    Maybe,
    Real,
    Value,
    boolean,
    decimal,
    members,
    number,
    same,
    scalar,
)


def truth(value: Maybe) -> bool | None:
    """Whether a value counts as true.

    QTI asks for a single boolean. Players also take numbers (0 is false), texts and containers
    (empty is false); so does this, where it would otherwise be an error.
    """
    if value is None:
        return None
    if value.cardinality != "single":
        return bool(value.data)
    return value.data if value.type == "boolean" else bool(value.data)


def every(_: Attributes, values: Sequence[Maybe]) -> Maybe:
    """and: false where one is false, else NULL where one is NULL."""
    found = [truth(value) for value in values]
    if False in found:
        return boolean(False)  # noqa: FBT003 - a value
    return boolean(None if None in found else True)


def some(_: Attributes, values: Sequence[Maybe]) -> Maybe:
    """or: true where one is true, else NULL where one is NULL."""
    found = [truth(value) for value in values]
    if True in found:
        return boolean(True)  # noqa: FBT003 - a value
    return boolean(None if None in found else False)


def negate(_: Attributes, values: Sequence[Maybe]) -> Maybe:
    """not; of NULL NULL."""
    found = truth(values[0]) if values else None
    return boolean(None if found is None else not found)


def any_number(attributes: Attributes, values: Sequence[Maybe]) -> Maybe:
    """anyN: whether at least `min` and at most `max` are true; NULL where NULLs decide."""
    lower, upper = attributes.get("min"), attributes.get("max")
    if not isinstance(lower, int) or not isinstance(upper, int):
        return None
    found = [truth(value) for value in values]
    right, unknown = found.count(True), found.count(None)
    if right > upper or right + unknown < lower:
        return boolean(False)  # noqa: FBT003 - a value
    return boolean(True if lower <= right and right + unknown <= upper else None)


def is_null(_: Attributes, values: Sequence[Maybe]) -> Maybe:
    """Whether there is nothing; an empty text is nothing too."""
    return boolean(not values or values[0] is None or values[0].data in ("", ()))


def match(_: Attributes, values: Sequence[Maybe]) -> Maybe:
    """Whether two values are the same."""
    return boolean(same(values[0], values[1])) if len(values) == 2 else None


def equal(attributes: Attributes, values: Sequence[Maybe]) -> Maybe:
    """Whether two numbers are equal, exactly or within a tolerance; others as `match` says."""
    if len(values) != 2 or None in values:
        return None
    pair = _compared(values)
    if pair is None:
        is_number = any(value is not None and value.type in NUMERIC for value in values)
        return None if is_number else boolean(same(values[0], values[1]))
    mode = attributes.get("toleranceMode", "exact")
    if mode == "exact":
        return boolean(pair[0] == pair[1])
    below, above = _tolerance(attributes)
    if below is None or above is None:
        return None
    first, second = pair
    if isinstance(first, float) or isinstance(second, float):
        return boolean(first == second)
    exact = Fraction(first)
    lower, upper = exact - below, exact + above
    if mode == "relative":
        lower, upper = exact * (1 - below / 100), exact * (1 + above / 100)
    is_low = attributes.get("includeLowerBound", True)
    is_high = attributes.get("includeUpperBound", True)
    if lower > upper:  # a negative number's bounds, taken in percent
        lower, upper, is_low, is_high = upper, lower, is_high, is_low
    is_above = second >= lower if is_low else second > lower
    is_below = second <= upper if is_high else second < upper
    return boolean(is_above and is_below)


def equal_rounded(attributes: Attributes, values: Sequence[Maybe]) -> Maybe:
    """Whether two numbers are equal once both are rounded."""
    pair = _compared(values)
    if pair is None:
        return None
    left, right = (to_figures(attributes, one) for one in pair)
    return boolean(None if left is None or right is None else left == right)


def compare(name: str, values: Sequence[Maybe]) -> Maybe:
    """lt, lte, gt, gte and the two of durations."""
    pair = _compared(values)
    if pair is None:
        return None
    first, second = pair
    return boolean(
        {
            "lt": first < second,
            "durationLT": first < second,
            "lte": first <= second,
            "gt": first > second,
            "gte": first >= second,
            "durationGTE": first >= second,
        }[name]
    )


def text_match(attributes: Attributes, values: Sequence[Maybe]) -> Maybe:
    """stringMatch: the same text, or with `substring` the second within the first."""
    pair = _texts(values)
    if pair is None:
        return None
    first, second = _folded(attributes, pair)
    return boolean(second in first if attributes.get("substring", False) else first == second)


def text_within(attributes: Attributes, values: Sequence[Maybe]) -> Maybe:
    """substring: whether the first text stands within the second.

    With two numbers after the text, as one player's dialect has it, the piece of the text from
    that place (counted from 1) of that length.
    """
    if len(values) == 3:
        return _piece(values)
    pair = _texts(values)
    if pair is None:
        return None
    first, second = _folded(attributes, pair)
    return boolean(first in second)


def pattern_match(attributes: Attributes, values: Sequence[Maybe]) -> Maybe:
    """patternMatch: whether the whole text is of a pattern of XML Schema.

    One player's dialect gives the pattern as a second text, and may ask for either case.
    """
    if not values or None in values:
        return None
    texts = [one.data for one in values if one is not None and one.cardinality == "single"]
    pattern = attributes.get("pattern", texts[1] if len(texts) > 1 else "")
    if not texts or not isinstance(texts[0], str) or not isinstance(pattern, str):
        return None
    try:
        is_case_sensitive = attributes.get("caseSensitive", True)
        return boolean(fits(pattern, texts[0], is_case_sensitive=is_case_sensitive))
    except BadPattern:
        return None


def trimmed(_: Attributes, values: Sequence[Maybe]) -> Maybe:
    """A text without white space around it (custom operator Trim)."""
    text = _only_text(values)
    return None if text is None else _text(text.strip())


def to_ascii(_: Attributes, values: Sequence[Maybe]) -> Maybe:
    """A text whose letters have lost their accents (custom operator ToAscii)."""
    text = _only_text(values)
    if text is None:
        return None
    decomposed = unicodedata.normalize("NFD", text)
    return _text("".join(one for one in decomposed if not unicodedata.combining(one)))


def comma_decimal(_: Attributes, values: Sequence[Maybe]) -> Maybe:
    """The number of a text with a decimal comma (custom operator ParseCommaDecimal)."""
    text = _only_text(values)
    found = None if text is None else scalar("float", text.replace(",", ".", 1))
    return number(found)


def inside(attributes: Attributes, values: Sequence[Maybe]) -> Maybe:
    """Whether a point, or one of several, lies in an area."""
    value = values[0] if values else None
    shape = area_of(attributes)
    if value is None or value.type != "point" or shape is None:
        return None
    return boolean(any(holds(shape, point) for point in members(value)))


def area_of(attributes: Attributes) -> Area | None:
    """The area that shape and coords name, or None."""
    try:
        return area(str(attributes.get("shape")), attributes.get("coords", ()))
    except BadArea:
        return None


def _tolerance(attributes: Attributes) -> tuple[Fraction | None, Fraction | None]:
    given = attributes.get("tolerance")
    if not isinstance(given, list) or not given:
        return None, None
    found = [_amount(one) for one in given]
    return found[0], found[-1]


def _amount(value: object) -> Fraction | None:
    if isinstance(value, Fraction | int):
        return Fraction(value)
    return Fraction(value) if isinstance(value, str) else None


def _texts(values: Sequence[Maybe]) -> tuple[str, str] | None:
    if len(values) != 2:
        return None
    first, second = values
    if first is None or second is None:
        return None
    found = [_as_text(one) for one in (first, second)]
    return None if found[0] is None or found[1] is None else (found[0], found[1])


def _as_text(value: Value) -> str | None:
    """The text of a single value; a number beside a text is taken as it is written shortest."""
    if value.cardinality != "single":
        return None
    if value.type in NUMERIC and isinstance(value.data, int | Fraction):
        return decimal(Fraction(value.data))
    return value.data if isinstance(value.data, str) else None


def _only_text(values: Sequence[Maybe]) -> str | None:
    value = values[0] if len(values) == 1 else None
    is_text = value is not None and value.cardinality == "single" and isinstance(value.data, str)
    return value.data if value is not None and is_text else None


def _text(text: str) -> Maybe:
    return Value("string", "single", text) if text else None


def _compared(values: Sequence[Maybe]) -> tuple[Real, Real] | None:
    """Two numbers; a text beside a number is read as one, as authors of text entries expect."""
    is_number = [value is not None and value.type in NUMERIC for value in values]
    if len(values) != 2 or not any(is_number):
        return None
    found = [
        value if value is None or value.type != "string" else number(scalar("float", value.data))
        for value in values
    ]
    return two(found)


def _folded(attributes: Attributes, pair: tuple[str, str]) -> tuple[str, str]:
    if attributes.get("caseSensitive", True):
        return pair
    return pair[0].casefold(), pair[1].casefold()


def _piece(values: Sequence[Maybe]) -> Maybe:
    text, place = values[0], numbers(values[1:])
    if text is None or not isinstance(text.data, str) or place is None or len(place) != 2:
        return None
    start, length = (_position(one) for one in place)
    piece = text.data[max(0, start - 1) : max(0, start - 1) + max(0, length)]
    return Value("string", "single", piece) if piece else None


def _position(value: Real) -> int:
    return 0 if isinstance(value, float) else int(value)
