"""Items on a picture as Moodle writes them: words on its places, markers on its areas."""

from collections.abc import Callable
from xml.sax.saxutils import escape

from question_bank.exporters.cloze import right_numbers
from question_bank.exporters.export import CannotWrite
from question_bank.item import Image, Interaction, Item, Option, interactions_of
from question_bank.rich_text import words_of
from scoring.area import Area
from scoring.rule import ZERO, AreaRule, SumRule

ENDLESS = "<infinite/>"

FileOf = Callable[[str, str], str]
"""The element that holds a picture of our media, under a name of its own."""


def is_dragged(item: Item) -> bool:
    """Whether it is a gap match on a picture."""
    return item.kind == "gap_match" and all(one.area for one in item.targets)


def is_marked(item: Item) -> bool:
    """Whether it asks for places on one picture alone, each with a word of its own."""
    asked = item.interactions
    is_one_picture = len({one.image for one in asked}) == 1 and asked[0].image is not None
    return is_one_picture and all(one.kind == "points" and one.prompt for one in asked)


def dragged(item: Item, file_of: FileOf) -> list[str]:
    """The elements of a question whose words and pictures are dragged onto a picture.

    Raises:
        CannotWrite: Moodle knows no such places, or marks them otherwise.
    """
    numbers = right_numbers(item)
    lines = [_background(item.image, file_of)]
    for number, option in enumerate(item.options, start=1):
        lines.append(f"    <drag><no>{number}</no>{_shown(option, item.notation, file_of)}</drag>")
    for number, target in enumerate(item.targets, start=1):
        assert target.area is not None, "is_dragged saw it"
        if target.area.shape != "rect" or target.text:
            raise CannotWrite("Moodle's places on a picture are rectangles without words")
        left, top, _, _ = target.area.coords
        lines.append(
            f"    <drop><no>{number}</no><text></text><choice>{numbers[target.id]}</choice>"
            f"<xleft>{left}</xleft><ytop>{top}</ytop></drop>"
        )
    return lines


def marked(item: Item, file_of: FileOf) -> list[str]:
    """The elements of a question whose markers are put on areas of a picture.

    Raises:
        CannotWrite: Moodle marks it otherwise.
    """
    rules = item.rule.parts if isinstance(item.rule, SumRule) else {}
    asked = interactions_of(item)
    lines = [_background(asked[0].image, file_of)]
    drops: list[tuple[int, Area]] = []
    for number, one in enumerate(asked, start=1):
        rule = rules.get(one.name)
        if not isinstance(rule, AreaRule):
            raise CannotWrite(_OTHERWISE)
        drops += [(number, place) for place, _ in rule.areas]
        lines.append(_marker(number, one, len(rule.areas), item.notation))
    earned = {points for rule in rules.values() if isinstance(rule, AreaRule)
              for _, points in rule.areas}  # fmt: skip
    bounds = {(rule.default, rule.lower_bound, rule.upper_bound, rule.blank)
              for rule in rules.values() if isinstance(rule, AreaRule)}  # fmt: skip
    if len(earned) != 1 or bounds != {(ZERO, None, None, ZERO)}:
        raise CannotWrite(_OTHERWISE)
    lines += [_drop(number, *drop) for number, drop in enumerate(drops, start=1)]
    return lines


_OTHERWISE = "Moodle marks every area of a picture alone, all alike"


def _marker(number: int, one: Interaction, area_count: int, notation: str) -> str:
    if one.settings.most > area_count or one.settings.least:
        raise CannotWrite("Moodle takes points off for markers too many")
    words = escape(words_of(one.prompt, notation))
    count = one.settings.most or area_count
    return f"    <drag><no>{number}</no><text>{words}</text><noofdrags>{count}</noofdrags></drag>"


def _drop(number: int, marker: int, place: Area) -> str:
    match place.shape, place.coords:
        case "circle", (x, y, radius):
            shape, coords = "circle", f"{x},{y};{radius}"
        case "rect", (left, top, right, bottom):
            shape, coords = "rectangle", f"{left},{top};{right - left},{bottom - top}"
        case "poly", corners:
            pairs = zip(corners[::2], corners[1::2], strict=True)
            shape, coords = "polygon", ";".join(f"{x},{y}" for x, y in pairs)
        case _:
            raise CannotWrite(f"Moodle knows no {place.shape} on a picture")
    return (
        f"    <drop><no>{number}</no><shape>{shape}</shape><coords>{coords}</coords>"
        f"<choice>{marker}</choice></drop>"
    )


def _background(image: Image | None, file_of: FileOf) -> str:
    assert image is not None, "asked before"
    # Moodle keeps no text for this picture but its name.
    return f"    {file_of(image.name, f'{image.alt[:60]}.{image.extension}')}"


def _shown(option: Option, notation: str, file_of: FileOf) -> str:
    words = words_of(option.text, notation)
    file = ""
    if option.image is not None:
        words, file = option.image.alt, file_of(option.image.name, option.image.name)
    endless = ENDLESS if option.most == 0 else ""
    return f"<text>{escape(words)}</text><draggroup>1</draggroup>{endless}{file}"
