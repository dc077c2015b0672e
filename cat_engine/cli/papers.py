"""papers slips, papers labels: what is printed before the day."""

from pathlib import Path

import click

from cat_engine.cli.console import State
from cat_engine.clock import wall_now
from cat_engine.papers.slips import Slip, labels_of, read_slips, slips_pdf
from exam_sessions import store

LANGUAGES = click.Choice(["id", "en"])


@click.group()
def papers() -> None:
    """Paper to print before the day."""


@papers.command()
@click.argument("pins", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="PDF to write.")
@click.option("--language", type=LANGUAGES, default="id", show_default=True)
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
@click.option("--language", type=LANGUAGES, default="id", show_default=True)
@click.pass_obj
def labels(state: State, exam_session: str, out: Path, language: str) -> None:
    """Make seat labels (PDF, ten on a page): room and seat, name and number, no PIN."""
    with state.database().connect() as db:
        plan = store.get_session(db, exam_session)
        if plan is None:
            raise click.ClickException(f"there is no exam session {exam_session}")
        enrolments = store.list_enrolments(db, exam_session)
    made = labels_of(plan.title, enrolments)
    _write(state, out, made, language)


def _write(state: State, out: Path, made: list[Slip], language: str) -> None:
    content = slips_pdf(made, "en" if language == "en" else "id", made_at=wall_now())
    out.touch(mode=0o600)  # it may hold PINs
    out.write_bytes(content)
    state.say(f"{len(made)} pieces are in {out}", pieces=len(made))
