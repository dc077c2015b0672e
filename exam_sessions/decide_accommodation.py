"""Whether a profile that was recorded after the seating applies, or why not. Pure."""

from dataclasses import replace

from exam_sessions import events
from exam_sessions.accommodation import Accommodation
from exam_sessions.commands import Accommodate
from exam_sessions.ground import Ground
from exam_sessions.refused import Refused
from exam_sessions.sitting import Sitting
from question_bank.blueprint import minutes_for


def has_begun(sitting: Sitting) -> bool:
    """Whether a first item was handed out; the clocks stand from then on."""
    return sitting.clock is not None or sitting.part_index > 0 or sitting.finished is not None


def has_already(sitting: Sitting, disability: str, given: Accommodation) -> bool:
    """Whether somebody seated has what is given, whatever its revision."""
    seated = sitting.seated
    has = Accommodation(seated.text_size, seated.contrast, seated.timer, seated.break_minutes)
    return (seated.disability, has) == (disability, replace(given, revision=0))


def decide_accommodation(
    sitting: Sitting, command: Accommodate, ground: Ground
) -> tuple[events.Accommodated, ...]:
    """Say what a later profile changes; no events: the sitting has it already.

    Raises:
        Refused: the candidate has begun, and more time is a proctor's act.
    """
    disability, given = command.disability, command.given
    if has_already(sitting, disability, given):
        return ()
    if has_begun(sitting):
        raise Refused("has_begun")
    formation_type = sitting.seated.formation_type
    return (
        events.Accommodated(
            act_id=command.act.act_id,
            by=command.act.by,
            reason=command.act.reason,
            words=command.act.words,
            revision=given.revision,
            disability=disability,
            part_minutes=tuple(
                minutes_for(part, disability, formation_type) for part in ground.blueprint.parts
            ),
            text_size=given.text_size,
            contrast=given.contrast,
            timer=given.timer,
            break_minutes=given.break_minutes,
        ),
    )
