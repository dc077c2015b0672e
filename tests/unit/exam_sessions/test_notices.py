"""What pages notice: evidence, bounded, without any consequence; and who may work without SEB."""

import pytest

from exam_sessions import commands, events, notices
from exam_sessions.entrance import REFUSED_LIMIT
from exam_sessions.views import proctor_row
from tests.factories import STARTS_AT, get_act
from tests.unit.exam_sessions.test_decide import (
    BEGIN,
    ENTER,
    FINISHED,
    PAUSED,
    SEQ,
    WORKING,
    after,
    ask,
    refusal,
)

MINUTE_MS = 60_000


def notice(seq: int = SEQ, kind: str = "focus_lost", count: int = 1, lasted_ms: int = 0) -> object:
    return commands.Notice(1, seq, kind, count, lasted_ms, held_ms=0)


def test_what_is_noticed_is_kept_and_changes_nothing_else() -> None:
    sitting, happened = ask(WORKING, notice(count=3), STARTS_AT + 5_000)
    sitting, _ = ask(sitting, notice(SEQ + 1, "focus_back", 1, 4_200), STARTS_AT + 9_200)

    assert (events.Noticed(SEQ, "focus_lost", 3, 0, 0),) == happened
    assert notices.Tally(3, STARTS_AT + 5_000, 0) == sitting.notices.tallies["focus_lost"]
    assert notices.Tally(1, STARTS_AT + 9_200, 4_200) == sitting.notices.tallies["focus_back"]
    assert (WORKING.clock, WORKING.state_version) == (sitting.clock, sitting.state_version)
    row = proctor_row(sitting, None, room_status="started", now=STARTS_AT + 10_000)
    expected = {"count": 3, "last_at": STARTS_AT + 5_000, "lasted_ms": 0}
    assert expected == row["notices"]["focus_lost"]


def test_counts_add_up_and_a_late_report_is_dated_back() -> None:
    sitting, _ = ask(WORKING, notice(kind="copy", count=2), STARTS_AT)
    late = commands.Notice(1, SEQ + 1, "copy", 5, 0, held_ms=20_000)
    sitting, _ = ask(sitting, late, STARTS_AT + 30_000)

    assert notices.Tally(7, STARTS_AT + 10_000, 0) == sitting.notices.tallies["copy"]


def test_the_same_report_twice_is_one() -> None:
    sitting, _ = ask(WORKING, notice())
    again, happened = ask(sitting, notice())

    assert () == happened
    assert again == sitting
    assert "conflict" == refusal(sitting, notice(count=2))


def test_a_flood_is_bounded_by_minute_and_by_sitting() -> None:
    """A page gone wild is acknowledged, so that its outbox empties, and fills no journal."""
    sitting, kept = WORKING, 0
    for number in range(2_000):
        at = STARTS_AT + number * 100
        sitting, happened = ask(sitting, notice(SEQ + number, "copy"), at)
        kept += len(happened)

    minutes = 2_000 * 100 / MINUTE_MS
    assert notices.PER_MINUTE_LIMIT * minutes >= kept - notices.PER_MINUTE_LIMIT
    assert kept >= notices.PER_MINUTE_LIMIT * (minutes - 1)
    full = notices.Notices(entry_count=notices.PER_SITTING_LIMIT)
    assert not full.has_room(STARTS_AT)


@pytest.mark.parametrize(
    ("at", "has_room"), [(MINUTE_MS - 1, False), (MINUTE_MS, True), (MINUTE_MS + 1, True)]
)
def test_the_minute_is_counted_from_the_oldest_of_the_last_reports(at: int, has_room: bool) -> None:  # noqa: FBT001
    recent = (STARTS_AT, *(STARTS_AT + MINUTE_MS // 2,) * (notices.PER_MINUTE_LIMIT - 1))
    held = notices.Notices(entry_count=len(recent), recent=recent)

    assert has_room == held.has_room(STARTS_AT + at)


def test_reports_of_no_kind_or_without_bounds_are_malformed() -> None:
    assert "malformed" == refusal(WORKING, notice(kind="cheated"))
    assert "malformed" == refusal(WORKING, notice(count=0))
    assert "malformed" == refusal(WORKING, notice(count=notices.COUNT_LIMIT + 1))
    assert "malformed" == refusal(WORKING, notice(lasted_ms=notices.LASTED_LIMIT_MS + 1))
    assert "taken_over" == refusal(WORKING, commands.Notice(2, SEQ, "copy", 1, 0))


def test_nothing_is_kept_before_the_clock_runs_or_after_the_end() -> None:
    for sitting in (after(ENTER), FINISHED):
        assert () == ask(sitting, notice())[1]
    for sitting in (WORKING, PAUSED):
        assert 1 == len(ask(sitting, notice())[1])


def test_a_candidate_is_let_in_without_the_browser_on_record() -> None:
    sitting, happened = ask(after(ENTER, BEGIN), commands.WaiveBrowser(get_act("w")))

    assert [events.BrowserWaived] == [type(event) for event in happened]
    assert sitting.browser_waived
    assert "waived" == refusal(sitting, commands.WaiveBrowser(get_act("w2")))
    assert "waived" == proctor_row(sitting, None, room_status="started", now=0)["browser"]


def test_what_a_browser_proved_stands_in_the_journal_and_on_the_row() -> None:
    sitting, happened = ask(after(), commands.Enter("pc", browser="missing"))

    assert (events.Attached(1, "pc", took_over=False, browser="missing"),) == happened
    assert "missing" == proctor_row(sitting, None, room_status="open", now=0)["browser"]
    assert "" == proctor_row(after(ENTER), None, room_status="open", now=0)["browser"]


def test_a_refused_entry_is_on_record_and_on_the_row_until_somebody_gets_in() -> None:
    refused, happened = ask(after(), commands.RefuseEntry("pc", "missing"))

    assert (events.EntryRefused(0, "pc", "missing"),) == happened
    shown = {"at": STARTS_AT, "station": "pc", "browser": "missing", "count": 1}
    assert shown == proctor_row(refused, None, room_status="open", now=0)["refused"]
    for goes_on in (commands.Enter("pc"), commands.WaiveBrowser(get_act("w"))):
        inside = ask(refused, goes_on)[0]
        assert None is proctor_row(inside, None, room_status="open", now=0)["refused"]
    again = ask(ask(refused, commands.Enter("pc"))[0], commands.RefuseEntry("pc2", "missing"))[0]
    assert 2 == proctor_row(again, None, room_status="open", now=0)["refused"]["count"]
    assert () == ask(again, commands.LoseLine(7))[1], "it takes the line from nobody"
    assert again.line


@pytest.mark.parametrize(
    ("later_ms", "browser", "kept"),
    [(59_999, "missing", 0), (60_000, "missing", 1), (1, "wrong", 1)],
)
def test_a_page_that_tries_again_and_again_is_one_entry_a_minute(
    later_ms: int, browser: str, kept: int
) -> None:
    refused, _ = ask(after(), commands.RefuseEntry("pc", "missing"))

    _, happened = ask(refused, commands.RefuseEntry("pc", browser), STARTS_AT + later_ms)

    assert kept == len(happened)


def test_refused_entries_of_one_sitting_come_to_an_end() -> None:
    sitting = after()
    for number in range(200):
        at = STARTS_AT + number * 2 * MINUTE_MS
        sitting, _ = ask(sitting, commands.RefuseEntry("pc", "missing"), at)

    assert sitting.entrance.refused is not None
    assert REFUSED_LIMIT == sitting.entrance.refused.count
