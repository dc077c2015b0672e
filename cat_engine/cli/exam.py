"""exam list, create and add-sessions, candidates import, forms assemble, results export."""

import csv
import json
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click
from sqlalchemy import Connection

from cat_engine import i18n
from cat_engine.accounts import passwords
from cat_engine.cli.console import State, no_session, person, write_csv
from cat_engine.clock import wall_now
from cat_engine.preparation import exam_plan, planning, roster
from cat_engine.preparation.assembly import draw_missing, keep, record_use
from cat_engine.preparation.fair_assembly import list_forms, places_of
from exam_sessions import store
from exam_sessions.live_session import replay_session
from exam_sessions.response_matrix import response_matrix
from exam_sessions.results import export_rows

SHOWN_LIMIT = 20
SESSION_COLUMNS = ("exam_session", "title", "rooms", "seats")


@click.group()
def exam() -> None:
    """Exams and their sessions."""


@exam.command("list")
@click.pass_obj
def list_exams(state: State) -> None:
    """List the exam sessions of every exam, with how many are enrolled and have a form."""
    with state.database().connect() as db:
        plans, enrolled = store.list_sessions(db), store.count_enrolments(db)
        forms, zone = store.count_forms(db), state.config().language.time_zone
    rows = [
        (one.exam, one.id, one.title, i18n.instant(one.starts_at, "en", zone),
         enrolled.get(one.id, 0), forms.get(one.id, 0))
        for one in plans
    ]  # fmt: skip
    state.show("Exams", ("exam", "exam_session", "title", "starts", "enrolled", "forms"), rows)


@exam.command()
@click.argument("file", metavar="EXAM.YAML", type=click.Path(path_type=Path))
@click.option("--by", help="Who does it; default: the user of this machine.")
@click.pass_obj
def create(state: State, file: Path, by: str | None) -> None:
    """Plan an exam from exam.yaml: blueprint, bank, seed, sessions with rooms.

    Everything is checked first; every problem is printed with its line, and then nothing is stored.
    See docs/exam-plan.md for the format.
    """
    text = exam_plan.text_of(file)
    with state.database().begin() as db:
        ground = _ground(state, db, folder=file.parent)
        planned = exam_plan.read_text(text, ground, file.name)
        planning.create_exam(db, planned, signature(by))
    state.show(planned.exam.title, SESSION_COLUMNS, _session_rows(planned.sessions))


@exam.command("add-sessions")
@click.argument("file", metavar="SESSIONS.YAML", type=click.Path(path_type=Path))
@click.option("--exam", "exam_id", required=True, help="The exam they belong to.")
@click.option("--by", help="Who does it; default: the user of this machine.")
@click.pass_obj
def add_sessions(state: State, file: Path, exam_id: str, by: str | None) -> None:
    """Plan further sessions of an exam: `sessions:` as in exam.yaml, with `board:` and `seats:`."""
    text = exam_plan.text_of(file)
    with state.database().begin() as db:
        if store.get_exam(db, exam_id) is None:
            raise click.ClickException(f"there is no exam {exam_id}")
        ground = _ground(state, db)
        planned = exam_plan.read_more_sessions(text, exam_id, ground, file.name)
        planning.add_sessions(db, planned, signature(by))
    state.show(exam_id, SESSION_COLUMNS, _session_rows(planned))


def _ground(state: State, db: Connection, folder: Path | None = None) -> exam_plan.Ground:
    """What a plan is read against: what holds unless it says otherwise, and where files lie."""
    usual = state.config().exam
    board = exam_plan.Board(usual.board_delay_s, usual.board_names, usual.board_reveal)
    late = exam_plan.Late(usual.late_answers, usual.late_within_s)
    return planning.plan_ground(db, board, late, folder=folder)


def signature(by: str | None) -> planning.Signature:
    """Who acts, and when."""
    return planning.Signature(person(by), wall_now())


def _session_rows(planned: Sequence[exam_plan.PlannedSession]) -> list[tuple[object, ...]]:
    return [
        (plan.id, plan.title, len(rooms), sum(room.seat_count for room in rooms))
        for plan, rooms in planned
    ]


@click.group()
def candidates() -> None:
    """Candidates of an exam session."""


@candidates.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--exam-session", required=True, help="The exam session they sit in.")
@click.option(
    "--pins",
    type=click.Path(path_type=Path),
    help="Write participant numbers and PINs here (CSV); needed when PINs are made.",
)
@click.option("--by", help="Who does it; default: the user of this machine.")
@click.pass_obj
def import_candidates(
    state: State, file: Path, exam_session: str, *, pins: Path | None, by: str | None
) -> None:
    """Import a roster (CSV or XLSX).

    Columns: participant_no, name, room, seat; optional formation, formation_type, disability,
    person, pin. Where seats are drawn at check-in: no seat, room if it is known, and no PIN is
    made. All rows or none: every problem is printed with line and column. See docs/roster.md.
    """
    database = state.database()
    with database.connect() as db:
        plan = store.get_session(db, exam_session)
        if plan is None:
            raise no_session(exam_session)
        rows = roster.read_file(file, planning.roster_ground(db, plan))
    needs_pin = not plan.seats_drawn
    if needs_pin and pins is None and any(not row.pin for row in rows):
        raise click.UsageError("the file leaves PINs to be made: say where to write them, --pins")
    with state.progress("hashing PINs", len(rows)) as step:
        made = _enrol_all(rows, exam_session, step, needs_pin=needs_pin)
    slips = [roster.slip_of(one, pin) for one, pin in made if pin]
    if pins is not None:
        write_csv(pins, roster.PIN_COLUMNS, slips)
    source = planning.RosterSource(file.name, file.read_bytes())
    with database.begin() as db:
        planning.enrol_all(db, [one for one, _ in made], source, signature(by))
    state.say(f"{len(made)} candidates are enrolled in {exam_session}", enrolled=len(made))


def _enrol_all(
    rows: list[roster.RosterRow], exam_session: str, step: Callable[[], None], *, needs_pin: bool
) -> list[tuple[store.Enrolment, str]]:
    """Argon2id is slow on purpose and lets other threads work meanwhile."""

    def enrol(row: roster.RosterRow) -> tuple[store.Enrolment, str]:
        made = roster.enrol(row, exam_session, passwords.hash_pin, needs_pin=needs_pin)
        step()
        return made

    with ThreadPoolExecutor() as pool:
        return list(pool.map(enrol, rows))


@candidates.command("pins")
@click.option("--exam-session", required=True, help="The exam session they sit in.")
@click.option("--participant", default="", help="For this person alone; default: who has not come.")
@click.option("--pins", required=True, type=click.Path(path_type=Path), help="Where to write them.")
@click.option("--reason", required=True, help="Why; it is put on record.")
@click.option("--by", help="Who does it; default: the user of this machine.")
@click.pass_obj
def new_pins(
    state: State, exam_session: str, participant: str, *, pins: Path, reason: str, by: str | None
) -> None:
    """Make new PINs in place of those on paper; the ones before open nothing any more."""
    database = state.database()
    with database.connect() as db:
        plan = store.get_session(db, exam_session)
        if plan is None:
            raise no_session(exam_session)
        people = planning.who_gets_pins(db, plan, participant)
    if not people:
        raise click.ClickException(f"{participant} is not enrolled in {exam_session}")
    made = {one.participant_no: roster.make_pin() for one in people}
    with ThreadPoolExecutor() as pool:
        hashes = dict(zip(made, pool.map(passwords.hash_pin, made.values()), strict=True))
    slips = [roster.slip_of(one, made[one.participant_no]) for one in people]
    write_csv(pins, roster.PIN_COLUMNS, slips)
    with database.begin() as db:
        planning.replace_pins(db, exam_session, hashes, signature(by), reason=reason)
    state.say(f"{len(made)} new PINs are in {pins}; the old ones open nothing", made=len(made))


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
        total = len(places_of(db, exam_session))
        missing = total - len(list_forms(db, exam_session))
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
        raise no_session(exam_session)
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


@results.command()
@click.option("--exam-session", required=True, help="The exam session.")
@click.option("--as", "kind", type=click.Choice(["points", "right"]), default="points",
              help="Points, or 1 for the most an item gives and 0 for less.")  # fmt: skip
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The CSV file.")
@click.pass_obj
def responses(state: State, exam_session: str, kind: str, out: Path) -> None:
    """Write what everybody earned on every item, for `cat-engine analyse --person participant_no`.

    Empty: not on that form. Pretest items stand among the others. May run beside the server.
    """
    live = replay_session(state.database(), exam_session)
    if live is None:
        raise no_session(exam_session)
    if live.sealed:
        raise click.ClickException(
            "the items are sealed in this database; publish them first: cat-engine bank publish"
        )
    matrix = response_matrix(live, as_right=kind == "right")
    rows = [dict(zip(matrix.columns, row, strict=True)) for row in matrix.rows]
    write_csv(out, matrix.columns, rows)
    state.say(f"{len(rows)} people, {len(matrix.columns) - 1} items", people=len(rows))


def _write(out: Path | None, text: str) -> None:
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")
