"""Operators on containers and records."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

from scoring.processing.arithmetic import Attributes, numbers
from scoring.processing.values import (
    Maybe,
    Real,
    Value,
    boolean,
    container,
    members,
    number,
    scalar,
    single,
)


def gather(cardinality: str, values: Sequence[Maybe]) -> Maybe:
    """All the values of `multiple` and `ordered` in one container; NULLs are left out.

    Values of different types, numbers aside, make no container: NULL.
    """
    there = [value for value in values if value is not None]
    types = {value.type for value in there}
    if not there or (len(types) > 1 and not types <= {"integer", "float"}):
        return None
    found = [one for value in there for one in members(value)]
    type_name = "float" if types == {"integer", "float"} else there[0].type
    return container(type_name, cardinality, tuple(found))


def size(_: Attributes, values: Sequence[Maybe]) -> Maybe:
    """containerSize: how many values; of NULL 0."""
    return number(sum(len(members(value)) for value in values))


def at(attributes: Attributes, values: Sequence[Maybe]) -> Maybe:
    """index: the value at a place of an ordered container, counted from 1; beyond it NULL."""
    place = attributes.get("n")
    if len(values) == 2:
        found = numbers(values[1:])
        place = found[0] if found else None
    value = values[0] if values else None
    if value is None or not isinstance(place, int) or place < 1:
        return None
    listed = members(value)
    return single(value.type, listed[place - 1]) if place <= len(listed) else None


def member(_: Attributes, values: Sequence[Maybe]) -> Maybe:
    """Whether a single value is in a container."""
    pair = _one_of_many(values)
    return None if pair is None else boolean(pair[0].data in members(pair[1]))


def contains(_: Attributes, values: Sequence[Maybe]) -> Maybe:
    """Whether a container holds another: of ordered ones as an unbroken run."""
    if len(values) != 2 or values[0] is None or values[1] is None:
        return None
    whole, part = list(members(values[0])), list(members(values[1]))
    if values[0].cardinality == "ordered" and values[1].cardinality == "ordered":
        starts = range(len(whole) - len(part) + 1)
        return boolean(any(whole[start : start + len(part)] == part for start in starts))
    for one in part:
        if one not in whole:
            return boolean(False)  # noqa: FBT003 - a value
        whole.remove(one)
    return boolean(True)  # noqa: FBT003 - a value


def delete(_: Attributes, values: Sequence[Maybe]) -> Maybe:
    """A container without every instance of a single value."""
    pair = _one_of_many(values)
    if pair is None:
        return None
    one, listed = pair
    kept = tuple(found for found in members(listed) if found != one.data)
    return container(listed.type, listed.cardinality, kept)


def _one_of_many(values: Sequence[Maybe]) -> tuple[Value, Value] | None:
    """A single value and a container; some write them the other way round, which is as plain."""
    if len(values) != 2 or values[0] is None or values[1] is None:
        return None
    first, second = values
    assert first is not None and second is not None, "seen above"  # noqa: PT018 - for the types
    is_turned = first.cardinality in ("multiple", "ordered") and second.cardinality == "single"
    return (second, first) if is_turned else (first, second)


def field(attributes: Attributes, values: Sequence[Maybe]) -> Maybe:
    """fieldValue: a field of a record."""
    value = values[0] if values else None
    if value is None or value.cardinality != "record":
        return value if value is not None and value.cardinality == "single" else None
    found: Maybe = dict(value.data).get(attributes.get("fieldIdentifier"))
    return found


def is_of_type(_: Attributes, values: Sequence[Maybe]) -> Maybe:
    """isTypeOf, of one player's dialect: whether a value is of the type that a text names."""
    if len(values) != 2 or values[0] is None or values[1] is None:
        return None
    return boolean(values[0].type == values[1].data)


def looked_up(table: Mapping[str, object], value: Maybe, type_name: str) -> Maybe:
    """What a match or an interpolation table gives for a number; else its default value.

    Args:
        table: {"kind": "match", "interpolation" or "linear", "entries": [[source, target,
            includes]], "default": text or None}; interpolation entries stand from the greatest
            source down, and the first that is not above the number counts; linear ones are the
            corners of a line that is level before the first and after the last.
        value: what is looked up.
        type_name: base type of the outcome that takes the target.
    """
    found = numbers([value])
    entries = table.get("entries")
    assert isinstance(entries, list), "checked when the program was read"
    if found and len(found) == 1 and table["kind"] == "linear":
        return _on_line(entries, found[0])
    if found and len(found) == 1:
        for source, target, includes in entries:
            bound = scalar("float", source)
            is_hit = found[0] == bound if table["kind"] == "match" else found[0] > bound
            if is_hit or (includes and found[0] == bound):
                return _target(type_name, target)
    elif value is not None and table["kind"] == "match":
        for source, target, _ in entries:
            if str(value.data) == source:
                return _target(type_name, target)
    return _target(type_name, table.get("default"))


def _on_line(entries: Sequence[Sequence[str]], at: Real) -> Maybe:
    """The height of a line of straight pieces, level before its first corner and after its last."""
    corners = sorted(
        (x, y)
        for x, y in ((scalar("float", one[0]), scalar("float", one[1])) for one in entries)
        if isinstance(x, Fraction) and isinstance(y, Fraction)
    )
    if not corners or isinstance(at, float):
        return None
    if at <= corners[0][0]:
        return number(corners[0][1])
    for (left, low), (right, high) in pairwise(corners):
        if left < at <= right:
            return number(low + (high - low) * (at - left) / (right - left))
    return number(corners[-1][1])


def _target(type_name: str, text: object) -> Maybe:
    data = scalar(type_name, text) if isinstance(text, str) else None
    return None if data is None else Value(type_name, "single", data)
