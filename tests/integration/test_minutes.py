"""Minutes and attendance list are what the journal says, on the page, in the PDF and by hand."""

import re
import subprocess
import zlib

import pytest
from sqlalchemy import Engine as Database

from cat_engine.papers import record as paper
from cat_engine.papers.record import Record
from cat_engine.papers.record_html import minutes_html
from exam_sessions import commands, journal
from exam_sessions.commands import Act
from exam_sessions.minutes import Minutes, minutes_of
from tests.cast import ANI, BUDI, EXAM_SESSION
from tests.factories import (
    STARTS_AT,
    FakeClock,
    add_exam_session,
    get_act,
    get_enrolment,
    open_room,
    start_engine,
)

MINUTE = 60_000
EKO = "24-5521-0099"


@pytest.fixture
def day(sqlite: Database) -> Minutes:
    """Ani loses two minutes and gets them back; Budi is paused and ended; Eko is absent."""
    add_exam_session(
        sqlite, [get_enrolment(ANI, "1"), get_enrolment(BUDI, "2"), get_enrolment(EKO, "10")]
    )
    clock = FakeClock()
    running = start_engine(sqlite, clock)
    engine = running.engine
    open_room(engine)
    for participant_no in (ANI, BUDI):
        engine.handle(EXAM_SESSION, participant_no, commands.Enter("pc"))
        engine.handle(EXAM_SESSION, participant_no, commands.Begin(1))
    engine.handle(EXAM_SESSION, ANI, commands.Notice(1, 100_001, "focus_lost", 3, 0))
    engine.handle(EXAM_SESSION, ANI, commands.LoseLine(1))
    clock.advance(2 * MINUTE)
    engine.handle(EXAM_SESSION, ANI, commands.Enter("pc-2"))
    engine.act(EXAM_SESSION, [ANI], commands.Compensate(get_act("c", "power")))
    engine.act(EXAM_SESSION, [BUDI], commands.Pause(Act("p", "citra", "health", "pusing")))
    engine.act(EXAM_SESSION, [BUDI], commands.End(get_act("e", "candidate_request")))
    engine.handle(EXAM_SESSION, BUDI, commands.LoseLine(1))
    running.stop()
    with sqlite.connect() as db:
        return minutes_of(EXAM_SESSION, journal.read_all(db, EXAM_SESSION))


def record_of(minutes: Minutes) -> Record:
    return Record(
        minutes=minutes,
        exam_title="SKD CPNS 2026",
        session_title="Sesi pagi",
        starts_at=STARTS_AT,
        names={ANI: "Ani Lestari", BUDI: "Budi Śantoso", EKO: "Eko"},
        enrolled={ANI: ("A", "1"), BUDI: ("A", "2"), EKO: ("A", "10")},
        language="id",
        zone="WIB",
        made_at=STARTS_AT,
    )


def test_minutes_hold_every_act_with_who_when_and_why(day: Minutes) -> None:
    told = [(one.kind, one.participant_no, one.by, one.reason) for one in day.incidents]

    assert told == [
        ("RoomOpened", "", "dewi", ""),
        ("RoomStarted", "", "dewi", ""),
        ("Extended", ANI, "citra", "power"),
        ("Paused", BUDI, "citra", "health"),
        ("Ended", BUDI, "citra", "candidate_request"),
    ]
    assert day.incidents[2].amount_ms == 2 * MINUTE


def test_attendance_says_who_came_and_what_each_lost_and_was_given(day: Minutes) -> None:
    ani, budi, eko = day.attendance

    assert (2, 1) == (day.present_count, day.finished_count)
    assert (2 * MINUTE, 2 * MINUTE, 0, 1) == (
        ani.lost_ms,
        ani.given_ms,
        ani.owed_ms,
        ani.line_lost_count,
    )
    assert ("proctor", STARTS_AT + 2 * MINUTE) == (budi.cause, budi.finished_at)
    assert 0 == budi.line_lost_count, "who leaves after the end has lost no line"
    assert eko.attended_at is None


def test_the_list_names_everybody_enrolled_in_the_order_of_seats(day: Minutes) -> None:
    rows = paper.attendance_rows(record_of(day))

    assert ["A-1", "A-2", "A-10"] == [row[0] for row in rows]
    assert ["Hadir", "Hadir", "Tidak hadir"] == [row[3] for row in rows]


def test_what_pages_noticed_stands_there_with_counts_and_no_verdict(day: Minutes) -> None:
    record = record_of(day)

    assert [("A-1", ANI, "fokus halaman hilang 3×")] == paper.noticed_rows(record)
    assert [] == [one for one in day.incidents if one.kind == "Noticed"]
    assert "fokus halaman hilang 3×" in minutes_html(record)


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_incident_has_words_in_both_languages(day: Minutes, language: str) -> None:
    record = record_of(day)

    for one in day.incidents:
        row = paper.incident_row(record, one)
        assert all("minutes." not in value for value in row)
    assert "0:02:00" not in str(paper.figures(record))
    assert ("Hadir", "2") in paper.figures(record)


@pytest.mark.parametrize("make", [paper.minutes_pdf, paper.attendance_pdf])
def test_a_paper_is_a_pdf_that_is_the_same_each_time(day: Minutes, make: object) -> None:
    first, second = make(record_of(day)), make(record_of(day))  # type: ignore[operator]

    assert first.startswith(b"%PDF-")
    assert first.rstrip().endswith(b"%%EOF")
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", first, re.DOTALL)
    assert any(b"BT" in zlib.decompress(one) for one in streams if one.startswith(b"\x78"))
    assert re.sub(rb"/ID \[.*?\]", b"", first) == re.sub(rb"/ID \[.*?\]", b"", second)


def test_the_paper_reads_as_it_was_written(
    day: Minutes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Where poppler is installed, the text of the PDF is looked at."""
    path = tmp_path_factory.mktemp("paper") / "minutes.pdf"
    path.write_bytes(paper.minutes_pdf(record_of(day)))
    try:
        told = subprocess.run(
            ["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True
        )
    except FileNotFoundError:
        pytest.skip("pdftotext is not installed")

    text = told.stdout.decode()
    assert "Berita acara pelaksanaan" in text
    assert "pusing" in text
    assert "Śantoso" in text
