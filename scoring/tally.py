"""Scores: points summed by section and in all, thresholds as predicates, and the one rounding."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

TOTAL = "total"
GENERAL = "general"


@dataclass(frozen=True, slots=True)
class Tally:
    """A candidate's scores: by section and in all, exact, with how many items were answered."""

    sections: Mapping[str, Fraction]
    total: Fraction
    answered: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Threshold:
    """The least score of a section, of several sections together, or of the total."""

    of: str | tuple[str, ...]
    least: Fraction


@dataclass(frozen=True, slots=True)
class Outcome:
    """A threshold, what was scored, and whether that is enough."""

    threshold: Threshold
    got: Fraction
    passed: bool


def tally(marks: Iterable[tuple[str, Fraction, bool]]) -> Tally:
    """Sum marks, each a section, its points, and whether something was given."""
    sections: dict[str, Fraction] = {}
    answered: dict[str, int] = {}
    for section, points, is_answered in marks:
        sections[section] = sections.get(section, Fraction(0)) + points
        answered[section] = answered.get(section, 0) + is_answered
    return Tally(sections, sum(sections.values(), Fraction(0)), answered)


def score_of(of: str | Sequence[str], sections: Mapping[str, Fraction]) -> Fraction:
    """The score of a section, of several together, or the total; a missing section scores 0."""
    if of == TOTAL:
        return sum(sections.values(), Fraction(0))
    names = (of,) if isinstance(of, str) else of
    return sum((sections.get(name, Fraction(0)) for name in names), Fraction(0))


def thresholds_for(
    by_formation_type: Mapping[str, tuple[Threshold, ...]], formation_type: str
) -> tuple[Threshold, ...]:
    """The thresholds of a formation type; the general ones where it has none of its own."""
    general = by_formation_type.get(GENERAL, ())
    return by_formation_type.get(formation_type, general)


def check(thresholds: Iterable[Threshold], result: Tally) -> tuple[Outcome, ...]:
    """Each threshold with its outcome; meeting it exactly is enough."""
    outcomes = []
    for threshold in thresholds:
        got = score_of(threshold.of, result.sections)
        outcomes.append(Outcome(threshold, got, got >= threshold.least))
    return tuple(outcomes)


def passed(thresholds: Iterable[Threshold], result: Tally) -> bool:
    """Whether every threshold is met."""
    return all(outcome.passed for outcome in check(thresholds, result))


def display(points: Fraction, places: int | None = None) -> str:
    """Points as people read them: the one rounding, half up (away from zero).

    Args:
        points: exact.
        places: decimals to show; None: as many as are needed, at most 2.
    """
    assert places is None or places >= 0, "decimals are counted"
    if places is None:
        shown = display(points, 2)
        return shown.rstrip("0").rstrip(".") if "." in shown else shown
    scaled = abs(points) * 10**places
    rounded = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    sign = "-" if points < 0 and rounded else ""
    digits = str(rounded).rjust(places + 1, "0")
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"
