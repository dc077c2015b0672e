"""The processes of one measurement: known by name, ended with it, and the time it may take.

A measurement waits for its server in many places. None of them needs a limit of its own: when the
time is over, its processes are killed and whatever waits is interrupted.
"""

import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

LOG_LINES_KEPT = 200
WORDS_KEPT = 3
"""Lines of a server's log that say why something could not be measured."""
WORD_LENGTH = 300
END_LIMIT_S = 20
AGAIN_S = 5.0
"""After the first interruption, until the next: what was being tidied up may wait as well."""


class Overdue(Exception):
    """A measurement took longer than it may."""


@dataclass(slots=True)
class Child:
    """A process that a measurement started."""

    process: subprocess.Popen[str]
    log: deque[str] = field(default_factory=lambda: deque(maxlen=LOG_LINES_KEPT))
    """What it said last, for whoever reads its log."""


_children: list[Child] = []
"""Of the measurement that is under way; there is one at a time."""


def start_child(arguments: Sequence[str], **streams: Any) -> Child:
    """Start a Python program that ends with the measurement at the latest."""
    child = Child(
        subprocess.Popen(  # noqa: S603 - our own programs
            [sys.executable, *arguments],
            text=True,
            start_new_session=True,  # Ctrl-C reaches us alone, and we end it in order
            **streams,
        )
    )
    _children.append(child)
    return child


INTERRUPTS = Path("/proc/interrupts")


@contextmanager
def other_processors() -> Iterator[None]:
    """Whatever is started within keeps to half of the processors, and leaves the disk the others.

    For what would sit on other machines. A priority alone does not do: where all processors of a
    virtual machine are busy, by however humble a program, its disk was measured to answer after
    4.9 ms in place of 0.2, because the host serves it with what they leave. And whoever fills the
    processor that devices interrupt delays the end of every synchronisation.
    """
    mine = os.sched_getaffinity(0)
    os.sched_setaffinity(0, quieter_half(mine, INTERRUPTS.read_text()))
    try:
        yield
    finally:
        os.sched_setaffinity(0, mine)


def quieter_half(processors: Collection[int], interrupts: str) -> list[int]:
    """The half of some processors that devices interrupt least often; at least one of them.

    Args:
        processors: their numbers.
        interrupts: what Linux says in /proc/interrupts.
    """
    heading, *lines = interrupts.splitlines()
    numbers = [int(name.removeprefix("CPU")) for name in heading.split()]
    counts = dict.fromkeys(numbers, 0)
    for line in lines:
        name, _, told = line.partition(":")
        if name.strip().isdecimal():  # of a device; the others are the kernel's own
            for number, count in zip(numbers, told.split(), strict=False):
                counts[number] += int(count)
    ordered = sorted(processors, key=lambda number: (counts.get(number, 0), number))
    return ordered[: max(1, len(ordered) // 2)]


@contextmanager
def measurement(limit_s: float) -> Iterator[None]:
    """Everything that is started within ends with the block; the block ends when its time is over.

    Only in the main thread: it is a signal that interrupts.

    Raises:
        Overdue: it took longer than `limit_s` seconds.
    """
    overdue = Overdue(f"it took longer than {limit_s:g} s")
    is_over = False

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        nonlocal is_over
        is_over = True
        _kill_all()
        raise overdue

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, limit_s, AGAIN_S)
    try:
        yield
    except Exception as error:
        if is_over and error is not overdue:  # what broke because its processes were killed
            raise overdue from error
        raise
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        _kill_all()
        for child in _children:
            _bury(child.process)
        _children.clear()


def last_words() -> str:
    """The last lines of every log of this measurement; call it within the block."""
    words = [
        line.strip()[:WORD_LENGTH] for child in _children for line in [*child.log][-WORDS_KEPT:]
    ]
    return "\n".join(word for word in words if word)


def _bury(process: subprocess.Popen[str]) -> None:
    process.wait(END_LIMIT_S)
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            with suppress(OSError):  # what waited to be written to a dead process
                stream.close()


def _kill_all() -> None:
    for child in _children:
        with suppress(ProcessLookupError):
            child.process.kill()
