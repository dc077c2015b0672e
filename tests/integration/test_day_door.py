"""The export of a day lets anybody draw the seats again, and tells no one who needed another."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine as Database

from cat_engine.papers.day_check import DayVerdict, check_day
from cat_engine.papers.day_export import Grade, export
from cat_engine.papers.day_reading import read_day, read_record
from cat_engine.signing import Signer, make_key
from exam_sessions import checking_in, commands, day_record
from exam_sessions.commands import Act
from exam_sessions.day_lines import DOOR_SHOWN
from exam_sessions.door_commands import ConfirmAtDoor, ProposeLate
from exam_sessions.live_session import replay_session
from question_bank.blueprint import read as read_blueprint
from tests.cast import ANI, BUDI, CITRA, DEWI, EXAM_SESSION
from tests.factories import FakeClock, get_act, get_blueprint_text, start_engine
from tests.integration.door_hall import (
    CLOSES_AT,
    EKO,
    FITRI,
    KEY,
    MINUTE,
    DoorHall,
    add_door_session,
    get_visitor,
)

Export = Callable[[Grade], bytes]


def hold(database: Database, disability: str) -> None:
    """Ani, Budi and Fitri come, Eko comes late and two people let him in; Budi is moved."""
    with database.begin() as db:
        people = [get_visitor(no) for no in (ANI, BUDI, EKO)]
        add_door_session(db, [*people, get_visitor(FITRI, disability=disability)])
    clock = FakeClock(CLOSES_AT - 60 * MINUTE)
    running = start_engine(database, clock)
    hall, engine = DoorHall(running.engine, database), running.engine
    hall.open()
    engine.handle_hall(EXAM_SESSION, commands.OpenRoom("A", DEWI))
    for no in (ANI, BUDI, FITRI):
        hall.check_in(no)
    taken = [engine.cell(EXAM_SESSION, no).sitting.seated.seat for no in (ANI, BUDI, FITRI)]
    seat = next(one for one in ("0-1", "1-1", "1-2", "0-2") if one not in taken)
    engine.act(EXAM_SESSION, [BUDI], commands.Move(get_act("move"), "A", seat))
    clock.now = CLOSES_AT + MINUTE
    proposed = ProposeLate(Act("late-1", CITRA, "other", "bus mogok"), EKO)
    checking_in.act_at_door(engine, EXAM_SESSION, proposed)
    agreed = ConfirmAtDoor(Act("late-2", DEWI, "procedure"), "late-1")
    checking_in.act_at_door(engine, EXAM_SESSION, agreed)
    hall.check_in(EKO)
    hall.end()
    engine.handle_hall(EXAM_SESSION, commands.FinalizeBoard(EXAM_SESSION, DEWI, "selesai"))
    for by in (DEWI, CITRA):
        engine.handle_hall(EXAM_SESSION, commands.CloseSession(EXAM_SESSION, by, "selesai"))
    running.stop()


def exporter(database: Database, signer: Signer) -> Export:
    live = replay_session(database, EXAM_SESSION)
    assert live is not None
    with database.connect() as db:
        record = read_record(db, EXAM_SESSION, language="id", zone="WIB", made_at=1)
        day = read_day(db, live, record)
    return lambda grade: export(day, grade, signer)


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return make_key(tmp_path / "day.key")


def check(content: bytes, signer: Signer) -> DayVerdict:
    return check_day(content, public_key=signer.public_key)


def journal_of(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return packed.read("journal.jsonl").decode()


@pytest.mark.parametrize("grade", ["public", "official"])
def test_every_seat_is_drawn_again_with_the_file_alone(
    sqlite: Database, signer: Signer, grade: Grade
) -> None:
    hold(sqlite, disability="")

    verdict = check(exporter(sqlite, signer)(grade), signer)

    assert ([], 4, True) == (verdict.findings, verdict.drawn_count, verdict.shows_door)


def test_who_needed_another_seat_stays_out_of_the_public_grade(
    sqlite: Database, signer: Signer
) -> None:
    hold(sqlite, disability="motor")
    made = exporter(sqlite, signer)

    public, official = made("public"), made("official")

    assert ([], 4) == (check(official, signer).findings, check(official, signer).drawn_count)
    told = check(public, signer)
    assert ([], 0, False) == (told.findings, told.drawn_count, told.shows_door)
    assert KEY not in journal_of(public)
    assert KEY in journal_of(official)
    lines = [json.loads(line) for line in journal_of(public).splitlines()]
    shown = {key for one in lines if one["kind"] in DOOR_SHOWN for key in one["body"]}
    assert shown == {"commitment", "closes_at"}


def other_seat(line: dict[str, object]) -> None:
    """The third who came is dealt a seat that was not drawn."""
    body = line["body"]
    if line["kind"] == "CheckedIn" and isinstance(body, dict) and body["number"] == 3:
        (room, seat, number), *others = body["dealt"]
        body["dealt"] = [[room, "1-1" if seat == "1-2" else "1-2", number], *others]


def other_key(line: dict[str, object]) -> None:
    if line["kind"] == "CheckInEnded":
        line["body"] = {"key": "0" * 64}


def nobody_agreed(line: dict[str, object]) -> None:
    if line["kind"] == "DoorConfirmed" and isinstance(line["body"], dict):
        line["body"]["proposal"] = "late-0"


@pytest.mark.parametrize(
    ("plant", "found"),
    [
        (other_seat, "seated elsewhere than drawn"),
        (other_key, "not the one committed to"),
        (nobody_agreed, "without two people's agreement"),
    ],
)
def test_a_seat_that_was_not_drawn_is_named(
    sqlite: Database, signer: Signer, plant: Callable[[dict[str, object]], None], found: str
) -> None:
    """By whoever signs the record, who could sign another one: the record itself must show it."""
    hold(sqlite, disability="")
    lines = [json.loads(one) for one in journal_of(exporter(sqlite, signer)("public")).splitlines()]
    for line in lines:
        plant(line)
    blueprint = read_blueprint(get_blueprint_text())

    reading = day_record.read_lines(EXAM_SESSION, map(json.dumps, lines), blueprint, {})

    assert any(found in one for one in reading.findings), reading.findings


def test_a_form_that_did_not_lie_on_the_seat_is_named(sqlite: Database, signer: Signer) -> None:
    hold(sqlite, disability="")
    lines = journal_of(exporter(sqlite, signer)("public")).splitlines()
    blueprint = read_blueprint(get_blueprint_text())

    reading = day_record.read_lines(
        EXAM_SESSION, lines, blueprint, {}, seat_forms={("A", "0-0"): "ab"}
    )

    assert 4 == sum("another form than the one that lay" in one for one in reading.findings)
