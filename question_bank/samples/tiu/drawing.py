"""Line drawings as SVG: a panel is a square of 100 × 100, y downwards, with a frame."""

from collections.abc import Sequence
from math import cos, radians, sin

PANEL = 100
GAP = 12
MARGIN = 4
PICTURE_HEIGHT = 120
INK = "#111"
FILLS = {"putih": "#fff", "hitam": INK, "abu-abu": "#aaa"}

Point = tuple[float, float]
Elements = list[str]


def polygon(points: Sequence[Point], fill: str) -> str:
    """A closed figure."""
    joined = " ".join(f"{_short(x)},{_short(y)}" for x, y in points)
    return (
        f'<polygon points="{joined}" fill="{FILLS[fill]}" stroke="{INK}" stroke-width="3" '
        'stroke-linejoin="round"/>'
    )


def regular(sides: int, middle: Point, radius: float, fill: str) -> str:
    """A regular polygon that stands on a side."""
    start = 90 + 180 / sides
    angles = [radians(start + 360 / sides * corner) for corner in range(sides)]
    x, y = middle
    points = [(x + radius * cos(angle), y + radius * sin(angle)) for angle in angles]
    return polygon(points, fill)


def circle(middle: Point, radius: float, fill: str) -> str:
    """A disc with an outline."""
    return (
        f'<circle cx="{_short(middle[0])}" cy="{_short(middle[1])}" r="{_short(radius)}" '
        f'fill="{FILLS[fill]}" stroke="{INK}" stroke-width="3"/>'
    )


def tile(corner: Point, size: float, fill: str) -> str:
    """A square of a grid; its grey edge keeps black neighbours apart."""
    return (
        f'<rect x="{_short(corner[0])}" y="{_short(corner[1])}" width="{_short(size)}" '
        f'height="{_short(size)}" fill="{FILLS[fill]}" stroke="#888" stroke-width="2"/>'
    )


def line(start: Point, end: Point, width: float = 3) -> str:
    """A straight stroke with round ends."""
    return (
        f'<line x1="{_short(start[0])}" y1="{_short(start[1])}" x2="{_short(end[0])}" '
        f'y2="{_short(end[1])}" stroke="{INK}" stroke-width="{_short(width)}" '
        'stroke-linecap="round"/>'
    )


def turned(elements: Elements, eighths: int) -> Elements:
    """The same turned clockwise around the middle of the panel by eighths of a full turn."""
    inside = "".join(elements)
    return [f'<g transform="rotate({45 * eighths} 50 50)">{inside}</g>'] if eighths else elements


def mirrored(elements: Elements) -> Elements:
    """The same with left and right exchanged."""
    return [f'<g transform="matrix(-1 0 0 1 100 0)">{"".join(elements)}</g>']


def panel_picture(elements: Elements) -> str:
    """One framed panel as a picture."""
    return _svg(PANEL, [_frame(), *elements])


def analogy_picture(known: Sequence[Elements]) -> str:
    """Panels 1 : 2 = 3 : (empty)."""
    spots = [0.0, 128.0, 272.0, 400.0]
    colons = [dot for x in (114.0, 386.0) for dot in (_dot(x, 40), _dot(x, 60))]
    equals = [line((241, y), (259, y)) for y in (43.0, 57.0)]
    return _svg(500, [*_placed(known, spots), *colons, *equals])


def series_picture(known: Sequence[Elements]) -> str:
    """Panels in a row, then an empty one."""
    spots = [float(index * (PANEL + GAP)) for index in range(len(known) + 1)]
    return _svg(int(spots[-1]) + PANEL, _placed(known, spots))


def _placed(known: Sequence[Elements], spots: Sequence[float]) -> Elements:
    panels = [
        f'<g transform="translate({_short(x)} 0)">{_frame()}{"".join(elements)}</g>'
        for elements, x in zip(known, spots, strict=False)
    ]
    return [*panels, f'<g transform="translate({_short(spots[-1])} 0)">{_empty()}</g>']


def _frame() -> str:
    return '<rect width="100" height="100" fill="#fff" stroke="#888" stroke-width="2"/>'


def _empty() -> str:
    return (
        '<rect width="100" height="100" fill="#fff" stroke="#888" stroke-width="3" '
        'stroke-dasharray="8 7"/>'
    )


def _dot(x: float, y: float) -> str:
    return f'<circle cx="{_short(x)}" cy="{_short(y)}" r="4" fill="{INK}"/>'


def _svg(width: int, elements: Elements) -> str:
    box_width, box_height = width + 2 * MARGIN, PANEL + 2 * MARGIN
    shown_width = round(PICTURE_HEIGHT * box_width / box_height)
    body = "\n".join(elements)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{shown_width}" '
        f'height="{PICTURE_HEIGHT}" viewBox="-{MARGIN} -{MARGIN} {box_width} {box_height}">\n'
        f"{body}\n</svg>\n"
    )


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0").replace("-0", "0" if abs(value) < 0.05 else "-0")
