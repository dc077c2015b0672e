"""journal check: does the record hold, and does it give the results that are shown?"""

import click

from cat_engine.cli.console import State
from exam_sessions import journal as journal_store
from exam_sessions.verify import verify_session


@click.group()
def journal() -> None:
    """The record of everything that happened in an exam."""


@journal.command()
@click.option("--exam-session", "exam_session", help="Check this one; default: all of them.")
@click.pass_obj
def check(state: State, exam_session: str | None) -> None:
    """Check the chain of every entry, mark every response again, and recompute every score.

    Exits with status 1 and names the entry when anything does not hold. Reads only; may run
    beside the server.
    """
    database = state.database()
    with database.connect() as db:
        known = journal_store.session_ids(db)
    if exam_session is not None and exam_session not in known:
        raise click.ClickException(f"there is no exam session {exam_session}")
    rows = []
    findings: list[str] = []
    for session_id in [exam_session] if exam_session else known:
        verdict = verify_session(database, session_id)
        findings += verdict.findings
        rows.append(
            (
                session_id,
                verdict.entry_count,
                verdict.response_count,
                verdict.finished_count,
                verdict.head_hash[:16],
                "holds" if not verdict.findings else f"{len(verdict.findings)} findings",
            )
        )
    columns = ("exam_session", "entries", "responses", "finished", "head", "verdict")
    state.show("Journal", columns, rows)
    for finding in findings:
        click.echo(finding, err=True)
    if findings:
        raise SystemExit(1)
