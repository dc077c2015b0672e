"""The /ready namespace: a workstation measures its line and reports itself, by the code of a check.

Nobody signs in for it. The code is checked when the connection is made and again with each report,
so a code that has expired reports nothing more.
"""

from dataclasses import asdict
from typing import Any

from cat_engine.hall import Hall
from cat_engine.live.door import PATH
from cat_engine.live.messages import EchoIn, ReportIn
from cat_engine.live.wire import Caller, Json, Wire, language_of
from cat_engine.readiness.desk import Check
from cat_engine.readiness.station import Station, problems
from cat_engine.refusals import note_refusal
from cat_engine.visitor import limited_as
from exam_sessions.decide import Refused

NAMESPACE = "/ready"
SEAT_LENGTH_LIMIT = 20
CODE_LENGTH_LIMIT = 20


class ReadyLine:
    """The live connections of workstations that are being checked."""

    def __init__(self, hall: Hall, sio: Any) -> None:
        self._hall = hall
        self._wire = Wire(hall, sio, NAMESPACE)
        self._places: dict[str, tuple[str, str]] = {}
        sio.on("connect", self._on_connect, namespace=NAMESPACE)
        sio.on("disconnect", self._on_disconnect, namespace=NAMESPACE)
        self._wire.on("echo", EchoIn, self._echo)
        self._wire.on("report", ReportIn, self._report)

    def _on_connect(self, sid: str, environ: Any, shown: object = None) -> bool:
        address = environ.get("REMOTE_ADDR", "")
        place = self._place(shown, address)
        if place is None:
            note_refusal(self._hall, 403, "forbidden", rule=PATH + NAMESPACE[1:])
            return False
        self._wire.callers[sid] = Caller(None, language_of(self._hall, environ), address)
        self._places[sid] = place
        return True

    def _place(self, shown: object, address: str) -> tuple[str, str] | None:
        """The code and the seat that a workstation shows, if the code is one of a check."""
        if not isinstance(shown, dict):
            return None
        code, seat = shown.get("code"), shown.get("seat")
        if not isinstance(code, str) or not isinstance(seat, str):
            return None
        if not 0 < len(seat) <= SEAT_LENGTH_LIMIT or len(code) > CODE_LENGTH_LIMIT:
            return None
        check = self._admit(code, address)
        return None if check is None else (check.code, seat)

    def _on_disconnect(self, sid: str, _reason: object = None) -> None:
        self._wire.callers.pop(sid, None)
        self._places.pop(sid, None)

    def _echo(self, _sid: str, _caller: Caller, message: EchoIn) -> Json:
        return {"number": message.number, "now": self._hall.clock()}

    def _report(self, sid: str, caller: Caller, message: ReportIn) -> Json:
        code, seat = self._places[sid]
        check = self._admit(code, caller.address)
        if check is None:
            raise Refused("code_expired")
        station = Station(seat=seat, reported_at=self._hall.clock(), **asdict(message))
        check.report(station)
        return {"problems": list(problems(station, self._hall.config.readiness))}

    def _admit(self, code: str, address: str) -> Check | None:
        return self._hall.desk.admit(code, address=limited_as(address), now=self._hall.clock())
