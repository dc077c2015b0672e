"""One way for every socket message: rate, parse, handle, acknowledge; errors become codes.

Handlers stand on python-socketio's own server, not behind Flask's per-event request context: that
alone nearly doubles the rate (docs/decisions/0003-handlers-beside-flask.md).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from prometheus_client import Counter
from werkzeug.http import parse_cookie

from cat_engine.hall import Hall
from cat_engine.i18n import LANGUAGE_COOKIE, as_language, text
from cat_engine.live.gate import hang_up
from cat_engine.live.messages import Malformed, parse
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
    epoch: int = 0
    tokens: float = 0.0
    refilled_at: int = 0
    offence_count: int = 0
    watched: set[str] = field(default_factory=set)


class Wire:
    """The callers of one namespace and the road of their messages."""

    def __init__(self, hall: Hall, sio: Any, namespace: str) -> None:
        self.hall = hall
        self.sio = sio
        self.namespace = namespace
        self.callers: dict[str, Caller] = {}
        self._messages = _counter(hall)
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
            self._messages.labels(self.namespace, name, "ok").inc()
            return {"ok": True, **reply}

        self.sio.on(name, handler, namespace=self.namespace)

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

    def _refuse(self, code: str, language: str, name: str) -> Json:
        self._messages.labels(self.namespace, name, code).inc()
        return {"ok": False, "code": code, "message": text(f"error.{code}", language)}


def language_of(hall: Hall, environ: dict[str, Any]) -> str:
    """The language that the page which opens this connection is shown in."""
    chosen = as_language(parse_cookie(environ).get(LANGUAGE_COOKIE))
    return chosen or hall.config.language.default


_COUNTERS: dict[int, Counter] = {}


def _counter(hall: Hall) -> Counter:
    """The one counter of messages in this server's registry."""
    key = id(hall.metrics)
    if key not in _COUNTERS:
        _COUNTERS[key] = Counter(
            "cat_messages_total",
            "Socket messages by namespace, name and outcome.",
            ("namespace", "name", "outcome"),
            registry=hall.metrics,
        )
    return _COUNTERS[key]
