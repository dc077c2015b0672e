"""Places on a picture in QTI 1.2: areas in pixels, or as Canvas has them in parts of a side."""

from dataclasses import replace
from fractions import Fraction

from question_bank.importers.picture_size import size_of
from question_bank.importers.qti.markup import Markup, tidied
from question_bank.importers.qti.media import MissingFile
from question_bank.importers.qti12.presentation import Asked, material
from question_bank.importers.report import CannotTake
from question_bank.item import Image, Item, Settings
from question_bank.rich_text import Node, plain_words, write_rich
from question_bank.safe_xml import XmlElement
from scoring.area import Area, BadArea, area
from scoring.processing.values import scalar
from scoring.rule import AreaRule

USUAL_SIDE = 1_000

_SHAPES = {"rectangle": "rect", "ellipse": "ellipse", "bounded": "poly"}


def read_hot_spot(
    plain: Item, asked: Asked, nodes: list[Node], *, points: Fraction, markup: Markup
) -> Item:
    """An item that asks for a point in an area of its picture.

    Raises:
        CannotTake: without a picture, or with an area that is none.
    """
    words = [node for one in asked.element.elements("material") for node in material(one, markup)]
    image, width, height = _picture(asked.element, words, markup)
    areas = [_area(label, width, height) for label, _ in asked.labels]
    if not areas:
        raise CannotTake("it has no areas", "draw an area on its picture")
    most = 1 if asked.cardinality == "single" else len(areas)
    share = points / most
    markup.changes.add("any of its areas earns" if most == 1 else "every area earns its part")
    return replace(
        plain,
        kind="points",
        stem=write_rich(tidied([*nodes, *words])),
        image=image,
        settings=Settings(most=most, width=width, height=height),
        rule=AreaRule(tuple((one, share) for one in areas), upper_bound=points),
    )


def _picture(
    element: XmlElement, words: list[Node], markup: Markup
) -> tuple[Image | None, int, int]:
    found = [one for one in element.walk() if one.name == "matimage"]
    if not found:
        raise CannotTake("it has no picture", "add one")
    source = found[0].attributes.get("uri", "").replace("$IMS-CC-FILEBASE$/", "web_resources/")
    try:
        digest, extension, content = markup.media.take(source)
    except MissingFile as error:
        markup.holds[str(error)] = error.advice
        return None, USUAL_SIDE, USUAL_SIDE
    width, height = size_of(content) or (USUAL_SIDE, USUAL_SIDE)
    alt = found[0].attributes.get("label") or plain_words(words) or source.rpartition("/")[2]
    return Image(digest, extension, alt[:2000]), width, height


def _area(label: XmlElement, width: int, height: int) -> Area:
    numbers = [scalar("float", one) for one in label.text().replace(" ", "").split(",") if one]
    found = [one for one in numbers if isinstance(one, Fraction)]
    if len(found) < len(numbers) or not found:
        raise CannotTake("an area has no coordinates", "draw its areas again")
    is_part = all(0 <= one <= 1 for one in found)
    sides = (width, height)
    scaled = [one * sides[i % 2] if is_part else one for i, one in enumerate(found)]
    shape = _SHAPES.get(label.attributes.get("rarea", "Ellipse").lower(), "ellipse")
    try:
        return area(shape, [int(one + Fraction(1, 2)) for one in scaled])
    except BadArea as error:
        raise CannotTake(f"an area is none: {error}", "draw its areas again") from error
