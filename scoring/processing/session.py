"""What a test's outcome processing looks at: the results of its items, gathered and counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from scoring.processing.values import Maybe, Value, container, members, number


@dataclass(frozen=True, slots=True)
class ItemResult:
    """One item of a test: where it stands, how it counts, and what came out of it.

    Args of the kind:
        id: of the item's place in the test (QTI assessmentItemRef).
        sections: every section around it, and the test part.
        outcomes: by name; those of responses stand beside them.
        bounds: by outcome, the least and the most it can be, where the item says so.
        is_correct: whether every response is the declared key; None where there is no key.
    """

    id: str
    sections: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    weights: Mapping[str, Fraction] = field(default_factory=dict)
    outcomes: Mapping[str, Maybe] = field(default_factory=dict)
    bounds: Mapping[str, tuple[Fraction | None, Fraction | None]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    is_presented: bool = True
    is_responded: bool = True
    is_correct: bool | None = None

    def weighed(self, outcome: str, weight: object) -> Maybe:
        """An outcome, times the weight of this name (1 where the item has none)."""
        value = self.outcomes.get(self.names.get(outcome, outcome))
        if value is None or not isinstance(weight, str) or value.type not in ("integer", "float"):
            return value
        factor = self.weights.get(weight, Fraction(1))
        found = tuple(Fraction(one) * factor for one in members(value))
        data: Any = found[0] if value.cardinality == "single" else found
        return Value("float", value.cardinality, data)


def gathered(attributes: Mapping[str, Any], items: Sequence[ItemResult]) -> Maybe:
    """A variable (testVariables) of every item chosen, in one container; NULLs are left out."""
    name = str(attributes.get("variableIdentifier"))
    weight = attributes.get("weightIdentifier")
    found = [item.weighed(name, weight) for item in _chosen(attributes, items)]
    there = [one for one in found if one is not None and one.cardinality == "single"]
    if attributes.get("baseType"):
        there = [one for one in there if one.type == attributes["baseType"] or weight]
    if not there:
        return None
    types = {one.type for one in there}
    type_name = "float" if types == {"integer", "float"} else there[0].type
    return container(type_name, "multiple", tuple(one.data for one in there))


def extreme(name: str, attributes: Mapping[str, Any], items: Sequence[ItemResult]) -> Maybe:
    """OutcomeMaximum and outcomeMinimum: the bounds of an outcome of every item chosen.

    A maximum that one item does not declare leaves the maximum of the test unknown: NULL.
    """
    outcome = str(attributes.get("outcomeIdentifier"))
    weight = attributes.get("weightIdentifier")
    is_most = name == "outcomeMaximum"
    found: list[Fraction] = []
    for item in _chosen(attributes, items):
        bound = item.bounds.get(outcome, (None, None))[is_most]
        if bound is None:
            if is_most:
                return None
            continue
        factor = item.weights.get(weight, Fraction(1)) if isinstance(weight, str) else Fraction(1)
        found.append(bound * factor)
    return container("float", "multiple", tuple(found))


def counted(name: str, attributes: Mapping[str, Any], items: Sequence[ItemResult]) -> Maybe:
    """Count of items: numberCorrect, numberIncorrect, numberPresented and the others."""
    return number(sum(_counts(name, item) for item in _chosen(attributes, items)))


def _counts(name: str, item: ItemResult) -> bool:
    match name:
        case "numberCorrect":
            return item.is_correct is True
        case "numberIncorrect":
            return item.is_correct is False and item.is_responded
        case "numberPresented":
            return item.is_presented
        case "numberResponded":
            return item.is_responded
        case _:
            return True


def _chosen(attributes: Mapping[str, Any], items: Sequence[ItemResult]) -> list[ItemResult]:
    """The items of a section, of any included category and of no excluded one."""
    section = attributes.get("sectionIdentifier")
    included = frozenset(attributes.get("includeCategory", ()))
    excluded = frozenset(attributes.get("excludeCategory", ()))
    return [
        item
        for item in items
        if (not section or section in item.sections)
        and (not included or included & item.categories)
        and not excluded & item.categories
    ]
