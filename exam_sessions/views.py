"""What each audience may see of a sitting: one projection for the candidate, one for proctors.

Every projection is built field by field from a sitting; nothing of an item's key, points or
identifier can slip through, because no item is ever passed on whole (`question_bank.delivery`).
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from exam_sessions import deadlines, store
from exam_sessions.breaks import break_left_ms
from exam_sessions.decide import EPOCH_SEQ_SPAN
from exam_sessions.exam_session import BOARD_FINAL, ROOM_STARTED
from exam_sessions.ground import Ground
from exam_sessions.live_session import Cell, LiveSession
from exam_sessions.losses import owed_ms
from exam_sessions.score import highest_by_section, values_of
from exam_sessions.sitting import Sitting
from question_bank.blueprint import Part
from question_bank.shown import to_shown
from question_bank.written import Written, write_items
from scoring import display
from scoring.ranking import order_values
from scoring.response import from_json, to_json
from scoring.tally import Outcome, Tally, check, thresholds_for

Json = dict[str, Any]


def status_of(sitting: Sitting, *, room_status: str) -> str:
    """Where a candidate stands: waiting, ready, working, paused, finished or void."""
    if sitting.care.void_kind:
        return "void"
    if sitting.finished is not None:
        return "finished"
    if sitting.paused is not None:
        return "paused"
    if sitting.clock is not None:
        return "working"
    return "ready" if room_status == ROOM_STARTED else "waiting"


def time_left_ms(sitting: Sitting, now: int) -> int | None:
    """Milliseconds left in the running part, or None when no part runs."""
    return None if sitting.clock is None else deadlines.time_left_ms(sitting.clock, now)


def beat_view(live: LiveSession, cell: Cell, now: int) -> Json:
    """Everything a candidate's page must know, small enough to ask for every few seconds."""
    sitting = cell.sitting
    room_status = live.state.rooms[sitting.seated.room]
    return {
        "status": status_of(sitting, room_status=room_status),
        "room_status": room_status,
        "part_index": sitting.part_index,
        "time_left_ms": time_left_ms(sitting, now),
        "extra_ms": sitting.extension_ms,
        "paused": _paused(sitting),
        "break_left_ms": break_left_ms(sitting, now),
        "state_version": sitting.state_version,
        "epoch": sitting.epoch,
        "message": None,
        "now": now,
    }


def candidate_view(
    live: LiveSession, cell: Cell, now: int, *, practice: Sequence[Json], language: str
) -> Json:
    """Everything a candidate's page shows, after login, reload or a change of workstation."""
    sitting, ground = cell.sitting, cell.ground
    view = beat_view(live, cell, now)
    is_working = view["status"] == "working"
    return view | {
        "exam": _exam(live, sitting, language),
        "candidate": _candidate(live, sitting),
        "parts": [
            _part(part, minutes, language)
            for part, minutes in zip(live.blueprint.parts, sitting.seated.part_minutes, strict=True)
        ],
        "part_item_count": sum(
            sitting.seated.part_item_counts[sitting.part_index : sitting.part_index + 1]
        ),
        "seq_base": sitting.epoch * EPOCH_SEQ_SPAN,
        "last_seq": sitting.last_seq,
        "items": _items(live, cell) if is_working else [],
        "responses": _shown_responses(sitting, ground) if is_working else {},
        "flags": sorted(no for no, (_, flagged) in sitting.flags.items() if flagged),
        "practice": list(practice) if view["status"] in ("waiting", "ready") else [],
        "held_count": len(sitting.held),
        "messages": [{"at": sent.at, "text": sent.text} for sent in sitting.care.messages],
        "read_count": sitting.care.read_count,
        "call": _call(sitting),
        "void_kind": sitting.care.void_kind,
        "result": None if sitting.care.void_kind else result_view(live, cell, language),
    }


def _items(live: LiveSession, cell: Cell) -> Written:
    part = cell.ground.form.parts[cell.sitting.part_index]
    return write_items(part, live.items, live.item_texts)


def _exam(live: LiveSession, sitting: Sitting, language: str) -> Json:
    room = next((room.name for room in live.rooms if room.id == sitting.seated.room), "")
    return {
        "id": live.plan.id,
        "title": live.exam.title,
        "session_title": live.plan.title,
        "room": room,
        "seat": sitting.seated.seat,
        "rank_by": [list(key) if isinstance(key, tuple) else key for key in live.blueprint.rank_by],
        "language": language,
    }


def _candidate(live: LiveSession, sitting: Sitting) -> Json:
    enrolment = live.enrolments.get(sitting.participant_no)
    minutes = [part.minutes for part in live.blueprint.parts]
    extra = sum(sitting.seated.part_minutes) - sum(minutes)
    return {
        "participant_no": sitting.participant_no,
        "name": enrolment.name if enrolment else sitting.participant_no,
        "formation": sitting.seated.formation,
        "formation_type": sitting.seated.formation_type,
        "accommodations": [f"+{extra} min"] if extra else [],
        "text_size": sitting.seated.text_size,
        "contrast": sitting.seated.contrast,
        "timer": sitting.seated.timer,
        "break_minutes": sitting.seated.break_minutes,
    }


def _part(part: Part, minutes: int, language: str) -> Json:
    return {
        "id": part.id,
        "title": part.title[language],
        "minutes": minutes,
        "sections": [
            {"id": section.id, "title": section.title[language], "item_count": section.place_count}
            for section in part.sections
        ],
    }


def _paused(sitting: Sitting) -> Json | None:
    if sitting.paused is None:
        return None
    return {"reason": sitting.paused.reason, "words": sitting.paused.words, "at": sitting.paused_at}


def _shown_responses(sitting: Sitting, ground: Ground) -> Json:
    return {
        str(item_no): to_json(to_shown(ground.slots[item_no], from_json(answer.response)))
        for item_no, answer in sitting.answers.items()
        if answer.response is not None and ground.part_of[item_no] == sitting.part_index
    }


# --- the result ---


def result_view(live: LiveSession, cell: Cell, language: str) -> Json | None:
    """The score as it is shown and announced, or None before the end."""
    sitting, ground = cell.sitting, cell.ground
    finished = sitting.finished
    if finished is None:
        return None
    points = {section: Fraction(text) for section, text in finished.sections.items()}
    tally = Tally(sections=points, total=Fraction(finished.total), answered={})
    thresholds = thresholds_for(live.blueprint.thresholds, sitting.seated.formation_type)
    outcomes = check(thresholds, tally)
    highest_points = highest_by_section(ground)
    rank, rank_of = rank_so_far(live, sitting)
    return {
        "sections": [
            {
                "id": section.id,
                "title": section.title[language],
                "points": display(points[section.id]),
                "highest": display(highest_points[section.id]),
                "threshold": next(
                    (
                        _outcome(o)
                        for o in outcomes
                        if o.threshold.of in (section.id, (section.id,))
                    ),
                    None,
                ),
            }
            for part in live.blueprint.parts
            for section in part.sections
        ],
        "total": display(Fraction(finished.total)),
        "highest_total": display(sum(highest_points.values(), Fraction(0))),
        "thresholds": [_outcome(outcome) for outcome in outcomes],
        "passed": finished.passed,
        "rank": rank,
        "rank_of": rank_of,
        "provisional": live.state.board_state != BOARD_FINAL,
        "finished_at": sitting.finished_at,
        "cause": finished.cause,
        "answered": sitting.answered_count,
        "item_count": sitting.item_count,
        "receipt": cell.receipt,
    }


def rank_so_far(live: LiveSession, sitting: Sitting) -> tuple[int | None, int]:
    """The rank among those who have finished in this exam session, and how many they are."""
    mine = _rank_values(live, sitting)
    others = [
        _rank_values(live, cell.sitting)
        for cell in live.cells.values()
        if cell.sitting.finished and not cell.sitting.care.void_kind
    ]
    return 1 + sum(1 for values in others if values > mine), len(others)


def _rank_values(live: LiveSession, sitting: Sitting) -> tuple[Fraction, ...]:
    return order_values(values_of(sitting), live.blueprint.rank_by)


def _outcome(outcome: Outcome) -> Json:
    return {
        "of": outcome.threshold.of,
        "least": display(outcome.threshold.least),
        "got": display(outcome.got),
        "passed": outcome.passed,
    }


# --- proctors ---


def proctor_row(sitting: Sitting, enrolment: store.Enrolment | None, *, room_status: str,
                now: int) -> Json:  # fmt: skip
    """One seat on the proctor's screen."""
    status = status_of(sitting, room_status=room_status)
    if sitting.epoch == 0 and status in ("waiting", "ready", "paused"):
        status = "absent"
    return {
        "participant_no": sitting.participant_no,
        "name": enrolment.name if enrolment else "",
        "room": sitting.seated.room,
        "seat": sitting.seated.seat,
        "status": status,
        "line": sitting.line,
        "answered": sitting.answered_count,
        "item_count": sitting.item_count,
        "part_index": sitting.part_index,
        "time_left_ms": time_left_ms(sitting, now),
        "as_of": now,
        "running": sitting.clock is not None and sitting.clock.paused_at is None,
        "extra_ms": sitting.extension_ms,
        "paused_reason": sitting.paused.reason if sitting.paused else None,
        "station": sitting.station,
        "browser": "waived" if sitting.browser_waived else sitting.browser,
        "refused": _refused(sitting),
        "notices": _notices(sitting),
        "last_response_at": sitting.last_response_at,
        "takeovers": sitting.takeovers,
        "held_count": len(sitting.held),
        "held_why": sitting.held[-1].why if sitting.held else "",
        "owed_ms": owed_ms(sitting.losses),
        "lost_since": sitting.losses.since,
        "call": _call(sitting),
        "unread_count": sitting.care.unread_count,
        "proposal": _proposal(sitting),
        "total": display(Fraction(sitting.finished.total)) if sitting.finished else None,
    }


def _call(sitting: Sitting) -> Json | None:
    call = sitting.care.call
    return None if call is None else {"at": call.at, "topic": call.topic}


def _refused(sitting: Sitting) -> Json | None:
    """An entry that was refused, until somebody gets in or a proctor lets them."""
    refused = sitting.entrance.refused
    if refused is None or refused.epoch != sitting.epoch or sitting.browser_waived:
        return None
    return {
        "at": refused.at,
        "station": refused.station,
        "browser": refused.browser,
        "count": refused.count,
    }


def _notices(sitting: Sitting) -> Json:
    """What the page noticed: indicators by kind, each with how often, when last and how long."""
    return {
        kind: {"count": tally.count, "last_at": tally.last_at, "lasted_ms": tally.lasted_ms}
        for kind, tally in sorted(sitting.notices.tallies.items())
    }


def _proposal(sitting: Sitting) -> Json | None:
    """What waits for a second person."""
    proposal = sitting.care.proposal
    if proposal is None:
        return None
    return {
        "id": proposal.act_id,
        "what": proposal.what,
        "by": proposal.by,
        "reason": proposal.reason,
        "words": proposal.words,
        "extension_ms": proposal.extension_ms,
        "at": sitting.care.proposed_at,
    }
