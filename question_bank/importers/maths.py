"""Formulas of other systems as rich text's mathematics: MathML, and pictures that stand for some.

Canvas and Moodle show a formula as a picture of another host and say what it is beside it: as
LaTeX, which becomes text between signs for `formulas` to translate, or as MathML, often in the
writing of WIRIS, which spares quotes and brackets.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from question_bank.rich_text import MATHS, TEX, Element, Node, is_allowed
from question_bank.safe_xml import XmlElement

# What others call LaTeX: MathJax, KaTeX and Pandoc the first, TAO the third.
_TEX_NAMES = frozenset({TEX, "application/x-latex", "latex", "tex", "text/x-tex"})
_SPACES = re.compile(r"[ \t\r\n]+")
_ANNOTATIONS = ("annotation", "annotation-xml")
_SAYS_LATEX = "LaTeX: "
_LATEX_CLASSES = ("equation_image", "texrender")
_WIRIS = str.maketrans({"«": "<", "»": ">", "¨": '"', "§": "&", "`": "'"})

Special = Callable[[XmlElement], list[Node] | None]


@dataclass(slots=True)
class Maths:
    """Turns MathML into nodes: the presentation elements alone; others keep what is inside them.

    Args of the kind:
        check: raises for what no item may hold.
        special: asked first for every element inside a formula; None where it knows none.
        changes: what was not kept, in words.
    """

    check: Callable[[XmlElement], None]
    special: Special
    changes: set[str]

    def math(self, element: XmlElement) -> Element:
        """A formula, with the LaTeX that stands beside it."""
        inside = self._inside(element)
        source = _tex_of(element)
        if source:
            shown = inside if len(inside) == 1 else [Element("mrow", (), tuple(inside))]
            annotation = Element("annotation", (("encoding", TEX),), (source,))
            inside = [Element("semantics", (), (*shown, annotation))]
        return Element("math", _attributes("math", element), tuple(inside))

    def _inside(self, element: XmlElement) -> list[Node]:
        found: list[Node] = []
        for child in element.children:
            if isinstance(child, str):
                if child.strip():
                    found.append(_SPACES.sub(" ", child).strip())
                continue
            self.check(child)
            if child.name == "semantics":
                first = child.elements()[:1]
                found += [node for one in first for node in self._of(one)]
            elif child.name == "mfenced":
                found.append(self._fenced(child))
            elif child.name not in _ANNOTATIONS:
                special = self.special(child)
                found += self._of(child) if special is None else special
        return found

    def _of(self, element: XmlElement) -> list[Node]:
        if element.name in MATHS:
            attributes = _attributes(element.name, element)
            return [Element(element.name, attributes, tuple(self._inside(element)))]
        self.changes.add(f"<{element.name[:40]}> in mathematics was dropped, its inside kept")
        return [Element("mrow", (), tuple(self._inside(element)))]

    def _fenced(self, element: XmlElement) -> Node:
        """An old element that browsers do not draw: its brackets and commas written out."""
        opening = element.attributes.get("open", "(")
        closing = element.attributes.get("close", ")")
        separator = element.attributes.get("separators", ",").strip()[:1]
        inner: list[Node] = []
        for one in element.elements():
            if inner and separator:
                inner.append(Element("mo", (), (separator,)))
            holder = XmlElement("", "mrow", {}, one.line)
            holder.children = [one]
            inner += self._inside(holder)
        return Element("mrow", (), (_operator(opening), *inner, _operator(closing)))


def latex_of_picture(attributes: Mapping[str, str | None]) -> str | None:
    """The LaTeX that a picture of a formula stands for, between its signs."""
    latex = attributes.get("data-equation-content") or attributes.get("data-latex")
    if not latex and _is_formula(attributes):
        latex = (attributes.get("alt") or "").removeprefix(_SAYS_LATEX).strip(" $")
    return f"\\({latex}\\)" if latex else None


def mathml_of_picture(attributes: Mapping[str, str | None]) -> str | None:
    """The MathML that a picture of a formula stands for, as HTML."""
    written = attributes.get("data-mathml") or attributes.get("x-canvaslms-safe-mathml") or ""
    if "«" in written:
        written = written.translate(_WIRIS)
    return written if written.lstrip().startswith("<math") else None


def _is_formula(attributes: Mapping[str, str | None]) -> bool:
    classes = (attributes.get("class") or "").split()
    alt = attributes.get("alt") or ""
    return any(one in classes for one in _LATEX_CLASSES) or alt.startswith(_SAYS_LATEX)


def _tex_of(math: XmlElement) -> str:
    """The LaTeX that stands beside a formula, or nothing."""
    for element in math.walk():
        name = element.attributes.get("encoding", "").lower()
        if element.name == "annotation" and name in _TEX_NAMES and not element.elements():
            return element.text().strip()
    return ""


def _operator(sign: str) -> Node:
    return Element("mo", (), (sign,) if sign else ())


def _attributes(tag: str, element: XmlElement) -> tuple[tuple[str, str], ...]:
    given = element.attributes.items()
    return tuple(sorted((name, one) for name, one in given if is_allowed(tag, name, one)))
