"""mapResponse and mapResponsePoint: what a response earns by its mapping."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from scoring.area import Area, holds
from scoring.processing.values import Maybe, Real, members, number, scalar, write


def mapped(mapping: Mapping[str, Any], value: Maybe) -> Maybe:
    """The sum of what each different value is mapped to, within the mapping's bounds.

    A value counts once, however often it stands in a container ("if a container contains multiple
    instances of the same value then that value is counted once only"). Nothing sums to 0, which
    the bounds then hold.
    """
    default = _points(mapping["default"])
    result: Any = Fraction(0)
    if value is not None:
        exact, folded = _entries(mapping, value.type)
        seen: set[str] = set()
        for one in members(value):
            key = write(value.type, one)
            if key in seen:
                continue
            seen.add(key)
            result += exact.get(key, folded.get(key.casefold(), default))
    return number(_bounded(mapping, result))


def mapped_points(mapping: Mapping[str, Any], value: Maybe) -> Maybe:
    """The sum over the areas that were hit, each once; a point in none earns the default."""
    areas = [(Area(shape, tuple(coords)), _points(p)) for shape, coords, p in mapping["entries"]]
    hit: set[int] = set()
    result: Any = Fraction(0)
    for point in sorted(set(members(value))):
        index = next((i for i, (one, _) in enumerate(areas) if holds(one, point)), None)
        if index is None:
            result += _points(mapping["default"])
        elif index not in hit:
            hit.add(index)
            result += areas[index][1]
    return number(_bounded(mapping, result))


def _entries(mapping: Mapping[str, Any], type_name: str) -> tuple[dict[str, Real], dict[str, Real]]:
    """Points by the key as it is written, and by its folded form where case does not matter."""
    exact: dict[str, Real] = {}
    folded: dict[str, Real] = {}
    for key, points, is_case_sensitive in mapping["entries"]:
        data = scalar(type_name, key)
        plain = key if data is None else write(type_name, data)
        if is_case_sensitive:
            exact.setdefault(plain, _points(points))
        else:
            folded.setdefault(plain.casefold(), _points(points))
    return exact, folded


def _points(text: str) -> Real:
    found = scalar("float", text)
    assert found is not None, "checked when the program was read"
    result: Real = found
    return result


def _bounded(mapping: Mapping[str, Any], total: Real) -> Real:
    if mapping.get("lower_bound") is not None:
        total = max(total, _points(mapping["lower_bound"]))
    if mapping.get("upper_bound") is not None:
        total = min(total, _points(mapping["upper_bound"]))
    return total
