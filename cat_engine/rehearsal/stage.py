"""Setting a stage: an exam session of its own for virtual candidates, opened as staff would."""

import asyncio
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Engine as Database

from cat_engine.accounts import management, passwords
from cat_engine.accounts.login import digest_of
from cat_engine.accounts.store import insert_staff_login
from cat_engine.accounts.user import EVERY_ROOM, Role, Staff
from cat_engine.preparation.assembly import assemble_forms
from cat_engine.preparation.roster import make_pin
from cat_engine.rehearsal.http import LoginRefused, log_in_staff
from cat_engine.rehearsal.line import LineDown, open_line
from exam_sessions import store
from exam_sessions.store import Enrolment, Exam, Room, SessionPlan

ROOM = "A"
LOGIN_MS = 24 * 3_600_000
REHEARSAL = "rehearsal"
"""Who adds and removes the person of a run, on the record of accounts."""


class StageProblem(Exception):
    """The stage could not be set; the message says what the server answered."""

    code = "stage_problem"


@dataclass(frozen=True, slots=True)
class Extra:
    """A virtual candidate to enrol."""

    participant_no: str
    name: str
    formation_type: str = "general"


def enrol(
    database: Database,
    plan: SessionPlan,
    extras: Sequence[Extra],
    *,
    on_step: Callable[[], None] = lambda: None,
) -> Mapping[str, str]:
    """Store an exam session with one room, its candidates and forms; the PINs by number.

    The exam must be stored. Argon2id hashes are those of real candidates, so logins cost the same.
    """
    pins = {extra.participant_no: make_pin() for extra in extras}
    enrolments = []
    for seat, extra in enumerate(extras, start=1):
        enrolments.append(
            Enrolment(
                exam_session=plan.id,
                participant_no=extra.participant_no,
                name=extra.name,
                formation="",
                formation_type=extra.formation_type,
                disability="",
                room=ROOM,
                seat=str(seat),
                pin_hash=passwords.hash_pin(pins[extra.participant_no]),
            )
        )
        on_step()
    with database.begin() as db:
        store.add_session(db, plan, [Room(plan.id, ROOM, "Ruang A", len(extras))])
        store.add_enrolments(db, enrolments)
        assemble_forms(db, plan.id)
    return pins


def add_exam_once(database: Database, exam: Exam) -> None:
    """Store an exam unless it is stored already with the same content."""
    with database.begin() as db:
        present = store.get_exam(db, exam.id)
        if present is None:
            store.add_exam(db, exam)
        elif present != exam:
            raise StageProblem(f"exam {exam.id} is stored already with other content")


@contextmanager
def staff_for_a_while(database: Database, now: int) -> Iterator[tuple[str, str]]:
    """A member of staff who exists for the length of a run: username and password.

    A login whose token is the password is stored as well, for servers on which administrators must
    have a second factor (`_cookie`): whoever can write this needs none.
    """
    username, password = f"rehearsal-{secrets.token_hex(4)}", secrets.token_urlsafe(24)
    member = Staff(
        username, "Rehearsal", Role.ADMINISTRATOR, EVERY_ROOM, passwords.hash_password(password)
    )
    with database.begin() as db:
        management.add_staff(db, member, by=REHEARSAL, now=now)
        insert_staff_login(
            db,
            digest_of(password),
            username,
            now=now,
            expires_at=now + LOGIN_MS,
            passed_code=True,
        )
    try:
        yield username, password
    finally:
        with database.begin() as db:
            management.remove_staff(db, username, by=REHEARSAL, now=now)


def open_and_start(url: str, exam_session: str, username: str, password: str) -> None:
    """Open and start every room of an exam session over a proctor's socket.

    Raises:
        StageProblem: the server refused.
    """
    asyncio.run(_open_and_start(url, exam_session, username, password))


async def _cookie(url: str, username: str, password: str) -> str:
    try:
        return await log_in_staff(url, username=username, password=password)
    except LoginRefused as refused:
        if "enrol_needed" not in str(refused):
            raise
        return f"cat-login={password}; __Host-cat-login={password}"


async def _open_and_start(url: str, exam_session: str, username: str, password: str) -> None:
    cookie = await _cookie(url, username, password)
    try:
        line = await open_line(url, "/proctor", cookie)
        for act in ("open", "start"):
            reply = await line.call(
                "act",
                {
                    "act_id": f"{act}-{exam_session}",
                    "exam_session": exam_session,
                    "act": act,
                    "targets": {"all": True},
                    "reason": "procedure",
                },
            )
            if not reply["ok"]:
                raise StageProblem(f"{act} was refused: {reply['code']}")
        await line.close()
    except LineDown as error:
        raise StageProblem(f"no answer at {url}: {error}") from error
