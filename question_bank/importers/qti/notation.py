"""Items whose texts need no rich notation, in the plain one: simple items stay simple."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from question_bank.item import Item, Option, interactions_of
from question_bank.rich_text import (
    PLAIN,
    RICH,
    Element,
    Node,
    read_plain,
    read_rich,
    write_rich,
)

_MARKS = {"strong": "**", "em": "*"}
_SPACES = re.compile(r"\s+")


def in_one_notation(item: Item, notation: str = "") -> Item:
    """The item in plain notation where all of its texts can be; otherwise as it is.

    Args:
        item: with rich texts.
        notation: the one that its document tells, if it is one of ours.
    """
    if notation == RICH:
        return item
    texts = [item.stem, item.explanation]
    for one in interactions_of(item):
        texts += [one.prompt, *(option.text for option in (*one.options, *one.targets))]
    plain = {text: in_plain(text, notation) for text in texts}
    holds_places = item.kind == "composite" and None in plain.values()
    if item.kind in ("gap_match", "hot_text") or holds_places:
        return item
    if None in plain.values():
        return replace(item, stem=_opened(item.stem), explanation=_opened(item.explanation))

    def written(text: str) -> str:
        found = plain[text]
        assert found is not None, "all were seen to be plain"
        return found

    def options(listed: tuple[Option, ...]) -> tuple[Option, ...]:
        return tuple(replace(one, text=written(one.text)) for one in listed)

    asked = tuple(
        replace(
            one,
            prompt=written(one.prompt),
            options=options(one.options),
            targets=options(one.targets),
        )
        for one in item.interactions
    )
    return replace(
        item,
        notation=PLAIN,
        stem=written(item.stem),
        explanation=written(item.explanation),
        options=options(item.options),
        targets=options(item.targets),
        interactions=asked,
    )


def _opened(text: str) -> str:
    """A text of one paragraph as what stands in it, as the other importers write it."""
    match read_rich(text):
        case (Element("p", (), children),):
            return write_rich(children)
        case _:
            return text


def in_plain(text: str, notation: str = "") -> str | None:
    """A rich text in plain notation, or None where it would be shown otherwise."""
    if notation == PLAIN:
        written = _as_written(read_rich(text))
        if written is not None:
            return written
    paragraphs: list[str] = []
    inline: list[Node] = []
    for node in _unwrapped(read_rich(text)):
        if isinstance(node, Element) and node.tag in ("p", "div"):
            paragraphs += (
                [_line(inline), _line(node.children)] if inline else [_line(node.children)]
            )
            inline = []
        else:
            inline.append(node)
    paragraphs += [_line(inline)] if inline else []
    if any("\0" in one for one in paragraphs):
        return None
    written = "\n\n".join(one for one in paragraphs if one)
    return written if _is_shown_alike(written) else None


def _as_written(nodes: tuple[Node, ...]) -> str | None:
    """The plain text that an export of ours wrote so, with its ends of lines and its stars."""
    paragraphs = [one for one in nodes if isinstance(one, Element) and one.tag == "p"]
    if not paragraphs:
        paragraphs = [Element("p", (), nodes)] if nodes else []
    elif len(paragraphs) < len(nodes):
        return None
    shown = tuple(replace(one, children=_with_line_ends(one.children)) for one in paragraphs)
    written = "\n\n".join("".join(map(_with_stars, one.children)) for one in shown)
    return written if read_plain(written) == shown else None


def _with_line_ends(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """The nodes with ends of lines in their words instead of <br/>."""
    found: list[Node] = []
    for node in nodes:
        one: Node
        if isinstance(node, str):
            one = node
        elif node.tag == "br":
            one = "\n"
        else:
            one = replace(node, children=_with_line_ends(node.children))
        if isinstance(one, str) and found and isinstance(found[-1], str):
            found[-1] += one
        else:
            found.append(one)
    return tuple(found)


def _with_stars(node: Node) -> str:
    if isinstance(node, str):
        return node
    mark = _MARKS.get(node.tag, "")
    return mark + "".join(map(_with_stars, node.children)) + mark


def _unwrapped(nodes: Iterable[Node]) -> Iterator[Node]:
    """The nodes without divisions that only hold blocks."""
    for node in nodes:
        is_holder = isinstance(node, Element) and node.tag == "div" and not node.attributes
        if is_holder and isinstance(node, Element) and any(map(_is_paragraph, node.children)):
            yield from _unwrapped(node.children)
        else:
            yield node


def _is_paragraph(node: Node) -> bool:
    return isinstance(node, Element) and node.tag in ("p", "div")


def _line(nodes: Iterable[Node]) -> str:
    """One paragraph; a NUL where it holds something that plain notation has not."""
    pieces = []
    for node in nodes:
        if isinstance(node, str):
            pieces.append("\0" if "*" in node else _SPACES.sub(" ", node))
        elif node.tag in _MARKS and all(isinstance(one, str) for one in node.children):
            inner = "".join(one for one in node.children if isinstance(one, str))
            mark = _MARKS[node.tag]
            is_kept = inner == inner.strip() and inner and "*" not in inner
            pieces.append(f"{mark}{inner}{mark}" if is_kept else "\0")
        elif node.tag == "span" and not node.attributes:
            pieces.append(_line(node.children))
        else:
            pieces.append("\0")
    return "".join(pieces).strip()


def _is_shown_alike(text: str) -> bool:
    """Whether reading the plain text gives back its own stars as emphasis and nothing else."""
    shown = "".join(_stars(node) for node in read_plain(text))
    return _SPACES.sub("", shown) == _SPACES.sub("", text)


def _stars(node: Node) -> str:
    if isinstance(node, str):
        return "\0" if "*" in node else node
    mark = _MARKS.get(node.tag, "")
    return mark + "".join(map(_stars, node.children)) + mark
