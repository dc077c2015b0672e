"""journal check: do all records hold, and do they give the results that are shown?"""

from pathlib import Path

import click

from cat_engine.chained_records import (
    EXAM_SESSION,
    RecordVerdict,
    WrittenHead,
    check_records,
    compare_heads,
    read_heads,
)
from cat_engine.cli.console import State, no_session
from exam_sessions import journal as journal_store
from exam_sessions.verify import Verdict, verify_session

HEAD_DIGITS = 16
"""Of a hash, as on a receipt."""
HOLDS = "holds"

Row = tuple[str | int | None, ...]


@click.group()
def journal() -> None:
    """The record of everything that happened in an exam."""


@journal.command()
@click.option(
    "--exam-session",
    "exam_session",
    help="Check this one alone; default: every record of the database.",
)
@click.option(
    "--against",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What `cat-engine --json journal check` once printed: nothing of then may be missing.",
)
@click.pass_obj
def check(state: State, exam_session: str | None, against: Path | None) -> None:
    """Check every record: chains, marks, scores, and acts on items, accounts and plans.

    Of exam sessions it checks the chain of every entry, marks every response again, and recomputes
    every score; of banks, accounts of staff and administration the chain of every act. Exits with
    status 1 and names the first entry or act of each record that does not hold. Reads only; may run
    beside the server.
    """
    database = state.database()
    with database.connect() as db:
        known = journal_store.session_ids(db)
        if exam_session is not None and exam_session not in known:
            raise no_session(exam_session)
        acts = check_records(db) if exam_session is None else []
        missing = compare_heads(db, _written(against)) if against else []
    verdicts = [verify_session(database, one) for one in known if exam_session in (None, one)]
    rows = [_row_of_session(verdict) for verdict in verdicts] + [_row_of_acts(one) for one in acts]
    columns = ("record", "name", "entries", "responses", "finished", "head", "verdict")
    state.show("Records", columns, rows)
    findings = [finding for verdict in verdicts for finding in verdict.findings]
    findings += [one.finding for one in acts if one.finding is not None] + missing
    for finding in findings:
        click.echo(finding, err=True)
    if findings:
        raise SystemExit(1)


def _written(path: Path) -> list[WrittenHead]:
    try:
        return read_heads(path.read_text("utf-8"))
    except ValueError as error:
        raise click.ClickException(
            f"{path} is not what `cat-engine --json journal check` prints: {error}"
        ) from error


def _row_of_session(verdict: Verdict) -> Row:
    return (
        EXAM_SESSION,
        verdict.exam_session,
        verdict.entry_count,
        verdict.response_count,
        verdict.finished_count,
        verdict.head_hash[:HEAD_DIGITS],
        f"{len(verdict.findings)} findings" if verdict.findings else HOLDS,
    )


def _row_of_acts(one: RecordVerdict) -> Row:
    head = one.head_hash[:HEAD_DIGITS]
    return (
        one.record,
        one.name,
        one.act_count,
        None,
        None,
        head,
        "broken" if one.finding else HOLDS,
    )
