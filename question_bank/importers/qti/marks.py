"""Classes in our own packages, from which an import gives exactly the item that was written.

To every other reader they are classes that no style sheet knows: a picture stays a picture in its
paragraph, an explanation stays a rubric for markers. Without them nothing is guessed.
"""

from question_bank.safe_xml import XmlElement

PICTURE = "cat-picture"
"""A picture that stands beside the text of an item, an option, a prompt or a stimulus."""
RECORDING = "cat-recording"
"""A recording that stands beside the text of an item or a stimulus; its words are inside."""
COMPOSITE = "cat-composite"
"""On the body of an item that asks in places of its text, even if it asks one thing at its end."""
NOTATIONS = {"plain": "cat-plain", "rich": "cat-rich"}
"""On a body: the notation of its texts."""
LOOSE = "cat-loose"
"""A paragraph that QTI asks for around words that stand in none."""
PARAGRAPH = "cat-paragraph"
"""A division in place of the paragraph that cannot hold an interaction of a block of its own."""
EXPLANATION, CRITERIA = "cat-explanation", "cat-criteria"
"""On rubrics for markers."""
FORGIVING = "cat-forgives-spaces"
"""A text entry whose comparisons let spaces at the edges, and several for one, pass."""


def has_mark(element: XmlElement, mark: str) -> bool:
    """Whether an element carries one of these classes."""
    return mark in element.attributes.get("class", "").split()


def notation_of(body: XmlElement) -> str:
    """The notation that a body of ours tells; nothing where it tells none."""
    return next((name for name, mark in NOTATIONS.items() if has_mark(body, mark)), "")
