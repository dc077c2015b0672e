"""Texts of other systems as ours, in the notation that holds them: plain where it can, else rich.

HTML of any quality becomes the nodes of rich text, element by element: what is not known is left
out and named, so that the report can say it; what must not be in an item ends the reading.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import unescape

from question_bank.importers.html_pages import element_of
from question_bank.importers.html_tree import Branch, tree_of
from question_bank.importers.maths import Maths, latex_of_picture, mathml_of_picture
from question_bank.importers.pictures import BadPicture, Find, LeftOut
from question_bank.importers.report import CannotTake
from question_bank.rich_text import (
    BETWEEN_PARAGRAPHS,
    BLOCKS,
    MATHS,
    PHRASES,
    PLAIN,
    RICH,
    STARS,
    Element,
    Node,
    read_plain,
    write_rich,
)
from question_bank.safe_xml import XmlElement

TEXT_LIMIT = 200_000

_RENAMED = {
    "b": "strong", "i": "em", "strike": "s", "del": "s", "ins": "u", "tt": "code", "samp": "code",
    "h1": "h2", "center": "p", "section": "div", "article": "div", "figure": "div", "big": "span",
    "figcaption": "p", "header": "div", "footer": "div", "main": "div", "address": "p",
}  # fmt: skip
_TRANSPARENT = frozenset({"font", "html", "body", "text", "nolink", "label", "time", "col",
                          "colgroup"})  # fmt: skip
_REFUSED = frozenset(
    {
        "script", "style", "iframe", "object", "embed", "form", "input", "button", "select",
        "textarea", "svg", "video", "source", "canvas", "applet", "link", "meta", "base", "frame",
        "frameset", "template", "xmp", "plaintext", "noscript", "image", "audio", "track",
    }
)  # fmt: skip
_SIMPLE = frozenset({"p", "div", "br", "strong", "em", "span"})
_KNOWN = (BLOCKS | PHRASES | MATHS | _RENAMED.keys() | _TRANSPARENT | _REFUSED | {"a", "img"}) - {
    "none"
}
_CLEAR_TAG = re.compile(
    r"</([A-Za-z][A-Za-z0-9:-]*)\s*>|<([A-Za-z][A-Za-z0-9:-]*)(?:\s+[\w:-]+\s*=[^<>]*)?\s*/?>|<!--"
)
_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_COUNT = re.compile(r"[0-9]{1,3}")
_LOOKS = frozenset({"style", "color", "size", "face", "align", "bgcolor", "border"})


class NotPlain(CannotTake):
    """Text with something that an item must not hold."""

    code = "not_plain"

    def __init__(self, message: str) -> None:
        super().__init__(message, "remove it from the text")


@dataclass(frozen=True, slots=True)
class Written:
    """A text in both notations; `plain` is None where only rich text can hold it."""

    plain: str | None
    nodes: tuple[Node, ...]

    def __bool__(self) -> bool:
        """Whether it shows anything."""
        return bool(self.nodes)


def notation_of(texts: Iterable[Written]) -> str:
    """The notation that holds all the texts of one item."""
    return PLAIN if all(text.plain is not None for text in texts) else RICH


def text_of(text: Written, notation: str) -> str:
    """The text in a notation that holds it."""
    if notation == RICH:
        match text.nodes:
            case (Element("p", _, children),):
                return write_rich(children)
            case nodes:
                return write_rich(nodes)
    assert text.plain is not None, "notation_of chose this notation for all texts"
    return text.plain


def verbatim(text: str) -> Written:
    """A text without any markup: stars are stars."""
    plain = None if STARS.search(text) else text
    paragraphs = BETWEEN_PARAGRAPHS.split(text) if text else []
    return Written(plain, tuple(Element("p", (), _lines(one)) for one in paragraphs))


def has_markup(text: str) -> bool:
    """Whether a text holds HTML that we know, rather than a lone <, > or & of its own."""
    if _ENTITY.search(text):
        return True
    names = (found[1] or found[2] or "" for found in _CLEAR_TAG.finditer(text))
    return any(not name or name.lower() in _KNOWN for name in names)


def from_html(text: str, lost: set[str], find: Find | None = None) -> Written:
    """HTML as ours; what of its meaning was not kept is added to `lost`.

    Args:
        text: the HTML.
        lost: sentences for the report.
        find: gives the picture of a `src`; without it no picture is taken.

    Raises:
        NotPlain: for scripts, forms, pictures from elsewhere and other embedded things.
    """
    if len(text) > TEXT_LIMIT:
        raise NotPlain(f"a text is longer than {TEXT_LIMIT} characters")
    border = _Border(lost, find)
    nodes = _paragraphs(border.nodes(tree_of(text, _refuse)))
    return Written(plain_of(nodes), nodes)


def words_of_html(text: str, lost: set[str]) -> str:
    """The words of HTML alone, in one line; raises what `from_html` raises."""
    return " ".join("".join(_words(from_html(text, lost).nodes)).split())


def _refuse(message: str) -> None:
    raise NotPlain(message)


class _Border:
    """Lets the elements of one text through."""

    def __init__(self, lost: set[str], find: Find | None) -> None:
        self._lost = lost
        self._find = find

    def nodes(self, children: Sequence[Branch | str], *, keeps_space: bool = False) -> list[Node]:
        """What is let through of some children."""
        found: list[Node] = []
        for child in children:
            if isinstance(child, str):
                found.append(child if keeps_space else _SPACES.sub(" ", child))
            else:
                found += self._element(child, keeps_space=keeps_space)
        return found

    def _element(self, branch: Branch, *, keeps_space: bool) -> list[Node]:
        tag = _RENAMED.get(branch.tag, branch.tag)
        self._check(branch)
        if tag == "img":
            return self._picture(branch)
        if tag == "math":
            return [self._math(branch)]
        inside = self.nodes(branch.children, keeps_space=keeps_space or tag == "pre")
        if tag in BLOCKS | PHRASES:
            return [Element(tag, self._kept(branch, _KEPT.get(tag, {})), tuple(inside))]
        if tag not in _TRANSPARENT:
            self._lost.add(f"<{tag}> was dropped, its text kept")
        return inside

    def _check(self, branch: Branch) -> None:
        tag = branch.tag
        if tag in _REFUSED:
            raise NotPlain(f"<{tag}> cannot be taken into an item")
        if tag in ("b", "i", "s", "u", "q", "p") and None in branch.attributes.values():
            raise NotPlain(f"<{tag} may be a comparison; write &lt; for a lone <")
        for name, value in branch.attributes.items():
            if name.startswith("on"):
                raise NotPlain(f"<{tag}> holds the event handler {name}")
            if "script:" in "".join(unescape(value or "").split()).lower():
                raise NotPlain(f"<{tag}> holds a script in {name}")
        if _LOOKS & branch.attributes.keys():
            self._lost.add("colours, sizes and other looks were dropped")

    def _kept(
        self, branch: Branch, known: dict[str, re.Pattern[str]]
    ) -> tuple[tuple[str, str], ...]:
        kept = []
        for name, value in sorted(branch.attributes.items()):
            if name in known and known[name].fullmatch(value or ""):
                kept.append((name, value or ""))
        return tuple(kept)

    def _math(self, branch: Branch) -> Node:
        maths = Maths(self._check_all, lambda _: None, self._lost)
        return maths.math(element_of(branch))

    def _check_all(self, element: XmlElement) -> None:
        self._check(Branch(element.name, dict(element.attributes)))

    def _picture(self, branch: Branch) -> list[Node]:
        mathml = mathml_of_picture(branch.attributes)
        if mathml is not None:
            return self.nodes(tree_of(mathml, _refuse))
        latex = latex_of_picture(branch.attributes)
        if latex is not None:
            return [latex]
        source = (branch.attributes.get("src") or "").strip()
        if self._find is None:
            raise NotPlain("<img> cannot be taken into an item of this format")
        try:
            digest, extension, _ = self._find(source)
        except LeftOut:
            self._lost.add("a picture of the explanation is not kept")
            return []
        except BadPicture as error:
            raise NotPlain(f"a picture cannot be taken: {error}") from error
        alt = " ".join((branch.attributes.get("alt") or "").split())
        if not alt:
            alt = source.rpartition("/")[2][:60] if not source.startswith("data:") else "gambar"
            self._lost.add(f"a picture has no text that stands for it; {alt!r} was put there")
        attributes = {"alt": alt, "src": f"{digest}.{extension}"}
        sizes = {name: branch.attributes.get(name) or "" for name in ("width", "height")}
        attributes |= {name: size for name, size in sizes.items() if _SIZE.fullmatch(size)}
        return [Element("img", tuple(sorted(attributes.items())))]


_SIZE = re.compile(r"[0-9]{1,4}")
_SPAN = re.compile(r"[0-9]{1,2}")
_KEPT: dict[str, dict[str, re.Pattern[str]]] = {
    "td": {"colspan": _SPAN, "rowspan": _SPAN},
    "th": {"colspan": _SPAN, "rowspan": _SPAN, "scope": re.compile("row|col")},
    "ol": {"start": _COUNT, "type": re.compile("[1aAiI]")},
}


def _lines(text: str) -> tuple[Node, ...]:
    found: list[Node] = []
    for place, line in enumerate(text.split("\n")):
        found += [Element("br")] if place else []
        found += [line] if line else []
    return tuple(found)


def _paragraphs(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """The nodes with what stands alone put into paragraphs, and without empty ones."""
    found: list[Node] = []
    loose: list[Node] = []
    for node in [*nodes, Element("p")]:
        if not (isinstance(node, Element) and node.tag in BLOCKS):
            loose.append(node)
            continue
        found += [Element("p", (), tuple(_trimmed(loose)))] if _shows(loose) else []
        loose = []
        found += [_tidied(node)] if _shows([node]) else []
    return tuple(found)


def _tidied(block: Element) -> Element:
    if block.tag == "pre":
        return block
    if block.tag == "div":
        return Element("div", block.attributes, _paragraphs(block.children))
    return Element(block.tag, block.attributes, tuple(_trimmed(block.children)))


def _trimmed(nodes: Sequence[Node]) -> list[Node]:
    """The nodes without white space and line ends around them."""
    listed = list(nodes)
    for end, strip in ((0, str.lstrip), (-1, str.rstrip)):
        while listed:
            node = listed[end]
            if isinstance(node, Element):
                if node.tag != "br":
                    break
                del listed[end]
                continue
            listed[end] = strip(node)
            if listed[end]:
                break
            del listed[end]
    return listed


def _shows(nodes: Iterable[Node]) -> bool:
    """Whether anything of the nodes can be seen."""
    for node in nodes:
        if isinstance(node, str):
            if node.strip():
                return True
        elif node.tag in ("img", "hr", "table", "math") or _shows(node.children):
            return True
    return False


def plain_of(nodes: Sequence[Node]) -> str | None:
    """The nodes in plain notation, or None where it has no sign for them."""
    paragraphs: list[str] = []
    for node in nodes:
        if not isinstance(node, Element) or node.tag not in ("p", "div"):
            return None
        inside = plain_of(node.children) if _holds_blocks(node) else _inline(node.children)
        if inside is None:
            return None
        paragraphs.append(inside)
    text = "\n\n".join(paragraphs)
    return text if _signature(read_plain(text)) == _signature(nodes) else None


def _signature(nodes: Iterable[Node]) -> str:
    """What is seen of simple nodes: words, emphasis, lines and paragraphs."""
    seen = "".join(_signs(nodes))
    seen = re.sub(r" *\n *", "\n", re.sub(r" +", " ", seen))
    return re.sub(r"\n{2,}", "\n\n", seen).strip()


def _signs(nodes: Iterable[Node]) -> Iterable[str]:
    for node in nodes:
        if isinstance(node, str):
            yield node
            continue
        before, after = {"strong": ("\1", "\2"), "em": ("\3", "\4")}.get(node.tag, ("", ""))
        yield {"br": "\n", "p": "\n\n", "div": "\n\n"}.get(node.tag, "") + before
        yield from _signs(node.children)
        yield after + ("\n\n" if node.tag in BLOCKS else "")


def _holds_blocks(node: Element) -> bool:
    return any(isinstance(child, Element) and child.tag in BLOCKS for child in node.children)


def _inline(nodes: Sequence[Node]) -> str | None:
    pieces: list[str] = []
    for node in nodes:
        if isinstance(node, str):
            if "*" in node:
                return None
            pieces.append(node)
            continue
        inside = _inline(node.children) if node.tag in _SIMPLE else None
        if inside is None:
            return None
        match node.tag:
            case "br":
                pieces.append("\n")
            case "span":
                pieces.append(inside)
            case "strong" | "em":
                mark = "**" if node.tag == "strong" else "*"
                if not inside or inside != inside.strip() or "*" in inside:
                    return None
                pieces.append(f"{mark}{inside}{mark}")
            case _:
                return None
    lines = [line.strip() for line in "".join(pieces).split("\n")]
    return None if "" in lines and len(lines) > 1 else "\n".join(lines)


def _words(nodes: Iterable[Node]) -> Iterable[str]:
    for node in nodes:
        if isinstance(node, str):
            yield node
        else:
            yield " " if node.tag in BLOCKS or node.tag == "br" else ""
            yield from _words(node.children)
