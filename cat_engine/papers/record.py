"""Minutes and attendance list as people read them: words for every line, and the PDF of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cat_engine.i18n import Language, instant, text, time_of_day
from exam_sessions.events import LateDecided
from exam_sessions.minutes import Attendance, Incident, Minutes

if TYPE_CHECKING:
    from cat_engine.papers.sheet import Sheet

MS_PER_MINUTE = 60_000
HASH_SHOWN = 32
INCIDENT_COLUMNS = ("entry", "at", "who", "what", "by", "why")
ATTENDANCE_COLUMNS = ("seat", "number", "name", "present", "began", "ended", "how")
NOTICED_COLUMNS = ("seat", "number", "noticed")
NOTICED_KINDS = ("focus_lost", "full_screen_left", "copy", "paste", "print", "second_screen")
SIGNATORIES = ("coordinator", "proctor", "agency")
KNOWN_REASONS = frozenset(
    {
        "technical",
        "profile",
        "own_break",
        "seb",
        "power",
        "health",
        "conduct",
        "candidate_request",
        "procedure",
        "other",
        "outage",
        "late_rule",
        "personal",
    }
)


@dataclass(frozen=True, slots=True)
class Record:
    """The minutes of an exam session with the names that the journal does not hold."""

    minutes: Minutes
    exam_title: str
    session_title: str
    starts_at: int
    names: Mapping[str, str]
    enrolled: Mapping[str, tuple[str, str]]
    """Room and seat of everybody enrolled, by participant number."""
    language: Language
    zone: str
    made_at: int

    def words(self, key: str, **values: Any) -> str:
        """A text of the catalogue."""
        return text(f"minutes.{key}", self.language, **values)

    def when(self, at: int | None) -> str:
        """An instant in the zone of the site, or a dash."""
        return "–" if at is None else instant(at, self.language, self.zone)

    def clock(self, at: int | None) -> str:
        """The time of day, or a dash; the head of the paper names the day."""
        return "–" if at is None else time_of_day(at, self.zone)


def span(duration_ms: int) -> str:
    """A duration as 1:02:03, or 2:03."""
    seconds = round(duration_ms / 1_000)
    hours, rest = divmod(seconds, 3_600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def figures(record: Record) -> list[tuple[str, str]]:
    """The numbers at the head of the minutes."""
    minutes = record.minutes
    lost_ms = sum(one.lost_ms for one in minutes.attendance)
    given_ms = sum(one.given_ms for one in minutes.attendance)
    void = sum(1 for one in minutes.attendance if one.cause in ("void", "disqualified"))
    counts = {
        "enrolled": len(record.enrolled),
        "present": minutes.present_count,
        "late": minutes.late_count,
        "absent": len(record.enrolled) - minutes.present_count,
        "finished": minutes.finished_count,
        "void": void,
        "incidents": len(minutes.incidents),
    }
    return [
        *((record.words(name), str(count)) for name, count in counts.items()),
        (record.words("lost"), span(lost_ms)),
        (record.words("given"), span(given_ms)),
    ]


def incident_row(record: Record, one: Incident) -> tuple[str, ...]:
    """An incident in words: entry, time, who it concerns, what, by whom, why."""
    is_late = one.kind == LateDecided.__name__
    key = f"late.{one.detail}" if is_late else f"kind.{one.kind}"
    what = record.words(key, detail=one.detail, count=one.count)
    if one.amount_ms:
        what += f" ({span(one.amount_ms)})"
    who = one.participant_no
    if who:
        who = f"{who} {record.names.get(who, '')}".strip()
    reason = _reason(record, one.reason)
    evidence = ", ".join(
        f"{record.words(f'evidence.{name}')} {record.clock(at)}" for name, at in one.instants
    )
    why = ": ".join(filter(None, (reason, one.words, evidence)))
    return str(one.position), record.clock(one.at), who, what, one.by, why


def attendance_rows(record: Record) -> list[tuple[str, ...]]:
    """Everybody enrolled, present or not: seat, number, name, present, began, ended, how."""
    present = {one.participant_no: one for one in record.minutes.attendance}
    rows: list[tuple[str, ...]] = []
    everybody = [
        present.get(participant_no, Attendance(participant_no, room, seat))
        for participant_no, (room, seat) in record.enrolled.items()
    ]
    for one in sorted(everybody, key=_by_seat):
        participant_no = one.participant_no
        presence = "is_late" if one.is_late else "is_present" if one.is_present else "is_absent"
        rows.append(
            (
                f"{one.room}-{one.seat}" if one.seat else "–",
                participant_no,
                record.names.get(participant_no, ""),
                record.words(presence),
                record.clock(one.started_at),
                record.clock(one.finished_at),
                record.words(f"cause.{one.cause}") if one.cause else "–",
            )
        )
    return rows


def noticed_rows(record: Record) -> list[tuple[str, ...]]:
    """Seat, number, and what the page noticed how often; of those of whom anything was noticed."""
    rows: list[tuple[str, ...]] = []
    for one in record.minutes.attendance:
        words = [
            f"{record.words(f'notice.{kind}')} {one.notices[kind]}×"
            for kind in NOTICED_KINDS
            if kind in one.notices
        ]
        if one.browser not in ("", "verified"):
            words.insert(0, record.words(f"browser.{one.browser}"))
        if words:
            rows.append((f"{one.room}-{one.seat}", one.participant_no, ", ".join(words)))
    return rows


def minutes_pdf(record: Record) -> bytes:
    """The minutes as a PDF of A4, with places to sign."""
    sheet = _sheet(record, "title")
    sheet.section(record.words("numbers"))
    sheet.rows((record.words("what"), record.words("number")), [*figures(record)], (120, 60))
    sheet.section(record.words("incidents_heading"))
    heading = [record.words(f"column.{name}") for name in INCIDENT_COLUMNS]
    rows = [incident_row(record, one) for one in record.minutes.incidents]
    sheet.rows(heading, rows, (14, 20, 44, 44, 20, 38))
    _losses(record, sheet)
    _noticed(record, sheet)
    sheet.section(record.words("seal"))
    sheet.multi_cell(
        0,
        5,
        record.words(
            "seal_text",
            position=record.minutes.position,
            hash=record.minutes.head_hash[:HASH_SHOWN],
        ),
        new_x="LMARGIN",
        new_y="NEXT",
    )
    sheet.signatures([record.words(f"signs.{role}") for role in SIGNATORIES])
    return sheet.content()


def attendance_pdf(record: Record) -> bytes:
    """The attendance list as a PDF of A4, filled from the journal."""
    sheet = _sheet(record, "attendance_title")
    heading = [record.words(f"column.{name}") for name in ATTENDANCE_COLUMNS]
    sheet.rows(heading, attendance_rows(record), (16, 34, 50, 22, 20, 20, 18))
    sheet.signatures([record.words(f"signs.{role}") for role in SIGNATORIES])
    return sheet.content()


def _noticed(record: Record, sheet: Sheet) -> None:
    """Indicators: facts with counts, no verdict."""
    rows = noticed_rows(record)
    if not rows:
        return
    sheet.section(record.words("noticed_heading"))
    sheet.multi_cell(0, 5, record.words("noticed_text"), new_x="LMARGIN", new_y="NEXT")
    sheet.rows([record.words(f"column.{name}") for name in NOTICED_COLUMNS], rows, (24, 46, 110))


def _losses(record: Record, sheet: Sheet) -> None:
    """Who lost time and what was given for it."""
    lost = [one for one in record.minutes.attendance if one.lost_ms]
    if not lost:
        return
    sheet.section(record.words("losses_heading"))
    names = ("seat", "number", "lines", "lost", "given", "owed")
    rows: list[tuple[str, ...]] = [
        (
            f"{one.room}-{one.seat}",
            one.participant_no,
            str(one.line_lost_count),
            span(one.lost_ms),
            span(one.given_ms),
            span(one.owed_ms),
        )
        for one in lost
    ]
    sheet.rows([record.words(f"column.{name}") for name in names], rows, (24, 46, 30, 27, 27, 26))


def _sheet(record: Record, title: str) -> Sheet:
    # Imported here: a server that starts again in the middle of an exam prints no paper.
    from cat_engine.papers.sheet import Sheet  # noqa: PLC0415

    foot = f"{record.exam_title}, {record.session_title}"
    sheet = Sheet(record.words(title), foot, made_at=record.made_at)
    lines = (
        record.exam_title,
        f"{record.session_title} ({record.minutes.exam_session})",
        record.words("planned", at=record.when(record.starts_at)),
    )
    sheet.head(record.words(title), lines)
    return sheet


def _reason(record: Record, reason: str) -> str:
    return record.words(f"reason.{reason}") if reason in KNOWN_REASONS else reason


def _by_seat(one: Attendance) -> tuple[bool, str, int, str, str]:
    """Whoever has no seat comes last."""
    number = int(one.seat) if one.seat.isdigit() else 0
    return not one.seat, one.room, number, one.seat, one.participant_no
