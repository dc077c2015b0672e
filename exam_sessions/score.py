"""The score of a sitting: what its answers earned, by section and in all; are thresholds met."""

from collections.abc import Mapping
from fractions import Fraction

from exam_sessions.ground import Ground
from exam_sessions.sitting import Sitting
from scoring.mark import highest
from scoring.tally import TOTAL, Tally, passed, tally, thresholds_for


def tally_of(sitting: Sitting, ground: Ground) -> Tally:
    """Sections and total of a sitting; items without a response earn what blank earns."""
    marks = []
    for item_no, slot in ground.slots.items():
        answer = sitting.answers.get(item_no)
        points = ground.blank_points(item_no) if answer is None else Fraction(answer.points)
        is_answered = answer is not None and answer.response is not None
        marks.append((slot.section, points, is_answered))
    return tally(marks)


def score_of(sitting: Sitting, ground: Ground) -> tuple[dict[str, str], str, bool | None]:
    """Exact section scores and total as text, and whether the thresholds are met (None: none)."""
    result = tally_of(sitting, ground)
    chosen = thresholds_for(ground.blueprint.thresholds, sitting.seated.formation_type)
    is_passed = passed(chosen, result) if chosen else None
    sections = {section: str(points) for section, points in result.sections.items()}
    return sections, str(result.total), is_passed


def values_of(sitting: Sitting) -> dict[str, Fraction]:
    """A finished sitting's section points and total, by the names that ranking uses."""
    assert sitting.finished is not None
    values = {name: Fraction(points) for name, points in sitting.finished.sections.items()}
    values[TOTAL] = Fraction(sitting.finished.total)
    return values


def highest_by_section(ground: Ground) -> Mapping[str, Fraction]:
    """The most points each section of a form can earn; pretest items earn none."""
    most: dict[str, Fraction] = {}
    for item_no, slot in ground.slots.items():
        points = highest(ground.rule(item_no)) if slot.is_scored else Fraction(0)
        most[slot.section] = most.get(slot.section, Fraction(0)) + points
    return most
