"""What a QTI 1.2 item shows and asks: its material in order, and its responses."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from question_bank.importers.html_pages import html_element
from question_bank.importers.qti.markup import Markup, tidied
from question_bank.importers.qti.media import Media
from question_bank.importers.report import CannotTake
from question_bank.rich_text import Element, Node
from question_bank.safe_xml import XmlElement

_FILE_BASE = re.compile(r"^\$?IMS[-_]CC[-_]FILE[-_]?BASE\$?/?", re.IGNORECASE)
_RESPONSES = frozenset({"response_lid", "response_str", "response_num", "response_xy",
                        "response_grp"})  # fmt: skip
_WRAPPERS = frozenset({"flow", "flow_mat", "flow_label", "render_extension", "ims_render_object",
                       "presentation", "render_choice", "render_fib",
                       "render_hotspot"})  # fmt: skip


@dataclass(slots=True)
class Asked:
    """One response element: its name, what it is, its own words and its choices."""

    ident: str
    element: XmlElement
    words: list[Node] = field(default_factory=list)
    labels: list[tuple[XmlElement, list[Node]]] = field(default_factory=list)

    @property
    def cardinality(self) -> str:
        """single, multiple or ordered."""
        return self.element.attributes.get("rcardinality", "Single").lower()


@dataclass(slots=True)
class Shown:
    """The text of an item and its responses, in order."""

    nodes: list[Node]
    asked: list[Asked]


def read_presentation(element: XmlElement, markup: Markup) -> Shown:
    """Read a presentation.

    Raises:
        CannotTake: something in it cannot be shown.
    """
    nodes: list[Node] = []
    asked: list[Asked] = []
    for child in _flat(element):
        if child.name == "material":
            nodes += material(child, markup)
        elif child.name in _RESPONSES:
            asked.append(_asked(child, markup))
    return Shown(tidied(nodes), asked)


def material(element: XmlElement, markup: Markup) -> list[Node]:
    """The nodes of a material: texts of either type, pictures and recordings."""
    found: list[Node] = []
    for child in element.elements():
        match child.name:
            case "mattext" | "matemtext":
                found += _text(child, markup)
            case "matimage" | "mataudio":
                shown = XmlElement(
                    "", "img" if child.name == "matimage" else "audio", {}, child.line
                )
                source = child.attributes.get("uri", "")
                shown.attributes = {"src": source, "alt": child.attributes.get("label", "")}
                found += markup.nodes(_resolved([shown], markup.media))
            case "matbreak":
                found.append(Element("br"))
            case "flow_mat":
                found += material(child, markup)
            case "material":
                found += material(child, markup)
            case other:
                raise CannotTake(f"<{other[:40]}> cannot be shown", "use texts and pictures")
    return found


def _flat(element: XmlElement) -> Iterator[XmlElement]:
    """Material and responses in order, without what only groups them."""
    for child in element.elements():
        if child.name in _WRAPPERS:
            yield from _flat(child)
        else:
            yield child


def _asked(element: XmlElement, markup: Markup) -> Asked:
    asked = Asked(element.attributes.get("ident", ""), element)
    for child in _flat(element):
        if child.name == "material" and element.name != "response_xy":
            asked.words += material(child, markup)
        elif child.name == "response_label":
            words: list[Node] = []
            for one in child.elements("material", "flow_mat"):
                words += material(one, markup)
            asked.labels.append((child, tidied(words)))
    asked.words = tidied(asked.words)
    return asked


def _text(element: XmlElement, markup: Markup) -> list[Node]:
    is_html = element.attributes.get("texttype", "text/plain").lower() != "text/plain"
    if element.elements():
        return markup.nodes(_resolved(element.elements(), markup.media))
    text = element.text()
    if not is_html:
        return [" ".join(text.split())] if text.strip() else []
    tree = html_element(text)
    _resolved([tree], markup.media)
    return markup.nodes(tree.children)


def _resolved(elements: list[XmlElement], media: Media) -> list[XmlElement]:
    """The elements with the paths of their files as the package has them.

    Canvas writes $IMS-CC-FILEBASE$/a.png for web_resources/a.png; others mean the folder of the
    document or the top of the package.
    """
    for top in elements:
        for one in top.walk():
            for name in ("src", "data"):
                if one.attributes.get(name):
                    one.attributes[name] = _place(one.attributes[name], media)
    return elements


def _place(source: str, media: Media) -> str:
    rest = _FILE_BASE.sub("", source.partition("?")[0])
    depth = media.base.count("/") + 1 if media.base else 0
    climb = "../" * depth
    for candidate in (rest, f"{climb}web_resources/{rest}", f"{climb}{rest}"):
        try:
            if media.read(media.path(candidate)) is not None:
                return candidate
        except CannotTake:
            continue
    found = media.ending(rest)
    return climb + found if found is not None else rest
