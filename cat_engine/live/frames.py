"""WebSocket frames as values: bytes of a client in, texts out; texts in, bytes for a client out.

The part of RFC 6455 that a server of ours needs, strictly: clients mask, text is UTF-8, control
frames are short and whole, nothing is compressed, and one message has one bound however many
frames it comes in. No socket and no clock: what reads and writes is `live/carrier.py`.
"""

from base64 import b64decode, b64encode
from hashlib import sha1
from typing import Final

from scoring.value import value

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
FINAL: Final = 0x80
RESERVED: Final = 0x70
MASKED: Final = 0x80
CONTROL_LIMIT = 125

NORMAL, PROTOCOL_ERROR, UNSUPPORTED, BAD_DATA, TOO_LARGE = 1000, 1002, 1003, 1007, 1009

_ACCEPT_SUFFIX = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, section 1.3
KEY_BYTES = 16


class BadFrame(Exception):
    """Bytes that are no frame of a client; the connection closes with `status`."""

    def __init__(self, status: int) -> None:
        super().__init__(f"websocket status {status}")
        self.status = status


@value
class Message:
    """A whole message or a control frame; `text` is None for what is not text."""

    opcode: int
    text: str | None
    data: bytes = b""


def accept_of(key: str) -> str | None:
    """What proves to a client that its key was read, or None for a key that is none."""
    try:
        if len(b64decode(key, validate=True)) != KEY_BYTES:
            return None
        text = key.encode("ascii")
    except ValueError:
        return None
    return b64encode(sha1(text + _ACCEPT_SUFFIX, usedforsecurity=False).digest()).decode()


def encode(data: bytes, opcode: int = TEXT) -> bytes:
    """One whole, unmasked frame, as a server sends it."""
    size = len(data)
    if size < 126:
        return bytes((FINAL | opcode, size)) + data
    if size < 65_536:
        return bytes((FINAL | opcode, 126)) + size.to_bytes(2, "big") + data
    return bytes((FINAL | opcode, 127)) + size.to_bytes(8, "big") + data


def encode_close(status: int) -> bytes:
    """A close frame."""
    return encode(status.to_bytes(2, "big"), CLOSE)


class FrameReader:
    """Takes bytes as they come and gives the messages that are complete."""

    __slots__ = ("_limit", "_parts", "_parts_count", "_parts_size", "_rest")

    def __init__(self, limit: int) -> None:
        """Begin between two frames.

        Args:
            limit: most bytes of a message, and most frames that one may come in.
        """
        self._limit = limit
        self._rest = b""
        self._parts: list[bytes] | None = None
        self._parts_size = 0
        self._parts_count = 0

    def feed(self, data: bytes) -> list[Message]:
        """Take bytes in; the messages that are complete now.

        Raises:
            BadFrame: the connection cannot go on.
        """
        if self._rest:
            data = self._rest + data
        messages: list[Message] = []
        at, end = 0, len(data)
        while end - at >= 2:
            first, second = data[at], data[at + 1]
            if first & RESERVED or not second & MASKED:
                raise BadFrame(PROTOCOL_ERROR)
            head = _head_size(second)
            if end - at < head:
                break
            size = self._check_head(first, second, data[at + 2 : at + head - 4])
            stop = at + head + size
            if stop > end:
                break
            payload = _unmask(data[at + head - 4 : at + head], data[at + head : stop])
            at = stop
            message = self._take(first, payload)
            if message is not None:
                messages.append(message)
        self._rest = data[at:]
        return messages

    def _check_head(self, first: int, second: int, longer: bytes) -> int:
        """The payload's size, when a frame may begin like this."""
        size = second & 0x7F
        if longer:
            size = int.from_bytes(longer, "big")
            if size < (126 if len(longer) == 2 else 65_536):
                raise BadFrame(PROTOCOL_ERROR)
        if first & 0x08:
            if size > CONTROL_LIMIT or not first & FINAL:
                raise BadFrame(PROTOCOL_ERROR)
        elif size > self._limit:
            raise BadFrame(TOO_LARGE)
        return size

    def _take(self, first: int, payload: bytes) -> Message | None:
        opcode = first & 0x0F
        if opcode == TEXT and first & FINAL and self._parts is None:
            return Message(TEXT, _decode(payload))
        if opcode in (CLOSE, PING, PONG):
            return Message(opcode, None, payload)
        if opcode == BINARY and self._parts is None:
            if not first & FINAL:  # nobody sends us any; whoever reads a whole one refuses it
                raise BadFrame(UNSUPPORTED)
            return Message(BINARY, None)
        if opcode == TEXT and self._parts is None:
            self._parts = [payload]
            self._parts_size, self._parts_count = len(payload), 1
            return None
        if opcode != CONTINUATION or self._parts is None:
            raise BadFrame(PROTOCOL_ERROR)
        return self._continue(first, payload)

    def _continue(self, first: int, payload: bytes) -> Message | None:
        assert self._parts is not None
        self._parts.append(payload)
        self._parts_size += len(payload)
        self._parts_count += 1
        if max(self._parts_size, self._parts_count) > self._limit:
            raise BadFrame(TOO_LARGE)
        if not first & FINAL:
            return None
        whole = b"".join(self._parts)
        self._parts = None
        return Message(TEXT, _decode(whole))


def _head_size(second: int) -> int:
    """Bytes before the payload: two, the longer size if there is one, and the mask."""
    size = second & 0x7F
    return 6 if size < 126 else 8 if size == 126 else 14


def _unmask(key: bytes, payload: bytes) -> bytes:
    size = len(payload)
    # As two large numbers: one operation instead of one for each byte.
    mask = int.from_bytes((key * (size // 4 + 1))[:size], "little")
    return (int.from_bytes(payload, "little") ^ mask).to_bytes(size, "little")


def _decode(payload: bytes) -> str:
    try:
        return payload.decode()
    except UnicodeDecodeError as error:
        raise BadFrame(BAD_DATA) from error
