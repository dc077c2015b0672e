"""keys make; day export, day check: the signed record of an exam session, for anybody to check."""

from pathlib import Path

import click

from cat_engine.cli.console import State, no_session
from cat_engine.clock import wall_now
from cat_engine.papers.day_check import check_day
from cat_engine.papers.day_export import Grade, NotClosed, export
from cat_engine.papers.day_reading import read_day, read_record
from cat_engine.signing import BadKey, make_key, read_key
from exam_sessions.live_session import replay_session
from question_bank.sealing import is_sealed

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group()
def keys() -> None:
    """Keys that sign what leaves this server."""


@keys.command()
@click.argument("path", type=_FILE)
@click.pass_obj
def make(state: State, path: Path) -> None:
    """Make a signing key, readable by its owner only, and print its public key to be published."""
    try:
        signer = make_key(path)
    except BadKey as error:
        raise click.ClickException(str(error)) from error
    state.say(f"public key: {signer.public_key}", public_key=signer.public_key)


@click.group()
def day() -> None:
    """The signed record of a closed exam session."""


@day.command(name="export")
@click.option("--exam-session", required=True, help="The exam session; two people have closed it.")
@click.option("--grade", type=click.Choice(["public", "official"]), default="public",
              show_default=True, help="official holds names, reasons and responses.")  # fmt: skip
@click.option("--with-answers", is_flag=True,
              help="Show items, responses and points in the public grade too: only if the bank is "
              "not used again.")  # fmt: skip
@click.option("--out", required=True, type=_FILE, help="Zip to write.")
@click.pass_obj
def export_day(
    state: State, exam_session: str, grade: Grade, with_answers: bool, out: Path
) -> None:
    """Write journal, forms' digests, results, board, minutes and attendance, signed, in one zip."""
    config, database = state.config(), state.database()
    live = replay_session(database, exam_session)
    if live is None:
        raise no_session(exam_session)
    if any(map(is_sealed, live.items.values())):
        raise click.ClickException("its items are sealed; export it from /closing of the server")
    zone, language = config.language.time_zone, config.language.default
    with database.connect() as db:
        record = read_record(
            db,
            exam_session,
            language="en" if language == "en" else "id",
            zone=zone,
            made_at=wall_now(),
        )
        made = read_day(db, live, record)
    try:
        content = export(made, grade, read_key(config.day_key_path), with_answers=with_answers)
    except BadKey as error:
        raise click.ClickException(str(error)) from error
    except NotClosed as error:
        raise click.ClickException("two people close it first: /closing/…") from error
    out.touch(mode=0o600)
    out.write_bytes(content)
    state.say(f"{out} holds the day ({len(content):,} bytes)", size_bytes=len(content))


@day.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", default="", help="The public key that was published, 64 digits.")
@click.pass_obj
def check(state: State, path: Path, key: str) -> None:
    """Check an export: signature, chain, drawn seats, scores, ranks, board.

    Needs no database and no server.

    Exits with status 1 and names whatever does not hold.
    """
    verdict = check_day(path.read_bytes(), public_key=key)
    columns = ("exam_session", "grade", "entries", "links", "whole", "seats", "scores", "ranked",
               "head", "verdict")  # fmt: skip
    holds = "holds" if not verdict.findings else f"{len(verdict.findings)} findings"
    row = (
        verdict.exam_session,
        verdict.grade,
        verdict.entry_count,
        verdict.linked_count,
        verdict.whole_count,
        verdict.drawn_count if verdict.shows_door else "not shown",
        verdict.scored_count,
        verdict.ranked_count,
        verdict.head_hash[:16],
        holds,
    )
    state.show("Day", columns, [row])
    if verdict.public_key and not key and not state.as_json:
        click.echo(f"signed by {verdict.public_key}: compare it with the published key", err=True)
    for finding in verdict.findings:
        click.echo(finding, err=True)
    if verdict.findings:
        raise SystemExit(1)
