"""QTI 3.0's names as those of QTI 2: one vocabulary for all that reads further.

QTI 3.0 writes <qti-simple-choice show-hide="…"> where 2.x writes <simpleChoice showHide="…">. The
elements of HTML and MathML inside are the same in both.
"""

import re

from question_bank.safe_xml import XmlElement

_DASH = re.compile(r"-([a-z0-9])")
_ODD = {
    "durationLt": "durationLT",
    "durationGte": "durationGTE",
    "imsSbac": "imsSBAC",
}
QTI3_PREFIX = "qti-"
_ROOTS = frozenset(
    {"assessmentItem", "assessmentTest", "assessmentSection", "assessmentStimulus",
     "outcomeProcessing"}
)  # fmt: skip


def plain_name(name: str) -> str:
    """The name of QTI 2 for an element of any version."""
    if not name.startswith(QTI3_PREFIX):
        return name
    joined = _DASH.sub(lambda found: found[1].upper(), name.removeprefix(QTI3_PREFIX))
    return _ODD.get(joined, joined)


def normalised(root: XmlElement) -> XmlElement:
    """The same document in the names of QTI 2; the given one is changed."""
    for element in list(root.walk()):
        if element.name.startswith(QTI3_PREFIX):
            element.name = plain_name(element.name)
            element.attributes = {
                _attribute(name): value for name, value in element.attributes.items()
            }
    return root


def is_qti(root: XmlElement) -> bool:
    """Whether a root element is one of QTI 2 or 3 that holds items, tests or stimuli."""
    return plain_name(root.name) in _ROOTS


def _attribute(name: str) -> str:
    if name.startswith(("data-", "aria-", "xml:", "{")):
        return name
    return _DASH.sub(lambda found: found[1].upper(), name)


def truth(element: XmlElement, name: str, *, default: bool = False) -> bool:
    """A boolean attribute."""
    return element.attributes.get(name, str(default)).strip().lower() in ("true", "1")


def count(element: XmlElement, name: str, default: int = 0) -> int:
    """A whole number attribute; what is none is the default."""
    text = element.attributes.get(name, "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else default
