"""One way for every socket message: rate, parse, handle, acknowledge; errors become codes.

Handlers stand on python-socketio's own server, not behind Flask's per-event request context: that
alone nearly doubles the rate (docs/decisions/0003-handlers-beside-flask.md).
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from werkzeug.http import parse_cookie

from cat_engine import strict_json
from cat_engine.accounts.login import login_of
from cat_engine.accounts.user import Login, Role
from cat_engine.hall import Hall
from cat_engine.i18n import LANGUAGE_COOKIE, as_language, text
from cat_engine.live.door import PATH
from cat_engine.live.gate import BadPacket, StrictPacket, hang_up
from cat_engine.live.messages import Malformed, parse
from cat_engine.metrics import counter_of
from cat_engine.refusals import NO_NEWS, note_refusal
from exam_sessions.decide import Refused
from exam_sessions.writer import Busy, WriterStopped

Message = TypeVar("Message")
Json = dict[str, Any]

OFFENCE_LIMIT = 5
"""Malformed messages after which a connection is closed."""
BURST_FACTOR = 5


@dataclass(slots=True)
class Caller:
    """One live connection: who speaks, in which language, and how fast."""

    login: Any
    language: str
    address: str
    token: str | None = None
    browser: str = ""
    """What it proved of its browser: verified, missing, wrong; empty where nobody asked."""
    is_browser_required: bool = False
    epoch: int = 0
    tokens: float = 0.0
    refilled_at: int = 0
    offence_count: int = 0
    watched: set[str] = field(default_factory=set)


Outcome = Callable[[], Json]
Finish = Callable[[Outcome], None]
"""Told once how a message ended, by a call that gives its reply or raises why it was refused."""
Read = tuple[int, str, Any]
"""Number, name and content of a message."""
Start = Callable[[str, Caller, Message, Finish], bool]
"""Begins to handle a message of a connection; False when it cannot without waiting."""


class Wire:
    """The callers of one namespace and the road of their messages."""

    def __init__(self, hall: Hall, sio: Any, namespace: str) -> None:
        self.hall = hall
        self.sio = sio
        self.namespace = namespace
        self.callers: dict[str, Caller] = {}
        self.prefix = f"2{namespace},"
        self._messages = counter_of(
            hall.metrics,
            "cat_messages_total",
            "Socket messages by namespace, name and outcome.",
            "namespace",
            "name",
            "outcome",
        )
        self._counts: dict[tuple[str, str], Any] = {}
        self._starters: dict[str, tuple[type[Any], Start[Any]]] = {}
        self._usual: Callable[[str], Read | None] = lambda _message: None
        sio.on("*", self._refuse_unknown, namespace=namespace)

    def on(
        self, name: str, message_type: type[Message], handle: Callable[[str, Caller, Message], Json]
    ) -> None:
        """Register a handler; what it returns goes into the acknowledgement."""

        def handler(sid: str, *values: object) -> Json:
            caller = self.callers.get(sid)
            if caller is None:
                return self._refuse("not_signed_in", "id", name)
            if not self._may_speak(caller):
                return self._refuse("slow_down", caller.language, name)
            try:
                message = parse(message_type, values[0] if len(values) == 1 else None)
                reply = handle(sid, caller, message)
            except Malformed:
                return self._offend(sid, caller, name)
            except (Refused, Busy, WriterStopped) as refusal:
                return self._refuse(refusal.code, caller.language, name)
            return self._accept(name, reply)

        self.sio.on(name, handler, namespace=self.namespace)

    def on_started(self, name: str, message_type: type[Message], start: Start[Message]) -> None:
        """Register, beside the handler of `on`, one that does not wait and is asked first."""
        self._starters[name] = (message_type, start)

    def on_usual(self, read: Callable[[str], Read | None]) -> None:
        """Register a quick way to read a message that comes often; None for whatever is not one."""
        self._usual = read

    def take(self, engine_sid: str, message: str, answer: Callable[[str], None]) -> bool:
        """Handle a message without waiting, or say that the handler of `on` must.

        What is malformed is left to that one as well: there it counts as an offence.
        """
        sid = self.sio.manager.sid_from_eio_sid(engine_sid, self.namespace)
        caller = self.callers.get(sid)
        read = (self._usual(message) or self._read(message)) if caller else None
        if caller is None or read is None:
            return False
        number, name, parsed = read

        def send(reply: Json) -> None:
            answer(f"3{self.namespace},{number}[{strict_json.dumps(reply)}]")

        def finish(outcome: Outcome) -> None:
            try:
                reply = self._accept(name, outcome())
            except (Refused, Busy, WriterStopped) as refusal:
                reply = self._refuse(refusal.code, caller.language, name)
            send(reply)

        if not self._may_speak(caller):
            send(self._refuse("slow_down", caller.language, name))
            return True
        try:
            is_started = self._starters[name][1](sid, caller, parsed, finish)
        except (Refused, Busy, WriterStopped) as refusal:
            send(self._refuse(refusal.code, caller.language, name))
            return True
        if not is_started:
            caller.tokens += 1  # the handler of `on` takes it again
        return is_started

    def _read(self, message: str) -> Read | None:
        """What a message says, when it is one that can be handled without waiting."""
        try:
            packet = StrictPacket(encoded_packet=message)
            number, data = packet.id, cast("list[Any]", packet.data)  # an event, by its prefix
            if number is None or len(data) != 2 or data[0] not in self._starters:
                return None
            return number, data[0], parse(self._starters[data[0]][0], data[1])
        except (BadPacket, Malformed):
            return None

    def push(self, name: str, message: Json, *, to: str | None = None) -> None:
        """Send a hint; whether it arrives never matters."""
        self.sio.emit(name, message, to=to, namespace=self.namespace)

    def close(self, sid: str) -> None:
        """Disconnect one caller: leave the namespace and close the connection under it."""
        engine_sid = self.sio.manager.eio_sid_from_sid(sid, self.namespace)
        self.sio.disconnect(sid, namespace=self.namespace)
        if engine_sid is not None:
            hang_up(self.sio, engine_sid)

    def _may_speak(self, caller: Caller) -> bool:
        """A token bucket for each connection."""
        now = self.hall.clock()
        rate = self.hall.config.line.message_rate_per_s
        most = rate * BURST_FACTOR
        if caller.refilled_at == 0:
            caller.tokens = most
        else:
            caller.tokens = min(most, caller.tokens + (now - caller.refilled_at) * rate / 1_000)
        caller.refilled_at = now
        if caller.tokens < 1:
            return False
        caller.tokens -= 1
        return True

    def _refuse_unknown(self, _name: str, sid: str, *_values: object) -> Json:
        """Refuse a message that has no handler; its name is a stranger's and is not counted by."""
        caller = self.callers.get(sid)
        if caller is None:
            return self._refuse("not_signed_in", "id", "unknown")
        return self._offend(sid, caller, "unknown")

    def _offend(self, sid: str, caller: Caller, name: str) -> Json:
        caller.offence_count += 1
        if caller.offence_count >= OFFENCE_LIMIT:
            self.hall.log.warning("connection_closed_after_offences", namespace=self.namespace)
            self.close(sid)
        return self._refuse("malformed", caller.language, name)

    def _accept(self, name: str, reply: Json) -> Json:
        self._count(name, "ok")
        return {"ok": True, **reply}

    def _refuse(self, code: str, language: str, name: str) -> Json:
        self._count(name, code)
        return {"ok": False, "code": code, "message": text(f"error.{code}", language)}

    def _count(self, name: str, outcome: str) -> None:
        count = self._counts.get((name, outcome))
        if count is None:  # looking a label up costs more than counting
            count = self._messages.labels(self.namespace, name, outcome)
            self._counts[name, outcome] = count
        count.inc()


def admit(hall: Hall, environ: Any, roles: Collection[Role], namespace: str) -> Login | None:
    """Give who opens this connection if they are of these roles; else count and refuse them."""
    login = login_of(hall, environ)
    if login is None or login.role not in roles:
        status, code = (401, NO_NEWS) if login is None else (403, "forbidden")
        note_refusal(hall, status, code, rule=PATH + namespace[1:])
        return None
    return login


def language_of(hall: Hall, environ: dict[str, Any]) -> str:
    """The language that the page which opens this connection is shown in."""
    chosen = as_language(parse_cookie(environ).get(LANGUAGE_COOKIE))
    return chosen or hall.config.language.default
