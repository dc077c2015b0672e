"""Every record of acts in this database, each checked from its first act to its last.

The journals of exam sessions are checked by `exam_sessions.verify`, which also marks every response
again; what stands here are acts on items, on accounts, and of administrators.
"""

from dataclasses import dataclass

from sqlalchemy import Connection

from cat_engine.accounts import staff_record
from exam_sessions import administration
from question_bank import acts
from question_bank.chained_acts import ActsBroken, ChainedActs

RECORDS: tuple[tuple[str, ChainedActs], ...] = (
    ("bank", acts.RECORD),
    ("accounts of staff", staff_record.RECORD),
    ("administration", administration.RECORD),
)


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


def _check(db: Connection, label: str, record: ChainedActs, name: str) -> RecordVerdict:
    count, head_hash = 0, record.start(name).hash
    finding = None
    try:
        for act in record.read_all(db, name):
            count, head_hash = act["position"], act["hash"]
    except ActsBroken as broken:
        finding = str(broken)
    return RecordVerdict(label, name, count, head_hash, finding)
