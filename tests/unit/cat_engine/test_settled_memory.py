"""What memory settles on: the sittings that are here to stay, never what is garbage already."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from cat_engine import runtime
from cat_engine.runtime import SettleOnGrowth, settle_memory


class Node:
    """Something that holds itself, as the request of an ended connection does."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def collector() -> Iterator[None]:
    """The garbage collector, given back as it was."""
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


@pytest.mark.usefixtures("collector")
def test_what_is_garbage_when_memory_settles_is_freed() -> None:
    """Frozen as garbage it would stay for ever, five kilobytes for each connection."""
    gone = Node()
    known = weakref.ref(gone)
    del gone

    settle_memory()

    assert None is known()


@pytest.mark.usefixtures("collector")
def test_what_lives_when_memory_settles_is_not_looked_at_again() -> None:
    stays = Node()

    settle_memory()

    assert stays.itself not in gc.get_objects()


def test_memory_settles_when_sittings_came_and_not_when_something_is_done_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settled: list[int] = []
    counts = iter([0, 40, 40, 30, 41])
    monkeypatch.setattr(runtime, "settle_memory", lambda: settled.append(1))
    settle = SettleOnGrowth(lambda: next(counts))

    told = []
    for _ in range(4):
        settle("skd-pagi")
        told.append(len(settled))

    assert [1, 1, 1, 2] == told
