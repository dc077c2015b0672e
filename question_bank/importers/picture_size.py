"""How large a PNG or JPEG says that it is, from its header alone; nothing is unpacked.

A picture of few bytes can ask a browser for gigabytes; therefore its size is known before it is
stored.
"""

PNG_START = b"\x89PNG\r\n\x1a\n"
JPEG_START = b"\xff\xd8\xff"
_FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_LONE_MARKERS = frozenset({0x01, *range(0xD0, 0xDA)})


def size_of(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels; None where the header does not say."""
    if content.startswith(PNG_START):
        return _png(content)
    return _jpeg(content) if content.startswith(JPEG_START) else None


def _png(content: bytes) -> tuple[int, int] | None:
    start = len(PNG_START)
    if content[start + 4 : start + 8] != b"IHDR" or len(content) < start + 16:
        return None
    return _number(content, start + 8, 4), _number(content, start + 12, 4)


def _jpeg(content: bytes) -> tuple[int, int] | None:
    place = 2
    while place + 9 <= len(content) and content[place] == 0xFF:
        marker = content[place + 1]
        if marker == 0xFF:  # a filling byte
            place += 1
        elif marker in _LONE_MARKERS:
            place += 2
        elif marker in _FRAME_MARKERS:
            return _number(content, place + 7, 2), _number(content, place + 5, 2)
        else:
            place += 2 + max(_number(content, place + 2, 2), 2)
    return None


def _number(content: bytes, start: int, length: int) -> int:
    return int.from_bytes(content[start : start + length], "big")
