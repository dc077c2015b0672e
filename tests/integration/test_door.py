"""Check-in through the real engine: seats, closing, two people, PINs, and what an auditor finds."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import text

from cat_engine.preparation.forms_report import judge_session
from exam_sessions import checking_in, commands, door_store, journal
from exam_sessions.commands import Act
from exam_sessions.decide import Refused
from exam_sessions.door_commands import (
    ConfirmAtDoor,
    Face,
    ProposeClosing,
    ProposeLate,
    WithdrawAtDoor,
)
from exam_sessions.events import CheckedIn
from exam_sessions.live_session import replay_session
from exam_sessions.minutes import minutes_of
from exam_sessions.verify import verify_session
from tests.cast import ANI, BUDI, CITRA, DEWI, EXAM_SESSION
from tests.factories import FakeClock, open_room, start_engine
from tests.integration.door_hall import (
    CLOSES_AT,
    EKO,
    FITRI,
    MINUTE,
    DoorHall,
    add_door_session,
    get_visitor,
)
from tests.rewriting import rewrite


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(CLOSES_AT - 60 * MINUTE)


@pytest.fixture
def hall(sqlite: Database, clock: FakeClock) -> Iterator[DoorHall]:
    """Check-in is open an hour before it closes; Fitri needs an accessible seat."""
    with sqlite.begin() as db:
        people = [get_visitor(no) for no in (ANI, BUDI, EKO)]
        add_door_session(db, [*people, get_visitor(FITRI, disability="motor")])
    running = start_engine(sqlite, clock)
    made = DoorHall(running.engine, sqlite)
    made.open()
    yield made
    running.stop()


def act(act_id: str, by: str = CITRA) -> Act:
    return Act(act_id, by, "other", "bus mogok")


def findings(hall: DoorHall) -> list[str]:
    return verify_session(hall.database, EXAM_SESSION).findings


def test_check_in_works_on_each_database(database: Database, clock: FakeClock) -> None:
    with database.begin() as db:
        add_door_session(db)
    running = start_engine(database, clock)
    hall = DoorHall(running.engine, database)
    hall.open()

    seats = {no: hall.check_in(no).seated.seat for no in (ANI, BUDI, EKO)}

    running.stop()
    assert 3 == len(set(seats.values()))
    assert [] == findings(hall)


def test_everybody_gets_a_seat_of_their_own_with_its_form(hall: DoorHall) -> None:
    sittings = [hall.check_in(no) for no in (ANI, BUDI, EKO, FITRI)]

    assert 4 == len({one.seated.seat for one in sittings})
    assert "0-0" == sittings[3].seated.seat
    assert {1} == {one.entrance.pin_no for one in sittings}
    assert [] == findings(hall)
    with pytest.raises(Refused, match="checked_in_already"):
        hall.check_in(ANI)
    with pytest.raises(Refused, match="not_enrolled"):
        hall.check_in("24-0000-0000")


def test_a_new_start_knows_everybody_who_came(hall: DoorHall) -> None:
    sittings = {no: hall.check_in(no) for no in (ANI, BUDI)}

    replayed = replay_session(hall.database, EXAM_SESSION)

    assert replayed is not None
    live = hall.engine.live(EXAM_SESSION)
    assert sittings == {no: cell.sitting for no, cell in replayed.cells.items()}
    assert live.door == replayed.door


def test_check_in_closes_by_itself_and_two_people_open_it_for_one(
    hall: DoorHall, clock: FakeClock
) -> None:
    clock.now = CLOSES_AT
    hall.check_in(ANI)
    clock.advance(1)
    with pytest.raises(Refused, match="check_in_closed"):
        hall.check_in(BUDI)
    engine = hall.engine

    checking_in.act_at_door(engine, EXAM_SESSION, ProposeLate(act("p"), BUDI))
    with pytest.raises(Refused, match="same_person"):
        checking_in.act_at_door(engine, EXAM_SESSION, ConfirmAtDoor(act("c"), "p"))
    with pytest.raises(Refused, match="check_in_closed"):
        hall.check_in(BUDI)
    checking_in.act_at_door(engine, EXAM_SESSION, ConfirmAtDoor(act("c", DEWI), "p"))

    assert hall.check_in(BUDI).entrance.is_late
    with pytest.raises(Refused, match="check_in_closed"):
        hall.check_in(EKO)
    assert [] == findings(hall)
    with hall.database.connect() as db:
        told = minutes_of(EXAM_SESSION, journal.read_all(db, EXAM_SESSION))
    assert (2, 1) == (told.present_count, told.late_count)
    assert [("DoorProposed", BUDI, CITRA), ("DoorConfirmed", "", DEWI)] == [
        (one.kind, one.participant_no, one.by) for one in told.incidents if "Door" in one.kind
    ]


def test_two_people_move_the_closing_for_everybody(hall: DoorHall, clock: FakeClock) -> None:
    clock.now = CLOSES_AT + 1
    later = CLOSES_AT + 10 * MINUTE
    engine = hall.engine

    checking_in.act_at_door(engine, EXAM_SESSION, ProposeClosing(act("p"), later))
    checking_in.act_at_door(engine, EXAM_SESSION, ConfirmAtDoor(act("c", DEWI), "p"))
    sitting = hall.check_in(ANI)

    assert not sitting.entrance.is_late
    clock.now = later + 1
    with pytest.raises(Refused, match="check_in_closed"):
        hall.check_in(BUDI)
    checking_in.act_at_door(engine, EXAM_SESSION, ProposeLate(act("q"), BUDI))
    checking_in.act_at_door(engine, EXAM_SESSION, WithdrawAtDoor(act("w"), "q"))
    with pytest.raises(Refused, match="no_proposal"):
        checking_in.act_at_door(engine, EXAM_SESSION, ConfirmAtDoor(act("d", DEWI), "q"))


def test_a_face_that_is_not_sure_is_a_persons_decision(hall: DoorHall) -> None:
    unsure = Face("unsure", "0.61", "acme 1.2")
    with pytest.raises(Refused, match="face_undecided"):
        hall.check_in(ANI, unsure)
    assert ANI not in hall.engine.live(EXAM_SESSION).cells

    hall.check_in(ANI, unsure, is_by_eye=True)
    hall.check_in(BUDI, Face("match", "0.98", "acme 1.2"))

    with hall.database.connect() as db:
        entries = journal.read(db, EXAM_SESSION, limit=99)
    told = [one.event for one in entries if isinstance(one.event, CheckedIn)]
    assert [("unsure", True), ("match", False)] == [(one.face, one.is_by_eye) for one in told]


def test_a_pin_opens_once_or_at_its_own_workstation_until_it_is_replaced(hall: DoorHall) -> None:
    seat = hall.check_in(ANI).seated.seat
    open_room(hall.engine)

    def use(pin_no: int, at: str = seat, *, is_pinned: bool = False) -> None:
        hall.engine.handle(EXAM_SESSION, ANI, commands.UsePin(pin_no, "A", at, is_pinned))

    with pytest.raises(Refused, match="wrong_seat"):
        use(1, "1-2" if seat != "1-2" else "1-1")
    use(1)
    with pytest.raises(Refused, match="pin_used"):
        use(1)
    use(1, is_pinned=True)
    hall.engine.act(EXAM_SESSION, [ANI], commands.Release(act("r")))
    use(1)
    hall.engine.handle(EXAM_SESSION, ANI, commands.IssuePin(act("new"), 2))
    with pytest.raises(Refused, match="pin_replaced"):
        use(1)
    use(2)
    hall.engine.act(EXAM_SESSION, [ANI], commands.Move(act("m"), "A", "0-0"))
    with pytest.raises(Refused, match="wrong_seat"):
        use(2)
    use(2, "0-0")


def test_a_seat_that_somebody_left_is_not_given_again(hall: DoorHall) -> None:
    left = hall.check_in(ANI).seated.seat
    open_room(hall.engine)
    hall.engine.act(EXAM_SESSION, [ANI], commands.Move(act("m"), "A", "0-0"))

    others = {hall.check_in(no).seated.seat for no in (BUDI, EKO, FITRI)}

    assert not {left, "0-0"} & others
    assert [] == findings(hall)


def test_the_key_is_published_at_the_end_and_the_journal_alone_proves_the_seats(
    hall: DoorHall, clock: FakeClock
) -> None:
    hall.check_in(ANI)
    with pytest.raises(Refused, match="check_in_running"):
        hall.end()
    clock.now = CLOSES_AT + 1
    hall.end()
    with hall.database.begin() as db:
        db.execute(text("DELETE FROM seat_keys"))

    assert [] == findings(hall)
    with pytest.raises(Refused, match="check_in_ended"):
        hall.check_in(BUDI)


def test_a_session_is_closed_after_its_check_in_and_nothing_follows(
    hall: DoorHall, clock: FakeClock
) -> None:
    def close(by: str) -> None:
        hall.engine.handle_hall(EXAM_SESSION, commands.CloseSession(EXAM_SESSION, by, "selesai"))

    hall.check_in(ANI)
    hall.engine.handle_hall(EXAM_SESSION, commands.FinalizeBoard(EXAM_SESSION, DEWI, "selesai"))
    with pytest.raises(Refused, match="board_final"):
        hall.check_in(BUDI)
    with pytest.raises(Refused, match="check_in_not_ended"):
        close(DEWI)
    clock.now = CLOSES_AT + 1
    hall.end()
    close(DEWI)
    close(CITRA)

    with pytest.raises(Refused, match="session_closed"):
        hall.check_in(BUDI)
    with pytest.raises(Refused, match="session_closed"):
        checking_in.act_at_door(hall.engine, EXAM_SESSION, ProposeLate(act("p"), BUDI))
    assert [] == findings(hall)


def change_bodies(hall: DoorHall, wanted: str, change: dict[str, Any]) -> None:
    """Change the bodies of a kind of entry and chain everything anew: an insider with the disk."""

    def change_one(kind: str, body: dict[str, Any], _previous: str) -> None:
        if kind == wanted:
            body.update(change)

    rewrite(hall.database, EXAM_SESSION, change_one)


@pytest.mark.parametrize(
    ("kind", "change", "finding"),
    [
        ("Seated", {"seat": "1-2"}, "seated elsewhere"),
        ("CheckedIn", {"number": 7}, "follows check-in 0"),
        ("CheckedIn", {"needs_access": True}, "not those of the draw"),
        ("CheckedIn", {"dealt": []}, "seated elsewhere"),
        ("CheckedIn", {"is_late": True}, "says wrongly"),
        ("CheckInOpened", {"closes_at": 0}, "without two people"),
        ("CheckInOpened", {"commitment": "00"}, "not the one committed to"),
    ],
)
def test_what_an_insider_changes_in_the_record_is_found(
    hall: DoorHall, kind: str, change: dict[str, Any], finding: str
) -> None:
    hall.check_in(ANI)
    if hall.engine.cell(EXAM_SESSION, ANI).sitting.seated.seat == "1-2" and kind == "Seated":
        change = {"seat": "1-1"}
    assert [] == findings(hall)

    change_bodies(hall, kind, change)

    assert any(finding in one for one in findings(hall)), findings(hall)


def test_forms_on_seats_are_judged_by_the_seats_around_them(hall: DoorHall) -> None:
    with hall.database.connect() as db:
        fairness = judge_session(db, EXAM_SESSION)
        counted = door_store.count_forms(db, EXAM_SESSION)

    assert (6, 6) == counted
    assert 6 == fairness.form_count
    assert 11 == sum(fairness.overlap.pair_counts.values())
