"""seb: the configuration of Safe Exam Browser for an exam session, and Config Keys."""

from pathlib import Path

import click
from sqlalchemy import Connection

from cat_engine.cli.console import State, no_session, person
from cat_engine.clock import wall_now
from cat_engine.lockdown import rules, seb
from exam_sessions import store


@click.group(name="seb")
def seb_commands() -> None:
    """Safe Exam Browser: rules of an exam session, configuration files, keys."""


@seb_commands.command(name="rules")
@click.argument("exam_session")
@click.option("--mode", type=click.Choice(rules.MODES), help="Off, indicate or require.")
@click.option("--exam-key", "exam_keys", multiple=True, help="An allowed Browser Exam Key.")
@click.option("--any-exam-key", is_flag=True, help="Allow every build of SEB again.")
@click.option("--renew", is_flag=True, help="New settings: every older file becomes invalid.")
@click.option("--by", help="Who decides this. Default: the user of this machine.")
@click.pass_obj
def rules_command(
    state: State,
    exam_session: str,
    mode: str | None,
    exam_keys: tuple[str, ...],
    *,
    any_exam_key: bool,
    renew: bool,
    by: str | None,
) -> None:
    """Show what an exam session asks of its browsers, or change it."""
    is_change = bool(mode or exam_keys or any_exam_key or renew)
    with state.database().begin() as db:
        held = _held(db, exam_session)
        if is_change:
            kept = () if any_exam_key else held.exam_keys
            wanted = rules.Rules(exam_session, mode=mode or held.mode, exam_keys=exam_keys or kept)
            held = rules.change(db, wanted, by=person(by), now=wall_now(), is_renewed=renew)
    shown = [
        ("exam session", held.exam_session),
        ("SEB", held.mode),
        ("Browser Exam Keys", " ".join(held.exam_keys) or "any"),
        ("revision", held.revision_no),
        ("changed by", held.changed_by),
    ]
    state.show("Safe Exam Browser", ("what", "value"), shown)


@seb_commands.command()
@click.argument("exam_session")
@click.option("--output", type=click.Path(path_type=Path), help="Default: EXAM_SESSION.seb.")
@click.option(
    "--format", "kind", type=click.Choice(("xml", "gzip")), default="xml", show_default=True
)
@click.option("--address", help="The server's public address. Default: server.public_url.")
@click.pass_obj
def config(
    state: State, exam_session: str, output: Path | None, kind: str, address: str | None
) -> None:
    """Write the configuration file for the workstations of an exam session."""
    chosen = _settings(state, exam_session, address)
    path = output or Path(f"{exam_session}.seb")
    path.write_bytes(seb.write_gzip(chosen) if kind == "gzip" else seb.write_xml(chosen))
    key = seb.config_key(chosen)
    state.say(f"{path}: Config Key {key}", file=str(path), config_key=key)


@seb_commands.command()
@click.argument("file_or_session")
@click.option("--address", help="The server's public address. Default: server.public_url.")
@click.pass_obj
def key(state: State, file_or_session: str, address: str | None) -> None:
    """Print the Config Key of a .seb file, or of an exam session's configuration."""
    path = Path(file_or_session)
    if path.is_file():
        chosen = seb.read_file(path.read_bytes())
    else:
        chosen = _settings(state, file_or_session, address)
    found = seb.config_key(chosen)
    state.say(found, config_key=found)


def _settings(state: State, exam_session: str, address: str | None) -> dict[str, object]:
    named = (address or state.config().server.public_url).rstrip("/")
    if not named:
        raise click.UsageError("set server.public_url, or give --address")
    with state.database().connect() as db:
        held = _held(db, exam_session)
    if not held.challenge:
        raise click.UsageError(
            f"say first what it asks: cat-engine seb rules {exam_session} --mode …"
        )
    return held.settings(named)


def _held(db: Connection, exam_session: str) -> rules.Rules:
    if store.get_session(db, exam_session) is None:
        raise no_session(exam_session)
    return rules.current(db, exam_session)
