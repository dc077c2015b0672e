r"""Formulas in texts of items: LaTeX between signs becomes MathML, and at an export LaTeX again.

The signs are those that Moodle, Canvas and MathJax share: `\(…\)` within a line, `\[…\]` and
`$$…$$` in a line of its own; and Moodle's old `[tex]…[/tex]`. One dollar is money. What cannot be
translated stays as it is written, and the report says so.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from question_bank.importers.admission import faults
from question_bank.importers.latex import BadLatex, source_of, translate
from question_bank.importers.markup import Written, plain_of, text_of
from question_bank.importers.report import CHANGED, ImportReport, Problem
from question_bank.item import Interaction, Item, Option, Stimulus
from question_bank.rich_text import (
    PLAIN,
    RICH,
    BadRichText,
    Element,
    Node,
    elements_of,
    read_plain,
    read_rich,
)

_SIGNS = (("\\(", "\\)", False), ("\\[", "\\]", True), ("$$", "$$", True),
          ("[tex]", "[/tex]", False))  # fmt: skip
_OPENING = tuple(opening for opening, _, _ in _SIGNS)
_NOT_INSIDE = frozenset({"math", "code", "pre", "kbd"})
# Stand for a line break and for a formula while a text is taken apart; no text holds them.
_BREAK, _START, _END = "\ue010", "\ue011", "\ue012"
_ADVICE = "correct the LaTeX, or make a picture of it"

Texts = Callable[[str, str], tuple[Node, ...] | None]


@dataclass(slots=True)
class _Found:
    """What was found in the texts of one item."""

    count: int = 0
    failures: dict[str, str] = field(default_factory=dict)


def with_formulas(report: ImportReport, file_name: str) -> ImportReport:
    """The report with the formulas of its items translated, and those named that could not be."""
    items: list[Item] = []
    problems = list(report.problems)
    for item in report.items:
        shown, failures = translated(item)
        items.append(shown)
        place = f"{file_name}: item {item.id}"
        problems += [Problem(place, CHANGED, one, _ADVICE) for one in failures]
    return replace(report, items=tuple(items), problems=tuple(problems))


def translated(item: Item) -> tuple[Item, list[str]]:
    """The item with its formulas as MathML, and a sentence for each that could not be.

    An item in whose texts there is none is given back as it is.
    """
    found = _Found()
    shown = _rewritten(item, lambda text, notation: _with_maths(text, notation, found))
    if shown != item and faults(shown) and not faults(item):
        return item, ["its formulas are shown as text: as MathML the item would be too long"]
    return shown, [
        f"the formula {latex[:60]!r} is shown as text: {why}"
        for latex, why in found.failures.items()
    ]


def with_sources(item: Item) -> Item:
    r"""The item with `\(…\)` for every formula whose LaTeX is known and shows the same."""
    return _rewritten(item, _with_latex)


def _rewritten(item: Item, nodes_of: Texts) -> Item:
    """The item with other nodes in its texts, in the notation that holds them all.

    Args:
        item: any.
        nodes_of: the new nodes of a text in its notation, or None where it stays.
    """
    stimulus = item.stimulus and _told(item.stimulus, nodes_of)
    texts = list(_texts(item))
    changed = {text: nodes_of(text, item.notation) for text in dict.fromkeys(texts)}
    if not any(changed.values()):
        return item if stimulus == item.stimulus else replace(item, stimulus=stimulus)
    written = {text: _written(text, item.notation, nodes) for text, nodes in changed.items()}
    is_plain = all(one.plain is not None for one in written.values())
    notation = PLAIN if is_plain else RICH
    return _with_texts(
        replace(item, stimulus=stimulus),
        {text: text_of(one, notation) for text, one in written.items()},
        notation,
    )


def _told(stimulus: Stimulus, nodes_of: Texts) -> Stimulus:
    nodes = nodes_of(stimulus.text, stimulus.notation)
    if not nodes:
        return stimulus
    written = _written(stimulus.text, stimulus.notation, nodes)
    notation = PLAIN if written.plain is not None else RICH
    return replace(stimulus, text=text_of(written, notation), notation=notation)


def _written(text: str, notation: str, nodes: tuple[Node, ...] | None) -> Written:
    if nodes is None and notation == PLAIN:
        return Written(text, tuple(_with_breaks(read_plain(text), "\n")))
    nodes = _rich(text) if nodes is None else nodes
    paragraphs = nodes
    if nodes and not any(isinstance(node, Element) and node.tag == "p" for node in nodes):
        paragraphs = (Element("p", (), nodes),)
    return Written(plain_of(paragraphs), nodes)


def _rich(text: str) -> tuple[Node, ...]:
    try:
        return read_rich(text)
    except BadRichText:
        return ()


def _texts(item: Item) -> Iterator[str]:
    """The texts in the notation of the item; words that can be chosen stand in its stem."""
    yield from (item.stem, item.explanation)
    if item.kind != "hot_text":
        yield from (option.text for option in (*item.options, *item.targets))
    for one in item.interactions:
        yield one.prompt
        if one.kind != "hot_text":
            yield from (option.text for option in (*one.options, *one.targets))


def _with_texts(item: Item, texts: dict[str, str], notation: str) -> Item:
    def listed(kind: str, options: tuple[Option, ...]) -> tuple[Option, ...]:
        if kind == "hot_text":
            return options
        return tuple(replace(option, text=texts[option.text]) for option in options)

    def part(one: Interaction) -> Interaction:
        return replace(
            one,
            prompt=texts[one.prompt],
            options=listed(one.kind, one.options),
            targets=listed(one.kind, one.targets),
        )

    return replace(
        item,
        stem=texts[item.stem],
        explanation=texts[item.explanation],
        options=listed(item.kind, item.options),
        targets=listed(item.kind, item.targets),
        interactions=tuple(map(part, item.interactions)),
        notation=notation,
    )


def _with_maths(text: str, notation: str, found: _Found) -> tuple[Node, ...] | None:
    if not any(opening in text for opening in _OPENING):
        return None
    if any(sign in text for sign in (_BREAK, _START, _END)):
        return None
    before = found.count
    if notation == PLAIN:
        formulas: list[Element] = []
        marked = "".join(_marked(text, found, formulas))
        nodes = _filled(list(_with_breaks(read_plain(marked), "\n")), formulas)
    else:
        nodes = _replaced(_rich(text), found)
    return tuple(nodes) if found.count > before else None


def _replaced(nodes: Sequence[Node], found: _Found) -> list[Node]:
    """Nodes with formulas in place of their LaTeX, which a line break may cut in two."""
    done: list[Node] = []
    run = ""
    for node in (*nodes, None):
        if isinstance(node, str):
            run += node
            continue
        if isinstance(node, Element) and node.tag == "br":
            run += _BREAK
            continue
        formulas: list[Element] = []
        marked = "".join(_marked(run, found, formulas))
        done += _filled(list(_with_breaks([marked], _BREAK)), formulas)
        run = ""
        if node is not None:
            is_kept = node.tag in _NOT_INSIDE
            inside = node.children if is_kept else tuple(_replaced(node.children, found))
            done.append(replace(node, children=inside))
    return done


def _marked(text: str, found: _Found, formulas: list[Element]) -> Iterator[str]:
    """The text with a mark for every formula that was translated and listed."""
    start = 0
    closed = dict.fromkeys(_OPENING, True)
    while True:
        places = [
            (text.find(opening, start), opening, closing, is_block)
            for opening, closing, is_block in _SIGNS
            if closed[opening]
        ]
        places = [place for place in places if place[0] >= 0]
        if not places:
            yield text[start:]
            return
        at, opening, closing, is_block = min(places)
        inside = at + len(opening)
        end = text.find(closing, inside)
        if end < 0:
            closed[opening] = False
            continue
        latex = text[inside:end].replace(_BREAK, " ").strip()
        try:
            formulas.append(translate(latex, is_block=is_block))
        except BadLatex as error:
            if latex:
                found.failures[latex] = str(error)
            yield text[start : end + len(closing)]
        else:
            found.count += 1
            yield f"{text[start:at]}{_START}{len(formulas) - 1}{_END}"
        start = end + len(closing)


def _filled(nodes: Sequence[Node], formulas: Sequence[Element]) -> list[Node]:
    done: list[Node] = []
    for node in nodes:
        if isinstance(node, Element):
            done.append(replace(node, children=tuple(_filled(node.children, formulas))))
            continue
        before, *pieces = node.split(_START)
        done += [before] if before else []
        for piece in pieces:
            number, _, rest = piece.partition(_END)
            done.append(formulas[int(number)])
            done += [rest] if rest else []
    return done


def _with_breaks(nodes: Sequence[Node], sign: str) -> Iterator[Node]:
    """The nodes with a `br` for every sign in their texts."""
    for node in nodes:
        if isinstance(node, Element):
            yield replace(node, children=tuple(_with_breaks(node.children, sign)))
            continue
        for place, piece in enumerate(node.split(sign)):
            if place:
                yield Element("br")
            if piece:
                yield piece


def _with_latex(text: str, notation: str) -> tuple[Node, ...] | None:
    if notation == PLAIN or "</annotation>" not in text:
        return None
    nodes = _rich(text)
    latex = {math: source_of(math) for math in elements_of(nodes, "math")}
    has_signs = any(opening in word for word in _words(nodes) for opening in _OPENING)
    if has_signs or not any(latex.values()):
        return None
    return tuple(_joined(_written_out(nodes, latex)))


def _words(nodes: Sequence[Node]) -> Iterator[str]:
    """The texts of the nodes outside of formulas."""
    for node in nodes:
        if isinstance(node, str):
            yield node
        elif node.tag != "math":
            yield from _words(node.children)


def _written_out(nodes: Sequence[Node], latex: dict[Element, str | None]) -> Iterator[Node]:
    for node in nodes:
        if isinstance(node, str):
            yield node
        elif latex.get(node):
            signs = ("\\[", "\\]") if node.get("display") == "block" else ("\\(", "\\)")
            yield f"{signs[0]}{latex[node]}{signs[1]}"
        else:
            yield replace(node, children=tuple(_joined(_written_out(node.children, latex))))


def _joined(nodes: Iterator[Node]) -> Iterator[Node]:
    """Nodes of which no two texts stand side by side."""
    text = ""
    for node in nodes:
        if isinstance(node, str):
            text += node
            continue
        if text:
            yield text
        text = ""
        yield node
    if text:
        yield text
