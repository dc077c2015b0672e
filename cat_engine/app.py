"""The one place where everything is wired: database, engine, pages, sockets, loops."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask_socketio import SocketIO
from prometheus_client import CollectorRegistry, Gauge
from sqlalchemy import Engine as Database

from cat_engine import config as configuration
from cat_engine import db, log, strict_json
from cat_engine.clock import Clock
from cat_engine.config import Config
from cat_engine.hall import Hall
from cat_engine.http import (
    admin,
    api,
    candidate,
    errors,
    health,
    media,
    pages,
    proctor,
    public,
    security,
)
from cat_engine.live.board import BoardLine
from cat_engine.live.candidate import CandidateLine
from cat_engine.live.gate import Gate, ScreenedSocket, StrictPacket
from cat_engine.live.proctor import ProctorLine
from cat_engine.live.publisher import Boards
from cat_engine.migrations import check_schema
from cat_engine.practice import practice_items
from cat_engine.runtime import (
    Hub,
    bound_fragments,
    exit_now,
    screen_sockets,
    start_thread,
    use_monotonic_liveness,
)
from exam_sessions import journal
from exam_sessions.engine import Engine, Plumbing
from exam_sessions.live_session import DatabaseLibrary
from exam_sessions.writer import Writer

TICK_S = 0.2
PROCTOR_REFRESH_S = 0.4
BOARD_REFRESH_S = 1.0
BODY_LIMIT_BYTES = 64 * 1024
STOP_WAIT_S = 10
EXIT_WRITER_STOPPED = 70
"""Exit status when the journal cannot be written; a supervisor starts the server anew."""


@dataclass(slots=True)
class Server:
    """A wired server, ready to serve."""

    wsgi: Callable[..., Any]
    flask: Flask
    hall: Hall
    stop: Callable[[], None]


def make_server(config: Config) -> Server:
    """Wire the exam server: take the lease, replay the journal, register pages and sockets.

    Raises:
        AlreadyRunning: another engine works on the database.
        JournalBroken: the journal was changed by hand.
        UnsafeDatabase, SchemaOutdated: the message says what to do.
    """
    use_monotonic_liveness()
    bound_fragments()
    hub = Hub()
    operators_log = log.get_log()
    database = db.connect(config.database_url)
    check_schema(database)
    held = ExitStack()
    held.enter_context(db.only_engine(database))
    with db.writing(database).begin() as connection:
        lease = journal.take_lease(connection, now=Clock()())
    clock = Clock(not_before=lease.alive_at or 0)

    def on_writer_stop(error: Exception) -> None:
        # In the writer's thread: the log is written on the hub.
        hub.call_soon(lambda: operators_log.error("writer_stopped", error=repr(error)))
        hub.call_soon(lambda: exit_now(EXIT_WRITER_STOPPED))

    writer = Writer(
        db.writing(database),
        epoch=lease.epoch,
        clock=clock,
        make_gate=hub.make_gate,
        on_stop=on_writer_stop,
    )
    thread = start_thread(writer.run, "journal-writer")
    plumbing = Plumbing(clock=clock, make_lock=hub.make_lock, run_blocking=hub.run_blocking)
    grace_ms = config.exam.grace_s * 1_000
    library = DatabaseLibrary(database, hub.make_lock, grace_ms)
    engine = Engine(library, writer, plumbing, grace_ms=grace_ms)
    engine.recover(lease)
    hall = _hall(config, hub, clock, database=database, engine=engine)
    server = _wire(hall, hub, engine)
    _measure(hall, engine, writer)

    def stop() -> None:
        operators_log.info("server_stopping")
        writer.stop()
        hub.run_blocking(thread.join, STOP_WAIT_S)
        held.close()
        exit_now(0)

    server.stop = stop
    operators_log.info("server_ready", lease=lease.epoch, exam_sessions=len(engine.sessions()))
    return server


def make_board_server(config: Config) -> Server:
    """Wire a process that serves the public board alone, following the same journal."""
    use_monotonic_liveness()
    bound_fragments()
    hub = Hub()
    database = db.connect(config.database_url)
    check_schema(database)
    hall = _hall(config, hub, Clock(), database=database, engine=None)
    return _wire(hall, hub, None)


def _hall(
    config: Config, hub: Hub, clock: Clock, *, database: Database, engine: Engine | None
) -> Hall:
    return Hall(
        config=config,
        secret_key=configuration.secret_key(config),
        clock=clock,
        database=database,
        run_blocking=hub.run_blocking,
        engine=engine,
        boards=Boards(database, clock),
        metrics=CollectorRegistry(),
        log=log.get_log(),
    )


def _wire(hall: Hall, hub: Hub, engine: Engine | None) -> Server:
    app = _flask_app(hall, has_engine=engine is not None)
    line = hall.config.line
    # One message at a time for each connection, in order; websocket only; no compression state.
    socketio = SocketIO(
        app,
        async_mode="eventlet",
        async_handlers=False,
        transports=["websocket"],
        ping_interval=line.ping_interval_s,
        ping_timeout=line.ping_timeout_s,
        max_http_buffer_size=line.message_limit_bytes,
        http_compression=False,
        manage_session=False,
        json=strict_json,
        serializer=StrictPacket,
        logger=False,
        engineio_logger=False,
    )
    sio = socketio.server
    screen_sockets(sio.eio, ScreenedSocket)
    Gate(hall, sio)

    def report(name: str, error: Exception) -> None:
        hall.log.error("loop_failed", loop=name, error=repr(error))

    board_line = BoardLine(hall, sio)
    hub.every(BOARD_REFRESH_S, board_line.refresh, name="board", on_error=report)
    if engine is not None:
        CandidateLine(hall, sio, engine, practice_items())
        proctor_line = ProctorLine(hall, sio, engine)
        hub.every(PROCTOR_REFRESH_S, proctor_line.refresh, name="proctor", on_error=report)
        hub.every(TICK_S, lambda: engine.tick(hub.spawn), name="timers", on_error=report)
    return Server(wsgi=without_compression(app), flask=app, hall=hall, stop=lambda: exit_now(0))


def _flask_app(hall: Hall, *, has_engine: bool) -> Flask:
    app = Flask("cat_engine", static_folder="static", template_folder="templates")
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT_BYTES
    app.json.sort_keys = False  # type: ignore[attr-defined]
    pages.install(app)
    errors.install(app, hall)
    security.install(app, hall)
    modules = [public, api, health]
    if has_engine:
        modules += [candidate, proctor, admin, media]
    for module in modules:
        app.register_blueprint(module.make_blueprint(hall))
    return app


def without_compression(app: Callable[..., Any]) -> Callable[..., Any]:
    """Hide a browser's offer to compress each message: its state costs 145 kB a connection."""

    def wsgi(environ: dict[str, Any], start_response: Any) -> Any:
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        return app(environ, start_response)

    return wsgi


def _measure(hall: Hall, engine: Engine, writer: Writer) -> None:
    def gauge(name: str, text: str, value: Callable[[], float]) -> None:
        Gauge(name, text, registry=hall.metrics).set_function(value)

    gauge("cat_journal_entries", "Entries written since the start.", lambda: writer.entry_count)
    gauge("cat_journal_commits", "Commits since the start.", lambda: writer.commit_count)
    gauge("cat_journal_waiting", "Submissions waiting.", lambda: writer.waiting_count)
    gauge(
        "cat_sittings",
        "Sittings in memory.",
        lambda: sum(len(live.cells) for live in engine.sessions()),
    )
    gauge(
        "cat_lines",
        "Sittings with a live connection.",
        lambda: sum(
            cell.sitting.line for live in engine.sessions() for cell in live.cells.values()
        ),
    )
