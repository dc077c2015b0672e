"""Forms of draw 2 in the database: kept, drawn again, and pretest items in a whole sitting."""

from dataclasses import replace
from fractions import Fraction

from sqlalchemy import Engine as Database
from sqlalchemy import update

from cat_engine.preparation.assembly import assemble_forms
from cat_engine.preparation.fair_assembly import redraw
from cat_engine.preparation.forms_report import judge_session, to_json
from exam_sessions import commands, events, form_draws, journal, store, tables
from exam_sessions.score import highest_by_section
from exam_sessions.verify import verify_session
from question_bank import statistics_store
from question_bank.form import Form, form_from_json, form_to_json, seal
from question_bank.item_statistics import ItemStatistics
from question_bank.shown import to_shown
from scoring.response import Choice
from tests.cast import ANI, BUDI, EXAM_SESSION
from tests.factories import (
    FakeClock,
    add_exam_session,
    get_bank,
    get_blueprint_text,
    get_enrolment,
    open_room,
    start_engine,
)

PRETEST = ("twk-010", "twk-011")
BLUEPRINT = (
    get_blueprint_text()
    .replace("blueprint: small", "blueprint: small\ndraw: 2\nexposure: {most_forms: 9}")
    .replace("items: 3", f"items: 3\n        pretest: {{items: 1, of: [{', '.join(PRETEST)}]}}", 1)
)


def _forms(database: Database, exam_session: str = EXAM_SESSION) -> dict[str, Form]:
    with database.connect() as db:
        stored = store.get_forms(db, exam_session)
    return {number: form_from_json(one.document) for number, one in stored.items()}


def _items(form: Form) -> set[str]:
    return {slot.item_id for part in form.parts for slot in part.slots}


def test_forms_are_drawn_again_from_what_the_database_keeps(database: Database) -> None:
    known = [ItemStatistics("twk-001", 1, Fraction(1, 3), Fraction(1), Fraction(-1, 2))]
    add_exam_session(database, blueprint=BLUEPRINT)
    before = _forms(database)
    with database.begin() as db:
        statistics_store.add_statistics(db, "small", known)
        store.add_enrolments(db, [get_enrolment("late", "3")])
        assert 1 == assemble_forms(db, EXAM_SESSION)
        assert 0 == assemble_forms(db, EXAM_SESSION)

    after = _forms(database)
    with database.connect() as db:
        documents = form_draws.list_draws(db, EXAM_SESSION)
        differing = list(redraw(db, EXAM_SESSION))

    assert [] == differing
    assert 2 == len(documents)
    assert before == {number: form for number, form in after.items() if number != "late"}
    assert not {slot.item_id for slot in after["late"].parts[1].slots} & _items(after[BUDI])


def test_redraw_names_a_form_that_was_exchanged(database: Database) -> None:
    add_exam_session(database, blueprint=BLUEPRINT)
    table = tables.forms
    with database.begin() as db:
        other = store.get_forms(db, EXAM_SESSION)[BUDI]
        db.execute(
            update(table)
            .where(table.c.participant_no == ANI)
            .values(document=other.document, digest=other.digest)
        )

    with database.connect() as db:
        differing = list(redraw(db, EXAM_SESSION))

    assert [(ANI, "has another form than the draw gives")] == differing


def test_items_of_an_earlier_exam_are_not_met_again(database: Database) -> None:
    add_exam_session(database, blueprint=BLUEPRINT)
    people = [get_enrolment(number, number, exam_session="ulang") for number in (ANI, BUDI)]
    add_exam_session(database, people, blueprint=BLUEPRINT, exam_session="ulang")

    first, again = _forms(database), _forms(database, "ulang")

    for number in (ANI, BUDI):
        shared = _items(first[number]) & _items(again[number])
        assert set() == shared - set(PRETEST)


def test_pretest_item_is_journaled_and_earns_nothing(database: Database) -> None:
    add_exam_session(database, blueprint=BLUEPRINT)
    running = start_engine(database, FakeClock())
    open_room(running.engine)
    running.engine.handle(EXAM_SESSION, ANI, commands.Enter("pc"))
    running.engine.handle(EXAM_SESSION, ANI, commands.Begin(1))
    ground = running.engine.cell(EXAM_SESSION, ANI).ground
    twk = [slot for slot in ground.form.parts[0].slots if slot.section == "twk"]

    for slot in twk:
        shown = to_shown(slot, Choice("a"))
        command = commands.Respond(1, 100_000 + slot.item_no, slot.item_no, shown)
        running.engine.handle(EXAM_SESSION, ANI, command)
    running.engine.handle(EXAM_SESSION, ANI, commands.EndPart(1, 100_090))
    running.engine.handle(EXAM_SESSION, ANI, commands.Begin(1))
    ended = running.engine.handle(EXAM_SESSION, ANI, commands.EndPart(1, 100_091))
    running.stop()
    with database.connect() as db:
        given = [e.event for e in journal.read_all(db, EXAM_SESSION)]
    responses = [event for event in given if isinstance(event, events.Responded)]

    assert ["0", "5", "5", "5"] == sorted(event.points for event in responses)
    (trial,) = [event for event in responses if event.points == "0"]
    assert trial.item.partition("@")[0] in PRETEST
    assert {"choice": "a"} == trial.response
    assert ended.finished is not None
    assert "15" == ended.finished.sections["twk"]
    assert Fraction(15) == highest_by_section(ground)["twk"]
    assert [] == verify_session(database, EXAM_SESSION).findings
    assert 4 == len(twk)


def test_report_is_fair_for_drawn_forms_and_not_for_an_exchanged_one(database: Database) -> None:
    bound = BLUEPRINT.replace("exposure:", "expected_score: {within: 2}\nexposure:")
    people = [get_enrolment(f"P-{number:03}", str(number)) for number in range(1, 9)]
    add_exam_session(database, people, blueprint=bound)
    with database.connect() as db:
        before = judge_session(db, EXAM_SESSION)
    forged = _forms(database)["P-001"]
    slots = tuple(replace(slot, is_scored=True) for slot in forged.parts[0].slots)
    parts = (replace(forged.parts[0], slots=slots), forged.parts[1])
    with database.begin() as db:
        table = tables.forms
        form = seal(forged.blueprint_id, parts, 2)
        db.execute(
            update(table)
            .where(table.c.participant_no == "P-001")
            .values(document=form_to_json(form), digest=form.digest)
        )

    with database.connect() as db:
        after = judge_session(db, EXAM_SESSION)

    assert () == before.broken
    assert 7 == sum(before.overlap.pair_counts.values())
    assert any("counts a pretest item" in one for one in after.broken)
    assert to_json(after)["is_fair"] is False


def test_bank_serves_the_blueprint() -> None:
    assert set(PRETEST) <= {item.id for item in get_bank()}
