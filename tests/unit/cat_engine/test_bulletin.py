"""What is kept for readers of a board, and what leads each of them to the newest version."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cat_engine.live.bulletin import (
    KEPT_BYTES,
    KEPT_COUNT,
    Bulletin,
    Message,
    after_count,
    after_version,
    beat,
    look,
    make_message,
    tell,
)
from exam_sessions.exam_session import BOARD_FINAL, BOARD_FROZEN, BOARD_LIVE


def tell_step(bulletin: Bulletin, step: int, *, size: int = 0, state: str = BOARD_LIVE) -> Bulletin:
    """Tell of a version so many journal entries further on; 0: only the state is news."""
    version = bulletin.version + step
    message = make_message(b"x" * size, after=bulletin.version, version=version)
    return tell(bulletin, message, state=state, now=1)


def lead(version: int, messages: tuple[Message, ...]) -> int:
    """The version a reader holds after taking in messages that must follow on each other."""
    for message in messages:
        assert message.after == version
        version = message.version
    return version


@given(st.lists(st.integers(0, 5), max_size=KEPT_COUNT + 20))
def test_every_version_kept_leads_to_the_newest_and_every_other_is_a_gap(steps: list[int]) -> None:
    bulletin = Bulletin()
    versions = [0]
    for step in steps:
        bulletin = tell_step(bulletin, step)
        versions.append(bulletin.version)

    for version in range(versions[-1] + 3):
        missed = after_version(bulletin, version)
        if missed is None:
            first = bulletin.kept[0].after if bulletin.kept else 0
            assert version < first or version not in versions
        else:
            assert lead(version, missed) == versions[-1]


@given(st.lists(st.integers(0, 5), max_size=KEPT_COUNT + 20), st.data())
def test_a_count_gives_exactly_what_was_told_since(steps: list[int], data: st.DataObject) -> None:
    history = [Bulletin()]
    for step in steps:
        history.append(tell_step(history[-1], step))
    then = data.draw(st.integers(0, len(history) - 1))

    missed = after_count(history[-1], history[then].told_count)

    if len(steps) - then > KEPT_COUNT:
        assert missed is None
    else:
        assert missed is not None
        assert lead(history[then].version, missed) == history[-1].version
        assert len(missed) == len(steps) - then


def test_few_large_messages_are_kept_as_well_as_many_small_ones() -> None:
    bulletin = Bulletin()
    for _ in range(10):
        bulletin = tell_step(bulletin, 1, size=KEPT_BYTES // 4)
    larger_than_all = tell_step(bulletin, 1, size=2 * KEPT_BYTES)

    assert sum(len(message.event) for message in bulletin.kept) <= KEPT_BYTES
    assert len(bulletin.kept) == 3
    assert [message.version for message in larger_than_all.kept] == [11]


def test_a_message_that_does_not_follow_is_refused() -> None:
    bulletin = tell_step(Bulletin(), 5)

    with pytest.raises(AssertionError, match="follows on"):
        tell(bulletin, make_message(b"{}", after=4, version=6), state=BOARD_LIVE, now=1)
    with pytest.raises(AssertionError, match="one line"):
        make_message(b"{\n}", after=5, version=6)


def test_a_beat_says_how_old_the_data_is_and_what_is_final_does_not_grow_old() -> None:
    live = look(tell_step(Bulletin(), 7, state=BOARD_FROZEN), 100)
    final = tell_step(live, 0, state=BOARD_FINAL)

    def data_of(event: bytes) -> dict[str, object]:
        name, data, *_ = event.decode().split("\n")
        assert name == "event: beat"
        found: dict[str, object] = json.loads(data.removeprefix("data: "))
        return found

    assert data_of(beat(live, 900)) == {
        "version": 7, "state": "frozen", "provisional": True, "data_at": 1, "as_of": 100, "now": 900
    }  # fmt: skip
    assert (900, False) == tuple(
        data_of(beat(final, 900))[name] for name in ("as_of", "provisional")
    )
