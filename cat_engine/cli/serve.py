"""serve, serve-board, migrate."""

from typing import Any

import click
from sqlalchemy import Engine as Database

from cat_engine import config as configuration
from cat_engine import db, log
from cat_engine.cli.console import State
from cat_engine.migrations import migrate as migrate_schema

TRACE_LIMIT = 2_000
PORT = click.IntRange(0, configuration.PORT_LIMIT)


@click.command()
@click.option("--host", help="Address to listen on (server.host).")
@click.option("--port", type=PORT, help="Port to listen on (server.port); 0 takes a free one.")
@click.option("--log-json/--log-text", default=None, help="Form of the log; default by terminal.")
@click.pass_obj
def serve(state: State, host: str | None, port: int | None, log_json: bool | None) -> None:
    """Run the exam server.

    Works without any configuration: the database is made in ./data on the first start. Stop it
    with Ctrl-C; after a crash start it again, and every candidate goes on where the journal ends.
    """
    config = state.config(server__host=host, server__port=port)
    log.configure(as_text=None if log_json is None else not log_json)
    database = db.connect(config.database_url)
    migrate_schema(database)
    _say_who_is_missing(database)
    _run(config, config.server.port, board_only=False)


@click.command("serve-board")
@click.option("--host", help="Address to listen on (server.host).")
@click.option("--port", type=PORT, help="Port to listen on (server.board_port).")
@click.option("--log-json/--log-text", default=None, help="Form of the log; default by terminal.")
@click.pass_obj
def serve_board(state: State, host: str | None, port: int | None, log_json: bool | None) -> None:
    """Run the public board alone, as its own process on the same journal.

    However many people look at it, the exam does not notice.
    """
    config = state.config(server__host=host, server__board_port=port)
    log.configure(as_text=None if log_json is None else not log_json)
    _run(config, config.server.board_port, board_only=True)


def _run(config: Any, port: int, *, board_only: bool) -> None:
    # Imported here: only a server needs the web and its runtime, every other command starts faster.
    from cat_engine import app, refusals, runtime, web_server  # noqa: PLC0415

    host = config.server.host
    if board_only:
        server = app.make_board_server(config)
        listener = _listen(host, port)
    else:
        # Before the replay: a hall that comes back meanwhile waits at the door, and is let in the
        # moment the server is ready, in place of knocking later and later.
        held: list[Any] = []
        server = app.make_server(config, on_held=lambda: held.append(_listen(host, port)))
        (listener,) = held
    runtime.on_stop_signal(server.stop)
    files = (config.server.tls_certificate_file, config.server.tls_key_file)
    tls = files if all(files) else None
    scheme = "https" if tls else "http"

    def on_ready(bound_port: int) -> None:
        shown = "localhost" if host in ("0.0.0.0", "::") else host  # noqa: S104
        click.echo(f"cat-engine is ready at {scheme}://{shown}:{bound_port}", err=True)

    web_server.serve(
        server.wsgi,
        listener=listener,
        on_ready=on_ready,
        log=lambda line: _log_line(server.hall.log, line),
        tls=tls,
        count_carried=server.count_carried,
        on_full=lambda: refusals.note_refusal(server.hall, 503, "full", rule=""),
    )


def _say_who_is_missing(database: Database) -> None:
    """On a server that nobody can sign in to, say how the first administrator is made."""
    from cat_engine.accounts.store import count_staff  # noqa: PLC0415

    with database.connect() as connection:
        if count_staff(connection) == 0:
            click.echo(
                "nobody can sign in as staff yet; run, beside the server: "
                "cat-engine staff add NAME --role administrator",
                err=True,
            )


def _listen(host: str, port: int) -> Any:
    from cat_engine import web_server  # noqa: PLC0415

    try:
        return web_server.listen(host, port)
    except OSError as error:
        raise click.ClickException(
            f"port {port} at {host} cannot be taken: {error.strerror}; end what uses it, or name "
            "another host or port: --host, --port"
        ) from error


def _log_line(log: Any, line: str) -> None:
    """Write down what the web server itself says: failures of ours with the end of the trace."""
    if line.startswith("Traceback"):
        log.error("request_failed", trace=line[-TRACE_LIMIT:])
    else:
        log.warning("wsgi", line=line[:TRACE_LIMIT])


@click.command()
@click.pass_obj
def migrate(state: State) -> None:
    """Make or upgrade the database's tables.

    `serve` does the same at its start; run it by hand before other commands on a new database.
    """
    revision = migrate_schema(db.connect(state.config().database_url))
    state.say(f"the database is at revision {revision}", revision=revision)
