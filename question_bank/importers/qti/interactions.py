"""QTI's interactions as ours: what is asked, of which options, within which bounds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from question_bank.importers.qti import graphics
from question_bank.importers.qti.bounds import bound, most_of, pairs, selecting
from question_bank.importers.qti.marks import FORGIVING, LOOSE, has_mark
from question_bank.importers.qti.markup import Markup, tidied
from question_bank.importers.qti.media import MissingFile
from question_bank.importers.qti.names import count, truth
from question_bank.importers.report import CannotTake
from question_bank.item import Image, Interaction, Option, Settings
from question_bank.rich_text import Element, Node, elements_of, plain_words, write_rich
from question_bank.safe_xml import XmlElement
from scoring.response import MalformedResponse, parse_number

Declarations = dict[str, dict[str, Any]]

REFUSED = {
    "uploadInteraction": "candidates cannot send files",
    "drawingInteraction": "candidates cannot draw",
    "customInteraction": "it runs a program of another system",
    "portableCustomInteraction": "it runs a program of another system",
}
DROPPED = {
    "endAttemptInteraction": "a button that ends an attempt was dropped: there is one attempt",
    "mediaInteraction": "a recording is played as often as wanted, and its plays are not counted",
}
_SHUFFLING = frozenset(
    {"choiceInteraction", "orderInteraction", "associateInteraction", "matchInteraction",
     "gapMatchInteraction", "inlineChoiceInteraction"}
)  # fmt: skip
_ADVICE = "use one of the kinds in docs/bank-format.md"


@dataclass(slots=True)
class Reader:
    """Reads the interactions of one item in the order of its body.

    Args of the kind:
        markup: turns what is written inside into nodes.
        responses: the declared variables; an essay that has none is declared here.
        found: the interactions so far, each with the nodes of its prompt.
        is_ours: the body carries our own marks.
        forgiving: responses whose texts are compared as our rules compare them.
    """

    markup: Markup
    responses: Declarations
    found: list[tuple[Interaction, list[Node]]]
    is_ours: bool = False
    forgiving: set[str] = field(default_factory=set)

    def read(self, element: XmlElement) -> list[Node] | None:
        """The place of an interaction, or None where the element is none.

        Raises:
            CannotTake: of a kind that no candidate's page of ours can offer, or without a response.
        """
        name = element.name
        if name in REFUSED:
            self.markup.holds[f"line {element.line}: <{name}>: {REFUSED[name]}"] = _ADVICE
            return []
        if name in DROPPED:
            self.markup.changes.add(DROPPED[name])
            return self.markup.nodes(element.children) if name == "mediaInteraction" else []
        if name == "positionObjectStage":
            return self._stage(element)
        if name not in _READERS:
            return None
        identifier = element.attributes.get("responseIdentifier", "").strip()
        if identifier not in self.responses:
            self._declare(element, identifier)
        # Where QTI shuffles nothing, the attribute says nothing, and ours keeps its usual value.
        shuffle = truth(element, "shuffle", default=name not in _SHUFFLING)
        interaction = Interaction(identifier, "", shuffle=shuffle)
        prompt, image = self._prompt(element)
        interaction, inside = _READERS[name](self, element, replace(interaction, image=image))
        self.found.append((interaction, tidied([*prompt, *inside])))
        return [Element("place", (("name", identifier),))]

    def _declare(self, element: XmlElement, identifier: str) -> None:
        """Take an essay without a declaration for a text; nothing else could be marked."""
        if element.name != "extendedTextInteraction" or not identifier:
            message = f"line {element.line}: response {identifier[:40]!r} is not declared"
            raise CannotTake(message, "declare it with responseDeclaration")
        self.responses[identifier] = {"type": "string", "cardinality": "single"}
        self.markup.changes.add(f"response {identifier[:40]} is not declared; it is a text")

    def declared(self, name: str) -> Mapping[str, Any]:
        """The declaration of a response."""
        return self.responses[name]

    def is_single(self, name: str) -> bool:
        """Whether a response takes one value."""
        return bool(self.declared(name)["cardinality"] in ("single", "record"))

    def right_count(self, name: str) -> int | None:
        """How many values the key of a response has; None of a response that takes one value."""
        return None if self.is_single(name) else len(self.declared(name).get("correct", ()))

    def _prompt(self, element: XmlElement) -> tuple[list[Node], Image | None]:
        """The words of a prompt, and the picture beside them."""
        prompt = element.first("prompt")
        if prompt is None:
            return [], None
        nodes, image = self.markup.nodes_beside(prompt.children)
        is_loose = any(has_mark(one, LOOSE) for one in prompt.elements("p"))
        return tidied(nodes) if is_loose else _block(tidied(nodes)), image

    def option(self, element: XmlElement, *, usual_most: int | None = None) -> Option:
        """An option of a simple list: its words, pictures, and how often it may be used."""
        nodes, image = self.markup.nodes_beside(element.children)
        return Option(
            element.attributes.get("identifier", "").strip(),
            write_rich(tidied(nodes)),
            image,
            most=most_of(element, usual_most),
            fixed=truth(element, "fixed"),
        )

    def picture(self, element: XmlElement) -> tuple[Image | None, int, int]:
        """The picture of a graphic interaction with its size in the units of its areas."""
        shown = element.first("object", "img", "picture")
        if shown is not None and shown.name == "picture":
            shown = shown.first("img")
        if shown is None:
            raise CannotTake(f"line {element.line}: <{element.name}> has no picture", _ADVICE)
        width, height = count(shown, "width"), count(shown, "height")
        source = shown.attributes.get("data") or shown.attributes.get("src", "")
        words = " ".join((shown.attributes.get("alt") or shown.text()).split())
        if not words:
            prompt = plain_words(self._prompt(element)[0])
            words = prompt or source.rpartition("/")[2]
            self.markup.changes.add(f"a picture has no text for it; {words[:60]!r} was taken")
        try:
            digest, extension, _ = self.markup.media.take(source)
        except MissingFile as error:
            self.markup.holds[str(error)] = error.advice
            return None, width, height
        return Image(digest, extension, words[:2000]), width, height

    def _stage(self, stage: XmlElement) -> list[Node]:
        """positionObjectStage: each object is put by pointing at places of the stage's picture."""
        image, width, height = self.picture(stage)
        places: list[Node] = []
        for element in stage.elements("positionObjectInteraction"):
            identifier = element.attributes.get("responseIdentifier", "").strip()
            if identifier not in self.responses:
                message = f"line {element.line}: response {identifier[:40]!r} is not declared"
                raise CannotTake(message, "declare it with responseDeclaration")
            settings = Settings(
                least=count(element, "minChoices"),
                most=count(element, "maxChoices", 1),
                width=width,
                height=height,
            )
            interaction = Interaction(identifier, "points", image=image, settings=settings)
            label = element.elements("object", "img")
            words = " ".join(label[0].text().split()) if label else ""
            self.found.append((interaction, _block([words]) if words else []))
            self.markup.changes.add("objects are placed by pointing; their pictures are not shown")
            places.append(Element("place", (("name", identifier),)))
        return places


def _block(nodes: Sequence[Node]) -> list[Node]:
    """Inline nodes as a paragraph."""
    is_inline = not any(
        isinstance(one, Element) and one.tag in ("p", "div", "ul", "ol", "table") for one in nodes
    )
    return [Element("p", (), tuple(nodes))] if nodes and is_inline else list(nodes)


def _choice(
    reader: Reader, element: XmlElement, one: Interaction
) -> tuple[Interaction, list[Node]]:
    options = tuple(reader.option(found) for found in element.elements("simpleChoice"))
    right_count = reader.right_count(one.name)
    if right_count is None:
        return replace(one, kind="choice", options=options), []
    most = bound(element, len(options), right_count)
    settings = Settings(least=count(element, "minChoices"), most=most)
    return replace(one, kind="choices", options=options, settings=settings), []


def _order(reader: Reader, element: XmlElement, one: Interaction) -> tuple[Interaction, list[Node]]:
    options = tuple(reader.option(found) for found in element.elements("simpleChoice"))
    settings = Settings(least=count(element, "minChoices"), most=count(element, "maxChoices"))
    return replace(one, kind="order", options=options, settings=settings), []


def _associate(
    reader: Reader, element: XmlElement, one: Interaction
) -> tuple[Interaction, list[Node]]:
    options = tuple(
        reader.option(found, usual_most=1) for found in element.elements("simpleAssociableChoice")
    )
    return replace(one, kind="associate", options=options, settings=pairs(element)), []


def _match(reader: Reader, element: XmlElement, one: Interaction) -> tuple[Interaction, list[Node]]:
    sets = element.elements("simpleMatchSet")
    if len(sets) != 2:
        raise CannotTake(f"line {element.line}: a match has two sets", _ADVICE)
    usual = (1, 0)
    options, targets = (
        tuple(
            reader.option(found, usual_most=most)
            for found in listed.elements("simpleAssociableChoice")
        )
        for listed, most in zip(sets, usual, strict=True)
    )
    return (
        replace(one, kind="match", options=options, targets=targets, settings=pairs(element)),
        [],
    )


def _gap_match(
    reader: Reader, element: XmlElement, one: Interaction
) -> tuple[Interaction, list[Node]]:
    choices = element.elements("gapText", "gapImg")
    options = tuple(reader.option(found, usual_most=1) for found in choices)
    rest = [
        child
        for child in element.children
        if isinstance(child, str) or child.name not in ("gapText", "gapImg", "prompt")
    ]
    inside = tidied(reader.markup.nodes(rest))
    gaps = tuple(Option(gap.get("name"), "") for gap in elements_of(inside, "gap"))
    settings = Settings(least=count(element, "minAssociations"))
    gap_match = replace(one, kind="gap_match", options=options, targets=gaps, settings=settings)
    return gap_match, inside


def _inline_choice(
    reader: Reader, element: XmlElement, one: Interaction
) -> tuple[Interaction, list[Node]]:
    options = [reader.option(found) for found in element.elements("inlineChoice")]
    declared = reader.declared(one.name)
    mapped = declared.get("mapping", {}).get("entries", ())
    named = {*declared.get("correct", ()), *(key for key, _, _ in mapped)}
    empty = [each for each in options if not (each.text or each.image or each.id in named)]
    if len(empty) == 1 and len(options) > 2:
        # Authors begin a menu with it, because players show the first option as if it were chosen.
        options.remove(empty[0])
        reader.markup.changes.add("an empty option of a menu was left out; nothing chosen is blank")
    return replace(one, kind="inline_choice", options=tuple(options)), []


def _hot_text(
    reader: Reader, element: XmlElement, one: Interaction
) -> tuple[Interaction, list[Node]]:
    rest = [child for child in element.children if isinstance(child, str) or child.name != "prompt"]
    inside = tidied(reader.markup.nodes(rest))
    options = tuple(
        Option(hot.get("name"), plain_words(hot.children)) for hot in elements_of(inside, "hot")
    )
    settings = selecting(element, len(options), right_count=reader.right_count(one.name))
    return replace(one, kind="hot_text", options=options, settings=settings), inside


def _text_entry(
    reader: Reader, element: XmlElement, one: Interaction
) -> tuple[Interaction, list[Node]]:
    declared = reader.declared(one.name)
    is_number = declared["type"] in ("integer", "float") and declared["cardinality"] == "single"
    if is_number and element.attributes.get("base", "10").strip() != "10":
        message = f"line {element.line}: numbers to another base than 10 are not read"
        reader.markup.holds[message] = "ask for a text, or for a decimal number"
    if has_mark(element, FORGIVING) and reader.is_ours:
        reader.forgiving.add(one.name)
    settings = Settings(length=min(count(element, "expectedLength"), 10_000))
    return replace(one, kind="number" if is_number else "text", settings=settings), []


def _extended(
    reader: Reader, element: XmlElement, one: Interaction
) -> tuple[Interaction, list[Node]]:
    usual = 1 if reader.is_single(one.name) and not reader.is_ours else 0
    most = count(element, "maxStrings", usual)
    settings = Settings(
        least=count(element, "minStrings"),
        most=min(most, 1) if reader.is_single(one.name) else most,
        length=min(count(element, "expectedLength"), 10_000),
    )
    return replace(one, kind="essay", settings=settings), []


def _slider(
    reader: Reader, element: XmlElement, one: Interaction
) -> tuple[Interaction, list[Node]]:
    del reader
    bounds = {name: _number(element, name) for name in ("lowerBound", "upperBound", "step")}
    settings = Settings(
        lower=bounds["lowerBound"] or Fraction(0),
        upper=bounds["upperBound"],
        step=bounds["step"] or Fraction(1),
    )
    return replace(one, kind="slider", settings=settings), []


def _number(element: XmlElement, name: str) -> Fraction | None:
    try:
        return parse_number(element.attributes.get(name, ""))
    except MalformedResponse:
        return None


_Read = Callable[[Reader, XmlElement, Interaction], tuple[Interaction, list[Node]]]
_READERS: Mapping[str, _Read] = {
    "choiceInteraction": _choice,
    "orderInteraction": _order,
    "associateInteraction": _associate,
    "matchInteraction": _match,
    "gapMatchInteraction": _gap_match,
    "inlineChoiceInteraction": _inline_choice,
    "hottextInteraction": _hot_text,
    "textEntryInteraction": _text_entry,
    "extendedTextInteraction": _extended,
    "sliderInteraction": _slider,
    "hotspotInteraction": graphics.hotspot,
    "selectPointInteraction": graphics.points,
    "graphicOrderInteraction": graphics.graphic_order,
    "graphicAssociateInteraction": graphics.graphic_associate,
    "graphicGapMatchInteraction": graphics.graphic_gap,
}
