"""The public boards: followers of the journal, with the audience's delay, freeze and versions.

A board shows only what is on disk and older than its delay. While it is frozen it shows nothing
newer than the freeze; after it is final it never changes. The bytes of a snapshot are made once a
version, so a request computes nothing. The same code runs inside the server and in a process of
its own (`cat-engine serve-board`).
"""

from __future__ import annotations

import gzip
import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine as Database

from exam_sessions import events, standings, store
from exam_sessions.exam_session import BOARD_FINAL, BOARD_FROZEN, BOARD_LIVE
from exam_sessions.follower import Follower
from exam_sessions.journal import Entry
from exam_sessions.live_session import highest_points
from question_bank.blueprint import Blueprint
from question_bank.blueprint import read as read_blueprint
from scoring import display
from scoring.board import Board, Change, apply, delta_to_json, empty, to_json
from scoring.tally import Threshold

Json = dict[str, Any]

DELTA_LIMIT = 100
"""Versions for which deltas are kept; a page that is further behind fetches the snapshot."""
LIST_POLL_MS = 900


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The bytes of one version of a board."""

    etag: str
    body: bytes
    gzip: bytes


@dataclass(slots=True)
class LiveBoard:
    """One exam session's board and how it follows."""

    plan: store.SessionPlan
    exam_title: str
    blueprint: Blueprint
    names: Mapping[str, str]
    follower: Follower
    board: Board
    highest_points: Mapping[str, str] = field(default_factory=dict)
    state: str = BOARD_LIVE
    data_at: int = 0
    waiting: deque[Entry] = field(default_factory=deque)
    progress: dict[str, standings.Progress] = field(default_factory=dict)
    deltas: deque[Json] = field(default_factory=lambda: deque(maxlen=DELTA_LIMIT))
    snapshot: Snapshot | None = None
    has_news: bool = False


class Boards:
    """Every public board of this process."""

    def __init__(self, database: Database, clock: Any) -> None:
        self._database = database
        self._clock = clock
        self._boards: dict[str, LiveBoard] = {}
        self._listed_at = 0

    def listed(self) -> list[Json]:
        """The boards there are, for the public home page."""
        return [
            {
                "id": live.plan.id,
                "title": live.exam_title,
                "session_title": live.plan.title,
                "starts_at": live.plan.starts_at,
                "state": live.state,
                "version": live.board.version,
                "entrant_count": len(live.board.rows),
            }
            for live in self._boards.values()
        ]

    def snapshot(self, board_id: str) -> Snapshot | None:
        """The board's bytes, or None when there is no such board."""
        live = self._boards.get(board_id)
        return live.snapshot if live else None

    def deltas(self, board_id: str, after: int) -> Json | None:
        """The deltas behind a version; `is_gap` when they are not kept any more."""
        live = self._boards.get(board_id)
        if live is None:
            return None
        kept = [delta for delta in live.deltas if delta["version"] > after]
        is_gap = len(kept) != max(0, live.board.version - after)
        return {"version": live.board.version, "is_gap": is_gap, "deltas": [] if is_gap else kept}

    def board(self, board_id: str) -> Board | None:
        """The board as a value, or None."""
        live = self._boards.get(board_id)
        return live.board if live else None

    def version(self, board_id: str) -> int | None:
        """The board's version, or None."""
        live = self._boards.get(board_id)
        return live.board.version if live else None

    def poll(self) -> list[tuple[str, Json]]:
        """Follow the journals; what to push: (board, delta)."""
        now = self._clock()
        if now - self._listed_at >= LIST_POLL_MS or not self._boards:
            self._listed_at = now
            self._find_new()
        pushes = []
        for live in self._boards.values():
            delta = _advance(live, now)
            if delta is not None:
                pushes.append((live.plan.id, delta))
        return pushes

    def _find_new(self) -> None:
        with self._database.connect() as db:
            for plan in store.list_sessions(db):
                if plan.id not in self._boards:
                    self._boards[plan.id] = _open_board(self._database, db, plan)


def _open_board(database: Database, db: Any, plan: store.SessionPlan) -> LiveBoard:
    exam = store.get_exam(db, plan.exam)
    assert exam is not None, "the foreign key holds"
    blueprint = read_blueprint(exam.blueprint)
    names = {
        enrolment.participant_no: public_name(enrolment.name, plan.board_names)
        for enrolment in store.list_enrolments(db, plan.id)
    }
    return LiveBoard(
        plan=plan,
        exam_title=exam.title,
        blueprint=blueprint,
        names=names,
        follower=Follower(database, plan.id),
        board=empty(tuple(blueprint.rank_by)),
    )


def public_name(name: str, names: str) -> str:
    """What the public may see of a name: nothing, initials with stars, or all of it."""
    if names == "full":
        return name
    if names == "none":
        return ""
    return " ".join(f"{word[:1]}***" for word in name.split()[:2])


def _advance(live: LiveBoard, now: int) -> Json | None:
    """Take in what is due; the delta of the new version, or None when nothing shown changed."""
    live.waiting.extend(live.follower.catch_up())
    if live.state == BOARD_FINAL and live.snapshot is not None:
        live.waiting.clear()
        return None
    touched, has_state_news = _take_due(live, now)
    if touched and not live.highest_points:
        live.highest_points = highest_points(live.follower.database, live.plan.id)
    changes = [_change(live, participant_no) for participant_no in sorted(touched)]
    before = live.board.version
    live.board, delta = apply(live.board, changes)
    is_changed = live.board.version != before or has_state_news
    if is_changed or live.snapshot is None:
        live.data_at = now
        live.snapshot = _make_snapshot(live, now)
    if not is_changed:
        return None
    message = delta_to_json(delta) | {
        "now": now,
        "data_at": live.data_at,
        "state": live.state,
        "provisional": live.state != BOARD_FINAL,
    }
    if live.board.version != before:
        live.deltas.append(message)
    return message


def _take_due(live: LiveBoard, now: int) -> tuple[set[str], bool]:
    """Fold the entries that the public may know of by now."""
    touched: set[str] = set()
    due_at = now - live.plan.board_delay_s * 1_000
    has_state_news = False
    for entry in live.waiting:
        if entry.participant_no is None and _fold_state(live, entry.event):
            has_state_news = True
    held: deque[Entry] = deque()
    for entry in live.waiting:
        if entry.participant_no is None:
            continue
        is_due = entry.at <= due_at and live.state == BOARD_LIVE
        if is_due or live.state == BOARD_FINAL:
            touched.add(_fold(live, entry))
        else:
            held.append(entry)
    live.waiting = held
    return touched, has_state_news


def _fold_state(live: LiveBoard, event: events.Event) -> bool:
    states = {
        events.BoardFrozen: BOARD_FROZEN,
        events.BoardResumed: BOARD_LIVE,
        events.BoardFinalized: BOARD_FINAL,
    }
    state = states.get(type(event), live.state)
    is_news = state != live.state
    live.state = state
    return is_news


def _fold(live: LiveBoard, entry: Entry) -> str:
    participant_no = entry.participant_no
    assert participant_no is not None
    if isinstance(entry.event, events.Seated):
        label = live.names.get(participant_no, "")
        live.progress[participant_no] = standings.begin(entry, live.blueprint, label=label)
    else:
        before = live.progress[participant_no]
        live.progress[participant_no] = standings.fold(before, entry.event)
    return participant_no


def _change(live: LiveBoard, participant_no: str) -> Change:
    progress = live.progress[participant_no]
    standing = standings.standing(progress, live.blueprint, reveal=live.plan.board_reveal)
    return Change(entrant=progress.entrant, standing=standing)


def _make_snapshot(live: LiveBoard, now: int) -> Snapshot:
    document = _head(live, now) | to_json(live.board)
    body = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
    return Snapshot(
        etag=f'"{live.board.version}-{live.state}"',
        body=body,
        gzip=gzip.compress(body, compresslevel=5, mtime=0),
    )


def _head(live: LiveBoard, now: int) -> Json:
    return {
        "id": live.plan.id,
        "title": live.exam_title,
        "session_title": live.plan.title,
        "state": live.state,
        "provisional": live.state != BOARD_FINAL,
        "data_at": live.data_at,
        "now": now,
        "delay_s": live.plan.board_delay_s,
        "reveal": live.plan.board_reveal,
        "sections": [
            {
                "id": section.id,
                "title": dict(section.title),
                "highest": live.highest_points.get(section.id),
            }
            for part in live.blueprint.parts
            for section in part.sections
        ],
        "rank_by": [list(key) if isinstance(key, tuple) else key for key in live.blueprint.rank_by],
        "thresholds": {
            formation_type: [_threshold(threshold) for threshold in thresholds]
            for formation_type, thresholds in live.blueprint.thresholds.items()
        },
    }


def _threshold(threshold: Threshold) -> Json:
    of = threshold.of
    return {"of": list(of) if isinstance(of, tuple) else of, "least": display(threshold.least)}
