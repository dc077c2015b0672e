"""Assembling the forms of an exam session before it starts, each checked against the blueprint."""

from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from cat_engine.hints import no_session
from cat_engine.preparation.fair_assembly import (
    Assembly,
    draw_fairly,
    exam_of,
    list_forms,
    places_of,
)
from exam_sessions import door_store, form_draws, store
from exam_sessions.store import StoredForm
from question_bank import custody, draw_record, enemies
from question_bank.blueprint import check
from question_bank.blueprint import read as read_blueprint
from question_bank.form import assemble, form_from_json, form_to_json, verify_form
from question_bank.seat_draw import Seat
from question_bank.session_draw import VERSION


class CannotAssemble(Exception):
    """The bank cannot meet the blueprint, or a form failed its check; nothing was stored."""

    code = "cannot_assemble"


def assemble_forms(
    db: Connection, exam_session: str, on_form: Callable[[], None] = lambda: None
) -> int:
    """Draw and store the forms that are missing, in one transaction; how many were made.

    Raises:
        CannotAssemble: naming the section and what is missing.
    """
    assembly = draw_missing(db, exam_session, on_form)
    keep(db, assembly)
    return len(assembly.forms)


def draw_missing(
    db: Connection, exam_session: str, on_form: Callable[[], None] = lambda: None
) -> Assembly:
    """Draw and check the forms that are missing, and store nothing.

    The draw is keyed by the exam's public seed, the exam session and the participant number, so
    anybody with the bank can make the same form again.

    Items that were retired are never drawn; an exam that asks for approved items gets no others.

    Raises:
        CannotAssemble: naming the section and what is missing.
    """
    if store.get_session(db, exam_session) is None:
        raise CannotAssemble(no_session(exam_session))
    exam = exam_of(db, exam_session)
    blueprint = read_blueprint(exam.blueprint)
    items = custody.drawable(db, exam.bank, approved_only=exam.approved_only)
    if blueprint.draw == VERSION:
        return draw_fairly(db, exam_session, items, on_form)
    kept_apart = enemies.among(db, exam.bank, {item.id for item in items})
    if kept_apart:
        raise CannotAssemble(
            f"the bank keeps {' and '.join(kept_apart[0])} apart, which version 1 of the draw "
            "cannot; write `draw: 2` in the blueprint"
        )
    problems = check(blueprint, items)
    if problems:
        raise CannotAssemble("\n".join(str(problem) for problem in problems))
    present = list_forms(db, exam_session)
    made = []
    for place in places_of(db, exam_session):
        if place.participant_no in present:
            continue
        key = f"{exam_session}/{place.participant_no}"
        form = assemble(blueprint, items, exam.seed, key)
        faults = verify_form(form, blueprint, items)
        if faults:
            raise CannotAssemble("\n".join(str(fault) for fault in faults))
        made.append(StoredForm(exam_session, place.participant_no, form.digest, form_to_json(form)))
        on_form()
    return Assembly(exam_session, made)


def keep(db: Connection, assembly: Assembly) -> None:
    """Store forms that were drawn, and what a draw of version 2 depended on.

    Kept apart from the drawing, which takes a minute for a large session: a database that is
    written to for so long would hold up an exam that runs on it.

    Raises:
        CannotAssemble: somebody else assembled forms of the session meanwhile; nothing is stored.
    """
    present = list_forms(db, assembly.exam_session)
    if any(form.participant_no in present for form in assembly.forms):
        raise CannotAssemble("forms of this exam session were assembled meanwhile; run it again")
    if assembly.document:
        digest = draw_record.digest_of(assembly.document)
        form_draws.add_draw(db, assembly.exam_session, digest, assembly.document)
    seats = {door_store.place_of(seat).participant_no: seat for seat in _drawn_seats(db, assembly)}
    if seats:
        door_store.add_seat_forms(db, {seats[form.participant_no]: form for form in assembly.forms})
    else:
        store.add_forms(db, assembly.forms)


def _drawn_seats(db: Connection, assembly: Assembly) -> Sequence[Seat]:
    """The seats on which the forms are to lie; none where the roster gives seats."""
    plan = store.get_session(db, assembly.exam_session)
    if plan is None or not plan.seats_drawn:
        return ()
    return door_store.list_seats(db, assembly.exam_session)


def record_use(db: Connection, exam_session: str, *, by: str, now: int) -> int:
    """Note in the bank's journal which approved items the session's forms use; how many are new."""
    exam = exam_of(db, exam_session)
    refs = {
        (slot.item_id, slot.item_version)
        for stored in list_forms(db, exam_session).values()
        for part in form_from_json(stored.document).parts
        for slot in part.slots
    }
    return custody.record_use(
        db, exam.bank, refs, by=by, reason=f"forms of {exam_session}", now=now
    )
