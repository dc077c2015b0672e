"""`cat-engine` with one defect planted, named by CAT_PLANTED: to show that a check can fail."""

import calendar
import logging
import os
import struct
import sys
import threading
import time
from contextlib import nullcontext
from functools import partial
from typing import Any

from cat_engine import app, clock, config, db, log, web_server
from cat_engine.accounts import login
from cat_engine.cli import main
from cat_engine.live import candidate, carrier, gate, wire
from exam_sessions import decide, journal, taking, writer

OVERHEAD_BYTES = sys.getsizeof(b"") + struct.calcsize("P")
"""Of an object of bytes and its place in a list."""


def accept_once_failed() -> None:
    """Eventlet's own loop: the first error of `accept` ends it."""
    _plant(web_server, _Door=lambda listener, *_, **__: listener)


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


def acknowledge_long_before() -> None:
    """The same, with half a second between the word and the deed."""
    acknowledge_early()
    commit, rest = writer.Writer._commit, time.sleep  # noqa: SLF001
    _plant(time, sleep=lambda s: rest(0.5 if s == 0.01 else s))
    _plant(writer.Writer, _commit=commit)


def impatient() -> None:
    """A commit that does not wait for another program."""
    _plant(db, BUSY_TIMEOUT_MS=100)


def first_come() -> None:
    """Whoever sits there stays, and nobody else is let in."""
    enter = decide._enter  # noqa: SLF001

    def kept(sitting: Any, *given: Any) -> Any:
        if sitting.line:
            raise decide.Refused("conflict")
        return enter(sitting, *given)

    _plant(decide, _enter=kept)


def both_speak() -> None:
    """An older workstation is neither told, nor closed, nor refused."""

    def entered(self: Any, _sid: str, caller: Any, after: Any, _command: Any) -> Any:
        caller.epoch = after.epoch
        return self._whole(caller)

    _plant(decide, _check_epoch=lambda *_: None)
    _plant(candidate.CandidateLine, _entered=entered)


def no_memory_of_numbers() -> None:
    """A message that was seen before is taken for a new one."""
    for module in (decide, taking):
        _plant(module, is_repeat=lambda *_: False)


def nothing_shown_again() -> None:
    """A workstation that comes later is shown no answer of before."""
    whole = candidate.CandidateLine._whole  # noqa: SLF001
    _plant(
        candidate.CandidateLine,
        _whole=lambda self, caller: whole(self, caller) | {"responses": {}},
    )


def keep_all_that_is_sent() -> None:
    """Whatever goes to a reader is kept for ever, a thousand times."""
    write, kept = carrier.Carrier.write, []

    def hoard(self: Any, data: bytes) -> None:
        kept.append(bytearray(data) * 1_000)
        write(self, data)

    _plant(carrier.Carrier, write=hoard)


def drop_lines() -> None:
    """Every fortieth message to a page ends its line instead."""
    write, count = carrier.Carrier.write, iter(range(1, 10**9))

    def drop(self: Any, data: bytes) -> None:
        if next(count) % 40:
            write(self, data)
        else:
            self.drop()

    _plant(carrier.Carrier, write=drop)


def try_again() -> None:
    """A commit that failed is tried once more, and the server goes on."""
    commit = writer.Writer._commit  # noqa: SLF001

    def stubborn(*given: Any) -> Any:
        try:
            return commit(*given)
        except Exception:  # noqa: BLE001 - this is the defect
            return commit(*given)

    _plant(writer.Writer, _commit=stubborn)


def no_time_limits() -> None:
    """A request may take for ever."""
    _plant(web_server, SOCKET_TIMEOUT_S=10_000, REQUEST_LIMIT_S=10_000)


def one_hall_is_one_guesser() -> None:
    """Tries are counted for the address alone, right ones too: a hall has one."""
    begin, tries = login.begin_attempt, iter(range(100))

    def counted(*given: Any) -> Any:
        if next(tries, None) is None:
            raise login.TooManyTries(60_000)
        return begin(*given)

    _plant(login, begin_attempt=counted)


def as_many_as_eventlet() -> None:
    """Eventlet's own number of connections at once."""
    _plant(web_server, CONNECTION_LIMIT=1_024)


def local_clock() -> None:
    """Server time is that of the machine's zone."""
    _plant(clock.Clock, __call__=lambda _self: 1_000 * calendar.timegm(time.localtime(time.time())))


def believe_the_page() -> None:
    """A page that says how long an answer waited moves the server's clock."""
    tell, respond, skew_ms = clock.Clock.__call__, taking.take_response, [0]

    def moved(sitting: Any, command: Any, *given: Any) -> Any:
        skew_ms[0] += 60_000 if command.held_ms else 0
        return respond(sitting, command, *given)

    _plant(decide, take_response=moved)
    _plant(clock.Clock, __call__=lambda self: tell(self) + skew_ms[0])


def keep_every_offence() -> None:
    """A hundred bytes are kept of each bad packet."""
    offend, kept = gate.Gate._offend, []  # noqa: SLF001

    def hoard(self: Any, engine_sid: str) -> None:
        kept.append(bytes(100 - OVERHEAD_BYTES))
        offend(self, engine_sid)

    _plant(gate.Gate, _offend=hoard)
    # Every packet of a connection is to come in: the attack's patient server.
    for module in (gate, wire):
        _plant(module, OFFENCE_LIMIT=10**9)


def shorten_heartbeats() -> None:
    """A page has a tenth of a second to answer a heartbeat."""
    made = carrier.Carriers.__init__

    def hasty(self: Any, *given: Any, **named: Any) -> None:
        made(self, *given, **{**named, "ping_timeout_s": 0.1})

    _plant(carrier.Carriers, __init__=hasty)


def log_every_offence() -> None:
    """No line of the log is left out."""
    _plant(log, SPARSE_PERIOD_MS=-1)


def end_after_a_gap() -> None:
    """A watchdog that ends the server when it was not served for two seconds."""

    def watch() -> None:
        seen_at = time.monotonic()
        while time.monotonic() < seen_at + 2:
            seen_at = time.monotonic()
            time.sleep(0.1)
        os._exit(70)

    threading.Thread(target=watch, daemon=True).start()


def end_after_a_slow_commit() -> None:
    """A disk that takes more than a second ends the server."""
    commit = writer.Writer._commit  # noqa: SLF001

    def timed(*given: Any) -> Any:
        began_at = time.monotonic()
        outcome = commit(*given)
        if time.monotonic() > began_at + 1:
            os._exit(70)
        return outcome

    _plant(writer.Writer, _commit=timed)


def log_waits_for_ever() -> None:
    """A line of the log waits for a lock that nobody gives back."""
    write = log.Sturdy.write

    def stuck(self: Any, words: str) -> int:
        if "signed_in" in words:
            threading.Event().wait()
        return write(self, words)

    _plant(log.Sturdy, write=stuck)


def forgive_settings() -> None:
    """A setting that does not exist is passed over."""
    items = config._items  # noqa: SLF001
    names = {"grace_s", *config.Config.__dataclass_fields__}

    def known(root: Any, path: Any, what: str) -> Any:
        found = items(root, path, what)
        is_shipped = path in (config.SOURCE, config.PACKAGED)
        return found if is_shipped else [pair for pair in found if pair[0].value in names]

    _plant(config, _items=known)


def no_settling() -> None:
    """A stop that leaves the last of the record in SQLite's log."""
    _plant(db, settle=lambda _database: None)


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


def heartbeats_by_the_wall_clock() -> None:
    """Whether a page is silent for too long is judged by the wall clock."""
    _plant(carrier, monotonic_s=time.time)


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
