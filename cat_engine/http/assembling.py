"""Assembling the forms of an exam session from a page: a thread of its own, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cat_engine.db import reading, writing
from cat_engine.http.errors import Problem
from cat_engine.preparation import planning
from cat_engine.preparation.planning import Signature
from cat_engine.runtime import start_thread
from exam_sessions import store

if TYPE_CHECKING:
    from cat_engine.hall import Hall

RUNNING, DONE, FAILED = "running", "done", "failed"


@dataclass(slots=True)
class Job:
    """One assembly; the thread that works counts `done` up and sets `state` last."""

    total: int
    done: int = 0
    state: str = RUNNING
    why: str = ""

    def step(self) -> None:
        """One form more is drawn and checked."""
        self.done += 1


@dataclass(slots=True)
class Assemblies:
    """The newest assembly of each exam session since the start; one runs at a time."""

    _jobs: dict[str, Job] = field(default_factory=dict)

    def of(self, exam_session: str) -> Job | None:
        """The newest one of this exam session."""
        return self._jobs.get(exam_session)

    def start(self, hall: Hall, exam_session: str, missing: int, signed: Signature) -> Job:
        """Begin to draw the forms that are missing.

        Raises:
            Problem: one runs already.
        """
        if any(job.state == RUNNING for job in self._jobs.values()):
            raise Problem("conflict")
        job = Job(missing)
        self._jobs[exam_session] = job
        start_thread(lambda: _work(hall, exam_session, job, signed), "assembly")
        return job


def _work(hall: Hall, exam_session: str, job: Job, signed: Signature) -> None:
    # Imported here: solvers are large, and a running exam does not touch them.
    from cat_engine.preparation import assembly  # noqa: PLC0415

    try:
        with reading(hall.database).connect() as db:
            drawn = assembly.draw_missing(db, exam_session, job.step)
        with writing(hall.database).begin() as db:
            assembly.keep(db, drawn)
            assembly.record_use(db, exam_session, by=signed.by, now=signed.now)
            forms = store.count_forms(db).get(exam_session, 0)
            planning.record(
                db, "forms_assembled", exam_session, signed, made=len(drawn.forms), forms=forms
            )
    except Exception as error:
        job.why = str(error) if hasattr(error, "code") else "internal"
        job.state = FAILED
        if not hasattr(error, "code"):
            raise
    else:
        job.state = DONE
