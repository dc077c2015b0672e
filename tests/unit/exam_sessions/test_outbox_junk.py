"""A file that its own candidate sealed around junk: taken whole or refused, never a fault of ours.

Whoever sits an exam has the token and the key: all that is inside the seal may be of their making.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from exam_sessions.outbox_file import NUMBER_LIMIT, BadOutbox, OutboxFile, open_file, public_key
from tests.cast import ANI, EXAM_SESSION
from tests.sealed_outbox import seal_outbox

VECTOR = json.loads((Path(__file__).parents[2] / "vectors" / "outbox.json").read_text())
SECRET = bytes.fromhex(VECTOR["secret"])
CONTENT = VECTOR["content"]
STRANGE: tuple[Any, ...] = (
    None, True, -1, 1.5, 2**53, 10**400, float("inf"), float("-inf"), float("nan"), "", "1", "\0",
    "a" * 5_000, [], [[]], {}, {"": None}, {"choice": {"choice": "A"}}, [None] * 50,
)  # fmt: skip


def opened(content: Any) -> OutboxFile | None:
    """What becomes of a file with this inside its seal."""
    text = seal_outbox(public_key(SECRET, EXAM_SESSION), ANI, content)
    try:
        return open_file(text, SECRET, EXAM_SESSION)
    except BadOutbox:
        return None


def spoiled(value: Any) -> Iterator[Any]:
    """The value with each part of it, and then itself, replaced by everything strange."""
    yield from STRANGE
    if isinstance(value, dict):
        for name, part in value.items():
            yield from ({**value, name: other} for other in spoiled(part))
    if isinstance(value, list):
        yield from ([other] for one in value for other in spoiled(one))


def numbers(file: OutboxFile) -> list[int]:
    """Every number that goes on towards the journal."""
    found = [file.epoch, file.made_at or 0, file.other_count]
    for one in file.answers:
        found += one.client_seq, one.item_no, one.ack_at or 0, one.since_ack_ms, one.waited_ms
    return found


def test_junk_within_the_seal_is_taken_whole_or_refused() -> None:
    content = CONTENT | {"messages": CONTENT["messages"][:1]}
    assert opened(content) is not None

    files = [opened(one) for one in spoiled(content)]

    taken = [file for file in files if file is not None]
    assert taken
    assert len(taken) < len(files)
    assert [] == [n for file in taken for n in numbers(file) if abs(n) > 2 * NUMBER_LIMIT]


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, '{"a":' * 50_000, '{"participant_no":"x","epoch":Infinity,"format":1}'],
    ids=["deep list", "deep object", "endless epoch"],
)
def test_junk_around_the_seal_is_refused(text: str) -> None:
    with pytest.raises(BadOutbox) as refused:
        open_file(text, SECRET, EXAM_SESSION)

    assert "outbox_unreadable" == refused.value.code
