"""Participant cards: A4 to cut, eight on a page, each with a QR code that the door scans."""

from collections.abc import Sequence
from dataclasses import dataclass

from cat_engine.i18n import Language, text
from cat_engine.papers.sheet import FONT, NAVY, QUIET, Sheet
from cat_engine.papers.slips import draw_code, fitting

ACROSS, DOWN = 2, 4
WIDTH_MM, HEIGHT_MM = 90.0, 66.0
LEFT_MM, TOP_MM = 15.0, 14.0
QR_MM = 26.0


@dataclass(frozen=True, slots=True)
class Card:
    """What somebody brings to the door."""

    exam_title: str
    session_title: str
    starts: str
    place: str
    participant_no: str
    name: str
    formation: str


def cards_pdf(cards: Sequence[Card], language: Language, *, made_at: int, is_drawn: bool) -> bytes:
    """Eight cards on a page, in the order given, with lines to cut along."""
    title = text("cards.title", language)
    bring = text("cards.bring" if is_drawn else "cards.bring_seated", language)
    sheet = Sheet(title, title, made_at=made_at)
    sheet.set_auto_page_break(auto=False)
    for index, card in enumerate(cards):
        place = index % (ACROSS * DOWN)
        if index and place == 0:
            sheet.add_page()
        left = LEFT_MM + (place % ACROSS) * WIDTH_MM
        _draw(sheet, card, bring, at=(left, TOP_MM + (place // ACROSS) * HEIGHT_MM))
    return sheet.content()


def _draw(sheet: Sheet, card: Card, bring: str, *, at: tuple[float, float]) -> None:
    left, top = at
    sheet.set_draw_color(*QUIET)
    sheet.set_line_width(0.1)
    sheet.set_dash_pattern(dash=1.5, gap=1.5)
    sheet.rect(left, top, WIDTH_MM, HEIGHT_MM)
    sheet.set_dash_pattern()
    narrow, wide = WIDTH_MM - QR_MM - 9, WIDTH_MM - 8
    lines = (
        ("B", 9, NAVY, card.exam_title, narrow),
        ("B", 13, (0, 0, 0), card.participant_no, narrow),
        ("", 11, (0, 0, 0), card.name, narrow),
        ("", 8, QUIET, card.formation, narrow),
        ("B", 9, (0, 0, 0), card.starts, wide),
        ("", 8.5, (0, 0, 0), card.place, wide),
    )
    sheet.set_xy(left + 4, top + 4)
    for style, size, colour, words, width in lines:
        sheet.set_font(FONT, style, size)
        sheet.set_text_color(*colour)
        sheet.set_x(left + 4)
        sheet.cell(width, 7, fitting(sheet, words, width))
        sheet.ln(7)
    sheet.set_font(FONT, "", 8)
    sheet.set_text_color(0)
    sheet.set_x(left + 4)
    sheet.multi_cell(wide, 4, bring)
    draw_code(sheet, card.participant_no, (left + WIDTH_MM - QR_MM - 3, top + 4), QR_MM)
