"""Letting what enrolments say by now apply to people who sit already and have not begun."""

from collections.abc import Iterable

from exam_sessions import accommodation
from exam_sessions.commands import SERVER, Accommodate, Act
from exam_sessions.decide_accommodation import has_already, has_begun
from exam_sessions.engine import Engine
from exam_sessions.live_session import LiveSession
from exam_sessions.refused import Refused
from exam_sessions.sitting import Sitting
from exam_sessions.store import Enrolment

BY_PROFILE = "profile"
"""The reason of a change that follows from a profile; staff have no such reason."""


def take_enrolments(engine: Engine, live: LiveSession, enrolled: Iterable[Enrolment]) -> list[str]:
    """Put the profiles of later enrolments through the road, where they change something.

    Returns:
        Participant numbers of those whom it reached, in order.
    """
    for one in enrolled:
        live.enrolments[one.participant_no] = one
    if live.state.is_closed:
        return []
    reached = []
    for participant_no, cell in sorted(live.cells.items()):
        enrolment = live.enrolments.get(participant_no)
        if enrolment is None or has_begun(cell.sitting) or is_applied(cell.sitting, enrolment):
            continue
        given = accommodation.from_text(enrolment.accommodation)
        # The state's version rises with the change, so no two have one identifier.
        act_id = f"profile-{given.revision}-{cell.sitting.state_version}"
        act = Act(act_id, SERVER, BY_PROFILE)
        command = Accommodate(act, enrolment.disability, given)
        try:
            engine.handle(live.plan.id, participant_no, command)
        except Refused:  # began, or the board became final, between the look and the word
            continue
        reached.append(participant_no)
    return reached


def is_applied(sitting: Sitting, enrolment: Enrolment) -> bool:
    """Whether somebody seated has what their enrolment says."""
    given = accommodation.from_text(enrolment.accommodation)
    return has_already(sitting, enrolment.disability, given)
