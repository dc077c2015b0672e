"""SQLite's log of a server that has ended: what of it was synchronised, and what was not."""

import shutil
import sqlite3
import struct
from contextlib import closing
from pathlib import Path

HEAD_BYTES, FRAME_HEAD_BYTES = 32, 24
PAGE_SIZE_AT, KNOWN_FRAMES_AT = 8, 16
"""In the log and in its index (https://www.sqlite.org/walformat.html)."""


def drop_unsynchronised(database: Path, copy: Path) -> Path:
    """Copy a database as the disk holds it if nothing of a commit that failed has reached it.

    SQLite counts a commit in the index of its log once the log is synchronised; what stands behind
    that was written and never promised to be there.
    """
    log, index = (database.with_name(f"{database.name}-{end}") for end in ("wal", "shm"))
    content = log.read_bytes()
    page_bytes = struct.unpack_from(">I", content, PAGE_SIZE_AT)[0]
    known_frames = struct.unpack_from("=I", index.read_bytes(), KNOWN_FRAMES_AT)[0]
    kept_bytes = HEAD_BYTES + known_frames * (FRAME_HEAD_BYTES + page_bytes)
    assert kept_bytes < len(content), "a commit was written and not taken as one"
    shutil.copyfile(database, copy)
    copy.with_name(f"{copy.name}-wal").write_bytes(content[:kept_bytes])
    return copy


def answer_count(database: Path) -> int:
    """How many answers a database holds."""
    with closing(sqlite3.connect(database)) as connection:
        row = connection.execute("SELECT count(*) FROM journal_entries WHERE kind = 'Responded'")
        return int(row.fetchone()[0])
