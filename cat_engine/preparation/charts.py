"""Small charts as SVG text: a histogram with a target and its bound, and a falling curve.

Plain shapes and numbers only; every chart has a title that says in words what it shows, colours
that differ in brightness, and no script.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 42, 44
BIN_COUNT = 24
BAR, BAND, LINE, INK = "#1f4e79", "#d9e6f2", "#b3470b", "#222222"


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


def histogram(values: Sequence[float], labels: Labels, bound: Bound | None = None) -> str:
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
    shapes = []
    if bound is not None:
        left, right = scale.x(bound.target - bound.within), scale.x(bound.target + bound.within)
        shapes.append(_rectangle(left, TOP, right - left, HEIGHT - TOP - BOTTOM, fill=BAND))
    for index, count in enumerate(counts):
        if count:
            left, right = scale.x(low + index * step), scale.x(low + (index + 1) * step)
            shapes.append(_bar(scale, left, right, count))
    if bound is not None:
        x = scale.x(bound.target)
        shapes.append(_path(f"M{x:.1f} {TOP}V{HEIGHT - BOTTOM}", LINE))
    marks = [low + margin, (low + high) / 2, high - margin]
    return _chart(shapes, labels, scale, marks)


def bars(counts: Sequence[tuple[int, int]], labels: Labels) -> str:
    """Whole values with their counts, side by side."""
    low, high = counts[0][0] - 0.5, counts[-1][0] + 0.5
    scale = _Scale(low, high, max(count for _, count in counts))
    shapes = [
        _bar(scale, scale.x(value - 0.4), scale.x(value + 0.4), count) for value, count in counts
    ]
    marks = sorted({counts[0][0], counts[-1][0], (counts[0][0] + counts[-1][0]) // 2})
    return _chart(shapes, labels, scale, marks)


def curve(values: Sequence[int], labels: Labels, limit: int | None = None) -> str:
    """Values from the largest to the smallest as one falling area, under a limit."""
    ordered = sorted(values, reverse=True)
    top = max([*ordered, limit or 0, 1])
    scale = _Scale(0, len(ordered), top)
    steps = [f"M{LEFT} {HEIGHT - BOTTOM}"]
    steps += [
        f"L{scale.x(place):.1f} {scale.y(value):.1f}H{scale.x(place + 1):.1f}"
        for place, value in enumerate(ordered)
    ]
    shapes = [f'<path d="{"".join(steps)}V{HEIGHT - BOTTOM}Z" fill="{BAR}"/>']
    if limit is not None:
        shapes.append(_path(f"M{LEFT} {scale.y(limit):.1f}H{WIDTH - RIGHT}", LINE))
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


def _chart(shapes: list[str], labels: Labels, scale: _Scale, marks: Sequence[float]) -> str:
    floor = HEIGHT - BOTTOM
    axes = [_path(f"M{LEFT} {TOP}V{floor}H{WIDTH - RIGHT}", INK)]
    axes += [_text(scale.x(mark), floor + 16, f"{mark:.4g}", "middle") for mark in marks]
    axes += [_text(LEFT - 6, scale.y(count) + 4, str(count), "end") for count in (0, scale.top)]
    axes += [
        _text(LEFT, 16, labels.title, "start"),
        _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, labels.across, "middle"),
        _text(LEFT - 6, TOP - 8, labels.up, "end"),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'font-family="sans-serif" font-size="12"><title>{escape(labels.title)}</title>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>{"".join([*shapes, *axes])}</svg>'
    )


def _bar(scale: _Scale, left: float, right: float, count: int) -> str:
    top = scale.y(count)
    return _rectangle(left, top, max(right - left - 1, 0.5), HEIGHT - BOTTOM - top, fill=BAR)


def _rectangle(x: float, y: float, width: float, height: float, *, fill: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}"/>'
    )


def _path(steps: str, stroke: str) -> str:
    return f'<path d="{steps}" fill="none" stroke="{stroke}" stroke-width="1.5"/>'


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{INK}">{escape(words)}</text>'
    )
