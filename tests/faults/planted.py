"""`cat-engine` with one defect planted, named by CAT_PLANTED: to show that a check can fail."""

import logging
import os
import threading
import time
from contextlib import nullcontext
from functools import partial
from typing import Any

from cat_engine import app, clock, db, log, web_server
from cat_engine.cli import main
from exam_sessions import journal, writer


def accept_once_failed() -> None:
    """Eventlet's own loop: the first error of `accept` ends it."""
    _plant(web_server, _Door=lambda listener, *_: listener)


def acknowledge_early() -> None:
    """The writer lets everybody go on before the commit, and hears of no failure after it."""
    open_all = writer._open_all  # noqa: SLF001

    def commit(self: Any, connection: Any, batch: Any, heads: Any, errands: Any) -> Any:
        with connection.begin():
            drafts = [draft for submission in batch for draft in submission.drafts]
            entries = journal.append(
                connection, drafts, heads, epoch=self._epoch, now=self._clock()
            )
            outcomes = []
            for submission in batch:
                outcomes.append(entries[: len(submission.drafts)])
                entries = entries[len(submission.drafts) :]
            self.entry_count += len(drafts)
            for errand in errands:
                errand.work(connection)
                errand.done.set_result(None)
            self._deliver(partial(open_all, batch, outcomes))
            time.sleep(0.01)
        return outcomes

    _plant(writer.Writer, _commit=commit)
    _plant(writer, _open_all=lambda *_: None)


def no_lock() -> None:
    """Nothing keeps a second engine away."""
    _plant(db, only_engine=lambda _database: nullcontext())


def trust_the_journal() -> None:
    """The chain is not checked."""
    _plant(journal, _linked=lambda *given: journal._entry(given[-1]))  # noqa: SLF001


def no_gate() -> None:
    """Packets go straight to python-socketio."""
    _plant(app, Gate=lambda *_: None, StrictPacket="default", ScreenedSocket=lambda one: one)


def wall_clock() -> None:
    """Server time is the wall clock, jumps and all."""
    _plant(clock.Clock, __call__=lambda _self: int(time.time() * 1_000))


def log_from_threads() -> None:
    """Sixteen native threads that write to the program's log, and to a handler of `logging`."""
    written = log.get_log()
    logging.basicConfig(level=logging.INFO)

    def chatter() -> None:
        while True:
            written.info("chatter")
            logging.getLogger("chatter").info("chatter")
            time.sleep(0.01)

    for _ in range(16):
        threading.Thread(target=chatter, daemon=True).start()


def _plant(owner: Any, **defects: Any) -> None:
    for name, defect in defects.items():
        setattr(owner, name, defect)


if __name__ == "__main__":
    globals()[os.environ["CAT_PLANTED"]]()
    main()
