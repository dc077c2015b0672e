"""papers slips, papers labels: what is printed before the day."""

from pathlib import Path

import click

from cat_engine.cli.console import State
from cat_engine.clock import wall_now
from cat_engine.i18n import LANGUAGES, Language
from cat_engine.papers.before import cards_of, labels_of
from cat_engine.papers.cards import cards_pdf
from cat_engine.papers.slips import Slip, read_slips, slips_pdf
from exam_sessions import store


@click.group()
def papers() -> None:
    """Paper to print before the day."""


@papers.command()
@click.argument("pins", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="PDF to write.")
@click.option("--language", type=click.Choice(LANGUAGES), default="id", show_default=True)
@click.pass_obj
def slips(state: State, pins: Path, out: Path, language: str) -> None:
    """Make PIN slips (PDF, ten on a page) of the file that `candidates import --pins` wrote.

    Each has the seat, the PIN and a QR code of the participant number. Print them, hand them out in
    the room, and delete both files: PINs stand nowhere else.
    """
    with state.database().connect() as db:
        titles = {plan.id: plan.title for plan in store.list_sessions(db)}
    made = read_slips(pins, titles)
    _write(state, out, made, language)


@papers.command()
@click.option("--exam-session", required=True, help="The exam session.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="PDF to write.")
@click.option("--language", type=click.Choice(LANGUAGES), default="id", show_default=True)
@click.pass_obj
def labels(state: State, exam_session: str, out: Path, language: str) -> None:
    """Make seat labels (PDF, ten on a page): room and seat, no PIN.

    With name and number, unless seats are drawn at check-in.
    """
    with state.database().connect() as db:
        made = labels_of(db, exam_session)
    _write(state, out, made, language)


@papers.command()
@click.option("--exam-session", required=True, help="The exam session.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="PDF to write.")
@click.option("--language", type=click.Choice(LANGUAGES), default="id", show_default=True)
@click.pass_obj
def cards(state: State, exam_session: str, out: Path, language: str) -> None:
    """Make participant cards (PDF, eight on a page) with a QR code that the door scans."""
    zone = state.config().language.time_zone
    chosen: Language = "en" if language == "en" else "id"
    with state.database().connect() as db:
        made, is_drawn = cards_of(db, exam_session, chosen, zone)
    out.write_bytes(cards_pdf(made, chosen, made_at=wall_now(), is_drawn=is_drawn))
    state.say(f"{len(made)} cards are in {out}", cards=len(made))


def _write(state: State, out: Path, made: list[Slip], language: str) -> None:
    content = slips_pdf(made, "en" if language == "en" else "id", made_at=wall_now())
    out.touch(mode=0o600)  # it may hold PINs
    out.write_bytes(content)
    state.say(f"{len(made)} pieces are in {out}", pieces=len(made))
