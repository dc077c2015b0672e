"""Texts of other systems as ours: paragraphs, **bold** and *italic*, everything else as it is.

Whatever cannot be kept is named, so that the report can say it; what must not be kept is refused.
"""

import re
from html import unescape
from html.parser import HTMLParser

_BREAKS = frozenset(
    {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "pre"}
)
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*"}
_HARMLESS = frozenset({"span", "font", "tbody", "thead", "html", "body", "section", "article"})
_CELLS = frozenset({"td", "th"})
_REFUSED = frozenset(
    {
        "script", "style", "iframe", "object", "embed", "form", "input", "button", "select",
        "textarea", "img", "image", "svg", "math", "audio", "video", "source", "canvas", "applet",
        "link", "meta", "base", "frame", "frameset", "template", "xmp", "plaintext", "noscript",
    }
)  # fmt: skip
_KNOWN = _BREAKS | _MARKS.keys() | _HARMLESS | _CELLS | _REFUSED | {"a", "u", "s", "sub", "sup"}
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9:-]*)(?:[\s/][^<>]*)?>|<!--.*?-->", re.DOTALL)
_CLEAR_TAG = re.compile(
    r"</([A-Za-z][A-Za-z0-9:-]*)\s*>|<([A-Za-z][A-Za-z0-9:-]*)(?:\s+[\w:-]+\s*=[^<>]*)?\s*/?>|<!--"
)
_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_SHOWN_AS_ITALIC = re.compile(r"\*\*[^*]+\*\*|\*[^*\s][^*]*\*")
_RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
STAR = "∗"


class NotPlain(Exception):
    """Text with something that an item must not hold."""

    code = "not_plain"


def has_markup(text: str) -> bool:
    """Whether a text holds HTML that we know, rather than a lone <, > or & of its own."""
    if _ENTITY.search(text):
        return True
    names = (found[1] or found[2] or "" for found in _CLEAR_TAG.finditer(text))
    return any(not name or name.lower() in _KNOWN for name in names)


def keep_stars(text: str) -> tuple[str, set[str]]:
    """A text without emphasis, such as 2*3*4, whose stars our pages would take for emphasis."""
    if not _SHOWN_AS_ITALIC.search(text):
        return text, set()
    return text.replace("*", STAR), {f"stars became {STAR}, as *...* would be shown in italics"}


def to_plain(text: str, star: str = STAR) -> tuple[str, set[str]]:
    """HTML without its elements, and what of its meaning was not kept.

    Args:
        text: the HTML.
        star: what a star in the text becomes, because ours mark emphasis.

    Raises:
        NotPlain: for scripts, forms, pictures and other embedded things.
    """
    reader = _TextReader(star)
    reader.feed(_with_lone_signs(text))
    reader.close()
    lines = "".join(reader.pieces).split("\n")
    joined = "\n".join(" ".join(line.split()).removesuffix(" |") for line in lines)
    return re.sub(r"\n{3,}", "\n\n", joined).strip(), reader.lost


def _with_lone_signs(text: str) -> str:
    """The HTML with every < that opens no element written as &lt;, so that no reader drops it."""
    pieces, end = [], 0
    for found in _TAG.finditer(text):
        pieces += [text[end : found.start()].replace("<", "&lt;"), found[0]]
        end = found.end()
    return "".join([*pieces, text[end:].replace("<", "&lt;")])


class _TextReader(HTMLParser):
    def __init__(self, star: str) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.lost: set[str] = set()
        self._star = star
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element."""
        if tag in _REFUSED:
            raise NotPlain(f"<{tag}> cannot be taken into an item")
        if tag in _MARKS and any(value is None for _, value in attrs):
            raise NotPlain(f"<{tag} may be a comparison; write &lt; for a lone <")
        for name, value in attrs:
            if name.startswith("on"):
                raise NotPlain(f"<{tag}> holds the event handler {name}")
            if "script:" in "".join(unescape(value or "").split()).lower():
                raise NotPlain(f"<{tag}> holds a script in {name}")
        if tag in _BREAKS:
            self.pieces.append("\n\n" if tag not in ("br", "tr", "li") else "\n")
            self.pieces.append("- " if tag == "li" else "")
            if tag == "pre":
                self.lost.add("the layout of <pre> was dropped")
        elif tag in _MARKS:
            self.pieces.append(_MARKS[tag])
        elif tag in _CELLS:
            self.pieces.append(" ")
            self.lost.add("a table became lines of text")
        elif tag in ("sub", "sup"):
            self._open.append(tag)
        elif tag not in _HARMLESS:
            self.lost.add(f"<{tag}> was dropped, its text kept")

    def handle_endtag(self, tag: str) -> None:
        """End an element."""
        if tag in _MARKS:
            self.pieces.append(_MARKS[tag])
        elif tag in _CELLS:
            self.pieces.append(" | ")
        elif tag in ("sub", "sup"):
            if self._open:
                self._open.pop()
        elif tag in _BREAKS and tag != "br":
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        """Take text; line ends inside it mean nothing more than a space."""
        text = data.replace("\n", " ").replace("*", self._star)
        if not self._open or not text.strip():
            self.pieces.append(text)
            return
        is_raised = self._open[-1] == "sup"
        moved = text.strip().translate(_RAISED if is_raised else _LOWERED)
        if any(sign.isascii() for sign in moved):
            moved = f"{'^' if is_raised else '_'}({text.strip()})"
        self.pieces.append(moved)
