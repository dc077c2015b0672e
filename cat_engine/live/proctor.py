"""The /proctor namespace: watch rooms, act on seats. Every act is a command with a reason."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cat_engine.accounts.access import rooms_of
from cat_engine.accounts.login import login_of_token, token_of
from cat_engine.accounts.user import HALL_STAFF
from cat_engine.hall import Hall
from cat_engine.i18n import text
from cat_engine.live.act_commands import REASONS, sitting_command
from cat_engine.live.messages import ActIn, WatchIn
from cat_engine.live.monitor import Monitor
from cat_engine.live.wire import Caller, Json, Wire, admit, language_of
from exam_sessions import commands
from exam_sessions.decide import Refused
from exam_sessions.engine import ActOutcome, Engine
from exam_sessions.live_session import LiveSession

NAMESPACE = "/proctor"
ROOM_ACTS: Mapping[str, Callable[[str, str], commands.HallCommand]] = {
    "open": commands.OpenRoom,
    "start": commands.StartRoom,
}


KEPT_MS = 10 * 60_000
"""How long the rows of an exam session that nobody watches are kept: to fold them again from its
first entry takes seconds, for every console that is loaded anew."""


@dataclass(slots=True)
class _Watch:
    """The rows of one exam session, folded once for everybody who watches."""

    monitor: Monitor
    lock: Any
    """Held while entries are folded, in a native thread: who comes meanwhile waits for the rows."""
    watched_at: int


class ProctorLine:
    """The live connections of proctors."""

    def __init__(self, hall: Hall, sio: Any, engine: Engine, make_lock: Callable[[], Any]) -> None:
        self._hall = hall
        self._engine = engine
        self._wire = Wire(hall, sio, NAMESPACE)
        self._make_lock = make_lock
        self._watches: dict[str, _Watch] = {}
        sio.on("connect", self._on_connect, namespace=NAMESPACE)
        sio.on("disconnect", self._on_disconnect, namespace=NAMESPACE)
        self._wire.on("watch", WatchIn, self._watch)
        self._wire.on("act", ActIn, self._act)

    def recheck(self) -> None:
        """Close the lines of staff who are signed out, and let the others' rights be today's.

        Called every few seconds. The page connects again and is sent to the login.
        """
        for sid, caller in list(self._wire.callers.items()):
            login = login_of_token(self._hall, caller.token, afresh=True)
            if login is None or login.role not in HALL_STAFF:
                self._wire.close(sid)
            else:
                caller.login = login

    def refresh(self) -> None:
        """Send what has changed to everybody who watches; called a few times a second."""
        for exam_session, watch in list(self._watches.items()):
            with watch.lock:
                self._refresh(exam_session, watch)

    def _refresh(self, exam_session: str, watch: _Watch) -> None:
        now = self._hall.clock()
        if not self._watchers(exam_session):
            if now - watch.watched_at > KEPT_MS:
                del self._watches[exam_session]
            return
        watch.watched_at = now
        delta = self._fold(exam_session, watch)
        if delta is None:
            return
        for sid, caller in self._watchers(exam_session):
            rooms = self._rooms(caller, watch.monitor.live)
            self._wire.push("delta", watch.monitor.restrict(delta, rooms), to=sid)

    def _fold(self, exam_session: str, watch: _Watch) -> Json | None:
        try:
            delta: Json | None = self._hall.run_blocking(watch.monitor.poll, self._hall.clock())
        except Exception:
            self._watches.pop(exam_session, None)  # folded halfway; whoever comes next begins anew
            raise
        return delta

    def _watchers(self, exam_session: str) -> list[tuple[str, Caller]]:
        callers = self._wire.callers.items()
        return [(sid, caller) for sid, caller in callers if exam_session in caller.watched]

    def _on_connect(self, sid: str, environ: Any, _auth: object = None) -> bool:
        login = admit(self._hall, environ, HALL_STAFF, NAMESPACE)
        if login is None:
            return False
        language = language_of(self._hall, environ)
        self._wire.callers[sid] = Caller(
            login, language, environ.get("REMOTE_ADDR", ""), token_of(self._hall, environ)
        )
        return True

    def _on_disconnect(self, sid: str, _reason: object = None) -> None:
        self._wire.callers.pop(sid, None)

    def _rooms(self, caller: Caller, live: LiveSession) -> frozenset[str]:
        return rooms_of(caller.login, live.plan.id, live.state.rooms)

    def _watch(self, sid: str, caller: Caller, message: WatchIn) -> Json:
        live = self._engine.live(message.exam_session)
        rooms = self._rooms(caller, live)
        if not rooms:
            raise Refused("forbidden")
        exam_session = live.plan.id
        watch = self._watches.get(exam_session)
        if watch is None:
            monitor = Monitor(self._hall.database, live)
            watch = _Watch(monitor, self._make_lock(), self._hall.clock())
            self._watches[exam_session] = watch
        with watch.lock:
            if self._watches.get(exam_session) is not watch:  # let go while we waited
                return self._watch(sid, caller, message)
            if not self._watchers(exam_session):  # else it is followed, and news go to all
                self._fold(exam_session, watch)
            watch.watched_at = self._hall.clock()
            caller.watched.add(exam_session)
            return watch.monitor.restrict(watch.monitor.snapshot(watch.watched_at), rooms)

    def _act(self, _sid: str, caller: Caller, message: ActIn) -> Json:
        live = self._engine.live(message.exam_session)
        rooms = self._rooms(caller, live)
        if not rooms:
            raise Refused("forbidden")
        if message.reason not in REASONS:
            raise Refused("unknown_reason")
        if message.act in ROOM_ACTS:
            return self._act_on_rooms(caller, message, live, rooms)
        return self._act_on_sittings(caller, message, live, rooms)

    def _act_on_rooms(
        self, caller: Caller, message: ActIn, live: LiveSession, rooms: frozenset[str]
    ) -> Json:
        named = sorted(rooms) if message.targets.get("all") else [message.targets.get("room")]
        make = ROOM_ACTS[message.act]
        for room in named:
            if room not in rooms:
                raise Refused("forbidden")
        for room in named:
            self._engine.handle_hall(live.plan.id, make(room, caller.login.user))
        return {"done": len(named), "refused": []}

    def _act_on_sittings(
        self, caller: Caller, message: ActIn, live: LiveSession, rooms: frozenset[str]
    ) -> Json:
        command = sitting_command(message, caller.login.user)
        allowed = {
            participant_no
            for participant_no, cell in live.cells.items()
            if cell.sitting.seated.room in rooms
        }
        named = _named(message.targets, live, allowed)
        if isinstance(command, commands.Move) and command.room not in rooms:
            raise Refused("forbidden")
        outcome = self._engine.act(live.plan.id, named & allowed, command)
        return _told(outcome, named - allowed, caller.language)


def _named(targets: Json, live: LiveSession, allowed: set[str]) -> set[str]:
    if "participants" in targets:
        return set(targets["participants"])
    if "room" in targets:
        room = targets["room"]
        return {no for no in allowed if live.cells[no].sitting.seated.room == room}
    return allowed


def _told(outcome: ActOutcome, forbidden: set[str], language: str) -> Json:
    refused = {**outcome.refused, **dict.fromkeys(forbidden, "forbidden")}
    return {
        "done": outcome.done,
        "refused": [
            {"participant_no": no, "code": code, "message": text(f"error.{code}", language)}
            for no, code in sorted(refused.items())
        ],
    }
