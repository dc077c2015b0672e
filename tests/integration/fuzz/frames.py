"""Junk for sockets: valid frames of every kind and seeded ways of spoiling them.

Pure: everything is drawn from the generator that is handed in, so a seed is one attack that anybody
can repeat. Three layers are spoiled, each on its own: the JSON of a message, the text of the
Socket.IO packet, the bytes of the websocket frame.
"""

import json
import struct
from collections.abc import Callable
from random import Random
from typing import Any

from tests.integration.fuzz.messages import message

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
FIN, MASKED = 0x80, 0x80
SHORT_LENGTH, WIDE_LENGTH = 126, 127
SHORT_LIMIT, WIDE_LIMIT = 125, 65_535

Json = Any
Frame = bytes
"""A whole websocket frame, header and mask included."""

STRANGE_VALUES: tuple[Json, ...] = (
    None, True, False, 0, -1, 1.5, 1e308, 2**53, 2**64, -(2**63), "", "\0", "\ud800", "💥" * 300,
    "a" * 5_000, [], [[]], {}, {"": None}, {"choice": {"choice": "A"}}, [None] * 50, "NaN", "١٢٣",
)  # fmt: skip
STRANGE_TEXTS = (
    b"NaN", b"Infinity", b"-Infinity", b"1e999", b"9" * 4_000, b"[" * 3_000, b'{"a":' * 2_000,
    b'{"a":1,"a":2}', b'{"_placeholder":true,"num":0}', b'{"_placeholder":true,"num":-1}',
    b'"\\ud800"', b'"\\u0000"', b"\xff\xfe", b"\xc0\x80", b"\0", b"", b"]", b'"', b"/candidate,",
)  # fmt: skip
RESERVED_EVENTS = ("connect", "disconnect", "connect_error", "message", "*", "__disconnect_final")


def opening(namespace: str, shown: Json = None) -> bytes:
    """The packet that opens a namespace; `shown` is what the page identifies itself by."""
    return f"40{namespace},{json.dumps(shown) if shown is not None else ''}".encode()


def packet(rng: Random, namespace: str, body: Json = None) -> bytes:
    """An Engine.IO message with a Socket.IO packet in it."""
    name, plain = message(rng, namespace)
    ack = str(rng.randrange(1_000)) if rng.random() < 0.8 else ""
    text = json.dumps([name, plain if body is None else body], separators=(",", ":"))
    return f"42{namespace},{ack}{text}".encode()


# --- the JSON of a message ---


def _drop_field(rng: Random, body: dict[str, Json]) -> Json:
    name = rng.choice([*body, ""])
    return {field: value for field, value in body.items() if field != name}


def _add_field(rng: Random, body: dict[str, Json]) -> Json:
    return body | {rng.choice(["sitting", "epoch", "sid", "", "__class__"]): _strange(rng)}


def _replace_value(rng: Random, body: dict[str, Json]) -> Json:
    return {**body, rng.choice([*body, "item_no"]): _strange(rng)}


def _replace_body(rng: Random, _body: dict[str, Json]) -> Json:
    return _strange(rng)


def _nest(rng: Random, body: dict[str, Json]) -> Json:
    deep: Json = body
    for _ in range(rng.randrange(1, 200)):
        deep = [deep] if rng.random() < 0.5 else {"choice": deep}
    return deep


def _strange(rng: Random) -> Json:
    return rng.choice(STRANGE_VALUES)


JSON_MUTATIONS: tuple[Callable[[Random, dict[str, Json]], Json], ...] = (
    _drop_field,
    _add_field,
    _replace_value,
    _replace_body,
    _nest,
)


def spoil_json(rng: Random, namespace: str) -> bytes:
    """A packet that is well formed around a message that is not."""
    name, body = message(rng, namespace)
    spoiled = rng.choice(JSON_MUTATIONS)(rng, body)
    if rng.random() < 0.02:
        return opening(namespace, rng.choice([spoiled, {"code": _strange(rng), "seat": "7"}]))
    values: list[Json] = [name, spoiled]
    match rng.randrange(12):
        case 0:
            values = [rng.choice(RESERVED_EVENTS), spoiled]
        case 1:
            values = [
                rng.choice(RESERVED_EVENTS),
                {"HTTP_COOKIE": "cat-login=x", "REMOTE_ADDR": {}},
            ]
        case 2:
            values = [_strange(rng), spoiled]
        case 3:
            values = [name]
        case 4:
            values = [name, spoiled, spoiled]
        case 5:
            values = []
    return f"42{namespace},{rng.randrange(100)}{json.dumps(values)}".encode()


# --- the text of a packet ---


def _flip_bits(rng: Random, text: bytes) -> bytes:
    spoiled = bytearray(text)
    for _ in range(rng.randrange(1, 5)):
        spoiled[rng.randrange(len(spoiled))] ^= 1 << rng.randrange(8)
    return bytes(spoiled)


def _truncate(rng: Random, text: bytes) -> bytes:
    return text[: rng.randrange(len(text))]


def _cut_front(rng: Random, text: bytes) -> bytes:
    return text[rng.randrange(1, len(text)) :]


def _insert(rng: Random, text: bytes) -> bytes:
    at = rng.randrange(len(text) + 1)
    return text[:at] + rng.choice(STRANGE_TEXTS) + text[at:]


def _repeat(rng: Random, text: bytes) -> bytes:
    first, last = sorted(rng.randrange(len(text) + 1) for _ in range(2))
    return text[:last] + text[first:last] * rng.randrange(1, 20) + text[last:]


def _splice(rng: Random, text: bytes) -> bytes:
    other = packet(rng, rng.choice(["/candidate", "/proctor", "/ready", "/nowhere", ""]))
    return text[: rng.randrange(len(text))] + other[rng.randrange(len(other)) :]


def _other_type(rng: Random, text: bytes) -> bytes:
    engine = rng.choice(["", "0", "1", "2", "3", "4", "5", "6", "7", "9", "b", "x", "４", "²"])
    kind = rng.choice(["", "0", "1", "2", "3", "4", "5", "51-", "6", "61-", "52-", "7", "-", "٢"])
    return f"{engine}{kind}".encode() + text[2:]


def _other_acknowledgement(rng: Random, text: bytes) -> bytes:
    head, comma, rest = text.partition(b",")
    number = rng.choice(["9" * 99, "9" * 101, "-1", "1.5", "١٢", "0" * 50, "1e5", " 1"])
    return head + comma + number.encode() + rest.lstrip(b"0123456789")


TEXT_MUTATIONS: tuple[Callable[[Random, bytes], bytes], ...] = (
    _flip_bits,
    _truncate,
    _cut_front,
    _insert,
    _repeat,
    _splice,
    _other_type,
    _other_acknowledgement,
)


def spoil_text(rng: Random, namespace: str) -> bytes:
    """A packet of which some bytes are not what they were."""
    spoiled = rng.choice(TEXT_MUTATIONS)(rng, packet(rng, namespace))
    if rng.random() < 0.002:
        return spoiled
    # What is not UTF-8 ends the connection at once; the rest is to reach the parsers.
    return spoiled.decode("utf-8", "replace").encode()


# --- the bytes of a frame ---


def frame(rng: Random, payload: bytes, opcode: int = TEXT, **header: Any) -> Frame:
    """A websocket frame as a client sends it.

    Args:
        rng: draws the mask.
        payload: as it is before masking.
        opcode: of the frame.
        header: `first` and `length` replace what the header should say; `is_masked`, the mask.
    """
    first = header.get("first", FIN | opcode)
    length = header.get("length", len(payload))
    masked = MASKED if header.get("is_masked", True) else 0
    if length <= SHORT_LIMIT:
        head = struct.pack("!BB", first, masked | length)
    elif length <= WIDE_LIMIT:
        head = struct.pack("!BBH", first, masked | SHORT_LENGTH, length)
    else:
        head = struct.pack("!BBQ", first, masked | WIDE_LENGTH, length)
    if not masked:
        return head + payload
    mask = rng.randbytes(4)
    return head + mask + _xor(payload, mask)


def _xor(payload: bytes, mask: bytes) -> bytes:
    size = len(payload)
    key = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(payload) ^ int.from_bytes(key)).to_bytes(size) if size else b""


def _fragments(rng: Random, payloads: list[bytes]) -> Frame:
    last = len(payloads) - 1
    return b"".join(
        frame(rng, payload, first=(FIN if i == last else 0) | (TEXT if i == 0 else 0))
        for i, payload in enumerate(payloads)
    )


def spoil_frame(rng: Random, namespace: str) -> Frame:
    """Bytes that break, bend or strain the websocket protocol."""
    text = packet(rng, namespace)
    half = len(text) // 2
    ways: list[Callable[[], Frame]] = [
        lambda: frame(rng, text, rng.choice([3, 4, 5, 6, 7, 11, 12, 13, 14, 15])),
        lambda: frame(rng, text, is_masked=False),
        lambda: frame(rng, text, first=FIN | TEXT | rng.choice([0x10, 0x20, 0x40, 0x70])),
        lambda: frame(rng, text, length=rng.choice([2**63, 2**64 - 1, 2**32, 70_000, 16_385])),
        lambda: frame(rng, text, length=max(0, len(text) - rng.randrange(1, 6))),
        lambda: frame(rng, text[:100], first=rng.choice([CLOSE, PING, PONG])),
        lambda: frame(rng, b"x" * 126, rng.choice([CLOSE, PING, PONG])),
        lambda: frame(rng, text, first=FIN),  # a continuation of nothing
        lambda: frame(rng, text, first=TEXT) + frame(rng, text),  # a new message inside another
        lambda: frame(rng, text[:half], first=TEXT) + frame(rng, b"", PING)
        + frame(rng, text[half:], first=FIN),
        lambda: _fragments(rng, [b""] * rng.randrange(2, 400) + [text]),
        lambda: _fragments(rng, [text[i : i + 1] for i in range(len(text))]),
        lambda: _fragments(rng, [b"4" + b"x" * 8_000] * rng.randrange(3, 40)),
        lambda: frame(rng, rng.choice([b"\x03", b"\0\0", b"\x03\xe8\xff", b"\xff\xff"]), CLOSE),
        lambda: frame(rng, b"p" * 125, PING) * rng.randrange(1, 200),
        lambda: frame(rng, b"\xed\xa0\x80" + text),
        lambda: frame(rng, text, BINARY),
        lambda: frame(rng, rng.randbytes(rng.randrange(2_000)), rng.choice([TEXT, BINARY])),
        lambda: rng.randbytes(rng.randrange(1, 200)),
        lambda: frame(rng, text)[: rng.randrange(1, 20)],
    ]  # fmt: skip
    return rng.choice(ways)()
