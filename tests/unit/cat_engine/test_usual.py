"""The quick way to read a usual response reads nothing that the long way reads otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cat_engine.live.gate import BadPacket, StrictPacket
from cat_engine.live.messages import Malformed, RespondIn, parse
from cat_engine.live.usual import NAME, read_response
from scoring.response import Choice

WRITTEN = (
    '2/candidate,12["respond",'
    '{"client_seq":100007,"item_no":31,"response":{"choice":"B"},"held_ms":0}]'
)
NUMBERS = st.one_of(
    st.integers(-1, 20_000).map(str),
    st.integers(10**13, 10**17).map(str),
    st.sampled_from(["007", "0", "1.0", "1e3", "-1", "", "١", "true"]),
)
LETTERS = st.sampled_from(["A", "Z", "a", "AA", "", "\\u0041", "Å", 'A"', "A\n"])
ENDS = st.sampled_from(
    [
        "}]",
        ',"held_ms":0}]',
        ',"held_ms":1}]',
        ',"held_ms":00}]',
        "}]\n",
        '},"x"]',
        ',"item_no":1}]',
    ]
)
HEADS = st.sampled_from(
    ["2/candidate,", "2/proctor,", "2/Candidate,", "2", "0/candidate,", " 2/candidate,"]
)
SPACES = st.sampled_from(["", "", "", " "])


@st.composite
def messages(draw: st.DrawFn) -> str:
    """What a page writes, and what looks like it."""
    name = draw(st.sampled_from(["respond", "respond", "view", "Respond"]))
    return (
        f'{draw(HEADS)}{draw(NUMBERS)}["{name}",{draw(SPACES)}{{"client_seq":{draw(NUMBERS)},'
        f'"item_no":{draw(NUMBERS)},"response":{{"choice":"{draw(LETTERS)}"}}{draw(ENDS)}'
    )


def read_slowly(message: str) -> tuple[int | None, object, RespondIn] | None:
    """By packet, JSON and fields."""
    try:
        packet = StrictPacket(encoded_packet=message)
        if packet.namespace != "/candidate" or not isinstance(packet.data, list):
            return None
        name, value = packet.data
        return packet.id, name, parse(RespondIn, value)
    except (BadPacket, Malformed, ValueError):
        return None


@given(messages())
def test_whatever_is_read_quickly_is_read_slowly_with_the_same_result(message: str) -> None:
    quick = read_response(message)

    assert quick is None or quick == read_slowly(message)


@pytest.mark.parametrize("message", [WRITTEN, WRITTEN.replace(',"held_ms":0', "")])
def test_what_our_page_writes_is_read_quickly(message: str) -> None:
    assert (12, NAME, RespondIn(100_007, 31, Choice("B"))) == read_response(message)
    assert read_slowly(message) == read_response(message)


@pytest.mark.parametrize(
    "message",
    [
        WRITTEN.replace("31", "0"),
        WRITTEN.replace("31", "10000"),
        WRITTEN.replace("31", "031"),
        WRITTEN.replace("100007", "9007199254740993"),
        WRITTEN.replace('"B"', '"\\u0042"'),
        WRITTEN.replace('"B"', '"B","choice":"C"'),
        WRITTEN.replace('"held_ms":0', '"held_ms":1'),
        WRITTEN.replace(",12[", ",["),
        WRITTEN + " ",
        WRITTEN + "\n",
    ],
)
def test_everything_else_goes_the_long_way(message: str) -> None:
    assert read_response(message) is None
