"""The signed export of the day: one zip that anybody can check without a database or a server.

Two grades. *public*: participant numbers as on the board, names as the board shows them, staff as
staff-1, staff-2 …, no words of people, no accommodations, no responses. *official*: everything. The
manifest names every file with its SHA-256; `manifest.sig` is an Ed25519 signature over its bytes.
Format: docs/algorithms/day-export.md.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from Crypto.Signature import eddsa

from cat_engine.papers import record as paper
from cat_engine.papers.record import Record
from cat_engine.papers.record_html import attendance_html, minutes_html
from cat_engine.signing import Signer
from exam_sessions import day_lines, day_record, results
from exam_sessions.day_lines import Json
from exam_sessions.events import canonical
from exam_sessions.journal import StoredEntry
from exam_sessions.live_session import LiveSession
from exam_sessions.minutes import Incident, Minutes

FORMAT = "cat-engine/day/2"
EARLIER_FORMATS = ("cat-engine/day/1",)
"""Whose lines have neither salt nor digest."""
Grade = Literal["public", "official"]
EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the zip, so that the same day gives the same bytes."""
WORDS_KINDS = frozenset(
    {
        "BoardFrozen",
        "BoardResumed",
        "BoardFinalized",
        "ClosingProposed",
        "ClosingWithdrawn",
        "SessionClosed",
    }
)
"""Whose reason is somebody's own words, not a word of a list."""
PERSONAL = "personal"
"""Stands in the public minutes for a reason that the public is not told."""
README = """\
The record of one exam session. To check it, without any database or server:

    cat-engine day check THIS-FILE --key PUBLIC-KEY

The public key is published by whoever held the exam; the one in manifest.json is only what this
file says of itself. What is checked, and how to write a checker of your own, stands in
docs/algorithms/day-export.md of cat-engine.
"""


class NotClosed(Exception):
    """An exam session that is not closed has no record of its day yet."""

    code = "not_closed"


@dataclass(frozen=True, slots=True)
class Day:
    """Everything an export is made of."""

    live: LiveSession
    entries: Sequence[StoredEntry]
    record: Record
    journal_key: str | None
    """From which the salts of the entries come."""
    labels: Mapping[str, str]
    """What the public board shows of each name."""
    draws: Sequence[str]
    seat_forms: Mapping[tuple[str, str], str]
    """Digests of the forms that lay on seats, by room and seat; empty where the roster seats."""
    server_version: str


def export(day: Day, grade: Grade, signer: Signer, *, with_answers: bool = False) -> bytes:
    """The zip.

    Raises:
        NotClosed: two people have to close the exam session first.
    """
    if not day.live.state.is_closed:
        raise NotClosed
    files = _files(day, grade, with_answers=with_answers)
    last = day.entries[-1].entry
    manifest: Json = {
        "format": FORMAT,
        "grade": grade,
        "exam_session": day.live.plan.id,
        "exam": day.live.exam.title,
        "title": day.live.plan.title,
        "reveal": day.live.plan.board_reveal,
        "made_at": day.record.made_at,
        "server_version": day.server_version,
        "head": {"position": last.position, "hash": last.hash},
        "public_key": signer.public_key,
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    text = (canonical(manifest) + "\n").encode()
    signature = eddsa.new(signer.key, "rfc8032").sign(text).hex().encode() + b"\n"
    return _zip({"manifest.json": text, "manifest.sig": signature, **files})


def _files(day: Day, grade: Grade, *, with_answers: bool) -> dict[str, bytes]:
    live, is_official = day.live, grade == "official"
    lines = (
        day_lines.full_lines(day.entries, day.journal_key)
        if is_official
        else day_lines.public_lines(day.entries, day.journal_key, with_answers=with_answers)
    )
    record = day.record if is_official else public_record(day)
    board = board_rows(day)
    files = {
        "README.txt": README.encode(),
        "journal.jsonl": "".join(f"{line}\n" for line in lines).encode(),
        "blueprint.yaml": live.exam.blueprint.encode(),
        "forms.json": _json({no: cell.ground.form.digest for no, cell in live.cells.items()}),
        "results.json": _json(_results(day, grade)),
        "board.json": _json(board),
        "minutes.html": minutes_html(record).encode(),
        "minutes.pdf": paper.minutes_pdf(record),
        "attendance.html": attendance_html(record).encode(),
        "attendance.pdf": paper.attendance_pdf(record),
    }
    if is_official or with_answers:
        grounds = ((no, cell.ground) for no, cell in live.cells.items())
        files["blanks.json"] = _json(day_record.blanks_of(grounds))
    if day.seat_forms:
        files["seat-forms.json"] = _json(_by_room(day.seat_forms))
    for number, document in enumerate(day.draws, start=1):
        digest = hashlib.sha256(document.encode()).hexdigest()
        files[f"draws/{number:03}.sha256"] = f"{digest}\n".encode()
        if is_official:
            files[f"draws/{number:03}.json"] = document.encode()
    return files


def board_rows(day: Day) -> list[Json]:
    """The rows of the board at its end, as the public saw them."""
    blueprint = day.live.blueprint
    lines = day_lines.full_lines(day.entries, day.journal_key)
    reading = day_record.read_lines(day.live.plan.id, lines, blueprint, {})
    reveal = day.live.plan.board_reveal
    return day_record.board_of(reading, blueprint, day.labels, reveal=reveal)


def public_record(day: Day) -> Record:
    """The minutes without names, staff's accounts and people's own words."""
    minutes = day.record.minutes
    private = day_lines.private_positions(day.entries)
    told = [one for one in minutes.incidents if one.position not in private]
    staff = sorted({one.by for one in told} - {"server"})
    aliases = {name: f"staff-{number}" for number, name in enumerate(staff, start=1)}
    incidents = tuple(_public_incident(one, aliases) for one in told)
    shown: Minutes = replace(minutes, incidents=incidents)
    return replace(day.record, minutes=shown, names=day.labels)


def _public_incident(one: Incident, aliases: Mapping[str, str]) -> Incident:
    reason = "" if one.kind in WORDS_KINDS else one.reason
    if reason in day_lines.PERSONAL_REASONS:
        reason = PERSONAL
    return replace(one, by=aliases.get(one.by, one.by), words="", reason=reason)


def _results(day: Day, grade: Grade) -> list[Json]:
    rows = results.export_rows(day.live)
    if grade == "official":
        return rows
    ranked = [row for row in rows if row["rank"] is not None]
    return [row | {"name": day.labels.get(row["participant_no"], "")} for row in ranked]


def _by_room(seat_forms: Mapping[tuple[str, str], str]) -> dict[str, dict[str, str]]:
    rooms: dict[str, dict[str, str]] = {}
    for (room, seat), digest in seat_forms.items():
        rooms.setdefault(room, {})[seat] = digest
    return rooms


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _zip(files: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in _ordered(files.items()):
            info = zipfile.ZipInfo(name, EARLIEST)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            packed.writestr(info, content)
    return target.getvalue()


def _ordered(files: Iterable[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """The manifest first, the others by name."""
    return sorted(files, key=lambda one: (not one[0].startswith("manifest"), one[0]))
