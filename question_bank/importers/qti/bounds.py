"""How many choices, pairs and uses an interaction allows, as QTI's attributes say."""

from question_bank.importers.qti.names import count
from question_bank.item import Settings
from question_bank.safe_xml import XmlElement


def bound(element: XmlElement, option_count: int, name: str = "maxChoices") -> int:
    """The most choices; 0 where all may be taken. QTI's usual is one."""
    most = count(element, name, 1)
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


def selecting(element: XmlElement, option_count: int, *, is_single: bool) -> Settings:
    """The bounds of choices in a text or on a picture."""
    most = 1 if is_single else bound(element, option_count)
    return Settings(least=count(element, "minChoices"), most=most)
