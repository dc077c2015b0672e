"""The list of the door as a PDF: who is expected, who has come, who is missing."""

from collections.abc import Sequence
from dataclasses import dataclass

from cat_engine.i18n import Language, instant, text, time_of_day
from cat_engine.papers.sheet import Sheet
from exam_sessions.live_session import LiveSession

COLUMNS = ("number", "name", "formation", "status", "seat", "at")
WIDTHS = (34, 52, 42, 24, 16, 12)


@dataclass(frozen=True, slots=True)
class Line:
    """A person on the list; `status` is a key of the catalogue."""

    participant_no: str
    name: str
    formation: str
    status: str
    place: str
    at: int | None


def door_list_pdf(
    live: LiveSession, people: Sequence[Line], language: Language, *, zone: str, made_at: int
) -> bytes:
    """Everybody enrolled: whoever is missing first."""
    title = text("door.list_title", language)
    sheet = Sheet(title, f"{live.exam.title}, {live.plan.title}", made_at=made_at)
    missing = sum(1 for one in people if one.at is None)
    figures = text(
        "door.list_figures",
        language,
        expected=len(people),
        present=len(people) - missing,
        missing=missing,
    )
    starts = instant(live.plan.starts_at, language, zone)
    made = text("door.list_made", language, at=instant(made_at, language, zone))
    sheet.head(title, (live.exam.title, f"{live.plan.title}, {starts}", figures, made))
    rows = [
        (
            one.participant_no,
            one.name,
            one.formation,
            text(f"door.status.{one.status}", language),
            one.place or "–",
            "–" if one.at is None else time_of_day(one.at, zone),
        )
        for one in people
    ]
    heading = [text(f"door.column.{name}", language) for name in COLUMNS]
    sheet.rows(heading, rows, WIDTHS)
    sheet.signatures([text("door.signs", language), text("minutes.signs.coordinator", language)])
    return sheet.content()
