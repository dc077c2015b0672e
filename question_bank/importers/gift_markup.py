"""Texts of GIFT, in any of its four formats, as our plain text."""

import re

from question_bank.importers.gift_syntax import HTML, MARKDOWN, MOODLE, Marked
from question_bank.importers.markup import has_markup, keep_stars, to_plain

_UNDERSCORES = re.compile(r"(?<!\w)(__?)(?=\S)([^_\n]+?)(?<=\S)\1(?!\w)")
_OTHER_MARKDOWN = re.compile(r"^\s*(?:[-+*>] |#{1,6} |\d+\. |```)|\]\(|`", re.MULTILINE)


def plain_text(marked: Marked, changes: set[str]) -> str:
    """The text as ours; what was not kept is added to `changes`.

    Raises:
        NotPlain: for what must not be in an item, such as a script.
    """
    if marked.format == HTML or (marked.format in (MOODLE, MARKDOWN) and has_markup(marked.text)):
        text, lost = to_plain(marked.text)
    elif marked.format == MARKDOWN:
        text, lost = _from_markdown(marked.text)
    else:
        text, lost = keep_stars(marked.text)
    changes |= lost
    return text


def plain_words(marked: Marked, changes: set[str]) -> str:
    """An accepted answer: without elements; its stars stay, because they stand for any text."""
    if marked.format == HTML or (marked.format == MOODLE and has_markup(marked.text)):
        text, lost = to_plain(marked.text, star="*")
        changes |= lost
        return " ".join(text.split())
    return " ".join(marked.text.split())


def _from_markdown(text: str) -> tuple[str, set[str]]:
    lost = set()
    if _OTHER_MARKDOWN.search(text):
        lost.add("Markdown other than bold and italic is shown as it is written")
    return _UNDERSCORES.sub(lambda found: _stars(found[1], found[2]), text), lost


def _stars(mark: str, text: str) -> str:
    stars = "*" * len(mark)
    return f"{stars}{text}{stars}"
