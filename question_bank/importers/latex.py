r"""LaTeX formulas as MathML that every browser draws by itself, with the LaTeX kept beside it.

The library `latex2mathml` knows the commands; it never refuses, so this does: whatever it would
show as its own source, drop or draw half, and whatever could define commands or reach outside, is
no formula that we take. What comes out consists of the elements that rich text knows.

    translate(r"\frac{1}{2}") → <math><semantics><mfrac>…</mfrac><annotation …>\frac{1}{2}
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from html import unescape
from xml.etree.ElementTree import Element as Tree

from latex2mathml.converter import Converter

from question_bank.rich_text import MATHS, TEX, Element, Node, is_allowed

LENGTH_LIMIT = 2_000
DEPTH_LIMIT = 40

# Commands that define others could grow without end; the rest reach out of the formula.
_FORBIDDEN = re.compile(
    r"\\(?:(?:g|e|x)?def|(?:re)?newcommand|providecommand|newenvironment|let|DeclareMathOperator"
    r"|href|url|class|style|cssId|require|unicode|includegraphics|label|ref|tag)(?![A-Za-z])"
)
_ENVIRONMENTS = frozenset(
    {"matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "smallmatrix", "array",
     "cases", "align", "aligned", "split", "gather", "gathered"}
)  # fmt: skip
_NUMBERED = re.compile(r"\{align\}")
_LIMIT = re.compile(r"\\(lim|max|min|sup|inf)\s*_")
_BEGIN = re.compile(r"\\(?:begin|end)\s*\{([^{}]*)\}")
_ESCAPED = re.compile(r"\\.", re.DOTALL)
_COLOURS = frozenset({"mathcolor", "mathbackground"})
_CHILDREN = {"mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "munder": 2, "mover": 2,
             "msubsup": 3, "munderover": 3}  # fmt: skip
_STYLES = {
    "bold": "BOLD", "italic": "ITALIC", "bold-italic": "BOLD ITALIC", "script": "SCRIPT",
    "double-struck": "DOUBLE-STRUCK", "fraktur": "FRAKTUR", "sans-serif": "SANS-SERIF",
    "monospace": "MONOSPACE", "sans-serif-italic": "SANS-SERIF ITALIC",
}  # fmt: skip
_OLDER_NAMES = {"FRAKTUR": "BLACK-LETTER"}
_LONG_BAR = "\u2015"
_ACCENT = (("accent", "true"),)
_LINES = {"mover": "top", "munder": "bottom"}
_FUNCTION = re.compile(r"[a-z]{2,6}")


class BadLatex(ValueError):
    """A formula that cannot be translated; the message says what in it."""

    code = "bad_latex"


def translate(latex: str, *, is_block: bool = False) -> Element:
    """The formula as a `math` element that holds its LaTeX as an annotation.

    Args:
        latex: without the signs around it.
        is_block: it stands alone, in a line of its own.

    Raises:
        BadLatex: it is too long, not whole, or holds a command that is not known.
    """
    return _translated(latex.strip(), is_block)


def source_of(math: Element) -> str | None:
    """The LaTeX of a formula, where nothing else than this LaTeX is shown; otherwise None."""
    for child in math.children:
        if isinstance(child, Element) and child.tag == "semantics":
            last = child.children[-1] if child.children else ""
            if isinstance(last, Element) and last.tag == "annotation":
                return _if_same(math, "".join(map(str, last.children)))
    return None


def _if_same(math: Element, latex: str) -> str | None:
    try:
        again = translate(latex, is_block=math.get("display") == "block")
    except BadLatex:
        return None
    return latex if again == math else None


@lru_cache(maxsize=512)
def _translated(latex: str, is_block: bool) -> Element:  # noqa: FBT001 - a key of the cache
    _check(latex)
    display = "block" if is_block else "inline"
    try:
        tree = Converter(display=display).convert_to_element(_prepared(latex, is_block=is_block))
    except Exception as error:
        name = re.sub(r"(?<!^)(?=[A-Z])", " ", type(error).__name__.removesuffix("Error")).lower()
        raise BadLatex(f"it is not whole ({name})") from error
    shown = _inside(tree)
    if len(shown) != 1:
        shown = [Element("mrow", (), tuple(shown))]
    source = Element("annotation", (("encoding", TEX),), (latex,))
    inside = Element("semantics", (), (*shown, source))
    return Element("math", (("display", "block"),) if is_block else (), (inside,))


def _prepared(latex: str, *, is_block: bool) -> str:
    """The LaTeX without numbers of lines, and with limits below where a formula stands alone."""
    plain = _NUMBERED.sub("{align*}", latex)
    return _LIMIT.sub(r"\\\1\\limits_", plain) if is_block else plain


def _check(latex: str) -> None:
    """Refuse what the library would take and we should not."""
    if not latex or len(latex) > LENGTH_LIMIT:
        raise BadLatex(f"a formula has 1 to {LENGTH_LIMIT} characters")
    found = _FORBIDDEN.search(latex)
    if found:
        raise BadLatex(f"{found[0]} is not taken")
    for name in _BEGIN.findall(latex):
        if name.strip().removesuffix("*") not in _ENVIRONMENTS:
            raise BadLatex(f"the environment {name[:20]} is not known")
    depth = 0
    plain = _ESCAPED.sub("", latex)
    for sign in plain:
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if not 0 <= depth <= DEPTH_LIMIT:
            raise BadLatex("its braces do not fit together, or nest too deep")
    if depth:
        raise BadLatex("its braces do not fit together")
    if "%" in plain:
        raise BadLatex(r"% begins a comment; write \% for the sign")
    if "$" in plain:
        raise BadLatex(r"$ stands inside it; write \$ for the sign")


def _inside(tree: Tree) -> list[Node]:
    """What the outermost rows hold."""
    rows = list(_elements(tree, DEPTH_LIMIT))
    while len(rows) == 1 and isinstance(rows[0], Element) and rows[0].tag == "mrow":
        rows = list(rows[0].children)
    if not rows:
        raise BadLatex("it shows nothing")
    return rows


def _elements(tree: Tree, depth: int) -> Iterator[Node]:
    if not depth:
        raise BadLatex("it nests too deep")
    previous: Element | None = None
    for child in tree:
        node = _element(child, depth - 1)
        if previous is not None and tree.tag not in _CHILDREN and _is_applied(previous, node):
            yield Element("mspace", (("width", "0.167em"),))
        yield node
        previous = node


def _element(tree: Tree, depth: int) -> Element:
    text = unescape(tree.text or "")
    attributes = dict(tree.attrib)
    _check_element(tree, text)
    if tree.tag in ("mi", "mn", "mo"):
        text = _styled(text, attributes)
    inside = (text,) if text else tuple(_elements(tree, depth))
    if len(inside) != _CHILDREN.get(tree.tag, len(inside)):
        raise BadLatex("something is missing in it")
    line = _LINES.get(tree.tag)
    if line and inside[1] == Element("mo", _ACCENT, (_LONG_BAR,)):
        # Browsers draw no bar as long as what stands below; they draw a line on a box.
        return Element("menclose", (("notation", line),), inside[:1])
    kept = sorted(
        (name, one) for name, one in attributes.items() if is_allowed(tree.tag, name, one)
    )
    return Element(tree.tag, tuple(kept), inside)


def _check_element(tree: Tree, text: str) -> None:
    """Refuse what the library could only write down or what would be seen otherwise."""
    if tree.tag not in MATHS:
        raise BadLatex(f"it needs <{tree.tag}>, which is not known")
    if tree.attrib.keys() & _COLOURS:
        raise BadLatex("it has colours, which not everybody sees")
    if "linebreak" in tree.attrib:
        raise BadLatex(r"\\ ends a line outside of a table")
    if text.startswith("\\") and len(text) > 1:
        raise BadLatex(f"{text[:30]} is not known")
    if tree.tag == "mi" and text in ("&", "{", "}"):
        raise BadLatex(f"{text} stands alone in it")


def _styled(text: str, attributes: dict[str, str]) -> str:
    """Letters as the signs that Unicode has for them: browsers draw no other `mathvariant`."""
    style = _STYLES.get(attributes.get("mathvariant", ""))
    if style is None:
        return text
    del attributes["mathvariant"]
    if style == "ITALIC" and len(text) == 1:
        return text  # a single letter is italic by itself
    return "".join(_letter(sign, style) for sign in text)


def _letter(sign: str, style: str) -> str:
    kind, _, name = unicodedata.name(sign, "").removeprefix("LATIN ").partition(" ")
    if sign.isdigit():
        kind, name = "DIGIT", unicodedata.name(sign).removeprefix("DIGIT ")
    rest = f"{kind} {name}".replace("LETTER ", "")
    for found in (f"MATHEMATICAL {style} {rest}", f"{style} {rest}",
                  f"{_OLDER_NAMES.get(style, style)} {rest}"):  # fmt: skip
        try:
            return unicodedata.lookup(found)
        except KeyError:
            continue
    return sign


def _is_applied(before: Element, after: Element) -> bool:
    """Whether a function such as sin stands before what it is applied to without a bracket."""
    name = before
    while name.tag in ("msup", "msub", "msubsup", "munder") and isinstance(
        name.children[0], Element
    ):
        name = name.children[0]
    is_function = name.tag in ("mi", "mo") and _FUNCTION.fullmatch("".join(map(str, name.children)))
    return bool(is_function) and name.tag == "mi" and after.tag not in ("mo", "mspace", "mtext")
