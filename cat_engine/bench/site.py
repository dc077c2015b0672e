"""The exam that is measured: a database with candidates, forms and logins, made in one go."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy import Engine as Database

from cat_engine import db
from cat_engine.accounts import passwords
from cat_engine.accounts.store import NewLogin, insert_candidate_logins
from cat_engine.accounts.user import login_of_candidate
from cat_engine.bench.row import Unsound
from cat_engine.clock import wall_now
from cat_engine.migrations import migrate
from cat_engine.preparation.assembly import assemble_forms
from cat_engine.rehearsal import stage
from cat_engine.rehearsal.audit import audit
from cat_engine.rehearsal.virtual import Story
from exam_sessions import store
from exam_sessions.store import Enrolment, Exam, Room, SessionPlan
from question_bank import store as bank_store
from question_bank.importers import read
from question_bank.samples import bank_files, blueprint_path

BANK = "skd-sample"
EXAM_SESSION = "bench-1"
ROOM = "A"
PIN = "246810"
FORM_COUNT = 200
"""Forms that are drawn; beyond, they are dealt out again: drawing is no part of these rows."""
LOGIN_MS = 12 * 3_600_000

FAST_LINES = "line: {message_rate_per_s: 1000000}\n"
"""Settings for a closed loop, where each connection asks hundreds of times as often as a person."""


@dataclass(frozen=True, slots=True)
class Site:
    """A database that is ready for its server."""

    folder: Path
    database: Database
    people: Sequence[tuple[str, str]]
    """Participant number and cookie of everybody."""

    def audit(self, stories: Sequence[Story]) -> None:
        """Every acknowledgement has its entry, once, with the same content.

        Raises:
            Unsound: naming what is lost, doubled or changed.
        """
        checked = audit(self.database, EXAM_SESSION, stories)
        if not checked.is_clean:
            first = [*checked.lost, *checked.doubled, *checked.changed][:3]
            raise Unsound(f"acknowledgements and journal differ: {'; '.join(first)}")

    def open_and_start(self, url: str) -> None:
        """Let everybody begin, as a member of staff does."""
        with stage.staff_for_a_while(self.database, wall_now()) as (username, password):
            stage.open_and_start(url, EXAM_SESSION, username, password)


def make_site(folder: Path, count: int) -> Site:
    """An SKD exam of 110 items for `count` candidates who are logged in already."""
    database = db.connect(f"sqlite:///{folder / 'cat-engine.db'}")
    migrate(database)
    database = db.writing(database)
    path = blueprint_path("skd-2024")
    assert path is not None, "the blueprint is shipped"
    exam = Exam("bench", "Tolok ukur", BANK, path.read_text("utf-8"), "bench 2026")
    plan = SessionPlan(EXAM_SESSION, exam.id, "Sesi 1", wall_now(), 0, "masked", "live")
    with database.begin() as connection:
        for bank_file in bank_files():
            report = read(bank_file)
            bank_store.add_items(connection, report.items, report.pictures)
        store.add_exam(connection, exam)
        store.add_session(connection, plan, [Room(plan.id, ROOM, "Ruang A", count)])
        enrolments = _enrolments(count)
        store.add_enrolments(connection, enrolments[:FORM_COUNT])
        assemble_forms(connection, plan.id)
        store.add_enrolments(connection, enrolments[FORM_COUNT:])
        _copy_forms(connection, numbers(count))
        people = [(number, _log_in(connection, number)) for number in numbers(count)]
    return Site(folder, database, people)


def _copy_forms(connection: Connection, people: Sequence[str]) -> None:
    drawn = list(store.get_forms(connection, EXAM_SESSION).values())
    copies = [
        replace(drawn[index % len(drawn)], participant_no=number)
        for index, number in enumerate(people)
        if index >= FORM_COUNT
    ]
    if copies:
        store.add_forms(connection, copies)


def numbers(count: int) -> list[str]:
    """Everybody's participant number."""
    return [f"B-{index:06}" for index in range(1, count + 1)]


def _enrolments(count: int) -> list[Enrolment]:
    pin_hash = passwords.hash_pin(PIN)
    return [
        Enrolment(
            exam_session=EXAM_SESSION,
            participant_no=number,
            name=f"Peserta {index}",
            formation="Auditor",
            formation_type="general",
            disability="",
            room=ROOM,
            seat=str(index),
            pin_hash=pin_hash,
        )
        for index, number in enumerate(numbers(count), start=1)
    ]


def _log_in(connection: Connection, participant_no: str) -> str:
    token = secrets.token_urlsafe(32)
    now = wall_now()
    login = login_of_candidate(EXAM_SESSION, participant_no)
    digest = sha256(token.encode()).digest()
    insert_candidate_logins(connection, [NewLogin(digest, login, now, now + LOGIN_MS)])
    return f"cat-login={token}"
