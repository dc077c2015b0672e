"""Checking an exam session from its journal alone: chain, marks, scores, once per message.

Everything is computed again from the journaled responses, the items' rules and the blueprint, and
compared with what the journal says was shown. Anybody with the database can run it; it shares
only the pure functions with the engine.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import cast

from sqlalchemy import Engine as Database

from exam_sessions import door_store, events, journal, sitting
from exam_sessions.door import DOOR_EVENTS
from exam_sessions.entry_hash import genesis
from exam_sessions.exam_session import evolve_hall
from exam_sessions.journal import JournalBroken
from exam_sessions.late import decide_late
from exam_sessions.late_rule import LateRule
from exam_sessions.live_session import Cell, LiveSession, load_plan_and_grounds
from exam_sessions.score import score_of
from exam_sessions.store import SessionPlan
from exam_sessions.verify_door import DoorCheck

FINDING_LIMIT = 100


@dataclass(slots=True)
class Verdict:
    """What a check found; no findings means that everything holds."""

    exam_session: str
    entry_count: int = 0
    response_count: int = 0
    finished_count: int = 0
    head_hash: str = ""
    findings: list[str] = field(default_factory=list)

    def note(self, finding: str) -> None:
        """Keep a finding, up to a limit."""
        if len(self.findings) < FINDING_LIMIT:
            self.findings.append(finding)


def verify_session(database: Database, session_id: str) -> Verdict:
    """Check one exam session from its first entry to its last."""
    verdict = Verdict(session_id)
    with database.connect() as db:
        live, grounds = load_plan_and_grounds(db, session_id)
        verdict.head_hash = genesis(session_id)
        on_seats = door_store.get_seat_forms(db, session_id)
        door = DoorCheck({seat: form.digest for seat, form in on_seats.items()})
        try:
            for entry in journal.read_all(db, session_id):
                verdict.entry_count += 1
                _check_closing(live, entry, verdict)
                verdict.head_hash = entry.hash
                _take(live, grounds, entry, verdict)
                if isinstance(entry.event, DOOR_EVENTS):
                    _take_at_door(live, entry, door)
        except JournalBroken as broken:
            verdict.note(str(broken))
        for finding in door.conclude(door_store.get_key(db, session_id)):
            verdict.note(finding)
    return verdict


def _take_at_door(live: LiveSession, entry: journal.Entry, door: DoorCheck) -> None:
    cell = live.cells.get(entry.participant_no or "")
    seated = {no: one.sitting.seated for no, one in live.cells.items()}
    seats = {no: (one.room, one.seat) for no, one in seated.items()}
    door.take(entry, seats, cell.sitting.seated.form_digest if cell else "")


def _take(
    live: LiveSession, grounds: Mapping[str, object], entry: journal.Entry, verdict: Verdict
) -> None:
    event, place = entry.event, _place(entry)
    if entry.participant_no is None:
        return
    if isinstance(event, events.Seated):
        ground = grounds.get(entry.participant_no)
        if ground is None or ground.form.digest != event.form_digest:  # type: ignore[attr-defined]
            verdict.note(f"{place}: the stored form is not the one seated with")
            return
        first = sitting.seat(entry.exam_session, entry.participant_no, event)
        live.cells[entry.participant_no] = Cell(first, ground, None)  # type: ignore[arg-type]
        return
    cell = live.cells.get(entry.participant_no)
    if cell is None:
        verdict.note(f"{place}: about somebody who was never seated")
        return
    if isinstance(event, events.Responded | events.ResponseHeld):
        verdict.response_count += 1
        _check_points(cell, event, place, verdict)
    if isinstance(event, events.LateDecided):
        _check_late(live.plan, cell, event, entry, verdict=verdict)
    if isinstance(event, events.Finished | events.Rescored):
        verdict.finished_count += isinstance(event, events.Finished)
        _check_score(cell, event, place, verdict)
    cell.fold(entry)


def _check_closing(live: LiveSession, entry: journal.Entry, verdict: Verdict) -> None:
    """Nothing may follow the end of a session, and its end names what was before it."""
    if live.state.is_closed:
        verdict.note(f"{_place(entry)}: stands behind the end of the exam session")
    if entry.participant_no is not None:
        return
    live.state = evolve_hall(live.state, cast("events.HallEvent", entry.event))
    before = (entry.position - 1, verdict.head_hash)
    closed = entry.event if isinstance(entry.event, events.SessionClosed) else None
    if closed is not None and (closed.head_position, closed.head_hash) != before:
        verdict.note(f"{_place(entry)}: closes another journal than the one before it")


def _check_late(
    plan: SessionPlan,
    cell: Cell,
    event: events.LateDecided,
    place: journal.Entry,
    *,
    verdict: Verdict,
) -> None:
    """Apply the rule again, by what the journal says of the line, within the session's bound."""
    rule = LateRule(delivered_within_ms=event.delivered_within_ms)
    if plan.late_rule(rule) != rule:
        verdict.note(f"{_place(place)}: decided by another rule than the exam session's")
    held = next((one for one in cell.sitting.held if one.client_seq == event.of), None)
    if held is None:
        verdict.note(f"{_place(place)}: decides message {event.of}, which is not held")
        return
    part_index = cell.ground.part_of[held.item_no]
    again = decide_late(
        cell.sitting, event.of, held.claim, rule, part_index=part_index, now=place.at
    )
    if again != event:
        verdict.note(f"{_place(place)}: decided {event.why}, but the rule says {again.why}")


def _place(entry: journal.Entry) -> str:
    return f"{entry.exam_session}, entry {entry.position}"


def _check_points(
    cell: Cell, event: events.Responded | events.ResponseHeld, place: str, verdict: Verdict
) -> None:
    if event.client_seq in cell.sitting.seen:
        verdict.note(f"{place}: message {event.client_seq} was journaled before")
    slot = cell.ground.slots.get(event.item_no)
    if slot is None or f"{slot.item_id}@{slot.item_version}" != event.item:
        verdict.note(f"{place}: item {event.item_no} of the form is another one")
        return
    points = cell.ground.points(event.item_no, event.response)
    if points != Fraction(event.points):
        verdict.note(f"{place}: earned {event.points}, but marking again gives {points}")


def _check_score(
    cell: Cell, event: events.Finished | events.Rescored, place: str, verdict: Verdict
) -> None:
    sections, total, is_passed = score_of(cell.sitting, cell.ground)
    if (dict(event.sections), event.total, event.passed) != (sections, total, is_passed):
        verdict.note(f"{place}: shown total {event.total}, but the responses give {total}")
