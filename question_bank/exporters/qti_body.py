"""What a QTI item shows and asks: rich text as its body, our interactions as its elements.

Elements are written with the names of QTI 2.2; `qti_names` gives those of QTI 3.0.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from question_bank.exporters.export import CannotWrite
from question_bank.exporters.moodle_answers import decimal
from question_bank.importers.qti import marks
from question_bank.item import (
    Audio,
    Image,
    Interaction,
    Item,
    Option,
    Stimulus,
    interactions_of,
)
from question_bank.rich_text import BLOCKS, RICH, Element, Node, elements_of, nodes_of
from scoring.area import Area
from scoring.rule import JudgedRule, Rule, SumRule, TextRule

MATHML = "http://www.w3.org/1998/Math/MathML"
_INLINE = frozenset({"text", "number", "inline_choice"})
_USUAL_TARGET = 0

Parts = tuple[str, tuple[tuple[str, str], ...], list[Node]]
"""Name, attributes and children of an element."""


def body_of(item: Item, src: Callable[[str], str]) -> Element:
    """The itemBody.

    Args:
        item: to be written.
        src: where the document finds a picture or recording of ours, by its name.
    """
    nodes = _shown(item.stem, item.notation, src)
    asked = interactions_of(item)
    told = _class(marks.NOTATIONS[item.notation])
    figure = _beside(item.image, item.audio, src)
    if item.kind == "composite":
        parts = item.rule.parts if isinstance(item.rule, SumRule) else {}
        places = {
            one.name: _marked(_interaction(one, item.notation, src), parts.get(one.name))
            for one in asked
        }
        body = _filled(nodes, places)
        inside = {one.get("name") for one in elements_of(nodes, "place")}
        body += [_block(one, places[one.name]) for one in asked if one.name not in inside]
        told = _class(f"{marks.NOTATIONS[item.notation]} {marks.COMPOSITE}")
        return Element("itemBody", told, (*_aside(item, src), *figure, *body))
    (only,) = asked
    if _is_graphic(only):
        figure = _beside(None, item.audio, src)
    else:
        only = replace(only, image=None)
    inner = _marked(_interaction(only, item.notation, src, tuple(nodes)), item.rule)
    before = [] if only.kind in ("gap_match", "hot_text") and not _is_graphic(only) else nodes
    body = [*before, *figure, _block(only, inner)]
    return Element("itemBody", told, (*_aside(item, src), *body))


def stimulus_body(stimulus: Stimulus, src: Callable[[str], str]) -> Element:
    """The body of a stimulus that items share."""
    shown = _shown(stimulus.text, stimulus.notation, src)
    beside = _beside(stimulus.image, stimulus.audio, src)
    return Element("stimulusBody", _class(marks.NOTATIONS[stimulus.notation]), (*shown, *beside))


def attributes(**values: object) -> tuple[tuple[str, str], ...]:
    """Attributes that say something, in the order given."""
    words = {True: "true", False: "false"}
    return tuple(
        (name, words[value] if isinstance(value, bool) else str(value))
        for name, value in values.items()
        if value is not None
    )


def _aside(item: Item, src: Callable[[str], str]) -> list[Node]:
    """The explanation and the criteria, for markers alone."""
    rubrics: list[Node] = []
    if item.explanation:
        shown = tuple(_shown(item.explanation, item.notation, src))
        how = attributes(view="scorer", use="explanation") + _class(marks.EXPLANATION)
        rubrics.append(Element("rubricBlock", how, shown))
    if isinstance(item.rule, JudgedRule) and item.rule.criteria:
        lines = tuple(_xhtml(item.rule.criteria, src))
        how = attributes(view="scorer", use="scoring") + _class(marks.CRITERIA)
        rubrics.append(Element("rubricBlock", how, (Element("p", (), lines),)))
    return rubrics


def _shown(text: str, notation: str, src: Callable[[str], str]) -> list[Node]:
    return _loose(nodes_of(text, notation), src)


def _loose(nodes: Sequence[Node], src: Callable[[str], str]) -> list[Node]:
    """Nodes as XHTML: what stands alone becomes a paragraph."""
    written = [one for node in nodes for one in _xhtml(node, src)]
    found: list[Node] = []
    inline: list[Node] = []
    for node in [*written, Element("p")]:
        if isinstance(node, Element) and node.tag in BLOCKS:
            if any(not isinstance(one, str) or one.strip() for one in inline):
                found.append(Element("p", _class(marks.LOOSE), tuple(inline)))
            inline = []
            found += [node] if node.children or node.tag == "hr" else []
        else:
            inline.append(node)
    return found


def _xhtml(node: Node, src: Callable[[str], str]) -> list[Node]:
    if isinstance(node, str):
        pieces: list[Node] = []
        for place, line in enumerate(node.split("\n")):
            pieces += [Element("br")] if place else []
            pieces += [line] if line else []
        return pieces
    inside = tuple(one for child in node.children for one in _xhtml(child, src))
    match node.tag:
        case "img":
            sized = dict(node.attributes) | {"src": src(node.get("src"))}
            return [Element("img", tuple(sized.items()))]
        case "audio":
            label = attributes(title=node.get("label") or None)
            kind = node.get("src").rpartition(".")[2]
            source = attributes(data=src(node.get("src")), type=f"audio/{kind}")
            return [Element("object", source + label, (node.get("label"),))]
        case "math":
            return [Element("math", (("xmlns", MATHML), *node.attributes), inside)]
        case "gap":
            return [Element("gap", attributes(identifier=node.get("name")))]
        case "hot":
            return [Element("hottext", attributes(identifier=node.get("name")), inside)]
        case _:
            return [Element(node.tag, node.attributes, inside)]


def _filled(nodes: Sequence[Node], places: Mapping[str, Element]) -> list[Node]:
    """The text with interactions in their places; a paragraph that holds a block becomes a div."""
    found: list[Node] = []
    for node in nodes:
        if isinstance(node, str):
            found.append(node)
        elif node.tag == "place":
            found.append(places[node.get("name")])
        else:
            inside = tuple(_filled(node.children, places))
            holds_block = node.tag == "p" and any(
                isinstance(one, Element) and one.tag in _BLOCK_INTERACTIONS for one in inside
            )
            if holds_block:
                mark = () if node.attributes else _class(marks.PARAGRAPH)
                found.append(Element("div", node.attributes + mark, inside))
            else:
                found.append(replace(node, children=inside))
    return found


def _block(one: Interaction, inner: Element) -> Element:
    return Element("p", (), (inner,)) if one.kind in _INLINE else inner


def _is_graphic(one: Interaction) -> bool:
    areas = [option.area for option in (*one.options, *one.targets)]
    return one.kind in ("hotspot", "points") or any(areas)


def _interaction(
    one: Interaction, notation: str, src: Callable[[str], str], stem: tuple[Node, ...] = ()
) -> Element:
    writer = _Writer(one, notation, src, stem)
    tag, given, children = writer.parts()
    prompt = writer.prompt() if one.kind not in _INLINE else []
    named = attributes(responseIdentifier=one.name) + given
    return Element(tag, named, (*prompt, *children))


def _marked(written: Element, rule: Rule | None) -> Element:
    """The interaction; one that a rule of texts marks says that the rule forgives spaces."""
    if not isinstance(rule, TextRule):
        return written
    return replace(written, attributes=written.attributes + _class(marks.FORGIVING))


class _Writer:
    """Writes one interaction."""

    def __init__(
        self,
        one: Interaction,
        notation: str,
        src: Callable[[str], str],
        stem: tuple[Node, ...],
    ) -> None:
        self._one = one
        self._notation = notation
        self._src = src
        self._stem = stem

    def prompt(self) -> list[Node]:
        """The prompt of an interaction inside a composite item."""
        is_own = self._one.kind in ("gap_match", "hot_text") and not _is_graphic(self._one)
        shown = [] if is_own else _shown(self._one.prompt, self._notation, self._src)
        image = None if _is_graphic(self._one) else self._one.image
        figure = [] if image is None else [_figure(image, self._src)]
        return [Element("prompt", (), (*shown, *figure))] if shown or figure else []

    def parts(self) -> Parts:
        """Name, attributes and children."""
        one, asked = self._one, self._one.settings
        if _is_graphic(one):
            return self._graphic()
        counts = attributes(minChoices=asked.least or None)
        shuffle = attributes(shuffle=one.shuffle)
        match one.kind:
            case "choice":
                return "choiceInteraction", shuffle + attributes(maxChoices=1), self._choices(None)
            case "choices":
                most = attributes(maxChoices=asked.most)
                return "choiceInteraction", shuffle + most + counts, self._choices(None)
            case "order":
                most = attributes(maxChoices=asked.most or None)
                return "orderInteraction", shuffle + counts + most, self._choices(None)
            case "hot_text":
                most = attributes(maxChoices=asked.most)
                return "hottextInteraction", counts + most, self._text()
            case "inline_choice":
                return "inlineChoiceInteraction", shuffle, self._choices(None, "inlineChoice")
            case "associate" | "match" | "gap_match":
                return self._paired()
            case _:
                return self._typed()

    def _paired(self) -> Parts:
        one, asked = self._one, self._one.settings
        shuffle = attributes(shuffle=one.shuffle)
        pairs = attributes(maxAssociations=asked.most, minAssociations=asked.least or None)
        match one.kind:
            case "associate":
                return "associateInteraction", shuffle + pairs, self._choices(1)
            case "match":
                sets = [
                    Element("simpleMatchSet", (), tuple(self._listed(listed, usual)))
                    for listed, usual in ((one.options, 1), (one.targets, _USUAL_TARGET))
                ]
                return "matchInteraction", shuffle + pairs, list(sets)
            case _:
                least = attributes(minAssociations=asked.least or None)
                return "gapMatchInteraction", shuffle + least, [*self._gap_words(), *self._text()]

    def _typed(self) -> Parts:
        one, asked = self._one, self._one.settings
        length = attributes(expectedLength=asked.length or None)
        match one.kind:
            case "text" | "number":
                return "textEntryInteraction", length, []
            case "essay":
                most = attributes(maxStrings=asked.most or None, minStrings=asked.least or None)
                return "extendedTextInteraction", most + length, []
            case "slider":
                ends = [_decimal(one or 0) for one in (asked.lower, asked.upper)]
                scale = attributes(lowerBound=ends[0], upperBound=ends[1])
                return "sliderInteraction", scale + attributes(step=_decimal(asked.step or 1)), []
            case kind:
                raise CannotWrite(f"QTI has no interaction for {kind}")

    def _choices(self, usual: int | None, tag: str = "") -> list[Node]:
        return self._listed(self._one.options, usual, tag)

    def _listed(self, options: Sequence[Option], usual: int | None, tag: str = "") -> list[Node]:
        name = tag or ("simpleChoice" if usual is None else "simpleAssociableChoice")
        return [
            Element(
                name,
                attributes(identifier=option.id, fixed=option.fixed or None)
                + self._most(option, usual),
                tuple(self._words(option)),
            )
            for option in options
        ]

    def _most(self, option: Option, usual: int | None) -> tuple[tuple[str, str], ...]:
        if usual is None:
            return ()
        return attributes(matchMax=usual if option.most is None else option.most)

    def _words(self, option: Option) -> list[Node]:
        """An option's words as they stand: in a paragraph only where there are several."""
        shown = _shown(option.text, self._notation, self._src)
        only = shown[0] if len(shown) == 1 else None
        words = list(only.children) if isinstance(only, Element) and self._opens(only) else shown
        return words + ([_picture(option.image, self._src)] if option.image else [])

    def _opens(self, paragraph: Element) -> bool:
        """Whether a paragraph of an option is there only because others want one."""
        is_inline = self._one.kind in ("inline_choice", "gap_match")
        is_own = self._notation == RICH and paragraph.attributes != _class(marks.LOOSE)
        return paragraph.tag == "p" and (is_inline or not is_own)

    def _gap_words(self) -> list[Node]:
        return [
            Element(
                "gapText",
                attributes(identifier=option.id) + self._most(option, 1),
                tuple(self._words(option)),
            )
            for option in self._one.options
        ]

    def _text(self) -> list[Node]:
        """The text in which gaps or hot words stand."""
        return list(self._stem) or _shown(self._one.prompt, self._notation, self._src)

    def _graphic(self) -> Parts:
        one, asked = self._one, self._one.settings
        assert one.image is not None, "admission wants a picture for areas"
        picture = attributes(
            data=self._src(one.image.name),
            type=f"image/{_MEDIA_TYPES[one.image.extension]}",
            width=asked.width,
            height=asked.height,
        )
        shown = Element("object", picture, (one.image.alt,))
        choices = attributes(maxChoices=asked.most, minChoices=asked.least or None)
        pairs = attributes(maxAssociations=asked.most, minAssociations=asked.least or None)
        match one.kind:
            case "points":
                return "selectPointInteraction", choices, [shown]
            case "hotspot":
                return "hotspotInteraction", choices, [shown, *self._areas(one.options, None)]
            case "order":
                given = attributes(minChoices=asked.least or None, maxChoices=asked.most or None)
                return "graphicOrderInteraction", given, [shown, *self._areas(one.options, None)]
            case "associate":
                return "graphicAssociateInteraction", pairs, [shown, *self._areas(one.options, 1)]
            case "gap_match":
                inside = [shown, *self._gap_words(), *self._areas(one.targets, 1)]
                return "graphicGapMatchInteraction", (), inside
            case kind:
                raise CannotWrite(f"QTI knows no {kind} on a picture")

    def _areas(self, options: Sequence[Option], usual: int | None) -> list[Node]:
        name = "hotspotChoice" if usual is None else "associableHotspot"
        found: list[Node] = []
        for option in options:
            label = " ".join(option.text.split()) or None
            given = attributes(identifier=option.id, **_area(option.area), hotspotLabel=label)
            found.append(Element(name, given + self._most(option, usual)))
        return found


_MEDIA_TYPES = {"png": "png", "jpg": "jpeg", "svg": "svg+xml"}
_BLOCK_INTERACTIONS = frozenset(
    {"choiceInteraction", "orderInteraction", "associateInteraction", "matchInteraction",
     "gapMatchInteraction", "hottextInteraction", "extendedTextInteraction", "sliderInteraction",
     "hotspotInteraction", "selectPointInteraction", "graphicOrderInteraction",
     "graphicAssociateInteraction", "graphicGapMatchInteraction"}
)  # fmt: skip


def _area(area: Area | None) -> dict[str, str]:
    if area is None:
        raise CannotWrite("an option has no place on the picture")
    return {"shape": area.shape, "coords": ",".join(map(str, area.coords))}


def _picture(image: Image, src: Callable[[str], str]) -> Element:
    """A picture that an import of ours puts beside the text again."""
    return Element("img", attributes(src=src(image.name), alt=image.alt) + _class(marks.PICTURE))


def _beside(image: Image | None, audio: Audio | None, src: Callable[[str], str]) -> list[Node]:
    """What stands beside a text; a recording with its words inside."""
    found = [] if image is None else [_figure(image, src)]
    if audio is not None:
        how = attributes(data=src(audio.name), type=f"audio/{audio.extension}")
        heard = Element("object", how + _class(marks.RECORDING), (audio.transcript,))
        found.append(Element("p", (), (heard,)))
    return found


def _figure(image: Image, src: Callable[[str], str]) -> Node:
    return Element("p", (), (_picture(image, src),))


def _class(mark: str) -> tuple[tuple[str, str], ...]:
    return (("class", mark),)


def _decimal(number: object) -> str:
    return decimal(Fraction(str(number)))
