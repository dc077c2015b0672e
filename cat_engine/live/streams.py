"""From a request to an event stream: the socket leaves the web server with the head of its answer.

A green thread and its stack for every reader would cost 60 KB. So Flask decides as on any request
(does the board exist, which headers go out), and then the socket itself goes to `live/readers.py`.
A connection that cannot be handed over gets a finished answer with the same events and comes again.
"""

from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.http import http_date

from cat_engine.hall import FOLLOWING, Following
from cat_engine.live.readers import Readers

Headers = list[tuple[str, str]]
HandOver = Callable[[dict[str, Any]], int | None]
Application = Callable[[dict[str, Any], Any], Iterable[bytes]]

STREAM_PATH_END = "/events"
_HOP_BY_HOP = frozenset({"content-length", "connection", "keep-alive", "transfer-encoding"})


def with_streams(application: Application, readers: Readers, *, hand_over: HandOver) -> Application:
    """Let requests to follow a board be answered by the readers' thread.

    Args:
        application: answers everything else, and the head of these.
        readers: take the sockets.
        hand_over: takes the socket under a request away as a descriptor, or gives None.
    """

    def wsgi(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if not environ.get("PATH_INFO", "").endswith(STREAM_PATH_END):
            return application(environ, start_response)
        heads: list[tuple[str, Headers, Any]] = []
        # A list, because the environment is copied on the way to Flask.
        following: list[Following] = []
        environ[FOLLOWING] = following

        def keep_head(status: str, headers: Headers, error: Any = None) -> None:
            heads.append((status, headers, error))

        body = application(environ, keep_head)
        status, headers, error = heads[-1]
        is_stream = bool(following) and environ["REQUEST_METHOD"] == "GET"
        descriptor = hand_over(environ) if is_stream else None
        if descriptor is None:
            start_response(status, headers, error)
            return body
        if hasattr(body, "close"):
            body.close()
        wish = following[-1]
        readers.take(descriptor, wish.board, version=wish.version, head=_head(status, headers))
        return ()

    return wsgi


def _head(status: str, headers: Headers) -> bytes:
    """The head of an answer that ends when the connection does."""
    lines = [f"HTTP/1.1 {status}", f"Date: {http_date()}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers if name.lower() not in _HOP_BY_HOP]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
