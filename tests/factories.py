"""Valid objects with few arguments, for tests of every ring."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import Engine as Database

from cat_engine.preparation.assembly import assemble_forms
from exam_sessions import commands, journal, store
from exam_sessions.commands import Act
from exam_sessions.engine import Engine, Plumbing
from exam_sessions.journal import Entry
from exam_sessions.live_session import DatabaseLibrary
from exam_sessions.writer import Writer
from question_bank import store as bank_store
from question_bank.item import DIFFICULTIES, Item, Option
from scoring.response import Choice
from scoring.rule import KeyRule, OptionPoints, Rule
from tests.cast import ANI, BUDI, DEWI, EXAM_SESSION, JOURNAL_KEY, ROOM

GRACE_MS = 2_000
STARTS_AT = 1_795_482_300_000
OPTION_IDS = "abcde"
SECTION = """\
      - id: {section}
        title: {{id: {section}, en: {section}}}
        items: {count}
"""
BLUEPRINT = """\
blueprint: small
title: {{id: Kecil, en: Small}}
parts:
  - id: main
    title: {{id: Utama, en: Main}}
    minutes: 10
    accommodations:
      - {{disability: visual, formation_type: disability, minutes: 13}}
    sections:
{first}
  - id: interview
    title: {{id: Wawancara, en: Interview}}
    minutes: 2
    sections:
{second}
thresholds:
  general: [{{section: twk, least: 5}}, {{section: tkp, least: 4}}]
  disability: [{{section: total, least: 5}}]
rank_by: [total, tkp, [twk, interview]]
"""


def get_item(section: str, number: int, **changes: Any) -> Item:
    """An item of five options; of TKP the options earn 1 to 5, of others "a" is the key."""
    rule: Rule = KeyRule(Choice("a"), right=Fraction(5))
    if section == "tkp":
        rule = OptionPoints({name: Fraction(i + 1) for i, name in enumerate(OPTION_IDS)})
    values: dict[str, Any] = {
        "bank": "small",
        "id": f"{section}-{number:03}",
        "version": 1,
        "section": section,
        "topic": f"topic-{number % 3}",
        "difficulty": DIFFICULTIES[number % len(DIFFICULTIES)],
        "kind": "choice",
        "stem": f"Soal {section} nomor {number}",
        "options": tuple(Option(name, f"{section} {number} {name}") for name in OPTION_IDS),
        "rule": rule,
    }
    return Item(**values | changes)


def get_bank(count: int = 12) -> list[Item]:
    """Items for the small blueprint."""
    return [get_item(section, n) for section in ("twk", "tkp", "interview") for n in range(count)]


def get_blueprint_text(main_count: int = 3, interview_count: int = 2) -> str:
    """Two parts with a clock each: twk and tkp, then an interview."""
    first = SECTION.format(section="twk", count=main_count)
    first += SECTION.format(section="tkp", count=main_count)
    second = SECTION.format(section="interview", count=interview_count)
    return BLUEPRINT.format(first=first.rstrip(), second=second.rstrip())


def get_enrolment(participant_no: str, seat: str = "1", **changes: Any) -> store.Enrolment:
    """A candidate of the general formation in room A."""
    values = {
        "exam_session": EXAM_SESSION,
        "participant_no": participant_no,
        "name": {ANI: "Ani Lestari", BUDI: "Budi Santoso"}.get(participant_no, "Peserta"),
        "formation": "Analis",
        "formation_type": "general",
        "disability": "",
        "room": ROOM,
        "seat": seat,
        "pin_hash": "",
    }
    return store.Enrolment(**values | changes)


def add_exam_session(
    database: Database,
    enrolments: Sequence[store.Enrolment] = (),
    *,
    exam_session: str = EXAM_SESSION,
    board_delay_s: int = 0,
    blueprint: str | None = None,
    items: Sequence[Item] | None = None,
    media: Mapping[str, bytes] | None = None,
) -> str:
    """Store bank, exam, exam session, candidates and forms."""
    people = enrolments or [get_enrolment(ANI, "1"), get_enrolment(BUDI, "2")]
    exam = store.Exam(
        f"exam-{exam_session}", "SKD CPNS 2026", "small", blueprint or get_blueprint_text(), "seed"
    )
    plan = store.SessionPlan(
        exam_session, exam.id, "Sesi pagi", STARTS_AT, board_delay_s, "masked", "live"
    )
    with database.begin() as db:
        bank_store.add_items(db, items or get_bank(), media or {})
        store.add_exam(db, exam)
        rooms = [store.Room(exam_session, ROOM, "Ruang A", 500)]
        store.add_session(db, plan, rooms, journal_key=JOURNAL_KEY)
        store.add_enrolments(db, people)
        assemble_forms(db, exam_session)
    return exam_session


class ThreadGate:
    """A gate between plain threads."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._outcome: Sequence[Entry] | Exception = ()

    def open(self, outcome: Sequence[Entry] | Exception) -> None:
        self._outcome = outcome
        self._event.set()

    def wait(self) -> Sequence[Entry]:
        assert self._event.wait(30), "the writer did not answer"
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome


@dataclass(slots=True)
class FakeClock:
    """A clock that moves when it is told to."""

    now: int = STARTS_AT

    def __call__(self) -> int:
        return self.now

    def advance(self, duration_ms: int) -> None:
        self.now += duration_ms


@dataclass(slots=True)
class RunningEngine:
    """An engine with its writer thread."""

    engine: Engine
    writer: Writer
    thread: threading.Thread

    def stop(self) -> None:
        """Commit what waits and end the writer."""
        self.writer.stop()
        self.thread.join(30)


def start_engine(database: Database, clock: Callable[[], int]) -> RunningEngine:
    """An engine on a database, recovered from its journal, on plain threads."""
    with database.begin() as db:
        lease = journal.take_lease(db, now=clock())
    writer = Writer(database, epoch=lease.epoch, clock=clock, make_gate=ThreadGate)
    thread = threading.Thread(target=writer.run, daemon=True)
    thread.start()
    plumbing = Plumbing(
        clock=clock, make_lock=threading.Lock, run_blocking=lambda work, *given: work(*given)
    )
    library = DatabaseLibrary(database, threading.Lock, GRACE_MS)
    engine = Engine(library, writer, plumbing, grace_ms=GRACE_MS)
    running = RunningEngine(engine, writer, thread)
    try:
        engine.recover(lease)
    except Exception:
        running.stop()
        raise
    return running


def open_room(engine: Engine, exam_session: str = EXAM_SESSION) -> None:
    """Open and start the room."""
    engine.handle_hall(exam_session, commands.OpenRoom(ROOM, DEWI))
    engine.handle_hall(exam_session, commands.StartRoom(ROOM, DEWI))


def get_act(act_id: str = "act-1", reason: str = "technical") -> Act:
    """An act by the proctor."""
    return Act(act_id=act_id, by="citra", reason=reason, words="")
