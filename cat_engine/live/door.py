"""The door of the sockets: only a websocket handshake from our own pages comes to Engine.IO.

Engine.IO answers other requests at its address too, with polling that is switched off, and fails at
some, so that a connection hangs until its heartbeat is due. And a browser sends its cookies with a
handshake from any site whatever: the `Origin` it names is what tells our pages from others.

Behind the door a few handshakes are made at a time, in the order of arrival. When a hall comes back
at one instant, the first is in and answers after a moment; all at once would all be in last.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol
from urllib.parse import parse_qs

from cat_engine.visitor import is_own_origin

PATH = "/socket.io/"
QUERY = {"EIO": ["4"], "transport": ["websocket"]}
QUERY_LIMIT = 200
TURN_COUNT = 4
"""Handshakes that are made at a time."""
NO_HANDSHAKE = "400 Bad Request"
FOREIGN_ORIGIN = "403 Forbidden"
_TURN = "cat_engine.turn"
_REFUSAL_HEADERS = [
    ("Content-Type", "text/plain"),
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
]


class Turns(Protocol):
    """A semaphore that wakes in the order of arrival."""

    def acquire(self) -> object:
        """Wait for a turn."""

    def release(self) -> object:
        """Give it to the next."""


def guard_door(
    app: Callable[..., Any], public_url: str, turns: Turns, on_refusal: Callable[[str], None]
) -> Callable[..., Any]:
    """Refuse what is no handshake of our pages before `app` sees it; other paths pass.

    `on_refusal` is told the status of each refusal.
    """

    def wsgi(environ: dict[str, Any], start_response: Any) -> Any:
        if not str(environ.get("PATH_INFO", "")).startswith(PATH):
            return app(environ, start_response)
        status = refusal(environ, public_url)
        if status is None:
            turns.acquire()
            environ[_TURN] = [turns]
            try:
                return app(environ, start_response)
            finally:
                end_turn(environ)
        on_refusal(status)
        start_response(status, _REFUSAL_HEADERS)
        return [status.encode() + b"\n"]

    return wsgi


def end_turn(environ: dict[str, Any]) -> None:
    """Let the next handshake begin: this one is made, or its connection stays with its request."""
    held = environ.get(_TURN)
    if held:
        held.pop().release()


def refusal(environ: Mapping[str, Any], public_url: str) -> str | None:
    """Give the status that refuses a request for a socket, or None for a proper one."""
    if not is_handshake(environ):
        return NO_HANDSHAKE
    if not is_own_origin(environ.get("HTTP_ORIGIN"), environ.get("HTTP_HOST", ""), public_url):
        return FOREIGN_ORIGIN
    return None


def is_handshake(environ: Mapping[str, Any]) -> bool:
    """Say whether this asks for a websocket with Engine.IO 4 in it, and for nothing else."""
    connection = [part.strip() for part in _text(environ, "HTTP_CONNECTION").lower().split(",")]
    query = _text(environ, "QUERY_STRING")
    if len(query) > QUERY_LIMIT:
        return False
    asked = {name: value for name, value in parse_qs(query).items() if name != "t"}
    return (
        environ.get("REQUEST_METHOD") == "GET"
        and environ.get("PATH_INFO") == PATH
        and "upgrade" in connection
        and _text(environ, "HTTP_UPGRADE").lower() == "websocket"
        and _text(environ, "HTTP_SEC_WEBSOCKET_VERSION") == "13"
        and 0 < len(_text(environ, "HTTP_SEC_WEBSOCKET_KEY")) <= QUERY_LIMIT
        and asked == QUERY
        and "HTTP_TRANSFER_ENCODING" not in environ
        and _text(environ, "CONTENT_LENGTH") in ("", "0")
    )


def _text(environ: Mapping[str, Any], name: str) -> str:
    return str(environ.get(name, ""))
