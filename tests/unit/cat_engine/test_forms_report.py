"""The report's page and charts: whole, closed in themselves, without script."""

import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from cat_engine.preparation.charts import Bound, Labels, bars, curve, histogram
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


def _parse(chart: str) -> ET.Element:
    return ET.fromstring(chart)  # noqa: S314 - drawn here


def _bars(chart: str) -> list[ET.Element]:
    return [one for one in _parse(chart).iter(f"{SVG}rect") if one.get("fill") == "#1f4e79"]


def test_histogram_has_a_bar_for_every_interval_that_holds_values() -> None:
    chart = histogram([1.0, 1.0, 2.0], LABELS, Bound(1.5, 1.0))

    tall, low = sorted(_bars(chart), key=lambda bar: float(bar.get("y", "")))
    assert float(tall.get("height", "")) == pytest.approx(2 * float(low.get("height", "")), 0.01)
    assert "Nilai <b>" == _parse(chart).findtext(f"{SVG}title")


@pytest.mark.parametrize(
    "chart",
    [
        histogram([5.0], LABELS),
        histogram([5.0, 5.0], LABELS, Bound(5.0, 0.0)),
        bars([(0, 4)], LABELS),
        curve([0, 0], LABELS),
        curve([3, 9, 1], LABELS, 4),
    ],
)
def test_chart_of_few_values_stays_on_its_page(chart: str) -> None:
    root = _parse(chart)

    assert "nan" not in chart
    for one in root.iter(f"{SVG}rect"):
        assert 0 <= float(one.get("x", "0")) <= 640
        assert 0 <= float(one.get("y", "0")) <= 260


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
