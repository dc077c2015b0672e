"""The score of a sitting: what its answers earned, by section and in all, against the thresholds."""

from collections.abc import Mapping
from fractions import Fraction

from exam_sessions.ground import Ground
from exam_sessions.sitting import Sitting
from scoring.mark import highest
from scoring.tally import Tally, passed, tally


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
    thresholds = ground.blueprint.thresholds
    chosen = thresholds.get(sitting.seated.formation_type, thresholds.get("general", ()))
    is_passed = passed(chosen, result) if chosen else None
    sections = {section: str(points) for section, points in result.sections.items()}
    return sections, str(result.total), is_passed


def highest_by_section(ground: Ground) -> Mapping[str, Fraction]:
    """The most points each section of a form can earn."""
    most: dict[str, Fraction] = {}
    for item_no, slot in ground.slots.items():
        most[slot.section] = most.get(slot.section, Fraction(0)) + highest(ground.rule(item_no))
    return most
