r"""Cloze: places for answers inside a text, as Moodle writes them between braces.

    place       = "{" [ weight ] ":" kind ":" alternative { "~" alternative } "}"
    alternative = [ "=" | "%" percent "%" ] text [ "#" feedback ]

A backslash takes its meaning from ~ # } = and from itself; "&#" begins an entity, no feedback.
"""

import re
from dataclasses import dataclass
from fractions import Fraction

from question_bank.importers.moodle_kinds import WHOLE
from question_bank.importers.report import CannotTake

WEIGHT_LIMIT = 1_000
PLACE_LIMIT = 50
OPEN, CLOSE = "\ue000", "\ue001"
"""What stands around a place's name until the text has passed the border."""

TEXT, NUMBER, MENU, BUTTONS, BOXES = "text", "number", "menu", "buttons", "boxes"
_KINDS = {
    TEXT: "SHORTANSWER SA MW SHORTANSWER_C SAC MWC",
    NUMBER: "NUMERICAL NM",
    MENU: "MULTICHOICE MC MULTICHOICE_S MCS",
    BUTTONS: "MULTICHOICE_V MCV MULTICHOICE_H MCH MULTICHOICE_VS MCVS MULTICHOICE_HS MCHS",
    BOXES: "MULTIRESPONSE MR MULTIRESPONSE_H MRH MULTIRESPONSE_S MRS MULTIRESPONSE_HS MRHS",
}
_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_CASE_SENSITIVE = frozenset({"SHORTANSWER_C", "SAC", "MWC"})
_SHUFFLED = frozenset({"_S", "CS", "VS", "HS", "RS"})
_START = re.compile(r"\{([0-9]{0,4}):([A-Z_]{2,20})(:|\})")
_SHARE = re.compile(r"\s*(?:(=)|%(-?[0-9]{1,3}(?:[.,][0-9]{0,9})?)%)")
_ESCAPE = re.compile(r"\\([~#}={\\\"/])")


@dataclass(frozen=True, slots=True)
class Alternative:
    """One answer with its weight in percent; `has_feedback` where it has some, which is lost.

    `is_weighed` tells that the percent is written, and not = for the whole or nothing for none.
    """

    text: str
    percent: Fraction
    has_feedback: bool
    is_weighed: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """One place for an answer."""

    name: str
    kind: str
    weight: int
    alternatives: tuple[Alternative, ...]
    case_sensitive: bool
    shuffle: bool


def split_cloze(text: str) -> tuple[str, list[Place]]:
    """The text with marked names in place of its places, and the places.

    Raises:
        CannotTake: there is none, or one is not written as it should be.
    """
    pieces: list[str] = []
    places: list[Place] = []
    end = 0
    for found in _START.finditer(text):
        if found.start() < end:
            continue
        if found[2] not in _KIND_OF:
            raise CannotTake(f"{found[2]} is no kind of place", "see Moodle's list of them")
        if len(places) == PLACE_LIMIT:
            raise CannotTake(f"more than {PLACE_LIMIT} places", "split the question")
        name = f"p{len(places) + 1}"
        pieces += [text[end : found.start()], f"{OPEN}{name}{CLOSE}"]
        if found[3] == "}":
            raise CannotTake(f"place {name} has no answers", "write {1:MC:=right~wrong}")
        place, end = _place(name, found, text)
        places.append(place)
    if not places:
        raise CannotTake("the text holds no place for an answer", "write {1:SA:=answer}")
    return "".join([*pieces, text[end:]]), places


def _place(name: str, found: re.Match[str], text: str) -> tuple[Place, int]:
    parts, end = _alternatives(text, found.end())
    if len(parts) > 1 and parts[0] == ("", ""):
        del parts[0]  # a ~ before the first answer separates nothing
    weight = int(found[1] or "1")
    if not 1 <= weight <= WEIGHT_LIMIT:
        raise CannotTake(
            f"place {name} weighs {weight}", f"give it a weight from 1 to {WEIGHT_LIMIT}"
        )
    place = Place(
        name=name,
        kind=_KIND_OF[found[2]],
        weight=weight,
        alternatives=tuple(_alternative(*part) for part in parts),
        case_sensitive=found[2] in _CASE_SENSITIVE,
        shuffle=found[2][-2:] in _SHUFFLED,
    )
    return place, end


def _alternatives(text: str, start: int) -> tuple[list[tuple[str, str]], int]:
    """Texts with their feedback up to the closing brace, and where that ends."""
    parts: list[tuple[str, str]] = []
    pieces = ["", ""]
    inside, index = 0, start
    while index < len(text):
        sign = text[index]
        if sign == "\\" and index + 1 < len(text):
            pieces[inside] += text[index : index + 2]
            index += 2
            continue
        if sign in "~}":
            parts.append((pieces[0], pieces[1]))
            pieces, inside = ["", ""], 0
            if sign == "}":
                return parts, index + 1
        elif sign == "#" and inside == 0 and text[index - 1] != "&":
            inside = 1
        else:
            pieces[inside] += sign
        index += 1
    raise CannotTake("a place for an answer is not closed", "write } at its end")


def _alternative(text: str, feedback: str) -> Alternative:
    share = _SHARE.match(text)
    percent = Fraction(0)
    if share:
        percent = WHOLE if share[1] else Fraction(share[2].replace(",", "."))
        text = text[share.end() :]
    is_weighed = share is not None and not share[1]
    words = _ESCAPE.sub(r"\1", text).strip()
    return Alternative(words, percent, feedback.strip() != "", is_weighed)
