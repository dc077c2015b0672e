"""Custody on real databases: acts, four eyes in the database too, the chain, finding, drawing."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import delete, insert, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from cat_engine.accounts.user import Role
from cat_engine.preparation.assembly import CannotAssemble, assemble_forms, record_use
from exam_sessions import store as exam_store
from question_bank import acts, custody, finding, life, seal_store, sealing, tables
from question_bank import store as bank_store
from question_bank.acts import BankJournalBroken
from question_bank.custody import Provenance
from question_bank.finding import Filter
from question_bank.life import ActRefused
from tests.factories import STARTS_AT, add_exam_session, get_bank, get_item
from tests.integration.sealed_hall import seal_canaries
from tests.integration.server import add_staff

BANK = "small"
REF = ("twk-001", 1)


def take_in(database: Database, *items: Any, author: str = "ani", approved_by: str = "") -> None:
    provenance = Provenance("ani", author, "impor", approved_by, {"file": "a.yaml"})
    with database.begin() as db:
        custody.take_in(db, items, {}, provenance, now=STARTS_AT)


def do(database: Database, kind: str, by: str, *refs: tuple[str, int]) -> None:
    with database.begin() as db:
        custody.do(db, BANK, refs or [REF], kind, by=by, reason=f"{kind} oleh {by}", now=STARTS_AT)


def state_of(database: Database, ref: tuple[str, int] = REF) -> str:
    with database.connect() as db:
        return custody.standings_of(db, BANK, [ref])[ref].state


def test_an_item_goes_through_its_whole_life_on_record(database: Database) -> None:
    take_in(database, get_item("twk", 1))

    for kind, by in (
        (life.SUBMITTED, "ani"), (life.RETURNED, "budi"), (life.SUBMITTED, "ani"),
        (life.APPROVED, "budi"), (life.USED, "dewi"), (life.RETIRED, "dewi"),
    ):  # fmt: skip
        do(database, kind, by)

    with database.connect() as db:
        history = acts.read_item(db, BANK, "twk-001")
        assert len(list(acts.read_all(db, BANK))) == 8
    assert [
        ("written", "draft", "ani"), ("submitted", "review", "ani"), ("returned", "draft", "budi"),
        ("submitted", "review", "ani"), ("approved", "approved", "budi"),
        ("used", "in_use", "dewi"), ("retired", "retired", "dewi"),
    ] == [(act.kind, act.state, act.person) for act in history]  # fmt: skip
    assert all(act.details["digest"] for act in history)


def test_the_author_cannot_approve_and_nothing_of_the_batch_is_recorded(
    database: Database,
) -> None:
    take_in(database, get_item("twk", 1), author="budi")
    take_in(database, get_item("twk", 2), author="ani")
    do(database, life.SUBMITTED, "ani", ("twk-001", 1), ("twk-002", 1))

    with pytest.raises(ActRefused, match="twk-002 version 1") as refusal:
        do(database, life.APPROVED, "ani", ("twk-001", 1), ("twk-002", 1))

    assert "four_eyes" == refusal.value.code
    assert {"review"} == {state_of(database, (f"twk-00{n}", 1)) for n in (1, 2)}


@pytest.mark.parametrize(
    ("person", "author"),
    [("ani", "ani"), ("ANI", "ani"), ("budi", None), ("budi", "citra")],
    ids=["the author", "the author in capitals", "no author named", "another author named"],
)
def test_the_database_itself_refuses_an_approval_by_the_author(
    database: Database, person: str, author: str | None
) -> None:
    take_in(database, get_item("twk", 1), author="ani")
    row = {
        "bank": BANK, "position": 100, "item": "twk-001", "version": 1, "at": STARTS_AT,
        "person": person, "kind": "approved", "state": "approved", "author": author,
        "reason": "x", "body": "{}", "hash": "00",
    }  # fmt: skip

    with pytest.raises(IntegrityError), database.begin() as db:
        db.execute(insert(tables.bank_acts), row)

    with database.begin() as db:  # the same row with another person and the true author fits
        db.execute(insert(tables.bank_acts), row | {"person": "budi", "author": "ani"})


def test_the_database_knows_no_other_way_into_approved(database: Database) -> None:
    take_in(database, get_item("twk", 1))

    with pytest.raises(IntegrityError), database.begin() as db:
        db.execute(
            insert(tables.bank_acts).values(
                bank=BANK, position=100, item="twk-001", version=1, at=1, person="budi",
                kind="submitted", state="approved", reason="x", body="{}", hash="00",
            )
        )  # fmt: skip


def test_the_database_refuses_to_change_or_remove(database: Database) -> None:
    sealed = seal_canaries(opens_at=STARTS_AT, closes_at=STARTS_AT + 1)
    opened = sealing.open_package(sealed.package, sealed.shares, now=STARTS_AT)
    take_in(database, get_item("twk", 1, bank="other"))
    with database.begin() as db:
        signer, seal = sealed.package.header["signer"], sealed.package.seal
        seal_store.receive(
            db, sealed.package, signer=signer, by="rini", reason="naskah", now=STARTS_AT
        )
        seal_store.publish(db, seal, opened, by="rini", reason="selesai", now=STARTS_AT)

    for name in tables.UNCHANGING:
        table = tables.metadata.tables[name]
        column = table.c[0].name
        for change in (update(table).values({column: table.c[0]}), delete(table)):
            with pytest.raises(DBAPIError, match="never changed"), database.begin() as db:
                db.execute(change)


def test_an_act_changed_by_hand_is_found_and_named(sqlite: Database) -> None:
    take_in(sqlite, get_item("twk", 1))
    do(sqlite, life.SUBMITTED, "ani")
    with sqlite.begin() as db:
        db.execute(text("DROP TRIGGER bank_acts_no_update"))
        db.execute(
            update(tables.bank_acts).where(tables.bank_acts.c.position == 2).values(person="budi")
        )

    with sqlite.connect() as db, pytest.raises(BankJournalBroken) as broken:
        list(acts.read_all(db, BANK))

    assert (BANK, 2) == (broken.value.bank, broken.value.position)


def test_import_with_a_second_person_is_approved_and_by_the_author_is_refused(
    database: Database,
) -> None:
    with pytest.raises(ActRefused):
        take_in(database, get_item("twk", 1), author="ani", approved_by="ani")
    with database.connect() as db:
        assert [] == bank_store.list_versions(db, BANK)

    take_in(database, get_item("twk", 1), author="ani", approved_by="budi")

    assert life.APPROVED == state_of(database)


def test_items_that_are_there_keep_their_state_when_they_come_again(database: Database) -> None:
    take_in(database, get_item("twk", 1), approved_by="budi")

    take_in(database, get_item("twk", 1), get_item("twk", 2))

    assert ["approved", "draft"] == [state_of(database, (f"twk-00{n}", 1)) for n in (1, 2)]


def test_comments_make_a_thread_on_their_version_and_change_no_state(database: Database) -> None:
    take_in(database, get_item("twk", 1))

    def say(by: str, words: str, reply_to: int | None = None) -> None:
        with database.begin() as db:
            custody.comment(db, BANK, REF, by=by, text=words, now=STARTS_AT, reply_to=reply_to)

    say("budi", "opsi B keliru")
    say("citra", "setuju?")
    say("ani", "diperbaiki", 3)
    with pytest.raises(ActRefused):
        say("ani", "untuk siapa?", 1)

    with database.connect() as db:
        told = custody.threads(acts.read_item(db, BANK, "twk-001"), REF)
    assert [("opsi B keliru", 0), ("diperbaiki", 1), ("setuju?", 0)] == [
        (act.reason, depth) for act, depth in told
    ]
    assert life.DRAFT == state_of(database)


def test_finding_by_words_and_by_everything_else(database: Database) -> None:
    take_in(
        database,
        get_item("twk", 1, stem='Apa arti "Bhinneka"?'),
        get_item("twk", 2, stem="Élan vital", kind="choice"),
        get_item("tkp", 3),
    )
    take_in(database, get_item("twk", 1, version=2, stem="Baru"), author="budi")

    def ids(**wanted: str) -> list[str]:
        with database.connect() as db:
            return [one.item.id for one in finding.find_all(db, BANK, Filter(**wanted))]

    assert ["tkp-003", "twk-001", "twk-002"] == ids()
    assert [] == ids(text='"bhinneka"?')  # of an older version
    assert ["twk-001"] == ids(text="BARU")
    assert ["twk-002"] == ids(text="élan")
    assert [] == ids(text="options")  # the names of fields are no text
    assert ["tkp-003"] == ids(section="tkp")
    assert ["twk-001"] == ids(author="Budi")
    assert ["tkp-003"] == ids(difficulty="easy", topic="topic-0")
    assert [] == ids(state="review")


def test_an_exam_of_approved_items_is_drawn_from_nothing_else(database: Database) -> None:
    take_in(database, *get_bank(), approved_by="budi")
    take_in(database, *[get_item("twk", n, version=2, stem=f"Baru {n}") for n in range(12)])
    exam_session = add_exam_session(database, items=get_bank())
    with database.begin() as db:
        db.execute(text("DELETE FROM forms"))
        db.execute(text("UPDATE exams SET approved_only = true"))
        assemble_forms(db, exam_session)
        used = record_use(db, exam_session, by="dewi", now=STARTS_AT)
        again = record_use(db, exam_session, by="dewi", now=STARTS_AT)
        documents = [form.document for form in exam_store.get_forms(db, exam_session).values()]

    assert used > 0
    assert 0 == again
    assert not any('"version":2' in document for document in documents)
    with database.connect() as db:
        in_use = finding.find_all(db, BANK, Filter(state=life.IN_USE))
        standings = custody.standings_of(db, BANK)
    assert used == sum(1 for one in standings.values() if one.state == life.IN_USE)
    assert in_use


def test_an_exam_of_approved_items_without_any_cannot_be_assembled(sqlite: Database) -> None:
    exam_session = add_exam_session(sqlite)
    with sqlite.begin() as db:
        db.execute(text("DELETE FROM forms"))
        db.execute(text("UPDATE exams SET approved_only = true"))

    with pytest.raises(CannotAssemble), sqlite.begin() as db:
        assemble_forms(db, exam_session)


def test_retired_items_are_drawn_for_no_exam(sqlite: Database) -> None:
    item = get_item("twk", 1)
    take_in(sqlite, item, replace(item, version=2, stem="Baru"))
    do(sqlite, life.RETIRED, "budi", ("twk-001", 2))

    with sqlite.connect() as db:
        assert [] == custody.drawable(db, BANK, approved_only=False)
        assert [] == custody.drawable(db, BANK, approved_only=True)


def test_staff_may_be_authors_and_reviewers_and_nothing_else(database: Database) -> None:
    add_staff(database, "ani", Role.AUTHOR)
    add_staff(database, "budi", Role.REVIEWER)

    with pytest.raises(IntegrityError), database.begin() as db:
        db.execute(text("UPDATE staff SET role = 'king' WHERE username = 'ani'"))
