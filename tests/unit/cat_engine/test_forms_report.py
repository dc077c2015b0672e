"""The report's page and charts: whole, closed in themselves, without script."""

import io
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from PIL import Image

from cat_engine.papers.sheet import TYPEFACE
from cat_engine.preparation.chart_files import PNG_SCALE, as_png, as_svg
from cat_engine.preparation.charts import (
    BAND,
    BAR,
    HEIGHT,
    LINE,
    WIDTH,
    Area,
    Bound,
    Chart,
    Labels,
    Line,
    Words,
    bars,
    curve,
    histogram,
)
from cat_engine.preparation.fairness_page import draw_charts, draw_page
from question_bank.fairness import Fairness, ItemExposure, Overlap, Spread

SVG = "{http://www.w3.org/2000/svg}"
LABELS = Labels("Nilai <b>", "poin", "naskah")
FAIR = Fairness(
    form_count=3,
    spreads=(Spread("", None, (79_000, 80_000, 81_000), 80_000, 1_000, ()),),
    overlap=Overlap({0: 1, 2: 1}, 0),
    exposures=(
        ItemExposure("twk-001", "twk", "scored", 3),
        ItemExposure("twk-002", "twk", "scored", 0),
    ),
    limit=3,
    faults=(),
    seen={},
)
BROKEN = replace(FAIR, limit=2, faults=(("P-1", "the enemies <a>, b meet"),))


class _Links(HTMLParser):
    """Collects what a page would fetch or run."""

    def __init__(self) -> None:
        super().__init__()
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "link", "iframe", "img"):
            self.outside.append(tag)
        self.outside += [name for name, _ in attrs if name in ("src", "href", "onclick")]


CHARTS = [
    histogram([1.0, 1.0, 2.0], LABELS, Bound(1.5, 1.0)),
    histogram([5.0], LABELS),
    histogram([5.0, 5.0], LABELS, Bound(5.0, 0.0)),
    bars([(0, 4)], LABELS),
    curve([0, 0], LABELS),
    curve([3, 9, 1], LABELS, 4),
]


def _bars(chart: Chart) -> list[Area]:
    return [one for one in chart.shapes if isinstance(one, Area) and one.colour == BAR]


def _height(area: Area) -> float:
    return max(y for _, y in area.corners) - min(y for _, y in area.corners)


def _image(chart: Chart) -> Image.Image:
    return Image.open(io.BytesIO(as_png(chart, TYPEFACE)))


def _colour(image: Image.Image, x: float, y: float) -> str:
    pixel = image.getpixel((round(x * PNG_SCALE), round(y * PNG_SCALE)))
    assert isinstance(pixel, tuple)
    return "#" + "".join(f"{part:02x}" for part in pixel)


def test_histogram_has_a_bar_for_every_interval_that_holds_values() -> None:
    chart = CHARTS[0]

    low, tall = sorted(map(_height, _bars(chart)))
    assert tall == pytest.approx(2 * low, 0.01)
    root = ET.fromstring(as_svg(chart))  # noqa: S314 - drawn here
    assert "Nilai <b>" == root.findtext(f"{SVG}title")


@pytest.mark.parametrize("chart", CHARTS)
def test_chart_of_few_values_stays_on_its_page(chart: Chart) -> None:
    for shape in chart.shapes:
        corners = ((shape.x, shape.y),) if isinstance(shape, Words) else shape.corners
        assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in corners)


@pytest.mark.parametrize("chart", CHARTS)
def test_png_shows_every_shape_of_the_chart_in_its_colour(chart: Chart) -> None:
    image = _image(chart)

    assert (WIDTH * PNG_SCALE, HEIGHT * PNG_SCALE) == image.size
    assert [] == list(_not_drawn(chart, image))


def test_png_of_another_chart_does_not_pass_for_this_one() -> None:
    """The check above is shown to fail: a missing bar, a lower curve, a moved target."""
    assert list(_not_drawn(CHARTS[0], _image(CHARTS[1])))
    assert list(_not_drawn(CHARTS[5], _image(curve([3, 8, 1], LABELS, 9))))
    moved = histogram([1.0, 1.0, 2.0], LABELS, Bound(1.6, 0.9))
    assert list(_not_drawn(moved, _image(CHARTS[0])))


def test_png_has_words_and_the_same_chart_gives_the_same_bytes() -> None:
    title = _image(CHARTS[0]).crop((0, 0, WIDTH * PNG_SCALE, 20 * PNG_SCALE))
    colours = title.getcolors()

    assert colours is not None
    assert len(colours) > 2
    assert as_png(CHARTS[0], TYPEFACE) == as_png(CHARTS[0], TYPEFACE)


def _not_drawn(chart: Chart, image: Image.Image) -> Iterator[Area | Line]:
    """Shapes of which a point that nothing covers has another colour in the picture."""
    for shape in chart.shapes:
        if isinstance(shape, Area) and shape.colour == BAR and _height(shape) > 2:
            (left, _), (right, _) = shape.corners[0], shape.corners[2]
            top = min(y for _, y in shape.corners)
            at = next(x for x, y in shape.corners if y == top) + min(2, (right - left) / 2)
            if BAR != _colour(image, at, top + 1) or BAR == _colour(image, at, top - 3):
                yield shape
        if isinstance(shape, Area) and shape.colour == BAND and shape.corners[0][0] + 3 < WIDTH:
            (left, top), (right, _) = shape.corners[0], shape.corners[2]
            if right - left > 4 and BAND != _colour(image, left + 2, top + 2):
                yield shape
        if isinstance(shape, Line) and shape.colour == LINE:
            (first_x, first_y), (last_x, last_y) = shape.corners
            middle = (first_x + last_x) / 2, (first_y + last_y) / 2
            if LINE != _colour(image, *middle):
                yield shape


@pytest.mark.parametrize("language", ["id", "en"])
def test_page_is_closed_in_itself(language: str) -> None:
    links = _Links()

    page = draw_page("skd-pagi", FAIR, draw_charts(FAIR, language), language)
    links.feed(page)

    assert [] == links.outside
    assert 3 == page.count("<svg")
    assert f'<html lang="{language}">' in page


def test_breaches_are_listed_and_escaped() -> None:
    page = draw_page("skd-pagi", BROKEN, draw_charts(BROKEN, "en"), "en")

    assert "2 breaches of stated bounds" in page
    assert "P-1: the enemies &lt;a&gt;, b meet" in page
    assert "item twk-001 is on more than 2 forms" in page
    assert "breaches" not in draw_page("skd-pagi", FAIR, draw_charts(FAIR, "en"), "en")
