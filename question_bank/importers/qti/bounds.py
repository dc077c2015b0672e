"""How many choices, pairs and uses an interaction allows, as QTI's attributes say."""

from question_bank.importers.qti.names import count
from question_bank.item import Settings
from question_bank.safe_xml import XmlElement


def bound(element: XmlElement, option_count: int, right_count: int = 1) -> int:
    """The most choices; 0 where all may be taken.

    QTI's usual is one. A response of several values whose key holds several means more by saying
    nothing: with one choice nobody could give its key.
    """
    if right_count > 1 and "maxChoices" not in element.attributes:
        return 0
    most = count(element, "maxChoices", 1)
    return 0 if most >= option_count else most


def most_of(element: XmlElement, usual: int | None) -> int | None:
    """How often an option may be used; None where it is what our kinds take as usual."""
    if usual is None:
        return None
    given = count(element, "matchMax", count(element, "hotspotMax", 1))
    return None if given == usual else given


def pairs(element: XmlElement, usual: int = 1) -> Settings:
    """The bounds of pairs; QTI's usual most is one."""
    return Settings(
        least=count(element, "minAssociations"), most=count(element, "maxAssociations", usual)
    )


def selecting(element: XmlElement, option_count: int, *, right_count: int | None) -> Settings:
    """The bounds of choices in a text or on a picture; None right for a response of one value."""
    most = 1 if right_count is None else bound(element, option_count, right_count)
    return Settings(least=count(element, "minChoices"), most=most)
