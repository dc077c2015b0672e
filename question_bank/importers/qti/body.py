"""The body of an item: its text as nodes with places, its interactions, and what is set aside."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from question_bank.importers.qti.interactions import Declarations, Reader
from question_bank.importers.qti.marks import (
    COMPOSITE,
    CRITERIA,
    EXPLANATION,
    has_mark,
    notation_of,
)
from question_bank.importers.qti.markup import Markup, tidied
from question_bank.importers.qti.media import Media
from question_bank.importers.report import CannotTake
from question_bank.item import Audio, Image, Interaction
from question_bank.rich_text import Element, Node, elements_of, plain_words
from question_bank.safe_xml import XmlElement

_FEEDBACK = frozenset({"feedbackInline", "feedbackBlock", "modalFeedback", "testFeedback"})


@dataclass(slots=True)
class Body:
    """What a body holds.

    Args of the kind:
        nodes: the text; `<place>` where an interaction stands.
        interactions: each with the nodes of its prompt, or of the text with its gaps.
        changes: what was not kept.
        holds: why the item cannot be shown, though its scoring can be read, and what to do.
        asides: feedback and rubrics for markers, which no candidate sees.
        image, audio: what is marked to stand beside the text.
        is_composite: marked to ask in places of its text.
        notation: what our own packages tell of it; nothing in others.
        explanation, criteria: from rubrics that are marked as these.
        forgiving: responses whose comparisons of texts stand for a rule of ours.
    """

    nodes: list[Node]
    interactions: list[tuple[Interaction, list[Node]]]
    changes: set[str] = field(default_factory=set)
    holds: dict[str, str] = field(default_factory=dict)
    asides: list[str] = field(default_factory=list)
    image: Image | None = None
    notation: str = ""
    explanation: list[Node] = field(default_factory=list)
    criteria: str = ""
    forgiving: frozenset[str] = frozenset()
    audio: Audio | None = None
    is_composite: bool = False


def read_body(
    body: XmlElement | None, media: Media, responses: Declarations, printed: Mapping[str, str]
) -> Body:
    """Read an itemBody.

    Args:
        body: the element; without one there is no text.
        media: where its pictures are.
        responses: the declared response variables.
        printed: what the template variables of the item hold, as text.

    Raises:
        CannotTake: something in it cannot be shown or asked.
    """
    special = _Special(printed)
    markup = Markup(media, special)
    notation = notation_of(body) if body is not None else ""
    reader = Reader(markup, responses, [], is_ours=bool(notation))
    special.reader = reader
    nodes: list[Node] = []
    image = None
    if body is not None and notation:
        nodes, image = markup.nodes_beside(body.children)
    elif body is not None:
        nodes = markup.nodes(body.children)
    return Body(
        tidied(nodes),
        reader.found,
        markup.changes,
        markup.holds,
        special.asides,
        image=image,
        notation=notation,
        explanation=special.explanation,
        criteria=special.criteria,
        forgiving=frozenset(reader.forgiving),
        audio=markup.recordings[0] if markup.recordings else None,
        is_composite=body is not None and has_mark(body, COMPOSITE),
    )


def read_text(element: XmlElement, media: Media) -> Body:
    """The text of a stimulus or of an option, in which nothing is asked."""
    return read_body(element, media, {}, {})


class _Special:
    """The elements of QTI that are neither HTML nor an interaction."""

    def __init__(self, printed: Mapping[str, str]) -> None:
        self._printed = printed
        self.asides: list[str] = []
        self.explanation: list[Node] = []
        self.criteria = ""
        self.reader: Reader | None = None

    def __call__(self, element: XmlElement) -> list[Node] | None:
        """The nodes of such an element; None where it is none."""
        assert self.reader is not None, "set before anything is read"
        markup = self.reader.markup
        name = element.name
        if name in _FEEDBACK:
            self.aside(element)
            return []
        match name:
            case "gap":
                identifier = element.attributes.get("identifier", "").strip()
                return [Element("gap", (("name", identifier),))]
            case "hottext":
                identifier = element.attributes.get("identifier", "").strip()
                inside = tuple(markup.nodes(element.children))
                return [Element("hot", (("name", identifier),), inside)]
            case "printedVariable":
                return self._print(element)
            case "templateInline" | "templateBlock":
                return markup.nodes(element.children) if self._is_shown(element) else []
            case "rubricBlock":
                return self._rubric(element)
            case "include":
                message = "the body includes another file (xi:include)"
                raise CannotTake(message, "put the text into the item")
            case _:
                return self.reader.read(element)

    def aside(self, element: XmlElement) -> None:
        """Keep feedback where no candidate sees it."""
        assert self.reader is not None, "set before anything is read"
        changes = self.reader.markup.changes
        changes.add("feedback is not shown in an exam; its words stand in the explanation")
        words = " ".join(plain_words(self.reader.markup.nodes(element.children)).split())
        if words:
            self.asides.append(words)

    def _print(self, element: XmlElement) -> list[Node]:
        assert self.reader is not None, "set before anything is read"
        identifier = element.attributes.get("identifier", "")
        if identifier not in self._printed:
            self.reader.markup.changes.add(f"the value of {identifier[:40]} is not shown")
            return []
        if element.attributes.get("format"):
            self.reader.markup.changes.add("the format of a printed number was dropped")
        return [self._printed[identifier]]

    def _is_shown(self, element: XmlElement) -> bool:
        """Whether the template's value is, or with `hide` is not, the one that is named."""
        value = self._printed.get(element.attributes.get("templateIdentifier", ""), "")
        is_named = element.attributes.get("identifier", "") in value.split(",")
        return is_named == (element.attributes.get("showHide", "show") == "show")

    def _rubric(self, element: XmlElement) -> list[Node]:
        assert self.reader is not None, "set before anything is read"
        inside = self.reader.markup.nodes(element.children)
        if "candidate" in element.attributes.get("view", "candidate").split():
            return [Element("div", (), tuple(inside))]
        if has_mark(element, EXPLANATION):
            self.explanation += tidied(inside)
            return []
        if has_mark(element, CRITERIA):
            self.criteria = plain_words(inside)
            return []
        changes = self.reader.markup.changes
        changes.add("a rubric for markers is not shown; its words stand in the explanation")
        self.asides.append(" ".join(plain_words(inside).split()))
        return []


def is_alone(nodes: list[Node]) -> bool:
    """Whether the one place of a text ends it in a block of its own, so that it can go."""
    places = list(elements_of(nodes, "place"))
    if len(places) != 1 or not nodes:
        return False
    return _ends_alone(nodes[-1])


def _ends_alone(node: Node) -> bool:
    """Whether a block holds the place and nothing else after it or, in a paragraph, before it."""
    if not isinstance(node, Element):
        return False
    if node.tag == "place":
        return True
    if node.tag == "div" and node.children:
        return _ends_alone(node.children[-1])
    return node.tag == "p" and len(node.children) == 1 and _ends_alone(node.children[0])


def with_prompt(nodes: list[Node], prompt: list[Node]) -> list[Node]:
    """A text whose one place, alone at its end, is taken by the prompt."""
    found: list[Node] = []
    for node in nodes:
        if isinstance(node, Element) and node.tag == "place":
            found += prompt
        elif isinstance(node, Element) and list(elements_of([node], "place")):
            inner = with_prompt(list(node.children), prompt)
            is_paragraph = node.tag == "p" and node.children and len(node.children) == 1
            if is_paragraph:
                found += inner
            elif inner:
                found.append(Element(node.tag, node.attributes, tuple(inner)))
        else:
            found.append(node)
    return found
