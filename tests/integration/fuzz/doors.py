"""Spoiled requests at the door of the sockets and at the public board."""

from random import Random

PATHS = (
    "/socket.io/?EIO=4&transport=websocket",
    "/socket.io/?EIO=4&transport=polling",
    "/socket.io/?EIO=3&transport=websocket",
    "/socket.io/?EIO=4&transport=websocket&sid=guessed",
    "/socket.io/?EIO=4&transport=websocket&j=1",
    "/socket.io/?transport=websocket&EIO=",
    "/socket.io/?EIO=4&transport=websocket&EIO=3",
    "/socket.io/%00?EIO=4&transport=websocket",
    "/socket.io/?" + "a" * 5_000,
    "/socket.io/",
    "/api/v1/boards/fuzz",
    "/api/v1/boards/fuzz/deltas?after=1",
    "/api/v1/boards/fuzz/deltas?after=-1",
    "/api/v1/boards/fuzz/deltas?after=99999999999999999999",
    "/api/v1/boards/fuzz/events?after=%00",
    "/api/v1/boards/fuzz/events?after=0&after=x",
    "/api/v1/boards/%F0%9F%92%A5/events?after=1",
)
METHODS = ("GET", "GET", "GET", "POST", "PUT", "OPTIONS", "get", "")
HEADERS = (
    ("Upgrade", ("websocket", "WebSocket", "h2c", "")),
    ("Connection", ("Upgrade", "keep-alive, Upgrade", "close", "")),
    ("Sec-WebSocket-Key", ("MDEyMzQ1Njc4OWFiY2RlZg==", "", "x" * 3_000, "\u00fc")),
    ("Sec-WebSocket-Version", ("13", "8", "7", "0", "thirteen", "13, 8")),
    ("Sec-WebSocket-Extensions", ("permessage-deflate; client_max_window_bits=99", ";;;=", "")),
    ("Sec-WebSocket-Protocol", (",,,", "chat", "")),
    ("Origin", ("http://elsewhere.example", "null", "")),
    ("Content-Length", ("0", "-1", "5", "99999999999", "x")),
    ("Transfer-Encoding", ("chunked", "identity, chunked", "x")),
    ("Expect", ("100-continue", "200-ok")),
    ("X-SafeExamBrowser-ConfigKeyHash", ("0" * 64, "", "x" * 3_000, "\u00fc")),
    ("X-Forwarded-For", ("10.0.0.1, 10.0.0.2", "::1", "unknown", ",,", "\u00fc")),
    ("Accept-Language", ("id", "xx;q=9", "*" * 2_000, ";q=")),
    ("Last-Event-ID", ("1", "-1", "9" * 40, "\u00fc")),
    ("If-None-Match", ('W/"1"', "*", '"' * 100)),
    ("Cookie", ("cat-login=\u00ff\u00fe", "cat-login=" + "a" * 4_000, "=;=;=", "cat-language=xx")),
)


def spoil_door(rng: Random, port: int, cookie: str) -> bytes:
    """An opening request of which some lines are not as they should be, and bytes behind it."""
    lines = [f"{rng.choice(METHODS)} {rng.choice(PATHS)} HTTP/1.{rng.choice('11109')}"]
    lines.append(f"Host: 127.0.0.1:{port}")
    if cookie and rng.random() < 0.5:
        lines.append(f"Cookie: {cookie}")
    for name, values in HEADERS:
        if rng.random() < 0.6:
            lines.append(f"{name}: {rng.choice(values)}")
    text = bytearray("\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n")
    if rng.random() < 0.3:
        text[rng.randrange(len(text))] = rng.randrange(256)
    return bytes(text) + rng.randbytes(rng.randrange(50))
