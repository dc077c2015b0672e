"""Participant cards, printed before the day, as PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response

from cat_engine.accounts.access import Act, Place
from cat_engine.db import reading
from cat_engine.http import exams, pages, signing_in
from cat_engine.http.downloads import pdf_response
from cat_engine.i18n import Language

if TYPE_CHECKING:
    from cat_engine.hall import Hall


def make_blueprint(hall: Hall) -> Blueprint:
    """Give /admin/<exam_session>/cards.pdf."""
    blueprint = Blueprint("before", __name__)

    @blueprint.get("/admin/<exam_session>/cards.pdf")
    def cards_pdf(exam_session: str) -> Response:
        signing_in.require(hall, Act.DOWNLOAD_RESULTS, Place(exam_session))
        exams.find_exam_session(hall, exam_session)
        language = pages.language_of_request(hall)
        content = hall.run_blocking(_cards, hall, exam_session, language)
        return pdf_response(content, f"cards-{exam_session}")

    return blueprint


def _cards(hall: Hall, exam_session: str, language: Language) -> bytes:
    from cat_engine.papers.before import cards_of  # noqa: PLC0415 - large
    from cat_engine.papers.cards import cards_pdf  # noqa: PLC0415 - large

    with reading(hall.database).connect() as db:
        cards, is_drawn = cards_of(db, exam_session, language, hall.config.language.time_zone)
    return cards_pdf(cards, language, made_at=hall.clock(), is_drawn=is_drawn)
