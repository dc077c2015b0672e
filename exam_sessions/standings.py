"""What the public board knows: a fold of the journal alone, without forms, items or names.

An auditor who has only an exam session's journal and its blueprint gets the same board from here.
"""

from collections.abc import Mapping
from dataclasses import field, replace
from fractions import Fraction
from functools import lru_cache

from exam_sessions import events
from exam_sessions.journal import Entry
from exam_sessions.layered import Layered
from question_bank.blueprint import Blueprint
from scoring.board import Entrant, Standing
from scoring.tally import Tally, passed, thresholds_for
from scoring.value import value

REVEAL_LIVE, REVEAL_FINISHED = "live", "finished"
ZERO = Fraction(0)
POINTS_KNOWN = 4_096
"""Different marks that are kept as numbers."""


Counting = tuple[int, str, Fraction, bool]
"""A response that counts: client_seq, section, points, whether something was given."""
VOID = "void"
"""The status of somebody who stands on the board no more."""


@value
class Progress:
    """One candidate's standing so far, with the response that counts for each item."""

    entrant: Entrant
    item_count: int
    counting: Layered[int, Counting] = field(default_factory=Layered)
    answered_count: int = 0
    """Items for which something was given."""
    held: tuple[tuple[int, Counting], ...] = ()
    sections: Mapping[str, Fraction] = field(default_factory=dict)
    status: str = "waiting"
    before_pause: str = "waiting"


def entrant_of(participant_no: str, seated: events.Seated, label: str) -> Entrant:
    """Who stands on the board; `label` is what the public may see of the name."""
    return Entrant(
        id=participant_no,
        label=label,
        formation_type=seated.formation_type,
        formation=seated.formation,
        room=seated.room,
    )


def labelled(entrant: Entrant, label: str) -> Entrant:
    """The same entrant under the name that the public may see."""
    return replace(entrant, label=label)


def begin(entry: Entry, blueprint: Blueprint, *, label: str) -> Progress:
    """The progress of somebody who has been seated."""
    assert isinstance(entry.event, events.Seated)
    assert entry.participant_no is not None
    return Progress(
        entrant=entrant_of(entry.participant_no, entry.event, label),
        item_count=sum(entry.event.part_item_counts),
        sections={section.id: ZERO for part in blueprint.parts for section in part.sections},
    )


def fold(progress: Progress, event: events.Event) -> Progress:
    """Take in one event of the candidate's sitting."""
    match event:
        case events.Responded():
            return _count(progress, event.item_no, _counting(event))
        case events.ResponseHeld():
            return replace(progress, held=(*progress.held, (event.item_no, _counting(event))))
        case events.LateDecided() | events.HeldAdmitted() | events.HeldRefused():
            return _decide_held(progress, event)
        case events.PartBegun():
            return replace(progress, status="working")
        case events.Paused():
            return replace(progress, status="paused", before_pause=progress.status)
        case events.Resumed():
            return replace(progress, status=progress.before_pause)
        case events.Finished() | events.Rescored():
            sections = {name: Fraction(points) for name, points in event.sections.items()}
            return replace(progress, status="finished", sections=sections)
        case events.Readmitted():
            return replace(progress, status="working")
        case events.Moved():
            return replace(progress, entrant=replace(progress.entrant, room=event.room))
        case events.Voided():
            return replace(progress, status=VOID)
        case _:
            return progress


def standing(progress: Progress, blueprint: Blueprint, *, reveal: str) -> Standing:
    """What the board shows of it."""
    is_shown = reveal == REVEAL_LIVE or progress.status == "finished"
    sections = progress.sections if is_shown else dict.fromkeys(progress.sections, ZERO)
    total = sum(sections.values(), ZERO)
    chosen = thresholds_for(blueprint.thresholds, progress.entrant.formation_type)
    tally = Tally(sections=sections, total=total, answered={})
    is_passed = passed(chosen, tally) if chosen and is_shown else None
    return Standing(
        id=progress.entrant.id,
        sections=sections,
        total=total,
        answered=progress.answered_count,
        item_count=progress.item_count,
        status=progress.status,
        passed=is_passed,
    )


def _decide_held(
    progress: Progress, event: events.LateDecided | events.HeldAdmitted | events.HeldRefused
) -> Progress:
    """Let held responses count: the one that the rule admits, or those that a person does."""
    if isinstance(event, events.LateDecided) and not event.is_admitted:
        return progress
    decided = progress.held
    if isinstance(event, events.LateDecided):
        decided = tuple(one for one in progress.held if one[1][0] == event.of)
    others = tuple(one for one in progress.held if one not in decided)
    if not isinstance(event, events.HeldRefused):
        for item_no, counting in decided:
            progress = _count(progress, item_no, counting)
    return replace(progress, held=others)


def _counting(event: events.Responded | events.ResponseHeld) -> Counting:
    return event.client_seq, event.section, _read_points(event.points), event.response is not None


@lru_cache(maxsize=POINTS_KNOWN)
def _read_points(text: str) -> Fraction:
    """A mark of a journal; there are few different ones, and reading one is slow."""
    return Fraction(text)


def _count(progress: Progress, item_no: int, counting: Counting) -> Progress:
    """Let a response count, unless a later one does already."""
    before = progress.counting.get(item_no)
    if before is not None and before[0] > counting[0]:
        return progress
    _, section, points, is_given = counting
    earned, was_given = (before[2], before[3]) if before else (ZERO, False)
    sections = progress.sections
    if points is not earned:  # equal marks are one object (`_read_points`), and sums cost
        more = points - earned if before else points
        sections = {**sections, section: sections[section] + more}
    # Not `replace`, which asks each field by its name: this stands on the path of every answer.
    return Progress(
        progress.entrant,
        progress.item_count,
        progress.counting.put(item_no, counting),
        progress.answered_count + is_given - was_given,
        progress.held,
        sections,
        progress.status,
        progress.before_pause,
    )
