"""HTML of any quality as a tree: end tags that are missing or wrong are made good, bounded."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

DEPTH_LIMIT = 40
COMMENT_LIMIT = 20_000

_VOID = frozenset({"br", "hr", "img", "input", "meta", "link", "base", "source", "wbr", "col",
                   "mspace", "mprescripts", "none", "area", "embed", "param", "track"})  # fmt: skip
# An element that begins ends those of its kind that are still open, up to what holds them.
_ENDS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (frozenset({"li", "p"}), frozenset({"ul", "ol"})),
    "tr": (frozenset({"tr", "td", "th", "p"}), frozenset({"table"})),
    "td": (frozenset({"td", "th", "p"}), frozenset({"tr", "table"})),
    "th": (frozenset({"td", "th", "p"}), frozenset({"tr", "table"})),
    "dt": (frozenset({"dt", "dd", "p"}), frozenset({"dl"})),
    "dd": (frozenset({"dt", "dd", "p"}), frozenset({"dl"})),
}
_ENDS_PARAGRAPH = frozenset(
    {"p", "div", "ul", "ol", "table", "pre", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6",
     "hr", "dl"}
)  # fmt: skip
_TAG = re.compile(
    rf"</?([A-Za-z][A-Za-z0-9:-]*)(?:[\s/][^<>]*)?>|<!--(?:(?!-->).){{0,{COMMENT_LIMIT}}}-->",
    re.DOTALL,
)


@dataclass(slots=True)
class Branch:
    """One element: its attributes, None where one has no value, and its children in order."""

    tag: str
    attributes: dict[str, str | None]
    children: list["Branch | str"] = field(default_factory=list)


def tree_of(text: str, refuse: Callable[[str], None]) -> list[Branch | str]:
    """The tree of a text.

    Args:
        text: the HTML; a < that opens no element is a sign like others.
        refuse: raises for a text that nests too deep.
    """
    reader = _Reader(refuse)
    reader.feed(_with_lone_signs(text))
    reader.close()
    return reader.root.children


def _with_lone_signs(text: str) -> str:
    """The HTML with every < that opens no element written as &lt;, so that no reader drops it."""
    pieces, end = [], 0
    for found in _TAG.finditer(text):
        pieces += [text[end : found.start()].replace("<", "&lt;"), found[0]]
        end = found.end()
    return "".join([*pieces, text[end:].replace("<", "&lt;")])


class _Reader(HTMLParser):
    def __init__(self, refuse: Callable[[str], None]) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Branch("", {})
        self._open = [self.root]
        self._refuse = refuse

    def set_cdata_mode(self, elem: str, **more: object) -> None:
        """Nothing: a script's text is text like any other, and the border refuses the element."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element."""
        self._end_before(tag)
        branch = Branch(tag, dict(attrs))
        self._open[-1].children.append(branch)
        if tag not in _VOID:
            self._open.append(branch)
            if len(self._open) > DEPTH_LIMIT:
                self._refuse(f"the HTML nests deeper than {DEPTH_LIMIT} elements")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that ends at once, as XHTML writes it."""
        self._end_before(tag)
        self._open[-1].children.append(Branch(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """End an element and those inside it that were left open."""
        names = [branch.tag for branch in self._open]
        if tag in names[1:]:
            del self._open[len(names) - 1 - names[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        """Take text."""
        self._open[-1].children.append(data)

    def _end_before(self, tag: str) -> None:
        ended, around = _ENDS.get(tag, (frozenset(), frozenset()))
        if tag in _ENDS_PARAGRAPH:
            ended, around = frozenset({"p"}), frozenset({"td", "th", "li", "div", "blockquote"})
        names = [branch.tag for branch in self._open]
        place = len(names)
        for index in range(len(names) - 1, 0, -1):
            if names[index] in around:
                break
            if names[index] in ended:
                place = index
        del self._open[max(place, 1) :]
