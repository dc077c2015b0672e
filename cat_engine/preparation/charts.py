"""Small charts as shapes: a histogram with a target and its bound, and a falling curve.

`chart_files` writes them as SVG and as PNG, so that both show the same. Plain shapes and numbers
only; every chart has a title that says in words what it shows, and colours that differ in
brightness.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 42, 44
BIN_COUNT = 24
BAR, BAND, LINE, INK = "#1f4e79", "#d9e6f2", "#b3470b", "#222222"


@dataclass(frozen=True, slots=True)
class Area:
    """A filled shape by its corners."""

    corners: tuple[tuple[float, float], ...]
    colour: str


@dataclass(frozen=True, slots=True)
class Line:
    """Straight lines from corner to corner."""

    corners: tuple[tuple[float, float], ...]
    colour: str


@dataclass(frozen=True, slots=True)
class Words:
    """A text on its base line; `anchor` is `start`, `middle` or `end`."""

    x: float
    y: float
    words: str
    anchor: str


Shape = Area | Line | Words


@dataclass(frozen=True, slots=True)
class Chart:
    """A page of `WIDTH` by `HEIGHT` with its shapes, the first at the back."""

    title: str
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Labels:
    """The words of a chart."""

    title: str
    across: str
    up: str


@dataclass(frozen=True, slots=True)
class Bound:
    """A target and how far values may lie from it."""

    target: float
    within: float


def histogram(values: Sequence[float], labels: Labels, bound: Bound | None = None) -> Chart:
    """How often values fall into equal intervals; the allowed band lies behind the bars."""
    ends = [min(values), max(values)]
    if bound is not None:
        ends += [bound.target - bound.within, bound.target + bound.within]
    low, high = min(ends), max(ends)
    margin = (high - low) * 0.05 or 0.5
    low, high = low - margin, high + margin
    step = (high - low) / BIN_COUNT
    counts = [0] * BIN_COUNT
    for value in values:
        counts[min(int((value - low) / step), BIN_COUNT - 1)] += 1
    top = max(counts)
    scale = _Scale(low, high, top)
    shapes: list[Shape] = []
    if bound is not None:
        left, right = scale.x(bound.target - bound.within), scale.x(bound.target + bound.within)
        shapes.append(_rectangle((left, TOP), (right, HEIGHT - BOTTOM), BAND))
    for index, count in enumerate(counts):
        if count:
            left, right = scale.x(low + index * step), scale.x(low + (index + 1) * step)
            shapes.append(_bar(scale, left, right, count))
    if bound is not None:
        x = scale.x(bound.target)
        shapes.append(Line(((x, TOP), (x, HEIGHT - BOTTOM)), LINE))
    marks = [low + margin, (low + high) / 2, high - margin]
    return _chart(shapes, labels, scale, marks)


def bars(counts: Sequence[tuple[int, int]], labels: Labels) -> Chart:
    """Whole values with their counts, side by side."""
    low, high = counts[0][0] - 0.5, counts[-1][0] + 0.5
    scale = _Scale(low, high, max(count for _, count in counts))
    shapes: list[Shape] = [
        _bar(scale, scale.x(value - 0.4), scale.x(value + 0.4), count) for value, count in counts
    ]
    marks = sorted({counts[0][0], counts[-1][0], (counts[0][0] + counts[-1][0]) // 2})
    return _chart(shapes, labels, scale, marks)


def curve(values: Sequence[int], labels: Labels, limit: int | None = None) -> Chart:
    """Values from the largest to the smallest as one falling area, under a limit."""
    ordered = sorted(values, reverse=True)
    top = max([*ordered, limit or 0, 1])
    scale = _Scale(0, len(ordered), top)
    floor = HEIGHT - BOTTOM
    corners = [(float(LEFT), float(floor))]
    for place, value in enumerate(ordered):
        corners += [(scale.x(place), scale.y(value)), (scale.x(place + 1), scale.y(value))]
    shapes: list[Shape] = [Area((*corners, (scale.x(len(ordered)), floor)), BAR)]
    if limit is not None:
        shapes.append(Line(((LEFT, scale.y(limit)), (WIDTH - RIGHT, scale.y(limit))), LINE))
    return _chart(shapes, labels, scale, [0, len(ordered) // 2, len(ordered)])


@dataclass(frozen=True, slots=True)
class _Scale:
    """From values to places on the page."""

    low: float
    high: float
    top: int

    def x(self, value: float) -> float:
        return LEFT + (value - self.low) / (self.high - self.low) * (WIDTH - LEFT - RIGHT)

    def y(self, count: float) -> float:
        return HEIGHT - BOTTOM - count / self.top * (HEIGHT - TOP - BOTTOM)


def _chart(shapes: Sequence[Shape], labels: Labels, scale: _Scale, marks: Sequence[float]) -> Chart:
    floor = HEIGHT - BOTTOM
    axes: list[Shape] = [Line(((LEFT, TOP), (LEFT, floor), (WIDTH - RIGHT, floor)), INK)]
    axes += [Words(scale.x(mark), floor + 16, f"{mark:.4g}", "middle") for mark in marks]
    axes += [Words(LEFT - 6, scale.y(count) + 4, str(count), "end") for count in (0, scale.top)]
    axes += [
        Words(LEFT, 16, labels.title, "start"),
        Words((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, labels.across, "middle"),
        Words(LEFT - 6, TOP - 8, labels.up, "end"),
    ]
    return Chart(labels.title, (*shapes, *axes))


def _bar(scale: _Scale, left: float, right: float, count: int) -> Area:
    width = max(right - left - 1, 0.5)
    return _rectangle((left, scale.y(count)), (left + width, HEIGHT - BOTTOM), BAR)


def _rectangle(first: tuple[float, float], last: tuple[float, float], colour: str) -> Area:
    (left, top), (right, bottom) = first, last
    return Area(((left, top), (right, top), (right, bottom), (left, bottom)), colour)
