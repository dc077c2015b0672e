"""A board as bytes: each row is encoded once for all deltas and snapshots that show it."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cat_engine.live.bulletin import to_bytes
from exam_sessions.exam_session import BOARD_FINAL
from exam_sessions.store import SessionPlan
from question_bank.blueprint import Blueprint
from scoring import display
from scoring.board import Board, Delta, Row, row_to_json
from scoring.tally import Threshold

Json = dict[str, Any]

LARGE_BYTES = 1024 * 1024
"""From here on packing quickly matters more than packing tightly."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The bytes of one version of a board."""

    etag: str
    body: bytes
    gzip: bytes


@dataclass(frozen=True, slots=True)
class Shown:
    """What the public sees at one moment; replaced whole, so that any thread may read it."""

    board: Board
    state: str
    data_at: int

    @property
    def etag(self) -> str:
        """The name of these bytes; the same in every process that follows the journal."""
        return f'"{self.board.version}-{self.state}"'


class RowTexts:
    """The bytes of rows as they were last shown, by entrant.

    Read by any thread, written by the one that follows the journal: a row's bytes are used only
    when they belong to the very row that is asked for.
    """

    def __init__(self) -> None:
        self._texts: dict[str, tuple[Row, bytes]] = {}

    def of(self, row: Row) -> bytes:
        """The row as JSON."""
        known = self._texts.get(row.entrant.id)
        return known[1] if known is not None and known[0] is row else to_bytes(row_to_json(row))

    def keep(self, delta: Delta) -> None:
        """Encode the rows that show something new, and forget those that are gone."""
        for _, row in delta.rows:
            self._texts[row.entrant.id] = (row, to_bytes(row_to_json(row)))
        for entrant_id in delta.removed:
            self._texts.pop(entrant_id, None)


def encode_delta(delta: Delta, texts: RowTexts, *, after: int, head: Json) -> bytes:
    """A delta on the wire; its cost grows with the rows it names, not with the board."""
    rows = b",".join(b"[%d,%b]" % (position, texts.of(row)) for position, row in delta.rows)
    return b'{"after":%d,"version":%d,"rows":[%b],"removed":%b,%b' % (
        after,
        delta.version,
        rows,
        to_bytes(list(delta.removed)),
        to_bytes(head)[1:],
    )


def delta_head(shown: Shown, now: int) -> Json:
    """What a delta says besides rows."""
    return {
        "now": now,
        "data_at": shown.data_at,
        "state": shown.state,
        "provisional": shown.state != BOARD_FINAL,
    }


def encode_snapshot(shown: Shown, texts: RowTexts, head: Json) -> Snapshot:
    """The whole board on the wire, plain and packed."""
    rows = b",".join(texts.of(row) for row in shown.board.rows)
    body = b'%b,"version":%d,"rows":[%b]}' % (to_bytes(head)[:-1], shown.board.version, rows)
    level = 1 if len(body) > LARGE_BYTES else 5
    return Snapshot(shown.etag, body, gzip.compress(body, compresslevel=level, mtime=0))


def board_head(
    plan: SessionPlan,
    exam_title: str,
    blueprint: Blueprint,
    highest_points: Mapping[str, str],
) -> Json:
    """What a snapshot says of the exam session, whatever the version."""
    return {
        "id": plan.id,
        "title": exam_title,
        "session_title": plan.title,
        "delay_s": plan.board_delay_s,
        "reveal": plan.board_reveal,
        "sections": [
            {
                "id": section.id,
                "title": dict(section.title),
                "highest": highest_points.get(section.id),
            }
            for part in blueprint.parts
            for section in part.sections
        ],
        "rank_by": [list(key) if isinstance(key, tuple) else key for key in blueprint.rank_by],
        "thresholds": {
            formation_type: [_threshold(threshold) for threshold in thresholds]
            for formation_type, thresholds in blueprint.thresholds.items()
        },
    }


def _threshold(threshold: Threshold) -> Json:
    of = threshold.of
    return {"of": list(of) if isinstance(of, tuple) else of, "least": display(threshold.least)}
