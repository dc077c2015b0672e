"""Moodle's questions on a picture: words and pictures put on its places, markers put on its areas.

Words and pictures become a gap match on the picture, whose places are seen as in Moodle. Markers
become places to find, one interaction for each, because the areas of markers are not to be seen.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from question_bank.importers import moodle_kinds
from question_bank.importers.markup import text_of
from question_bank.importers.moodle_border import Border, text_of_child
from question_bank.importers.moodle_kinds import Draft, Weighed
from question_bank.importers.moodle_places import Placed
from question_bank.importers.moodle_questions import Make
from question_bank.importers.picture_size import size_of
from question_bank.importers.pictures import BadPicture
from question_bank.importers.report import CannotTake
from question_bank.item import Image, Interaction, Option, Settings
from question_bank.rich_text import RICH, plain_words
from question_bank.safe_xml import XmlElement
from scoring.area import Area, BadArea, area
from scoring.rule import ONE, ZERO, AreaRule, MappingRule, SumRule

_WHOLE = re.compile(r"\d{1,5}")
# About what Moodle draws for words of its usual size.
_SIGN_WIDTH, _EDGES, _LINE_HEIGHT = 8, 12, 26
_SHAPES = {"circle": "circle", "rectangle": "rect", "polygon": "poly"}


def ddimageortext(border: Border) -> Make:
    """Words or pictures are dragged onto places of a picture; every place earns its part."""
    drags = border.question.elements("drag")
    drops = border.question.elements("drop")
    shown = [border.shown(one) for one in drags]
    pictures = [_drag_picture(border, one) for one in drags]
    numbers = {text_of_child(one, "no"): place for place, one in enumerate(drags)}
    width, height = _largest(
        [plain_words(text.nodes) for text in shown], [size for _, size in pictures]
    )
    image, canvas = _background(border)
    if len({text_of_child(one, "draggroup") or "1" for one in drags}) > 1:
        border.changes.add("what is dragged fits into the places of every group")
    border.changes.add(f"every place on the picture is taken as {width} x {height} pixels")
    targets: list[Option] = []
    rights: list[int] = []
    for drop in drops:
        right = numbers.get(text_of_child(drop, "choice"))
        if right is None:
            raise CannotTake("a place has no answer", "say what belongs there")
        left, top = (_number(text_of_child(drop, name)) for name in ("xleft", "ytop"))
        place = area("rect", (left, top, left + width, top + height))
        targets.append(Option(f"p{len(targets) + 1}", "", area=place))
        rights.append(right)
    if not targets:
        raise CannotTake("the picture has no places", "add some")
    settings = _canvas(canvas, [one.area for one in targets if one.area])
    shuffle = border.flag("shuffleanswers", default=False)

    def make(notation: str) -> Draft:
        options = moodle_kinds.options_of(
            [
                # The words of a picture stand for it; Moodle does not show them beside it.
                Weighed("" if picture else text_of(text, notation), ZERO, picture)
                for text, (picture, _) in zip(shown, pictures, strict=True)
            ]
        )
        options = tuple(
            replace(option, most=0) if drag.first("infinite") is not None else option
            for option, drag in zip(options, drags, strict=True)
        )
        entries = {
            f"{options[right].id} {target.id}": ONE / len(targets)
            for target, right in zip(targets, rights, strict=True)
        }
        return Draft(
            kind="gap_match",
            options=options,
            rule=MappingRule(entries),
            targets=tuple(targets),
            shuffle=shuffle,
            image=image,
            settings=settings,
        )

    return make


def ddmarker(border: Border) -> Placed:
    """Markers are put on areas that are not seen; every area earns its part."""
    stem = border.shown(border.question.first("questiontext"))
    image, canvas = _background(border)
    drops = border.question.elements("drop")
    share = ONE / max(len(drops), 1)
    interactions: list[Interaction] = []
    rules: dict[str, AreaRule] = {}
    for drag in border.question.elements("drag"):
        words = text_of(border.shown(drag), RICH)
        number = text_of_child(drag, "no")
        areas = [_area(one) for one in drops if text_of_child(one, "choice") == number]
        if not areas:
            border.changes.add(f"the marker {words[:30]!r}, which fits nowhere, is left out")
            continue
        settings = replace(_canvas(canvas, areas), most=_most(drag, len(areas)))
        name = f"p{len(interactions) + 1}"
        interactions.append(Interaction(name, "points", words, image=image, settings=settings))
        rules[name] = AreaRule(tuple((one, share) for one in areas))
    if sum(len(rule.areas) for rule in rules.values()) < len(drops):
        raise CannotTake("an area has no marker", "say which marker belongs there")
    if not rules:
        raise CannotTake("no marker has an area", "add the areas")
    border.changes.add("every marker has a picture of its own, and is put there by itself")
    draft = Draft("composite", (), SumRule(rules), interactions=tuple(interactions))
    return Placed(text_of(stem, RICH), draft)


def _most(drag: XmlElement, area_count: int) -> int:
    """How many of a marker there are; never more than it has areas, so that none is too many."""
    given = text_of_child(drag, "noofdrags")
    if drag.first("infinite") is not None or not _WHOLE.fullmatch(given) or given == "0":
        return area_count
    return min(int(given), area_count)


def _area(drop: XmlElement) -> Area:
    shape = text_of_child(drop, "shape").lower()
    numbers = [round(Fraction(one)) for one in re.findall(r"\d+(?:\.\d+)?", _coords(drop))]
    if shape == "rectangle" and len(numbers) == 4:
        numbers = [*numbers[:2], numbers[0] + numbers[2], numbers[1] + numbers[3]]
    try:
        return area(_SHAPES.get(shape, shape), numbers)
    except BadArea as error:
        raise CannotTake(str(error), "correct shape and coords") from error


def _coords(drop: XmlElement) -> str:
    coords = text_of_child(drop, "coords")
    if not re.fullmatch(r"[\d.,;\s]{1,4000}", coords):
        raise CannotTake(f"{coords[:40]!r} are no coordinates", "such as 100,50;20 for a circle")
    return coords


def _number(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise CannotTake(f"{text[:20]!r} is no place on a picture", "write pixels from its edge")
    return int(text)


def _background(border: Border) -> tuple[Image, tuple[int, int] | None]:
    found = _file(border, border.question)
    if found is None:
        raise CannotTake("the picture is not in the file", "export the question with its files")
    return found


def _drag_picture(border: Border, drag: XmlElement) -> tuple[Image | None, tuple[int, int] | None]:
    found = _file(border, drag, text_of_child(drag, "text"))
    return (None, None) if found is None else found


def _file(
    border: Border, holder: XmlElement, words: str = ""
) -> tuple[Image, tuple[int, int] | None] | None:
    """The picture that an element holds beside its texts, with its size in pixels."""
    file = holder.first("file")
    if file is None:
        return None
    name = file.attributes.get("name", "")
    try:
        digest, extension, content = border.picture(file.text(), name)
    except BadPicture as error:
        raise CannotTake(f"a picture cannot be taken: {error}", "save it as PNG or JPEG") from error
    alt = words or name.rpartition(".")[0][:60] or "gambar"
    if not words:
        border.changes.add(f"a picture has no text that stands for it; {alt!r} was put there")
    return Image(digest, extension, alt), size_of(content)


def _largest(words: Sequence[str], sizes: Sequence[tuple[int, int] | None]) -> tuple[int, int]:
    """How large a place is: as what is largest of all that may be put there."""
    drawn = [size for size in sizes if size is not None]
    drawn += [(len(one) * _SIGN_WIDTH + _EDGES, _LINE_HEIGHT) for one in words if one]
    if not drawn:
        raise CannotTake("nothing can be dragged", "add words or pictures")
    return max(width for width, _ in drawn), max(height for _, height in drawn)


def _canvas(size: tuple[int, int] | None, areas: Sequence[Area]) -> Settings:
    """The size of the picture; of one that does not say it, what holds all areas."""
    if size is None:
        numbers = [number for one in areas for number in one.coords]
        size = (max(numbers) + _EDGES, max(numbers) + _EDGES)
    return Settings(width=size[0], height=size[1])


KINDS: Mapping[str, Callable[[Border], Make]] = {"ddimageortext": ddimageortext}
PLACED: Mapping[str, Callable[[Border], Placed]] = {"ddmarker": ddmarker}
