"""The /board namespace: anybody may watch; versions and deltas, the snapshot comes by HTTP."""

from typing import Any

from cat_engine.hall import Hall
from cat_engine.live.messages import WatchBoardIn
from cat_engine.live.wire import Caller, Json, Wire, language_of
from exam_sessions.decide import Refused

NAMESPACE = "/board"


class BoardLine:
    """The live connections of the public."""

    def __init__(self, hall: Hall, sio: Any) -> None:
        self._hall = hall
        self._sio = sio
        self._wire = Wire(hall, sio, NAMESPACE)
        sio.on("connect", self._on_connect, namespace=NAMESPACE)
        sio.on("disconnect", self._on_disconnect, namespace=NAMESPACE)
        self._wire.on("watch", WatchBoardIn, self._watch)

    def refresh(self) -> None:
        """Follow the journals and send what changed; called about once a second."""
        for board, delta in self._hall.run_blocking(self._hall.boards.poll):
            # One encoding for every reader of the board: python-socketio encodes a room once.
            self._wire.push("delta", delta, to=f"board:{board}")

    def _on_connect(self, sid: str, environ: Any, _auth: object = None) -> bool:
        language = language_of(self._hall, environ)
        self._wire.callers[sid] = Caller(None, language, environ.get("REMOTE_ADDR", ""))
        return True

    def _on_disconnect(self, sid: str, _reason: object = None) -> None:
        self._wire.callers.pop(sid, None)

    def _watch(self, sid: str, _caller: Caller, message: WatchBoardIn) -> Json:
        version = self._hall.boards.version(message.board)
        if version is None:
            raise Refused("unknown_session")
        self._sio.enter_room(sid, f"board:{message.board}", namespace=NAMESPACE)
        return {"version": version}
