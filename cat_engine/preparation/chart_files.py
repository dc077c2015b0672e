"""Charts as files: SVG for pages, PNG for documents; both draw the same shapes."""

import io
from pathlib import Path
from xml.sax.saxutils import escape

from PIL import Image, ImageDraw, ImageFont

from cat_engine.preparation.charts import HEIGHT, INK, WIDTH, Area, Chart, Line, Shape, Words

FONT_SIZE = 12
LINE_WIDTH = 1.5
PAPER = "#ffffff"
PNG_SCALE = 2
"""Pixels of a PNG for each unit of a chart: sharp on paper and on good screens."""

_ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}


def as_svg(chart: Chart) -> str:
    """The chart as one SVG element, closed in itself."""
    shapes = "".join(map(_svg, chart.shapes))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'font-family="sans-serif" font-size="{FONT_SIZE}"><title>{escape(chart.title)}</title>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>{shapes}</svg>'
    )


def as_png(chart: Chart, typeface: Path) -> bytes:
    """The chart as a PNG of twice its size, its words in this TrueType file.

    The same chart gives the same bytes.
    """
    image = Image.new("RGB", (WIDTH * PNG_SCALE, HEIGHT * PNG_SCALE), PAPER)
    pen = ImageDraw.Draw(image)
    font = ImageFont.truetype(typeface, FONT_SIZE * PNG_SCALE)
    for shape in chart.shapes:
        match shape:
            case Area(corners, colour):
                pen.polygon(_scaled(corners), fill=colour)
            case Line(corners, colour):
                pen.line(_scaled(corners), fill=colour, width=round(LINE_WIDTH * PNG_SCALE))
            case Words(x, y, words, anchor):
                ((left, base),) = _scaled(((x, y),))
                pen.text((left, base), words, fill=INK, font=font, anchor=_ANCHORS[anchor])
    written = io.BytesIO()
    image.save(written, "PNG", optimize=True)
    return written.getvalue()


def _scaled(corners: tuple[tuple[float, float], ...]) -> list[tuple[float, float]]:
    return [(x * PNG_SCALE, y * PNG_SCALE) for x, y in corners]


def _svg(shape: Shape) -> str:
    match shape:
        case Area(corners, colour):
            return f'<path d="{_steps(corners)}Z" fill="{colour}"/>'
        case Line(corners, colour):
            return (
                f'<path d="{_steps(corners)}" fill="none" stroke="{colour}" '
                f'stroke-width="{LINE_WIDTH}"/>'
            )
        case Words(x, y, words, anchor):
            return (
                f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{INK}">'
                f"{escape(words)}</text>"
            )


def _steps(corners: tuple[tuple[float, float], ...]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in corners)
