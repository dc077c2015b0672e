"""The benchmark's readers notice what was lost on the way to them."""

import pytest

from cat_engine.bench.board import is_reached
from cat_engine.bench.readers import NotFollowing, Told, read_event
from cat_engine.live.bulletin import Bulletin, beat, make_message, tell


def delta(after: int, version: int) -> bytes:
    body = b'{"after":%d,"version":%d,"rows":[],"removed":[],"now":77,"data_at":77}' % (
        after,
        version,
    )
    return make_message(body, after=after, version=version).event


def test_a_chain_of_changes_is_followed() -> None:
    first = read_event(delta(5, 9), None)
    second = read_event(delta(9, 12), 9)

    assert (Told(5, 9, 77), Told(9, 12, 77)) == (first, second)


def test_a_change_that_was_lost_is_noticed() -> None:
    with pytest.raises(NotFollowing, match="follows on 9, not on 5"):
        read_event(delta(9, 12), 5)


def test_a_beat_tells_where_the_board_is_and_a_gap_is_noticed() -> None:
    message = make_message(b"{}", after=0, version=12)
    at_12 = beat(tell(Bulletin(), message, state="live", now=1), 2)

    assert Told(12, 12, None) == read_event(at_12, 12)
    assert read_event(b"retry: 2000", 12) is None
    with pytest.raises(NotFollowing, match="a gap from 9 to 12"):
        read_event(at_12, 9)


def test_the_row_is_judged_by_every_bound_and_a_short_run_not_at_all() -> None:
    good = {"10000 readers p99": 999, "3000 readers, 10/s p99": 249,
            "resident per reader": 29, "exam p99 ratio": 1.19}  # fmt: skip

    assert is_reached({"board": good}) is True
    for name, bad in (
        ("10000 readers p99", 1_001),
        ("3000 readers, 10/s p99", 251),
        ("resident per reader", 31),
        ("exam p99 ratio", 1.2),
    ):
        assert is_reached({"board": good | {name: bad}}) is False
    assert is_reached({"board": {"300 readers p99": 9_999}}) is None
