"""Only a websocket handshake from our own pages is let to the sockets."""

from contextlib import nullcontext
from typing import Any

import pytest

from cat_engine.live.door import end_turn, guard_door, refusal

HANDSHAKE: dict[str, Any] = {
    "REQUEST_METHOD": "GET",
    "PATH_INFO": "/socket.io/",
    "QUERY_STRING": "EIO=4&transport=websocket",
    "HTTP_HOST": "ujian.example",
    "HTTP_ORIGIN": "http://ujian.example",
    "HTTP_CONNECTION": "keep-alive, Upgrade",
    "HTTP_UPGRADE": "WebSocket",
    "HTTP_SEC_WEBSOCKET_VERSION": "13",
    "HTTP_SEC_WEBSOCKET_KEY": "MDEyMzQ1Njc4OWFiY2RlZg==",
}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"HTTP_ORIGIN": "https://ujian.example"},
        {"HTTP_ORIGIN": "https://cat.example"},
        {"QUERY_STRING": "EIO=4&transport=websocket&t=abc"},
        {"CONTENT_LENGTH": "0"},
    ],
)
def test_a_handshake_of_our_pages_passes(changes: dict[str, str]) -> None:
    assert refusal(HANDSHAKE | changes, "https://cat.example") is None


class Turns:
    """Counts who has a turn."""

    held = 0

    def acquire(self) -> None:
        self.held += 1

    def release(self) -> None:
        self.held -= 1
        assert self.held >= 0, "a turn ends once"


@pytest.mark.parametrize("stays", [True, False])
@pytest.mark.parametrize("fails", [True, False])
def test_a_handshake_has_a_turn_that_ends_once(*, stays: bool, fails: bool) -> None:
    turns, seen = Turns(), []
    refused: list[str] = []

    def app(environ: dict[str, Any], _start: Any) -> list[bytes]:
        seen.append(turns.held)
        if stays:  # the connection lives in this request, as under TLS
            end_turn(environ)
            seen.append(turns.held)
        if fails:
            raise OSError("gone")
        return []

    with pytest.raises(OSError, match="gone") if fails else nullcontext():
        guard_door(app, "", turns, refused.append)(dict(HANDSHAKE), None)

    assert [1, 0][: len(seen)] == seen
    assert 0 == turns.held


def test_other_requests_wait_for_no_turn() -> None:
    turns = Turns()
    refused: list[str] = []

    door = guard_door(lambda *_: [], "", turns, refused.append)
    door({"PATH_INFO": "/"}, None)
    door(HANDSHAKE | {"REQUEST_METHOD": "PUT"}, lambda *_: None)
    door(HANDSHAKE | {"HTTP_ORIGIN": "null"}, lambda *_: None)

    assert 0 == turns.held
    assert ["400 Bad Request", "403 Forbidden"] == refused


def test_a_program_without_origin_passes() -> None:
    environ = {name: value for name, value in HANDSHAKE.items() if name != "HTTP_ORIGIN"}

    assert refusal(environ, "") is None


@pytest.mark.parametrize(
    "origin",
    ["", "null", "http://elsewhere.example", "http://ujian.example.evil.example", "http://["],
)
def test_a_page_of_another_site_is_refused(origin: str) -> None:
    assert refusal(HANDSHAKE | {"HTTP_ORIGIN": origin}, "") == "403 Forbidden"


@pytest.mark.parametrize(
    "changes",
    [
        {"REQUEST_METHOD": "POST"},
        {"PATH_INFO": "/socket.io/x"},
        {"QUERY_STRING": ""},
        {"QUERY_STRING": "EIO=3&transport=websocket"},
        {"QUERY_STRING": "EIO=4&transport=polling"},
        {"QUERY_STRING": "EIO=4&transport=websocket&transport=polling"},
        {"QUERY_STRING": "EIO=4&transport=websocket&sid=guessed"},
        {"QUERY_STRING": "EIO=4&transport=websocket&t=" + "x" * 300},
        {"HTTP_CONNECTION": "close"},
        {"HTTP_UPGRADE": "h2c"},
        {"HTTP_SEC_WEBSOCKET_VERSION": "8"},
        {"HTTP_SEC_WEBSOCKET_KEY": ""},
        {"HTTP_TRANSFER_ENCODING": "chunked"},
        {"CONTENT_LENGTH": "5"},
    ],
)
def test_what_is_no_handshake_is_refused(changes: dict[str, str]) -> None:
    assert refusal(HANDSHAKE | changes, "") == "400 Bad Request"
