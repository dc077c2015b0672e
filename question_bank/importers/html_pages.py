"""HTML as elements, so that one reader takes it and XML alike; nothing in it is run or fetched."""

from collections.abc import Sequence
from typing import NoReturn

from question_bank.importers.html_tree import Branch, tree_of
from question_bank.importers.report import CannotTake
from question_bank.safe_xml import XmlElement

_ADVICE = "write the text plainer"


def html_element(text: str) -> XmlElement:
    """A piece of HTML below one element `div`.

    Raises:
        CannotTake: it nests too deep.
    """
    tree = XmlElement("", "div", {}, 0)
    tree.children = _children(tree_of(text, _refuse))
    return tree


def page_element(content: bytes) -> XmlElement:
    """The body of a page of HTML.

    Raises:
        CannotTake: it is not UTF-8, or nests too deep.
    """
    try:
        page = html_element(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise CannotTake("a page of HTML is not UTF-8", "save it as UTF-8") from error
    return next((one for one in page.walk() if one.name == "body"), page)


def _refuse(message: str) -> NoReturn:
    raise CannotTake(message, _ADVICE)


def element_of(branch: Branch) -> XmlElement:
    """A branch of HTML as an element."""
    attributes = {name: value or "" for name, value in branch.attributes.items()}
    element = XmlElement("", branch.tag, attributes, 0)
    element.children = _children(branch.children)
    return element


def _children(branches: Sequence[Branch | str]) -> list[XmlElement | str]:
    return [one if isinstance(one, str) else element_of(one) for one in branches]
