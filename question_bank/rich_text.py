"""Rich text: paragraphs, lists, tables, sub- and superscripts, mathematics, pictures, places.

A text of an item is written in one of two notations. `plain` knows paragraphs, **bold** and
*italic*; everything else is shown as it is. `rich` is a small, well-formed part of HTML with
MathML's presentation elements, and with three elements of our own: `<place name="…"/>` where an
interaction stands, `<gap name="…"/>` for a gap of a gap match, and `<hot name="…">` around words
that can be chosen. Both become the same nodes; pages draw these element by element, so no text of
an item is ever read as HTML by a browser.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from question_bank.safe_xml import BadXml, XmlElement, read_xml

PLAIN, RICH = "plain", "rich"
NOTATIONS = (PLAIN, RICH)

BLOCKS = frozenset(
    {"p", "div", "ul", "ol", "li", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td",
     "blockquote", "pre", "h2", "h3", "h4", "h5", "h6", "dl", "dt", "dd", "hr"}
)  # fmt: skip
PHRASES = frozenset(
    {"strong", "em", "u", "s", "sub", "sup", "br", "span", "code", "q", "small", "kbd", "var",
     "cite", "abbr"}
)  # fmt: skip
PLACES = frozenset({"place", "gap", "hot"})
MEDIA = frozenset({"img", "audio"})
MATHS = frozenset(
    {"math", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace", "mfrac", "msqrt", "mroot", "msub",
     "msup", "msubsup", "munder", "mover", "munderover", "mtable", "mtr", "mtd", "mstyle",
     "mpadded", "mphantom", "menclose", "mmultiscripts", "mprescripts", "none", "semantics",
     "annotation"}
)  # fmt: skip
TEX = "application/x-tex"
"""The encoding of an annotation that holds a formula's LaTeX; there is no other."""
_EMPTY = frozenset({"br", "hr", "img", "audio", "place", "gap", "mspace", "mprescripts", "none"})
_NUMBER = re.compile(r"-?[0-9]{1,4}(\.[0-9]{1,3})?(em|ex|px|%)?")
_WORD = re.compile(r"[A-Za-z][A-Za-z -]{0,40}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_NAME = re.compile(r"[^\x00-\x20]{1,100}")
_MEDIA_NAME = re.compile(r"[0-9a-f]{64}\.[a-z0-9]{3,4}")
_ANY = re.compile(r"[^\x00-\x08\x0b-\x1f]{0,2000}")
_ATTRIBUTES: dict[str, dict[str, re.Pattern[str]]] = {
    "*": {"lang": _LANGUAGE, "dir": re.compile("ltr|rtl")},
    "th": {
        "colspan": _NUMBER,
        "rowspan": _NUMBER,
        "scope": re.compile("row|col|rowgroup|colgroup"),
    },
    "td": {"colspan": _NUMBER, "rowspan": _NUMBER},
    "ol": {"start": _NUMBER, "type": re.compile("[1aAiI]")},
    "abbr": {"title": _ANY},
    "img": {"src": _MEDIA_NAME, "alt": _ANY, "width": _NUMBER, "height": _NUMBER},
    "audio": {"src": _MEDIA_NAME, "label": _ANY},
    "place": {"name": _NAME},
    "gap": {"name": _NAME},
    "hot": {"name": _NAME},
    "math": {"display": re.compile("block|inline"), "alttext": _ANY},
    "annotation": {"encoding": re.compile(re.escape(TEX))},
}
_MATH_WORDS = (
    "mathvariant form columnalign rowalign notation columnlines rowlines frame displaystyle "
    "stretchy fence separator symmetric largeop movablelimits accent accentunder"
)
_MATH_NUMBERS = (
    "width height depth lspace rspace voffset linethickness minsize maxsize scriptlevel mathsize "
    "columnspan rowspan"
)
_MATH_ATTRIBUTES: dict[str, re.Pattern[str]] = {
    **dict.fromkeys(_MATH_WORDS.split(), _WORD),
    **dict.fromkeys(_MATH_NUMBERS.split(), _NUMBER),
}
_UNHEARD = {"mspace": " ", "annotation": "", "mphantom": ""}
_LINES = {"top": "¯", "bottom": "_"}
# Signs over or after a letter that are read as they stand: bars, arrows, primes, degrees.
_MARKS = frozenset("¯→^~˙¨˚⏜⌢′″‴°∘⏞⏟")
STARS = re.compile(r"(\*\*[^*]+\*\*|\*[^*\s][^*]*\*)")
"""Words of a plain text that are bold or italic."""
BETWEEN_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")


class BadRichText(ValueError):
    """Not the part of HTML that rich text is; the message says what and what to do."""

    code = "bad_rich_text"


@dataclass(frozen=True, slots=True)
class Element:
    """One element with its attributes by name and its children in order."""

    tag: str
    attributes: tuple[tuple[str, str], ...] = ()
    children: tuple["Node", ...] = ()

    def get(self, name: str) -> str:
        """An attribute, or nothing."""
        return dict(self.attributes).get(name, "")


Node = Element | str


def nodes_of(text: str, notation: str) -> tuple[Node, ...]:
    """The nodes of a text in either notation.

    Raises:
        BadRichText: the text is rich and not of the known part.
    """
    return read_rich(text) if notation == RICH else read_plain(text)


def read_rich(text: str) -> tuple[Node, ...]:
    """Read a fragment of rich text strictly.

    Raises:
        BadRichText: not well-formed, or an element or attribute that is not known.
    """
    try:
        root = read_xml(f"<rich>{text}</rich>")
    except BadXml as error:
        raise BadRichText(f"rich text is {error}") from error
    return tuple(_node(child) for child in root.children)


def read_plain(text: str) -> tuple[Node, ...]:
    """The paragraphs of a plain text, with its bold and italic words."""
    paragraphs = BETWEEN_PARAGRAPHS.split(text.strip())
    return tuple(Element("p", (), tuple(_starred(one))) for one in paragraphs if one)


def write_rich(nodes: Iterable[Node]) -> str:
    """The one text of these nodes: what `read_rich` reads back."""
    return "".join(map(_written, nodes))


def plain_words(nodes: Iterable[Node]) -> str:
    """The words alone, as a list or a screen reader's label shows them."""
    pieces = list(_words(nodes))
    return re.sub(r"\s*\n\s*", "\n", " ".join("".join(pieces).split(" "))).strip()


def words_of(text: str, notation: str) -> str:
    """The words of a text in either notation; of a text that cannot be read, the text itself."""
    if notation == PLAIN:
        return text
    try:
        return plain_words(read_rich(text))
    except BadRichText:
        return text


def words_of_math(nodes: Iterable[Node]) -> str:
    """A formula in one line, for lists and screen readers without MathML: 1/2, x^2, √(a+b)."""
    return "".join(map(_linear, nodes)).strip()


def without_source(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """What a formula shows, without the LaTeX beside it."""
    match nodes:
        case (Element("semantics", _, (*shown, Element("annotation"))),):
            return tuple(shown)
        case _:
            return nodes


def elements_of(nodes: Iterable[Node], *tags: str) -> Iterator[Element]:
    """Every element of these tags, in order."""
    for node in nodes:
        if isinstance(node, Element):
            if node.tag in tags:
                yield node
            yield from elements_of(node.children, *tags)


def is_allowed(tag: str, name: str, value: str) -> bool:
    """Whether an element of rich text can have an attribute with this value."""
    known = _known(tag).get(name)
    return known is not None and known.fullmatch(value) is not None


def _known(tag: str) -> dict[str, re.Pattern[str]]:
    known = _ATTRIBUTES["*"] | _ATTRIBUTES.get(tag, {})
    return _MATH_ATTRIBUTES | known if tag in MATHS else known


def _node(found: XmlElement | str) -> Node:
    if isinstance(found, str):
        return found
    if found.namespace:
        raise BadRichText(f"<{found.name}> has a namespace; write it without")
    if found.name not in BLOCKS | PHRASES | PLACES | MEDIA | MATHS:
        raise BadRichText(f"<{found.name[:40]}> is not known in rich text; see docs/bank-format.md")
    if found.name in _EMPTY and found.children:
        raise BadRichText(f"<{found.name}> holds nothing")
    for name, value in found.attributes.items():
        if not is_allowed(found.name, name, value):
            raise BadRichText(f"<{found.name}> cannot have {name[:40]}={value[:40]!r}")
    for needed in ("src", "name"):
        if needed in _ATTRIBUTES.get(found.name, {}) and needed not in found.attributes:
            raise BadRichText(f"<{found.name}> needs {needed}")
    attributes = tuple(sorted(found.attributes.items()))
    return Element(found.name, attributes, tuple(_node(child) for child in found.children))


def _starred(text: str) -> Iterator[Node]:
    for piece in STARS.split(text):
        if len(piece) > 4 and piece.startswith("**") and piece.endswith("**"):
            yield Element("strong", (), (piece[2:-2],))
        elif len(piece) > 2 and piece.startswith("*") and piece.endswith("*"):
            yield Element("em", (), (piece[1:-1],))
        elif piece:
            yield piece


def _written(node: Node) -> str:
    if isinstance(node, str):
        return escape(node)
    attributes = "".join(f" {name}={quoteattr(value)}" for name, value in node.attributes)
    if not node.children:
        return f"<{node.tag}{attributes}/>"
    return f"<{node.tag}{attributes}>{write_rich(node.children)}</{node.tag}>"


def _linear(node: Node) -> str:
    if isinstance(node, str):
        return re.sub(r"\s+", " ", node)
    parts = [_linear(child) for child in node.children]
    match node.tag, parts:
        case "mfrac", [above, below]:
            return f"{_grouped(above)}/{_grouped(below)}"
        case "msup" | "mover" | "msub" | "munder", [base, other]:
            sign = "" if other in _MARKS else "^" if node.tag in ("msup", "mover") else "_"
            return f"{base}{sign}{_grouped(other)}"
        case "msubsup" | "munderover", [base, below, above]:
            return f"{base}_{_grouped(below)}^{_grouped(above)}"
        case "mroot", [base, degree]:
            return f"{_grouped(degree)}√{_grouped(base)}"
        case "msqrt", _:
            return f"√{_grouped(''.join(parts))}"
        case "mtable", _:
            return f"[{'; '.join(parts)}]"
        case "mtr", _:
            return ", ".join(parts)
        case "menclose", _ if node.get("notation") in _LINES:
            return "".join(parts) + _LINES[node.get("notation")]
        case tag, _:
            return _UNHEARD.get(tag, "".join(parts))


def _grouped(text: str) -> str:
    return text if len(text) < 2 or text.isalnum() else f"({text})"


def _words(nodes: Iterable[Node]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, str):
            yield re.sub(r"\s+", " ", node)
            continue
        if node.tag in BLOCKS or node.tag == "br":
            yield "\n"
        if node.tag in ("td", "th"):
            yield " "
        match node.tag:
            case "img":
                yield node.get("alt")
            case "audio":
                yield node.get("label")
            case "place" | "gap":
                yield "…"
            case "math":
                yield node.get("alttext") or words_of_math(node.children)
            case _:
                yield from _words(node.children)
        if node.tag in BLOCKS:
            yield "\n"
