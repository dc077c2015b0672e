"""exam create, candidates import, forms assemble, results export."""

import csv
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click

from cat_engine.accounts import passwords
from cat_engine.cli.console import State, person, write_csv
from cat_engine.clock import wall_now
from cat_engine.preparation import exam_plan, roster
from cat_engine.preparation.assembly import draw_missing, keep, record_use
from exam_sessions import store
from exam_sessions.live_session import replay_session
from exam_sessions.results import export_rows
from question_bank.blueprint import read as read_blueprint

SHOWN_LIMIT = 20
PIN_COLUMNS = ("exam_session", "participant_no", "name", "room", "seat", "pin")


@click.group()
def exam() -> None:
    """Exams and their sessions."""


@exam.command()
@click.argument("file", metavar="EXAM.YAML", type=click.Path(path_type=Path))
@click.pass_obj
def create(state: State, file: Path) -> None:
    """Plan an exam from exam.yaml: blueprint, bank, seed, sessions with rooms.

    Everything is checked first; every problem is printed with its line, and then nothing is stored.
    See docs/exam-plan.md for the format.
    """
    defaults = state.config().exam
    board = exam_plan.Board(defaults.board_delay_s, defaults.board_names, defaults.board_reveal)
    planned = exam_plan.read(file, board)
    read_blueprint(planned.exam.blueprint)
    with state.database().begin() as db:
        store.add_exam(db, planned.exam)
        for plan, rooms in planned.sessions:
            store.add_session(db, plan, rooms)
    rows = [
        (plan.id, plan.title, len(rooms), sum(room.seat_count for room in rooms))
        for plan, rooms in planned.sessions
    ]
    state.show(planned.exam.title, ("exam_session", "title", "rooms", "seats"), rows)


@click.group()
def candidates() -> None:
    """Candidates of an exam session."""


@candidates.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--exam-session", required=True, help="The exam session they sit in.")
@click.option(
    "--pins",
    type=click.Path(path_type=Path),
    help="Write participant numbers and PINs here (CSV); needed when the file has no PINs.",
)
@click.pass_obj
def import_candidates(state: State, file: Path, exam_session: str, pins: Path | None) -> None:
    """Import a roster (CSV).

    Columns: participant_no, name, room, seat; optional formation, formation_type, disability, pin.
    All rows or none: every problem is printed with line and column.
    """
    database = state.database()
    with database.connect() as db:
        plan = store.get_session(db, exam_session)
        if plan is None:
            raise click.ClickException(f"there is no exam session {exam_session}")
        rooms = store.list_rooms(db, exam_session)
        enrolled = store.list_enrolments(db, exam_session)
        planned = store.get_exam(db, plan.exam)
    assert planned is not None, "the foreign key holds"
    thresholds = read_blueprint(planned.blueprint).thresholds
    rows = roster.read(file, rooms=rooms, formation_types=thresholds, enrolled=enrolled)
    if pins is None and any(not row.pin for row in rows):
        raise click.UsageError("the file leaves PINs to be made: say where to write them, --pins")
    with state.progress("hashing PINs", len(rows)) as step:
        made = _enrol_all(rows, exam_session, step)
    slips = [
        {name: getattr(one, name) for name in PIN_COLUMNS[:-1]} | {"pin": pin} for one, pin in made
    ]
    if pins is not None:
        write_csv(pins, PIN_COLUMNS, slips)
    with database.begin() as db:
        store.add_enrolments(db, [enrolment for enrolment, _ in made])
    state.say(f"{len(made)} candidates are enrolled in {exam_session}", enrolled=len(made))


def _enrol_all(
    rows: list[roster.RosterRow], exam_session: str, step: object
) -> list[tuple[store.Enrolment, str]]:
    """Argon2id is slow on purpose and lets other threads work meanwhile."""

    def enrol(row: roster.RosterRow) -> tuple[store.Enrolment, str]:
        made = roster.enrol(row, exam_session, passwords.hash_pin)
        step()  # type: ignore[operator]
        return made

    with ThreadPoolExecutor() as pool:
        return list(pool.map(enrol, rows))


@click.group()
def forms() -> None:
    """Forms of an exam session."""


@forms.command()
@click.option("--exam-session", required=True, help="Assemble the forms of this exam session.")
@click.option("--by", help="Who does it; default: the user of this machine.")
@click.pass_obj
def assemble(state: State, exam_session: str, by: str | None) -> None:
    """Assemble a form for every candidate who has none, and check each against the blueprint.

    The draw is keyed by the exam's public seed: the same bank, seed and roster give the same forms.
    """
    database = state.database()
    with database.connect() as db:
        total = len(store.list_enrolments(db, exam_session))
        missing = total - len(store.get_forms(db, exam_session))
        with state.progress("assembling", missing) as step:
            assembly = draw_missing(db, exam_session, step)
    with database.begin() as db:
        keep(db, assembly)
        record_use(db, exam_session, by=person(by), now=wall_now())
    for number, count in sorted(assembly.seen.items())[:SHOWN_LIMIT]:
        click.echo(f"{number} has {count} items seen before: the bank has no others", err=True)
    made, solved, seen = len(assembly.forms), len(assembly.solved), len(assembly.seen)
    state.say(
        f"{made} forms are assembled and checked; {solved} found by the solver, {seen} with items "
        f"seen before",
        assembled=made,
        enrolled=total,
        solved=solved,
        with_items_seen_before=seen,
    )


@click.group()
def results() -> None:
    """Results of an exam session."""


@results.command()
@click.option("--exam-session", required=True, help="The exam session.")
@click.option("--format", "kind", type=click.Choice(["csv", "json"]), default="csv")
@click.option("--out", type=click.Path(path_type=Path), help="File; default: standard output.")
@click.pass_obj
def export(state: State, exam_session: str, kind: str, out: Path | None) -> None:
    """Export ranked results, computed from the journal alone. May run beside the server."""
    live = replay_session(state.database(), exam_session)
    if live is None:
        raise click.ClickException(f"there is no exam session {exam_session}")
    rows = export_rows(live)
    if kind == "json":
        text = json.dumps(rows, indent=2, ensure_ascii=False) + "\n"
        _write(out, text)
        return
    columns = list(rows[0]) if rows else ["participant_no"]
    if out is not None:
        write_csv(out, columns, rows)
        return
    writer = csv.DictWriter(sys.stdout, fieldnames=columns)
    writer.writeheader()
    writer.writerows(rows)


def _write(out: Path | None, text: str) -> None:
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")
