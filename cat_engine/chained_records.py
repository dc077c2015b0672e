"""Every record of acts in this database, each checked from its first act to its last.

The journals of exam sessions are checked by `exam_sessions.verify`, which also marks every response
again; what stands here are acts on items, on accounts, and of administrators.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from cat_engine import strict_json
from cat_engine.accounts import staff_record
from exam_sessions import administration, journal
from question_bank import acts
from question_bank.chained_acts import ActsBroken, ChainedActs

EXAM_SESSION = "exam session"
RECORDS: tuple[tuple[str, ChainedActs], ...] = (
    ("bank", acts.RECORD),
    ("accounts of staff", staff_record.RECORD),
    ("administration", administration.RECORD),
)

_DIGITS = re.compile("[0-9a-f]{16,64}")


@dataclass(frozen=True, slots=True)
class RecordVerdict:
    """What a check found of one chain; without a finding every act follows from the one before."""

    record: str
    name: str
    act_count: int
    head_hash: str
    """Of the last act that holds."""
    finding: str | None


def check_records(db: Connection) -> list[RecordVerdict]:
    """Check every chain of every record; the finding names the first act that does not follow."""
    return [
        _check(db, label, record, name) for label, record in RECORDS for name in record.names(db)
    ]


@dataclass(frozen=True, slots=True)
class WrittenHead:
    """The last hash of a record as somebody wrote it down: how many entries, its first digits."""

    record: str
    name: str
    entry_count: int
    digits: str


def read_heads(text: str) -> list[WrittenHead]:
    """The heads in what `cat-engine --json journal check` once printed.

    Raises:
        ValueError: it is no such thing.
    """
    rows = strict_json.loads(text)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError("not a list of records")
    return [_head(row) for row in rows]


def _head(row: Mapping[str, Any]) -> WrittenHead:
    count, digits = row.get("entries"), row.get("head")
    if not isinstance(count, int) or not isinstance(digits, str) or not _DIGITS.fullmatch(digits):
        raise ValueError("a record without entries and head")
    return WrittenHead(str(row.get("record")), str(row.get("name")), count, digits)


def compare_heads(db: Connection, heads: Sequence[WrittenHead]) -> list[str]:
    """Name every record that is not what it was when its head was written down, only grown.

    A chain shows what was changed inside it. Who writes it anew from some entry on, or cuts off its
    end, is found by a head that was kept elsewhere, and by nothing else.
    """
    verdicts = ((one, _changed_since(db, one)) for one in heads if one.entry_count > 0)
    return [f"{one.record} {one.name}".strip() + f": {why}" for one, why in verdicts if why]


def _changed_since(db: Connection, one: WrittenHead) -> str:
    """Why a record is not what was written down and more; empty: it is."""
    records = dict(RECORDS)
    found = None
    if one.record == EXAM_SESSION:
        found = journal.hash_at(db, one.name, one.entry_count)
    elif one.record in records:
        found = records[one.record].hash_at(db, one.name, one.entry_count)
    if found is None:
        return f"had {one.entry_count} entries and has fewer now"
    if not found.startswith(one.digits):
        return f"entry {one.entry_count} is not the one that was written down as {one.digits}"
    return ""


def _check(db: Connection, label: str, record: ChainedActs, name: str) -> RecordVerdict:
    count, head_hash = 0, record.start(name).hash
    finding = None
    try:
        for act in record.read_all(db, name):
            count, head_hash = act["position"], act["hash"]
    except ActsBroken as broken:
        finding = str(broken)
    return RecordVerdict(label, name, count, head_hash, finding)
