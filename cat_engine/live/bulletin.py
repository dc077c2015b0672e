"""What has been told of one board: the newest messages, in order, and where the board stands. Pure.

A reader is a position in here and nothing more. Whoever holds a version that a kept message follows
on gets the messages from there; anybody else gets a beat, which names the newest version, and
fetches the snapshot. So what a slow reader costs is bounded by what is kept once for all.
"""

import json
from dataclasses import dataclass, replace
from typing import Any

from exam_sessions.exam_session import BOARD_FINAL, BOARD_LIVE

KEPT_COUNT = 100
KEPT_BYTES = 256 * 1024
"""Messages kept for readers who come late: whichever bound is met first."""


@dataclass(frozen=True, slots=True)
class Message:
    """A delta as bytes, leading from version `after` to `version`.

    The two are equal when only the state of the board changed.
    """

    after: int
    version: int
    body: bytes
    event: bytes


@dataclass(frozen=True, slots=True)
class Bulletin:
    """Where a board stands, and the messages that lead there.

    `told_count` counts the messages since the start of this process, also those no longer kept.
    `as_of` is when the journal was last read.
    """

    version: int = 0
    state: str = BOARD_LIVE
    data_at: int = 0
    as_of: int = 0
    told_count: int = 0
    kept: tuple[Message, ...] = ()


def make_message(body: bytes, *, after: int, version: int) -> Message:
    """A delta's JSON as a message; the event carries the version for `Last-Event-ID`."""
    assert b"\n" not in body, "an event's data is one line"
    assert after <= version, "versions rise"
    return Message(after, version, body, b"id: %d\nevent: delta\ndata: %b\n\n" % (version, body))


def tell(bulletin: Bulletin, message: Message, *, state: str, now: int) -> Bulletin:
    """Take in what everybody shall know next."""
    assert message.after == bulletin.version, "a message follows on the one before it"
    return Bulletin(
        version=message.version,
        state=state,
        data_at=now,
        as_of=now,
        told_count=bulletin.told_count + 1,
        kept=_bounded((*bulletin.kept, message)),
    )


def look(bulletin: Bulletin, now: int) -> Bulletin:
    """Take in that the journal was read and nothing new is to be shown."""
    return replace(bulletin, as_of=now)


def after_version(bulletin: Bulletin, version: int) -> tuple[Message, ...] | None:
    """What leads a reader of a version to the newest; None when nothing kept follows on it."""
    if version == bulletin.version:
        return ()
    for index, message in enumerate(bulletin.kept):
        if message.after == version < message.version:
            return bulletin.kept[index:]
    return None


def after_count(bulletin: Bulletin, count: int) -> tuple[Message, ...] | None:
    """What was told behind the first `count` messages; None when not all of it is kept."""
    new_count = bulletin.told_count - count
    assert new_count >= 0, "nobody was told more than there was"
    if new_count > len(bulletin.kept):
        return None
    return bulletin.kept[len(bulletin.kept) - new_count :]


def beat(bulletin: Bulletin, now: int) -> bytes:
    """A sign of life as an event: where the board stands and when the journal was last read."""
    is_final = bulletin.state == BOARD_FINAL
    standing = {
        "version": bulletin.version,
        "state": bulletin.state,
        "provisional": not is_final,
        "data_at": bulletin.data_at,
        # What is final is not read again, and does not grow old.
        "as_of": now if is_final else bulletin.as_of,
        "now": now,
    }
    return b"event: beat\ndata: %b\n\n" % to_bytes(standing)


def to_bytes(value: Any) -> bytes:
    """JSON in one line, as short as it can be."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def _bounded(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    """The newest messages within the bounds; the newest one in any case."""
    total = 0
    for count, message in enumerate(reversed(messages)):
        total += len(message.event)
        if count > 0 and (count >= KEPT_COUNT or total > KEPT_BYTES):
            return messages[len(messages) - count :]
    return messages
