"""The rule of texts that an export of ours wrote as response processing, read back.

QTI compares texts exactly; our rule forgives spaces. So only what carries the mark of a rule of
ours is taken for one: a condition of `stringMatch` and, for texts with stars, of `patternMatch`.
"""

from fractions import Fraction
from typing import Any

from question_bank.importers.qti.templates import IS_NULL
from scoring.processing.values import scalar
from scoring.rule import TextRule

_GIVEN = ["variable", {"identifier": "RESPONSE"}, []]
_SPECIAL = frozenset("\\^$.|?*+()[]{}")


def worded_rule(process: list[Any]) -> TextRule | None:
    """The rule of a processing of one response called RESPONSE; None where it has another form."""
    match process:
        case [["condition", {}, [["if", {}, [blank_test, *blank]], *tests, ["else", {}, wrong]]]]:
            earned = points_of(blank), points_of(wrong)
            read = [_accepted(one) for one in tests]
        case _:
            return None
    accepted = [one for one in read if one is not None]
    cases = {is_sensitive for _, _, is_sensitive in accepted if is_sensitive is not None}
    if blank_test != IS_NULL or None in earned or len(accepted) < len(read) or len(cases) != 1:
        return None
    when_blank, when_wrong = earned
    assert when_blank is not None, "seen to be a number"
    assert when_wrong is not None, "seen to be a number"
    listed = tuple((text, points) for text, points, _ in accepted)
    return TextRule(listed, cases == {True}, when_wrong, when_blank)


def points_of(statements: list[Any]) -> Fraction | None:
    """What the one statement sets SCORE to, where that is a number."""
    match statements:
        case [
            ["setOutcomeValue", {"identifier": "SCORE"}, [["baseValue", {"value": str(text)}, _]]]
        ]:
            value = scalar("float", text)
            return value if isinstance(value, Fraction) else None
        case _:
            return None


def _accepted(branch: Any) -> tuple[str, Fraction, bool | None] | None:
    """A text, its points, and whether capitals matter to it, where the test says so."""
    match branch:
        case ["if", {}, [test, *then]]:
            points = points_of(then)
        case _:
            return None
    if points is None:
        return None
    match test:
        case [
            "stringMatch",
            {"caseSensitive": bool(is_sensitive), "substring": False},
            [given, ["baseValue", {"type": "string", "value": str(text)}, _]],
        ] if given == _GIVEN and "*" not in text:
            return text, points, is_sensitive
        case ["patternMatch", {"pattern": str(pattern)}, [given]] if given == _GIVEN:
            found = _starred(pattern)
            return None if found is None else (found[0], points, found[1])
        case _:
            return None


def _starred(pattern: str) -> tuple[str, bool | None] | None:
    """The text with stars that a pattern of ours stands for; of two cases the first was written."""
    text, is_folded, place = "", False, 0
    while place < len(pattern):
        piece = pattern[place : place + 4]
        if piece.startswith(".*"):
            text, place = text + "*", place + 2
        elif piece.startswith("\\") and len(piece) > 1:
            text, place = text + piece[1], place + 2
        elif len(piece) == 4 and piece[0] == "[" and piece[3] == "]":
            text, place, is_folded = text + piece[1], place + 4, True
        elif piece[0] in _SPECIAL:
            return None
        else:
            text, place = text + piece[0], place + 1
    if is_folded:
        return text, False
    has_letters = any(
        sign.lower() != sign.upper() and len(sign.lower()) == len(sign.upper()) == 1
        for sign in text
    )
    return text, True if has_letters else None
