"""Packets of our pages pass the gate; everything else is refused before a handler sees it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cat_engine.live.gate import BadPacket, StrictPacket


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("0/candidate,", (0, "/candidate", None, None)),
        ('0/proctor,{"token":"x"}', (0, "/proctor", None, {"token": "x"})),
        ("0", (0, None, None, None)),
        ("1/candidate,", (1, "/candidate", None, None)),
        ('2/candidate,12["beat",{}]', (2, "/candidate", 12, ["beat", {}])),
        ('2["beat"]', (2, None, None, ["beat"])),
    ],
)
def test_packets_of_our_pages_are_read(text: str, read: object) -> None:
    packet = StrictPacket(encoded_packet=text)

    assert read == (packet.packet_type, packet.namespace, packet.id, packet.data)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "3/candidate,1[]",
        "4/candidate,{}",
        '51-/candidate,["beat",{"_placeholder":true,"num":0}]',
        "61-/candidate,1[]",
        "２/candidate,[]",
        "0/candidate",
        "0/candidate,[1]",
        "0/candidate,7",
        "1/candidate,1",
        "2/candidate,",
        "2/candidate,1",
        "2/candidate,1{}",
        "2/candidate,1[]",
        "2/candidate,1[1]",
        "2/candidate,1[{}]",
        '2/candidate,1["connect",{}]',
        '2/candidate,1["disconnect","x"]',
        '2/candidate,1["connect_error"]',
        '2/candidate,1["*"]',
        '2/candidate,1["beat",{},{}]',
        '2/candidate,1["BEAT"]',
        '2/candidate,1["beat",NaN]',
        '2/candidate,1["beat",{"a":1,"a":2}]',
        '2/candidate,1["beat",{}',
        '2/candidate,1["beat",' + "[" * 7_000,
        '2/candidate,1["beat",' + "9" * 5_000 + "]",
        "2/candidate," + "1" * 16 + '["beat"]',
        '2/Candidate,1["beat"]',
        '2/candidate?x,1["beat"]',
    ],
)
def test_other_packets_are_refused(text: str) -> None:
    with pytest.raises(BadPacket):
        StrictPacket(encoded_packet=text or "-")


@pytest.mark.parametrize("data", [b"2/candidate,1[]", b"\x80\x04"])
def test_binary_packets_are_refused(data: bytes) -> None:
    with pytest.raises(BadPacket):
        StrictPacket(encoded_packet=data)


@given(st.text(max_size=80))
def test_no_text_makes_the_reader_fail_otherwise(text: str) -> None:
    try:
        packet = StrictPacket(encoded_packet=text or "-")
    except BadPacket:
        return
    assert packet.packet_type in (0, 1, 2)
