"""The engine on a real journal: the road, recovery, fencing, bulk acts."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Connection, update
from sqlalchemy import Engine as Database

from cat_engine.preparation.assembly import assemble_forms
from exam_sessions import commands, deadlines, events, journal, store, views
from exam_sessions.decide import Refused
from exam_sessions.journal import Draft, JournalBroken
from exam_sessions.losses import Losses
from exam_sessions.outages import Outage
from exam_sessions.tables import journal_entries
from exam_sessions.verify import verify_session
from exam_sessions.writer import WriterStopped
from scoring.response import Choice, Nothing
from tests.cast import ANI, BUDI, EXAM_SESSION
from tests.factories import (
    GRACE_MS,
    FakeClock,
    RunningEngine,
    add_exam_session,
    get_act,
    get_enrolment,
    open_room,
    start_engine,
)

MINUTE_MS = 60_000


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def running(database: Database, clock: FakeClock) -> Iterator[RunningEngine]:
    add_exam_session(database)
    running = start_engine(database, clock)
    open_room(running.engine)
    yield running
    running.stop()


def begin(running: RunningEngine, participant_no: str = ANI) -> int:
    """Enter and begin; the first client_seq to use."""
    sitting = running.engine.handle(EXAM_SESSION, participant_no, commands.Enter("pc"))
    running.engine.handle(EXAM_SESSION, participant_no, commands.Begin(sitting.epoch))
    return sitting.epoch * 100_000 + 1


def respond(running: RunningEngine, client_seq: int, item_no: int, letter: str = "A") -> None:
    epoch = client_seq // 100_000
    command = commands.Respond(epoch, client_seq, item_no, Choice(letter))
    running.engine.handle(EXAM_SESSION, ANI, command)


def test_a_whole_sitting_ends_with_a_score_that_the_journal_confirms(
    running: RunningEngine, database: Database
) -> None:
    seq = begin(running)
    for item_no in range(1, 7):
        respond(running, seq + item_no, item_no)
    running.engine.handle(EXAM_SESSION, ANI, commands.EndPart(1, seq + 10))
    running.engine.handle(EXAM_SESSION, ANI, commands.Begin(1))
    respond(running, seq + 11, 7)
    running.engine.handle(EXAM_SESSION, ANI, commands.EndPart(1, seq + 12))

    cell = running.engine.cell(EXAM_SESSION, ANI)
    verdict = verify_session(database, EXAM_SESSION)

    assert cell.sitting.finished is not None
    assert cell.receipt.startswith(f"{verdict.entry_count}-")
    assert (7, 1, []) == (verdict.response_count, verdict.finished_count, verdict.findings)
    running.stop()


def test_a_new_start_replays_to_the_same_state(
    running: RunningEngine, database: Database, clock: FakeClock
) -> None:
    seq = begin(running)
    respond(running, seq, 1)
    running.engine.handle(EXAM_SESSION, ANI, commands.Flag(1, seq + 1, 2, flagged=True))
    running.engine.act(EXAM_SESSION, [ANI], commands.Extend(get_act(), 5 * MINUTE_MS))
    before = running.engine.cell(EXAM_SESSION, ANI).sitting
    running.stop()

    again = start_engine(database, clock)

    after = again.engine.cell(EXAM_SESSION, ANI).sitting
    losses, outages = Losses(since=clock(), by_server=True), (Outage(clock()),)
    assert replace(before, line=False, losses=losses, outages=outages) == after
    again.stop()


def test_time_that_the_server_was_away_is_given_back(
    running: RunningEngine, database: Database, clock: FakeClock
) -> None:
    begin(running)
    clock.advance(3 * MINUTE_MS)
    running.engine.handle(EXAM_SESSION, ANI, commands.View(1, 100_001, 1))
    left_ms = views.time_left_ms(running.engine.cell(EXAM_SESSION, ANI).sitting, clock())
    running.stop()

    clock.advance(20 * MINUTE_MS)
    again = start_engine(database, clock)

    assert left_ms == views.time_left_ms(again.engine.cell(EXAM_SESSION, ANI).sitting, clock())
    again.stop()


def test_a_paused_clock_gets_nothing_for_an_outage(
    running: RunningEngine, database: Database, clock: FakeClock
) -> None:
    begin(running)
    running.engine.act(EXAM_SESSION, [ANI], commands.Pause(get_act()))
    left_ms = views.time_left_ms(running.engine.cell(EXAM_SESSION, ANI).sitting, clock())
    running.stop()

    clock.advance(20 * MINUTE_MS)
    again = start_engine(database, clock)

    sitting = again.engine.cell(EXAM_SESSION, ANI).sitting
    assert 0 == sitting.extension_ms
    assert left_ms == views.time_left_ms(sitting, clock())
    again.stop()


def test_a_journal_changed_by_hand_stops_the_start(
    running: RunningEngine, database: Database, clock: FakeClock
) -> None:
    respond(running, begin(running), 1)
    running.stop()
    with database.begin() as db:
        table = journal_entries
        changed = update(table).where(table.c.kind == "Responded").values(body='{"points":"99"}')
        db.execute(changed)

    with pytest.raises(JournalBroken):
        start_engine(database, clock)


def test_the_same_message_twice_is_one_entry_and_one_reply(running: RunningEngine) -> None:
    seq = begin(running)
    respond(running, seq, 1, "B")
    entries = running.writer.entry_count

    respond(running, seq, 1, "B")

    assert entries == running.writer.entry_count
    running.stop()


def test_one_number_with_two_contents_is_a_conflict(running: RunningEngine) -> None:
    seq = begin(running)
    respond(running, seq, 1, "B")

    with pytest.raises(Refused, match="conflict"):
        respond(running, seq, 1, "C")
    running.stop()


def test_a_second_workstation_takes_over_and_the_first_is_fenced(running: RunningEngine) -> None:
    seq = begin(running)
    second = running.engine.handle(EXAM_SESSION, ANI, commands.Enter("other pc"))

    with pytest.raises(Refused, match="taken_over"):
        respond(running, seq, 1)

    assert (2, 1) == (second.epoch, second.takeovers)
    respond(running, 2 * 100_000 + 1, 1)
    running.stop()


def test_an_act_on_all_is_one_commit_and_says_who_was_refused(running: RunningEngine) -> None:
    begin(running, ANI)
    running.engine.act(EXAM_SESSION, [ANI], commands.Pause(get_act("first")))
    commits = running.writer.commit_count

    outcome = running.engine.act(EXAM_SESSION, [ANI, BUDI], commands.Pause(get_act("second")))

    assert (1, {ANI: "paused"}) == (outcome.done, outcome.refused)
    assert commits + 1 == running.writer.commit_count
    running.stop()


def test_an_act_sent_twice_extends_once(running: RunningEngine) -> None:
    begin(running)
    command = commands.Extend(get_act("the-same"), 5 * MINUTE_MS)

    running.engine.act(EXAM_SESSION, [ANI], command)
    running.engine.act(EXAM_SESSION, [ANI], command)

    assert 5 * MINUTE_MS == running.engine.cell(EXAM_SESSION, ANI).sitting.extension_ms
    running.stop()


def test_a_late_response_is_held_and_can_be_admitted(
    running: RunningEngine, clock: FakeClock, database: Database
) -> None:
    seq = begin(running)
    clock.advance(10 * MINUTE_MS + GRACE_MS + 1)
    for letter in "ABCDE":
        respond(running, seq + "ABCDE".index(letter), 1, letter)
    sitting = running.engine.cell(EXAM_SESSION, ANI).sitting
    assert (5, 0) == (len(sitting.held), sitting.answered_count)
    running.engine.handle(EXAM_SESSION, ANI, commands.Expire(0))
    running.engine.act(EXAM_SESSION, [ANI], commands.End(get_act("end")))

    running.engine.act(EXAM_SESSION, [ANI], commands.AdmitHeld(get_act("admit")))

    sitting = running.engine.cell(EXAM_SESSION, ANI).sitting
    assert (0, 1) == (len(sitting.held), sitting.answered_count)
    assert [] == verify_session(database, EXAM_SESSION).findings
    running.stop()


def test_an_answer_of_a_dead_line_counts_by_rule_and_the_record_proves_it(
    running: RunningEngine, clock: FakeClock, database: Database
) -> None:
    seq = begin(running)
    started_at = clock()
    clock.advance(9 * MINUTE_MS)
    running.engine.handle(EXAM_SESSION, ANI, commands.LoseLine(1, clock()))
    clock.advance(2 * MINUTE_MS)
    running.engine.handle(EXAM_SESSION, ANI, commands.Expire(0))
    running.engine.handle(EXAM_SESSION, ANI, commands.Enter("pc"))
    given_at = started_at + 10 * MINUTE_MS - 1_000
    evidence = {"held_ms": clock() - given_at, "ack_at": started_at}
    since_ack_ms = given_at - started_at

    after = running.engine.handle(
        EXAM_SESSION,
        ANI,
        commands.Respond(2, seq, 1, Choice("A"), **evidence, since_ack_ms=since_ack_ms),
    )

    assert (1, ()) == (after.answered_count, after.held)
    assert [] == verify_session(database, EXAM_SESSION).findings
    running.stop()
    with database.begin() as db:  # somebody who can write the chain says that it was so again
        held = events.ResponseHeld(
            seq + 1, 1, item_of(running, 1), "twk", None, points="0", held_ms=0, late_ms=1
        )
        covered = replace(after_decision(db), of=seq + 1)
        drafts = [Draft(EXAM_SESSION, ANI, clock() + 1, event) for event in (held, covered)]
        journal.append(db, drafts, {}, epoch=1, now=clock() + 1)
    assert ["decided covered, but the rule says no_evidence"] == [
        one.split(": ")[1] for one in verify_session(database, EXAM_SESSION).findings
    ]


def item_of(running: RunningEngine, item_no: int) -> str:
    slot = running.engine.cell(EXAM_SESSION, ANI).ground.slots[item_no]
    return f"{slot.item_id}@{slot.item_version}"


def after_decision(db: Connection) -> events.LateDecided:
    decided = [one.event for one in journal.read_all(db, EXAM_SESSION)]
    return next(one for one in decided if isinstance(one, events.LateDecided))


def test_clearing_a_response_counts_as_blank(running: RunningEngine) -> None:
    seq = begin(running)
    respond(running, seq, 1)
    running.engine.handle(EXAM_SESSION, ANI, commands.Respond(1, seq + 1, 1, Nothing()))

    assert 0 == running.engine.cell(EXAM_SESSION, ANI).sitting.answered_count
    running.stop()


def test_a_timer_ends_the_part_at_the_deadline_and_its_grace(
    running: RunningEngine, clock: FakeClock
) -> None:
    begin(running)
    sitting = running.engine.cell(EXAM_SESSION, ANI).sitting
    assert sitting.clock is not None
    deadline = deadlines.deadline_at(sitting.clock)
    assert deadline is not None

    clock.now = deadline + GRACE_MS
    running.engine.tick(lambda work, *given: work(*given))
    still = running.engine.cell(EXAM_SESSION, ANI).sitting.clock
    clock.now += 1
    running.engine.tick(lambda work, *given: work(*given))

    assert still is not None
    assert 1 == running.engine.cell(EXAM_SESSION, ANI).sitting.part_index
    running.stop()


def test_somebody_enrolled_after_the_room_opened_is_seated_when_it_is_opened_again(
    running: RunningEngine, database: Database
) -> None:
    with database.begin() as db:
        store.add_enrolments(db, [get_enrolment("late", "9")])
        assemble_forms(db, EXAM_SESSION)

    open_room(running.engine)

    assert running.engine.cell(EXAM_SESSION, "late").sitting.participant_no == "late"
    running.stop()


def test_a_room_without_forms_cannot_be_opened(database: Database, clock: FakeClock) -> None:
    add_exam_session(database)
    with database.begin() as db:
        store.add_enrolments(db, [get_enrolment("formless", "9")])
    running = start_engine(database, clock)

    with pytest.raises(Refused, match="no_forms"):
        open_room(running.engine)
    running.stop()


def test_a_writer_that_failed_refuses_everything(
    running: RunningEngine, database: Database
) -> None:
    seq = begin(running)
    with database.begin() as db:
        journal.take_lease(db, now=0)

    with pytest.raises(WriterStopped):
        respond(running, seq, 1)
    running.thread.join(10)

    with pytest.raises(WriterStopped):
        respond(running, seq, 1)
    assert isinstance(running.writer.failure, journal.LeaseLost)


def test_a_final_board_waits_for_everybody_who_began(running: RunningEngine) -> None:
    begin(running)
    finalize = commands.FinalizeBoard(EXAM_SESSION, "dewi", "done")

    with pytest.raises(Refused, match="still_working"):
        running.engine.handle_hall(EXAM_SESSION, finalize)

    running.engine.act(EXAM_SESSION, [ANI], commands.End(get_act()))
    assert "final" == running.engine.handle_hall(EXAM_SESSION, finalize).board_state
    running.stop()
