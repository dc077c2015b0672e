"""Items that a bank keeps apart: declared on record, honoured by every draw, moved by files."""

from pathlib import Path

import pytest
from sqlalchemy import Engine as Database

from cat_engine.preparation.assembly import CannotAssemble
from cat_engine.preparation.fair_assembly import redraw
from cat_engine.preparation.forms_report import judge_session
from exam_sessions import form_draws, store
from question_bank import acts, custody, enemies, form, statistics_store
from question_bank import store as bank_store
from question_bank.acts import Draft
from question_bank.custody import Provenance
from question_bank.exporters import write
from question_bank.importers import read
from question_bank.item_statistics import ItemStatistics
from question_bank.life import MEASURED, ActRefused
from tests.cast import EXAM_SESSION
from tests.factories import (
    STARTS_AT,
    add_exam_session,
    get_bank,
    get_blueprint_text,
    get_enrolment,
    get_item,
)

BANK = "small"
GROUP = tuple(f"twk-{number:03}" for number in range(7))
BLUEPRINT = get_blueprint_text().replace("blueprint: small", "blueprint: small\ndraw: 2")
PEOPLE = [get_enrolment(f"P-{number:03}", str(number)) for number in range(1, 9)]


@pytest.fixture
def stored(sqlite: Database) -> Database:
    """The small bank, of which nobody has drawn yet."""
    with sqlite.begin() as db:
        bank_store.add_items(db, get_bank(), {})
    return sqlite


def part(database: Database, *items: str) -> int:
    with database.begin() as db:
        found = enemies.part(db, BANK, [items], by="dewi", reason="sama isinya", now=STARTS_AT)
    return len(found)


def forms(database: Database) -> list[form.Form]:
    with database.connect() as db:
        found = store.get_forms(db, EXAM_SESSION).values()
    return [form.form_from_json(one.document) for one in found]


def test_every_form_holds_at_most_one_of_a_group_and_is_drawn_again(stored: Database) -> None:
    assert 21 == part(stored, *GROUP)

    add_exam_session(stored, PEOPLE, blueprint=BLUEPRINT)

    assert all(len(one.item_ids & set(GROUP)) <= 1 for one in forms(stored))
    with stored.connect() as db:
        assert [] == list(redraw(db, EXAM_SESSION))
        assert () == judge_session(db, EXAM_SESSION).broken
        (document,) = form_draws.list_draws(db, EXAM_SESSION)
    assert '"enemies":[["twk-000","twk-001"],' in document


def test_without_enemies_they_would_have_met(stored: Database) -> None:
    """The bound above is not met by chance."""
    add_exam_session(stored, PEOPLE, blueprint=BLUEPRINT)

    assert any(len(one.item_ids & set(GROUP)) > 1 for one in forms(stored))


def test_the_report_names_enemies_that_meet_on_a_form(stored: Database) -> None:
    part(stored, *GROUP[:2])
    add_exam_session(stored, PEOPLE[:1], blueprint=BLUEPRINT)
    first = sorted(forms(stored)[0].item_ids)[:2]
    with stored.begin() as db:
        asked = form_draws.list_draws(db, EXAM_SESSION)[0]
        pair = f'[["{first[0]}","{first[1]}"]]'
        planted = asked.replace('[["twk-000","twk-001"]]', pair)
        assert planted != asked
        form_draws.add_draw(db, EXAM_SESSION, "0" * 64, planted)
        broken = judge_session(db, EXAM_SESSION).broken

    assert any(f"the enemies {', '.join(first)} meet" in one for one in broken)


def test_a_bank_too_small_for_its_enemies_says_so_and_stores_nothing(stored: Database) -> None:
    part(stored, *(f"twk-{number:03}" for number in range(12)))

    with pytest.raises(form.CannotAssemble, match="with enemies kept apart lacks"):
        add_exam_session(stored, PEOPLE, blueprint=BLUEPRINT)

    assert [] == forms(stored)


def test_the_first_version_of_the_draw_refuses_a_bank_with_enemies(stored: Database) -> None:
    part(stored, "twk-000", "twk-001")

    with pytest.raises(CannotAssemble, match="write `draw: 2`"):
        add_exam_session(stored, PEOPLE)


def test_pairs_stand_as_the_last_act_says_and_every_act_is_on_record(database: Database) -> None:
    stored = database
    with stored.begin() as db:
        bank_store.add_items(db, get_bank(), {})
    assert 1 == part(stored, "twk-001", "twk-000")
    assert 0 == part(stored, "twk-000", "twk-001")
    assert 2 == part(stored, "twk-000", "twk-001", "tkp-003")
    with stored.begin() as db:
        enemies.reconcile(
            db,
            BANK,
            [("twk-000", "twk-001")],
            by="budi",
            reason="sudah ditulis ulang",
            now=STARTS_AT,
        )

    with stored.connect() as db:
        found = enemies.of_item(db, BANK, "tkp-003")
        told = [(act.kind, act.person, act.reason) for act in acts.read_all(db, BANK)]
        assert {"twk-000": "dewi", "twk-001": "dewi"} == {
            other: act.person for other, act in found.items()
        }
        assert {"tkp-003"} == enemies.of_item(db, BANK, "twk-000").keys()
    assert [
        ("parted", "dewi", "sama isinya"),
        ("parted", "dewi", "sama isinya"),
        ("reconciled", "budi", "sudah ditulis ulang"),
    ] == told


@pytest.mark.parametrize(
    ("items", "reason", "code"),
    [
        (("twk-000", "nobody"), "a", "unknown_item"),
        (("twk-000", "twk-000"), "a", "no_enemies"),
        (("twk-000", "twk-001"), " ", "reason_missing"),
    ],
)
def test_what_cannot_be_kept_apart_is_refused(
    stored: Database, items: tuple[str, ...], reason: str, code: str
) -> None:
    with stored.begin() as db, pytest.raises(ActRefused) as refused:
        enemies.part(db, BANK, [items], by="dewi", reason=reason, now=STARTS_AT)

    assert code == refused.value.code


@pytest.mark.parametrize("form_name", ["yaml", "csv", "xlsx"])
def test_files_bring_enemies_and_take_them_along(
    sqlite: Database, tmp_path: Path, form_name: str
) -> None:
    items = [get_item("twk", number) for number in range(3)]
    export = write(items, {}, form_name, [("twk-000", "twk-001"), ("twk-001", "twk-002")])
    path = tmp_path / f"small.{form_name}"
    path.write_bytes(export.content)

    report = read(path)
    with sqlite.begin() as db:
        provenance = Provenance("dewi", "ani", "impor")
        custody.take_in(db, report.items, {}, provenance, now=STARTS_AT, apart=report.enemies)
        found = enemies.among(db, BANK, {"twk-000", "twk-001", "twk-002"})

    assert () == report.problems
    assert (("twk-000", "twk-001"), ("twk-001", "twk-002")) == found


def test_a_format_that_knows_no_enemies_says_that_they_are_not_written() -> None:
    items = [get_item("twk", number) for number in range(2)]

    export = write(items, {}, "gift", [("twk-000", "twk-001")])

    assert any("1 enemies are not written" in one.message for one in export.problems)


def test_an_import_of_statistics_is_on_record_with_who_why_and_which_file(
    stored: Database,
) -> None:
    known = [ItemStatistics("twk-001", 1, people=40), ItemStatistics("twk-002", 1, people=41)]
    act = Draft(MEASURED, "dewi", "uji coba Mei", STARTS_AT, details={"sha256": "ab" * 32})
    with stored.begin() as db:
        assert 1 == statistics_store.import_statistics(db, BANK, known, act)
        with pytest.raises(ActRefused):
            statistics_store.import_statistics(
                db, BANK, known, Draft(MEASURED, "dewi", "", STARTS_AT)
            )

    with stored.connect() as db:
        (told,) = acts.read_all(db, BANK)
        assert 2 == len(statistics_store.list_statistics(db, BANK))
    assert ("measured", "dewi", "uji coba Mei") == (told.kind, told.person, told.reason)
    assert {"sha256": "ab" * 32, "item_count": 2, "revision": 1} == told.details
