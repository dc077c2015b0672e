"""A trace of 200 events on a real journal, told acknowledgement by acknowledgement.

The clock is given and every command is fixed, so two runs write the same entries with the same
hashes: after any crash the journal must be a beginning of the reference, no shorter than what was
acknowledged, and end between two submissions.
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine as Database
from sqlalchemy import event, select

from cat_engine import db
from cat_engine.migrations import migrate
from exam_sessions import commands
from exam_sessions.engine import Engine
from exam_sessions.tables import journal_entries
from exam_sessions.verify import verify_session
from scoring.response import Choice
from tests.cast import EXAM_SESSION
from tests.factories import (
    STARTS_AT,
    FakeClock,
    RunningEngine,
    add_exam_session,
    get_act,
    get_enrolment,
    open_room,
    start_engine,
)
from tests.faults import planted as planted_defects

PEOPLE = tuple(f"p{number}" for number in range(10))
WORKING = PEOPLE[:5]
EVENT_COUNT = 200
CHECKPOINT_PAGES = 60
"""SQLite moves its write-ahead log into the database this often, so that the trace meets it."""
STEP_MS = 1_000


@dataclass(frozen=True, slots=True)
class Planted:
    """What is broken on purpose, to show that the checks see it."""

    acknowledge_early: bool = False
    synchronous: str = "FULL"


def prepare(path: Path) -> None:
    """A database with ten candidates whose room has started."""
    database = db.writing(db.connect(f"sqlite:///{path}"))
    migrate(database)
    add_exam_session(database, [get_enrolment(no, str(n)) for n, no in enumerate(PEOPLE)])
    running = start_engine(database, FakeClock())
    open_room(running.engine)
    running.stop()
    database.dispose()


def copy(source: Path, target: Path) -> Path:
    """The database with its write-ahead log, somewhere else."""
    for suffix in ("", "-wal"):
        with suppress(FileNotFoundError):
            shutil.copyfile(f"{source}{suffix}", f"{target}{suffix}")
    return target


def open_for_trace(path: Path, planted: Planted) -> tuple[RunningEngine, FakeClock]:
    """An engine on the database, as the server would start it."""
    database = db.connect(f"sqlite:///{path}")

    def prepare_connection(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
        cursor.execute(f"PRAGMA synchronous={planted.synchronous}")
        cursor.close()

    event.listen(database, "connect", prepare_connection)
    if planted.acknowledge_early:
        planted_defects.acknowledge_early()
    clock = FakeClock(STARTS_AT + STEP_MS)
    return start_engine(db.writing(database), clock), clock


def run(running: RunningEngine, clock: FakeClock, tell: Callable[[int], object]) -> None:
    """Put 200 events through the road; after each acknowledgement tell how many are on disk."""
    for step in _steps(running.engine):
        clock.advance(STEP_MS)
        step()
        tell(running.writer.entry_count)
        if running.writer.entry_count >= EVENT_COUNT:
            break
    assert running.writer.entry_count >= EVENT_COUNT


def _steps(engine: Engine) -> Iterator[Callable[[], object]]:
    """Entering, beginning, answering, flags, acts on all, ends of parts, two who finish."""

    def handle(no: str, command: commands.SittingCommand) -> Callable[[], object]:
        return lambda: engine.handle(EXAM_SESSION, no, command)

    def act(command: commands.SittingCommand) -> Callable[[], object]:
        return lambda: engine.act(EXAM_SESSION, PEOPLE, command)

    seq = 100_000
    for no in WORKING:
        yield handle(no, commands.Enter("pc"))
        yield handle(no, commands.Begin(1))
    for turn in range(20):
        for no in WORKING:
            seq += 1
            yield handle(no, commands.Respond(1, seq, 1 + turn % 6, Choice("ABCDE"[turn % 5])))
        yield act(commands.Pause(get_act(f"pause-{turn}")))
        yield act(commands.Resume(get_act(f"resume-{turn}")))
        if turn == 2:
            for no in WORKING[:2]:
                yield handle(no, commands.EndPart(1, seq + 1_000))
                yield handle(no, commands.Begin(1))
                yield handle(no, commands.EndPart(1, seq + 1_001))
        yield act(commands.Extend(get_act(f"extend-{turn}"), 60_000))


def hashes(database: Database) -> list[str]:
    """The hash of every entry, in order."""
    table = journal_entries.c
    query = select(table.hash).where(table.exam_session == EXAM_SESSION).order_by(table.position)
    with database.connect() as connection:
        return list(connection.scalars(query))


def violations(found: Sequence[str], reference: "Reference", told: int) -> list[str]:
    """What a journal after a crash breaks, given how many entries were acknowledged."""
    base = len(reference.base)
    lost = base + told - len(found)
    broken = []
    if lost > 0:
        broken.append(f"{lost} acknowledged entries are lost")
    if list(found) != list(reference.hashes[: len(found)]):
        broken.append("entries are not those that were submitted")
    if len(found) - base not in reference.ends:
        broken.append("a submission stands in part")
    later = [end for end in reference.ends if end > told]
    if len(found) - base > (later[0] if later else told):
        broken.append("entries stand there that nobody waits for")
    return broken


@dataclass(frozen=True, slots=True)
class Reference:
    """An undisturbed run: hashes before it, all hashes, and where submissions end."""

    base: Sequence[str]
    hashes: Sequence[str]
    ends: Sequence[int]


def make_reference(base_path: Path, folder: Path) -> Reference:
    """Run the trace undisturbed, and check that it is a good one."""
    path = copy(base_path, folder / "reference.db")
    database = db.connect(f"sqlite:///{path}")
    running, clock = open_for_trace(path, Planted())
    base = hashes(database)
    ends = [0]
    run(running, clock, ends.append)
    running.stop()
    assert [] == verify_session(database, EXAM_SESSION).findings
    reference = Reference(base, hashes(database), ends)
    database.dispose()
    return reference
