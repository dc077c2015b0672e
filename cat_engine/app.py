"""The one place where everything is wired: database, engine, pages, sockets, loops."""

import secrets
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask
from flask_socketio import SocketIO
from prometheus_client import CollectorRegistry, Gauge
from sqlalchemy import Engine as Database

from cat_engine import config as configuration
from cat_engine import db, i18n, log, strict_json
from cat_engine.clock import Clock
from cat_engine.config import Config
from cat_engine.hall import Hall
from cat_engine.http import (
    account,
    admin,
    api,
    bank,
    before,
    candidate,
    closing,
    door,
    editing,
    errors,
    health,
    imports,
    lockdown,
    media,
    outboxes,
    pages,
    papers,
    plan,
    plan_exams,
    plan_session,
    proctor,
    public,
    readiness,
    replay,
    seals,
    security,
    staff_admin,
    violations,
    workstation,
)
from cat_engine.late_profiles import LateProfiles
from cat_engine.live.candidate import CandidateLine
from cat_engine.live.carrier import SWEEP_S, Carriers
from cat_engine.live.door import FOREIGN_ORIGIN, TURN_COUNT, end_turn, guard_door
from cat_engine.live.door import PATH as SOCKETS
from cat_engine.live.engine_clock import EngineClock
from cat_engine.live.gate import Gate, ScreenedSocket, StrictPacket
from cat_engine.live.proctor import ProctorLine
from cat_engine.live.publisher import Boards
from cat_engine.live.readers import Readers
from cat_engine.live.ready import ReadyLine
from cat_engine.live.streams import with_streams
from cat_engine.migrations import check_schema
from cat_engine.practice import practice_items
from cat_engine.refusals import note_refusal
from cat_engine.runtime import (
    CONNECTION_LIMIT,
    Hub,
    SettleOnGrowth,
    exit_now,
    give_way,
    hand_over,
    raise_descriptor_limit,
    settle_memory,
    start_thread,
    take_turns_often,
    use_own_heartbeats,
    without_collector,
)
from cat_engine.visitor import behind_proxies
from cat_engine.web_server import limit_connections, screen_sockets
from exam_sessions import journal
from exam_sessions.engine import Engine, Plumbing
from exam_sessions.follower import Tail
from exam_sessions.live_session import DatabaseLibrary
from exam_sessions.writer import Writer
from question_bank.vault import Vault

TICK_S = 0.2
PROCTOR_REFRESH_S = 0.4
LOGIN_RECHECK_S = 5.0
PROFILE_LOOK_S = 5.0
READERS_ALONE = CONNECTION_LIMIT
READERS_BESIDE_EXAM = 2_000
"""Most readers of the board: in a process of its own, and in the exam server."""
DESCRIPTORS_KEPT = 500
"""Open files for everything but readers: pages, database, log."""
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
    count_carried: Callable[[], int] = int
    """Live connections outside the web server."""


def make_server(config: Config, on_held: Callable[[], object] = lambda: None) -> Server:
    """Wire the exam server: take the lease, replay the journal, register pages and sockets.

    Args:
        config: the configuration.
        on_held: called before the replay, once no other engine can work on the database.

    Raises:
        AlreadyRunning: another engine works on the database.
        JournalBroken: the journal was changed by hand.
        UnsafeDatabase, SchemaOutdated: the message says what to do.
    """
    use_own_heartbeats()
    take_turns_often()
    limit_connections()
    operators_log = log.get_log()
    hub = Hub(_reporter(operators_log))
    database = db.connect(config.database_url)
    check_schema(database)
    held = ExitStack()
    held.enter_context(db.only_engine(database))
    on_held()
    db.make_sound(database)
    with db.writing(database).begin() as connection:
        lease = journal.take_lease(connection, now=Clock()())
    clock = Clock(not_before=lease.alive_at or 0)

    tail = Tail()
    writer = _make_writer(hub, database, epoch=lease.epoch, clock=clock, tail=tail)
    hub.after_each_round(writer.flush)
    thread = start_thread(writer.run, "journal-writer")
    plumbing = Plumbing(clock=clock, make_lock=hub.make_lock, run_blocking=hub.run_blocking)
    grace_ms = config.exam.grace_s * 1_000
    vault = Vault()
    late = config.exam.late_rule
    library = DatabaseLibrary(database, hub.make_lock, grace_ms, vault, late, tail)
    engine = Engine(library, writer, plumbing, grace_ms=grace_ms)
    with without_collector():
        engine.recover(lease)
        settle_memory()
    engine.hall_listeners.append(SettleOnGrowth(engine.count_sittings))  # a room full of sittings
    boards = Boards(database, clock, tail)
    hall = _hall(config, hub, clock, boards=boards, engine=engine)
    hall = replace(hall, vault=vault, along=writer.transact)
    server = _wire(hall, hub, engine)
    _measure(hall, engine, writer)

    def stop() -> None:
        operators_log.info("server_stopping")
        writer.stop()
        hub.run_blocking(thread.join, STOP_WAIT_S)
        # So that the database file alone is the whole record: whoever copies it forgets its log.
        hub.run_blocking(db.settle, database)
        held.close()
        exit_now(0)

    server.stop = stop
    operators_log.info("server_ready", lease=lease.epoch, exam_sessions=len(engine.sessions()))
    return server


def _make_writer(hub: Hub, database: Database, *, epoch: int, clock: Clock, tail: Tail) -> Writer:
    def on_stop(error: Exception) -> None:
        # In the writer's thread: the log is written on the hub.
        hub.call_soon(lambda: _end_without_journal(log.get_log(), error))

    return Writer(
        db.writing(database),
        epoch=epoch,
        clock=clock,
        make_gate=hub.make_gate,
        deliver=hub.call_soon,
        on_commit=tail.put,
        on_stop=on_stop,
    )


def _end_without_journal(operators_log: Any, error: Exception) -> None:
    """Say why and end; also when there is no place left to say it."""
    try:
        operators_log.error("writer_stopped", error=repr(error))
    finally:
        exit_now(EXIT_WRITER_STOPPED)


def make_board_server(config: Config) -> Server:
    """Wire a process that serves the public board alone, following the same journal.

    It cannot write to the database, and an exam on the same machine gets the processor first.
    """
    give_way()
    hub = Hub(_reporter(log.get_log()))
    database = db.connect_to_read(config.database_url)
    check_schema(database)
    clock = EngineClock(database)
    hall = _hall(config, hub, clock, boards=Boards(database, clock), engine=None)
    period_s, report = config.line.board_refresh_ms / 1_000, _reporter(hall.log)
    hub.every(period_s, lambda: hub.run_blocking(clock.look), name="clock", on_error=report)
    # Before the first request, so that no reader is told that there is no such board.
    hall.boards.poll()
    app = _flask_app(hall, has_engine=False)
    return _serve_boards(Server(app, app, hall, lambda: exit_now(0)), hub)


def _hall(
    config: Config, hub: Hub, clock: Callable[[], int], *, boards: Boards, engine: Engine | None
) -> Hall:
    readers = Readers(boards.bulletin, clock, limit=_reader_limit(is_alone=engine is None))
    if engine is not None:
        boards.has_readers = lambda: readers.count > 0  # an exam has better to do than boards
    return Hall(
        config=config,
        # Who signs nobody in needs no secret, and need not be able to read it.
        secret_key=secrets.token_bytes() if engine is None else configuration.secret_key(config),
        clock=clock,
        database=boards.database,
        run_blocking=hub.run_blocking,
        engine=engine,
        boards=boards,
        readers=readers,
        metrics=CollectorRegistry(),
        log=log.get_log(),
    )


def _reader_limit(*, is_alone: bool) -> int:
    """How many may follow boards here; candidates come first where there are any."""
    descriptors = raise_descriptor_limit(CONNECTION_LIMIT + DESCRIPTORS_KEPT)
    wanted = READERS_ALONE if is_alone else READERS_BESIDE_EXAM
    limit = min(wanted, descriptors - DESCRIPTORS_KEPT if is_alone else descriptors // 4)
    if limit < wanted:
        log.get_log().warning(
            "few_open_files_allowed",
            open_files=descriptors,
            board_readers=limit,
            advice="raise the hard limit: LimitNOFILE=32768 in the unit, or ulimit -Hn",
        )
    return max(0, limit)


def _serve_boards(server: Server, hub: Hub) -> Server:
    """Follow the journals and keep the readers up to date."""
    hall = server.hall

    def refresh() -> None:
        for board in hub.run_blocking(hall.boards.poll):
            hall.readers.tell(board)

    def on_error(error: Exception) -> None:
        # In the readers' thread: the log is written on the hub.
        hub.call_soon(lambda: hall.log.error("board_readers_failed", error=repr(error)))

    period_s = hall.config.line.board_refresh_ms / 1_000
    hub.every(period_s, refresh, name="board", on_error=_reporter(hall.log))
    start_thread(lambda: hall.readers.run(on_error), "board-readers")
    _measure_readers(hall)
    server.wsgi = with_streams(server.wsgi, hall.readers, hand_over=hand_over)
    server.wsgi = behind_proxies(server.wsgi, hall.config.server.trusted_proxies)
    return server


def _wire(hall: Hall, hub: Hub, engine: Engine) -> Server:
    app = _flask_app(hall, has_engine=True)
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
        cors_allowed_origins="*",  # live/door.py has judged the origin already
        json=strict_json,
        serializer=StrictPacket,
        logger=False,
        engineio_logger=False,
    )
    sio = socketio.server
    carriers = Carriers(
        sio,
        hub,
        ping_interval_s=line.ping_interval_s,
        ping_timeout_s=line.ping_timeout_s,
        message_limit=line.message_limit_bytes,
    )
    screen_sockets(sio.eio, ScreenedSocket, carriers.carry, end_turn)
    Gate(hall, sio)

    report = _reporter(hall.log)
    carriers.shortcut = CandidateLine(hall, sio, engine, practice_items()).shortcut
    proctor_line = ProctorLine(hall, sio, engine, hub.make_lock)
    ReadyLine(hall, sio)
    hub.every(PROCTOR_REFRESH_S, proctor_line.refresh, name="proctor", on_error=report)
    hub.every(SWEEP_S, carriers.sweep, name="carriers", on_error=report)
    hub.every(LOGIN_RECHECK_S, proctor_line.recheck, name="logins", on_error=report)
    late_profiles = LateProfiles(hall)
    hub.every(PROFILE_LOOK_S, late_profiles.look, name="profiles", on_error=report)
    hub.every(TICK_S, lambda: engine.tick(hub.spawn), name="timers", on_error=report)
    turns = hub.make_turns(TURN_COUNT)

    def on_refusal(status: str) -> None:
        code = "foreign_origin" if status == FOREIGN_ORIGIN else "no_handshake"
        note_refusal(hall, int(status[:3]), code, rule=SOCKETS)

    public_url = hall.config.server.public_url
    wsgi = guard_door(without_compression(app), public_url, turns, on_refusal)
    server = Server(wsgi, app, hall, stop=lambda: exit_now(0), count_carried=lambda: carriers.count)
    return _serve_boards(server, hub)


def _reporter(operators_log: Any) -> Callable[[str, Exception], None]:
    def report(name: str, error: Exception) -> None:
        operators_log.error("loop_failed", loop=name, error=repr(error))

    return report


PAGES_FOR_ALL = (public, api, health, violations)
"""Modules with a `make_blueprint`; the board's own process has no others."""
PAGES_OF_THE_HALL = (
    candidate, proctor, account, staff_admin, admin, papers, media, bank, seals, imports, editing,
    lockdown, closing, outboxes, replay, plan, plan_exams, plan_session, door, workstation, before,
    readiness,
)  # fmt: skip


def _flask_app(hall: Hall, *, has_engine: bool) -> Flask:
    i18n.catalogue()  # read now: a server that is out of file descriptors still says why
    app = Flask("cat_engine", static_folder="static", template_folder="templates")
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT_BYTES
    app.json.sort_keys = False  # type: ignore[attr-defined]
    pages.install(app)
    errors.install(app, hall)
    security.install(app, hall)
    for module in PAGES_FOR_ALL + (PAGES_OF_THE_HALL if has_engine else ()):
        app.register_blueprint(module.make_blueprint(hall))
    return app


def without_compression(app: Callable[..., Any]) -> Callable[..., Any]:
    """Hide a browser's offer to compress each message: its state costs 145 kB a connection."""

    def wsgi(environ: dict[str, Any], start_response: Any) -> Any:
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        return app(environ, start_response)

    return wsgi


def _gauge(hall: Hall, name: str, text: str, value: Callable[[], float]) -> None:
    Gauge(name, text, registry=hall.metrics).set_function(value)


def _measure_readers(hall: Hall) -> None:
    readers = hall.readers
    _gauge(hall, "cat_board_readers", "Readers of boards.", lambda: readers.count)
    _gauge(hall, "cat_board_readers_slow", "Readers behind.", lambda: readers.slow_count)
    _gauge(hall, "cat_board_gaps", "Readers sent to the snapshot.", lambda: readers.counts.gaps)
    _gauge(hall, "cat_board_let_go", "Readers who left.", lambda: readers.counts.let_go)


def _measure(hall: Hall, engine: Engine, writer: Writer) -> None:
    def gauge(name: str, text: str, value: Callable[[], float]) -> None:
        _gauge(hall, name, text, value)

    gauge("cat_journal_entries", "Entries written since the start.", lambda: writer.entry_count)
    gauge("cat_journal_commits", "Commits since the start.", lambda: writer.commit_count)
    gauge("cat_journal_waiting", "Submissions waiting.", lambda: writer.waiting_count)
    gauge(
        "cat_sittings",
        "Sittings in memory.",
        engine.count_sittings,
    )
    gauge(
        "cat_lines",
        "Sittings with a live connection.",
        lambda: sum(
            cell.sitting.line for live in engine.sessions() for cell in live.cells.values()
        ),
    )
