"""Texts of items as HTML for other systems."""

import re
from html import escape

from question_bank.importers.pictures import PICTURES
from question_bank.rich_text import BETWEEN_PARAGRAPHS, RICH, STARS

_SOURCE = re.compile(r'(<(?:img|audio)\b[^<>]*?\ssrc=")')


def has_emphasis(text: str) -> bool:
    """Whether our pages show some of the text in bold or italics."""
    return STARS.search(text) is not None


def with_folder(text: str, notation: str, folder: str = f"{PICTURES}/") -> str:
    """A text whose pictures have the names under which they lie beside the written file."""
    return _SOURCE.sub(rf"\1{folder}", text) if notation == RICH else text


def as_html(text: str, notation: str) -> str:
    """A text in either notation as HTML; pictures keep the names of our media."""
    return text if notation == RICH else html_of(text)


def html_of(text: str) -> str:
    """A plain text with our emphasis as paragraphs of HTML."""
    if not text:
        return ""
    paragraphs = BETWEEN_PARAGRAPHS.split(text)
    return "".join(f"<p>{_inline(paragraph)}</p>" for paragraph in paragraphs)


def _inline(text: str) -> str:
    pieces = []
    for piece in STARS.split(text):
        if STARS.fullmatch(piece):
            tag = "strong" if piece.startswith("**") else "em"
            inner = piece.strip("*")
            pieces.append(f"<{tag}>{_escaped(inner)}</{tag}>")
        else:
            pieces.append(_escaped(piece))
    return "".join(pieces)


def _escaped(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br/>")
