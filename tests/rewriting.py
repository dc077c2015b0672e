"""A journal with other bodies whose chain holds: an insider with the disk, an older version."""

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine as Database
from sqlalchemy import text

from exam_sessions.entry_hash import genesis, hash_entry
from exam_sessions.events import canonical
from exam_sessions.journal import key_of

Change = Callable[[str, dict[str, Any], str], None]
"""Changes the body of an entry, given its kind and the hash before it."""


def rewrite(database: Database, exam_session: str, change: Change) -> None:
    """Change bodies and chain everything anew."""
    with database.begin() as db:
        previous, key = genesis(exam_session), key_of(db, exam_session)
        for row in db.execute(text("SELECT * FROM journal_entries ORDER BY position")).all():
            body = json.loads(row.body)
            change(row.kind, body, previous)
            said = canonical(body)
            place = (exam_session, row.position, row.participant_no)
            previous = hash_entry(key, previous, place=place, at=row.at, kind=row.kind, body=said)
            db.execute(
                text("UPDATE journal_entries SET body = :body, hash = :hash WHERE position = :p"),
                {"body": said, "hash": previous, "p": row.position},
            )
