"""PIN slips and seat labels: A4 to cut, each piece with a QR code of the participant number."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import segno

from cat_engine.i18n import Language, text
from cat_engine.papers.sheet import FONT, NAVY, QUIET, Sheet
from exam_sessions.store import Enrolment

COLUMNS = ("exam_session", "participant_no", "name", "room", "seat", "pin")
ROW_LIMIT = 20_000
ACROSS, DOWN = 2, 5
WIDTH_MM, HEIGHT_MM = 90.0, 50.0
LEFT_MM, TOP_MM = 15.0, 18.0
QR_MM = 22.0


class BadSlips(Exception):
    """A file that is no list of PINs; the message names the line and what is missing."""

    code = "bad_slips"


@dataclass(frozen=True, slots=True)
class Slip:
    """One candidate's slip; a seat label has no PIN."""

    title: str
    participant_no: str
    name: str
    room: str
    seat: str
    pin: str = ""


def read_slips(path: Path, titles: Mapping[str, str]) -> list[Slip]:
    """The slips of a file that `candidates import --pins` wrote.

    Args:
        path: the CSV file.
        titles: what to print above, by exam session.

    Raises:
        BadSlips: columns or values are missing; nothing is printed.
    """
    return slips_of(path.read_text("utf-8-sig"), path.name, titles)


def labels_of(title: str, enrolments: Iterable[Enrolment]) -> list[Slip]:
    """Seat labels in the order of rooms and seats; for who has a seat."""
    ordered = sorted(
        (one for one in enrolments if one.seat),
        key=lambda one: (one.room, int(one.seat) if one.seat.isdigit() else 0, one.seat),
    )
    return [Slip(title, one.participant_no, one.name, one.room, one.seat) for one in ordered]


def slips_of(content: str, name: str, titles: Mapping[str, str]) -> list[Slip]:
    """The slips in the text of such a file; refusals as for `read_slips`."""
    reader = csv.DictReader(io.StringIO(content))
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise BadSlips(f"{name}: column {missing[0]} is missing; give the file of --pins")
    slips: list[Slip] = []
    for row in reader:
        if not (row["participant_no"] and row["pin"]):
            raise BadSlips(f"{name}, line {reader.line_num}: number or PIN is empty")
        if len(slips) == ROW_LIMIT:
            raise BadSlips(f"{name}: more than {ROW_LIMIT} rows; split the file")
        title = titles.get(row["exam_session"], row["exam_session"])
        slips.append(
            Slip(title, row["participant_no"], row["name"], row["room"], row["seat"], row["pin"])
        )
    return slips


def slips_pdf(slips: Sequence[Slip], language: Language, *, made_at: int) -> bytes:
    """Ten slips on a page, in the order given, with lines to cut along."""
    title = text("slips.title", language)
    sheet = Sheet(title, title, made_at=made_at)
    sheet.set_auto_page_break(auto=False)
    per_page = ACROSS * DOWN
    for index, slip in enumerate(slips):
        if index and index % per_page == 0:
            sheet.add_page()
        place = index % per_page
        left = LEFT_MM + (place % ACROSS) * WIDTH_MM
        top = TOP_MM + (place // ACROSS) * HEIGHT_MM
        _draw(sheet, slip, language, at=(left, top))
    return sheet.content()


def _draw(sheet: Sheet, slip: Slip, language: Language, *, at: tuple[float, float]) -> None:
    left, top = at
    sheet.set_draw_color(*QUIET)
    sheet.set_line_width(0.1)
    sheet.set_dash_pattern(dash=1.5, gap=1.5)
    sheet.rect(left, top, WIDTH_MM, HEIGHT_MM)
    sheet.set_dash_pattern()
    lines = (
        ("B", 9, NAVY, slip.title),
        ("", 9, (0, 0, 0), slip.name),
        ("B", 13, (0, 0, 0), slip.participant_no),
        ("B", 13, (0, 0, 0), text("slips.seat", language, room=slip.room, seat=slip.seat)),
    )
    sheet.set_xy(left + 4, top + 4)
    for style, size, colour, words in lines:
        sheet.set_font(FONT, style, size)
        sheet.set_text_color(*colour)
        sheet.set_x(left + 4)
        sheet.cell(WIDTH_MM - QR_MM - 10, 7, fitting(sheet, words, WIDTH_MM - QR_MM - 10))
        sheet.ln(7)
    if slip.pin:
        sheet.set_x(left + 4)
        sheet.set_font(FONT, "", 9)
        sheet.cell(10, 10, text("slips.pin", language))
        sheet.set_font(FONT, "B", 20)
        sheet.cell(50, 10, slip.pin)
    draw_code(
        sheet,
        slip.participant_no or f"{slip.room}-{slip.seat}",
        (left + WIDTH_MM - QR_MM - 3, top + 4),
        QR_MM,
    )


def fitting(sheet: Sheet, words: str, width: float) -> str:
    """The words, cut with an ellipsis where they are too long for their line."""
    shown = words
    while shown and sheet.get_string_width(shown) > width:
        shown = shown[:-2].rstrip() + "…"
    return shown


def draw_code(sheet: Sheet, content: str, at: tuple[float, float], size_mm: float) -> None:
    """A QR code drawn as squares: sharp at every size, and no picture in the file."""
    left, top = at
    rows = list(segno.make(content, error="m", micro=False).matrix)
    side = size_mm / len(rows)
    sheet.set_fill_color(0)
    for y, row in enumerate(rows):
        for x, is_dark in enumerate(row):
            if is_dark:
                sheet.rect(left + x * side, top + y * side, side, side, style="F")
