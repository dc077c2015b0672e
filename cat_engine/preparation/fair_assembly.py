"""Assembling forms by version 2 of the draw: gather what they depend on, draw, check, keep.

Nobody's form is drawn twice: people who have a form keep it, and later draws take it into account.
The document of every draw is stored, so that `redraw` can repeat it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from cat_engine.preparation.forming import form_all
from exam_sessions import door_store, form_draws, store
from exam_sessions.store import Exam, StoredForm
from question_bank import draw_record, enemies, statistics_store
from question_bank import store as bank_store
from question_bank.blueprint import read as read_blueprint
from question_bank.form import CannotAssemble, form_from_json, form_to_json
from question_bank.item import Item
from question_bank.named_items import check_names
from question_bank.seating import Place
from question_bank.session_draw import SessionDraw, draw_forms


@dataclass(frozen=True, slots=True)
class Assembly:
    """Forms that were drawn and not yet stored.

    `document` is what a draw of version 2 depended on; `seen` counts, by participant, items that
    this person had before and the bank has no others for; `solved` are those whose form the solver
    found.
    """

    exam_session: str
    forms: Sequence[StoredForm]
    document: str = ""
    seen: Mapping[str, int] = field(default_factory=dict)
    solved: frozenset[str] = frozenset()


def draw_fairly(
    db: Connection,
    exam_session: str,
    items: Sequence[Item],
    on_form: Callable[[], None] = lambda: None,
) -> Assembly:
    """Draw and check the forms that are missing.

    Args:
        db: a connection.
        exam_session: whose exam's blueprint asks for version 2.
        items: that may be drawn.
        on_form: called after each form.

    Raises:
        CannotAssemble: naming the constraint that cannot be met, and by how many items.
    """
    exam = exam_of(db, exam_session)
    blueprint = read_blueprint(exam.blueprint)
    every_id = {item.id for item in bank_store.list_versions(db, exam.bank)}
    problems = check_names(blueprint, items, every_id)
    if problems:
        raise CannotAssemble("\n".join(problems))
    asked = gather(db, exam_session, exam, items)
    if not asked.places:
        return Assembly(exam_session, ())
    forms: list[StoredForm] = []
    seen: dict[str, int] = {}
    solved: set[str] = set()
    for chosen, form in form_all(asked):
        forms.append(form)
        if chosen.seen:
            seen[chosen.participant_no] = len(chosen.seen)
        if chosen.is_solved:
            solved.add(chosen.participant_no)
        on_form()
    document = draw_record.dump(asked, exam.blueprint)
    return Assembly(exam_session, forms, document, seen, frozenset(solved))


def gather(db: Connection, exam_session: str, exam: Exam, items: Sequence[Item]) -> SessionDraw:
    """Everything that the next draw of an exam session depends on."""
    every = places_of(db, exam_session)
    present = {
        number: _items_of(stored.document)
        for number, stored in list_forms(db, exam_session).items()
    }
    known = statistics_store.list_statistics(db, exam.bank)
    refs = {item.ref for item in items}
    kept_apart = enemies.among(db, exam.bank, {item.id for item in items})
    elsewhere = form_draws.forms_elsewhere(db, exam_session, exam.bank)
    waiting = [place for place in every if place.participant_no not in present]
    return SessionDraw(
        exam_session=exam_session,
        blueprint=read_blueprint(exam.blueprint).parting(kept_apart),
        items=items,
        statistics={ref: one for ref, one in known.items() if ref in refs},
        seed=exam.seed,
        places=waiting,
        seen={one.participant_no: _union(elsewhere.get(one.participant_no, ())) for one in waiting},
        present={
            place: present[place.participant_no]
            for place in every
            if place.participant_no in present
        },
        exposure=count_items(form_draws.forms_of_exam(db, exam.id)),
        enemies=kept_apart,
    )


def redraw(db: Connection, exam_session: str) -> Iterator[tuple[str, str]]:
    """Draw every form of version 2 again: participant numbers whose form differs, and how.

    Raises:
        OtherInputs: the bank or the blueprint is not as it was.
    """
    exam = exam_of(db, exam_session)
    blueprint = read_blueprint(exam.blueprint)
    items = {item.ref: item for item in bank_store.list_versions(db, exam.bank)}
    stored = list_forms(db, exam_session)
    for document in form_draws.list_draws(db, exam_session):
        asked = draw_record.load(document, blueprint, exam.blueprint, items)
        for drawn in draw_forms(asked):
            found = stored.get(drawn.participant_no)
            if found is None:
                yield drawn.participant_no, "has no form"
            elif (found.digest, found.document) != (drawn.form.digest, form_to_json(drawn.form)):
                yield drawn.participant_no, "has another form than the draw gives"


def exam_of(db: Connection, exam_session: str) -> Exam:
    """The exam of an exam session that exists."""
    plan = store.get_session(db, exam_session)
    assert plan is not None, "the caller names a known exam session"
    exam = store.get_exam(db, plan.exam)
    assert exam is not None, "the foreign key holds"
    return exam


def places_of(db: Connection, exam_session: str) -> list[Place]:
    """For whom forms are drawn: everybody enrolled, or every seat where seats are drawn."""
    plan = store.get_session(db, exam_session)
    if plan is not None and plan.seats_drawn:
        return [door_store.place_of(seat) for seat in door_store.list_seats(db, exam_session)]
    return [
        Place(one.participant_no, one.room, one.seat)
        for one in store.list_enrolments(db, exam_session)
    ]


def list_forms(db: Connection, exam_session: str) -> Mapping[str, StoredForm]:
    """The forms that were drawn, named like the places they were drawn for."""
    plan = store.get_session(db, exam_session)
    if plan is not None and plan.seats_drawn:
        on_seats = door_store.get_seat_forms(db, exam_session).values()
        return {form.participant_no: form for form in on_seats}
    return store.get_forms(db, exam_session)


def _items_of(document: str) -> frozenset[str]:
    return form_from_json(document).item_ids


def _union(documents: Iterable[str]) -> frozenset[str]:
    return frozenset().union(*map(_items_of, documents))


def count_items(documents: Iterable[str]) -> Mapping[str, int]:
    """On how many forms each item stands."""
    counts: dict[str, int] = {}
    for document in documents:
        for item_id in _items_of(document):
            counts[item_id] = counts.get(item_id, 0) + 1
    return counts
