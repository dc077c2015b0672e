"""Processing that says in so many words what blank, right and wrong earn, as a plain rule.

    [ if isNull(RESPONSE): SCORE = blank else ]
    if right(RESPONSE): SCORE = right else: SCORE = wrong

where right is a match with the key, or a number within an absolute tolerance of it, or, in place of
both branches, a mapping. Our own exports write this.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from question_bank.importers.qti.templates import IS_NULL, MATCH
from question_bank.importers.qti.worded import points_of as _points
from question_bank.item import Interaction
from scoring.processing.values import scalar
from scoring.rule import AreaRule, KeyRule, MappingRule, NumberRule, OptionPoints, PartRule

Declared = Mapping[str, Any]
Read = Callable[[list[Any], Declared, Interaction], PartRule | None]


def scored_rule(
    process: list[Any], declared: Declared, asked: Interaction, read: Read
) -> PartRule | None:
    """The rule, or None where the processing is of another form.

    Args:
        process: of one response called RESPONSE.
        declared: its declaration.
        asked: its interaction.
        read: gives the rule of a standard template.
    """
    if len(process) != 1 or process[0][0] != "condition":
        return None
    branches = list(process[0][2])
    blank = None
    if branches and branches[0][2][:1] == [IS_NULL]:
        blank = _points(branches.pop(0)[2][1:])
        if blank is None:
            return None
    match branches:
        case [["if", _, [condition, *then]], ["else", _, otherwise]]:
            right, wrong = _points(then), _points(otherwise)
            if right is None or wrong is None:
                return None
            rule = _keyed(condition, declared, asked, read)
            if rule is None:
                return None
            blank = wrong if blank is None else blank
            return replace(rule, right=right, wrong=wrong, blank=blank)
        case [["else", _, mapped]] if blank is not None:
            found = read(mapped, declared, asked)
            if isinstance(found, OptionPoints | MappingRule | AreaRule):
                return replace(found, blank=blank)
            return None
        case _:
            return None


def _keyed(
    condition: Any, declared: Declared, asked: Interaction, read: Read
) -> KeyRule | NumberRule | None:
    if condition == MATCH:
        found = read(_matching(), declared, asked)
        return found if isinstance(found, KeyRule | NumberRule) else None
    match condition:
        case [
            "equal",
            {"toleranceMode": "absolute", "tolerance": [str(one), str(other)]} as how,
            both,
        ]:
            bounds = how.get("includeLowerBound"), how.get("includeUpperBound")
            tolerance, target = scalar("float", one), read(_matching(), declared, asked)
            is_plain = one == other and bounds == (True, True) and both == MATCH[2]
            if is_plain and isinstance(target, NumberRule) and isinstance(tolerance, Fraction):
                return replace(target, tolerance=tolerance)
    return None


def _matching() -> list[Any]:
    """The standard template of a match, whose rule has the key."""
    return [
        ["condition", {}, [["if", {}, [MATCH, _set("1")]], ["else", {}, [_set("0")]]]],
    ]


def _set(text: str) -> list[Any]:
    value = ["baseValue", {"type": "float", "value": text}, []]
    return ["setOutcomeValue", {"identifier": "SCORE"}, [value]]
