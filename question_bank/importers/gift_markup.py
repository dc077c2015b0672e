"""Texts in Moodle's formats, html, markdown, plain and its own, as ours."""

import re
from functools import partial
from html import escape

from question_bank.importers.gift_syntax import HTML, MARKDOWN, MOODLE, Marked
from question_bank.importers.markup import (
    Written,
    from_html,
    has_markup,
    verbatim,
    words_of_html,
)
from question_bank.importers.pictures import Find

_FORMULA = re.compile(r"\\\(.{1,1000}?\\\)|\\\[.{1,1000}?\\\]|\$\$.{1,1000}?\$\$", re.DOTALL)
_TWICE = re.compile(r"\\\\([()\[\]])")
# Stands for a formula while Markdown is read; no text of a file keeps it.
_MARK = "\ue013"
_MARKED = re.compile(f"{_MARK}([0-9]+){_MARK}")
_FENCE = re.compile(r"^```.*$")
_ITEM = re.compile(r"^(\s*)([-*+]|\d{1,3}[.)])\s+(.*)$")
_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
_PHRASES = (
    (re.compile(r"`([^`\n]+)`"), "code"),
    (re.compile(r"\*\*(?=\S)([^*]+?)(?<=\S)\*\*|(?<!\w)__(?=\S)([^_]+?)(?<=\S)__(?!\w)"), "strong"),
    (re.compile(r"\*(?=[^\s*])([^*]+?)(?<=\S)\*|(?<!\w)_(?=\S)([^_]+?)(?<=\S)_(?!\w)"), "em"),
)


def written(marked: Marked, lost: set[str], find: Find | None = None) -> Written:
    """The text as ours; what was not kept is added to `lost`.

    Raises:
        NotPlain: for what must not be in an item, such as a script.
    """
    if marked.format == HTML:
        return from_html(marked.text, lost, find)
    if marked.format == MARKDOWN:
        return from_html(html_of_markdown(marked.text), lost, find)
    if marked.format == MOODLE and has_markup(marked.text):
        return from_html(marked.text.replace("\n", "<br>"), lost, find)
    return verbatim(marked.text)


def words(marked: Marked, lost: set[str]) -> str:
    """An accepted answer: without elements; its stars stay, because they stand for any text."""
    if marked.format == HTML or (marked.format == MOODLE and has_markup(marked.text)):
        return words_of_html(marked.text, lost)
    return " ".join(marked.text.split())


def html_of_markdown(text: str) -> str:
    """The common part of Markdown as HTML: paragraphs, lists, headings, code, bold, italic.

    Formulas keep their stars and lines; Markdown writes their signs with two backslashes.
    """
    formulas: list[str] = []

    def kept(found: re.Match[str]) -> str:
        formulas.append(escape(found[0], quote=False))
        return f"{_MARK}{len(formulas) - 1}{_MARK}"

    marked = _FORMULA.sub(kept, _TWICE.sub(r"\\\1", text.replace(_MARK, "")))
    return _MARKED.sub(lambda found: formulas[int(found[1])], _html(marked))


def _html(text: str) -> str:
    blocks: list[str] = []
    for chunk in re.split(r"\n[ \t]*\n", text):
        lines = chunk.split("\n")
        if _FENCE.match(lines[0]) and _FENCE.match(lines[-1]) and len(lines) > 1:
            blocks.append(f"<pre>{escape(chr(10).join(lines[1:-1]), quote=False)}</pre>")
        else:
            blocks += _blocks(lines)
    return "".join(blocks)


def _blocks(lines: list[str]) -> list[str]:
    blocks: list[str] = []
    loose: list[str] = []
    levels: list[tuple[int, str]] = []
    for line in [*lines, ""]:
        item, heading = _ITEM.match(line), _HEADING.match(line)
        if (item or heading or not line) and loose:
            blocks.append(f"<p>{_phrases(loose)}</p>")
            loose = []
        if item:
            blocks.append(_begin_item(levels, len(item[1]), "ol" if item[2][0].isdigit() else "ul"))
            blocks.append(_phrases([item[3]]))
        elif heading:
            blocks.append(f"<h{len(heading[1])}>{_phrases([heading[2]])}</h{len(heading[1])}>")
        elif line and levels:
            blocks.append(" " + _phrases([line.strip()]))
        elif line:
            loose.append(line)
    blocks += [f"</li></{tag}>" for _, tag in reversed(levels)]
    return blocks


def _begin_item(levels: list[tuple[int, str]], indent: int, tag: str) -> str:
    """The tags before an item of a list, which may end deeper lists or begin one."""
    ended = ""
    while levels and levels[-1][0] > indent:
        ended += f"</li></{levels.pop()[1]}>"
    if levels and levels[-1][0] == indent:
        return f"{ended}</li><li>"
    levels.append((indent, tag))
    return f"{ended}<{tag}><li>"


def _phrases(lines: list[str]) -> str:
    """Lines of a paragraph; two spaces at an end break the line."""
    text = "\n".join(lines)
    text = re.sub(r" {2,}\n", "<br>", text)
    for pattern, tag in _PHRASES:
        text = pattern.sub(partial(_tagged, tag), text)
    return text


def _tagged(tag: str, found: re.Match[str]) -> str:
    return f"<{tag}>{found[found.lastindex or 0]}</{tag}>"
