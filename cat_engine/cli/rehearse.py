"""rehearse and replay: virtual candidates over real sockets, every acknowledgement checked."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

import click
from sqlalchemy import Engine as Database

from cat_engine.cli.console import State
from cat_engine.cli.matrix_options import matrix_options
from cat_engine.cli.sheet import write_sheet
from cat_engine.cli.text_file import FILE, read_text
from cat_engine.clock import wall_now
from cat_engine.rehearsal import recording, stage
from cat_engine.rehearsal.boards import compare_board, journal_board, served_board
from cat_engine.rehearsal.people import Knowledge, able_person, recorded_person
from cat_engine.rehearsal.progress import ProgressFile
from cat_engine.rehearsal.run import Report, run, write
from cat_engine.rehearsal.virtual import Person
from exam_sessions import store
from exam_sessions.store import Exam, SessionPlan
from question_bank import store as bank_store
from question_bank.samples import blueprint_path
from scoring.item_analysis.matrix import Layout
from scoring.text_table import heading_of, rows_of

URL = "http://localhost:8080"


@click.command()
@click.option("--url", default=URL, show_default=True, help="The running server.")
@click.option("--count", default=100, show_default=True, help="How many virtual candidates.")
@click.option("--speed", default=60.0, show_default=True, help="Times faster than real people.")
@click.option("--blueprint", default="tryout", show_default=True, help="A shipped blueprint.")
@click.option("--bank", default="skd-sample", show_default=True, help="The bank to draw from.")
@click.option("--report", type=click.Path(path_type=Path), help="Write the report here (JSON).")
@click.option(
    "--sheet",
    type=click.Path(file_okay=False, path_type=Path),
    help='Write a signed "fit / not fit" sheet into this directory (JSON and PDF).',
)
@click.option("--site", default="", help="The site that the sheet is about.")
@click.option("--progress", type=click.Path(path_type=Path), hidden=True)
@click.pass_obj
def rehearse(
    state: State,
    url: str,
    count: int,
    speed: float,
    blueprint: str,
    bank: str,
    report: Path | None,
    sheet: Path | None,
    site: str,
    progress: Path | None,
) -> None:
    """Let N virtual candidates sit an exam on a running server, over real sockets.

    Makes an exam session of its own in the server's database (give the same --data-dir or
    --database-url), so real sessions are not touched. Afterwards every acknowledgement is compared
    with the journal; exits with status 1 when one is lost, doubled or changed, or when anybody
    could not finish. With --sheet the bounds of the configuration decide as well
    (`readiness` in config.yaml); `cat-engine sheet check FILE` checks its signature anywhere.
    """
    database = state.database()
    now = _now()
    path = blueprint_path(blueprint)
    if path is None:
        raise click.UsageError(f"there is no shipped blueprint {blueprint!r}")
    exam = Exam(f"rehearsal-{now}", "Gladi bersih", bank, path.read_text("utf-8"), f"seed {now}")
    people = [stage.Extra(f"R-{now % 10**6:06}-{i:05}", f"Peserta Gladi {i}") for i in range(count)]
    with database.connect() as db:
        knowledge = Knowledge(bank_store.list_items(db, bank))
    plan = _plan(exam, now)
    outcome = _sit(
        state,
        database,
        url,
        plan=plan,
        exam=exam,
        extras=people,
        report=report,
        make_plan=lambda extra: able_person(extra.participant_no, knowledge, speed=speed),
        told=ProgressFile(progress),
    )
    is_fit = sheet is None or write_sheet(state, sheet, outcome, site=site or url)
    _end(outcome, is_fit=is_fit)


@click.command()
@matrix_options(person='The column of identifiers. Default: the first; "": none.')
@click.option("--seconds", multiple=True, help="Columns of seconds in RESPONSES, first..last.")
@click.option(
    "--durations",
    type=FILE,
    help="CSV file with the seconds of each item as its last columns, joined by the first.",
)
@click.option(
    "--expect",
    type=FILE,
    help="CSV file of known ranks: person, total, and a column of ranks.",
)
@click.option("--url", default=URL, show_default=True, help="The running server.")
@click.option("--speed", default=150.0, show_default=True, help="Times faster than recorded.")
@click.option("--limit", type=int, help="Only the first so many people (no --expect then).")
@click.option("--report", type=click.Path(path_type=Path), help="Write the report here (JSON).")
@click.pass_obj
def replay(
    state: State,
    responses: Path,
    key: Path | None,
    person: str | None,
    items: Sequence[str],
    skip: Sequence[str],
    missing: Sequence[str],
    seconds: Sequence[str],
    durations: Path | None,
    expect: Path | None,
    url: str,
    speed: float,
    limit: int | None,
    report: Path | None,
) -> None:
    """Seat real people of a recorded exam in a running server and compare the final board.

    RESPONSES is a CSV file: one row a person, one column an item. Their answers go over real
    sockets in their real rhythm, speeded up. The board that the server shows and the board computed
    from the journal must both equal the ranking that follows from the file (and the known one of
    --expect); otherwise the exit status is 1. See docs/algorithms/item-analysis.md, "The files".
    """
    if expect is not None and limit is not None:
        raise click.UsageError("--expect needs everybody; leave --limit out")
    text = read_text(responses)
    files = recording.Files(
        name=responses.name,
        responses=text,
        key=read_text(key) if key is not None else None,
        durations=read_text(durations) if durations is not None else None,
        layout=Layout(_person_column(person, text), items, (), skip, missing),
        seconds=seconds,
    )
    known = recording.read_recording(files, limit=limit)
    expected = [("from the file", known.ranks())]
    if expect is not None:
        expected.append((expect.name, recording.read_ranks(read_text(expect), known)))
    database = state.database()
    now = _now()
    exam_id = f"replay-{known.name}-{now}"
    exam = Exam(exam_id, f"Putar ulang {known.name}", known.bank, known.blueprint(), "0")
    with database.begin() as db:
        bank_store.add_items(db, known.items(), {})
    plan = _plan(exam, now)
    outcome = _sit(
        state,
        database,
        url,
        plan=plan,
        exam=exam,
        extras=[stage.Extra(no, known.people[no]) for no in known.responses],
        report=report,
        make_plan=lambda extra: recorded_person(
            known.responses[extra.participant_no], known.seconds[extra.participant_no], speed=speed
        ),
    )
    _end(outcome)
    for name, ranks in expected:
        _compare(state, database, url, exam_session=plan.id, expected=ranks, title=name)


def _person_column(named: str | None, responses: str) -> str | None:
    """The column named, else the first; with an empty name people are known by their lines."""
    return heading_of(rows_of(responses))[0] if named is None else named or None


def _sit(
    state: State,
    database: Database,
    url: str,
    *,
    plan: SessionPlan,
    exam: Exam,
    extras: Sequence[stage.Extra],
    report: Path | None,
    make_plan: Callable[[stage.Extra], object],
    told: ProgressFile | None = None,
) -> Report:
    """Set the stage, let everybody sit, print and keep the report."""
    told = told or ProgressFile(None)
    stage.add_exam_once(database, exam)
    with (
        state.progress("enrolling", len(extras)) as bar,
        told.step("enrolling", len(extras), bar) as step,
    ):
        pins = stage.enrol(database, plan, extras, on_step=step)
    with stage.staff_for_a_while(database, plan.starts_at) as (username, password):
        stage.open_and_start(url, plan.id, username, password)
    people = [
        Person(
            participant_no=extra.participant_no,
            pin=pins[extra.participant_no],
            plan=make_plan(extra),  # type: ignore[arg-type]
            start_after_s=index * 0.01,
        )
        for index, extra in enumerate(extras)
    ]
    with database.connect() as db:
        forms = store.get_forms(db, plan.id)
    total = sum(form.document.count('"item_no"') for form in forms.values())
    with state.progress("answers", total) as bar, told.step("answers", total, bar) as step:
        outcome, _ = run(url, people, database=database, exam_session=plan.id, on_answer=step)
    if report is not None:
        write(outcome, report)
    _show(state, outcome)
    return outcome


def _end(outcome: Report, *, is_fit: bool = True) -> None:
    """Fail when the run was not clean, or the site is not fit."""
    if not outcome.is_clean:
        for line in (*outcome.lost, *outcome.doubled, *outcome.changed, *outcome.failures)[:20]:
            click.echo(line, err=True)
    if not outcome.is_clean or not is_fit:
        raise SystemExit(1)


def _show(state: State, outcome: Report) -> None:
    rows = [
        ("exam session", outcome.exam_session),
        ("candidates finished", f"{outcome.finished_count} of {outcome.candidate_count}"),
        ("answers acknowledged", outcome.acknowledged_count),
        ("answers in the journal", outcome.journaled_count),
        ("lost / doubled / changed",
         f"{len(outcome.lost)} / {len(outcome.doubled)} / {len(outcome.changed)}"),
        ("answers per second", outcome.answers_per_s),
        ("acknowledgement p50 / p99 / most, ms",
         f"{outcome.latency_p50_ms} / {outcome.latency_p99_ms} / {outcome.latency_most_ms}"),
        ("reconnects, refusals", f"{outcome.reconnect_count}, {outcome.refusal_count}"),
        ("seconds", outcome.duration_s),
    ]  # fmt: skip
    state.show("Rehearsal", ("what", "value"), rows)


def _compare(
    state: State,
    database: Database,
    url: str,
    *,
    exam_session: str,
    expected: recording.Ranks,
    title: str,
) -> None:
    boards = {
        "board served": asyncio.run(served_board(url, exam_session, len(expected))),
        "board from the journal": journal_board(database, exam_session),
    }
    rows = []
    differences: list[str] = []
    for name, found in boards.items():
        different = compare_board(expected, found)
        differences += [f"{name}: {line}" for line in different]
        rows.append((name, len(found), len(different)))
    state.show(f"Ranking against the one {title}", ("board", "rows", "differences"), rows)
    if differences:
        for line in differences[:20]:
            click.echo(line, err=True)
        raise SystemExit(1)


def _plan(exam: Exam, now: int) -> SessionPlan:
    return SessionPlan(
        id=f"{exam.id}-1",
        exam=exam.id,
        title="Sesi 1",
        starts_at=now,
        board_delay_s=0,
        board_names="none",
        board_reveal="live",
    )


def _now() -> int:
    return wall_now()
