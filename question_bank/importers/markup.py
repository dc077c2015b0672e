"""HTML of other systems as our plain text: paragraphs, **bold** and *italic*, nothing else."""

from html.parser import HTMLParser

_BREAKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "table", "ul", "ol"})
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*"}
_HARMLESS = frozenset({"span", "font", "small", "tbody", "thead", "td", "th", "html", "body"})
_REFUSED = frozenset({"script", "style", "iframe", "object", "embed", "form", "input", "img", "svg"})


class NotPlain(Exception):
    """Text with something that an item must not hold."""

    code = "not_plain"


def to_plain(text: str) -> tuple[str, set[str]]:
    """The text without markup, and the elements whose meaning was not kept.

    Raises:
        NotPlain: for scripts, forms and embedded things.
    """
    reader = _Reader()
    reader.feed(text)
    reader.close()
    lines = ("".join(reader.pieces)).split("\n")
    paragraphs = "\n".join(" ".join(line.split()) for line in lines)
    while "\n\n\n" in paragraphs:
        paragraphs = paragraphs.replace("\n\n\n", "\n\n")
    return paragraphs.strip(), reader.lost


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.lost: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _REFUSED:
            raise NotPlain(f"<{tag}> cannot be taken into an item")
        if any(name.startswith("on") for name, _ in attrs):
            raise NotPlain(f"<{tag}> holds an event handler")
        if tag in _BREAKS:
            self.pieces.append("\n\n" if tag != "br" else "\n")
        elif tag in _MARKS:
            self.pieces.append(_MARKS[tag])
        elif tag not in _HARMLESS:
            self.lost.add(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _MARKS:
            self.pieces.append(_MARKS[tag])
        elif tag in _BREAKS and tag != "br":
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)
