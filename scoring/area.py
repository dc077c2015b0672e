"""Areas of a picture, in the picture's own units: what a click can fall into."""

from collections.abc import Sequence
from dataclasses import dataclass

SHAPES = ("rect", "circle", "ellipse", "poly", "default")
COORDINATE_LIMIT = 400
"""The most numbers of one area: a polygon of two hundred corners."""

_COUNTS = {"rect": (4,), "circle": (3,), "ellipse": (4,), "default": (0, 4)}


class BadArea(ValueError):
    """No area: another shape, or too few or too many numbers for it."""

    code = "bad_area"


@dataclass(frozen=True, slots=True)
class Area:
    """A shape with its numbers, as HTML image maps and QTI write them.

    rect: left, top, right, bottom. circle: centre x, y, radius. ellipse: centre x, y, radius
    across, radius down. poly: x, y of every corner. default: the whole picture.
    """

    shape: str
    coords: tuple[int, ...] = ()


def area(shape: str, coords: Sequence[int]) -> Area:
    """A checked area; a polygon's last corner is left out where it repeats the first.

    Raises:
        BadArea: the numbers do not make this shape.
    """
    numbers = tuple(coords)
    if shape not in SHAPES or len(numbers) > COORDINATE_LIMIT:
        raise BadArea(f"no area: {shape[:20]!r}")
    if shape == "poly":
        if len(numbers) >= 8 and numbers[:2] == numbers[-2:]:
            numbers = numbers[:-2]
        if len(numbers) < 6 or len(numbers) % 2:
            raise BadArea("a polygon has three corners or more, of two numbers each")
    elif len(numbers) not in _COUNTS[shape]:
        raise BadArea(f"{shape} has {_COUNTS[shape][0]} numbers")
    if (shape == "circle" and numbers[2] < 0) or (shape == "ellipse" and min(numbers[2:]) < 0):
        raise BadArea("a radius is not negative")
    return Area(shape, () if shape == "default" else numbers)


def holds(one: Area, point: tuple[int, int]) -> bool:
    """Whether a point lies in an area or on its edge; exact, in whole numbers."""
    x, y = point
    match one.shape, one.coords:
        case "rect", (left, top, right, bottom):
            return left <= x <= right and top <= y <= bottom
        case "circle", (centre_x, centre_y, radius):
            return (x - centre_x) ** 2 + (y - centre_y) ** 2 <= radius**2
        case "ellipse", (centre_x, centre_y, across, down):
            return _is_in_ellipse(x - centre_x, y - centre_y, across, down)
        case "poly", corners:
            return _is_in_polygon(point, list(zip(corners[::2], corners[1::2], strict=True)))
        case _:
            return True


def _is_in_ellipse(x: int, y: int, across: int, down: int) -> bool:
    if across == 0 or down == 0:
        return abs(x) <= across and abs(y) <= down
    return (x * down) ** 2 + (y * across) ** 2 <= (across * down) ** 2


def _is_in_polygon(point: tuple[int, int], corners: list[tuple[int, int]]) -> bool:
    """Count the edges that a ray to the right crosses; a point on an edge is inside."""
    x, y = point
    is_inside = False
    for (x1, y1), (x2, y2) in zip(corners, corners[1:] + corners[:1], strict=True):
        turn = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)
        is_between = min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2)
        if turn == 0 and is_between:
            return True
        if (y1 > y) != (y2 > y) and (turn > 0) == (y2 > y1):
            is_inside = not is_inside
    return is_inside
