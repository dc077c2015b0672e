"""demo: a whole exam on this machine, with virtual candidates, in one command."""

import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine as Database

from cat_engine.accounts import passwords
from cat_engine.accounts.store import save_staff
from cat_engine.accounts.user import EVERY_ROOM, Role, Staff
from cat_engine.cli.console import State
from cat_engine.clock import wall_now
from cat_engine.preparation.assembly import assemble_forms, record_use
from cat_engine.rehearsal import stage
from cat_engine.rehearsal.people import Knowledge, able_person
from cat_engine.rehearsal.run import run
from cat_engine.rehearsal.virtual import Person
from exam_sessions import store
from exam_sessions.store import Enrolment, Exam, Room, SessionPlan
from question_bank import custody
from question_bank import store as bank_store
from question_bank.custody import Provenance
from question_bank.importers import read
from question_bank.item import Item
from question_bank.samples import bank_files, blueprint_path

BANK = "skd-sample"
EXAM_SESSION = "skd-contoh-sesi-1"
FREE_SEATS = (("24-5521-0061", "Ani Lestari", "B", "1"), ("24-5521-0062", "Budi Santoso", "B", "2"))
PASSWORD = "contoh-2026-aman"  # noqa: S105 - of a demonstration that listens on this machine
PIN = "246810"
PROVENANCE = Provenance(
    by="dewi", author="cat-engine", reason="contoh yang disertakan", approved_by="dewi"
)
START_LIMIT_S = 60
POLL_S = 0.1
STOP_LIMIT_S = 10
GIVEN = ("Citra", "Dimas", "Eka", "Fajar", "Gita", "Hendra", "Intan", "Joko", "Kartika", "Lukman")
FAMILY = ("Wijaya", "Siregar", "Nababan", "Rahayu", "Pratama", "Hidayat")
FORMATIONS = ("Analis Kebijakan", "Pranata Komputer", "Auditor", "Perencana")


@click.command()
@click.option("--port", default=8080, show_default=True, help="Port of the server.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--count", default=60, show_default=True, help="How many virtual candidates.")
@click.option("--speed", default=30.0, show_default=True, help="Times faster than real people.")
@click.option(
    "--folder",
    default="demo-data",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Directory of the demonstration; it is made anew each time.",
)
@click.pass_obj
def demo(state: State, port: int, host: str, count: int, speed: float, folder: Path) -> None:
    """Show a whole SKD exam: server, board, proctor, a free seat, and virtual candidates.

    Everything is made anew in its own directory; Ctrl-C ends everything that was started.
    """
    _check_port(host, port)
    _clear(folder)
    config = state.config(storage__data_dir=str(folder), server__port=port)
    state.overrides["storage.data_dir"] = str(folder)
    from cat_engine import db  # noqa: PLC0415
    from cat_engine.migrations import migrate  # noqa: PLC0415

    database = db.connect(config.database_url)
    migrate(database)
    database = db.writing(database)
    items = _prepare(database, count)
    url = f"http://localhost:{port}"
    with _server(folder, host, port) as server:
        _wait_until_ready(server, port)
        stage.open_and_start(url, EXAM_SESSION, "dewi", PASSWORD)
        _print_table(url)
        click.echo(f"{count} virtual candidates answer now. Ctrl-C ends everything.\n")
        knowledge = Knowledge(items)
        people = [
            Person(number, PIN, able_person(number, knowledge, speed=speed), index * 0.15)
            for index, number in enumerate(_numbers(count))
        ]
        total = count * 110
        with state.progress("answers", total) as step:
            outcome, _ = run(
                url, people, database=database, exam_session=EXAM_SESSION, on_answer=step
            )
        verdict = "every one is in the journal" if outcome.is_clean else "NOT all are in order"
        click.echo(
            f"{outcome.finished_count} virtual candidates have finished; "
            f"{outcome.acknowledged_count} answers were acknowledged and {verdict}."
        )
        click.echo("The server goes on until Ctrl-C.")
        server.wait()


def _prepare(database: Database, count: int) -> list[Item]:
    """Bank, exam, rooms, roster, forms and staff, as the other commands would make them."""
    path = blueprint_path("skd-2024")
    assert path is not None, "the blueprint is shipped"
    exam = Exam(
        "skd-contoh",
        "SKD CPNS Kota Surakarta (contoh)",
        BANK,
        path.read_text("utf-8"),
        "contoh 2026",
        approved_only=True,
    )
    now = wall_now()
    plan = SessionPlan(EXAM_SESSION, exam.id, "Sesi 1", now, 0, "masked", "live")
    rooms = [Room(plan.id, "A", "Ruang A", count), Room(plan.id, "B", "Ruang B", 10)]
    with database.begin() as db:
        for bank_file in bank_files():
            report = read(bank_file)
            custody.take_in(db, report.items, report.pictures, PROVENANCE, now=now)
        store.add_exam(db, exam)
        store.add_session(db, plan, rooms)
        store.add_enrolments(db, _enrolments(plan.id, count))
        assemble_forms(db, plan.id)
        record_use(db, plan.id, by="dewi", now=now)
        _add_staff(db, now)
        return list(bank_store.list_items(db, BANK))


def _enrolments(exam_session: str, count: int) -> list[Enrolment]:
    virtual = [
        (number, f"{GIVEN[i % len(GIVEN)]} {FAMILY[i % len(FAMILY)]}", "A", str(i + 1))
        for i, number in enumerate(_numbers(count))
    ]
    pin_hash = passwords.hash_pin(PIN)
    return [
        Enrolment(
            exam_session=exam_session,
            participant_no=number,
            name=name,
            formation=FORMATIONS[index % len(FORMATIONS)],
            formation_type="cumlaude" if index % 9 == 8 else "general",
            disability="",
            room=room,
            seat=seat,
            pin_hash=pin_hash,
        )
        for index, (number, name, room, seat) in enumerate([*virtual, *FREE_SEATS])
    ]


def _numbers(count: int) -> list[str]:
    return [f"24-5521-{1000 + i:04}" for i in range(count)]


def _add_staff(db: object, now: int) -> None:
    password_hash = passwords.hash_password(PASSWORD)
    for username, name, role in (
        ("dewi", "Dewi", Role.ADMINISTRATOR),
        ("citra", "Citra", Role.PROCTOR),
    ):
        member = Staff(username, name, role, EVERY_ROOM, password_hash)
        save_staff(db, member, now=now)  # type: ignore[arg-type]


def _print_table(url: str) -> None:
    # Address above login, so that an address stays in one piece on a terminal of 80 columns.
    table = Table(title="cat-engine", title_justify="left", show_lines=True)
    table.add_column("who", overflow="fold")
    table.add_column("address and login", overflow="fold")
    number, name, *_ = FREE_SEATS[0]
    rows: Mapping[str, tuple[str, str]] = {
        "Public board": (f"{url}/board/{EXAM_SESSION}", "no login"),
        "Big screen": (f"{url}/board/{EXAM_SESSION}?screen=1", "no login"),
        "Candidate": (f"{url}/login", f"free seat: {name}, number {number}, PIN {PIN}"),
        "Proctor": (f"{url}/staff", f"citra, password {PASSWORD}"),
        "Administrator": (f"{url}/staff", f"dewi, password {PASSWORD}"),
    }
    for who, (address, login) in rows.items():
        table.add_row(who, f"{address}\n{login}")
    Console().print(table)


def _check_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"port {port} is taken; stop what uses it or choose another: --port 8090"
            ) from error


def _clear(folder: Path) -> None:
    """Remove the directory of the last demonstration, and nothing that is not one."""
    mark = folder / "demonstration"
    if folder.exists() and any(folder.iterdir()) and not mark.exists():
        raise click.ClickException(f"{folder} holds something else; choose another --folder")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    mark.write_text("made anew by every `cat-engine demo`\n")


@contextmanager
def _server(folder: Path, host: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    command = [
        sys.executable, "-m", "cat_engine", "--data-dir", str(folder),
        "serve", "--host", host, "--port", str(port), "--log-json",
    ]  # fmt: skip
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job ignores it
    for ending in (signal.SIGTERM, signal.SIGHUP):  # a closed terminal ends everything as well
        signal.signal(ending, lambda *_: signal.raise_signal(signal.SIGINT))
    with (folder / "server.log").open("wb") as log:
        # A group of its own: Ctrl-C reaches us alone, and we end the server in order.
        server = subprocess.Popen(  # noqa: S603 - our own program with fixed arguments
            command, stdout=log, stderr=log, start_new_session=True
        )
    try:
        yield server
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            server.kill()
        click.echo("the server has ended")


def _wait_until_ready(server: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(int(START_LIMIT_S / POLL_S)):
        if server.poll() is not None:
            raise click.ClickException("the server did not start; see server.log in the folder")
        connection = HTTPConnection("localhost", port, timeout=1)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except (OSError, HTTPException):
            pass
        finally:
            connection.close()
        with suppress(subprocess.TimeoutExpired):
            server.wait(POLL_S)
    raise click.ClickException("the server is not ready after a minute; see server.log")
