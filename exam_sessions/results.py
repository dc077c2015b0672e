"""Results of an exam session: ranked rows for export and announcement."""

from fractions import Fraction
from typing import Any

from exam_sessions.live_session import LiveSession
from exam_sessions.score import values_of
from exam_sessions.sitting import Sitting
from scoring import display
from scoring.ranking import Contender, rank

Json = dict[str, Any]


def export_rows(live: LiveSession) -> list[Json]:
    """Every candidate, the finished ones first and ranked; the others have no rank.

    Points are exact text; columns are the same for every row.
    """
    finished = [
        cell.sitting
        for cell in live.cells.values()
        if cell.sitting.finished and not cell.sitting.care.void_kind
    ]
    contenders = [Contender(one.participant_no, values_of(one)) for one in finished]
    by_no = {one.participant_no: one for one in finished}
    rows = [
        _row(live, by_no[ranked.id], ranked.rank)
        for ranked in rank(contenders, tuple(live.blueprint.rank_by))
    ]
    others = sorted(live.enrolments.keys() - by_no.keys())
    return rows + [_absent_row(live, participant_no) for participant_no in others]


def _row(live: LiveSession, sitting: Sitting, ranked: int) -> Json:
    finished = sitting.finished
    assert finished is not None
    return _person(live, sitting.participant_no) | {
        "rank": ranked,
        **{section: display(Fraction(points)) for section, points in finished.sections.items()},
        "total": display(Fraction(finished.total)),
        "passed": finished.passed,
        "answered": sitting.answered_count,
        "finished_at": sitting.finished_at,
        "status": "finished",
        "receipt": live.cells[sitting.participant_no].receipt,
    }


def _absent_row(live: LiveSession, participant_no: str) -> Json:
    cell = live.cells.get(participant_no)
    sections = [section.id for part in live.blueprint.parts for section in part.sections]
    has_begun = cell is not None and (cell.sitting.clock or cell.sitting.part_index)
    return _person(live, participant_no) | {
        "rank": None,
        **dict.fromkeys(sections),
        "total": None,
        "passed": None,
        "answered": cell.sitting.answered_count if cell else 0,
        "finished_at": None,
        "status": _status(cell.sitting) if cell is not None and has_begun else "absent",
        "receipt": "",
    }


def _status(sitting: Sitting) -> str:
    return sitting.care.void_kind or "working"


def _person(live: LiveSession, participant_no: str) -> Json:
    enrolment = live.enrolments[participant_no]
    cell = live.cells.get(participant_no)
    place = cell.sitting.seated if cell else enrolment  # the seat may have changed on the day
    return {
        "participant_no": participant_no,
        "name": enrolment.name,
        "formation": enrolment.formation,
        "formation_type": enrolment.formation_type,
        "room": place.room,
        "seat": place.seat,
    }
