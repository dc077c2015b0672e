"""How this process waits: with web_server.py the only module that knows eventlet.

The server runs on eventlet's hub without monkey-patching: green code waits through the functions
below, native threads stay native. So the journal's writer is a plain thread with plain locks, the
log and the database pool cannot meet a green lock, and another runtime is a change of this file
(docs/decisions/0002-eventlet-without-patching.md).
"""

import collections
import gc
import os
import resource
import select
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import engineio.packet
import engineio.socket

from cat_engine.clock import monotonic_s

# Eventlet's own resolver of names is slow to import; we only accept connections.
os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")
with warnings.catch_warnings():
    # Known and decided: docs/decisions/0002-eventlet-without-patching.md.
    warnings.simplefilter("ignore")
    import eventlet
import eventlet.event
import eventlet.hubs
import eventlet.semaphore
import eventlet.wsgi

from exam_sessions.journal import Entry

P = ParamSpec("P")
T = TypeVar("T")

BLOCKING_THREADS = 8
CONNECTION_LIMIT = 30_000
GARBAGE_THRESHOLDS = (50_000, 20, 50)
ROUND_LIMIT = 32
"""Ready descriptors served in one round: while the journal commits one round's entries, the next
round is served, so that neither waits for the other."""
NICENESS = 10
SWITCH_INTERVAL_S = 0.000_2
"""After which a thread that waits for the interpreter gets it. The journal's writer needs it for a
moment at every step of a commit; with Python's 5 ms a commit waited several times as long for its
turns as for the disk, and everybody's acknowledgement with it."""


class Hub:
    """Green waiting, the way from native threads back to the hub, and sockets watched by calls.

    A watched descriptor costs one call when it is ready: no stack that waits for it, and no system
    call to say so again. The calls run on the hub itself, so they must not wait; what has to wait
    goes through `spawn`.
    """

    def __init__(self, on_error: Callable[[str, Exception], None]) -> None:
        """Begin to watch.

        Args:
            on_error: told what went wrong in a call on the hub; the hub goes on.
        """
        self._on_error = on_error
        self._calls: collections.deque[Callable[[], None]] = collections.deque()
        self._pool = ThreadPoolExecutor(BLOCKING_THREADS, thread_name_prefix="blocking")
        self._watched: dict[int, Callable[[int], None]] = {}
        self._after_round: list[Callable[[], None]] = []
        # An epoll of our own stands as one descriptor in eventlet's: what it watches is added
        # once and stays, while eventlet adds and removes a descriptor around every single wait.
        self._epoll = select.epoll()
        self._reader, self._waker = os.pipe()
        os.set_blocking(self._reader, False)
        os.set_blocking(self._waker, False)
        self.watch(self._reader, self._take_calls)
        eventlet.hubs.get_hub().add(
            eventlet.hubs.hub.READ, self._epoll.fileno(), self._serve_watched, _ignore, None
        )

    def watch(self, descriptor: int, on_ready: Callable[[int], None]) -> None:
        """Call `on_ready` with the events, on the hub, whenever a descriptor can be read."""
        self._watched[descriptor] = on_ready
        self._epoll.register(descriptor, select.EPOLLIN)

    def watch_for(self, descriptor: int, *, reading: bool, writing: bool) -> None:
        """Change for what a watched descriptor is watched."""
        events = (select.EPOLLIN if reading else 0) | (select.EPOLLOUT if writing else 0)
        self._epoll.modify(descriptor, events)

    def unwatch(self, descriptor: int) -> None:
        """Forget a descriptor; to be called before it is closed."""
        if self._watched.pop(descriptor, None) is not None:
            self._epoll.unregister(descriptor)

    def after_each_round(self, call: Callable[[], None]) -> None:
        """Call this whenever some ready descriptors have been served."""
        self._after_round.append(call)

    def call_soon(self, call: Callable[[], None]) -> None:
        """Run `call` on the hub; may be called from any thread. It must not wait."""
        self._calls.append(call)
        with suppress(BlockingIOError):  # the pipe is full of wake-ups already
            os.write(self._waker, b"\0")

    def _serve_watched(self, _epoll: int) -> None:
        for descriptor, events in self._epoll.poll(0, ROUND_LIMIT):
            on_ready = self._watched.get(descriptor)
            if on_ready is not None:  # forgotten by a call just before
                self._guard(on_ready, events)
        for call in self._after_round:
            self._guard(call)

    def _take_calls(self, _events: int) -> None:
        os.read(self._reader, 65_536)
        for _ in range(len(self._calls)):
            self._guard(self._calls.popleft())
        if self._calls:
            os.write(self._waker, b"\0")

    def _guard(self, call: Callable[..., None], *args: int) -> None:
        # An error that reaches eventlet's hub ends the watching of everything.
        try:
            call(*args)
        except Exception as error:  # noqa: BLE001 - reported; one connection must not end others
            self._on_error("hub", error)

    def run_blocking(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run blocking work in a native thread while the hub serves others."""
        done: eventlet.event.Event = eventlet.event.Event()
        future = self._pool.submit(work, *args, **kwargs)
        future.add_done_callback(lambda _: self.call_soon(done.send))
        done.wait()
        return future.result()

    def make_gate(self) -> "GreenGate":
        """A gate for the journal's writer, opened by `call_soon`."""
        return GreenGate()

    def make_lock(self) -> eventlet.semaphore.Semaphore:
        """A lock for green threads."""
        return eventlet.semaphore.Semaphore(1)

    def make_turns(self, count: int) -> "GreenTurns":
        """Turns for green threads, so many at a time."""
        return GreenTurns(count)

    def every(self, period_s: float, work: Callable[[], None], *, name: str,
              on_error: Callable[[str, Exception], None]) -> None:  # fmt: skip
        """Call `work` again and again on the hub; an error is reported and the loop goes on."""

        def loop() -> None:
            while True:
                eventlet.sleep(period_s)
                try:
                    work()
                except Exception as error:  # noqa: BLE001 - reported, and the next round tries
                    on_error(name, error)

        eventlet.spawn(loop)

    def spawn(self, work: Callable[..., Any], *args: Any) -> None:
        """Run `work` beside the caller on the hub."""
        eventlet.spawn(work, *args)


class GreenTurns:
    """A semaphore whose holders begin in the hub's next round, so that others come in between.

    Work that never waits would go on in one piece, however many turns there are: each green thread
    ends its own before the next one asks.
    """

    __slots__ = ("_semaphore",)

    def __init__(self, count: int) -> None:
        self._semaphore: eventlet.semaphore.Semaphore = eventlet.semaphore.Semaphore(count)

    def acquire(self) -> None:
        """Wait for a turn, in the order of arrival."""
        self._semaphore.acquire()
        eventlet.sleep(0)

    def release(self) -> None:
        """Give it to the next."""
        self._semaphore.release()


class GreenGate:
    """A one-time meeting of the hub, which hears of commits, with a green waiter."""

    __slots__ = ("_event",)

    def __init__(self) -> None:
        self._event: eventlet.event.Event = eventlet.event.Event()

    def open(self, outcome: Sequence[Entry] | Exception) -> None:
        """Hand over the outcome; called once, on the hub."""
        self._event.send(outcome)

    def wait(self) -> Sequence[Entry]:
        """Wait for the outcome; an exception is raised here."""
        outcome = self._event.wait()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome  # type: ignore[no-any-return]


def _ignore(*_given: object) -> None:
    """What eventlet may throw at a listener that another one replaces; ours is never replaced."""


@contextmanager
def without_collector() -> Iterator[None]:
    """Build what is here to stay without looking for garbage in it; a replay makes none."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def settle_memory() -> None:
    """Let the garbage collector pass over what is here to stay, and look less often at the rest.

    By default it walks through every form and sitting again and again, in the middle of answers:
    it was among the largest shares of a profile, and grows with the sittings.
    Reference counts free nearly everything; cycles are rare here, and still found. What is garbage
    already goes first: frozen, it would stay for ever. 180 ms for 1,000 new sittings.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE_THRESHOLDS)


class SettleOnGrowth:
    """Settles memory whenever there are more sittings than ever before, and at no other time.

    What is alive when memory settles, the request of a connection that ends a moment later, is
    never looked at again; so nobody may bring it about as often as they like.
    """

    def __init__(self, count_sittings: Callable[[], int]) -> None:
        """Take the sittings that are here as settled."""
        self._count_sittings = count_sittings
        self._settled_count = count_sittings()

    def __call__(self, _session_id: str) -> None:
        """Look, after something happened to a whole exam session."""
        count = self._count_sittings()
        if count > self._settled_count:
            self._settled_count = count
            settle_memory()


def start_thread(work: Callable[[], None], name: str) -> threading.Thread:
    """Start a native thread that ends with the process."""
    thread = threading.Thread(target=work, name=name, daemon=True)
    thread.start()
    return thread


def take_turns_often() -> None:
    """Let native threads have their turns in a time that fits a commit."""
    sys.setswitchinterval(SWITCH_INTERVAL_S)


def use_own_heartbeats() -> None:
    """Let Engine.IO judge silence by the monotonic clock, and end heartbeats with connections.

    It reads the system's time, so a step of that clock would close every connection at once
    (measured; see docs/decisions/0002-eventlet-without-patching.md). And its heartbeat is a green
    thread that sleeps out its interval, whatever became of the connection: who came and went cost
    10 KB for 25 s, also with a connection that has left for a carrier.
    """
    engineio.socket.time = _MonotonicTime()
    engineio.socket.Socket = EngineSocket


class _MonotonicTime:
    """The one name that engineio.socket uses of the time module."""

    time = staticmethod(monotonic_s)


class EngineSocket(engineio.socket.Socket):  # type: ignore[misc]
    """Engine.IO's socket; between two heartbeats it costs a timer, and closed it costs nothing."""

    last_ping: float | None
    _heartbeat: Any = None

    def schedule_ping(self) -> None:
        """Send the next heartbeat after the interval; called when the last one was answered."""
        if self.last_ping:
            self.last_ping = None
            self._heartbeat = eventlet.hubs.get_hub().schedule_call_global(
                self.server.ping_interval, self._beat
            )

    def close(self, wait: bool = True, abort: bool = False, reason: Any = None) -> None:  # noqa: FBT001, FBT002 - as Engine.IO calls it
        """End the connection and its heartbeat."""
        super().close(wait, abort, reason)
        self.end_heartbeat()

    def end_heartbeat(self) -> None:
        """Send none any more, and let the hub forget this socket."""
        if self._heartbeat is not None:
            self._heartbeat.cancel()
            self._heartbeat = None

    def _beat(self) -> None:
        self._heartbeat = None
        if not self.closing and not self.closed:
            self.last_ping = engineio.socket.time.time()
            self.send(engineio.packet.Packet(engineio.packet.PING))


def hand_over(environ: dict[str, Any]) -> int | None:
    """Take the socket under a request away from the web server.

    The server goes on with a blank descriptor in its place, closes that, and forgets the request;
    its green thread ends. The caller returns an empty body.

    Returns:
        A descriptor of the caller's own, or None where there is no plain socket: in tests of the
        application alone, and under TLS, whose state cannot leave with the descriptor.
    """
    source = environ.get("eventlet.input")
    if source is None or environ.get("wsgi.url_scheme") == "https":
        return None
    served = source.get_socket().fileno()
    descriptor = os.dup(served)
    blank = os.open(os.devnull, os.O_RDWR)
    os.dup2(blank, served, inheritable=False)
    os.close(blank)
    eventlet.wsgi.WSGI_LOCAL.already_handled = True
    return descriptor


def give_way() -> None:
    """Let other programs of this machine come first whenever they want the processor.

    Where the kernel shares the processor among sessions first (autogroup), as desktops and many
    servers do, a nice value counts inside its own session only: two busy programs of two sessions
    get half each, whatever they are. The session has a value of its own, which is set when nobody
    else's depends on it. Under systemd it is `CPUWeight` that counts (docs/deploy).
    """
    os.nice(NICENESS)
    if os.getsid(0) == os.getpid():
        with suppress(OSError):  # a kernel without autogroup
            Path("/proc/self/autogroup").write_text(str(NICENESS))


def raise_descriptor_limit(wanted: int) -> int:
    """Let this process have as many open files as it needs, or as the system allows; how many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return max(soft, allowed) if soft != resource.RLIM_INFINITY else wanted


def on_stop_signal(stop: Callable[[], None]) -> None:
    """Call `stop` on the hub when the process is asked to end."""

    def on_signal(_signum: int, _frame: object) -> None:
        eventlet.spawn_n(stop)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)


def exit_now(status: int) -> None:
    """End the process at once; what counts is in the journal, and a new start replays it."""
    os._exit(status)
