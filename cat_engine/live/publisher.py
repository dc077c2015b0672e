"""The public boards: followers of the journal, with the audience's delay, freeze and versions.

A board shows only what is on disk and older than its delay. While it is frozen it shows nothing
newer than the freeze; after it is final it never changes.

A board's version is the position of the last journal entry it has taken in. Entries are taken in
the journal's order, so a version names the same rows in every process and after every restart, and
whoever holds the journal can compute the board of any version again. The same code runs inside the
server and in a process of its own (`cat-engine serve-board`).
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Engine as Database

from cat_engine.live import bulletin as bulletins
from cat_engine.live.board_json import (
    Json,
    RowTexts,
    Shown,
    Snapshot,
    board_head,
    delta_head,
    encode_delta,
    encode_snapshot,
)
from cat_engine.live.bulletin import Bulletin
from exam_sessions import events, standings, store
from exam_sessions.exam_session import BOARD_FINAL, BOARD_FROZEN, BOARD_LIVE
from exam_sessions.follower import Follower, Tail
from exam_sessions.journal import Entry
from exam_sessions.live_session import highest_points
from exam_sessions.public_names import public_name
from question_bank.blueprint import Blueprint
from question_bank.blueprint import read as read_blueprint
from scoring.board import Board, Change, Delta, Removal, apply, empty

LIST_POLL_MS = 1_000
QUIET_AFTER_MS = 60_000
QUIET_POLL_MS = 1_000
"""A board that nothing has happened on for a minute is looked at once a second."""
UNREAD_POLL_MS = 2_000
"""So is one that nobody reads, every two seconds: whoever comes finds it at most so old."""


@dataclass(slots=True)
class LiveBoard:
    """One exam session's board and how it follows."""

    plan: store.SessionPlan
    exam_title: str
    blueprint: Blueprint
    names: dict[str, str]
    follower: Follower
    shown: Shown
    highest_points: Mapping[str, str] = field(default_factory=dict)
    waiting: deque[Entry] = field(default_factory=deque)
    progress: dict[str, standings.Progress] = field(default_factory=dict)
    bulletin: Bulletin = field(default_factory=Bulletin)
    texts: RowTexts = field(default_factory=RowTexts)
    snapshot: Snapshot | None = None
    encoding: threading.Lock = field(default_factory=threading.Lock)
    has_looked: bool = False
    news_at: int = 0
    asked_at: int = 0


class Boards:
    """Every public board of this process; one thread calls `poll`, any thread the rest."""

    def __init__(
        self, database: Database, clock: Callable[[], int], tail: Tail | None = None
    ) -> None:
        """Begin with no board.

        Args:
            database: where the journals are.
            clock: what the delay is counted by.
            tail: the newest entries, inside the engine's process.
        """
        self.database = database
        self.has_readers: Callable[[], bool] = lambda: True
        self._tail = tail
        self._clock = clock
        self._boards: dict[str, LiveBoard] = {}
        self._listed_at: int | None = None

    def listed(self) -> list[Json]:
        """The boards there are, for the public home page."""
        return [
            {
                "id": live.plan.id,
                "title": live.exam_title,
                "session_title": live.plan.title,
                "starts_at": live.plan.starts_at,
                "state": live.shown.state,
                "version": live.shown.board.version,
                "entrant_count": len(live.shown.board.rows),
            }
            for live in tuple(self._boards.values())
            if live.has_looked
        ]

    def snapshot(self, board_id: str) -> Snapshot | None:
        """The board's bytes, or None when there is no such board.

        They are made at the first request for a version, by one thread for all who ask.
        """
        live = self._find(board_id)
        if live is None:
            return None
        live.asked_at = self._clock()
        made = self.made_snapshot(board_id)
        if made is not None:
            return made
        with live.encoding:
            shown = live.shown
            if live.snapshot is None or live.snapshot.etag != shown.etag:
                live.snapshot = encode_snapshot(shown, live.texts, _head(live, shown))
            return live.snapshot

    def made_snapshot(self, board_id: str) -> Snapshot | None:
        """The bytes of the newest version, when they are made already."""
        live = self._find(board_id)
        made = live.snapshot if live else None
        return made if made and live and made.etag == live.shown.etag else None

    def bulletin(self, board_id: str) -> Bulletin | None:
        """What has been told of the board, or None when there is no such board."""
        live = self._find(board_id)
        return live.bulletin if live else None

    def deltas(self, board_id: str, after: int) -> bytes | None:
        """The deltas behind a version as JSON; `is_gap` when they are not kept any more."""
        live = self._find(board_id)
        if live is None:
            return None
        live.asked_at = self._clock()
        told = live.bulletin
        missed = bulletins.after_version(told, after)
        bodies = b",".join(message.body for message in missed or ())
        is_gap = b"true" if missed is None else b"false"
        return b'{"version":%d,"is_gap":%b,"deltas":[%b]}' % (told.version, is_gap, bodies)

    def board(self, board_id: str) -> Board | None:
        """The board as a value, or None."""
        live = self._find(board_id)
        return live.shown.board if live else None

    def poll(self) -> tuple[str, ...]:
        """Follow the journals; the boards of which there is news."""
        now = self._clock()
        if self._listed_at is None or now - self._listed_at >= LIST_POLL_MS:
            self._listed_at = now
            self._find_new()
        return tuple(
            board_id
            for board_id, live in self._boards.items()
            if self._is_due(live, now) and _advance(live, now)
        )

    def _is_due(self, live: LiveBoard, now: int) -> bool:
        """Whether to read the journal now: never again after the end, seldom for nobody."""
        if not live.has_looked:
            return True
        if live.shown.state == BOARD_FINAL:
            return False
        waited_ms = now - live.bulletin.as_of
        if not live.waiting and now - live.news_at >= QUIET_AFTER_MS:
            return waited_ms >= QUIET_POLL_MS
        is_read = self.has_readers() or now - live.asked_at < QUIET_AFTER_MS
        return is_read or waited_ms >= UNREAD_POLL_MS

    def _find(self, board_id: str) -> LiveBoard | None:
        """A board that has read its journal at least once."""
        live = self._boards.get(board_id)
        return live if live is not None and live.has_looked else None

    def _find_new(self) -> None:
        with self.database.connect() as db:
            for plan in store.list_sessions(db):
                if plan.id not in self._boards:
                    follower = Follower(self.database, plan.id, self._tail)
                    self._boards[plan.id] = _open_board(db, plan, follower)


_STATES: Mapping[type, str] = {
    events.BoardFrozen: BOARD_FROZEN,
    events.BoardResumed: BOARD_LIVE,
    events.BoardFinalized: BOARD_FINAL,
}


def _open_board(db: Any, plan: store.SessionPlan, follower: Follower) -> LiveBoard:
    exam = store.get_exam(db, plan.exam)
    assert exam is not None, "the foreign key holds"
    blueprint = read_blueprint(exam.blueprint)
    return LiveBoard(
        plan=plan,
        exam_title=exam.title,
        blueprint=blueprint,
        names=_names(db, plan),
        follower=follower,
        shown=Shown(empty(tuple(blueprint.rank_by)), BOARD_LIVE, 0),
    )


def _names(db: Any, plan: store.SessionPlan) -> dict[str, str]:
    return {
        enrolment.participant_no: public_name(enrolment.name, plan.board_names)
        for enrolment in store.list_enrolments(db, plan.id)
    }


def _advance(live: LiveBoard, now: int) -> bool:
    """Take in what is due; whether there is something to tell."""
    before = live.shown
    state = _take_in(live, now)
    touched, version = _take_due(live, state, now)
    changes = [_change(live, participant_no) for participant_no in sorted(touched)]
    board, delta = apply(before.board, changes)
    if version == before.board.version and state == before.state:
        if not live.has_looked:
            live.shown = Shown(before.board, state, now)
        live.bulletin = bulletins.look(live.bulletin, now)
        live.has_looked = True
        return False
    live.shown = Shown(replace(board, version=version), state, now)
    _tell(live, replace(delta, version=version), now)
    live.has_looked = True
    return True


def _take_in(live: LiveBoard, now: int) -> str:
    """Let what has come wait; the board's state after it: staff's word on it is never delayed."""
    state = live.shown.state
    has_strangers = False
    for entry in live.follower.catch_up():
        live.news_at = now
        if entry.participant_no is None:
            state = _STATES.get(type(entry.event), state)
            continue
        live.waiting.append(entry)
        if type(entry.event) is events.Seated and entry.participant_no not in live.names:
            has_strangers = True
    if live.waiting and not live.highest_points:
        live.highest_points = highest_points(live.follower.database, live.plan.id)
    if has_strangers:  # enrolled, and forms assembled, after the board was opened
        with live.follower.database.connect() as db:
            live.names.update(_names(db, live.plan))
    return state


def _tell(live: LiveBoard, delta: Delta, now: int) -> None:
    """Encode what changed, once for all readers."""
    live.texts.keep(delta)
    after = live.bulletin.version
    head = delta_head(live.shown, now)
    body = encode_delta(delta, live.texts, after=after, head=head)
    message = bulletins.make_message(body, after=after, version=delta.version)
    live.bulletin = bulletins.tell(live.bulletin, message, state=live.shown.state, now=now)


def _take_due(live: LiveBoard, state: str, now: int) -> tuple[set[str], int]:
    """Fold the entries that the public may know of by now, in the journal's order.

    Returns:
        Whose standing may have changed, and the version: the position of the last entry that
        changed anything, whatever the moments at which the journal was read.
    """
    touched: set[str] = set()
    version = live.shown.board.version
    due_at = now - live.plan.board_delay_s * 1_000
    while live.waiting:
        entry = live.waiting[0]
        is_due = state == BOARD_LIVE and entry.at <= due_at
        if not is_due and state != BOARD_FINAL:
            break
        live.waiting.popleft()
        if _fold(live, entry):
            assert entry.participant_no is not None
            touched.add(entry.participant_no)
            version = entry.position
    return touched, version


def _fold(live: LiveBoard, entry: Entry) -> bool:
    """Take in one entry of a sitting; whether it makes any difference to the board."""
    participant_no = entry.participant_no
    assert participant_no is not None
    before = live.progress.get(participant_no)
    if isinstance(entry.event, events.Seated):
        label = live.names.get(participant_no, "")
        after = standings.begin(entry, live.blueprint, label=label)
    else:
        assert before is not None, "who acts was seated before"
        after = standings.fold(before, entry.event)
    live.progress[participant_no] = after
    return after is not before


def _change(live: LiveBoard, participant_no: str) -> Change | Removal:
    progress = live.progress[participant_no]
    if progress.status == standings.VOID:
        return Removal(participant_no)
    standing = standings.standing(progress, live.blueprint, reveal=live.plan.board_reveal)
    return Change(entrant=progress.entrant, standing=standing)


def _head(live: LiveBoard, shown: Shown) -> Json:
    head = board_head(live.plan, live.exam_title, live.blueprint, live.highest_points)
    return head | delta_head(shown, shown.data_at)
