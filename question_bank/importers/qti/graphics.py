"""QTI's interactions on pictures: their areas as options, their picture, its size in units."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from question_bank.importers.qti.bounds import most_of, pairs, selecting
from question_bank.importers.qti.declarations import coordinates
from question_bank.importers.qti.names import count
from question_bank.importers.report import CannotTake
from question_bank.item import Image, Interaction, Option, Settings
from question_bank.rich_text import Node, write_rich
from question_bank.safe_xml import XmlElement
from scoring.area import Area, BadArea, area

if TYPE_CHECKING:
    from question_bank.importers.qti.interactions import Reader

USUAL_CANVAS = 1_000


def hotspot(
    reader: "Reader", element: XmlElement, one: Interaction
) -> tuple[Interaction, list[Node]]:
    """Options that are areas of a picture."""
    options, image, settings = _areas(reader, element, "hotspotChoice")
    chosen = selecting(element, len(options), right_count=reader.right_count(one.name))
    settings = replace(settings, least=chosen.least, most=chosen.most)
    return replace(one, kind="hotspot", options=options, image=image, settings=settings), []


def _areas(
    reader: "Reader", element: XmlElement, name: str, usual_most: int | None = None
) -> tuple[tuple[Option, ...], Image | None, Settings]:
    """The areas of a graphic interaction as options, its picture and the picture's size."""
    image, width, height = reader.picture(element)
    options = []
    for found in element.elements(name):
        shape = _area(found)
        words = found.attributes.get("hotspotLabel") or found.attributes.get("alt", "")
        options.append(
            Option(
                found.attributes.get("identifier", "").strip(),
                write_rich([words]) if words else "",
                area=shape,
                most=most_of(found, usual_most),
            )
        )
    if not (width and height):
        width, height = _extent(options)
        reader.markup.changes.add("the picture's size was taken from its areas")
    return tuple(options), image, Settings(width=width, height=height)


def _extent(options: Sequence[Option]) -> tuple[int, int]:
    """The least size that holds every area."""
    xs, ys = [1], [1]
    for option in options:
        assert option.area is not None, "areas were read"
        coords = option.area.coords
        if option.area.shape in ("circle", "ellipse"):
            xs.append(coords[0] + coords[2])
            ys.append(coords[1] + coords[-1])
        else:
            xs += coords[::2]
            ys += coords[1::2]
    return min(max(xs), 20_000), min(max(ys), 20_000)


def _area(element: XmlElement) -> Area:
    try:
        coords = coordinates(element.attributes.get("coords", ""))
        return area(element.attributes.get("shape", "default"), coords)
    except BadArea as error:
        raise CannotTake(f"line {element.line}: {error}", "correct shape and coords") from error


def points(
    reader: "Reader", element: XmlElement, one: Interaction
) -> tuple[Interaction, list[Node]]:
    """Places on a picture."""
    image, width, height = reader.picture(element)
    settings = Settings(
        least=count(element, "minChoices"),
        most=1 if reader.is_single(one.name) else count(element, "maxChoices", 1),
        width=width or USUAL_CANVAS,
        height=height or USUAL_CANVAS,
    )
    return replace(one, kind="points", image=image, settings=settings), []


def graphic_order(
    reader: "Reader", element: XmlElement, one: Interaction
) -> tuple[Interaction, list[Node]]:
    """Areas of a picture, put in an order."""
    options, image, settings = _areas(reader, element, "hotspotChoice")
    settings = replace(
        settings, least=count(element, "minChoices"), most=count(element, "maxChoices")
    )
    return replace(one, kind="order", options=options, image=image, settings=settings), []


def graphic_associate(
    reader: "Reader", element: XmlElement, one: Interaction
) -> tuple[Interaction, list[Node]]:
    """Pairs of areas of a picture."""
    options, image, settings = _areas(reader, element, "associableHotspot", 1)
    bounds = pairs(element)
    settings = replace(settings, least=bounds.least, most=bounds.most)
    return replace(one, kind="associate", options=options, image=image, settings=settings), []


def graphic_gap(
    reader: "Reader", element: XmlElement, one: Interaction
) -> tuple[Interaction, list[Node]]:
    """Words or pictures, put on areas of a picture."""
    targets, image, settings = _areas(reader, element, "associableHotspot", 1)
    choices = element.elements("gapImg", "gapText")
    options = tuple(reader.option(found, usual_most=1) for found in choices)
    one = replace(one, kind="gap_match", options=options, targets=targets)
    return replace(one, image=image, settings=settings), []
