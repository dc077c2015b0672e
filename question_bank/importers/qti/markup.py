"""HTML and MathML of QTI bodies as rich text: what is known is kept, what is dropped is named."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from question_bank.importers.html_pages import html_element, page_element
from question_bank.importers.maths import Maths, Special, latex_of_picture, mathml_of_picture
from question_bank.importers.qti.marks import LOOSE, PARAGRAPH, PICTURE, RECORDING, has_mark
from question_bank.importers.qti.media import RECORDINGS, Media, MissingFile
from question_bank.importers.report import CannotTake
from question_bank.item import Audio, Image
from question_bank.rich_text import BLOCKS, MATHS, PHRASES, Element, Node, is_allowed
from question_bank.safe_xml import XmlElement

_RENAMED = {
    "b": "strong", "i": "em", "tt": "code", "h1": "h2", "samp": "code", "dfn": "em", "big": "span",
    "center": "div", "address": "div", "article": "div", "section": "div", "main": "div",
    "aside": "div", "header": "div", "footer": "div", "figure": "div", "figcaption": "p",
    "strike": "s", "del": "s", "ins": "u", "infoControl": "div", "label": "span", "bdo": "span",
    "contentBody": "div", "stimulus": "div", "stimulusBody": "div", "font": "span",
}  # fmt: skip
_SILENT = frozenset({"tbody", "colgroup", "col", "stylesheet", "apipAccessibility", "catalogInfo",
                     "companionMaterialsInfo", "templateVariable"})  # fmt: skip
_REFUSED = frozenset(
    {"script", "iframe", "embed", "applet", "form", "input", "button", "select", "textarea",
     "canvas", "link", "meta", "base", "frame", "frameset", "noscript", "svg", "style"}
)  # fmt: skip
_LAYOUT = frozenset({"class", "style", "align", "valign", "bgcolor", "border", "cellpadding",
                     "cellspacing", "width", "height", "color", "size", "face"})  # fmt: skip
_PAGES = (".html", ".htm", ".xhtml")
_SPACES = re.compile(r"[ \t\r\n]+")
_SCRIPT = re.compile(r"(?:java|vb)script:|data:text|expression\(", re.IGNORECASE)
_NO_SCRIPTS = "remove it; an item holds text, mathematics, pictures and recordings alone"


@dataclass(slots=True)
class Markup:
    """Turns elements into nodes.

    Args of the kind:
        media: where pictures and recordings are.
        special: asked first for every element of QTI itself; None where it knows none.
        changes: what was not kept, in words.
        holds: why the item cannot be shown, though nothing in it is harmful, and what to do.
        recordings: the one that is marked to stand beside the text, if there is one.
    """

    media: Media
    special: Special
    changes: set[str] = field(default_factory=set)
    holds: dict[str, str] = field(default_factory=dict)
    recordings: list[Audio] = field(default_factory=list)
    _beside: list[list[Image]] = field(default_factory=list)

    def nodes_beside(self, children: Iterable[XmlElement | str]) -> tuple[list[Node], Image | None]:
        """The nodes of some children, and the first picture that is marked to stand beside them."""
        self._beside.append([])
        nodes = self.nodes(children)
        found = self._beside.pop()
        return nodes, found[0] if found else None

    def nodes(self, children: Iterable[XmlElement | str], *, is_kept: bool = False) -> list[Node]:
        """The nodes of some children; runs of white space become one space.

        Args:
            children: text and elements.
            is_kept: white space is kept, as inside <pre>.

        Raises:
            CannotTake: a script, something embedded, or a picture of another host.
        """
        found: list[Node] = []
        for child in children:
            if isinstance(child, str):
                text = child if is_kept else _SPACES.sub(" ", child)
                if text:
                    found.append(text)
            else:
                found += self._element(child, is_kept=is_kept)
        return found

    def _element(self, element: XmlElement, *, is_kept: bool) -> list[Node]:
        self._check(element)
        special = self.special(element)
        if special is not None:
            return special
        name = _RENAMED.get(element.name, element.name)
        if name == "math":
            return [Maths(self._check, self.special, self.changes).math(element)]
        if name in ("img", "object", "audio", "source", "video"):
            return self._medium(element)
        if name in _SILENT:
            return self.nodes(element.children) if name == "tbody" else []
        inner = self.nodes(element.children, is_kept=is_kept or name == "pre")
        if name in ("p", "div") and has_mark(element, LOOSE):
            return inner
        if name == "div" and has_mark(element, PARAGRAPH):
            return [Element("p", (), tuple(inner))]
        if name in BLOCKS or name in PHRASES:
            return [Element(name, self._attributes(name, element), tuple(inner))]
        if name == "a":
            self.changes.add("links were dropped, their words kept")
        else:
            self.changes.add(f"<{element.name[:40]}> was dropped, its words kept")
        return inner

    def _check(self, element: XmlElement) -> None:
        if element.name.lower() in _REFUSED:
            raise CannotTake(f"<{element.name[:40]}> cannot be taken into an item", _NO_SCRIPTS)
        for name, value in element.attributes.items():
            if name.lower().startswith("on") and name.isalpha():
                message = f"<{element.name[:40]}> holds the event handler {name[:40]}"
                raise CannotTake(message, _NO_SCRIPTS)
            if _SCRIPT.search("".join(value.split())):
                message = f"<{element.name[:40]}> holds a script in {name[:40]}"
                raise CannotTake(message, _NO_SCRIPTS)

    def _attributes(self, tag: str, element: XmlElement) -> tuple[tuple[str, str], ...]:
        given = {name.removeprefix("xml:"): one for name, one in element.attributes.items()}
        kept = {name: value for name, value in given.items() if is_allowed(tag, name, value)}
        if given.keys() & _LAYOUT - kept.keys():
            self.changes.add("styles, classes and sizes were dropped")
        return tuple(sorted(kept.items()))

    def _medium(self, element: XmlElement) -> list[Node]:
        """A picture or a recording; inside an object its words stand for it."""
        formula = self._formula(element)
        if formula is not None:
            return formula
        source = element.attributes.get("src") or element.attributes.get("data", "")
        if element.name in ("audio", "video") and not source:
            sources = [one.attributes.get("src", "") for one in element.elements("source")]
            source = next((one for one in sources if one), "")
        alt = " ".join((element.attributes.get("alt") or element.text()).split())
        is_page = element.attributes.get("type", "").startswith("text/")
        if is_page or source.lower().endswith(_PAGES):
            return self._page(source)
        if not source or element.name == "video":
            message = f"<{element.name}> cannot be shown"
            self.holds[message] = "use pictures and recordings"
            return []
        try:
            digest, extension, _ = self.media.take(source)
        except MissingFile as error:
            self.holds[str(error)] = error.advice
            return [f"[{alt or source.rpartition('/')[2]}]"]
        if extension in RECORDINGS:
            if has_mark(element, RECORDING) and self._beside and not self.recordings and alt:
                self.recordings.append(Audio(digest, extension, alt))
                return []
            label = alt or element.attributes.get("title", "") or "Audio"
            named = (("label", label[:500]), ("src", f"{digest}.{extension}"))
            return [Element("audio", named)]
        if not alt:
            alt = source.rpartition("/")[2].rpartition(".")[0] or "…"
            self.changes.add(f"a picture has no text that stands for it; {alt[:60]!r} was taken")
        if has_mark(element, PICTURE) and self._beside and not self._beside[-1]:
            self._beside[-1].append(Image(digest, extension, alt[:2000]))
            return []
        size = {
            name: element.attributes[name]
            for name in ("width", "height")
            if is_allowed("img", name, element.attributes.get(name, ""))
        }
        named_size = {"alt": alt[:2000], "src": f"{digest}.{extension}"} | size
        return [Element("img", tuple(sorted(named_size.items())))]

    def _formula(self, element: XmlElement) -> list[Node] | None:
        """What a picture says that is one of a formula."""
        if element.name != "img":
            return None
        latex = latex_of_picture(element.attributes)
        mathml = mathml_of_picture(element.attributes)
        if mathml is not None:
            return self.nodes(html_element(mathml).children)
        return None if latex is None else [latex]

    def _page(self, source: str) -> list[Node]:
        """The text of a page of HTML that an object shows, as a part of the item."""
        content = self.media.read(self.media.path(source))
        if content is None:
            self.holds[f"the file {source[:100]} is not there"] = "import the whole package"
            return []
        page = page_element(content)
        self.changes.add("a page shown in the item became a part of its text")
        return [Element("div", (), tuple(self.nodes(page.children)))]


def tidied(nodes: Iterable[Node], *, is_inline: bool = False) -> list[Node]:
    """Nodes without white space at the edges of blocks and without blocks that are empty."""
    found: list[Node] = []
    listed = list(nodes)
    for index, node in enumerate(listed):
        if isinstance(node, Element):
            inner = node.children
            if node.tag != "pre" and node.tag not in MATHS:
                inner = tuple(tidied(inner, is_inline=node.tag not in BLOCKS))
            if inner or node.tag not in ("p", "div", "span", "strong", "em"):
                found.append(Element(node.tag, node.attributes, inner))
            continue
        is_first, is_last = index == 0, index + 1 == len(listed)
        text = node
        if (is_first and not is_inline) or (not is_first and _is_block(listed[index - 1])):
            text = text.lstrip()
        if (is_last and not is_inline) or (not is_last and _is_block(listed[index + 1])):
            text = text.rstrip()
        if text:
            found.append(text)
    return found if is_inline else _without_edges(found)


def _without_edges(nodes: list[Node]) -> list[Node]:
    """Nodes without white space alone before the first and after the last."""
    while nodes and isinstance(nodes[-1], str) and not nodes[-1].strip():
        nodes.pop()
    while nodes and isinstance(nodes[0], str) and not nodes[0].strip():
        nodes.pop(0)
    return nodes


def _is_block(node: Node) -> bool:
    return isinstance(node, Element) and node.tag in BLOCKS
