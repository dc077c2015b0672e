"""WebSocket frames, held against the websockets library and against what must not pass."""

from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from cat_engine.live.frames import (
    BAD_DATA,
    BINARY,
    PROTOCOL_ERROR,
    TEXT,
    TOO_LARGE,
    UNSUPPORTED,
    BadFrame,
    FrameReader,
    Message,
    accept_of,
    encode,
    encode_close,
)

LIMIT = 100_000


def sent(data: bytes, opcode: Opcode = Opcode.TEXT, *, fin: bool = True) -> bytes:
    """A frame of a client, made by the other library."""
    return Frame(opcode, data, fin=fin).serialize(mask=True)


@given(st.lists(st.text(max_size=300), max_size=6), st.data())
def test_texts_come_out_as_they_were_sent_however_the_bytes_are_cut(
    texts: list[str], data: st.DataObject
) -> None:
    stream = b"".join(sent(text.encode()) for text in texts)
    cuts = data.draw(st.lists(st.integers(0, len(stream)), max_size=8).map(sorted))
    reader = FrameReader(LIMIT)

    found = [
        message.text
        for start, stop in pairwise([0, *cuts, len(stream)])
        for message in reader.feed(stream[start:stop])
    ]

    assert texts == found


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536])
def test_every_size_of_frame_is_read_and_written(size: int) -> None:
    text = "x" * size

    assert [Message(TEXT, text)] == FrameReader(LIMIT).feed(sent(text.encode()))
    assert Frame(Opcode.TEXT, text.encode()).serialize(mask=False) == encode(text.encode())


@given(st.text(min_size=1, max_size=100), st.integers(1, 10))
def test_a_message_in_fragments_is_one_message(text: str, width: int) -> None:
    whole = text.encode()
    parts = [whole[at : at + width] for at in range(0, len(whole), width)]
    frames = [
        sent(part, Opcode.TEXT if index == 0 else Opcode.CONT, fin=index == len(parts) - 1)
        for index, part in enumerate(parts)
    ]

    assert [Message(TEXT, text)] == FrameReader(LIMIT).feed(b"".join(frames))


def test_a_ping_between_fragments_is_told_at_once() -> None:
    stream = sent(b"a", fin=False) + sent(b"now", Opcode.PING) + sent(b"b", Opcode.CONT)

    found = FrameReader(LIMIT).feed(stream)

    assert [(0x9, b"now"), (TEXT, b"")] == [(one.opcode, one.data) for one in found]
    assert "ab" == found[1].text


@pytest.mark.parametrize(
    ("stream", "status"),
    [
        (encode(b"unmasked"), PROTOCOL_ERROR),
        (b"\xc1\x80\0\0\0\0", PROTOCOL_ERROR),
        (b"\x83\x80\0\0\0\0", PROTOCOL_ERROR),
        (b"\x8b\x80\0\0\0\0", PROTOCOL_ERROR),
        (b"\x81\xfe\x00\x05\0\0\0\0hello", PROTOCOL_ERROR),
        (b"\x89\xfe\x00\x7e\0\0\0\0" + b"p" * 126, PROTOCOL_ERROR),
        (b"\x09\x80\0\0\0\0", PROTOCOL_ERROR),
        (sent(b"alone", Opcode.CONT), PROTOCOL_ERROR),
        (sent(b"a", fin=False) + sent(b"b"), PROTOCOL_ERROR),
        (sent(b"\xff\xfe"), BAD_DATA),
        (sent(b"\xed\xa0\x80"), BAD_DATA),
        (sent(b"\0", Opcode.BINARY, fin=False), UNSUPPORTED),
        (sent(b"x" * (LIMIT + 1)), TOO_LARGE),
        (b"\x81\xff" + b"\xff" * 8 + b"\0" * 4, TOO_LARGE),
    ],
    ids=[
        "unmasked", "reserved bit", "unknown kind", "unknown control", "size in too many bytes",
        "long ping", "ping in fragments", "fragment of nothing", "text inside a text",
        "not UTF-8", "a surrogate", "binary in fragments", "too long", "endless",
    ],
)  # fmt: skip
def test_what_is_no_frame_of_a_client_closes_with_its_status(stream: bytes, status: int) -> None:
    with pytest.raises(BadFrame) as refused:
        FrameReader(LIMIT).feed(stream)

    assert status == refused.value.status


def test_fragments_are_bounded_together_even_empty_ones() -> None:
    reader = FrameReader(10)
    reader.feed(sent(b"12345", fin=False))

    with pytest.raises(BadFrame):
        reader.feed(sent(b"678901", Opcode.CONT))

    reader = FrameReader(10)
    reader.feed(sent(b"", fin=False))
    with pytest.raises(BadFrame):
        reader.feed(sent(b"", Opcode.CONT, fin=False) * 11)


def test_binary_is_told_and_not_read() -> None:
    assert [Message(BINARY, None)] == FrameReader(LIMIT).feed(sent(b"\0\xff", Opcode.BINARY))


@given(st.binary(max_size=200))
def test_junk_is_refused_or_waited_for_and_never_kept_without_bound(junk: bytes) -> None:
    reader = FrameReader(100)
    with suppress(BadFrame):
        for _ in range(5):
            reader.feed(junk)
    assert len(reader._rest) < 100 + 14 + len(junk)  # noqa: SLF001 - the promise


def test_the_key_of_the_standard_is_accepted_and_no_other_text() -> None:
    assert "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" == accept_of("dGhlIHNhbXBsZSBub25jZQ==")
    assert None is accept_of("not base64!")
    assert None is accept_of("c2hvcnQ=")
    assert None is accept_of("ключ")


def test_a_close_frame_carries_its_status() -> None:
    assert b"\x88\x02\x03\xe8" == encode_close(1000)
